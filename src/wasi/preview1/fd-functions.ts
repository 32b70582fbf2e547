import type { DirectoryItem } from '../file-system.ts';
import { andThen, type Soon } from '../soon.ts';
import { ALL_FDFLAGS, FDFLAGS, FILETYPE, FSTFLAGS, PREOPENTYPE_DIR, RIGHT, WHENCE } from './abi.ts';
import type { Descriptor } from './descriptors.ts';
import { ERRNO, WasiError } from './errno.ts';
import type { Guest } from './guest.ts';
import { FILESTAT_BYTES, FILETYPES, putFilestat, putU32, succeeded } from './results.ts';
import { readFile, writeFile } from './stream-functions.ts';

const FDSTAT_BYTES = 24;
const DIRENT_BYTES = 24;
const MAX_ADVICE = 5;
/** Listing cookies of `.` and `..`; those of real names begin after them (file-system.ts). */
const COOKIE_SELF = 1;
const COOKIE_PARENT = 2;

const encoder = new TextEncoder();

/** Everything on open descriptors but `fd_read` and `fd_write`: waits only where their file system does. */
export function fdFunctions(guest: Guest) {
  const { memory, descriptors } = guest;

  const tell = (fd: number, resultPointer: number) => {
    const descriptor = descriptors.file(fd);
    // `fd_seek` implies `fd_tell`.
    if ((descriptor.rights & (RIGHT.fdTell | RIGHT.fdSeek)) === 0n) throw new WasiError(ERRNO.notcapable);
    memory.setU64(resultPointer, BigInt(descriptor.position));
    return ERRNO.success;
  };

  return {
    fd_advise(fd: number, offset: bigint, length: bigint, advice: number) {
      descriptors.file(fd, RIGHT.fdAdvise);
      if (offset < 0n || length < 0n || advice >>> 0 > MAX_ADVICE) throw new WasiError(ERRNO.inval);
      return ERRNO.success;
    },

    fd_allocate(fd: number, offset: bigint, length: bigint) {
      const { files, node } = descriptors.file(fd, RIGHT.fdAllocate);
      if (offset < 0n || length <= 0n) throw new WasiError(ERRNO.inval);
      const end = toOffset(offset + length, ERRNO.fbig);
      return succeeded(andThen(files.stat(node), ({ sizeBytes }) => (end > sizeBytes ? files.resize(node, end) : undefined)));
    },

    fd_close(fd: number) {
      return succeeded(descriptors.close(fd));
    },

    fd_datasync: (fd: number) => succeeded(sync(descriptors.get(fd, RIGHT.fdDatasync), 'data')),

    fd_sync: (fd: number) => succeeded(sync(descriptors.get(fd, RIGHT.fdSync), 'all')),

    fd_fdstat_get(fd: number, pointer: number) {
      const descriptor = descriptors.get(fd);
      const isStream = descriptor.kind === 'input' || descriptor.kind === 'output';
      memory.bytes(pointer, FDSTAT_BYTES).fill(0);
      memory.setU8(pointer, isStream ? FILETYPE.unknown : FILETYPES[descriptor.node.kind]);
      memory.setU16(pointer + 2, descriptor.flags);
      memory.setU64(pointer + 8, descriptor.rights);
      memory.setU64(pointer + 16, descriptor.inheritingRights);
      return ERRNO.success;
    },

    fd_fdstat_set_flags(fd: number, flags: number) {
      const descriptor = descriptors.get(fd, RIGHT.fdFdstatSetFlags);
      if ((flags & ~ALL_FDFLAGS) !== 0) throw new WasiError(ERRNO.inval);
      descriptor.flags = flags;
      return ERRNO.success;
    },

    fd_fdstat_set_rights(fd: number, rights: bigint, inheritingRights: bigint) {
      const descriptor = descriptors.get(fd);
      const base = BigInt.asUintN(64, rights);
      const inheriting = BigInt.asUintN(64, inheritingRights);
      if ((base & ~descriptor.rights) !== 0n || (inheriting & ~descriptor.inheritingRights) !== 0n) throw new WasiError(ERRNO.notcapable);
      descriptor.rights = base;
      descriptor.inheritingRights = inheriting;
      return ERRNO.success;
    },

    fd_filestat_get(fd: number, pointer: number) {
      const descriptor = descriptors.get(fd, RIGHT.fdFilestatGet);
      if (descriptor.kind === 'input' || descriptor.kind === 'output') {
        memory.bytes(pointer, FILESTAT_BYTES).fill(0);
        memory.setU64(pointer + 24, 1n);
      } else {
        memory.assertHolds(pointer, FILESTAT_BYTES);
        return andThen(descriptor.files.stat(descriptor.node), (stat) => putFilestat(memory, pointer, guest.deviceOf(descriptor.files), stat));
      }
      return ERRNO.success;
    },

    fd_filestat_set_size(fd: number, size: bigint) {
      const { files, node } = descriptors.file(fd, RIGHT.fdFilestatSetSize);
      return succeeded(files.resize(node, toOffset(size, ERRNO.fbig)));
    },

    fd_filestat_set_times(fd: number, accessedNs: bigint, modifiedNs: bigint, flags: number) {
      const descriptor = descriptors.get(fd, RIGHT.fdFilestatSetTimes);
      if (descriptor.kind === 'input' || descriptor.kind === 'output') throw new WasiError(ERRNO.inval);
      return succeeded(descriptor.files.setTimes(descriptor.node, timesFrom(accessedNs, modifiedNs, flags, guest.sources.clock.wallNs())));
    },

    fd_pread(fd: number, iovecsPointer: number, iovecsLength: number, offset: bigint, readPointer: number) {
      const descriptor = descriptors.file(fd, RIGHT.fdRead | RIGHT.fdSeek);
      const iovecs = memory.iovecs(iovecsPointer, iovecsLength);
      memory.assertHolds(readPointer, 4);
      return andThen(readFile(guest, descriptor, toOffset(offset, ERRNO.inval), iovecs), (lengthBytes) => putU32(memory, readPointer, lengthBytes));
    },

    /** With `append` the bytes go to the end, as Linux has it. */
    fd_pwrite(fd: number, iovecsPointer: number, iovecsLength: number, offset: bigint, writtenPointer: number) {
      const descriptor = descriptors.file(fd, RIGHT.fdWrite | RIGHT.fdSeek);
      const iovecs = memory.iovecs(iovecsPointer, iovecsLength);
      memory.assertHolds(writtenPointer, 4);
      const start = toOffset(offset, ERRNO.fbig);
      const isAppending = (descriptor.flags & FDFLAGS.append) !== 0;
      return andThen(writeFile(guest, descriptor, isAppending ? 'end' : start, iovecs), ({ lengthBytes }) => putU32(memory, writtenPointer, lengthBytes));
    },

    /** EBADF for everything but a preopen: wasi-libc counts the preopens up to the first EBADF and gives up on any other errno. */
    fd_prestat_get(fd: number, pointer: number) {
      const name = preopenName(guest, fd);
      memory.setU32(pointer, PREOPENTYPE_DIR);
      memory.setU32(pointer + 4, name.length);
      return ERRNO.success;
    },

    fd_prestat_dir_name(fd: number, pointer: number, length: number) {
      const name = preopenName(guest, fd);
      if (length >>> 0 < name.length) throw new WasiError(ERRNO.nametoolong);
      memory.setBytes(pointer, name);
      return ERRNO.success;
    },

    fd_readdir(fd: number, pointer: number, length: number, cookie: bigint, usedPointer: number) {
      const { files, node } = descriptors.directory(fd, RIGHT.fdReaddir);
      const buffer = memory.bytes(pointer, length);
      memory.assertHolds(usedPointer, 4);
      const after = toOffset(cookie, ERRNO.inval);
      return andThen(files.list(node, after), (items) =>
        andThen(files.parentOf(node), ({ inode: parentInode }) => {
          let used = 0;
          for (const item of withDots(items, after, node.inode, parentInode)) {
            if (used === buffer.length) break;
            used += putCut(buffer, used, direntBytes(item));
          }
          return putU32(memory, usedPointer, used);
        }),
      );
    },

    fd_renumber: (from: number, to: number) => succeeded(descriptors.renumber(from, to)),

    fd_seek(fd: number, offset: bigint, whence: number, resultPointer: number) {
      // Asking where it stands needs less than moving it.
      if (offset === 0n && whence === WHENCE.cur) return tell(fd, resultPointer);
      const descriptor = descriptors.file(fd, RIGHT.fdSeek);
      const moveFrom = (base: number) => {
        const position = toOffset(BigInt(base) + offset, ERRNO.inval);
        memory.setU64(resultPointer, BigInt(position));
        descriptor.position = position;
        return ERRNO.success;
      };
      if (whence === WHENCE.set) return moveFrom(0);
      if (whence === WHENCE.cur) return moveFrom(descriptor.position);
      if (whence === WHENCE.end) return andThen(descriptor.files.stat(descriptor.node), ({ sizeBytes }) => moveFrom(sizeBytes));
      throw new WasiError(ERRNO.inval);
    },

    fd_tell: tell,
  };
}

function sync(descriptor: Descriptor, what: 'data' | 'all'): Soon<void> {
  if (descriptor.kind === 'file' || descriptor.kind === 'directory') return descriptor.files.sync(descriptor.node, what);
}

/** The times that `fstflags` asks to set. @throws WasiError EINVAL for flags that contradict each other or do not exist */
export function timesFrom(accessedNs: bigint, modifiedNs: bigint, flags: number, nowNs: bigint): { accessedNs?: bigint; modifiedNs?: bigint } {
  const { atim, atimNow, mtim, mtimNow } = FSTFLAGS;
  if ((flags & ~(atim | atimNow | mtim | mtimNow)) !== 0) throw new WasiError(ERRNO.inval);
  if ((flags & atim && flags & atimNow) || (flags & mtim && flags & mtimNow)) throw new WasiError(ERRNO.inval);
  return {
    ...(flags & atim && { accessedNs: BigInt.asUintN(64, accessedNs) }),
    ...(flags & atimNow && { accessedNs: nowNs }),
    ...(flags & mtim && { modifiedNs: BigInt.asUintN(64, modifiedNs) }),
    ...(flags & mtimNow && { modifiedNs: nowNs }),
  };
}

function toOffset(value: bigint, errno: typeof ERRNO.inval | typeof ERRNO.fbig): number {
  if (value < 0n) throw new WasiError(ERRNO.inval);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new WasiError(errno);
  return Number(value);
}

function preopenName(guest: Guest, fd: number): Uint8Array {
  const descriptor = guest.descriptors.get(fd);
  if (descriptor.kind !== 'directory' || descriptor.preopenName === null) throw new WasiError(ERRNO.badf);
  return descriptor.preopenName;
}

function* withDots(items: Iterable<DirectoryItem>, after: number, inode: bigint, parentInode: bigint): Generator<DirectoryItem> {
  if (after < COOKIE_SELF) yield { name: '.', kind: 'directory', inode, cookie: COOKIE_SELF };
  if (after < COOKIE_PARENT) yield { name: '..', kind: 'directory', inode: parentInode, cookie: COOKIE_PARENT };
  yield* items;
}

function direntBytes({ name, kind, inode, cookie }: DirectoryItem): Uint8Array {
  const nameBytes = encoder.encode(name);
  const bytes = new Uint8Array(DIRENT_BYTES + nameBytes.length);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(cookie), true);
  view.setBigUint64(8, inode, true);
  view.setUint32(16, nameBytes.length, true);
  view.setUint8(20, FILETYPES[kind]);
  bytes.set(nameBytes, DIRENT_BYTES);
  return bytes;
}

/** Copies as much of `bytes` as fits: a guest knows by the full buffer that there is more, and asks again from the last whole entry. */
function putCut(buffer: Uint8Array, offset: number, bytes: Uint8Array): number {
  const part = bytes.subarray(0, buffer.length - offset);
  buffer.set(part, offset);
  return part.length;
}
