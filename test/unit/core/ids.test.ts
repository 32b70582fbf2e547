import { describe, expect, it } from 'vitest';
import { digestOf, isDigest, NAME_MAX_LENGTH, NAME_PATTERN, newId } from '../../../src/core/ids.ts';

describe('digests', () => {
  it('are the SHA-256 of the bytes', async () => {
    // FIPS 180-2, appendix B.1.
    expect(await digestOf(new TextEncoder().encode('abc'))).toBe('sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });

  it('cover the bytes of a view only', async () => {
    expect(await digestOf(new TextEncoder().encode('xabcx').subarray(1, 4))).toBe(await digestOf(new TextEncoder().encode('abc')));
  });

  it.each([
    [`sha256:${'0a'.repeat(32)}`, true],
    [`sha256:${'0A'.repeat(32)}`, false],
    [`sha256:${'0a'.repeat(31)}`, false],
    [`sha256:${'0a'.repeat(32)}0`, false],
    [`sha512:${'0a'.repeat(32)}`, false],
    ['0a'.repeat(32), false],
    [`sha256:${'0a'.repeat(32)}\n`, false],
  ])('%j is one: %s', (text, expected) => expect(isDigest(text)).toBe(expected));
});

describe('names', () => {
  it.each([
    ['hello', true],
    ['a', true],
    ['0-9', true],
    ['', false],
    ['-a', false],
    ['a-', false],
    ['A', false],
    ['a.b', false],
    ['a_b', false],
    ['a\n', false],
  ])('%j is an RFC 1123 label: %s', (name, expected) => expect(NAME_PATTERN.test(name)).toBe(expected));

  it('of instances carry their App, are labels themselves and differ', () => {
    const ids = Array.from({ length: 100 }, () => newId('hello'));
    expect(new Set(ids).size).toBe(100);
    for (const id of ids) {
      expect(id).toMatch(/^hello-[0-9a-f]{8}-[0-9a-f]{4}$/);
      expect(id).toMatch(NAME_PATTERN);
      expect(id.length).toBeLessThan(NAME_MAX_LENGTH);
    }
  });
});
