/** Which encoding a browser takes an HTML document for, as far as that decides how bytes may be added to it (HTML §13.2.3). */

/** How added markup must be encoded. `unknown`: ASCII is not safe to add. */
export type MarkupEncoding = 'ascii' | 'utf-16le' | 'utf-16be' | 'unknown';

/** How far browsers look for `<meta charset>` before they decode (HTML §13.2.3.2). */
export const PRESCAN_BYTES = 1024;

/** The byte order mark's encoding, which wins over everything (Encoding §6, "BOM sniff"); null: none. */
export function sniffBom(bytes: Uint8Array): { encoding: MarkupEncoding; length: number } | null {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return { encoding: 'ascii', length: 3 };
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return { encoding: 'utf-16le', length: 2 };
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return { encoding: 'utf-16be', length: 2 };
  return null;
}

/** How markup is added to a document of this label; null: no encoding has the label, so browsers ignore it. */
export function encodingOfLabel(label: string): MarkupEncoding | null {
  try {
    // Every other encoding of the web spells ASCII as ASCII; `replacement` (ISO-2022-KR and such) is refused by TextDecoder.
    const { encoding } = new TextDecoder(label);
    return encoding === 'utf-16le' || encoding === 'utf-16be' ? encoding : 'ascii';
  } catch {
    return REPLACEMENT_LABELS.has(label.trim().toLowerCase()) ? 'unknown' : null;
  }
}

const REPLACEMENT_LABELS = new Set(['replacement', 'hz-gb-2312', 'csiso2022kr', 'iso-2022-kr', 'iso-2022-cn', 'iso-2022-cn-ext']);

/** ASCII `text` in `encoding`. */
export function encodeMarkup(text: string, encoding: 'ascii' | 'utf-16le' | 'utf-16be'): Uint8Array<ArrayBuffer> {
  if (encoding === 'ascii') return Uint8Array.from(text, (character) => character.charCodeAt(0));
  const bytes = new Uint8Array(text.length * 2);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < text.length; i++) view.setUint16(i * 2, text.charCodeAt(i), encoding === 'utf-16le');
  return bytes;
}

/**
 * The end of the first `<meta>` that declares an encoding within `text`, the document's first 1024 bytes read as Latin-1;
 * null: none. The algorithm of HTML, "prescan a byte stream to determine its encoding".
 */
export function findCharsetMeta(text: string): number | null {
  let at = 0;
  while (at < text.length) {
    if (text.startsWith('<!--', at)) {
      const end = text.indexOf('-->', at + 2);
      if (end < 0) return null;
      at = end + 3;
    } else if (/^<meta[\t\n\f\r /]/i.test(text.slice(at, at + 6))) {
      const attributes = readAttributes(text, at + 5);
      if (attributes === null) return null;
      if (declaresCharset(attributes.values)) return attributes.end;
      at = attributes.end;
    } else if (/^<\/?[a-z]/i.test(text.slice(at, at + 3))) {
      const name = /[\t\n\f\r />]/g;
      name.lastIndex = at;
      const attributes = name.test(text) ? readAttributes(text, name.lastIndex - 1) : null;
      if (attributes === null) return null;
      at = attributes.end;
    } else if (/^<[!/?]/.test(text.slice(at, at + 2))) {
      const end = text.indexOf('>', at);
      if (end < 0) return null;
      at = end + 1;
    } else {
      const next = text.indexOf('<', at + 1);
      if (next < 0) return null;
      at = next;
    }
  }
  return null;
}

/** Whether the attributes of a meta element declare an encoding that exists. */
function declaresCharset(attributes: ReadonlyMap<string, string>): boolean {
  const charset = attributes.get('charset');
  if (charset !== undefined) return encodingOfLabel(charset) !== null;
  if (attributes.get('http-equiv')?.toLowerCase() !== 'content-type') return false;
  const label = /charset[\t\n\f\r ]*=[\t\n\f\r ]*(?:"([^"]*)"|'([^']*)'|([^\t\n\f\r ;"']+))/i.exec(attributes.get('content') ?? '');
  return label !== null && encodingOfLabel(label[1] ?? label[2] ?? label[3] ?? '') !== null;
}

/**
 * Reads the attributes of a tag from just after its name. `end` is after the `>`; null: the text ends first. Names in
 * lower case; the first of a repeated name counts.
 */
export function readAttributes(text: string, start: number): { values: Map<string, string>; end: number } | null {
  const values = new Map<string, string>();
  const attribute = /[\t\n\f\r /]*(?:(>)|([^\t\n\f\r />][^\t\n\f\r />=]*)(?:[\t\n\f\r ]*=[\t\n\f\r ]*(?:"([^"]*)"|'([^']*)'|(?!["'])([^\t\n\f\r >]*)))?)/y;
  attribute.lastIndex = start;
  for (;;) {
    const found = attribute.exec(text);
    if (found === null || (attribute.lastIndex >= text.length && found[1] === undefined)) return null;
    if (found[1] !== undefined) return { values, end: attribute.lastIndex };
    const name = (found[2] ?? '').toLowerCase();
    // An opening quote without its end: the match stopped before the `=`, the rest is still to come.
    if (/^[\t\n\f\r ]*=[\t\n\f\r ]*["']/.test(text.slice(attribute.lastIndex)) && found[3] === undefined && found[4] === undefined && found[5] === undefined)
      return null;
    if (!values.has(name)) values.set(name, found[3] ?? found[4] ?? found[5] ?? '');
  }
}
