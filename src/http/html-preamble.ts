import { readAttributes } from './html-charset.ts';

/** The part of an HTML document before its first content, read one token at a time. Works on text of one character per code unit. */

/** A token of the preamble ends at `end`; `incomplete`: the text ends within it; `content`: something else begins here. */
export type PreambleToken =
  | { readonly kind: 'token'; readonly end: number; readonly isHead: boolean }
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'content' };

const SPACE = /[\t\n\f\r ]+/y;

/** Reads white space, a comment, a doctype, `<html …>` or `<head …>` at `at`. With `isLast` there is no more text to come. */
export function readPreambleToken(text: string, at: number, isLast: boolean): PreambleToken {
  if (at >= text.length) return isLast ? { kind: 'content' } : { kind: 'incomplete' };
  SPACE.lastIndex = at;
  if (SPACE.test(text)) return token(SPACE.lastIndex);
  if (text[at] !== '<') return { kind: 'content' };
  const rest = text.slice(at, at + 6).toLowerCase();
  if (!isLast && ['<!--', '<html ', '<head ', '<!', '<?'].some((start) => rest.length < start.length && start.startsWith(rest))) return { kind: 'incomplete' };
  if (rest.startsWith('<!--')) return orIncomplete(endOfComment(text, at), isLast);
  if (rest.startsWith('<!') || rest.startsWith('<?')) return orIncomplete(endAfter(text, '>', at), isLast);
  if (/^<(html|head)[\t\n\f\r />]/.test(rest)) return orIncomplete(readAttributes(text, at + 5)?.end ?? null, isLast, rest.startsWith('<head'));
  return { kind: 'content' };
}

/** The end of a comment that begins at `at`, with the ends that browsers forgive (HTML §13.2.5.43 ff.); null: it is not closed. */
export function endOfComment(text: string, at: number): number | null {
  const abrupt = /^<!---?>/.exec(text.slice(at, at + 6));
  if (abrupt !== null) return at + abrupt[0].length;
  const end = /--!?>/g;
  end.lastIndex = at + 4;
  return end.test(text) ? end.lastIndex : null;
}

/**
 * Whether only elements that neither run nor load anything stand in `text` from `from` to `to`: comments, white space,
 * `<title>` and `<meta>` other than a policy or a refresh.
 */
export function isHarmless(text: string, from: number, to: number): boolean {
  let at = from;
  while (at < to) {
    SPACE.lastIndex = at;
    if (SPACE.test(text)) {
      at = SPACE.lastIndex;
      continue;
    }
    const rest = text.slice(at, at + 7).toLowerCase();
    let end: number | null = null;
    if (rest.startsWith('<!--')) {
      end = endOfComment(text, at);
    } else if (/^<meta[\t\n\f\r /]/.test(rest)) {
      const attributes = readAttributes(text, at + 5);
      const directive = attributes?.values.get('http-equiv')?.toLowerCase();
      if (directive === undefined || directive === 'content-type') end = attributes?.end ?? null;
    } else if (/^<title[>\t\n\f\r /]?/.test(rest)) {
      const close = /<\/title[\t\n\f\r ]*>/gi;
      close.lastIndex = at;
      end = close.test(text) ? close.lastIndex : null;
    }
    if (end === null) return false;
    at = end;
  }
  return true;
}

function token(end: number, isHead = false): PreambleToken {
  return { kind: 'token', end, isHead };
}

function endAfter(text: string, what: string, at: number): number | null {
  const index = text.indexOf(what, at);
  return index < 0 ? null : index + what.length;
}

function orIncomplete(end: number | null, isLast: boolean, isHead = false): PreambleToken {
  if (end !== null) return token(end, isHead);
  return isLast ? { kind: 'content' } : { kind: 'incomplete' };
}
