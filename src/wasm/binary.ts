import { RuntimeError } from '../core/errors.ts';

/** `00 61 73 6d`, the first four bytes of core modules and components alike. */
export const WASM_MAGIC = [0x00, 0x61, 0x73, 0x6d] as const;
/** Magic, version and layer. */
export const PREAMBLE_LENGTH = 8;

/** A bound on the work that a hostile file can ask for; real ones have tens, large components some thousands. */
const SECTIONS_MAX = 100_000;
/** Of one name; engines allow as much in core modules (JS API, "Implementation-defined Limits"). */
const NAME_MAX_BYTES = 100_000;

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads the encodings that core modules and components share, from `bytes[start, end)` and never beyond.
 * Offsets count from the start of `bytes`, so that a reader over a nested module still names bytes of the file.
 * Every method throws RuntimeError `module-invalid` with `details.offset` when the bytes are not what it is asked for.
 */
export class ByteReader {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly end: number;
  #offset: number;

  constructor(bytes: Uint8Array<ArrayBuffer>, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.end = Math.min(end, bytes.length);
    this.#offset = start;
  }

  get offset(): number {
    return this.#offset;
  }

  get atEnd(): boolean {
    return this.#offset >= this.end;
  }

  byte(what: string): number {
    if (this.#offset >= this.end) throw this.#error(`${what} is missing`, this.#offset);
    return this.bytes[this.#offset++] as number;
  }

  /** LEB128, at most 5 bytes (core spec, "Integers"). */
  u32(what: string): number {
    const start = this.#offset;
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte(what);
      if (shift === 28 && byte > 0x0f) break;
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw this.#error(`${what} is not a 32-bit LEB128 number`, start);
  }

  /** LEB128, at most 10 bytes: the limits of 64-bit memories and tables. */
  u64(what: string): bigint {
    const start = this.#offset;
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.byte(what);
      if (shift === 63n && byte > 1) break;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw this.#error(`${what} is not a 64-bit LEB128 number`, start);
  }

  /** Passes over one signed LEB128 of at most 33 bits: a heap type, or a component's value type. */
  skipS33(what: string): void {
    const start = this.#offset;
    for (let read = 0; read < 5; read++) if (this.byte(what) < 0x80) return;
    throw this.#error(`${what} is not a 33-bit LEB128 number`, start);
  }

  skip(length: number, what: string): void {
    this.#need(length, what);
    this.#offset += length;
  }

  /** A length and that many bytes of UTF-8. */
  name(what: string): string {
    const length = this.u32(`the length of ${what}`);
    const start = this.#offset;
    this.skip(length, what);
    if (length > NAME_MAX_BYTES) throw this.#error(`${what} has ${length} bytes, more than ${NAME_MAX_BYTES}`, start);
    try {
      return utf8.decode(this.bytes.subarray(start, this.#offset));
    } catch (cause) {
      throw this.#error(`${what} is not UTF-8`, start, cause);
    }
  }

  fail(problem: string, offset = this.#offset): never {
    throw this.#error(problem, offset);
  }

  #need(length: number, what: string): void {
    const left = this.end - this.#offset;
    if (length > left) throw this.#error(`${what} needs ${length} bytes and ${left} are left`, this.#offset);
  }

  #error(problem: string, offset: number, cause?: unknown): RuntimeError {
    return new RuntimeError('module-invalid', `${problem} (byte ${offset})`, { details: { offset }, cause });
  }
}

/** One section: `id`, where its id byte is, and where its contents lie. */
export interface Section {
  readonly id: number;
  readonly start: number;
  readonly bodyStart: number;
  readonly bodyEnd: number;
}

/**
 * Yields the sections of the module or component whose preamble is at `start`. Contents are passed over, not read, so a
 * large code section costs nothing. @throws RuntimeError `module-invalid` when a section does not fit
 */
export function* readSections(bytes: Uint8Array<ArrayBuffer>, start = 0, end = bytes.length): Generator<Section> {
  const reader = new ByteReader(bytes, start, end);
  reader.skip(PREAMBLE_LENGTH, 'the preamble');
  for (let count = 0; !reader.atEnd; count++) {
    const sectionStart = reader.offset;
    if (count === SECTIONS_MAX) reader.fail(`there are more than ${SECTIONS_MAX} sections`, sectionStart);
    const id = reader.byte('a section id');
    const size = reader.u32(`the size of section ${id}`);
    const bodyStart = reader.offset;
    reader.skip(size, `section ${id}`);
    yield { id, start: sectionStart, bodyStart, bodyEnd: reader.offset };
  }
}

/** The custom section's name (section 0 of modules and components). */
export function customSectionName(bytes: Uint8Array<ArrayBuffer>, section: Section): string {
  return new ByteReader(bytes, section.bodyStart, section.bodyEnd).name('the name of a custom section');
}
