import { FileError } from '../core/file-error.ts';
import { PathWalk } from '../core/path-walk.ts';
import type { StoredVolume, StoredVolumeEntry, StoredVolumeNode } from './schema.ts';
import { readNode, readVolume, resizeContent } from './volume-content.ts';
import { issue, type VolumeTransaction } from './volume-transaction.ts';

/**
 * The names of a volume and the operations on them, as POSIX defines them, within one transaction: what two tabs do at once
 * happens in some order, and each of it whole. A node without a name stays as long as somebody holds it (volume-orphans.ts).
 *
 * One piece although it is long: the operations share the bookkeeping of links and times.
 */

export const ROOT_INODE = 1;
/** 0, 1 and 2 are left to hosts that list `.` and `..`. */
const FIRST_COOKIE = 3;
const NS_PER_MS = 1_000_000n;

/** How {@link VolumeTree.open} opens. `write`: it will be written to. */
export interface OpenVolumeFile {
  readonly follow: boolean;
  readonly create?: boolean;
  readonly exclusive?: boolean;
  readonly truncate?: boolean;
  readonly directory?: boolean;
  readonly write?: boolean;
}

/** Where a path leads. */
interface Place {
  parent: number;
  /** Empty when the path names a directory by `.` or `..`, which cannot be removed, renamed or made. */
  name: string;
  /** null: nothing is there. */
  node: Pick<StoredVolumeNode, 'inode' | 'kind'> | null;
  /** The path ends in `/` or `/.`: it can only mean a directory. */
  mustBeDirectory: boolean;
}

/** Makes the volume `name` with an empty root. */
export async function createVolume(transaction: VolumeTransaction, namespace: string, name: string, nowMs: number): Promise<StoredVolume> {
  const volume = { namespace, name, uid: crypto.randomUUID(), createdAtMs: nowMs, nextInode: ROOT_INODE + 1, nextCookie: FIRST_COOKIE, files: 0, sizeBytes: 0 };
  const id = await transaction.objectStore('volumes').add(volume as StoredVolume);
  const nowNs = BigInt(nowMs) * NS_PER_MS;
  const times = { accessedNs: nowNs, modifiedNs: nowNs, changedNs: nowNs };
  await transaction.objectStore('volumeNodes').put({ volume: id, inode: ROOT_INODE, kind: 'directory', links: 1, sizeBytes: 0, ...times, parent: ROOT_INODE });
  return { ...volume, id };
}

export class VolumeTree {
  readonly #transaction: VolumeTransaction;
  readonly #volume: number;
  readonly #nowNs: bigint;

  constructor(transaction: VolumeTransaction, volume: number, nowNs: bigint) {
    this.#transaction = transaction;
    this.#volume = volume;
    this.#nowNs = nowNs;
  }

  /** @throws FileError `no-entry`, … */
  async lookup(base: number, path: string, follow: boolean): Promise<StoredVolumeNode> {
    const { node } = await this.#resolve(base, path, follow);
    if (!node) throw new FileError('no-entry');
    return this.node(node.inode);
  }

  node(inode: number): Promise<StoredVolumeNode> {
    return readNode(this.#transaction, { volume: this.#volume, inode });
  }

  async open(base: number, path: string, options: OpenVolumeFile): Promise<StoredVolumeNode> {
    if (options.create && options.directory) throw new FileError('invalid');
    const isExclusive = options.create === true && options.exclusive === true;
    const place = await this.#resolve(base, path, options.follow && !isExclusive);
    if (!place.node) {
      if (!options.create) throw new FileError('no-entry');
      if (place.mustBeDirectory) throw new FileError('is-directory');
      return this.#make(place, { kind: 'regular-file' });
    }
    if (isExclusive) throw new FileError('exist');
    const node = await this.node(place.node.inode);
    if (node.kind === 'symbolic-link') throw new FileError(options.directory ? 'not-directory' : 'loop');
    if (node.kind === 'directory') {
      if (options.write || options.truncate) throw new FileError('is-directory');
      return node;
    }
    if (options.directory) throw new FileError('not-directory');
    if (!options.truncate) return node;
    await resizeContent(this.#transaction, node, 0, this.#nowNs);
    return this.node(node.inode);
  }

  /** The items after `cookie`, in the order they were made. @throws FileError `no-entry` for a directory that was removed */
  async list(directory: number, cookie: number): Promise<StoredVolumeEntry[]> {
    const after = IDBKeyRange.bound([this.#volume, directory, cookie], [this.#volume, directory, Number.POSITIVE_INFINITY], true);
    const [{ links }, entries] = await Promise.all([this.node(directory), this.#entries.index('cookie').getAll(after)]);
    if (links === 0) throw new FileError('no-entry');
    return entries;
  }

  async createDirectory(base: number, path: string): Promise<StoredVolumeNode> {
    const place = await this.#resolve(base, path, false);
    if (place.node) throw new FileError('exist');
    return this.#make(place, { kind: 'directory', parent: place.parent });
  }

  /** Resolves to the inode that has no name any more. */
  async removeDirectory(base: number, path: string): Promise<number | null> {
    const place = await this.#resolve(base, path, false);
    if (!place.node) throw new FileError('no-entry');
    if (place.node.kind !== 'directory') throw new FileError('not-directory');
    if (place.name === '') throw new FileError('invalid');
    await this.#assertEmpty(place.node.inode);
    return this.#remove(place, place.node.inode);
  }

  /** Resolves to the inode that has no name any more; null: it has others. */
  async unlink(base: number, path: string): Promise<number | null> {
    const place = await this.#resolve(base, path, false);
    if (!place.node) throw new FileError('no-entry');
    if (place.node.kind === 'directory') throw new FileError('is-directory');
    return this.#remove(place, place.node.inode);
  }

  async link(fromBase: number, fromPath: string, follow: boolean, toBase: number, toPath: string): Promise<void> {
    const node = await this.lookup(fromBase, fromPath, follow);
    const place = await this.#resolve(toBase, toPath, false);
    if (place.node) throw new FileError('exist');
    if (place.mustBeDirectory) throw new FileError('no-entry');
    if (node.kind === 'directory') throw new FileError('not-permitted');
    await this.#put(place, node);
  }

  async symlink(target: string, base: number, path: string): Promise<void> {
    if (target === '') throw new FileError('no-entry');
    // Refused here already, for it would be refused whenever it is followed.
    if (target.startsWith('/')) throw new FileError('not-permitted');
    if (target.includes('\0')) throw new FileError('invalid');
    const place = await this.#resolve(base, path, false);
    if (place.node) throw new FileError('exist');
    if (place.mustBeDirectory) throw new FileError('no-entry');
    await this.#make(place, { kind: 'symbolic-link', target });
  }

  /** Resolves to the inode that was replaced and has no name any more; null: none was, or it has others. */
  async rename(fromBase: number, fromPath: string, toBase: number, toPath: string): Promise<number | null> {
    const from = await this.#resolve(fromBase, fromPath, false);
    const to = await this.#resolve(toBase, toPath, false);
    const { node } = from;
    if (!node) throw new FileError('no-entry');
    if (from.name === '' || (to.name === '' && to.node)) throw new FileError('busy');
    if (to.node?.inode === node.inode) return null;
    if (node.kind === 'directory') {
      if (to.node && to.node.kind !== 'directory') throw new FileError('not-directory');
      if (await this.#isWithin(to.parent, node.inode)) throw new FileError('invalid');
      if (to.node) await this.#assertEmpty(to.node.inode);
    } else {
      if (to.node?.kind === 'directory') throw new FileError('is-directory');
      if (to.mustBeDirectory) throw new FileError('not-directory');
    }
    const moved = await this.node(node.inode);
    const replaced = to.node && (await this.#remove(to, to.node.inode));
    issue(this.#entries.delete([this.#volume, from.parent, from.name]));
    await this.#touch(from.parent);
    await this.#put(to, { ...moved, links: moved.links - 1, ...(moved.kind === 'directory' && { parent: to.parent }) });
    return replaced;
  }

  async setTimes(inode: number, { accessedNs, modifiedNs }: { accessedNs?: bigint; modifiedNs?: bigint }): Promise<void> {
    const node = await this.node(inode);
    issue(this.#nodes.put({ ...node, accessedNs: accessedNs ?? node.accessedNs, modifiedNs: modifiedNs ?? node.modifiedNs, changedNs: this.#nowNs }));
  }

  /** Writes the node as it is. */
  async rewrite(inode: number): Promise<void> {
    issue(this.#nodes.put(await this.node(inode)));
  }

  /** A regular file without a name, to be filled and then put in its place by {@link place}. */
  async stage(): Promise<StoredVolumeNode> {
    const node = await this.#newNode({ kind: 'regular-file', links: 0, orphanedAtMs: Number(this.#nowNs / NS_PER_MS) });
    issue(this.#nodes.put(node));
    return node;
  }

  /** Gives the staged file `inode` the name `path`, below directories that are made where they are missing; what was a file there is replaced. */
  async place(inode: number, path: string): Promise<void> {
    await this.createDirectories(path.slice(0, Math.max(0, path.lastIndexOf('/'))));
    const place = await this.#resolve(ROOT_INODE, path, false);
    if (place.node?.kind === 'directory' || place.mustBeDirectory) throw new FileError('is-directory');
    if (place.node) await this.#remove(place, place.node.inode);
    await this.#put(place, await this.node(inode));
  }

  /** Makes `path` from the root a directory, with those above it. */
  async createDirectories(path: string): Promise<void> {
    let at = '';
    for (const name of path.split('/')) {
      if (name === '') continue;
      at = at === '' ? name : `${at}/${name}`;
      const { node, ...place } = await this.#resolve(ROOT_INODE, at, true);
      if (node && node.kind !== 'directory') throw new FileError('not-directory');
      if (!node) await this.#make({ node, ...place }, { kind: 'directory', parent: place.parent });
    }
  }

  /** Removes what is at `path` from the root, and what is below it. */
  async removeAll(path: string): Promise<void> {
    const place = await this.#resolve(ROOT_INODE, path, false);
    if (!place.node) throw new FileError('no-entry');
    if (place.name === '') throw new FileError('invalid');
    const remove = async (parent: number, name: string, inode: number, kind: StoredVolumeNode['kind']): Promise<void> => {
      if (kind === 'directory') for (const entry of await this.list(inode, 0)) await remove(inode, entry.name, entry.inode, entry.kind);
      await this.#remove({ parent, name }, inode);
    };
    await remove(place.parent, place.name, place.node.inode, place.node.kind);
  }

  get #nodes() {
    return this.#transaction.objectStore('volumeNodes');
  }

  get #entries() {
    return this.#transaction.objectStore('volumeEntries');
  }

  async #resolve(base: number, path: string, follow: boolean): Promise<Place> {
    const walk = new PathWalk(base, path);
    for (let name = walk.next(); name !== null; name = walk.next()) {
      const { directory, isLast, mustBeDirectory, needsDirectory } = walk;
      const entry = await this.#entries.get([this.#volume, directory, name]);
      if (!entry) {
        if (!isLast) throw new FileError('no-entry');
        return { parent: directory, name, node: null, mustBeDirectory };
      }
      if (entry.kind === 'symbolic-link' && (needsDirectory || follow)) {
        walk.follow((await this.node(entry.inode)).target ?? '');
        continue;
      }
      if (entry.kind !== 'directory' && needsDirectory) throw new FileError('not-directory');
      if (isLast) return { parent: directory, name, node: entry, mustBeDirectory };
      walk.enter(entry.inode);
    }
    return { parent: walk.directory, name: '', node: { inode: walk.directory, kind: 'directory' }, mustBeDirectory: true };
  }

  async #newNode(parts: Pick<StoredVolumeNode, 'kind'> & Partial<StoredVolumeNode>): Promise<StoredVolumeNode> {
    const volume = await readVolume(this.#transaction, this.#volume);
    issue(this.#transaction.objectStore('volumes').put({ ...volume, nextInode: volume.nextInode + 1, files: volume.files + 1 }));
    const times = { accessedNs: this.#nowNs, modifiedNs: this.#nowNs, changedNs: this.#nowNs };
    return { volume: this.#volume, inode: volume.nextInode, links: 0, sizeBytes: 0, ...times, ...parts };
  }

  async #make(place: Place, parts: Pick<StoredVolumeNode, 'kind'> & Partial<StoredVolumeNode>): Promise<StoredVolumeNode> {
    return this.#put(place, await this.#newNode(parts));
  }

  /** Gives `node` one more name; resolves to it as stored. */
  async #put(place: Place, node: StoredVolumeNode): Promise<StoredVolumeNode> {
    const [parent, volume] = await Promise.all([this.node(place.parent), readVolume(this.#transaction, this.#volume)]);
    // A removed directory stays empty; only a descriptor still leads to it.
    if (parent.links === 0) throw new FileError('no-entry');
    issue(this.#transaction.objectStore('volumes').put({ ...volume, nextCookie: volume.nextCookie + 1 }));
    const { inode, kind } = node;
    issue(this.#entries.put({ volume: this.#volume, parent: place.parent, name: place.name, inode, kind, cookie: volume.nextCookie }));
    issue(this.#nodes.put({ ...parent, modifiedNs: this.#nowNs, changedNs: this.#nowNs }));
    const { orphanedAtMs: _, ...named } = { ...node, links: node.links + 1, changedNs: this.#nowNs };
    issue(this.#nodes.put(named));
    return named;
  }

  async #remove({ parent, name }: Pick<Place, 'parent' | 'name'>, inode: number): Promise<number | null> {
    issue(this.#entries.delete([this.#volume, parent, name]));
    await this.#touch(parent);
    const node = await this.node(inode);
    const links = node.links - 1;
    issue(this.#nodes.put({ ...node, links, changedNs: this.#nowNs, ...(links === 0 && { orphanedAtMs: Number(this.#nowNs / NS_PER_MS) }) }));
    return links === 0 ? inode : null;
  }

  async #touch(inode: number): Promise<void> {
    issue(this.#nodes.put({ ...(await this.node(inode)), modifiedNs: this.#nowNs, changedNs: this.#nowNs }));
  }

  async #assertEmpty(directory: number): Promise<void> {
    const range = IDBKeyRange.bound([this.#volume, directory, ''], [this.#volume, directory, []]);
    if ((await this.#entries.getKey(range)) !== undefined) throw new FileError('not-empty');
  }

  async #isWithin(directory: number, ancestor: number): Promise<boolean> {
    for (let at = directory; ; ) {
      if (at === ancestor) return true;
      if (at === ROOT_INODE) return false;
      at = (await this.node(at)).parent ?? ROOT_INODE;
    }
  }
}
