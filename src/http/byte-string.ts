/**
 * Header values are byte strings: one character per byte, U+0000 to U+00FF (Fetch, "isomorphic decode"). Guests and people
 * mean UTF-8 by those bytes, so text crosses here whenever a header value becomes a URL or a cookie that scripts can read.
 */

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** The text that `value` spells in UTF-8; `value` itself when it is not UTF-8. */
export function textFromByteString(value: string): string {
  if (!/[\x80-\xff]/.test(value) || /[^\x00-\xff]/.test(value)) return value;
  try {
    return decoder.decode(Uint8Array.from(value, (character) => character.charCodeAt(0)));
  } catch {
    // Not UTF-8, so Latin-1, which is what the string already says.
    return value;
  }
}

/** `text` as the UTF-8 bytes that go into a header. */
export function byteStringFromText(text: string): string {
  if (!/[^\x00-\x7f]/.test(text)) return text;
  let value = '';
  for (const byte of encoder.encode(text)) value += String.fromCharCode(byte);
  return value;
}
