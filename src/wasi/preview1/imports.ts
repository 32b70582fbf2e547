import { cannotWait } from '../cancellation.ts';
import { suspending } from '../jspi.ts';
import type { Soon } from '../soon.ts';
import { toErrno } from './errno.ts';
import { fdFunctions } from './fd-functions.ts';
import type { Guest } from './guest.ts';
import { pathFunctions } from './path-functions.ts';
import { pollFunctions } from './poll-functions.ts';
import { processFunctions } from './process-functions.ts';
import { socketFunctions } from './socket-functions.ts';
import { streamFunctions } from './stream-functions.ts';

/** Module name of every import of WASI preview 1. */
export const PREVIEW1_MODULE = 'wasi_snapshot_preview1';

/** What a function of preview 1 belongs to. `sockets` is never granted; the rest every command has, `files` being empty without `spec.files`. */
export type Preview1Capability = 'process' | 'clocks' | 'random' | 'stdio' | 'files' | 'sockets';

/** Every function of wasi_snapshot_preview1, with its capability. A module that imports another name of that module cannot be linked. */
export const PREVIEW1_FUNCTIONS: Readonly<Record<string, Preview1Capability>> = {
  args_get: 'process',
  args_sizes_get: 'process',
  environ_get: 'process',
  environ_sizes_get: 'process',
  clock_res_get: 'clocks',
  clock_time_get: 'clocks',
  fd_advise: 'files',
  fd_allocate: 'files',
  fd_close: 'stdio',
  fd_datasync: 'files',
  fd_fdstat_get: 'stdio',
  fd_fdstat_set_flags: 'stdio',
  fd_fdstat_set_rights: 'stdio',
  fd_filestat_get: 'stdio',
  fd_filestat_set_size: 'files',
  fd_filestat_set_times: 'files',
  fd_pread: 'files',
  fd_prestat_dir_name: 'files',
  fd_prestat_get: 'files',
  fd_pwrite: 'files',
  fd_read: 'stdio',
  fd_readdir: 'files',
  fd_renumber: 'stdio',
  fd_seek: 'stdio',
  fd_sync: 'files',
  fd_tell: 'stdio',
  fd_write: 'stdio',
  path_create_directory: 'files',
  path_filestat_get: 'files',
  path_filestat_set_times: 'files',
  path_link: 'files',
  path_open: 'files',
  path_readlink: 'files',
  path_remove_directory: 'files',
  path_rename: 'files',
  path_symlink: 'files',
  path_unlink_file: 'files',
  poll_oneoff: 'clocks',
  proc_exit: 'process',
  proc_raise: 'process',
  random_get: 'random',
  sched_yield: 'process',
  sock_accept: 'sockets',
  sock_recv: 'sockets',
  sock_send: 'sockets',
  sock_shutdown: 'sockets',
};

/** How the import `name` of {@link PREVIEW1_MODULE} is linked, in the terms of `ModuleImport.support`. */
export function preview1Support(name: string): 'granted' | 'denied' | 'unknown' {
  if (!Object.hasOwn(PREVIEW1_FUNCTIONS, name)) return 'unknown';
  return PREVIEW1_FUNCTIONS[name] === 'sockets' ? 'denied' : 'granted';
}

type HostFunction = (...args: never[]) => Soon<number>;

/** Those that may have to wait; only they are wrapped, for a suspendable call costs more than a plain one. */
const WAITING = new Set(['fd_read', 'fd_write', 'poll_oneoff']);
/** Those that wait where a file system does, beside all of `files`. */
const WAITING_FOR_FILES = new Set(['fd_close', 'fd_filestat_get', 'fd_renumber', 'fd_seek']);

/** How a guest may wait. `forFiles`: one of its file systems may (`FileSystem.mayWait`). */
export interface Waiting {
  readonly canSuspend: boolean;
  readonly forFiles: boolean;
}

/** One import of a module, worked out once for all of its instances. */
export interface Preview1Link {
  readonly name: string;
  readonly isSuspending: boolean;
  readonly functionsOf: (guest: Guest) => Record<string, HostFunction>;
}

/** How the functions `names` are linked. */
export function linkPreview1(names: readonly string[], { canSuspend, forFiles }: Waiting): Preview1Link[] {
  const mayWait = (name: string) => WAITING.has(name) || (forFiles && (PREVIEW1_FUNCTIONS[name] === 'files' || WAITING_FOR_FILES.has(name)));
  return names.map((name) => ({ name, isSuspending: canSuspend && mayWait(name), functionsOf: makerOf(name) }));
}

/** Who makes the function: a guest that uses none of a group is spared that group. */
function makerOf(name: string): Preview1Link['functionsOf'] {
  if (name === 'fd_read' || name === 'fd_write') return streamFunctions;
  if (name.startsWith('fd_')) return fdFunctions;
  if (name.startsWith('path_')) return pathFunctions;
  if (name.startsWith('poll_')) return pollFunctions;
  return name.startsWith('sock_') ? socketFunctions : processFunctions;
}

/** Where the imports of one instance find the guest that they work for: unset until the instance is run. */
export interface GuestSlot {
  guest: Guest | null;
}

/**
 * The imports of one instance, working for whatever `slot.guest` is at the time of the call, so that an instance can be
 * made before its request is there. They answer with an errno; what is not the guest's to see is thrown.
 */
export function createPreview1Imports(links: readonly Preview1Link[], slot: GuestSlot): WebAssembly.ModuleImports {
  const made = new Map<Preview1Link['functionsOf'], Record<string, HostFunction>>();
  const lookUp = ({ name, functionsOf }: Preview1Link): HostFunction => {
    if (!slot.guest) throw new TypeError(`${name} was called before the command was started`);
    const functions = made.get(functionsOf) ?? functionsOf(slot.guest);
    made.set(functionsOf, functions);
    return functions[name] as HostFunction;
  };
  const imports: WebAssembly.ModuleImports = {};
  for (const link of links) {
    const { isSuspending } = link;
    let target: HostFunction | null = null;
    const call = (...args: never[]) => {
      try {
        target ??= lookUp(link);
        const ended = slot.guest?.ended;
        if (ended) throw ended;
        const result = target(...args);
        if (typeof result === 'number') return result;
        if (!isSuspending) {
          result.catch(() => {}); // Nobody is left to be told.
          throw cannotWait();
        }
        return result.then((errno) => {
          slot.guest?.assertWanted();
          return errno;
        }, toErrno);
      } catch (error) {
        return toErrno(error);
      }
    };
    imports[link.name] = isSuspending ? suspending(call) : call;
  }
  return imports;
}
