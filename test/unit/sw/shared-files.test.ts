import { describe, expect, it } from 'vitest';
import { webAddressIn } from '../../../src/sw/shared-files.ts';

describe('the address in a shared text', () => {
  it.each([
    ['https://example.org/a.wasm', 'https://example.org/a.wasm'],
    ['Look at this: https://example.org/a.wasm.', 'https://example.org/a.wasm'],
    ['(http://example.org/a?b=c&d=%20#e)', 'http://example.org/a?b=c&d=%20#e'],
    ['ftp://example.org/ and then HTTPS://example.org/B', 'HTTPS://example.org/B'],
  ])('of %j is %s', (text, address) => expect(webAddressIn(text)).toBe(address));

  it.each(['', 'nothing here', 'javascript:alert(1)', 'example.org/a.wasm', 'https://', null, new File([], 'a')])('%j has none', (text) =>
    expect(webAddressIn(text)).toBeNull(),
  );
});
