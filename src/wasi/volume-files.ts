import { RuntimeError } from '../core/errors.ts';
import { FileError } from '../core/file-error.ts';
import type { Database } from '../store/database.ts';
import type { StoredVolumeNode } from '../store/schema.ts';
import { readContent, resizeContent, writeContent } from '../store/volume-content.ts';
import { eraseUnheld, holdNode, ORPHAN_GRACE_MS, sweepOrphans } from '../store/volume-orphans.ts';
import { readVolumes, type VolumeTransaction, writeVolumes } from '../store/volume-transaction.ts';
import { ROOT_INODE, VolumeTree } from '../store/volume-tree.ts';
import { type VolumeKey, VolumeRepository } from '../store/volumes.ts';
import { wallClockNs } from './clock.ts';
import type { DirectoryItem, DirectoryRef, FileRef, FileStat, FileSystem, NodeRef, OpenOptions } from './file-system.ts';

const encoder = new TextEncoder();

/**
 * The files of one volume, as the guests of one worker have them. Every operation is one transaction: what it answered is
 * kept and seen by every other tab, what failed has changed nothing. Nothing is remembered between operations, for others
 * may have changed it.
 */
export class VolumeFiles implements FileSystem {
  readonly root: DirectoryRef = { kind: 'directory', inode: BigInt(ROOT_INODE) };
  readonly isReadOnly = false;
  readonly mayWait = true;
  readonly #database: Database;
  readonly #key: VolumeKey;
  #id: Promise<number> | null = null;
  /** What the guests of this worker have open: its lock is held once, however often that is. */
  readonly #held = new Map<number, { opens: number; release: () => void }>();

  constructor(database: Database, key: VolumeKey) {
    this.#database = database;
    this.#key = key;
  }

  lookup(base: DirectoryRef, path: string, follow: boolean): Promise<NodeRef> {
    return this.#read(async (tree) => toRef(await tree.lookup(Number(base.inode), path, follow)));
  }

  async open(base: DirectoryRef, path: string, options: OpenOptions): Promise<FileRef | DirectoryRef> {
    const isChange = options.create === true || options.truncate === true;
    let held: NodeRef | null = null;
    const opened = async (tree: VolumeTree) => {
      const node = await tree.open(Number(base.inode), path, options);
      this.#hold(node);
      held = toRef(node);
      return held as FileRef | DirectoryRef;
    };
    try {
      return await (isChange ? this.#write(opened) : this.#read(opened));
    } catch (error) {
      if (held) void this.close(held);
      throw error;
    }
  }

  async close(node: FileRef | DirectoryRef): Promise<void> {
    const inode = Number(node.inode);
    const held = this.#held.get(inode);
    if (!held) return;
    held.opens -= 1;
    if (held.opens > 0) return;
    this.#held.delete(inode);
    held.release();
  }

  stat(node: NodeRef): Promise<FileStat> {
    return this.#read(async (tree) => {
      const { kind, inode, links, sizeBytes, accessedNs, modifiedNs, changedNs, target } = await tree.node(Number(node.inode));
      return {
        kind,
        inode: BigInt(inode),
        links,
        sizeBytes: target === undefined ? sizeBytes : encoder.encode(target).length,
        accessedNs,
        modifiedNs,
        changedNs,
      };
    });
  }

  parentOf(directory: DirectoryRef): Promise<DirectoryRef> {
    return this.#read(async (tree) => {
      const { parent = ROOT_INODE } = await tree.node(Number(directory.inode));
      return { kind: 'directory', inode: BigInt(parent) };
    });
  }

  read(file: FileRef, offset: number, maxBytes: number): Promise<Uint8Array> {
    return this.#read((_tree, transaction, volume) => readContent(transaction, { volume, inode: Number(file.inode) }, offset, maxBytes));
  }

  write(file: FileRef, offset: number | 'end', bytes: Uint8Array): Promise<number> {
    return this.#write((_tree, transaction, volume) => writeContent(transaction, { volume, inode: Number(file.inode) }, offset, bytes, wallClockNs()));
  }

  resize(file: FileRef, sizeBytes: number): Promise<void> {
    return this.#write((_tree, transaction, volume) => resizeContent(transaction, { volume, inode: Number(file.inode) }, sizeBytes, wallClockNs()));
  }

  setTimes(node: NodeRef, times: { accessedNs?: bigint; modifiedNs?: bigint }): Promise<void> {
    return this.#write((tree) => tree.setTimes(Number(node.inode), times));
  }

  /** What the browser has committed outlives its end; a durable write, of the node as it is, makes all before it outlive a power cut. */
  sync(node: FileRef | DirectoryRef): Promise<void> {
    return this.#write((tree) => tree.rewrite(Number(node.inode)), true);
  }

  list(directory: DirectoryRef, cookie: number): Promise<Iterable<DirectoryItem>> {
    return this.#read(async (tree) => {
      const entries = await tree.list(Number(directory.inode), cookie);
      return entries.map(({ name, kind, inode, cookie }) => ({ name, kind, inode: BigInt(inode), cookie }));
    });
  }

  createDirectory(base: DirectoryRef, path: string): Promise<unknown> {
    return this.#write((tree) => tree.createDirectory(Number(base.inode), path));
  }

  removeDirectory(base: DirectoryRef, path: string): Promise<void> {
    return this.#removing((tree) => tree.removeDirectory(Number(base.inode), path));
  }

  unlink(base: DirectoryRef, path: string): Promise<void> {
    return this.#removing((tree) => tree.unlink(Number(base.inode), path));
  }

  link(fromBase: DirectoryRef, fromPath: string, follow: boolean, toBase: DirectoryRef, toPath: string): Promise<void> {
    return this.#write((tree) => tree.link(Number(fromBase.inode), fromPath, follow, Number(toBase.inode), toPath));
  }

  symlink(target: string, base: DirectoryRef, path: string): Promise<void> {
    return this.#write((tree) => tree.symlink(target, Number(base.inode), path));
  }

  readlink(base: DirectoryRef, path: string): Promise<string> {
    return this.#read(async (tree) => {
      const { target } = await tree.lookup(Number(base.inode), path, false);
      if (target === undefined) throw new FileError('invalid');
      return target;
    });
  }

  rename(fromBase: DirectoryRef, fromPath: string, toBase: DirectoryRef, toPath: string): Promise<void> {
    return this.#removing((tree) => tree.rename(Number(fromBase.inode), fromPath, Number(toBase.inode), toPath));
  }

  /** Within the transaction: see ORPHAN_GRACE_MS. */
  #hold(node: StoredVolumeNode): void {
    const held = this.#held.get(node.inode);
    if (held) held.opens += 1;
    else this.#held.set(node.inode, { opens: 1, release: holdNode(node) });
  }

  /** `change`, and the erasing of what has lost its last name by it. */
  async #removing(change: (tree: VolumeTree) => Promise<number | null>): Promise<void> {
    const inode = await this.#write(change);
    if (inode === null) return;
    const volume = await this.#volume();
    // Fails only with the storage: the next worker that mounts the volume sweeps.
    setTimeout(() => void eraseUnheld(this.#database, { volume, inode }).catch(() => {}), ORPHAN_GRACE_MS);
  }

  async #read<T>(body: (tree: VolumeTree, transaction: VolumeTransaction, volume: number) => Promise<T>): Promise<T> {
    const volume = await this.#volume();
    return readVolumes(this.#database, this.#what, (transaction) => body(new VolumeTree(transaction, volume, 0n), transaction, volume)).catch(toFileError);
  }

  async #write<T>(body: (tree: VolumeTree, transaction: VolumeTransaction, volume: number) => Promise<T>, isDurable = false): Promise<T> {
    const volume = await this.#volume();
    return writeVolumes(this.#database, this.#what, isDurable, (transaction) =>
      body(new VolumeTree(transaction, volume, wallClockNs()), transaction, volume),
    ).catch(toFileError);
  }

  get #what(): string {
    return `volume ${this.#key.namespace}/${this.#key.name}`;
  }

  #volume(): Promise<number> {
    if (this.#id === null) {
      const found = this.#mount();
      this.#id = found;
      // Asked for again by the operation after the one that fails with it.
      found.catch(() => {
        this.#id = null;
      });
    }
    return this.#id;
  }

  async #mount(): Promise<number> {
    try {
      const id = await new VolumeRepository(this.#database).idOf(this.#key);
      await sweepOrphans(this.#database, id, Date.now());
      return id;
    } catch (error) {
      return toFileError(error);
    }
  }
}

function toRef({ kind, inode }: StoredVolumeNode): NodeRef {
  return { kind, inode: BigInt(inode) };
}

/** A full disk and a broken one, in a guest's terms. */
function toFileError(error: unknown): never {
  if (!(error instanceof RuntimeError)) throw error;
  throw new FileError(error.code === 'storage-full' ? 'insufficient-space' : 'io', { cause: error });
}
