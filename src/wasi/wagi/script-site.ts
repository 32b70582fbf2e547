import { FileError } from '../../core/file-error.ts';
import type { InstanceSpec } from '../../core/instance-spec.ts';
import type { FileRef, FileStat, FileSystem, Preopen } from '../file-system.ts';
import type { CgiScript, GuestRequest, Handler, ResponseWriter } from '../handler.ts';
import type { Mounts } from '../mounts.ts';
import { mediaTypeOf } from './media-type.ts';

const PIECE_BYTES = 262_144;

type Found =
  | { readonly kind: 'script'; readonly script: CgiScript }
  | { readonly kind: 'file'; readonly files: FileSystem; readonly file: FileRef; readonly path: string };

/**
 * `handler` as the server of a folder of scripts, as web servers are set up for PHP: a path that leads to a script, which
 * is a file with the ending of the index, runs that one, with what follows as PATH_INFO; a directory is its index; any
 * other file is answered as it is; what leads nowhere is the index of the folder, which finds all of it in PATH_INFO.
 * Names that begin with a dot lead nowhere.
 */
export function withScripts(handler: Handler, site: NonNullable<InstanceSpec['wagi']>, mounts: Mounts): Handler {
  return {
    get memoryBytes() {
      return handler.memoryBytes;
    },
    prepare: () => handler.prepare(),
    async handle(request, response) {
      const found = await find(request, site, mounts.forGuest());
      if (found.kind === 'script') return handler.handle({ ...request, script: found.script }, response);
      request.body?.cancel();
      await answerFile(found, request, response);
    },
  };
}

async function find(request: GuestRequest, { scriptRoot, index }: NonNullable<InstanceSpec['wagi']>, preopens: readonly Preopen[]): Promise<Found> {
  const names = namesOf(request);
  const ending = endingOf(index);
  const script = (at: readonly string[], rest: readonly string[]): Found => {
    const path = at.map((name) => `/${name}`).join('');
    const pathInfo = rest.map((name) => `/${name}`).join('') + (rest.length > 0 && isDirectoryPath(request) ? '/' : '');
    return { kind: 'script', script: { root: scriptRoot, path, pathInfo } };
  };
  const place = locate(preopens, scriptRoot);
  if (place && !names.some((name) => name.startsWith('.') || name.includes('\0'))) {
    const lookUp = (at: readonly string[]) => nodeAt(place.files, [...place.path, ...at]);
    for (let length = 0; length <= names.length; length += 1) {
      const at = names.slice(0, length);
      const node = await lookUp(at);
      if (node?.kind === 'regular-file') {
        if (at.at(-1)?.endsWith(ending)) return script(at, names.slice(length));
        if (length === names.length) return { kind: 'file', files: place.files, file: node, path: at.join('/') };
      }
      if (node?.kind !== 'directory') break;
      if (length === names.length && (await lookUp([...at, index]))?.kind === 'regular-file') return script([...at, index], []);
    }
  }
  return script([index], names);
}

/** The names of the path below the route, decoded. */
function namesOf({ route, pathWithQuery, url }: GuestRequest): string[] {
  const path = route.rewrite === null ? new URL(url).pathname : (pathWithQuery.split('?', 1)[0] ?? '');
  const prefix = route.rewrite === null ? route.prefix.replace(/\/$/, '') : '';
  const below = path.startsWith(prefix) ? path.slice(prefix.length) : path;
  return decoded(below)
    .split('/')
    .filter((name) => name !== '');
}

function isDirectoryPath({ pathWithQuery }: GuestRequest): boolean {
  return pathWithQuery.split('?', 1)[0]?.endsWith('/') === true;
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    // No UTF-8, so no name of a file here.
    return path;
  }
}

function endingOf(index: string): string {
  const dot = index.lastIndexOf('.');
  return dot > 0 ? index.slice(dot) : index;
}

/** The file system that holds `path`, the innermost of them, and the way to it there; null: none does. */
function locate(preopens: readonly Preopen[], path: string): { files: FileSystem; path: string[] } | null {
  const holds = ({ name }: Preopen) => name === '/' || path === name || path.startsWith(`${name}/`);
  const [inner] = preopens.filter(holds).sort((a, b) => b.name.length - a.name.length);
  if (!inner) return null;
  const names = path.slice(inner.name === '/' ? 0 : inner.name.length).split('/');
  return { files: inner.files, path: names.filter((name) => name !== '') };
}

async function nodeAt(files: FileSystem, names: readonly string[]) {
  if (names.length === 0) return files.root;
  try {
    return await files.lookup(files.root, names.join('/'), true);
  } catch (error) {
    // Whatever a path cannot be, nothing is there.
    if (error instanceof FileError && error.code !== 'io') return null;
    throw error;
  }
}

async function answerFile({ files, file, path }: Extract<Found, { kind: 'file' }>, { method, signal }: GuestRequest, response: ResponseWriter): Promise<void> {
  const { sizeBytes, modifiedNs }: FileStat = await files.stat(file);
  if (method !== 'GET' && method !== 'HEAD') {
    response.head(405, [['allow', 'GET, HEAD']]).close();
    return;
  }
  const lastModified = new Date(Number(modifiedNs / 1_000_000n)).toUTCString();
  const sink = response.head(200, [
    ['content-type', mediaTypeOf(path)],
    ['content-length', String(sizeBytes)],
    ['last-modified', lastModified],
  ]);
  for (let offset = 0; method === 'GET' && offset < sizeBytes && !signal.aborted; ) {
    const bytes = await files.read(file, offset, Math.min(PIECE_BYTES, sizeBytes - offset));
    if (bytes.length === 0) return sink.abort(new FileError('io'));
    offset += bytes.length;
    while (sink.capacity() <= 0 && !signal.aborted) await sink.ready();
    if (!signal.aborted) sink.write(bytes);
  }
  sink.close();
}
