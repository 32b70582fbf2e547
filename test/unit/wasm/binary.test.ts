import { describe, expect, it } from 'vitest';
import { RuntimeError } from '../../../src/core/errors.ts';
import { ByteReader, customSectionName, readSections } from '../../../src/wasm/binary.ts';
import { offsetIn } from '../../../src/wasm/engine.ts';
import { bytesOf, CORE_PREAMBLE } from './assemble.ts';

const reader = (...bytes: number[]) => new ByteReader(Uint8Array.from(bytes));

function errorOf(action: () => unknown): RuntimeError {
  try {
    action();
  } catch (error) {
    if (error instanceof RuntimeError) return error;
    throw error;
  }
  throw new Error('expected a RuntimeError');
}

describe('ByteReader', () => {
  it('reads LEB128 numbers of 32 bits', () => {
    expect(reader(0x00).u32('n')).toBe(0);
    expect(reader(0xe5, 0x8e, 0x26).u32('n')).toBe(624_485);
    expect(reader(0xff, 0xff, 0xff, 0xff, 0x0f).u32('n')).toBe(4_294_967_295);
    // Padded, as wasm-ld writes them.
    expect(reader(0x82, 0x80, 0x80, 0x80, 0x00).u32('n')).toBe(2);
  });

  it('refuses LEB128 numbers of more than 32 bits', () => {
    expect(errorOf(() => reader(0xff, 0xff, 0xff, 0xff, 0x1f).u32('n')).message).toBe('n is not a 32-bit LEB128 number (byte 0)');
    expect(errorOf(() => reader(0x80, 0x80, 0x80, 0x80, 0x80, 0x00).u32('n')).details).toEqual({ offset: 0 });
  });

  it('reads LEB128 numbers of 64 bits', () => {
    expect(reader(0x80, 0x80, 0x04).u64('n')).toBe(65_536n);
    expect(reader(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01).u64('n')).toBe(2n ** 64n - 1n);
    expect(errorOf(() => reader(0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02).u64('n')).details).toEqual({ offset: 0 });
  });

  it('never reads beyond its end, and names the byte of the file', () => {
    const part = new ByteReader(Uint8Array.from([9, 9, 9, 0x80, 0x01]), 3, 4);
    expect(errorOf(() => part.u32('a count')).message).toBe('a count is missing (byte 4)');
    expect(errorOf(() => new ByteReader(Uint8Array.from([9, 3, 65, 66]), 1).name('a name')).message).toBe('a name needs 3 bytes and 2 are left (byte 2)');
    expect(errorOf(() => reader(0xff, 0xff, 0xff, 0xff, 0x0f).name('a name')).details).toEqual({ offset: 5 });
  });

  it('refuses names that are not UTF-8', () => {
    expect(reader(2, 0xc3, 0xa9).name('a name')).toBe('é');
    expect(errorOf(() => reader(2, 0xc3, 0x28).name('a name')).message).toBe('a name is not UTF-8 (byte 1)');
  });
});

describe('readSections', () => {
  it('yields ids and bounds', () => {
    const bytes = bytesOf(CORE_PREAMBLE, [0, 3, 1], 'ab', [1, 0x81, 0x00, 0]);
    const sections = [...readSections(bytes)];
    expect(sections).toEqual([
      { id: 0, start: 8, bodyStart: 10, bodyEnd: 13 },
      { id: 1, start: 13, bodyStart: 16, bodyEnd: 17 },
    ]);
    expect(customSectionName(bytes, sections[0]!)).toBe('a');
  });

  it('refuses a section that does not fit', () => {
    expect(errorOf(() => [...readSections(bytesOf(CORE_PREAMBLE, [10, 0xc8, 0x01, 0]))]).message).toBe('section 10 needs 200 bytes and 1 are left (byte 11)');
  });

  it('refuses more sections than any module has', () => {
    const bytes = new Uint8Array(8 + 300_000).fill(0);
    bytes.set(CORE_PREAMBLE);
    expect(errorOf(() => [...readSections(bytes)]).message).toMatch(/more than 100000 sections/);
  });
});

describe('offsetIn', () => {
  it('finds the byte in the words of each engine', () => {
    expect(offsetIn('WebAssembly.compile(): expected 4 bytes, fell off end @+17')).toBe(17);
    expect(offsetIn('wasm validation error: at offset 4: binary version 0x2')).toBe(4);
    expect(offsetIn("WebAssembly.Module doesn't parse at byte 8: can't get type")).toBe(8);
    expect(offsetIn('something else 12')).toBeUndefined();
  });
});
