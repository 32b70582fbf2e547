import type { ByteSink, ByteSource } from '../bytes.ts';
import type { DirectoryRef, FileRef, FileSystem, Preopen } from '../file-system.ts';
import type { Soon } from '../soon.ts';
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
  readonly files: FileSystem;
  readonly node: FileRef;
  position: number;
}

export interface DirectoryDescriptor extends DescriptorBase {
  readonly kind: 'directory';
  readonly files: FileSystem;
  readonly node: DirectoryRef;
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

export function preopenDescriptor({ files, name }: Preopen): DirectoryDescriptor {
  return {
    kind: 'directory',
    files,
    node: files.root,
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

  /** Asked before something is opened or made, so that nothing is that then gets no number. @throws WasiError EMFILE */
  assertRoom(): void {
    if (this.#free() >= MAX_DESCRIPTORS) throw new WasiError(ERRNO.mfile);
  }

  add(descriptor: Descriptor): number {
    const fd = this.#free();
    this.#open[fd] = descriptor;
    return fd;
  }

  #free(): number {
    const fd = this.#open.indexOf(undefined);
    return fd === -1 ? this.#open.length : fd;
  }

  close(fd: number): Soon<void> {
    const descriptor = this.get(fd);
    this.#open[fd >>> 0] = undefined;
    return letGo(descriptor);
  }

  /** Moves `from` to the number `to`, closing what was open there. @throws WasiError EBADF when either is not open */
  renumber(from: number, to: number): Soon<void> {
    const descriptor = this.get(from);
    const replaced = this.get(to);
    if (from >>> 0 === to >>> 0) return;
    this.#open[to >>> 0] = descriptor;
    this.#open[from >>> 0] = undefined;
    return letGo(replaced);
  }

  /** Closes the files and directories that the guest left open; the streams are their owner's. Never fails: what was acknowledged is kept without it. */
  closeFiles(): Soon<unknown> {
    const closings: Promise<unknown>[] = [];
    for (const descriptor of this.#open) {
      if (descriptor?.kind !== 'file' && descriptor?.kind !== 'directory') continue;
      const closing = letGo(descriptor);
      if (closing instanceof Promise) closings.push(closing);
    }
    this.#open.length = 0;
    return closings.length > 0 ? Promise.allSettled(closings) : undefined;
  }
}

function letGo(descriptor: Descriptor): Soon<void> {
  if (descriptor.kind === 'input') return descriptor.source.cancel();
  if (descriptor.kind === 'output') return descriptor.sink.close();
  // A preopen was given to the guest, not opened by it.
  if (descriptor.kind === 'directory' && descriptor.preopenName !== null) return;
  return descriptor.files.close(descriptor.node);
}
