import { APP_CONDITIONS, type AppSpecInput } from '../../../src/core/app.ts';
import type { ModuleReport } from '../../../src/core/module.ts';
import { createApp, untilCondition } from '../../browser/harness/api.ts';
import type { Tab } from './engine.ts';

/** Uploads the module at `path` as a person's file: through a file input, so that large ones do not pass through the protocol. @throws Error with the answer's text unless it is accepted */
export async function uploadFile(tab: Tab, path: string): Promise<ModuleReport> {
  await tab.evaluate(() => {
    const input = document.createElement('input');
    input.type = 'file';
    input.id = 'upload-in-test';
    document.body.append(input);
  });
  await tab.chooseFiles('#upload-in-test', [path]);
  const { status, text } = await tab.evaluate(async () => {
    const input = document.querySelector<HTMLInputElement>('#upload-in-test');
    const { scope } = await navigator.serviceWorker.ready;
    const body = input?.files?.[0] ?? null;
    const response = await fetch(new URL('_swerve/modules', scope), { method: 'POST', body, headers: { 'content-type': 'application/wasm' } });
    input?.remove();
    return { status: response.status, text: await response.text() };
  });
  if (status < 200 || status > 299) throw new Error(`the upload was answered with ${status}: ${text}`);
  return JSON.parse(text) as ModuleReport;
}

/** Resolves once an App is ready, and so is its origin when it has one of its own. */
export async function untilServed(panel: Tab, name: string): Promise<void> {
  const { status } = await untilCondition(panel, name);
  if (status?.conditions?.some(({ type }) => type === APP_CONDITIONS.originReady)) await untilCondition(panel, name, { type: APP_CONDITIONS.originReady });
}

/** Creates one App for each entry, named for its key, at `/<key>` unless its spec says otherwise; resolves once all are ready. `file` is the path of its module. */
export async function serveFiles(panel: Tab, apps: Record<string, { file: string } & Omit<Partial<AppSpecInput>, 'source'>>): Promise<void> {
  for (const [name, { file, ...spec }] of Object.entries(apps)) {
    const { digest } = await uploadFile(panel, file);
    await createApp(panel, { name, routes: [{ path: `/${name}` }], ...spec, source: { digest } });
  }
  for (const name of Object.keys(apps)) await untilServed(panel, name);
}
