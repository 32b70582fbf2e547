/** The `data` guest of test/guests: it does what lines say, and answers a line for each. */
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import type { AppSpecInput } from '../../../src/core/app.ts';
import { callApi, createApp, type Evaluates, fetchIn, untilCondition, uploadModule } from '../harness/api.ts';

const FILE = fileURLToPath(new URL('../../guests/data.wasm', import.meta.url));

type Capabilities = NonNullable<AppSpecInput['capabilities']>;

/** Creates one App for each entry, at `/<key>`, or at `/<namespace>-<key>` for `namespace/key`; resolves once all are ready. */
export async function serveData(panel: Page, apps: Record<string, Capabilities>, spec: Partial<AppSpecInput> = {}): Promise<void> {
  const { digest } = await uploadModule(panel, FILE);
  for (const [path, capabilities] of Object.entries(apps)) {
    const [name = '', namespace = 'default'] = path.split('/').reverse();
    await createApp(panel, { name, namespace, routes: [{ path: `/${path.replace('/', '-')}` }], capabilities, ...spec, source: { digest } });
    await untilCondition(panel, name, { namespace });
  }
}

/** What the App at `/<path>` answers to `lines`, each for its line. */
export async function say(page: Evaluates, path: string, ...lines: string[]): Promise<string[]> {
  const { status, text } = await fetchIn(page, path, { method: 'POST', body: lines.join('\n') });
  if (status !== 200) throw new Error(`${path} answered ${status}: ${text}`);
  return text.replace(/\n$/, '').split('\n');
}

/** The tabs that instances of the App `name` run in. */
export async function tabsOf(page: Evaluates, name: string): Promise<Set<string>> {
  const { items } = await callApi<{ items: { metadata: { labels: Record<string, string> }; spec: { nodeName: string } }[] }>(page, 'GET', 'api/v1/pods');
  return new Set(items.filter(({ metadata }) => metadata.labels['swerve.dev/app'] === name).map(({ spec }) => spec.nodeName));
}
