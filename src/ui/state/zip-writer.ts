import { RuntimeError } from '../../core/errors.ts';
import { formatBytes } from '../text.ts';
import { ARCHIVE_LIMITS } from './archive.ts';

/** Packed bytes that are handed over to the browser at once, which may put them on disk. */
const SPILL_BYTES = 8_388_608;
/** Effort: what is packed already, as wasm is, shrinks by half with little and not by much more with a lot. */
export const LOW_LEVEL = 3;
export const TEXT_LEVEL = 6;

/** A zip archive that is being written. */
export interface ZipWriter {
  /** Adds a file; one without bytes only with `keepsEmpty`. @throws RuntimeError `body-too-large`, or what the pieces throw */
  put(name: string, level: 3 | 6, pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>, options?: { keepsEmpty?: boolean }): Promise<number>;
  /** The archive. Nothing can be added afterwards. */
  finish(): Blob;
}

/** Begins an archive whose files are of `atMs` (Unix epoch). `onBytes` hears how many bytes went in. */
export async function createZip(atMs: number, onBytes: (bytes: number) => void = () => {}): Promise<ZipWriter> {
  const { Zip, ZipDeflate } = await import('fflate');
  const sink = new BlobSink();
  const zip = new Zip((error, chunk) => {
    if (error) sink.failure ??= error;
    else sink.add(chunk as Uint8Array<ArrayBuffer>);
  });
  let unpackedBytes = 0;
  return {
    async put(name, level, pieces, { keepsEmpty = false } = {}) {
      let file: InstanceType<typeof ZipDeflate> | null = null;
      const begin = (): InstanceType<typeof ZipDeflate> => {
        const begun = new ZipDeflate(name, { level });
        begun.mtime = atMs;
        zip.add(begun);
        return begun;
      };
      const before = unpackedBytes;
      for await (const piece of pieces) {
        if (piece.length === 0) continue;
        file ??= begin();
        unpackedBytes += piece.length;
        if (unpackedBytes > ARCHIVE_LIMITS.unpackedBytes) throw tooLarge(ARCHIVE_LIMITS.unpackedBytes);
        file.push(piece);
        onBytes(piece.length);
        if (sink.failure !== null) throw sink.failure;
        if (sink.sizeBytes > ARCHIVE_LIMITS.archiveBytes) throw tooLarge(ARCHIVE_LIMITS.archiveBytes);
      }
      if (keepsEmpty) file ??= begin();
      file?.push(new Uint8Array(0), true);
      return unpackedBytes - before;
    },
    finish() {
      zip.end();
      if (sink.failure !== null) throw sink.failure;
      return sink.toBlob('application/zip');
    },
  };
}

/** Collects bytes without keeping all of them in the page's own memory. */
class BlobSink {
  failure: Error | null = null;
  sizeBytes = 0;
  readonly #blobs: Blob[] = [];
  #chunks: Uint8Array<ArrayBuffer>[] = [];
  #pendingBytes = 0;

  add(chunk: Uint8Array<ArrayBuffer>): void {
    this.#chunks.push(chunk);
    this.sizeBytes += chunk.length;
    this.#pendingBytes += chunk.length;
    if (this.#pendingBytes >= SPILL_BYTES) this.#spill();
  }

  toBlob(type: string): Blob {
    this.#spill();
    return new Blob(this.#blobs, { type });
  }

  #spill(): void {
    this.#blobs.push(new Blob(this.#chunks));
    this.#chunks = [];
    this.#pendingBytes = 0;
  }
}

/** The pieces of a stream. Not `for await` on the stream itself, which Safari cannot. */
export async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) yield piece.value;
  } finally {
    reader.cancel().catch(() => {
      // It has failed or ended already.
    });
  }
}

function tooLarge(limitBytes: number): RuntimeError {
  return new RuntimeError('body-too-large', `This is more than the ${formatBytes(limitBytes)} that one archive may hold. Export Apps one by one instead.`);
}
