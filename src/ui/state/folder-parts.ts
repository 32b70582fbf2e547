import { formatBytes } from '../text.ts';
import { APPS_FILE, ARCHIVE_LIMITS } from './archive.ts';
import { type BundleParts, isBelow, type Part, pathFrom, refusal } from './bundle-parts.ts';
import type { DropEntry } from './file-walk.ts';

type Folder = DropEntry & { kind: 'folder' };

/** Put there by tools, and nobody's. */
const IGNORED: ReadonlySet<string> = new Set(['.git', '.DS_Store', '__MACOSX']);
const MAX_DEPTH = 24;

/** The files of a folder that was dropped. Looked at when they are asked for, so that what the bundle does not name costs nothing. */
export class DroppedParts implements BundleParts {
  readonly #root: Folder;
  readonly #children = new Map<Folder, Promise<DropEntry[]>>();

  constructor(root: Folder) {
    this.#root = root;
  }

  async list(folder: string): Promise<Part[]> {
    const start = await this.#find(folder);
    const parts: Part[] = [];
    if (start?.kind === 'folder') await this.#walk(start, folder === '' ? '' : `${folder}/`, 1, parts);
    return parts;
  }

  async read(path: string, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const entry = await this.#find(path);
    return entry?.kind === 'file' ? readFile(path, entry.file(), maxBytes) : null;
  }

  async *open(folder: string): AsyncGenerator<{ path: string; bytes: Blob }> {
    for (const { path } of await this.list(folder)) {
      const entry = await this.#find(path);
      if (entry?.kind === 'file') yield { path: pathFrom(folder, path), bytes: await fileOf(path, entry.file()) };
    }
  }

  async #walk(folder: Folder, prefix: string, depth: number, parts: Part[]): Promise<void> {
    if (depth > MAX_DEPTH) throw refusal(`${prefix} lies deeper than ${MAX_DEPTH} folders.`);
    for (const entry of await this.#entries(folder)) {
      if (IGNORED.has(entry.name)) continue;
      const path = prefix + entry.name;
      if (entry.kind === 'folder') await this.#walk(entry, `${path}/`, depth + 1, parts);
      else parts.push({ path, sizeBytes: (await fileOf(path, entry.file())).size });
      if (parts.length > ARCHIVE_LIMITS.entries) throw refusal(`${prefix} holds more than ${ARCHIVE_LIMITS.entries} files.`);
    }
  }

  async #find(path: string): Promise<DropEntry | null> {
    let found: DropEntry = this.#root;
    for (const name of path === '' ? [] : path.split('/')) {
      if (found.kind !== 'folder') return null;
      const next: DropEntry | undefined = (await this.#entries(found)).find((entry) => entry.name === name);
      if (next === undefined) return null;
      found = next;
    }
    return found;
  }

  #entries(folder: Folder): Promise<DropEntry[]> {
    let entries = this.#children.get(folder);
    if (entries === undefined) {
      entries = folder.entries();
      this.#children.set(folder, entries);
    }
    return entries;
  }
}

/** The files of a folder that was chosen: the browser hands over all of them, with their paths. */
export class ChosenParts implements BundleParts {
  readonly #files: ReadonlyMap<string, File>;

  constructor(files: readonly File[]) {
    this.#files = new Map(files.map((file) => [file.webkitRelativePath.split('/').slice(1).join('/'), file]));
  }

  async list(folder: string): Promise<Part[]> {
    const parts = [...this.#files].filter(([path]) => isBelow(path, folder) && !path.split('/').some((name) => IGNORED.has(name)));
    if (parts.length > ARCHIVE_LIMITS.entries) throw refusal(`${folder} holds more than ${ARCHIVE_LIMITS.entries} files.`);
    return parts.map(([path, { size }]) => ({ path, sizeBytes: size }));
  }

  async read(path: string, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const file = this.#files.get(path);
    return file === undefined ? null : readFile(path, Promise.resolve(file), maxBytes);
  }

  async *open(folder: string): AsyncGenerator<{ path: string; bytes: Blob }> {
    for (const { path } of await this.list(folder)) {
      const file = this.#files.get(path);
      if (file !== undefined) yield { path: pathFrom(folder, path), bytes: file };
    }
  }
}

/** Whether a folder that was dropped is a bundle. */
export async function isBundleFolder(folder: Folder): Promise<boolean> {
  return (await folder.entries()).some(({ kind, name }) => kind === 'file' && name === APPS_FILE);
}

async function readFile(path: string, coming: Promise<File>, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  const file = await fileOf(path, coming);
  if (file.size > maxBytes) throw refusal(`${path} has ${formatBytes(file.size)}; at most ${formatBytes(maxBytes)} are taken.`);
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

async function fileOf(path: string, coming: Promise<File>): Promise<File> {
  try {
    return await coming;
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

function unreadable(path: string, cause: unknown): Error {
  return refusal(`The browser cannot read ${path}. It may have been moved, changed or locked since it was dropped.`, cause);
}
