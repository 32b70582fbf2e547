import { RuntimeError } from '../../core/errors.ts';
import { NAME_MAX_LENGTH, NAME_PATTERN } from '../../core/ids.ts';
import { toTimestamp } from '../../core/resource.ts';
import type { Volume, VolumeFile } from '../../core/volume.ts';
import type { VolumeKey, VolumeUpload } from '../../store/volumes.ts';
import { json } from './answers.ts';
import { readJson } from './body.ts';
import type { ApiContext } from './context.ts';
import { deletedStatus, VOLUMES } from './status.ts';
import { isTrue } from './watch.ts';

const FILES_MAX = 10_000;

/** GET `volumes` and `namespaces/:namespace/volumes`: a list; volumes cannot be watched. */
export async function listVolumes({ params, dependencies }: ApiContext): Promise<Response> {
  const volumes = await dependencies.store.volumes.list(params['namespace']);
  return json({ apiVersion: 'swerve.dev/v1', kind: 'VolumeList', metadata: {}, items: volumes.map(toObject) });
}

/** POST `namespaces/:namespace/volumes` with `{ metadata: { name } }`: 201 and the new, empty volume. @throws RuntimeError `request-invalid`, `resource-exists` */
export async function postVolume({ params, base, request, dependencies }: ApiContext): Promise<Response> {
  const body = (await readJson(request)) as { metadata?: { name?: unknown } } | null | undefined;
  const key = checkedKey(params['namespace'], body?.metadata?.name);
  const { volume, created } = await dependencies.store.volumes.ensure(key);
  if (!created) throw new RuntimeError('resource-exists', `volume ${key.namespace}/${key.name} exists already`, { details: { ...key } });
  return json(toObject(volume), 201, { location: `${base}apis/swerve.dev/v1/namespaces/${key.namespace}/volumes/${key.name}` });
}

/** GET `…/volumes/:name`. @throws RuntimeError `resource-not-found` */
export async function getVolume({ params, dependencies }: ApiContext): Promise<Response> {
  const key = keyOf(params);
  const volume = await dependencies.store.volumes.get(key);
  if (volume === null) throw missing(key);
  return json(toObject(volume));
}

/** DELETE `…/volumes/:name`: the volume and its files. @throws RuntimeError `volume-in-use` while Apps mount it, which `details` names; `resource-not-found` */
export async function deleteVolume({ params, dependencies }: ApiContext): Promise<Response> {
  const key = keyOf(params);
  const volume = await dependencies.store.volumes.get(key);
  if (volume === null || !(await dependencies.store.volumes.delete(key))) throw missing(key);
  return json(deletedStatus({ resource: VOLUMES, name: key.name }, volume.uid));
}

/**
 * GET `…/volumes/:name/files[/<path>]`: the bytes of a file, or `{ items: [VolumeFile, …] }` of what is in a directory, with
 * `?recursive=true` of everything below it. @throws RuntimeError `resource-not-found`
 */
export async function getFile({ params, query, dependencies }: ApiContext): Promise<Response> {
  const { volumes } = dependencies.store;
  const [key, path] = [keyOf(params), pathOf(params)];
  const found = path === '' ? null : await volumes.stat(key, path);
  if (path !== '' && found === null)
    throw new RuntimeError('resource-not-found', `volume ${key.namespace}/${key.name} has no ${path}`, { details: { ...key, path } });
  if (found === null || found.kind === 'directory') {
    return json({ items: await volumes.listFiles(key, path === '' ? '/' : path, { recursive: isTrue(query, 'recursive') }) });
  }
  const { file, body } = await volumes.readFile(key, path);
  return new Response(body, { headers: headersOf(file) });
}

/** PUT `…/files/<path>`: writes the file in place of one that was there, directories above it are made; with `?directory=true` makes a directory. 204. */
export async function putFile({ params, query, request, dependencies }: ApiContext): Promise<Response> {
  const { volumes } = dependencies.store;
  const [key, path] = [keyOf(params), pathOf(params)];
  if (path === '') throw new RuntimeError('request-invalid', 'a file has a path below files/');
  if (isTrue(query, 'directory')) await volumes.createDirectory(key, path);
  else await volumes.writeFile(key, path, await blobOf(request));
  return new Response(null, { status: 204 });
}

/**
 * POST `…/files` with `multipart/form-data`: writes all files of it, each by the path that its field is named by, at one
 * instant or none of them. 204. @throws RuntimeError `request-invalid`, `resource-not-found`, `storage-full`
 */
export async function postFiles({ params, request, dependencies }: ApiContext): Promise<Response> {
  const key = keyOf(params);
  let form: FormData;
  try {
    form = await request.formData();
  } catch (cause) {
    throw new RuntimeError('request-invalid', 'the body must be multipart/form-data: a field for each file, named by its path', { cause });
  }
  const uploads: VolumeUpload[] = [];
  form.forEach((value, path) => {
    uploads.push({ path: checkedPath(path), bytes: typeof value === 'string' ? new Blob([value]) : value });
  });
  if (uploads.length > FILES_MAX) throw new RuntimeError('request-invalid', `a request may write ${FILES_MAX} files at most; this one has ${uploads.length}`);
  const paths = new Set(uploads.map(({ path }) => path));
  if (paths.size < uploads.length) throw new RuntimeError('request-invalid', 'the same path is in the request twice');
  await dependencies.store.volumes.writeFiles(key, uploads);
  return new Response(null, { status: 204 });
}

/** DELETE `…/files/<path>`: what is there, of a directory everything in it. 204. @throws RuntimeError `resource-not-found` */
export async function deleteFile({ params, dependencies }: ApiContext): Promise<Response> {
  const path = pathOf(params);
  if (path === '') throw new RuntimeError('request-invalid', 'name what is to be deleted; the volume itself is deleted without files/');
  await dependencies.store.volumes.deleteFile(keyOf(params), path);
  return new Response(null, { status: 204 });
}

function toObject({ namespace, name, uid, createdAtMs, sizeBytes, files }: Volume) {
  return {
    apiVersion: 'swerve.dev/v1',
    kind: 'Volume',
    metadata: { name, namespace, uid, creationTimestamp: toTimestamp(createdAtMs) },
    status: { sizeBytes, files },
  };
}

/** What a volume holds is nobody's page: it is never shown in the origin of the panel. */
function headersOf({ path, sizeBytes, modifiedAtMs }: VolumeFile): Record<string, string> {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return {
    'content-type': 'application/octet-stream',
    'content-length': String(sizeBytes),
    'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(name)}`,
    'content-security-policy': "sandbox; default-src 'none'",
    'x-content-type-options': 'nosniff',
    'cache-control': 'no-store',
    'last-modified': new Date(modifiedAtMs).toUTCString(),
  };
}

function keyOf(params: ApiContext['params']): VolumeKey {
  return { namespace: params['namespace'] ?? '', name: params['name'] ?? '' };
}

function checkedKey(namespace: unknown, name: unknown): VolumeKey {
  for (const text of [namespace, name]) {
    if (typeof text !== 'string' || text.length > NAME_MAX_LENGTH || !NAME_PATTERN.test(text)) {
      throw new RuntimeError(
        'request-invalid',
        `a volume and its namespace are named by lower-case letters, digits and "-", which is neither first nor last, at most ${NAME_MAX_LENGTH}; this is ${JSON.stringify(text)}`,
      );
    }
  }
  return { namespace: namespace as string, name: name as string };
}

function pathOf(params: ApiContext['params']): string {
  const { path = '' } = params;
  return path === '' ? '' : checkedPath(path);
}

/** @throws RuntimeError `request-invalid` for a path that is not in its plain form */
function checkedPath(path: string): string {
  const plain = path.replace(/^\/+/, '');
  if (plain !== '' && !plain.includes('\0') && plain.split('/').every((part) => part !== '' && part !== '.' && part !== '..')) return plain;
  throw new RuntimeError('request-invalid', `${JSON.stringify(path)} is no path in a volume: names with "/" between them, none of them empty, "." or ".."`);
}

async function blobOf(request: Request): Promise<Blob> {
  try {
    return await request.blob();
  } catch (cause) {
    throw new RuntimeError('request-invalid', 'the request body broke off before its end; send it again', { cause });
  }
}

function missing({ namespace, name }: VolumeKey): RuntimeError {
  return new RuntimeError('resource-not-found', `there is no volume ${namespace}/${name}`, { details: { namespace, name } });
}
