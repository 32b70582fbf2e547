import type { ByteSink, ByteSource } from '../bytes.ts';
import { wallClockNs } from '../clock.ts';
import { FileError, type FileErrorCode, type FileStat } from '../file-system.ts';
import type { Directory, FileNode, FileTree, RegularFile } from '../files.ts';
import { type Datetime, toDatetime } from './clocks.ts';
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
type DescriptorType = FileNode['kind'];

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

/** Runs `operation`; a FileError becomes the guest's `error-code`. */
function attempt<T>(operation: () => T): T {
  try {
    return operation();
  } catch (error) {
    if (error instanceof FileError) fail(error.code);
    throw error;
  }
}

function refuse(code: FileErrorCode): never {
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
function hashOf(node: FileNode): { lower: bigint; upper: bigint } {
  return { lower: node.inode, upper: BigInt.asUintN(64, node.modifiedNs) };
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

/** `descriptor` of wasi:filesystem/types (WIT: wasi-filesystem/types.wit, 0.2) over a file tree in memory. */
export class Descriptor {
  readonly #tree: FileTree;
  readonly #node: FileNode;
  readonly #flags: DescriptorFlags;
  readonly #context: GuestContext;

  constructor(tree: FileTree, node: FileNode, flags: DescriptorFlags, context: GuestContext) {
    this.#tree = tree;
    this.#node = node;
    this.#flags = flags;
    this.#context = context;
  }

  readViaStream(offset: bigint): InputStream {
    const file = this.#readable();
    let position = clampLength(offset, MAX_OFFSET);
    let isCancelled = false;
    const source: ByteSource = {
      read: (maxBytes) => {
        if (isCancelled || position >= file.sizeBytes) return null;
        const bytes = this.#tree.read(file, position, maxBytes);
        position += bytes.length;
        return bytes;
      },
      isReady: () => true,
      ready: () => Promise.resolve(),
      cancel: () => {
        isCancelled = true;
      },
    };
    return new InputStream(source, this.#context);
  }

  writeViaStream(offset: bigint): OutputStream {
    let position = clampLength(offset, MAX_OFFSET);
    return this.#writeStream(
      () => position,
      (next) => {
        position = next;
      },
    );
  }

  appendViaStream(): OutputStream {
    const file = this.#writable();
    return this.#writeStream(
      () => file.sizeBytes,
      () => {},
    );
  }

  advise(): void {
    this.#file();
  }

  syncData(): void {}

  sync(): void {}

  getFlags(): DescriptorFlags {
    return this.#flags;
  }

  getType(): DescriptorType {
    return this.#node.kind;
  }

  setSize(size: bigint): void {
    const file = this.#writable();
    attempt(() => this.#tree.resize(file, clampLength(size, MAX_OFFSET)));
  }

  setTimes(accessed: NewTimestamp, modified: NewTimestamp): void {
    attempt(() => this.#tree.setTimes(this.#node, toTimes(accessed, modified)));
  }

  read(length: bigint, offset: bigint): [Uint8Array, boolean] {
    const file = this.#readable();
    const start = clampLength(offset, MAX_OFFSET);
    const bytes = this.#tree.read(file, start, clampLength(length, MAX_READ_BYTES));
    return [bytes, start + bytes.length >= file.sizeBytes];
  }

  write(bytes: Uint8Array, offset: bigint): bigint {
    const file = this.#writable();
    attempt(() => this.#tree.write(file, clampLength(offset, MAX_OFFSET), bytes));
    return BigInt(bytes.length);
  }

  readDirectory(): DirectoryEntryStream {
    const directory = this.#directory();
    return new DirectoryEntryStream(attempt(() => Array.from(this.#tree.list(directory), ({ name, kind }) => ({ type: kind, name }))));
  }

  createDirectoryAt(path: string): void {
    const directory = this.#directory();
    attempt(() => this.#tree.createDirectory(directory, path));
  }

  stat(): DescriptorStat {
    return toDescriptorStat(this.#tree.stat(this.#node));
  }

  statAt(pathFlags: PathFlags, path: string): DescriptorStat {
    return toDescriptorStat(this.#tree.stat(this.#lookup(pathFlags, path)));
  }

  setTimesAt(pathFlags: PathFlags, path: string, accessed: NewTimestamp, modified: NewTimestamp): void {
    attempt(() => this.#tree.setTimes(this.#lookup(pathFlags, path), toTimes(accessed, modified)));
  }

  linkAt(pathFlags: PathFlags, oldPath: string, newDescriptor: Descriptor, newPath: string): void {
    const [from, to] = [this.#directory(), newDescriptor.#directory()];
    attempt(() => this.#tree.link(from, oldPath, pathFlags.symlinkFollow === true, to, newPath));
  }

  openAt(pathFlags: PathFlags, path: string, openFlags: OpenFlags, flags: DescriptorFlags): Descriptor {
    const directory = this.#directory();
    const isChange = flags.write === true || flags.mutateDirectory === true || openFlags.create === true || openFlags.truncate === true;
    // WIT: without `mutate-directory` on the directory it opens from, such an open fails with `read-only`.
    if (isChange && this.#flags.mutateDirectory !== true) refuse('read-only');
    const node = attempt(() =>
      this.#tree.open(directory, path, {
        follow: pathFlags.symlinkFollow === true,
        create: openFlags.create === true,
        exclusive: openFlags.exclusive === true,
        truncate: openFlags.truncate === true,
        directory: openFlags.directory === true,
        write: flags.write === true,
      }),
    );
    return new Descriptor(this.#tree, node, flags, this.#context);
  }

  readlinkAt(path: string): string {
    const directory = this.#directory();
    return attempt(() => this.#tree.readlink(directory, path));
  }

  removeDirectoryAt(path: string): void {
    const directory = this.#directory();
    attempt(() => this.#tree.removeDirectory(directory, path));
  }

  renameAt(oldPath: string, newDescriptor: Descriptor, newPath: string): void {
    const [from, to] = [this.#directory(), newDescriptor.#directory()];
    attempt(() => this.#tree.rename(from, oldPath, to, newPath));
  }

  symlinkAt(oldPath: string, newPath: string): void {
    const directory = this.#directory();
    attempt(() => this.#tree.symlink(oldPath, directory, newPath));
  }

  unlinkFileAt(path: string): void {
    const directory = this.#directory();
    attempt(() => this.#tree.unlink(directory, path));
  }

  isSameObject(other: Descriptor): boolean {
    return this.#node === other.#node;
  }

  metadataHash(): { lower: bigint; upper: bigint } {
    return hashOf(this.#node);
  }

  metadataHashAt(pathFlags: PathFlags, path: string): { lower: bigint; upper: bigint } {
    return hashOf(this.#lookup(pathFlags, path));
  }

  #lookup(pathFlags: PathFlags, path: string): FileNode {
    const directory = this.#directory();
    return attempt(() => this.#tree.lookup(directory, path, pathFlags.symlinkFollow === true));
  }

  #directory(): Directory {
    return this.#node.kind === 'directory' ? this.#node : refuse('not-directory');
  }

  #file(): RegularFile {
    return this.#node.kind === 'regular-file' ? this.#node : refuse(this.#node.kind === 'directory' ? 'is-directory' : 'bad-descriptor');
  }

  #readable(): RegularFile {
    const file = this.#file();
    return this.#flags.read === true ? file : refuse('bad-descriptor');
  }

  #writable(): RegularFile {
    const file = this.#file();
    return this.#flags.write === true ? file : refuse('bad-descriptor');
  }

  #writeStream(position: () => number, setPosition: (next: number) => void): OutputStream {
    const file = this.#writable();
    const sink: ByteSink = {
      capacity: () => MAX_READ_BYTES,
      write: (bytes) => {
        const start = position();
        this.#tree.write(file, start, bytes);
        setPosition(start + bytes.length);
      },
      ready: () => Promise.resolve(),
      close: () => {},
      abort: () => {},
    };
    return new OutputStream(sink, this.#context);
  }
}
