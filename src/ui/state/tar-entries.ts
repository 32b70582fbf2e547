import { formatBytes } from '../text.ts';
import { ARCHIVE_LIMITS } from './archive.ts';
import { plainPath, refusal } from './bundle-parts.ts';

/** POSIX.1-2017, pax and ustar interchange format; long names of GNU tar as well. */
const BLOCK = 512;
const REGULAR = new Set(['0', '\0', '7', '']);
const DIRECTORY = '5';
const LINKS: Readonly<Record<string, string>> = { '1': 'hard link', '2': 'symbolic link', '3': 'device', '4': 'device', '6': 'pipe' };
/** Of a pax or GNU record, which only says something of the next entry. */
const EXTENSION_MAX_BYTES = 1_048_576;

/**
 * The files of a tar archive in the order in which they come. Directories are passed over: files make theirs. Nothing that
 * leads out of the archive, and no link, is taken.
 * @throws RuntimeError `request-invalid` that names the entry
 */
export async function* tarFiles(stream: ReadableStream<Uint8Array>): AsyncGenerator<{ path: string; bytes: Blob }> {
  const reader = new BlockReader(stream);
  const seen = new Set<string>();
  let unpackedBytes = 0;
  let name: string | null = null;
  let size: number | null = null;
  try {
    for (;;) {
      const header = await reader.take(BLOCK);
      // Two blocks of zeros end it; what follows is padding.
      if (header === null || header.every((byte) => byte === 0)) return;
      checkSum(header);
      const type = String.fromCharCode(header[156] ?? 0);
      const sizeBytes = size ?? numberAt(header, 124, 12);
      if (type === 'x' || type === 'g' || type === 'L' || type === 'K') {
        if (sizeBytes > EXTENSION_MAX_BYTES) throw damaged();
        const record = new TextDecoder().decode(await reader.file(sizeBytes));
        if (type === 'L') name = record.replace(/\0+$/, '');
        if (type === 'x') {
          const fields = paxFields(record);
          name = fields.get('path') ?? name;
          size = fields.has('size') ? Number(fields.get('size')) : size;
        }
        continue;
      }
      const spelled = name ?? nameAt(header);
      [name, size] = [null, null];
      const path = plainPath(spelled);
      if (path === null) throw refusal(`The archive holds the file "${shown(spelled)}", whose path leads out of it. Nothing of it was taken.`);
      if (type === DIRECTORY || spelled.endsWith('/')) {
        await reader.skip(sizeBytes);
        continue;
      }
      if (!REGULAR.has(type))
        throw refusal(`The archive holds the ${LINKS[type] ?? 'special file'} "${shown(spelled)}". Only files are taken: pack the file itself.`);
      if (seen.has(path)) throw refusal(`The archive holds "${shown(spelled)}" twice. Nothing of it was taken.`);
      seen.add(path);
      if (seen.size > ARCHIVE_LIMITS.entries) throw refusal(`The archive holds more than ${ARCHIVE_LIMITS.entries} files.`);
      unpackedBytes += sizeBytes;
      if (!(unpackedBytes <= ARCHIVE_LIMITS.unpackedBytes)) throw refusal(`Unpacked, the archive is over ${formatBytes(ARCHIVE_LIMITS.unpackedBytes)}.`);
      yield { path, bytes: await reader.file(sizeBytes).then((content) => new Blob([content])) };
    }
  } finally {
    await reader.cancel();
  }
}

/** Takes a stream in the lengths that are asked for. */
class BlockReader {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #chunk: Uint8Array = new Uint8Array(0);

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.getReader();
  }

  /** null at the end of the stream. @throws RuntimeError `request-invalid` when it ends within */
  async take(length: number): Promise<Uint8Array<ArrayBuffer> | null> {
    const bytes = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      if (this.#chunk.length === 0) {
        const piece = await this.#read();
        if (piece === null) {
          if (filled === 0) return null;
          throw damaged();
        }
        this.#chunk = piece;
        continue;
      }
      const part = this.#chunk.subarray(0, length - filled);
      bytes.set(part, filled);
      filled += part.length;
      this.#chunk = this.#chunk.subarray(part.length);
    }
    return bytes;
  }

  /** The content of an entry, its padding passed over. */
  async file(sizeBytes: number): Promise<Uint8Array<ArrayBuffer>> {
    if (sizeBytes > ARCHIVE_LIMITS.moduleBytes)
      throw refusal(`A file of the archive has ${formatBytes(sizeBytes)}; at most ${formatBytes(ARCHIVE_LIMITS.moduleBytes)} are taken.`);
    const content = sizeBytes === 0 ? new Uint8Array(0) : await this.take(sizeBytes);
    if (content === null) throw damaged();
    const padding = (BLOCK - (sizeBytes % BLOCK)) % BLOCK;
    if (padding > 0) await this.take(padding);
    return content;
  }

  async skip(sizeBytes: number): Promise<void> {
    if (sizeBytes > 0) await this.file(sizeBytes);
  }

  async cancel(): Promise<void> {
    await this.#reader.cancel().catch(() => {
      // It has failed or ended already.
    });
  }

  async #read(): Promise<Uint8Array | null> {
    try {
      const { done, value } = await this.#reader.read();
      return done ? null : value;
    } catch (cause) {
      // What gunzips it says so by a TypeError.
      throw refusal('This archive cannot be unpacked: it is another sort of file, or was cut or damaged on the way.', cause);
    }
  }
}

function checkSum(header: Uint8Array): void {
  const sum = header.reduce((total, byte, at) => total + (at >= 148 && at < 156 ? 32 : byte), 0);
  if (sum !== numberAt(header, 148, 8)) throw damaged();
}

/** Octal digits, or where its first bit is set a number of base 256, as GNU tar writes sizes over 8 GiB. */
function numberAt(header: Uint8Array, at: number, length: number): number {
  const field = header.subarray(at, at + length);
  const number =
    ((field[0] ?? 0) & 0x80) === 0 ? Number.parseInt(textOf(field).trim() || '0', 8) : field.slice(1).reduce((total, byte) => total * 256 + byte, 0);
  if (!Number.isSafeInteger(number) || number < 0) throw damaged();
  return number;
}

function nameAt(header: Uint8Array): string {
  const isUstar = textOf(header.subarray(257, 262)) === 'ustar';
  const prefix = isUstar ? textOf(header.subarray(345, 500)) : '';
  const name = textOf(header.subarray(0, 100));
  return prefix === '' ? name : `${prefix}/${name}`;
}

function textOf(field: Uint8Array): string {
  const end = field.indexOf(0);
  return new TextDecoder().decode(end === -1 ? field : field.subarray(0, end));
}

/** `23 path=a/long/name\n`: the length of the record, a key and its value. */
function paxFields(record: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of record.split('\n')) {
    const [, key, value] = /^\d+ ([^=]+)=(.*)$/.exec(line) ?? [];
    if (key !== undefined && value !== undefined) fields.set(key, value);
  }
  return fields;
}

function damaged(): Error {
  return refusal('This is not a tar archive that can be read, or it was cut or damaged on the way.');
}

function shown(name: string): string {
  return name.slice(0, 100);
}
