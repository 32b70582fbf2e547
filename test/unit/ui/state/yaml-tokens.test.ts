import { describe, expect, it } from 'vitest';
import { yamlTokens } from '../../../../src/ui/state/yaml-tokens.ts';

const line = (text: string) => yamlTokens(text)[0]?.map(({ kind, text }) => [kind, text]);

describe('yamlTokens', () => {
  it.each([
    [
      'kind: App',
      [
        ['key', 'kind:'],
        ['value', ' App'],
      ],
    ],
    [
      '  - path: /hello # the first',
      [
        ['mark', '  - '],
        ['key', 'path:'],
        ['value', ' /hello'],
        ['comment', ' # the first'],
      ],
    ],
    ['# alone', [['comment', '# alone']]],
    [
      '"a: b": c',
      [
        ['key', '"a: b":'],
        ['value', ' c'],
      ],
    ],
    [
      "text: 'no # comment'",
      [
        ['key', 'text:'],
        ['value', " 'no # comment'"],
      ],
    ],
    [
      'url: http://a.test/#x',
      [
        ['key', 'url:'],
        ['value', ' http://a.test/#x'],
      ],
    ],
    ['spec:', [['key', 'spec:']]],
    ['plain words', [['value', 'plain words']]],
  ])('tells the pieces of %j', (text, expected) => {
    expect(line(text)).toEqual(expected);
  });

  it('takes the lines of a block for text until it ends', () => {
    const kinds = yamlTokens('text: |\n  key: no\n  # no\n\n  end\nkey: yes').map((tokens) => tokens.map(({ kind }) => kind));
    expect(kinds).toEqual([['key', 'value'], ['value'], ['value'], [], ['value'], ['key', 'value']]);
  });

  it.each(['a: "unclosed', '{ a: 1, b: [', '- - - x', '\t: :: #', '? odd\n: yes', '&anchor a: *b', "it's: # 'x'", 'ü: "\\""  # ☃'])(
    'never loses a character of %j',
    (text) => {
      expect(
        yamlTokens(text)
          .map((tokens) => tokens.map((token) => token.text).join(''))
          .join('\n'),
      ).toBe(text);
    },
  );
});
