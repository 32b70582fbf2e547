import { describe, expect, it } from 'vitest';
import { textOf, viewOfBody } from '../../../../src/ui/state/body-preview.ts';

const preview = (body: string | number[], isCut = false) => ({ base64: Buffer.from(body as string).toString('base64'), isCut });
const typed = (type: string): [string, string][] => [['Content-Type', type]];

describe('viewOfBody', () => {
  it('shows text as it is', () => {
    expect(viewOfBody(preview('a\n\tb ☃'), typed('text/plain'))).toEqual({ kind: 'text', text: 'a\n\tb ☃' });
    expect(viewOfBody(preview(''), [])).toEqual({ kind: 'empty' });
  });

  it('lays JSON out, also when nothing says that it is', () => {
    expect(viewOfBody(preview('{"a":[1]}'), typed('application/problem+json; charset=utf-8'))).toEqual({
      kind: 'json',
      text: '{\n  "a": [\n    1\n  ]\n}',
    });
    expect(viewOfBody(preview('[1]'), [])).toEqual({ kind: 'json', text: '[\n  1\n]' });
    expect(viewOfBody(preview('{broken'), typed('application/json'))).toEqual({ kind: 'text', text: '{broken' });
    expect(viewOfBody(preview('{"a":1}', true), typed('application/json'))).toEqual({ kind: 'text', text: '{"a":1}' });
  });

  it('shows an image that is whole, and the bytes of one that is not', () => {
    expect(viewOfBody(preview([137, 80]), typed('image/png'))).toEqual({ kind: 'image', source: 'data:image/png;base64,iVA=' });
    expect(viewOfBody(preview([137, 80], true), typed('image/png')).kind).toBe('hex');
  });

  it('shows what is no text in hexadecimal digits beside its letters', () => {
    const view = viewOfBody(preview([0, 1, 65, 255, ...Array.from({ length: 16 }, () => 46)]), typed('text/plain'));
    expect(view).toEqual({
      kind: 'hex',
      text: `00000000  00 01 41 ff${' 2e'.repeat(12)}  ..A.............\n00000010  2e 2e 2e 2e${' '.repeat(36)}  ....`,
    });
  });

  it('does not take packed bytes for their type', () => {
    expect(viewOfBody(preview('text'), [...typed('text/plain'), ['content-encoding', 'br']]).kind).toBe('hex');
    expect(viewOfBody(preview('text'), [...typed('text/plain'), ['content-encoding', 'identity']]).kind).toBe('text');
  });

  it('says where many bytes end', () => {
    const view = viewOfBody(
      preview(
        Array.from({ length: 5000 }, () => 0),
        true,
      ),
      [],
    );
    expect(view.kind === 'hex' && view.text.endsWith('\n… 904 more bytes')).toBe(true);
  });
});

it('a character that the cut went through does not make the rest no text', () => {
  const cut = new TextEncoder().encode('a☃').subarray(0, 3);
  expect(textOf(cut)).toBeNull();
  expect(textOf(cut, true)).toBe('a');
});
