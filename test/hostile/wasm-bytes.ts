/** Reading and writing the binary format of modules and components, as loosely as one who means to break it needs. */

export type Bytes = Uint8Array<ArrayBuffer>;

export const CORE_PREAMBLE = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00);
export const COMPONENT_PREAMBLE = Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x0d, 0x00, 0x01, 0x00);

export interface LooseSection {
  readonly id: number;
  readonly body: Uint8Array;
}

/** A file as its preamble and sections; what does not parse any more is `rest`. */
export interface LooseFile {
  readonly preamble: Uint8Array;
  readonly sections: LooseSection[];
  readonly rest: Uint8Array;
}

export function concat(...parts: (Uint8Array | readonly number[])[]): Bytes {
  return concatAll(parts);
}

/** {@link concat} for more parts than a call may have arguments. */
export function concatAll(parts: readonly (Uint8Array | readonly number[])[]): Bytes {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Unsigned LEB128 of a whole number below 2^53. */
export function leb(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = Math.floor(rest / 128);
    out.push(rest === 0 ? low : low + 128);
  } while (rest !== 0);
  return out;
}

/** The LEB128 number at `at`: its value and where it ends; null when none is there. */
export function readLeb(bytes: Uint8Array, at: number): { value: number; end: number } | null {
  let value = 0;
  for (let index = 0; index < 5; index++) {
    const byte = bytes[at + index];
    if (byte === undefined) return null;
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, end: at + index + 1 };
  }
  return null;
}

export function readFile(bytes: Uint8Array): LooseFile {
  const sections: LooseSection[] = [];
  let at = Math.min(8, bytes.length);
  while (at < bytes.length) {
    const size = readLeb(bytes, at + 1);
    if (size === null || size.end + size.value > bytes.length) break;
    sections.push({ id: bytes[at] as number, body: bytes.subarray(size.end, size.end + size.value) });
    at = size.end + size.value;
  }
  return { preamble: bytes.subarray(0, 8), sections, rest: bytes.subarray(at) };
}

export function section(id: number, ...body: (Uint8Array | readonly number[])[]): Bytes {
  const length = body.reduce((sum, part) => sum + part.length, 0);
  return concat([id], leb(length), ...body);
}

export function writeFile({ preamble, sections, rest }: LooseFile): Bytes {
  return concat(preamble, ...sections.flatMap(({ id, body }) => [[id], leb(body.length), body]), rest);
}

export function isComponent(bytes: Uint8Array): boolean {
  return bytes[4] === 0x0d && bytes[6] === 0x01;
}

/** A name: its length and its bytes, ASCII only. */
export function name(text: string): Bytes {
  return concat(
    leb(text.length),
    Uint8Array.from(text, (character) => character.charCodeAt(0)),
  );
}
