import { RuntimeError } from '../../core/errors.ts';
import { FileError, type FileErrorCode } from '../../core/file-error.ts';
import { cancellationOf, cannotWait } from '../cancellation.ts';
import { wallClockNs } from '../clock.ts';
import type { DirectoryRef, FileRef, FileStat, FileSystem, NodeRef } from '../file-system.ts';
import { andThen, type Soon } from '../soon.ts';
import { type Datetime, toDatetime } from './clocks.ts';
import { DISPOSE } from './dispose.ts';
import { fileSink, fileSource } from './file-streams.ts';
import type { GuestContext } from './guest-context.ts';
import { InputStream, MAX_READ_BYTES } from './input-stream.ts';
import { OutputStream } from './output-stream.ts';
import { clampLength, fail } from './wit.ts';

/** `descriptor-flags` of wasi:filesystem/types, as jco has flags: a set flag is true. */
export interface DescriptorFlags {
  readonly read?: boolean;
  readonly write?: boolean;
  readonly fileIntegritySync?: boolean;
  readonly dataIntegritySync?: boolean;
  readonly requestedWriteSync?: boolean;
  readonly mutateDirectory?: boolean;
}

interface PathFlags {
  readonly symlinkFollow?: boolean;
}

interface OpenFlags {
  readonly create?: boolean;
  readonly directory?: boolean;
  readonly exclusive?: boolean;
  readonly truncate?: boolean;
}

type NewTimestamp = { tag: 'no-change' } | { tag: 'now' } | { tag: 'timestamp'; val: Datetime };
type DescriptorType = NodeRef['kind'];

interface DescriptorStat {
  type: DescriptorType;
  linkCount: bigint;
  size: bigint;
  dataAccessTimestamp: Datetime;
  dataModificationTimestamp: Datetime;
  statusChangeTimestamp: Datetime;
}

const NS_PER_SECOND = 1_000_000_000n;
/** Above it numbers are not exact; no file is that long. */
const MAX_OFFSET = Number.MAX_SAFE_INTEGER;

/** A file system that a guest was given, and which of them it is: inodes are its own. */
export interface MountedFiles {
  readonly files: FileSystem;
  readonly device: number;
}

/** Inodes are far below it. */
const DEVICE_SHIFT = 56n;

function refuse(code: FileErrorCode | 'cross-device'): never {
  fail(code);
}

function toDescriptorStat(stat: FileStat): DescriptorStat {
  return {
    type: stat.kind,
    linkCount: BigInt(stat.links),
    size: BigInt(stat.sizeBytes),
    dataAccessTimestamp: toDatetime(stat.accessedNs),
    dataModificationTimestamp: toDatetime(stat.modifiedNs),
    statusChangeTimestamp: toDatetime(stat.changedNs),
  };
}

/** Changes whenever the node is replaced or modified, as the WIT asks of it. */
function hashOf(device: number, { inode, modifiedNs }: FileStat): { lower: bigint; upper: bigint } {
  return { lower: BigInt.asUintN(64, inode | (BigInt(device) << DEVICE_SHIFT)), upper: BigInt.asUintN(64, modifiedNs) };
}

function toTimes(accessed: NewTimestamp, modified: NewTimestamp): { accessedNs?: bigint; modifiedNs?: bigint } {
  const nowNs = wallClockNs();
  const toNs = (time: NewTimestamp) =>
    time.tag === 'now' ? nowNs : time.tag === 'timestamp' ? time.val.seconds * NS_PER_SECOND + BigInt(time.val.nanoseconds) : undefined;
  const accessedNs = toNs(accessed);
  const modifiedNs = toNs(modified);
  return { ...(accessedNs === undefined ? {} : { accessedNs }), ...(modifiedNs === undefined ? {} : { modifiedNs }) };
}

/** `directory-entry-stream` of wasi:filesystem/types: the entries that were there when it was opened. */
export class DirectoryEntryStream {
  readonly #entries: Iterator<{ type: DescriptorType; name: string }>;

  constructor(entries: { type: DescriptorType; name: string }[]) {
    this.#entries = entries[Symbol.iterator]();
  }

  readDirectoryEntry(): { type: DescriptorType; name: string } | undefined {
    const next = this.#entries.next();
    return next.done ? undefined : next.value;
  }
}

/**
 * `descriptor` of wasi:filesystem/types (WIT: wasi-filesystem/types.wit, 0.2) over a file system. Where that may wait, the
 * functions that touch it answer with promises: they are among those that the transpiler makes suspendable.
 */
export class Descriptor {
  readonly #mount: MountedFiles;
  readonly #node: FileRef | DirectoryRef;
  readonly #flags: DescriptorFlags;
  readonly #context: GuestContext;
  /** null: it was given to the guest, not opened by it. */
  readonly #close: (() => void) | null;

  constructor(mount: MountedFiles, node: FileRef | DirectoryRef, flags: DescriptorFlags, context: GuestContext, isPreopen = false) {
    this.#mount = mount;
    this.#node = node;
    this.#flags = flags;
    this.#context = context;
    // Never fails: what was acknowledged is kept without it.
    this.#close = isPreopen ? null : context.atClose(() => void mount.files.close(node));
  }

  readViaStream(offset: bigint): InputStream {
    const file = this.#readable();
    return new InputStream(fileSource(this.#files, file, clampLength(offset, MAX_OFFSET)), this.#context);
  }

  writeViaStream(offset: bigint): OutputStream {
    const file = this.#writable();
    return new OutputStream(fileSink(this.#files, file, clampLength(offset, MAX_OFFSET)), this.#context);
  }

  appendViaStream(): OutputStream {
    const file = this.#writable();
    return new OutputStream(fileSink(this.#files, file, 'end'), this.#context);
  }

  advise(): void {
    this.#file();
  }

  syncData(): Soon<void> {
    return this.#attempt(() => this.#files.sync(this.#node, 'data'));
  }

  sync(): Soon<void> {
    return this.#attempt(() => this.#files.sync(this.#node, 'all'));
  }

  getFlags(): DescriptorFlags {
    return this.#flags;
  }

  getType(): DescriptorType {
    return this.#node.kind;
  }

  setSize(size: bigint): Soon<void> {
    const file = this.#writable();
    return this.#attempt(() => this.#files.resize(file, clampLength(size, MAX_OFFSET)));
  }

  setTimes(accessed: NewTimestamp, modified: NewTimestamp): Soon<void> {
    return this.#attempt(() => this.#files.setTimes(this.#node, toTimes(accessed, modified)));
  }

  read(length: bigint, offset: bigint): Soon<[Uint8Array, boolean]> {
    const file = this.#readable();
    const wanted = clampLength(length, MAX_READ_BYTES);
    const bytes = this.#attempt(() => this.#files.read(file, clampLength(offset, MAX_OFFSET), wanted));
    return andThen(bytes, (read) => [read, read.length < wanted]);
  }

  write(bytes: Uint8Array, offset: bigint): Soon<bigint> {
    const file = this.#writable();
    return this.#attempt(() => andThen(this.#files.write(file, clampLength(offset, MAX_OFFSET), bytes), () => BigInt(bytes.length)));
  }

  readDirectory(): Soon<DirectoryEntryStream> {
    const directory = this.#directory();
    return this.#attempt(() =>
      andThen(this.#files.list(directory, 0), (items) => new DirectoryEntryStream(Array.from(items, ({ name, kind }) => ({ type: kind, name })))),
    );
  }

  createDirectoryAt(path: string): Soon<void> {
    const directory = this.#directory();
    return this.#attempt(() => andThen(this.#files.createDirectory(directory, path), () => {}));
  }

  stat(): Soon<DescriptorStat> {
    return andThen(
      this.#attempt(() => this.#files.stat(this.#node)),
      toDescriptorStat,
    );
  }

  statAt(pathFlags: PathFlags, path: string): Soon<DescriptorStat> {
    return andThen(this.#statAt(pathFlags, path), toDescriptorStat);
  }

  setTimesAt(pathFlags: PathFlags, path: string, accessed: NewTimestamp, modified: NewTimestamp): Soon<void> {
    const times = toTimes(accessed, modified);
    return this.#attempt(() => andThen(this.#lookup(pathFlags, path), (node) => this.#files.setTimes(node, times)));
  }

  linkAt(pathFlags: PathFlags, oldPath: string, newDescriptor: Descriptor, newPath: string): Soon<void> {
    const [from, to] = [this.#directory(), newDescriptor.#directory()];
    this.#assertSameFiles(newDescriptor);
    return this.#attempt(() => this.#files.link(from, oldPath, pathFlags.symlinkFollow === true, to, newPath));
  }

  openAt(pathFlags: PathFlags, path: string, openFlags: OpenFlags, flags: DescriptorFlags): Soon<Descriptor> {
    const directory = this.#directory();
    const isChange = flags.write === true || flags.mutateDirectory === true || openFlags.create === true || openFlags.truncate === true;
    // WIT: without `mutate-directory` on the directory it opens from, such an open fails with `read-only`.
    if (isChange && this.#flags.mutateDirectory !== true) refuse('read-only');
    const opened = this.#attempt(() =>
      this.#files.open(directory, path, {
        follow: pathFlags.symlinkFollow === true,
        create: openFlags.create === true,
        exclusive: openFlags.exclusive === true,
        truncate: openFlags.truncate === true,
        directory: openFlags.directory === true,
        write: flags.write === true,
      }),
    );
    return andThen(opened, (node) => new Descriptor(this.#mount, node, flags, this.#context));
  }

  readlinkAt(path: string): Soon<string> {
    const directory = this.#directory();
    return this.#attempt(() => this.#files.readlink(directory, path));
  }

  removeDirectoryAt(path: string): Soon<void> {
    const directory = this.#directory();
    return this.#attempt(() => this.#files.removeDirectory(directory, path));
  }

  renameAt(oldPath: string, newDescriptor: Descriptor, newPath: string): Soon<void> {
    const [from, to] = [this.#directory(), newDescriptor.#directory()];
    this.#assertSameFiles(newDescriptor);
    return this.#attempt(() => this.#files.rename(from, oldPath, to, newPath));
  }

  symlinkAt(oldPath: string, newPath: string): Soon<void> {
    const directory = this.#directory();
    return this.#attempt(() => this.#files.symlink(oldPath, directory, newPath));
  }

  unlinkFileAt(path: string): Soon<void> {
    const directory = this.#directory();
    return this.#attempt(() => this.#files.unlink(directory, path));
  }

  isSameObject(other: Descriptor): boolean {
    return this.#files === other.#files && this.#node.inode === other.#node.inode;
  }

  metadataHash(): Soon<{ lower: bigint; upper: bigint }> {
    return andThen(
      this.#attempt(() => this.#files.stat(this.#node)),
      (stat) => hashOf(this.#mount.device, stat),
    );
  }

  metadataHashAt(pathFlags: PathFlags, path: string): Soon<{ lower: bigint; upper: bigint }> {
    return andThen(this.#statAt(pathFlags, path), (stat) => hashOf(this.#mount.device, stat));
  }

  [DISPOSE](): void {
    this.#close?.();
  }

  get #files(): FileSystem {
    return this.#mount.files;
  }

  #statAt(pathFlags: PathFlags, path: string): Soon<FileStat> {
    return this.#attempt(() => andThen(this.#lookup(pathFlags, path), (node) => this.#files.stat(node)));
  }

  #lookup(pathFlags: PathFlags, path: string): Soon<NodeRef> {
    return this.#files.lookup(this.#directory(), path, pathFlags.symlinkFollow === true);
  }

  #assertSameFiles(other: Descriptor): void {
    if (this.#files !== other.#files) refuse('cross-device');
  }

  #directory(): DirectoryRef {
    return this.#node.kind === 'directory' ? this.#node : refuse('not-directory');
  }

  #file(): FileRef {
    return this.#node.kind === 'regular-file' ? this.#node : refuse('is-directory');
  }

  #readable(): FileRef {
    const file = this.#file();
    return this.#flags.read === true ? file : refuse('bad-descriptor');
  }

  #writable(): FileRef {
    const file = this.#file();
    return this.#flags.write === true ? file : refuse('bad-descriptor');
  }

  /** What `operation` answers; a FileError becomes the guest's `error-code`. */
  #attempt<T>(operation: () => Soon<T>): Soon<T> {
    let answer: Soon<T>;
    try {
      answer = operation();
    } catch (error) {
      if (error instanceof FileError) fail(error.code);
      throw error;
    }
    if (!(answer instanceof Promise)) return answer;
    if (!this.#context.suspends) {
      answer.catch(() => {}); // Nobody is left to be told.
      this.#context.unwind(cannotWait());
    }
    return answer.then(
      (value) => {
        const { signal } = this.#context.call;
        return signal.aborted ? this.#context.unwind(cancellationOf(signal)) : value;
      },
      (error) => (error instanceof FileError ? fail(error.code) : this.#context.unwind(RuntimeError.from(error))),
    );
  }
}
