import { RuntimeError } from '../../core/errors.ts';

/** Status and header fields that a CGI program has written, ready to be sent. */
export interface CgiHead {
  readonly status: number;
  /** Names as the guest wrote them, in its order, repeats kept, `Status` taken out. */
  readonly headers: readonly (readonly [string, string])[];
}

/** RFC 9110 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** RFC 9110 5.5: visible characters, space, tab, and bytes over 0x7f. */
const FIELD_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;
const STATUS = /^([0-9]{3})(?:[ \t].*)?$/;
const MAX_QUOTED_CHARACTERS = 120;

/** What the guest wrote, cut and quoted, for a message. */
export function quoted(text: string): string {
  const cut = text.length > MAX_QUOTED_CHARACTERS ? `${text.slice(0, MAX_QUOTED_CHARACTERS)}…` : text;
  return JSON.stringify(cut);
}

export function invalidResponse(message: string): RuntimeError {
  return new RuntimeError('handler-response-invalid', message);
}

/**
 * The head in `lines` (RFC 3875 6.3), one character per byte, without line ends and the empty line. A `Location` without
 * a `Status` is 302; a "local redirect" (RFC 3875 6.2.2) is passed to the client as one, as WAGI does.
 * @throws RuntimeError `handler-response-invalid`
 */
export function parseCgiHead(lines: readonly string[]): CgiHead {
  const headers: [string, string][] = [];
  let status: number | null = null;
  let hasType = false;
  let hasLocation = false;
  for (const line of lines) {
    const colon = line.indexOf(':');
    const name = colon === -1 ? '' : line.slice(0, colon);
    if (!TOKEN.test(name))
      throw invalidResponse(`the handler wrote ${quoted(line)} where a header was due; write "Name: value" lines, then an empty line, then the body`);
    const value = line.slice(colon + 1).replaceAll(/^[ \t]+|[ \t]+$/g, '');
    if (!FIELD_VALUE.test(value)) throw invalidResponse(`the handler wrote the header ${quoted(line)}, whose value holds a control character`);
    const lowerCase = name.toLowerCase();
    if (lowerCase === 'status') {
      if (status !== null) throw invalidResponse('the handler wrote more than one Status header');
      status = parseStatus(value);
      continue;
    }
    hasType ||= lowerCase === 'content-type';
    hasLocation ||= lowerCase === 'location';
    headers.push([name, value]);
  }
  if (status === null && !hasType && !hasLocation) {
    const written = lines.length === 0 ? 'an empty line' : quoted(lines.join('\n'));
    throw invalidResponse(`the handler wrote ${written} as its head, which has none of Content-Type, Location and Status; CGI needs at least one`);
  }
  return { status: status ?? (hasLocation ? 302 : 200), headers };
}

function parseStatus(value: string): number {
  const digits = STATUS.exec(value)?.[1];
  const status = Number(digits);
  if (digits === undefined || status < 100 || status > 599) {
    throw invalidResponse(`the handler wrote the status ${quoted(value)}; write "Status: 404 Not Found" with a code from 200 to 599`);
  }
  if (status < 200) throw invalidResponse(`the handler wrote the interim status ${quoted(value)}; a CGI answer is final, so its code is from 200 to 599`);
  return status;
}
