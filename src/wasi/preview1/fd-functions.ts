import { wallClockNs } from '../clock.ts';
import { type Directory, type DirectoryItem, FileError, type FileNode, nodeSizeBytes } from '../files.ts';
import { FDFLAGS, FILETYPE, FSTFLAGS, PREOPENTYPE_DIR, RIGHT, WHENCE } from './abi.ts';
import { ERRNO, WasiError } from './errno.ts';
import type { Guest } from './guest.ts';
import type { GuestMemory } from './guest-memory.ts';
import { readFile, writeFile } from './stream-functions.ts';

const FDSTAT_BYTES = 24;
const FILESTAT_BYTES = 64;
const DIRENT_BYTES = 24;
const ALL_FDFLAGS = FDFLAGS.append | FDFLAGS.dsync | FDFLAGS.nonblock | FDFLAGS.rsync | FDFLAGS.sync;
const MAX_ADVICE = 5;
/** Listing cookies of `.` and `..`; those of real names begin after them (files.ts). */
const COOKIE_SELF = 1;
const COOKIE_PARENT = 2;

const FILETYPES = { 'regular-file': FILETYPE.regularFile, directory: FILETYPE.directory, 'symbolic-link': FILETYPE.symbolicLink } as const;

const encoder = new TextEncoder();

/** Everything on open descriptors that never waits. */
export function fdFunctions(guest: Guest) {
  const { memory, descriptors } = guest;

  return {
    fd_advise(fd: number, offset: bigint, length: bigint, advice: number) {
      descriptors.file(fd, RIGHT.fdAdvise);
      if (offset < 0n || length < 0n || advice >>> 0 > MAX_ADVICE) throw new WasiError(ERRNO.inval);
      return ERRNO.success;
    },

    fd_allocate(fd: number, offset: bigint, length: bigint) {
      const { tree, node } = descriptors.file(fd, RIGHT.fdAllocate);
      if (offset < 0n || length <= 0n) throw new WasiError(ERRNO.inval);
      const end = toOffset(offset + length, ERRNO.fbig);
      if (end > node.sizeBytes) tree.resize(node, end);
      return ERRNO.success;
    },

    fd_close(fd: number) {
      descriptors.close(fd);
      return ERRNO.success;
    },

    /** Memory is as safe as these files get, so both kinds of sync have nothing to do. */
    fd_datasync(fd: number) {
      descriptors.get(fd);
      return ERRNO.success;
    },

    fd_sync(fd: number) {
      descriptors.get(fd);
      return ERRNO.success;
    },

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
        putFilestat(memory, pointer, descriptor.node);
      }
      return ERRNO.success;
    },

    fd_filestat_set_size(fd: number, size: bigint) {
      const { tree, node } = descriptors.file(fd, RIGHT.fdFilestatSetSize);
      tree.resize(node, toOffset(size, ERRNO.fbig));
      return ERRNO.success;
    },

    fd_filestat_set_times(fd: number, accessedNs: bigint, modifiedNs: bigint, flags: number) {
      const descriptor = descriptors.get(fd, RIGHT.fdFilestatSetTimes);
      if (descriptor.kind === 'input' || descriptor.kind === 'output') throw new WasiError(ERRNO.inval);
      descriptor.tree.setTimes(descriptor.node, timesFrom(accessedNs, modifiedNs, flags));
      return ERRNO.success;
    },

    fd_pread(fd: number, iovecsPointer: number, iovecsLength: number, offset: bigint, readPointer: number) {
      const descriptor = descriptors.file(fd, RIGHT.fdRead | RIGHT.fdSeek);
      const iovecs = memory.iovecs(iovecsPointer, iovecsLength);
      memory.assertHolds(readPointer, 4);
      memory.setU32(readPointer, readFile(guest, descriptor, toOffset(offset, ERRNO.inval), iovecs));
      return ERRNO.success;
    },

    /** With `append` the bytes go to the end, as Linux has it. */
    fd_pwrite(fd: number, iovecsPointer: number, iovecsLength: number, offset: bigint, writtenPointer: number) {
      const descriptor = descriptors.file(fd, RIGHT.fdWrite | RIGHT.fdSeek);
      const iovecs = memory.iovecs(iovecsPointer, iovecsLength);
      memory.assertHolds(writtenPointer, 4);
      const start = toOffset(offset, ERRNO.fbig);
      const isAppending = (descriptor.flags & FDFLAGS.append) !== 0;
      memory.setU32(writtenPointer, writeFile(guest, descriptor, isAppending ? descriptor.node.sizeBytes : start, iovecs));
      return ERRNO.success;
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
      const { tree, node } = descriptors.directory(fd, RIGHT.fdReaddir);
      const buffer = memory.bytes(pointer, length);
      memory.assertHolds(usedPointer, 4);
      const after = toOffset(cookie, ERRNO.inval);
      let used = 0;
      for (const item of itemsOf(node, tree.list(node, after), after)) {
        if (used === buffer.length) break;
        used += putCut(buffer, used, direntBytes(item));
      }
      memory.setU32(usedPointer, used);
      return ERRNO.success;
    },

    fd_renumber(from: number, to: number) {
      descriptors.renumber(from, to);
      return ERRNO.success;
    },

    fd_seek(fd: number, offset: bigint, whence: number, resultPointer: number) {
      // Asking where it stands needs less than moving it.
      const right = offset === 0n && whence === WHENCE.cur ? RIGHT.fdTell : RIGHT.fdSeek;
      const descriptor = descriptors.file(fd, right);
      const bases = [0, descriptor.position, descriptor.node.sizeBytes];
      const base = bases[whence];
      if (base === undefined) throw new WasiError(ERRNO.inval);
      const position = toOffset(BigInt(base) + offset, ERRNO.inval);
      memory.setU64(resultPointer, BigInt(position));
      descriptor.position = position;
      return ERRNO.success;
    },

    fd_tell(fd: number, resultPointer: number) {
      memory.setU64(resultPointer, BigInt(descriptors.file(fd, RIGHT.fdTell).position));
      return ERRNO.success;
    },
  };
}

/** `filestat` at `pointer`. One file system, so device 1 always. */
export function putFilestat(memory: GuestMemory, pointer: number, node: FileNode): void {
  memory.bytes(pointer, FILESTAT_BYTES).fill(0);
  memory.setU64(pointer, 1n);
  memory.setU64(pointer + 8, node.inode);
  memory.setU8(pointer + 16, FILETYPES[node.kind]);
  memory.setU64(pointer + 24, BigInt(node.links));
  memory.setU64(pointer + 32, BigInt(nodeSizeBytes(node)));
  memory.setU64(pointer + 40, node.accessedNs);
  memory.setU64(pointer + 48, node.modifiedNs);
  memory.setU64(pointer + 56, node.changedNs);
}

/** The times that `fstflags` asks to set. @throws WasiError EINVAL for flags that contradict each other or do not exist */
export function timesFrom(accessedNs: bigint, modifiedNs: bigint, flags: number): { accessedNs?: bigint; modifiedNs?: bigint } {
  const { atim, atimNow, mtim, mtimNow } = FSTFLAGS;
  if ((flags & ~(atim | atimNow | mtim | mtimNow)) !== 0) throw new WasiError(ERRNO.inval);
  if ((flags & atim && flags & atimNow) || (flags & mtim && flags & mtimNow)) throw new WasiError(ERRNO.inval);
  const nowNs = wallClockNs();
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

function* itemsOf(directory: Directory, items: Iterable<DirectoryItem>, after: number): Generator<DirectoryItem> {
  if (directory.links === 0) throw new FileError('no-entry');
  if (after < COOKIE_SELF) yield { name: '.', node: directory, cookie: COOKIE_SELF };
  if (after < COOKIE_PARENT) yield { name: '..', node: directory.parent ?? directory, cookie: COOKIE_PARENT };
  yield* items;
}

function direntBytes({ name, node, cookie }: DirectoryItem): Uint8Array {
  const nameBytes = encoder.encode(name);
  const bytes = new Uint8Array(DIRENT_BYTES + nameBytes.length);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, BigInt(cookie), true);
  view.setBigUint64(8, node.inode, true);
  view.setUint32(16, nameBytes.length, true);
  view.setUint8(20, FILETYPES[node.kind]);
  bytes.set(nameBytes, DIRENT_BYTES);
  return bytes;
}

/** Copies as much of `bytes` as fits: a guest knows by the full buffer that there is more, and asks again from the last whole entry. */
function putCut(buffer: Uint8Array, offset: number, bytes: Uint8Array): number {
  const part = bytes.subarray(0, buffer.length - offset);
  buffer.set(part, offset);
  return part.length;
}
