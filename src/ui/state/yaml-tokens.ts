/** A piece of a line of YAML and how it is to be coloured. */
export interface YamlToken {
  kind: 'key' | 'value' | 'comment' | 'mark';
  text: string;
}

const KEY = /^(\s*(?:- +)*)((?:"(?:[^"\\]|\\.)*"|'[^']*'|[^\s#"'[\]{}&*!|>%@`-][^:#]*?|[^\s#"'[\]{}:]+?)\s*:)(?=\s|$)/;
const COMMENT = /(?:^|\s)#.*$/;
const QUOTED = /^(\s*)("(?:[^"\\]|\\.)*"|'(?:[^']|'')*')/;
const OPENS_BLOCK = /(?:^|[\s:-])[|>][+-]?\d*[+-]?\s*$/;

/** The lines of `text` in pieces, for the eye only: what a piece is called may be wrong where YAML is odd, its text never is. */
export function yamlTokens(text: string): YamlToken[][] {
  let blockIndent: number | null = null;
  return text.split('\n').map((line) => {
    const indent = line.length - line.trimStart().length;
    if (blockIndent !== null && (line.trim() === '' || indent > blockIndent)) return compact([{ kind: 'value', text: line }]);
    blockIndent = null;
    const tokens = tokensOf(line);
    const code = tokens.filter(({ kind }) => kind !== 'comment').map((token) => token.text);
    if (OPENS_BLOCK.test(code.join(''))) blockIndent = indent;
    return compact(tokens);
  });
}

function tokensOf(line: string): YamlToken[] {
  const [, lead = '', key = ''] = KEY.exec(line) ?? [];
  const rest = line.slice(lead.length + key.length);
  const [quoted = ''] = QUOTED.exec(rest) ?? [];
  const [comment = ''] = COMMENT.exec(rest.slice(quoted.length)) ?? [];
  return [
    { kind: 'mark', text: lead },
    { kind: 'key', text: key },
    { kind: 'value', text: rest.slice(0, rest.length - comment.length) },
    { kind: 'comment', text: comment },
  ];
}

function compact(tokens: YamlToken[]): YamlToken[] {
  return tokens.filter(({ text }) => text !== '');
}
