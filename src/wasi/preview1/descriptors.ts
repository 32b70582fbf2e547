import type { ByteSink, ByteSource } from '../bytes.ts';
import type { Directory, FileTree, RegularFile } from '../files.ts';
import { DIRECTORY_RIGHTS, FILE_RIGHTS, STREAM_INPUT_RIGHTS, STREAM_OUTPUT_RIGHTS } from './abi.ts';
import { ERRNO, WasiError } from './errno.ts';

interface DescriptorBase {
  /** `rights` bits: what this descriptor may do, and what those opened through it may. Only ever taken away. */
  rights: bigint;
  inheritingRights: bigint;
  /** `fdflags` bits. */
  flags: number;
}

export interface InputDescriptor extends DescriptorBase {
  readonly kind: 'input';
  readonly source: ByteSource;
}

export interface OutputDescriptor extends DescriptorBase {
  readonly kind: 'output';
  readonly sink: ByteSink;
}

export interface FileDescriptor extends DescriptorBase {
  readonly kind: 'file';
  readonly tree: FileTree;
  readonly node: RegularFile;
  position: number;
}

export interface DirectoryDescriptor extends DescriptorBase {
  readonly kind: 'directory';
  readonly tree: FileTree;
  readonly node: Directory;
  /** UTF-8 name under which the guest was given it; null: opened by the guest. */
  readonly preopenName: Uint8Array | null;
}

export type Descriptor = InputDescriptor | OutputDescriptor | FileDescriptor | DirectoryDescriptor;

export function inputDescriptor(source: ByteSource): InputDescriptor {
  return { kind: 'input', source, rights: STREAM_INPUT_RIGHTS, inheritingRights: 0n, flags: 0 };
}

export function outputDescriptor(sink: ByteSink): OutputDescriptor {
  return { kind: 'output', sink, rights: STREAM_OUTPUT_RIGHTS, inheritingRights: 0n, flags: 0 };
}

export function preopenDescriptor(tree: FileTree, name: string): DirectoryDescriptor {
  return {
    kind: 'directory',
    tree,
    node: tree.root,
    preopenName: new TextEncoder().encode(name),
    rights: DIRECTORY_RIGHTS,
    inheritingRights: DIRECTORY_RIGHTS | FILE_RIGHTS,
    flags: 0,
  };
}

/** More would be a leak of the guest's; POSIX systems commonly allow as many. */
const MAX_DESCRIPTORS = 65_536;

/** A guest's open descriptors; the lowest free number is given out, as POSIX has it. */
export class DescriptorTable {
  readonly #open: (Descriptor | undefined)[];

  constructor(descriptors: readonly Descriptor[]) {
    this.#open = [...descriptors];
  }

  /** @throws WasiError EBADF when `fd` is not open, ENOTCAPABLE when it lacks one of `rights` */
  get(fd: number, rights = 0n): Descriptor {
    const descriptor = this.#open[fd >>> 0];
    if (!descriptor) throw new WasiError(ERRNO.badf);
    if ((descriptor.rights & rights) !== rights) throw new WasiError(ERRNO.notcapable);
    return descriptor;
  }

  /** @throws WasiError as {@link get}; EISDIR for a directory, ESPIPE for a stream */
  file(fd: number, rights = 0n): FileDescriptor {
    const descriptor = this.get(fd);
    if (descriptor.kind === 'directory') throw new WasiError(ERRNO.isdir);
    if (descriptor.kind !== 'file') throw new WasiError(ERRNO.spipe);
    if ((descriptor.rights & rights) !== rights) throw new WasiError(ERRNO.notcapable);
    return descriptor;
  }

  /** @throws WasiError as {@link get}; ENOTDIR */
  directory(fd: number, rights = 0n): DirectoryDescriptor {
    const descriptor = this.get(fd);
    if (descriptor.kind !== 'directory') throw new WasiError(ERRNO.notdir);
    if ((descriptor.rights & rights) !== rights) throw new WasiError(ERRNO.notcapable);
    return descriptor;
  }

  add(descriptor: Descriptor): number {
    let fd = this.#open.indexOf(undefined);
    if (fd === -1) fd = this.#open.length;
    if (fd >= MAX_DESCRIPTORS) throw new WasiError(ERRNO.mfile);
    this.#open[fd] = descriptor;
    return fd;
  }

  close(fd: number): void {
    const descriptor = this.get(fd);
    this.#open[fd >>> 0] = undefined;
    if (descriptor.kind === 'input') descriptor.source.cancel();
    if (descriptor.kind === 'output') descriptor.sink.close();
  }

  /** Moves `from` to the number `to`, closing what was open there. @throws WasiError EBADF when either is not open */
  renumber(from: number, to: number): void {
    const descriptor = this.get(from);
    this.get(to);
    if (from >>> 0 === to >>> 0) return;
    this.close(to);
    this.#open[to >>> 0] = descriptor;
    this.#open[from >>> 0] = undefined;
  }
}
