import { RuntimeError } from '../../core/errors.ts';
import { andThen, type Soon } from '../soon.ts';
import { FDFLAGS, RIGHT } from './abi.ts';
import type { FileDescriptor, InputDescriptor, OutputDescriptor } from './descriptors.ts';
import { ERRNO, type Errno, WasiError } from './errno.ts';
import type { Guest } from './guest.ts';
import type { Iovec } from './guest-memory.ts';
import { putU32 } from './results.ts';

/** Pieces in which a large write meets a sink that may fill up in between. */
const MAX_PIECE_BYTES = 65_536;

/** `fd_read` and `fd_write`: the two that may have to wait, so they answer with an errno or, where the guest can be suspended, a promise of one. */
export function streamFunctions(guest: Guest) {
  const { memory, descriptors } = guest;

  return {
    fd_read(fd: number, iovecsPointer: number, iovecsLength: number, readPointer: number): Soon<Errno> {
      const descriptor = descriptors.get(fd);
      if (descriptor.kind === 'directory') throw new WasiError(ERRNO.isdir);
      if (descriptor.kind === 'output' || (descriptor.rights & RIGHT.fdRead) === 0n) throw new WasiError(ERRNO.notcapable);
      const iovecs = memory.iovecs(iovecsPointer, iovecsLength);
      memory.assertHolds(readPointer, 4);
      if (descriptor.kind === 'input') return readStream(guest, descriptor, iovecs, readPointer);
      return andThen(readFile(guest, descriptor, descriptor.position, iovecs), (lengthBytes) => {
        descriptor.position += lengthBytes;
        return putU32(memory, readPointer, lengthBytes);
      });
    },

    fd_write(fd: number, iovecsPointer: number, iovecsLength: number, writtenPointer: number): Soon<Errno> {
      const descriptor = descriptors.get(fd);
      if (descriptor.kind === 'directory') throw new WasiError(ERRNO.isdir);
      if (descriptor.kind === 'input' || (descriptor.rights & RIGHT.fdWrite) === 0n) throw new WasiError(ERRNO.notcapable);
      const iovecs = memory.iovecs(iovecsPointer, iovecsLength);
      memory.assertHolds(writtenPointer, 4);
      if (descriptor.kind === 'output') return writeStream(guest, descriptor, iovecs, writtenPointer);
      const isAppending = (descriptor.flags & FDFLAGS.append) !== 0;
      return andThen(writeFile(guest, descriptor, isAppending ? 'end' : descriptor.position, iovecs), ({ lengthBytes, position }) => {
        descriptor.position = position;
        return putU32(memory, writtenPointer, lengthBytes);
      });
    },
  };
}

/** Scatters what `file` holds from `offset` on; the number of bytes. */
export function readFile(guest: Guest, { files, node }: FileDescriptor, offset: number, iovecs: readonly Iovec[]): Soon<number> {
  return andThen(files.read(node, offset, totalOf(iovecs)), (bytes) => {
    scatter(guest, bytes, iovecs);
    return bytes.length;
  });
}

/** Gathers into `file` at `offset`, as one write; how many bytes, and the offset after them. */
export function writeFile(
  guest: Guest,
  { files, node }: FileDescriptor,
  offset: number | 'end',
  iovecs: readonly Iovec[],
): Soon<{ lengthBytes: number; position: number }> {
  const bytes = gather(guest, iovecs);
  return andThen(files.write(node, offset, bytes), (position) => ({ lengthBytes: bytes.length, position }));
}

function totalOf(iovecs: readonly Iovec[]): number {
  return iovecs.reduce((sum, { length }) => sum + length, 0);
}

/** All that `iovecs` name, together: a view of guest memory when it is one piece. @throws WasiError EINVAL when they name more than there is, one piece again and again */
function gather(guest: Guest, iovecs: readonly Iovec[]): Uint8Array {
  const pieces = iovecs.filter(({ length }) => length > 0);
  const [first] = pieces;
  if (!first) return new Uint8Array(0);
  if (pieces.length === 1) return guest.memory.bytes(first.pointer, first.length);
  const total = totalOf(pieces);
  if (total > guest.memory.sizeBytes) throw new WasiError(ERRNO.inval);
  const bytes = new Uint8Array(total);
  let offset = 0;
  for (const { pointer, length } of pieces) {
    bytes.set(guest.memory.bytes(pointer, length), offset);
    offset += length;
  }
  return bytes;
}

function readStream(guest: Guest, descriptor: InputDescriptor, iovecs: readonly Iovec[], readPointer: number): Soon<Errno> {
  const { source } = descriptor;
  const wanted = totalOf(iovecs);

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

function writeStream(guest: Guest, descriptor: OutputDescriptor, iovecs: readonly Iovec[], writtenPointer: number): Soon<Errno> {
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
