import { DIRECTORY_RIGHTS, FILE_RIGHTS, FILE_WRITE_RIGHTS, LOOKUP_SYMLINK_FOLLOW, OFLAGS, RIGHT } from './abi.ts';
import { ERRNO, WasiError } from './errno.ts';
import { putFilestat, timesFrom } from './fd-functions.ts';
import type { Guest } from './guest.ts';

const encoder = new TextEncoder();

/** Everything that names a file by its path. */
export function pathFunctions(guest: Guest) {
  const { memory, descriptors } = guest;

  return {
    path_create_directory(fd: number, pathPointer: number, pathLength: number) {
      const { tree, node } = descriptors.directory(fd, RIGHT.pathCreateDirectory);
      tree.createDirectory(node, memory.text(pathPointer, pathLength));
      return ERRNO.success;
    },

    path_filestat_get(fd: number, lookup: number, pathPointer: number, pathLength: number, resultPointer: number) {
      const { tree, node } = descriptors.directory(fd, RIGHT.pathFilestatGet);
      putFilestat(memory, resultPointer, tree.lookup(node, memory.text(pathPointer, pathLength), isFollowing(lookup)));
      return ERRNO.success;
    },

    path_filestat_set_times(fd: number, lookup: number, pathPointer: number, pathLength: number, accessedNs: bigint, modifiedNs: bigint, flags: number) {
      const { tree, node } = descriptors.directory(fd, RIGHT.pathFilestatSetTimes);
      const times = timesFrom(accessedNs, modifiedNs, flags);
      tree.setTimes(tree.lookup(node, memory.text(pathPointer, pathLength), isFollowing(lookup)), times);
      return ERRNO.success;
    },

    path_link(fromFd: number, lookup: number, fromPointer: number, fromLength: number, toFd: number, toPointer: number, toLength: number) {
      const from = descriptors.directory(fromFd, RIGHT.pathLinkSource);
      const to = descriptors.directory(toFd, RIGHT.pathLinkTarget);
      if (from.tree !== to.tree) throw new WasiError(ERRNO.xdev);
      // Following here is refused by the other engines too: a link to what a link points at cannot be made without a race there.
      if (isFollowing(lookup)) throw new WasiError(ERRNO.inval);
      from.tree.link(from.node, memory.text(fromPointer, fromLength), false, to.node, memory.text(toPointer, toLength));
      return ERRNO.success;
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
    ) {
      const { tree, node: base, rights: baseRights, inheritingRights } = descriptors.directory(fd, RIGHT.pathOpen);
      const path = memory.text(pathPointer, pathLength);
      memory.assertHolds(resultPointer, 4);
      const wanted = BigInt.asUintN(64, wantedRights);
      const isWriting = (wanted & FILE_WRITE_RIGHTS) !== 0n;
      const needed = ((oflags & OFLAGS.creat) !== 0 ? RIGHT.pathCreateFile : 0n) | ((oflags & OFLAGS.trunc) !== 0 ? RIGHT.pathFilestatSetSize : 0n);
      if ((baseRights & needed) !== needed) throw new WasiError(ERRNO.notcapable);
      // Other rights that the directory cannot pass on are left out, as toolchains ask for all there are; the right to write is never dropped in silence.
      if (isWriting && (inheritingRights & RIGHT.fdWrite) === 0n) throw new WasiError(ERRNO.notcapable);
      const node = tree.open(base, path, {
        follow: isFollowing(lookup),
        create: (oflags & OFLAGS.creat) !== 0,
        exclusive: (oflags & OFLAGS.excl) !== 0,
        truncate: (oflags & OFLAGS.trunc) !== 0,
        directory: (oflags & OFLAGS.directory) !== 0,
        write: isWriting,
      });
      const rights = wanted & inheritingRights;
      const inheriting = BigInt.asUintN(64, wantedInheriting) & inheritingRights;
      const opened = descriptors.add(
        node.kind === 'directory'
          ? { kind: 'directory', tree, node, preopenName: null, rights: rights & DIRECTORY_RIGHTS, inheritingRights: inheriting, flags }
          : { kind: 'file', tree, node, position: 0, rights: rights & FILE_RIGHTS, inheritingRights: 0n, flags },
      );
      memory.setU32(resultPointer, opened);
      return ERRNO.success;
    },

    path_readlink(fd: number, pathPointer: number, pathLength: number, bufferPointer: number, bufferLength: number, usedPointer: number) {
      const { tree, node } = descriptors.directory(fd, RIGHT.pathReadlink);
      const target = encoder.encode(tree.readlink(node, memory.text(pathPointer, pathLength)));
      const part = target.subarray(0, bufferLength >>> 0);
      memory.setBytes(bufferPointer, part);
      memory.setU32(usedPointer, part.length);
      return ERRNO.success;
    },

    path_remove_directory(fd: number, pathPointer: number, pathLength: number) {
      const { tree, node } = descriptors.directory(fd, RIGHT.pathRemoveDirectory);
      tree.removeDirectory(node, memory.text(pathPointer, pathLength));
      return ERRNO.success;
    },

    path_rename(fromFd: number, fromPointer: number, fromLength: number, toFd: number, toPointer: number, toLength: number) {
      const from = descriptors.directory(fromFd, RIGHT.pathRenameSource);
      const to = descriptors.directory(toFd, RIGHT.pathRenameTarget);
      if (from.tree !== to.tree) throw new WasiError(ERRNO.xdev);
      from.tree.rename(from.node, memory.text(fromPointer, fromLength), to.node, memory.text(toPointer, toLength));
      return ERRNO.success;
    },

    path_symlink(targetPointer: number, targetLength: number, fd: number, pathPointer: number, pathLength: number) {
      const { tree, node } = descriptors.directory(fd, RIGHT.pathSymlink);
      tree.symlink(memory.text(targetPointer, targetLength), node, memory.text(pathPointer, pathLength));
      return ERRNO.success;
    },

    path_unlink_file(fd: number, pathPointer: number, pathLength: number) {
      const { tree, node } = descriptors.directory(fd, RIGHT.pathUnlinkFile);
      tree.unlink(node, memory.text(pathPointer, pathLength));
      return ERRNO.success;
    },
  };
}

function isFollowing(lookup: number): boolean {
  return (lookup & LOOKUP_SYMLINK_FOLLOW) !== 0;
}
