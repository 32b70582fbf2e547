import { describe, expect, it } from 'vitest';
import { addressOf, fileNameOfAddress, rawAddressOf } from '../../../../src/ui/api/download.ts';

describe('an address', () => {
  it.each([
    ['https://example.com/a.wasm', 'https://example.com/a.wasm'],
    ['  http://localhost:8080/a.wasm\n', 'http://localhost:8080/a.wasm'],
    ['example.com/a.wasm', 'https://example.com/a.wasm'],
    ['http://[::1]:9/a', 'http://[::1]:9/a'],
  ])('%j is %s', (text, href) => expect(addressOf(text)?.href).toBe(href));

  it.each([
    '',
    'hello',
    'two words.wasm',
    'ftp://example.com/a.wasm',
    'file:///a.wasm',
    'javascript:alert(1)',
    'data:application/wasm,x',
    'https://',
    'blob:https://a.b/c',
  ])('%j is none', (text) => expect(addressOf(text)).toBeNull());
});

describe('the name of the file at an address', () => {
  it.each([
    ['https://example.com/dir/my%20app.wasm?x=1', 'my app.wasm'],
    ['https://example.com/dir/', 'dir'],
    ['https://example.com', 'example.com'],
    ['https://example.com/%E0%A4%A', '%E0%A4%A'],
  ])('%s: %s', (href, name) => expect(fileNameOfAddress(new URL(href))).toBe(name));
});

describe("GitHub's page of a file", () => {
  it('stands for the file', () => {
    expect(rawAddressOf(new URL('https://github.com/o/r/blob/main/out/a.wasm')).href).toBe('https://raw.githubusercontent.com/o/r/main/out/a.wasm');
    expect(rawAddressOf(new URL('https://github.com/o/r/raw/v1/a.wasm')).href).toBe('https://raw.githubusercontent.com/o/r/v1/a.wasm');
  });

  it.each(['https://github.com/o/r', 'https://github.com/o/r/releases/download/v1/a.wasm', 'https://example.com/o/r/blob/main/a.wasm'])(
    '%s is left as it is',
    (href) => expect(rawAddressOf(new URL(href)).href).toBe(href),
  );
});
