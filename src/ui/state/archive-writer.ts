import { APP_API_VERSION, type App } from '../../core/app.ts';
import { RuntimeError } from '../../core/errors.ts';
import type { Digest } from '../../core/ids.ts';
import { formatBytes } from '../text.ts';
import { APPS_FILE, ARCHIVE_FORMAT, ARCHIVE_LIMITS, type ArchivedApp, type ArchiveInfo, archivedApp, INFO_FILE } from './archive.ts';

/** Bytes that come when they are asked for; null: there are none any more. */
type Open = () => Promise<ReadableStream<Uint8Array> | null>;

/** What goes into an archive. */
export interface ArchiveContents {
  /** Version of Swerve. */
  swerve: string;
  /** Unix epoch, milliseconds. */
  atMs: number;
  apps: readonly App[];
  modules: readonly { digest: Digest; open: Open }[];
  logs: readonly { namespace: string; app: string; open: Open }[];
}

/** Packed bytes that are handed over to the browser at once, which may put them on disk. */
const SPILL_BYTES = 8_388_608;
/** Wasm shrinks by half with little effort and not by much more with a lot. */
const MODULE_LEVEL = 3;

/** The archive of `contents`. `onBytes` hears how many bytes went in. Logs that are empty are left out. @throws RuntimeError `body-too-large`, or what the streams throw */
export async function writeArchive(contents: ArchiveContents, onBytes: (bytes: number) => void = () => {}): Promise<Blob> {
  const [{ Zip, ZipDeflate }, { stringify }] = await Promise.all([import('fflate'), import('yaml')]);
  const sink = new BlobSink();
  const zip = new Zip((error, chunk) => {
    if (error) sink.failure ??= error;
    else sink.add(chunk as Uint8Array<ArrayBuffer>);
  });
  let unpackedBytes = 0;

  const put = async (name: string, level: 3 | 6, pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<void> => {
    let file: InstanceType<typeof ZipDeflate> | null = null;
    for await (const piece of pieces) {
      if (piece.length === 0) continue;
      if (file === null) {
        file = new ZipDeflate(name, { level });
        file.mtime = contents.atMs;
        zip.add(file);
      }
      unpackedBytes += piece.length;
      if (unpackedBytes > ARCHIVE_LIMITS.unpackedBytes) throw tooLarge(ARCHIVE_LIMITS.unpackedBytes);
      file.push(piece);
      onBytes(piece.length);
      if (sink.failure !== null) throw sink.failure;
      if (sink.sizeBytes > ARCHIVE_LIMITS.archiveBytes) throw tooLarge(ARCHIVE_LIMITS.archiveBytes);
    }
    file?.push(new Uint8Array(0), true);
  };
  const text = (value: string): Uint8Array[] => [new TextEncoder().encode(value)];

  const options = { lineWidth: 0, aliasDuplicateObjects: false };
  const documents = contents.apps.map((app) => stringify(toDocument(archivedApp(app)), options));
  // A file without Apps is a file all the same: an import asks for it.
  await put(APPS_FILE, 6, text(documents.length === 0 ? '# No Apps.\n' : documents.join('---\n')));
  const info: ArchiveInfo = {
    format: ARCHIVE_FORMAT,
    createdAt: new Date(contents.atMs).toISOString(),
    swerve: contents.swerve,
    counts: { apps: contents.apps.length, modules: 0, logs: 0 },
  };
  for (const { digest, open } of contents.modules) {
    const stream = await open();
    if (stream === null) continue;
    info.counts.modules += 1;
    await put(`modules/${digest.slice('sha256:'.length)}.wasm`, MODULE_LEVEL, chunksOf(stream));
  }
  for (const { namespace, app, open } of contents.logs) {
    const stream = await open();
    if (stream === null) continue;
    const before = unpackedBytes;
    await put(`logs/${namespace}/${app}.log`, 6, chunksOf(stream));
    if (unpackedBytes > before) info.counts.logs += 1;
  }
  await put(INFO_FILE, 6, text(`${JSON.stringify(info, null, 2)}\n`));
  zip.end();
  if (sink.failure !== null) throw sink.failure;
  return sink.toBlob('application/zip');
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

/** Not `for await` on the stream itself, which Safari cannot. */
async function* chunksOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) yield piece.value;
  } finally {
    reader.cancel().catch(() => {
      // It has failed or ended already.
    });
  }
}

function toDocument({ namespace, name, labels, annotations, spec }: ArchivedApp): object {
  const metadata = {
    name,
    namespace,
    ...(Object.keys(labels).length > 0 ? { labels } : {}),
    ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
  };
  return { apiVersion: APP_API_VERSION, kind: 'App', metadata, spec };
}

function tooLarge(limitBytes: number): RuntimeError {
  return new RuntimeError('body-too-large', `This is more than the ${formatBytes(limitBytes)} that one archive may hold. Export Apps one by one instead.`);
}
