import type { App } from '../../core/app.ts';
import { RuntimeError } from '../../core/errors.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import { storageReport } from '../storage-report.ts';
import { json } from './answers.ts';
import { readJson } from './body.ts';
import type { ApiContext } from './context.ts';

/** What a person who means a reset writes. */
const RESET_WORD = 'everything';

/** GET `version`. `major` and `minor` are the Kubernetes API level that the shapes follow; Swerve's own version is in `gitVersion`. */
export async function getVersion({ dependencies }: ApiContext): Promise<Response> {
  const { version } = dependencies;
  return json({ major: '1', minor: '32', gitVersion: `v1.32.0-swerve.${version}`, swerve: version, protocol: PROTOCOL_VERSION, platform: 'browser/wasm' });
}

/** GET `diagnostics`: what the service worker holds in memory. */
export async function getDiagnostics({ dependencies }: ApiContext): Promise<Response> {
  return json(dependencies.diagnostics());
}

/** GET `storage`: what the origin uses of what the browser gives it, and for what. @throws RuntimeError `storage-failed` */
export async function getStorage({ dependencies: { store, storage } }: ApiContext): Promise<Response> {
  const [view, usage, { items }] = await Promise.all([storage(), store.usage.read(), store.resources.list<App>('App')]);
  return json(storageReport(view, usage, items));
}

/** DELETE `storage` with `{"confirm":"everything"}`: 200 and what was removed. @throws RuntimeError `request-invalid` without the word, `storage-failed` */
export async function resetStorage({ request, dependencies }: ApiContext): Promise<Response> {
  const body = await readJson(request);
  const word = typeof body === 'object' && body !== null && 'confirm' in body ? body.confirm : undefined;
  if (word !== RESET_WORD) {
    throw new RuntimeError(
      'request-invalid',
      `this removes every App with its data, every module, volume, log, cookie and kept request for good; if you mean it, send the body {"confirm":"${RESET_WORD}"}. The panel's Storage view can export Apps, modules and volumes first`,
    );
  }
  return json({ removed: await dependencies.reset() });
}
