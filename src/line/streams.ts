import { pulledStream } from '../http/pulled-stream.ts';
import type { ByteSink, ByteSource } from '../wasi/bytes.ts';

const READ_BYTES = 65_536;
/** What others may have kept of a small piece must stay whole: it is copied, which costs nothing. */
const COPIED_BELOW_BYTES = 16_384;

/** What `source` gives, as a stream. */
export function streamOf(source: ByteSource): ReadableStream<Uint8Array<ArrayBuffer>> {
  return pulledStream<Uint8Array<ArrayBuffer>>({
    async next() {
      for (;;) {
        const piece = source.read(READ_BYTES);
        if (piece === null) return { done: true, value: undefined };
        if (piece.length > 0) return { done: false, value: (piece.byteLength === piece.buffer.byteLength ? piece : piece.slice()) as Uint8Array<ArrayBuffer> };
        await source.ready();
      }
    },
    cancel: () => source.cancel(),
    highWaterMark: 0,
  });
}

/** Writes the whole of `stream` to `sink`, as it takes it. @throws what broke either; the other is given up then */
export async function writeTo(sink: ByteSink, stream: ReadableStream<Uint8Array<ArrayBuffer>>): Promise<void> {
  const reader = stream.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      while (sink.capacity() <= 0) await sink.ready();
      sink.write(value, mayGiveAway(value));
    }
    sink.close();
  } catch (error) {
    reader.cancel(error).catch(() => {}); // It may be what broke.
    throw error;
  }
}

/** Whether nobody else may have kept of the buffer of `bytes`. */
export function mayGiveAway(bytes: Uint8Array): boolean {
  return bytes.byteLength > COPIED_BELOW_BYTES && bytes.byteLength === bytes.buffer.byteLength;
}
