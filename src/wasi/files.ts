import type { AppFile } from '../core/app.ts';
import { FileError } from '../core/file-error.ts';
import { PathWalk } from '../core/path-walk.ts';
import { wallClockNs } from './clock.ts';
import type { DirectoryItem, FileStat, FileSystem, OpenOptions } from './file-system.ts';

/**
 * A file system in memory: nodes and the operations on them, as POSIX defines them. The preview 1 and the 0.2 host both
 * stand on it and add their own descriptors (position, flags, rights); a node lives on while a descriptor holds it.
 *
 * One piece although it is long: the operations share the path walk and the bookkeeping of links, times and bytes.
 */

interface NodeBase {
  readonly inode: bigint;
  /** Names that lead here; 0: removed, alive only through descriptors. */
  links: number;
  /** Unix epoch, nanoseconds. Reading does not change it (as mounts with `noatime`). */
  accessedNs: bigint;
  modifiedNs: bigint;
  changedNs: bigint;
}

export interface RegularFile extends NodeBase {
  readonly kind: 'regular-file';
  /** Only the first `sizeBytes` are content. */
  buffer: Uint8Array<ArrayBuffer>;
  sizeBytes: number;
  /** Descriptors that hold it: its bytes count for as long, names or none. */
  opens: number;
}

export interface Directory extends NodeBase {
  readonly kind: 'directory';
  readonly entries: Map<string, { readonly node: FileNode; readonly cookie: number }>;
  /** null: the root, or removed. */
  parent: Directory | null;
}

export interface SymbolicLink extends NodeBase {
  readonly kind: 'symbolic-link';
  readonly target: string;
}

export type FileNode = RegularFile | Directory | SymbolicLink;

/** Where a path leads. */
interface Place {
  parent: Directory;
  /** Empty when the path names a directory by `.` or `..`, which cannot be removed, renamed or made. */
  name: string;
  node: FileNode | null;
  /** The path ends in `/` or `/.`: it can only mean a directory. */
  mustBeDirectory: boolean;
}

const MAX_FILE_BYTES = 2 ** 31 - 1;
/** 0, 1 and 2 are left to hosts that list `.` and `..`. */
const FIRST_COOKIE = 3;

const encoder = new TextEncoder();

export class FileTree implements FileSystem {
  readonly root: Directory;
  readonly mayWait = false;
  readonly #maxBytes: number;
  readonly #nowNs: () => bigint;
  #isReadOnly = false;
  #nextInode = 1n;
  #nextCookie = FIRST_COOKIE;
  #usedBytes = 0;

  /** An empty tree that can be written. `maxBytes` bounds the content of all files together. */
  constructor(options: { maxBytes?: number; nowNs?: () => bigint } = {}) {
    this.#maxBytes = options.maxBytes ?? MAX_FILE_BYTES;
    this.#nowNs = options.nowNs ?? wallClockNs;
    this.root = this.#newDirectory(null);
  }

  /** A tree of `files`, each under its absolute path; read-only unless `isWritable`, and may then be shared between guests. @throws FileError when two paths contradict each other, for example `/a` and `/a/b` */
  static fromFiles(
    files: readonly Readonly<AppFile>[],
    { isWritable = false, ...options }: { isWritable?: boolean; maxBytes?: number; nowNs?: () => bigint } = {},
  ): FileTree {
    const tree = new FileTree(options);
    for (const { path, ...content } of files) {
      const names = path.split('/').filter((name) => name !== '' && name !== '.');
      let directory = tree.root;
      for (const name of names.slice(0, -1)) {
        const next = directory.entries.get(name)?.node ?? tree.createDirectory(directory, name);
        if (next.kind !== 'directory') throw new FileError('not-directory');
        directory = next;
      }
      const file = tree.open(directory, names.at(-1) ?? '', { follow: false, create: true, exclusive: true, write: true });
      if (file.kind === 'regular-file') tree.write(file, 0, bytesOf(content));
      tree.close(file);
    }
    tree.#isReadOnly = !isWritable;
    return tree;
  }

  get isReadOnly(): boolean {
    return this.#isReadOnly;
  }

  lookup(base: Directory, path: string, follow: boolean): FileNode {
    const { node } = this.#resolve(base, path, follow);
    if (!node) throw new FileError('no-entry');
    return node;
  }

  open(base: Directory, path: string, options: OpenOptions): RegularFile | Directory {
    if (options.create && options.directory) throw new FileError('invalid');
    const isExclusive = options.create === true && options.exclusive === true;
    const place = this.#resolve(base, path, options.follow && !isExclusive);
    const { node } = place;
    if (!node) {
      if (!options.create) throw new FileError('no-entry');
      if (place.mustBeDirectory) throw new FileError('is-directory');
      const file: RegularFile = { kind: 'regular-file', ...this.#newNode(), buffer: new Uint8Array(0), sizeBytes: 0, opens: 1 };
      this.#insert(place, file);
      return file;
    }
    if (isExclusive) throw new FileError('exist');
    if (node.kind === 'symbolic-link') throw new FileError(options.directory ? 'not-directory' : 'loop');
    if (node.kind === 'directory') {
      if (options.write || options.truncate) throw new FileError('is-directory');
      return node;
    }
    if (options.directory) throw new FileError('not-directory');
    if (options.write || options.truncate) this.#assertWritable();
    if (options.truncate) this.resize(node, 0);
    node.opens += 1;
    return node;
  }

  close(node: RegularFile | Directory): void {
    if (node.kind === 'directory') return;
    node.opens -= 1;
    this.#freeUnreachable(node);
  }

  stat(node: FileNode): FileStat {
    const { kind, inode, links, accessedNs, modifiedNs, changedNs } = node;
    return { kind, inode, links, sizeBytes: nodeSizeBytes(node), accessedNs, modifiedNs, changedNs };
  }

  parentOf(directory: Directory): Directory {
    return directory.parent ?? directory;
  }

  read(file: RegularFile, offset: number, maxBytes: number): Uint8Array<ArrayBuffer> {
    const start = Math.min(offset, file.sizeBytes);
    return file.buffer.subarray(start, Math.min(start + maxBytes, file.sizeBytes));
  }

  write(file: RegularFile, offset: number | 'end', bytes: Uint8Array): number {
    this.#assertWritable();
    const start = offset === 'end' ? file.sizeBytes : offset;
    if (bytes.length === 0) return start;
    if (start + bytes.length > file.sizeBytes) this.#setSize(file, start + bytes.length);
    file.buffer.set(bytes, start);
    this.#touch(file);
    return start + bytes.length;
  }

  resize(file: RegularFile, sizeBytes: number): void {
    this.#assertWritable();
    this.#setSize(file, sizeBytes);
    this.#touch(file);
  }

  setTimes(node: FileNode, times: { accessedNs?: bigint; modifiedNs?: bigint }): void {
    this.#assertWritable();
    node.accessedNs = times.accessedNs ?? node.accessedNs;
    node.modifiedNs = times.modifiedNs ?? node.modifiedNs;
    node.changedNs = this.#nowNs();
  }

  /** Memory is as safe as these files get. */
  sync(): void {}

  /** In the order they were made. */
  list(directory: Directory, cookie = 0): Iterable<DirectoryItem> {
    if (directory.links === 0) throw new FileError('no-entry');
    return this.#itemsAfter(directory, cookie);
  }

  *#itemsAfter(directory: Directory, cookie: number): Generator<DirectoryItem> {
    for (const [name, entry] of directory.entries) {
      if (entry.cookie > cookie) yield { name, kind: entry.node.kind, inode: entry.node.inode, cookie: entry.cookie };
    }
  }

  createDirectory(base: Directory, path: string): Directory {
    const place = this.#resolve(base, path, false);
    if (place.node) throw new FileError('exist');
    const directory = this.#newDirectory(place.parent);
    this.#insert(place, directory);
    return directory;
  }

  removeDirectory(base: Directory, path: string): void {
    const place = this.#resolve(base, path, false);
    if (!place.node) throw new FileError('no-entry');
    if (place.node.kind !== 'directory') throw new FileError('not-directory');
    if (place.name === '') throw new FileError('invalid');
    if (place.node.entries.size > 0) throw new FileError('not-empty');
    this.#remove(place, place.node);
  }

  unlink(base: Directory, path: string): void {
    const place = this.#resolve(base, path, false);
    if (!place.node) throw new FileError('no-entry');
    if (place.node.kind === 'directory') throw new FileError('is-directory');
    this.#remove(place, place.node);
  }

  link(fromBase: Directory, fromPath: string, follow: boolean, toBase: Directory, toPath: string): void {
    const node = this.lookup(fromBase, fromPath, follow);
    const place = this.#resolve(toBase, toPath, false);
    if (place.node) throw new FileError('exist');
    if (place.mustBeDirectory) throw new FileError('no-entry');
    if (node.kind === 'directory') throw new FileError('not-permitted');
    this.#insert(place, node);
    node.links += 1;
    node.changedNs = this.#nowNs();
  }

  symlink(target: string, base: Directory, path: string): void {
    if (target === '') throw new FileError('no-entry');
    // Refused here already, for it would be refused whenever it is followed.
    if (target.startsWith('/')) throw new FileError('not-permitted');
    if (target.includes('\0')) throw new FileError('invalid');
    const place = this.#resolve(base, path, false);
    if (place.node) throw new FileError('exist');
    if (place.mustBeDirectory) throw new FileError('no-entry');
    this.#insert(place, { kind: 'symbolic-link', ...this.#newNode(), target });
  }

  readlink(base: Directory, path: string): string {
    const node = this.lookup(base, path, false);
    if (node.kind !== 'symbolic-link') throw new FileError('invalid');
    return node.target;
  }

  rename(fromBase: Directory, fromPath: string, toBase: Directory, toPath: string): void {
    const from = this.#resolve(fromBase, fromPath, false);
    const to = this.#resolve(toBase, toPath, false);
    const { node } = from;
    if (!node) throw new FileError('no-entry');
    if (from.name === '' || (to.name === '' && to.node)) throw new FileError('busy');
    if (to.node === node) return;
    if (node.kind === 'directory') {
      if (to.node && to.node.kind !== 'directory') throw new FileError('not-directory');
      if (isWithin(to.parent, node)) throw new FileError('invalid');
      if (to.node?.kind === 'directory' && to.node.entries.size > 0) throw new FileError('not-empty');
    } else {
      if (to.node?.kind === 'directory') throw new FileError('is-directory');
      if (to.mustBeDirectory) throw new FileError('not-directory');
    }
    this.#assertWritable();
    if (to.node) this.#remove(to, to.node);
    this.#insert(to, node);
    from.parent.entries.delete(from.name);
    if (node.kind === 'directory') node.parent = to.parent;
    this.#touch(from.parent);
    node.changedNs = this.#nowNs();
  }

  #resolve(base: Directory, path: string, follow: boolean): Place {
    const walk = new PathWalk(base, path);
    for (let name = walk.next(); name !== null; name = walk.next()) {
      const { directory, isLast, mustBeDirectory, needsDirectory } = walk;
      const node = directory.entries.get(name)?.node ?? null;
      if (!node) {
        if (!isLast) throw new FileError('no-entry');
        return { parent: directory, name, node: null, mustBeDirectory };
      }
      if (node.kind === 'symbolic-link' && (needsDirectory || follow)) {
        walk.follow(node.target);
        continue;
      }
      if (node.kind !== 'directory' && needsDirectory) throw new FileError('not-directory');
      if (isLast) return { parent: directory, name, node, mustBeDirectory };
      if (node.kind === 'directory') walk.enter(node);
    }
    return { parent: walk.directory, name: '', node: walk.directory, mustBeDirectory: true };
  }

  #newNode(): NodeBase {
    const nowNs = this.#nowNs();
    const inode = this.#nextInode;
    this.#nextInode += 1n;
    return { inode, links: 1, accessedNs: nowNs, modifiedNs: nowNs, changedNs: nowNs };
  }

  #newDirectory(parent: Directory | null): Directory {
    return { kind: 'directory', ...this.#newNode(), entries: new Map(), parent };
  }

  #insert(place: Place, node: FileNode): void {
    this.#assertWritable();
    // A removed directory stays empty; only a descriptor still leads to it.
    if (place.parent.links === 0) throw new FileError('no-entry');
    place.parent.entries.set(place.name, { node, cookie: this.#nextCookie });
    this.#nextCookie += 1;
    this.#touch(place.parent);
  }

  #remove(place: Place, node: FileNode): void {
    this.#assertWritable();
    place.parent.entries.delete(place.name);
    this.#touch(place.parent);
    node.links -= 1;
    node.changedNs = this.#nowNs();
    if (node.kind === 'directory') node.parent = null;
    if (node.kind === 'regular-file') this.#freeUnreachable(node);
  }

  #freeUnreachable(file: RegularFile): void {
    if (file.links === 0 && file.opens === 0) this.#usedBytes -= file.sizeBytes;
  }

  #setSize(file: RegularFile, sizeBytes: number): void {
    if (sizeBytes > MAX_FILE_BYTES) throw new FileError('file-too-large');
    const growthBytes = sizeBytes - file.sizeBytes;
    if (growthBytes > 0 && this.#usedBytes + growthBytes > this.#maxBytes) throw new FileError('insufficient-space');
    if (sizeBytes > file.buffer.length) {
      file.buffer = grown(file.buffer.subarray(0, file.sizeBytes), sizeBytes);
    } else if (sizeBytes < file.sizeBytes) {
      file.buffer.fill(0, sizeBytes, file.sizeBytes);
    }
    this.#usedBytes += growthBytes;
    file.sizeBytes = sizeBytes;
  }

  #touch(node: FileNode): void {
    node.modifiedNs = this.#nowNs();
    node.changedNs = node.modifiedNs;
  }

  #assertWritable(): void {
    if (this.#isReadOnly) throw new FileError('read-only');
  }
}

function bytesOf({ text, base64 }: Omit<AppFile, 'path'>): Uint8Array {
  return base64 === undefined ? encoder.encode(text) : Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

function isWithin(directory: Directory, ancestor: Directory): boolean {
  for (let at: Directory | null = directory; at; at = at.parent) {
    if (at === ancestor) return true;
  }
  return false;
}

/** `content` in a buffer of at least `sizeBytes`, doubled so that appending costs a constant per byte. */
function grown(content: Uint8Array<ArrayBuffer>, sizeBytes: number): Uint8Array<ArrayBuffer> {
  try {
    const buffer = new Uint8Array(Math.max(sizeBytes, Math.min(content.length * 2, MAX_FILE_BYTES)));
    buffer.set(content);
    return buffer;
  } catch (cause) {
    if (cause instanceof RangeError) throw new FileError('insufficient-space', { cause });
    throw cause;
  }
}

/** Size in bytes as `stat` tells it. */
function nodeSizeBytes(node: FileNode): number {
  if (node.kind === 'regular-file') return node.sizeBytes;
  return node.kind === 'symbolic-link' ? encoder.encode(node.target).length : 0;
}
