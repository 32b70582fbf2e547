import { APP_API_VERSION, type App } from '../core/app.ts';
import { RuntimeError } from '../core/errors.ts';
import { FileError } from '../core/file-error.ts';
import type { Volume, VolumeFile } from '../core/volume.ts';
import type { Database } from './database.ts';
import type { StoredVolume, StoredVolumeNode } from './schema.ts';
import { CHUNK_BYTES, readContent, writeContent } from './volume-content.ts';
import { holdNode, sweepOrphans } from './volume-orphans.ts';
import { readVolumes, type VolumeTransaction, writeVolumes } from './volume-transaction.ts';
import { createVolume, ROOT_INODE, VolumeTree } from './volume-tree.ts';

/** A volume by its name. */
export interface VolumeKey {
  readonly namespace: string;
  readonly name: string;
}

/** A file to be written: `path` from the root of the volume; directories above it are made. */
export interface VolumeUpload {
  readonly path: string;
  readonly bytes: Blob | Uint8Array;
}

const NS_PER_MS = 1_000_000n;
/** Of one transaction that fills a file or reads one: what is in memory at once. */
const PIECE_BYTES = 64 * CHUNK_BYTES;

/**
 * Volumes and their files, for the API and the panel. Guests reach the same files through src/wasi/volume-files.ts.
 * Paths are from the root of the volume, with or without `/` at their start. Every write is whole or not there, and kept
 * once it resolved. @throws RuntimeError `resource-not-found` for a volume or path that is not there, `request-invalid`
 * for a path that cannot be what is asked for, `storage-full`, `storage-failed`
 */
export class VolumeRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Every volume of `namespace`, or of all namespaces, by name. */
  async list(namespace?: string): Promise<Volume[]> {
    const range = namespace === undefined ? undefined : IDBKeyRange.bound([namespace], [namespace, []]);
    const stored = await readVolumes(this.#database, 'volumes', (transaction) => transaction.objectStore('volumes').index('name').getAll(range));
    return stored.map(toVolume);
  }

  /** null: there is none. */
  async get(key: VolumeKey): Promise<Volume | null> {
    const stored = await readVolumes(this.#database, named(key), (transaction) => findVolume(transaction, key));
    return stored ? toVolume(stored) : null;
  }

  /** The volume, made when there is none. Idempotent. */
  async ensure(key: VolumeKey): Promise<{ volume: Volume; created: boolean }> {
    const { stored, created } = await this.#ensure(key);
    return { volume: toVolume(stored), created };
  }

  /** What the records of the volume have in their keys; it is made when there is none. */
  async idOf(key: VolumeKey): Promise<number> {
    const found = await readVolumes(this.#database, named(key), (transaction) => findVolume(transaction, key));
    return found ? found.id : (await this.#ensure(key)).stored.id;
  }

  async #ensure({ namespace, name }: VolumeKey): Promise<{ stored: StoredVolume; created: boolean }> {
    const { stored, created } = await writeVolumes(this.#database, named({ namespace, name }), true, async (transaction) => {
      const found = await findVolume(transaction, { namespace, name });
      return found ? { stored: found, created: false } : { stored: await createVolume(transaction, namespace, name, Date.now()), created: true };
    });
    if (created) this.#database.announce({ type: 'volumes' });
    return { stored, created };
  }

  /** Deletes the volume and all of its files; false when there was none. Apps are looked at in the same transaction. @throws RuntimeError `volume-in-use`, whose details name the Apps */
  async delete(key: VolumeKey): Promise<boolean> {
    const stores = ['volumes', 'volumeNodes', 'volumeEntries', 'volumeChunks', 'resources'] as const;
    const deleted = await this.#database.write(stores, { what: named(key) }, true, async (transaction) => {
      const volume = await transaction.objectStore('volumes').index('name').get([key.namespace, key.name]);
      if (!volume) return false;
      const users = (await transaction.objectStore('resources').index('kind').getAll('App')).filter((app) => mounts(app as App, key));
      if (users.length > 0) {
        const apps = users.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);
        throw new RuntimeError(
          'volume-in-use',
          `volume ${key.namespace}/${key.name} is mounted by ${apps.join(', ')}; take it out of their spec.volumes first`,
          {
            details: { ...key, apps },
          },
        );
      }
      const all = IDBKeyRange.bound([volume.id], [volume.id, []]);
      for (const store of ['volumeNodes', 'volumeEntries', 'volumeChunks'] as const) await transaction.objectStore(store).delete(all);
      await transaction.objectStore('volumes').delete(volume.id);
      return true;
    });
    if (deleted) this.#database.announce({ type: 'volumes' });
    return deleted;
  }

  /** What is in the directory `path` (`/` unless given), by name; with `recursive` everything below it, each directory before what is in it. */
  listFiles(key: VolumeKey, path = '/', { recursive = false } = {}): Promise<VolumeFile[]> {
    return this.#read(key, path, async (tree) => {
      const list = async (inode: number, prefix: string): Promise<VolumeFile[]> => {
        const files: VolumeFile[] = [];
        const entries = (await tree.list(inode, 0)).sort((a, b) => (a.name < b.name ? -1 : 1));
        const nodes = await Promise.all(entries.map((entry) => tree.node(entry.inode)));
        for (const [at, node] of nodes.entries()) {
          const file = toFile(`${prefix}/${entries[at]?.name}`, node);
          files.push(file);
          if (recursive && node.kind === 'directory') files.push(...(await list(node.inode, file.path)));
        }
        return files;
      };
      const { kind, inode } = await tree.lookup(ROOT_INODE, relative(path), true);
      if (kind !== 'directory') throw new FileError('not-directory');
      return list(inode, relative(path) === '.' ? '' : `/${relative(path)}`);
    });
  }

  /** What is at `path`, links not followed; null: nothing. */
  async stat(key: VolumeKey, path: string): Promise<VolumeFile | null> {
    try {
      return await this.#read(key, path, async (tree) =>
        toFile(`/${relative(path)}`.replace(/^\/\.$/, '/'), await tree.lookup(ROOT_INODE, relative(path), false)),
      );
    } catch (error) {
      if (error instanceof RuntimeError && error.code === 'resource-not-found') return null;
      throw error;
    }
  }

  /** The file `path`, read piece by piece as it is asked for. A write meanwhile shows in the pieces that are still to come. */
  async readFile(key: VolumeKey, path: string): Promise<{ file: VolumeFile; body: ReadableStream<Uint8Array<ArrayBuffer>> }> {
    const node = await this.#read(key, path, async (tree) => {
      const found = await tree.lookup(ROOT_INODE, relative(path), true);
      if (found.kind !== 'regular-file') throw new FileError('is-directory');
      return found;
    });
    const release = holdNode(node);
    let offset = 0;
    const body = new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        pull: async (controller) => {
          const bytes = await readVolumes(this.#database, path, (transaction) => readContent(transaction, node, offset, PIECE_BYTES));
          offset += bytes.length;
          if (bytes.length > 0) controller.enqueue(bytes);
          if (bytes.length < PIECE_BYTES) {
            controller.close();
            release();
          }
        },
        cancel: release,
      },
      { highWaterMark: 0 },
    );
    return { file: toFile(`/${relative(path)}`, node), body };
  }

  /** Writes the file `path`, in place of one that was there. */
  writeFile(key: VolumeKey, path: string, bytes: Blob | Uint8Array): Promise<void> {
    return this.writeFiles(key, [{ path, bytes }]);
  }

  /**
   * Writes all of `files`, in place of those that were there, at one instant: nobody sees some of them, and when it fails
   * none was written. Their content is stored beforehand, piece by piece, so that they may be large.
   */
  async writeFiles(key: VolumeKey, files: readonly VolumeUpload[]): Promise<void> {
    const { id } = await this.#volume(key);
    await sweepOrphans(this.#database, id, Date.now());
    const releases: (() => void)[] = [];
    try {
      const staged: { path: string; inode: number }[] = [];
      for (const { path, bytes } of files) {
        const inode = await this.#stage(id, path, bytes, releases);
        staged.push({ path: relative(path), inode });
      }
      await this.#write(key, files.length === 1 ? (files[0]?.path ?? '') : `${files.length} files`, async (tree) => {
        for (const { path, inode } of staged) await tree.place(inode, path);
      });
    } finally {
      for (const release of releases) release();
    }
  }

  /** Makes the directory `path`, with those above it. Idempotent. */
  createDirectory(key: VolumeKey, path: string): Promise<void> {
    return this.#write(key, path, (tree) => tree.createDirectories(relative(path)));
  }

  /** Removes what is at `path`; of a directory everything in it. */
  deleteFile(key: VolumeKey, path: string): Promise<void> {
    return this.#write(key, path, (tree) => tree.removeAll(relative(path)));
  }

  /** POSIX `rename`: a file in the way is replaced, and so is an empty directory by a directory. */
  renameFile(key: VolumeKey, from: string, to: string): Promise<void> {
    return this.#write(key, from, (tree) => tree.rename(ROOT_INODE, relative(from), ROOT_INODE, relative(to)));
  }

  async #stage(volume: number, path: string, bytes: Blob | Uint8Array, releases: (() => void)[]): Promise<number> {
    const node = await writeVolumes(this.#database, path, false, (transaction) => new VolumeTree(transaction, volume, nowNs()).stage());
    releases.push(holdNode(node));
    const sizeBytes = bytes instanceof Blob ? bytes.size : bytes.length;
    for (let offset = 0; offset < sizeBytes; offset += PIECE_BYTES) {
      const piece =
        bytes instanceof Blob ? new Uint8Array(await bytes.slice(offset, offset + PIECE_BYTES).arrayBuffer()) : bytes.subarray(offset, offset + PIECE_BYTES);
      await writeVolumes(this.#database, path, false, (transaction) => writeContent(transaction, node, offset, piece, nowNs()));
    }
    return node.inode;
  }

  async #volume(key: VolumeKey): Promise<StoredVolume> {
    const volume = await readVolumes(this.#database, named(key), (transaction) => findVolume(transaction, key));
    if (!volume) throw missing(key);
    return volume;
  }

  #read<T>(key: VolumeKey, path: string, body: (tree: VolumeTree) => Promise<T>): Promise<T> {
    return readVolumes(this.#database, named(key), async (transaction) => body(await treeOf(transaction, key))).catch(toRuntimeError(key, path));
  }

  async #write(key: VolumeKey, path: string, body: (tree: VolumeTree) => Promise<unknown>): Promise<void> {
    await writeVolumes(this.#database, `${path} of ${named(key)}`, true, async (transaction) => body(await treeOf(transaction, key))).catch(
      toRuntimeError(key, path),
    );
    this.#database.announce({ type: 'volumes' });
  }
}

/** The volume of that name, or undefined. */
export function findVolume(transaction: VolumeTransaction, { namespace, name }: VolumeKey): Promise<StoredVolume | undefined> {
  return transaction.objectStore('volumes').index('name').get([namespace, name]);
}

async function treeOf(transaction: VolumeTransaction, key: VolumeKey): Promise<VolumeTree> {
  const volume = await findVolume(transaction, key);
  if (!volume) throw missing(key);
  return new VolumeTree(transaction, volume.id, nowNs());
}

function toVolume({ namespace, name, uid, createdAtMs, sizeBytes, files }: StoredVolume): Volume {
  return { namespace, name, uid, createdAtMs, sizeBytes, files };
}

function toFile(path: string, { kind, sizeBytes, modifiedNs, target }: StoredVolumeNode): VolumeFile {
  const lengthBytes = target === undefined ? sizeBytes : new TextEncoder().encode(target).length;
  return { path, kind, sizeBytes: lengthBytes, modifiedAtMs: Number(modifiedNs / NS_PER_MS), ...(target !== undefined && { target }) };
}

/** `path` as the tree takes it: without the `/` at its start, and `.` for the root. */
function relative(path: string): string {
  return path.replace(/^\/+/, '') || '.';
}

function named({ namespace, name }: VolumeKey): string {
  return `volume ${namespace}/${name}`;
}

function mounts({ apiVersion, metadata, spec }: App, { namespace, name }: VolumeKey): boolean {
  return apiVersion === APP_API_VERSION && metadata.namespace === namespace && spec.volumes?.some((volume) => volume.name === name) === true;
}

function nowNs(): bigint {
  return BigInt(Date.now()) * NS_PER_MS;
}

function missing(key: VolumeKey): RuntimeError {
  return new RuntimeError('resource-not-found', `there is no ${named(key)}`, { details: { ...key } });
}

/** What `path` cannot be, in words. */
function toRuntimeError(key: VolumeKey, path: string): (error: unknown) => never {
  return (error) => {
    if (!(error instanceof FileError)) throw error;
    const details = { ...key, path, error: error.code };
    if (error.code === 'no-entry') throw new RuntimeError('resource-not-found', `${named(key)} has no ${path}`, { details, cause: error });
    throw new RuntimeError('request-invalid', `${path} of ${named(key)}: ${error.code}`, { details, cause: error });
  };
}
