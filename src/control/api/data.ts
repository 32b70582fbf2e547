import { RuntimeError } from '../../core/errors.ts';
import { json } from './answers.ts';
import type { ApiContext } from './context.ts';

/** Names that one answer lists. */
const NAMES_PER_PAGE = 1_000;

/** GET `storage/keyvalue/:namespace/:name`: a page of its keys, and in `continue` where the next one starts. @throws RuntimeError `resource-not-found`, `request-invalid` */
export async function getKeyValueStore({ params, query, dependencies: { store } }: ApiContext): Promise<Response> {
  const { namespace = '', name = '' } = params;
  const found = (await store.keyValues.list()).find((one) => one.namespace === namespace && one.name === name);
  if (!found) throw noSuch('key-value store', namespace, name);
  const after = query.get('continue');
  if (after !== null && !/^\d{1,16}$/.test(after)) throw new RuntimeError('request-invalid', 'continue is none that a page of keys has answered');
  const { keys, next } = await store.keyValues.listKeys({ namespace, store: name }, after === null ? null : Number(after), NAMES_PER_PAGE);
  return json({ ...found, items: keys, continue: next === null ? null : String(next) });
}

/** DELETE `storage/keyvalue/:namespace/:name`: 204. The next write of an App that was granted it makes it anew. @throws RuntimeError `resource-not-found` */
export async function deleteKeyValueStore({ params, dependencies: { store } }: ApiContext): Promise<Response> {
  const { namespace = '', name = '' } = params;
  if (!(await store.keyValues.drop({ namespace, store: name }))) throw noSuch('key-value store', namespace, name);
  return new Response(null, { status: 204 });
}

/** GET `storage/blobs/:namespace/:name`: a page of the names of its objects, and in `continue` the last of them. @throws RuntimeError `resource-not-found` */
export async function getContainer({ params, query, dependencies: { store } }: ApiContext): Promise<Response> {
  const { namespace = '', name = '' } = params;
  const found = await store.blobs.info({ namespace, container: name });
  if (!found) throw noSuch('container', namespace, name);
  const names = await store.blobs.list({ namespace, container: name }, query.get('continue'), NAMES_PER_PAGE + 1);
  const items = names.slice(0, NAMES_PER_PAGE);
  const { objects, sizeBytes, createdAtMs } = found;
  return json({ namespace, name, objects, sizeBytes, createdAtMs, items, continue: names.length > items.length ? items.at(-1) : null });
}

/** DELETE `storage/blobs/:namespace/:name`: 204. @throws RuntimeError `resource-not-found` */
export async function deleteContainer({ params, dependencies: { store } }: ApiContext): Promise<Response> {
  const { namespace = '', name = '' } = params;
  if (!(await store.blobs.drop({ namespace, container: name }))) throw noSuch('container', namespace, name);
  return new Response(null, { status: 204 });
}

function noSuch(what: string, namespace: string, name: string): RuntimeError {
  return new RuntimeError('resource-not-found', `there is no ${what} ${name} in the namespace ${namespace}`);
}
