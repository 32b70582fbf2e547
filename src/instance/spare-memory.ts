import { RuntimeError } from '../core/errors.ts';
import type { Handler } from '../wasi/handler.ts';

/**
 * Engines reserve up to 10 GiB of addresses for a 32-bit wasm memory, of a range that all threads of a process share:
 * Chromium 156 has room for 125 memories in all tabs and workers of a site together. Each guest has one, and a dead
 * guest keeps it until its worker's garbage is collected, which an engine that counts only the pages in use is in no
 * hurry to do; and when the range is full it collects the garbage of the asking worker alone.
 */
const MAX_DEAD_GUESTS = 8;
/** A worker that has come to rest tidies up even when it left fewer. */
const SWEEP_AFTER_IDLE_MS = 250;
/** Bytes outside of the heap make engines collect; these are never touched, so they cost addresses only. */
const SWEEP_BYTES = 134_217_728;
/** While other workers tidy up. */
const RETRY_AFTER_MS = [20, 100, 300, 700];

/** `handler`, with the memories of its dead guests soon given back, and patience when there is none left for a new one. */
export function withSpareMemory(handler: Handler): Handler {
  let deadGuests = 0;
  let sweepTimer: ReturnType<typeof setTimeout> | undefined;

  const sweep = () => {
    deadGuests = 0;
    try {
      new ArrayBuffer(SWEEP_BYTES);
    } catch {
      // Memory is that short already: the engine has collected by itself.
    }
  };
  const noteDeadGuest = () => {
    deadGuests += 1;
    clearTimeout(sweepTimer);
    sweepTimer = setTimeout(sweep, deadGuests >= MAX_DEAD_GUESTS ? 0 : SWEEP_AFTER_IDLE_MS);
  };

  return {
    async handle(request, response) {
      try {
        await whileOutOfMemory(async () => handler.handle(request, response), request.signal);
      } finally {
        noteDeadGuest();
      }
    },
    prepare: () => whileOutOfMemory(async () => handler.prepare()),
  };
}

/** A start that failed for want of memory has touched neither the request nor the response, so it can be tried again. */
async function whileOutOfMemory(start: () => Promise<void>, signal?: AbortSignal): Promise<void> {
  for (const delayMs of RETRY_AFTER_MS) {
    try {
      return await start();
    } catch (error) {
      if (!isOutOfMemory(error) || signal?.aborted) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, delayMs));
  }
  return start();
}

/** A memory that cannot be allocated is a RangeError (WebAssembly JavaScript Interface, "create a memory object"). */
function isOutOfMemory(error: unknown): boolean {
  return error instanceof RuntimeError && error.code === 'instance-start-failed' && error.cause instanceof RangeError;
}
