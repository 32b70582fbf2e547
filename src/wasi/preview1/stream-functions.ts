import { RuntimeError } from '../../core/errors.ts';
import { FDFLAGS, RIGHT } from './abi.ts';
import type { FileDescriptor, InputDescriptor, OutputDescriptor } from './descriptors.ts';
import { ERRNO, type Errno, WasiError } from './errno.ts';
import type { Guest } from './guest.ts';
import type { Iovec } from './guest-memory.ts';

/** Pieces in which a large write meets a sink that may fill up in between. */
const MAX_PIECE_BYTES = 65_536;

/** `fd_read` and `fd_write`: the two that may have to wait, so they answer with an errno or, where the guest can be suspended, a promise of one. */
export function streamFunctions(guest: Guest) {
  const { memory, descriptors } = guest;

  return {
    fd_read(fd: number, iovecsPointer: number, iovecsLength: number, readPointer: number): Errno | Promise<Errno> {
      const descriptor = descriptors.get(fd);
      if (descriptor.kind === 'directory') throw new WasiError(ERRNO.isdir);
      if (descriptor.kind === 'output' || (descriptor.rights & RIGHT.fdRead) === 0n) throw new WasiError(ERRNO.notcapable);
      const iovecs = memory.iovecs(iovecsPointer, iovecsLength);
      memory.assertHolds(readPointer, 4);
      if (descriptor.kind === 'input') return readStream(guest, descriptor, iovecs, readPointer);
      const lengthBytes = readFile(guest, descriptor, descriptor.position, iovecs);
      descriptor.position += lengthBytes;
      memory.setU32(readPointer, lengthBytes);
      return ERRNO.success;
    },

    fd_write(fd: number, iovecsPointer: number, iovecsLength: number, writtenPointer: number): Errno | Promise<Errno> {
      const descriptor = descriptors.get(fd);
      if (descriptor.kind === 'directory') throw new WasiError(ERRNO.isdir);
      if (descriptor.kind === 'input' || (descriptor.rights & RIGHT.fdWrite) === 0n) throw new WasiError(ERRNO.notcapable);
      const iovecs = memory.iovecs(iovecsPointer, iovecsLength);
      memory.assertHolds(writtenPointer, 4);
      if (descriptor.kind === 'output') return writeStream(guest, descriptor, iovecs, writtenPointer);
      const isAppending = (descriptor.flags & FDFLAGS.append) !== 0;
      const start = isAppending ? descriptor.node.sizeBytes : descriptor.position;
      const lengthBytes = writeFile(guest, descriptor, start, iovecs);
      descriptor.position = start + lengthBytes;
      memory.setU32(writtenPointer, lengthBytes);
      return ERRNO.success;
    },
  };
}

/** Scatters what `file` holds from `offset` on; the number of bytes. */
export function readFile(guest: Guest, { tree, node }: FileDescriptor, offset: number, iovecs: readonly Iovec[]): number {
  let lengthBytes = 0;
  for (const { pointer, length } of iovecs) {
    const piece = tree.read(node, offset + lengthBytes, length);
    guest.memory.setBytes(pointer, piece);
    lengthBytes += piece.length;
    if (piece.length < length) break;
  }
  return lengthBytes;
}

/** Gathers into `file` at `offset`; the number of bytes. */
export function writeFile(guest: Guest, { tree, node }: FileDescriptor, offset: number, iovecs: readonly Iovec[]): number {
  let lengthBytes = 0;
  for (const { pointer, length } of iovecs) {
    tree.write(node, offset + lengthBytes, guest.memory.bytes(pointer, length));
    lengthBytes += length;
  }
  return lengthBytes;
}

function readStream(guest: Guest, descriptor: InputDescriptor, iovecs: readonly Iovec[], readPointer: number): Errno | Promise<Errno> {
  const { source } = descriptor;
  const wanted = iovecs.reduce((sum, { length }) => sum + length, 0);

  /** False: nothing is here yet. */
  const take = (): boolean => {
    guest.assertWanted();
    const piece = guardStream(guest, ERRNO.io, () => source.read(wanted));
    if (piece !== null && piece.length === 0) return false;
    if (piece !== null) scatter(guest, piece, iovecs);
    guest.memory.setU32(readPointer, piece?.length ?? 0);
    return true;
  };

  if (wanted === 0) {
    guest.memory.setU32(readPointer, 0);
    return ERRNO.success;
  }
  if ((descriptor.flags & FDFLAGS.nonblock) !== 0) {
    if (take()) return ERRNO.success;
    throw new WasiError(ERRNO.again);
  }
  return guest.until(take, () => [source.ready()]);
}

function scatter(guest: Guest, piece: Uint8Array, iovecs: readonly Iovec[]): void {
  let offset = 0;
  for (const { pointer, length } of iovecs) {
    const part = piece.subarray(offset, offset + length);
    guest.memory.setBytes(pointer, part);
    offset += part.length;
    if (offset === piece.length) return;
  }
}

function writeStream(guest: Guest, descriptor: OutputDescriptor, iovecs: readonly Iovec[], writtenPointer: number): Errno | Promise<Errno> {
  const { sink } = descriptor;
  let index = 0;
  let offset = 0;
  let written = 0;

  /** False: the sink is full and `iovecs` are not through. */
  const put = (): boolean => {
    guest.assertWanted();
    for (let iovec = iovecs[index]; iovec; iovec = iovecs[index]) {
      if (offset === iovec.length) {
        index += 1;
        offset = 0;
        continue;
      }
      const piece = guest.memory.bytes(iovec.pointer + offset, Math.min(iovec.length - offset, MAX_PIECE_BYTES));
      const isWritten = guardStream(guest, ERRNO.pipe, () => {
        if (sink.capacity() <= 0) return false;
        sink.write(piece);
        return true;
      });
      if (!isWritten) return false;
      offset += piece.length;
      written += piece.length;
    }
    return true;
  };

  const finish = (): true => {
    guest.memory.setU32(writtenPointer, written);
    return true;
  };

  if ((descriptor.flags & FDFLAGS.nonblock) !== 0) {
    if (!put() && written === 0) throw new WasiError(ERRNO.again);
    finish();
    return ERRNO.success;
  }
  return guest.until(
    () => put() && finish(),
    () => [sink.ready()],
  );
}

/** What breaks a stream is the runtime's own word (RuntimeError: it unwinds the guest and answers the request), the end of the request, or else an errno. */
function guardStream<T>(guest: Guest, errno: Errno, use: () => T): T {
  try {
    return use();
  } catch (error) {
    guest.assertWanted();
    if (error instanceof RuntimeError) throw error;
    throw new WasiError(errno, { cause: error });
  }
}
