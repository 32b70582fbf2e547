import type { Soon } from './soon.ts';

/**
 * What the file functions of WASI stand on: one interface for the tree in memory (files.ts) and for volumes kept by the
 * browser. It knows nodes and paths; descriptors, positions and rights are the hosts' own.
 *
 * Every path is relative to a directory that the guest was given and never leads out of it: an absolute path, a `..`
 * above that directory, and a symbolic link that points to either fail with `not-permitted`.
 *
 * Every operation throws, or rejects with, a FileError when the guest is to be told.
 */
export interface FileSystem {
  readonly root: DirectoryRef;
  /** True: every change fails with `read-only`. */
  readonly isReadOnly: boolean;
  /**
   * False: every operation answers at once, never by a promise. Where the engine cannot suspend a guest (no JSPI) only such a
   * file system can be used, for promises do not settle in a blocked thread.
   */
  readonly mayWait: boolean;

  /** The node at `path`. @throws FileError `no-entry`, … */
  lookup(base: DirectoryRef, path: string, follow: boolean): Soon<NodeRef>;
  /** The file or directory at `path`, made when `create` says so; held until it is `close`d as often as it was opened. */
  open(base: DirectoryRef, path: string, options: OpenOptions): Soon<FileRef | DirectoryRef>;
  /** A descriptor of `node` is gone. What a guest leaves open is closed when it ends. */
  close(node: FileRef | DirectoryRef): Soon<void>;
  stat(node: NodeRef): Soon<FileStat>;
  /** The directory above; the root's is the root itself. */
  parentOf(directory: DirectoryRef): Soon<DirectoryRef>;

  /** Up to `maxBytes` from `offset`, fewer only at the end of the file, where it is empty: perhaps a view that is valid until the file changes. */
  read(file: FileRef, offset: number, maxBytes: number): Soon<Uint8Array>;
  /**
   * Puts `bytes` at `offset`, or at `end` wherever that is by then, whole or not at all; a gap is filled with zeros. The offset
   * after them. `bytes` may be wasm memory: it is not read after the answer. Once answered, the write is kept, as far as the file system keeps anything.
   * @throws FileError `read-only`, `file-too-large`, `insufficient-space`
   */
  write(file: FileRef, offset: number | 'end', bytes: Uint8Array): Soon<number>;
  /** Cuts the file or fills it up with zeros. @throws FileError as {@link write} */
  resize(file: FileRef, sizeBytes: number): Soon<void>;
  /** Sets the times that are given. */
  setTimes(node: NodeRef, times: { accessedNs?: bigint; modifiedNs?: bigint }): Soon<void>;
  /** Answers once what was written would outlive the browser's end; `data`: times may be lost. */
  sync(node: FileRef | DirectoryRef, what: 'data' | 'all'): Soon<void>;

  /** The items after `cookie`, without `.` and `..`. @throws FileError `no-entry` for a directory that was removed */
  list(directory: DirectoryRef, cookie: number): Soon<Iterable<DirectoryItem>>;
  createDirectory(base: DirectoryRef, path: string): Soon<unknown>;
  removeDirectory(base: DirectoryRef, path: string): Soon<void>;
  /** Removes a file or symbolic link; what is open of it lives on. @throws FileError `is-directory` */
  unlink(base: DirectoryRef, path: string): Soon<void>;
  /** Gives a file or symbolic link a second name (a hard link). */
  link(fromBase: DirectoryRef, fromPath: string, follow: boolean, toBase: DirectoryRef, toPath: string): Soon<void>;
  symlink(target: string, base: DirectoryRef, path: string): Soon<void>;
  /** The text of the symbolic link at `path`. @throws FileError `invalid` when it is none */
  readlink(base: DirectoryRef, path: string): Soon<string>;
  /** POSIX `rename`: replaces a file, or an empty directory by a directory. */
  rename(fromBase: DirectoryRef, fromPath: string, toBase: DirectoryRef, toPath: string): Soon<void>;
}

/** A node of one file system, for that file system's own use; `inode` tells it from every other one there. */
export interface FileRef {
  readonly kind: 'regular-file';
  readonly inode: bigint;
}

export interface DirectoryRef {
  readonly kind: 'directory';
  readonly inode: bigint;
}

export interface SymbolicLinkRef {
  readonly kind: 'symbolic-link';
  readonly inode: bigint;
}

export type NodeRef = FileRef | DirectoryRef | SymbolicLinkRef;

/** What `stat` tells of a node. */
export interface FileStat {
  readonly kind: NodeRef['kind'];
  readonly inode: bigint;
  /** Names that lead here; 0: removed, alive only through descriptors. */
  readonly links: number;
  /** Of a symbolic link the length of its text, of a directory 0. */
  readonly sizeBytes: number;
  /** Unix epoch, nanoseconds. */
  readonly accessedNs: bigint;
  readonly modifiedNs: bigint;
  readonly changedNs: bigint;
}

/** One name in a directory. Cookies grow with every name that a file system gets and are never used twice, so a listing can go on after names came and went; 0, 1 and 2 are left to hosts that list `.` and `..`. */
export interface DirectoryItem {
  readonly name: string;
  readonly kind: NodeRef['kind'];
  readonly inode: bigint;
  readonly cookie: number;
}

/** How {@link FileSystem.open} opens. `write`: the descriptor will be written through. */
export interface OpenOptions {
  readonly follow: boolean;
  readonly create?: boolean;
  readonly exclusive?: boolean;
  readonly truncate?: boolean;
  readonly directory?: boolean;
  readonly write?: boolean;
}

/** A directory that a guest is given, under its absolute name. */
export interface Preopen {
  readonly name: string;
  readonly files: FileSystem;
}
