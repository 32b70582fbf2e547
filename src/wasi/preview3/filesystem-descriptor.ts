import { FileError, type FileErrorCode } from '../../core/file-error.ts';
import type { DirectoryRef, FileRef, FileStat, FileSystem, NodeRef } from '../file-system.ts';
import { type Datetime, toDatetime } from '../preview2/clocks.ts';
import { DISPOSE } from '../preview2/dispose.ts';
import type { DescriptorFlags } from '../preview2/filesystem-descriptor.ts';
import type { GuestContext } from '../preview2/guest-context.ts';
import { fail, type Result } from '../preview2/wit.ts';
import type { Soon } from '../soon.ts';
import { drop, type GuestStream, type HostStream, readPiece } from './streams.ts';

/** `error-code` of wasi:filesystem/types, 0.3: a variant, where that of 0.2 is an enumeration. */
interface ErrorCode {
  readonly tag: FileErrorCode | 'cross-device';
}
type Ended = Result<undefined, ErrorCode>;
type NewTimestamp = { tag: 'no-change' } | { tag: 'now' } | { tag: 'timestamp'; val: Datetime };
interface PathFlags {
  readonly symlinkFollow?: boolean;
}
interface OpenFlags {
  readonly create?: boolean;
  readonly directory?: boolean;
  readonly exclusive?: boolean;
  readonly truncate?: boolean;
}
interface DescriptorType {
  readonly tag: NodeRef['kind'];
}
interface DirectoryEntry {
  readonly type: DescriptorType;
  readonly name: string;
}

const NS_PER_SECOND = 1_000_000_000n;
const PIECE_BYTES = 65_536;
const OK: Ended = { tag: 'ok', val: undefined };

function refuse(tag: ErrorCode['tag']): never {
  throw new FileError(tag as FileErrorCode);
}

function endedBy(cause: unknown): Ended {
  return { tag: 'err', val: { tag: cause instanceof FileError ? cause.code : 'io' } };
}

/** What `operation` comes to; a FileError becomes the guest's `error-code`. */
async function attempt<T>(operation: () => Soon<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (error instanceof FileError) fail({ tag: error.code });
    throw error;
  }
}

/** @throws FileError where numbers are not exact, `code`: no file is that long */
function toNumber(value: bigint, code: 'invalid' | 'file-too-large'): number {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : refuse(code);
}

function toTimes(nowNs: bigint, accessed: NewTimestamp, modified: NewTimestamp): { accessedNs?: bigint; modifiedNs?: bigint } {
  const toNs = (time: NewTimestamp) => {
    if (time.tag !== 'timestamp') return time.tag === 'now' ? nowNs : undefined;
    if (time.val.seconds < 0n || time.val.nanoseconds >= Number(NS_PER_SECOND)) refuse('invalid');
    return time.val.seconds * NS_PER_SECOND + BigInt(time.val.nanoseconds);
  };
  const accessedNs = toNs(accessed);
  const modifiedNs = toNs(modified);
  return { ...(accessedNs === undefined ? {} : { accessedNs }), ...(modifiedNs === undefined ? {} : { modifiedNs }) };
}

function toDescriptorStat({ kind, links, sizeBytes, accessedNs, modifiedNs, changedNs }: FileStat) {
  return {
    type: { tag: kind },
    linkCount: BigInt(links),
    size: BigInt(sizeBytes),
    dataAccessTimestamp: toDatetime(accessedNs),
    dataModificationTimestamp: toDatetime(modifiedNs),
    statusChangeTimestamp: toDatetime(changedNs),
  };
}

/** Changes whenever the node is replaced or modified, as the WIT asks of it. */
function hashOf({ inode, modifiedNs, sizeBytes }: FileStat): { lower: bigint; upper: bigint } {
  return { lower: inode, upper: BigInt.asUintN(64, modifiedNs * 31n + BigInt(sizeBytes)) };
}

/** `descriptor` of wasi:filesystem/types (WIT: wasi-filesystem/types.wit, 0.3) over any file system. */
export class Descriptor3 {
  readonly #files: FileSystem;
  readonly #node: FileRef | DirectoryRef;
  readonly #flags: DescriptorFlags;
  readonly #context: GuestContext;
  readonly #isOpened: boolean;

  /** `isOpened`: the node was opened for it, and is closed with it. */
  constructor(files: FileSystem, node: FileRef | DirectoryRef, flags: DescriptorFlags, context: GuestContext, isOpened: boolean) {
    this.#files = files;
    this.#node = node;
    this.#flags = flags;
    this.#context = context;
    this.#isOpened = isOpened;
  }

  readViaStream(offset: bigint): [HostStream<Uint8Array>, Promise<Ended>] {
    let position: number | null = null;
    return hostStream(async () => {
      const file = this.#readable();
      position ??= toNumber(offset, 'invalid');
      // A copy, for what the file system gives may be a view of the file.
      const bytes = (await this.#files.read(file, position, PIECE_BYTES)).slice();
      position += bytes.length;
      return bytes.length === 0 ? null : bytes;
    });
  }

  writeViaStream(data: GuestStream, offset: bigint): Promise<Ended> {
    let position: number | null = null;
    return this.#writeAll(data, async (file, bytes) => {
      position = await this.#files.write(file, position ?? toNumber(offset, 'file-too-large'), bytes);
    });
  }

  appendViaStream(data: GuestStream): Promise<Ended> {
    return this.#writeAll(data, async (file, bytes) => {
      await this.#files.write(file, 'end', bytes);
    });
  }

  advise(): Promise<void> {
    return attempt(() => {
      if (this.#node.kind !== 'regular-file') refuse('bad-descriptor');
    });
  }

  /** WIT: no effect on what is not open for writing. */
  syncData(): Promise<void> {
    return attempt(() => (this.#flags.write ? this.#files.sync(this.#node, 'data') : undefined));
  }

  sync(): Promise<void> {
    return attempt(() => (this.#flags.write ? this.#files.sync(this.#node, 'all') : undefined));
  }

  async getFlags(): Promise<DescriptorFlags> {
    return this.#flags;
  }

  async getType(): Promise<DescriptorType> {
    return { tag: this.#node.kind };
  }

  setSize(size: bigint): Promise<void> {
    return attempt(() => this.#files.resize(this.#writable(), toNumber(size, 'file-too-large')));
  }

  setTimes(accessed: NewTimestamp, modified: NewTimestamp): Promise<void> {
    return attempt(() => this.#files.setTimes(this.#node, toTimes(this.#context.sources.clock.wallNs(), accessed, modified)));
  }

  readDirectory(): [HostStream<DirectoryEntry>, Promise<Ended>] {
    let items: Iterator<{ kind: NodeRef['kind']; name: string }> | null = null;
    return hostStream(async () => {
      items ??= (await this.#files.list(this.#directory(), 0))[Symbol.iterator]();
      const next = items.next();
      return next.done ? null : { type: { tag: next.value.kind }, name: next.value.name };
    });
  }

  createDirectoryAt(path: string): Promise<void> {
    return attempt(async () => {
      await this.#files.createDirectory(this.#directory(), path);
    });
  }

  stat() {
    return attempt(async () => toDescriptorStat(await this.#files.stat(this.#node)));
  }

  statAt(pathFlags: PathFlags, path: string) {
    return attempt(async () => toDescriptorStat(await this.#files.stat(await this.#lookup(pathFlags, path))));
  }

  setTimesAt(pathFlags: PathFlags, path: string, accessed: NewTimestamp, modified: NewTimestamp): Promise<void> {
    return attempt(async () => this.#files.setTimes(await this.#lookup(pathFlags, path), toTimes(this.#context.sources.clock.wallNs(), accessed, modified)));
  }

  linkAt(pathFlags: PathFlags, oldPath: string, newDescriptor: Descriptor3, newPath: string): Promise<void> {
    return attempt(() => {
      const [from, to] = [this.#directory(), newDescriptor.#directory()];
      if (this.#files !== newDescriptor.#files) refuse('cross-device');
      return this.#files.link(from, oldPath, pathFlags.symlinkFollow === true, to, newPath);
    });
  }

  openAt(pathFlags: PathFlags, path: string, openFlags: OpenFlags, flags: DescriptorFlags): Promise<Descriptor3> {
    return attempt(async () => {
      const directory = this.#directory();
      const creates = openFlags.create === true;
      const isChange = flags.write === true || flags.mutateDirectory === true || creates || openFlags.truncate === true;
      // WIT: without `mutate-directory` on the directory it opens from, such an open fails with `read-only`.
      if (isChange && this.#flags.mutateDirectory !== true) refuse('read-only');
      const node = await this.#files.open(directory, path, {
        follow: pathFlags.symlinkFollow === true,
        create: creates,
        exclusive: openFlags.exclusive === true,
        truncate: openFlags.truncate === true,
        directory: openFlags.directory === true,
        write: flags.write === true,
      });
      return new Descriptor3(this.#files, node, withDefaults(flags, creates && node.kind === 'regular-file'), this.#context, true);
    });
  }

  readlinkAt(path: string): Promise<string> {
    return attempt(() => this.#files.readlink(this.#directory(), path));
  }

  removeDirectoryAt(path: string): Promise<void> {
    return attempt(() => this.#files.removeDirectory(this.#directory(), path));
  }

  renameAt(oldPath: string, newDescriptor: Descriptor3, newPath: string): Promise<void> {
    return attempt(() => {
      const [from, to] = [this.#directory(), newDescriptor.#directory()];
      if (this.#files !== newDescriptor.#files) refuse('cross-device');
      return this.#files.rename(from, oldPath, to, newPath);
    });
  }

  symlinkAt(oldPath: string, newPath: string): Promise<void> {
    return attempt(() => this.#files.symlink(oldPath, this.#directory(), newPath));
  }

  unlinkFileAt(path: string): Promise<void> {
    return attempt(() => this.#files.unlink(this.#directory(), path));
  }

  async isSameObject(other: Descriptor3): Promise<boolean> {
    return this.#files === other.#files && this.#node.inode === other.#node.inode;
  }

  metadataHash() {
    return attempt(async () => hashOf(await this.#files.stat(this.#node)));
  }

  metadataHashAt(pathFlags: PathFlags, path: string) {
    return attempt(async () => hashOf(await this.#files.stat(await this.#lookup(pathFlags, path))));
  }

  [DISPOSE](): void {
    if (!this.#isOpened) return;
    // Silent: a descriptor that is gone has nobody to tell.
    void attempt(() => this.#files.close(this.#node)).catch(() => {});
  }

  #lookup(pathFlags: PathFlags, path: string): Soon<NodeRef> {
    return this.#files.lookup(this.#directory(), path, pathFlags.symlinkFollow === true);
  }

  #directory(): DirectoryRef {
    return this.#node.kind === 'directory' ? this.#node : refuse('not-directory');
  }

  #readable(): FileRef {
    if (this.#node.kind === 'directory') refuse('is-directory');
    return this.#flags.read === true ? this.#node : refuse('bad-descriptor');
  }

  #writable(): FileRef {
    if (this.#node.kind === 'directory') refuse('is-directory');
    return this.#flags.write === true ? this.#node : refuse('bad-descriptor');
  }

  async #writeAll(data: GuestStream, write: (file: FileRef, bytes: Uint8Array) => Promise<void>): Promise<Ended> {
    try {
      const file = this.#writable();
      for (let bytes = await readPiece(data); bytes !== null; bytes = await readPiece(data)) await write(file, bytes);
      return OK;
    } catch (cause) {
      return endedBy(cause);
    } finally {
      drop(data);
    }
  }
}

/** What a descriptor may do that was asked for nothing: read; a file that `open-at` made is written too. */
function withDefaults(flags: DescriptorFlags, isCreated: boolean): DescriptorFlags {
  const write = flags.write === true || isCreated;
  return { ...flags, read: flags.read === true || flags.write !== true, write };
}

/** A stream whose items are what `next` answers until it answers null, and how it ended. */
function hostStream<T>(next: () => Promise<T | null>): [HostStream<T>, Promise<Ended>] {
  let settle: (how: Ended) => void = () => {};
  const ended = new Promise<Ended>((resolve) => {
    settle = resolve;
  });
  const end = (how: Ended): IteratorReturnResult<undefined> => {
    settle(how);
    return { done: true, value: undefined };
  };
  const iterator: AsyncIterator<T, undefined> = {
    async next() {
      try {
        const value = await next();
        return value === null ? end(OK) : { done: false, value };
      } catch (cause) {
        return end(endedBy(cause));
      }
    },
    async return() {
      return end(OK);
    },
  };
  return [{ [Symbol.asyncIterator]: () => iterator }, ended];
}
