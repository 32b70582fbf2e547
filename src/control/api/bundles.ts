import { parseBundle, writeBundle } from '../bundle-writes.ts';
import { json } from './answers.ts';
import { isDryRun } from './apps.ts';
import { readJson } from './body.ts';
import type { ApiContext } from './context.ts';

/** As the YAML of a bundle may have: Apps may carry whole files. */
const BUNDLE_MAX_BYTES = 67_108_864;

/**
 * POST `bundles`: writes all Apps of `{ items: [App, …] }` together, or none; 200 and `{ items: [App, …] }` as stored.
 * @throws RuntimeError `request-invalid`, `resource-invalid`, `resource-exists`, `resource-conflict` and others
 */
export async function postBundle(context: ApiContext): Promise<Response> {
  const inputs = parseBundle(await readJson(context.request, { maxBytes: BUNDLE_MAX_BYTES }));
  return json({ items: await writeBundle(context.dependencies, inputs, isDryRun(context)) });
}
