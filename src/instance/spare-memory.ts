import { RuntimeError } from '../core/errors.ts';
import type { Handler } from '../wasi/handler.ts';

/**
 * Engines reserve up to 10 GiB of addresses for a 32-bit wasm memory, of a range that all threads of a process share:
 * Chromium 156 has room for 125 memories in all tabs and workers of a site together. Each guest has one, and a dead
 * guest keeps it until its worker's garbage is collected, for which an engine that counts only pages in use sees no
 * reason. When the range is full it collects the garbage of the asking worker alone. So the asking worker says so to all
 * others, and each of them collects its own.
 */
const MEMORY_IS_SHORT = 'swerve-memory-is-short';

/** Below the longest that the language knows, for that would be refused unseen. */
const REFUSED_BYTES = 2 ** 34;

/** While other workers tidy up, or guests that are alive come to their end: a burst over many Apps can hold every memory at once. */
const RETRY_AFTER_MS = [5, 20, 50, 100, 300, 700, 1_000, 1_500, 2_000, 3_000];

/** `handler`, with patience while there is no memory for a new guest, and with its dead guests given up when others need room. */
export function withSpareMemory(handler: Handler): Handler {
  const channel = new BroadcastChannel(MEMORY_IS_SHORT);
  let deadGuests = 0;
  channel.onmessage = () => {
    if (deadGuests === 0) return;
    deadGuests = 0;
    collectGarbage();
  };

  /** A start that failed for want of memory has touched neither the request nor the response, so it can be tried again. */
  const whileOutOfMemory = async (start: () => Promise<void>, signal?: AbortSignal): Promise<void> => {
    for (const delayMs of RETRY_AFTER_MS) {
      try {
        return await start();
      } catch (error) {
        if (!isOutOfMemory(error) || signal?.aborted) throw error;
      }
      channel.postMessage(null);
      await new Promise((resolve) => setTimeout(resolve, delayMs));
    }
    return start();
  };

  return {
    async handle(request, response) {
      try {
        await whileOutOfMemory(() => handler.handle(request, response), request.signal);
      } finally {
        deadGuests += 1;
      }
    },
    get memoryBytes() {
      return handler.memoryBytes;
    },
    prepare: () => whileOutOfMemory(async () => handler.prepare()),
  };
}

/**
 * V8 collects all garbage of its thread before it refuses a buffer; this one is always refused, for more than Chromium gives to any.
 * A wasm memory, asked for in its place, would be had as soon as there is room for one, and then be in the way of those that need it.
 */
function collectGarbage(): void {
  try {
    new ArrayBuffer(REFUSED_BYTES);
  } catch {
    // Refused: the garbage, if there was any, is gone.
  }
}

/** A memory that cannot be allocated is a RangeError (WebAssembly JavaScript Interface, "create a memory object"). */
function isOutOfMemory(error: unknown): boolean {
  return error instanceof RuntimeError && error.code === 'instance-start-failed' && error.cause instanceof RangeError;
}
