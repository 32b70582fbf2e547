import { MONOTONIC_RESOLUTION_NS, WALL_CLOCK_RESOLUTION_NS } from '../clock.ts';
import { CLOCK } from './abi.ts';
import { ERRNO, WasiError } from './errno.ts';
import { type EncodedStrings, type Guest, GuestExit } from './guest.ts';

/** Arguments, environment, clocks, random numbers and the end of the process. */
export function processFunctions(guest: Guest) {
  const { memory } = guest;

  const putSizes = (strings: EncodedStrings, countPointer: number, bytesPointer: number) => {
    memory.setU32(countPointer, strings.offsets.length);
    memory.setU32(bytesPointer, strings.bytes.length);
    return ERRNO.success;
  };

  const putStrings = (strings: EncodedStrings, pointersPointer: number, bytesPointer: number) => {
    memory.setBytes(bytesPointer, strings.bytes);
    strings.offsets.forEach((offset, index) => {
      memory.setU32((pointersPointer >>> 0) + index * 4, (bytesPointer >>> 0) + offset);
    });
    return ERRNO.success;
  };

  return {
    args_sizes_get: (countPointer: number, bytesPointer: number) => putSizes(guest.args, countPointer, bytesPointer),
    args_get: (pointersPointer: number, bytesPointer: number) => putStrings(guest.args, pointersPointer, bytesPointer),
    environ_sizes_get: (countPointer: number, bytesPointer: number) => putSizes(guest.environ, countPointer, bytesPointer),
    environ_get: (pointersPointer: number, bytesPointer: number) => putStrings(guest.environ, pointersPointer, bytesPointer),

    clock_res_get(clock: number, resultPointer: number) {
      memory.setU64(resultPointer, clockResolutionNs(clock));
      return ERRNO.success;
    },

    clock_time_get(clock: number, _precisionNs: bigint, resultPointer: number) {
      memory.setU64(resultPointer, clockTimeNs(guest, clock));
      return ERRNO.success;
    },

    random_get(pointer: number, length: number) {
      guest.sources.fillRandom(memory.bytes(pointer, length));
      return ERRNO.success;
    },

    sched_yield: () => ERRNO.success,

    proc_exit(code: number): never {
      throw guest.end(new GuestExit(code >>> 0));
    },

    /** No signals here: preview 1 itself has dropped this function since. */
    proc_raise: (_signal: number) => ERRNO.notsup,
  };
}

function clockResolutionNs(clock: number): bigint {
  if (clock === CLOCK.realtime) return WALL_CLOCK_RESOLUTION_NS;
  if (clock === CLOCK.monotonic || clock === CLOCK.processCputime || clock === CLOCK.threadCputime) return MONOTONIC_RESOLUTION_NS;
  throw new WasiError(ERRNO.inval);
}

/** Time of `clock`. No engine tells the CPU time of a guest; the time since its start stands for it, as an upper bound. @throws WasiError EINVAL */
export function clockTimeNs(guest: Guest, clock: number): bigint {
  const { clock: clocks } = guest.sources;
  clocks.tick();
  if (clock === CLOCK.realtime) return clocks.wallNs();
  if (clock === CLOCK.monotonic) return clocks.monotonicNs();
  if (clock === CLOCK.processCputime || clock === CLOCK.threadCputime) return clocks.monotonicNs() - guest.startedNs;
  throw new WasiError(ERRNO.inval);
}
