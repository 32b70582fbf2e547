import type { ByteSource } from './bytes.ts';
import { cancellationOf } from './cancellation.ts';

/**
 * `source` with all of its bytes here: what a guest that cannot be suspended must be given, for it cannot wait for them.
 * What broke the source breaks the answer at the same byte. @throws RuntimeError when `signal` is aborted first
 */
export async function gatherSource(source: ByteSource, signal: AbortSignal): Promise<ByteSource> {
  const pieces: Uint8Array[] = [];
  const aborted = new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  let broken: { error: unknown } | null = null;
  try {
    for (let piece = source.read(Number.MAX_SAFE_INTEGER); piece !== null; piece = source.read(Number.MAX_SAFE_INTEGER)) {
      if (signal.aborted) throw cancellationOf(signal);
      if (piece.length > 0) pieces.push(piece);
      else await Promise.race([source.ready(), aborted]);
    }
  } catch (error) {
    if (signal.aborted) throw error;
    broken = { error };
  }
  let offset = 0;
  return {
    read(maxBytes) {
      const piece = pieces[0];
      if (!piece) {
        if (broken) throw broken.error;
        return null;
      }
      const taken = piece.subarray(offset, offset + maxBytes);
      offset += taken.length;
      if (offset === piece.length) {
        pieces.shift();
        offset = 0;
      }
      return taken;
    },
    isReady: () => true,
    ready: () => Promise.resolve(),
    cancel() {
      pieces.length = 0;
      broken = null;
    },
  };
}
