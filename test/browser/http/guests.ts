/** Sample guests behind routes, for the tests of this folder. */
import type { Page } from 'playwright-core';
import type { AppSpecInput } from '../../../src/core/app.ts';
import { callApi, createApp, type Evaluates, untilCondition, uploadModule } from '../harness/api.ts';
import { waitFor } from '../harness/wait.ts';
import { exampleFile, guestFile } from '../harness/wasm-files.ts';

/** The WAGI guest of test/guests and the samples that these tests are made of. */
export type GuestName = 'cli-stream' | 'forward' | 'handler3' | 'headers' | 'hello-c' | 'misbehave' | 'misbehave-http' | 'stream-rust';

const OWN_GUESTS: ReadonlySet<GuestName> = new Set<GuestName>(['cli-stream', 'forward', 'handler3', 'headers']);

/**
 * Creates one App for each entry, named for its key, at `/<key>` unless its spec says otherwise; resolves once all are
 * ready. `guest` is the module.
 */
export async function serveGuests(panel: Page, apps: Record<string, { guest: GuestName } & Omit<Partial<AppSpecInput>, 'source'>>): Promise<void> {
  for (const [name, { guest, ...spec }] of Object.entries(apps)) {
    const { digest } = await uploadModule(panel, OWN_GUESTS.has(guest) ? guestFile(guest) : exampleFile(guest));
    await createApp(panel, { name, routes: [{ path: `/${name}` }], ...spec, source: { digest } });
  }
  for (const name of Object.keys(apps)) await untilCondition(panel, name);
}

/** Path at which the App `app`, which runs the `headers` guest, answers with this CGI head and body. */
export function answering(app: string, head: Record<string, string | string[]>, body = ''): string {
  const lines = Object.entries(head).flatMap(([name, value]) => [value].flat().map((one) => `${name}: ${one}\n`));
  return `${app}/answer?head=${encodeURIComponent(lines.join(''))}&body=${encodeURIComponent(body)}`;
}

interface PodList {
  items: { metadata: { name: string; labels: Record<string, string> }; status: { requests: { inFlight: number; served: number } } }[];
}

/** The instances of an App: their names, and the requests that they hold together. */
export async function instancesOf(panel: Evaluates, app: string): Promise<{ names: string[]; inFlight: number; served: number }> {
  const { items } = await callApi<PodList>(panel, 'GET', 'api/v1/pods');
  const own = items.filter(({ metadata }) => metadata.labels['swerve.dev/app'] === app);
  const sum = (key: 'inFlight' | 'served') => own.reduce((total, { status }) => total + status.requests[key], 0);
  return { names: own.map(({ metadata }) => metadata.name), inFlight: sum('inFlight'), served: sum('served') };
}

/** Resolves once `app` holds `inFlight` requests. */
export async function untilInFlight(panel: Evaluates, app: string, inFlight: number, { deadlineMs = 3_000 } = {}): Promise<void> {
  await waitFor(`${inFlight} requests in flight on ${app}`, async () => (await instancesOf(panel, app)).inFlight === inFlight, { deadlineMs });
}

/** The text of an App's log. */
export async function logOf(panel: Page, app: string): Promise<string> {
  return panel.evaluate(async (app) => {
    const { scope } = await navigator.serviceWorker.ready;
    const response = await fetch(new URL(`_swerve/apis/swerve.dev/v1/namespaces/default/apps/${app}/log`, scope));
    return response.text();
  }, app);
}

/** The JSON document that `page` shows. */
export async function jsonOf(page: Page): Promise<Record<string, string>> {
  return JSON.parse((await page.textContent('pre')) ?? '');
}
