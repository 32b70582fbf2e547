import { andThen, type Soon } from '../soon.ts';
import { ALL_FDFLAGS, ALL_OFLAGS, DIRECTORY_RIGHTS, FDFLAGS, FILE_RIGHTS, FILE_WRITE_RIGHTS, LOOKUP_SYMLINK_FOLLOW, OFLAGS, RIGHT } from './abi.ts';
import { ERRNO, type Errno, WasiError } from './errno.ts';
import { timesFrom } from './fd-functions.ts';
import type { Guest } from './guest.ts';
import { putFilestat, putU32, succeeded } from './results.ts';

const encoder = new TextEncoder();

/** Everything that names a file by its path; waits only where the file system does. */
export function pathFunctions(guest: Guest) {
  const { memory, descriptors } = guest;

  return {
    path_create_directory(fd: number, pathPointer: number, pathLength: number) {
      const { files, node } = descriptors.directory(fd, RIGHT.pathCreateDirectory);
      return succeeded(files.createDirectory(node, memory.text(pathPointer, pathLength)));
    },

    path_filestat_get(fd: number, lookup: number, pathPointer: number, pathLength: number, resultPointer: number) {
      const { files, node } = descriptors.directory(fd, RIGHT.pathFilestatGet);
      const found = files.lookup(node, memory.text(pathPointer, pathLength), isFollowing(lookup));
      return andThen(found, (target) => andThen(files.stat(target), (stat) => putFilestat(memory, resultPointer, guest.deviceOf(files), stat)));
    },

    path_filestat_set_times(fd: number, lookup: number, pathPointer: number, pathLength: number, accessedNs: bigint, modifiedNs: bigint, flags: number) {
      const { files, node } = descriptors.directory(fd, RIGHT.pathFilestatSetTimes);
      const times = timesFrom(accessedNs, modifiedNs, flags, guest.sources.clock.wallNs());
      const found = files.lookup(node, memory.text(pathPointer, pathLength), isFollowing(lookup));
      return succeeded(andThen(found, (target) => files.setTimes(target, times)));
    },

    path_link(fromFd: number, lookup: number, fromPointer: number, fromLength: number, toFd: number, toPointer: number, toLength: number) {
      const from = descriptors.directory(fromFd, RIGHT.pathLinkSource);
      const to = descriptors.directory(toFd, RIGHT.pathLinkTarget);
      if (from.files !== to.files) throw new WasiError(ERRNO.xdev);
      // Following here is refused by the other engines too: a link to what a link points at cannot be made without a race there.
      if (isFollowing(lookup)) throw new WasiError(ERRNO.inval);
      return succeeded(from.files.link(from.node, memory.text(fromPointer, fromLength), false, to.node, memory.text(toPointer, toLength)));
    },

    path_open(
      fd: number,
      lookup: number,
      pathPointer: number,
      pathLength: number,
      oflags: number,
      wantedRights: bigint,
      wantedInheriting: bigint,
      flags: number,
      resultPointer: number,
    ): Soon<Errno> {
      const { files, node: base, rights: baseRights, inheritingRights } = descriptors.directory(fd, RIGHT.pathOpen);
      const path = memory.text(pathPointer, pathLength);
      memory.assertHolds(resultPointer, 4);
      if ((oflags & ~ALL_OFLAGS) !== 0 || (flags & ~ALL_FDFLAGS) !== 0) throw new WasiError(ERRNO.inval);
      const wanted = BigInt.asUintN(64, wantedRights);
      const isWriting = (wanted & FILE_WRITE_RIGHTS) !== 0n;
      const needed = ((oflags & OFLAGS.creat) !== 0 ? RIGHT.pathCreateFile : 0n) | ((oflags & OFLAGS.trunc) !== 0 ? RIGHT.pathFilestatSetSize : 0n);
      if ((baseRights & needed) !== needed) throw new WasiError(ERRNO.notcapable);
      // Other rights that the directory cannot pass on are left out, as toolchains ask for all there are; the right to write is never dropped in silence.
      if (isWriting && (inheritingRights & RIGHT.fdWrite) === 0n) throw new WasiError(ERRNO.notcapable);
      if (!maySync(flags, inheritingRights)) throw new WasiError(ERRNO.notcapable);
      descriptors.assertRoom();
      const opened = files.open(base, path, {
        follow: isFollowing(lookup),
        create: (oflags & OFLAGS.creat) !== 0,
        exclusive: (oflags & OFLAGS.excl) !== 0,
        truncate: (oflags & OFLAGS.trunc) !== 0,
        directory: (oflags & OFLAGS.directory) !== 0,
        write: isWriting,
      });
      const rights = wanted & inheritingRights;
      const inheriting = BigInt.asUintN(64, wantedInheriting) & inheritingRights;
      return andThen(opened, (node) => {
        const descriptor =
          node.kind === 'directory'
            ? ({ kind: 'directory', files, node, preopenName: null, rights: rights & DIRECTORY_RIGHTS, inheritingRights: inheriting, flags } as const)
            : ({ kind: 'file', files, node, position: 0, rights: rights & FILE_RIGHTS, inheritingRights: 0n, flags } as const);
        return putU32(memory, resultPointer, descriptors.add(descriptor));
      });
    },

    path_readlink(fd: number, pathPointer: number, pathLength: number, bufferPointer: number, bufferLength: number, usedPointer: number) {
      const { files, node } = descriptors.directory(fd, RIGHT.pathReadlink);
      return andThen(files.readlink(node, memory.text(pathPointer, pathLength)), (target) => {
        const part = encoder.encode(target).subarray(0, bufferLength >>> 0);
        memory.setBytes(bufferPointer, part);
        return putU32(memory, usedPointer, part.length);
      });
    },

    path_remove_directory(fd: number, pathPointer: number, pathLength: number) {
      const { files, node } = descriptors.directory(fd, RIGHT.pathRemoveDirectory);
      return succeeded(files.removeDirectory(node, memory.text(pathPointer, pathLength)));
    },

    path_rename(fromFd: number, fromPointer: number, fromLength: number, toFd: number, toPointer: number, toLength: number) {
      const from = descriptors.directory(fromFd, RIGHT.pathRenameSource);
      const to = descriptors.directory(toFd, RIGHT.pathRenameTarget);
      if (from.files !== to.files) throw new WasiError(ERRNO.xdev);
      return succeeded(from.files.rename(from.node, memory.text(fromPointer, fromLength), to.node, memory.text(toPointer, toLength)));
    },

    path_symlink(targetPointer: number, targetLength: number, fd: number, pathPointer: number, pathLength: number) {
      const { files, node } = descriptors.directory(fd, RIGHT.pathSymlink);
      return succeeded(files.symlink(memory.text(targetPointer, targetLength), node, memory.text(pathPointer, pathLength)));
    },

    path_unlink_file(fd: number, pathPointer: number, pathLength: number) {
      const { files, node } = descriptors.directory(fd, RIGHT.pathUnlinkFile);
      return succeeded(files.unlink(node, memory.text(pathPointer, pathLength)));
    },
  };
}

/** Of `rights`, as the witx text has them: `fd_sync` is needed to open with `rsync` or `sync`, it or `fd_datasync` with `dsync`. */
function maySync(flags: number, rights: bigint): boolean {
  if ((flags & (FDFLAGS.rsync | FDFLAGS.sync)) !== 0 && (rights & RIGHT.fdSync) === 0n) return false;
  return (flags & FDFLAGS.dsync) === 0 || (rights & (RIGHT.fdDatasync | RIGHT.fdSync)) !== 0n;
}

/** @throws WasiError EINVAL for flags that do not exist */
function isFollowing(lookup: number): boolean {
  if ((lookup & ~LOOKUP_SYMLINK_FOLLOW) !== 0) throw new WasiError(ERRNO.inval);
  return (lookup & LOOKUP_SYMLINK_FOLLOW) !== 0;
}
