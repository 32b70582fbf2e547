import type { FileStat } from '../file-system.ts';
import { andThen, type Soon } from '../soon.ts';
import { FILETYPE } from './abi.ts';
import { ERRNO, type Errno } from './errno.ts';
import type { GuestMemory } from './guest-memory.ts';

export const FILESTAT_BYTES = 64;

/** `filetype` of each kind of node. */
export const FILETYPES = { 'regular-file': FILETYPE.regularFile, directory: FILETYPE.directory, 'symbolic-link': FILETYPE.symbolicLink } as const;

/** `filestat` at `pointer`; success. */
export function putFilestat(memory: GuestMemory, pointer: number, device: bigint, stat: FileStat): Errno {
  memory.bytes(pointer, FILESTAT_BYTES).fill(0);
  memory.setU64(pointer, device);
  memory.setU64(pointer + 8, stat.inode);
  memory.setU8(pointer + 16, FILETYPES[stat.kind]);
  memory.setU64(pointer + 24, BigInt(stat.links));
  memory.setU64(pointer + 32, BigInt(stat.sizeBytes));
  memory.setU64(pointer + 40, stat.accessedNs);
  memory.setU64(pointer + 48, stat.modifiedNs);
  memory.setU64(pointer + 56, stat.changedNs);
  return ERRNO.success;
}

/** A result at `pointer`; success. */
export function putU32(memory: GuestMemory, pointer: number, value: number): Errno {
  memory.setU32(pointer, value);
  return ERRNO.success;
}

/** Success once `done`. */
export function succeeded(done: Soon<unknown>): Soon<Errno> {
  return andThen(done, () => ERRNO.success);
}
