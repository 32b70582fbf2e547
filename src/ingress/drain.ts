import { pulledStream } from '../http/pulled-stream.ts';

/** What a leaving document's answer may take before the navigation is let go on without the rest. */
const DRAIN_MAX_BYTES = 64 * 1024 * 1024;
const DRAIN_MAX_MS = 10_000;

export interface Drained {
  stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  /** What broke the body before its end; null: nothing did. */
  failure: unknown;
}

/**
 * The whole of `body`, read ahead as far as a bound allows, as a stream that no longer depends on where it came from.
 * For answers made by the very document that is about to be replaced: its workers die when the next document commits,
 * so the commit waits for the body. A body over the bound goes on streaming and is cut off by the commit.
 */
export async function drain(body: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<Drained> {
  const reader = body.getReader();
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const timeout = new Promise<'timeout'>((resolve) => {
    timer = setTimeout(() => resolve('timeout'), DRAIN_MAX_MS);
  });
  let pending = reader.read();
  let isWhole = false;
  let failure: unknown = null;
  try {
    for (;;) {
      const result = await Promise.race([pending, timeout]);
      if (result === 'timeout') break;
      if (result.done) {
        isWhole = true;
        break;
      }
      pieces.push(result.value);
      bytes += result.value.byteLength;
      pending = reader.read();
      if (bytes > DRAIN_MAX_BYTES) break;
    }
  } catch (error) {
    failure = error;
  } finally {
    clearTimeout(timer);
    pending.catch(() => {}); // Met again by the stream below, should anybody read that far.
  }
  const stream = pulledStream<Uint8Array<ArrayBuffer>>({
    async next() {
      const piece = pieces.shift();
      if (piece) return { done: false, value: piece };
      if (failure !== null) throw failure;
      if (isWhole) return { done: true, value: undefined };
      const result = await pending;
      if (result.done) isWhole = true;
      else pending = reader.read();
      return result;
    },
    cancel: (reason) => reader.cancel(reason),
    highWaterMark: 0,
  });
  return { stream, failure };
}
