import type { BodyPreview } from '../../core/traffic.ts';

/** The first bytes of a body, as they can be shown. */
export type BodyView =
  | { kind: 'empty' }
  | { kind: 'text' | 'json' | 'hex'; text: string }
  /** `source`: a data URL. */
  | { kind: 'image'; source: string };

const IMAGE = /^image\/(png|jpeg|gif|webp|avif|bmp|svg\+xml|x-icon|vnd\.microsoft\.icon)$/;
const JSON_TYPE = /[/+]json$/;
/** Control characters that no text has: all but tab, line feed, form feed, carriage return and escape. */
const NOT_TEXT = /[\0-\x08\x0b\x0e-\x1a\x1c-\x1f]/;
const HEX_COLUMNS = 16;
/** More rows than this tell nothing more. */
const HEX_MAX_BYTES = 4_096;

/** How `preview` is best shown, by the body's headers and by what its bytes are. */
export function viewOfBody(preview: BodyPreview, headers: readonly (readonly [string, string])[]): BodyView {
  if (preview.base64 === '') return { kind: 'empty' };
  const bytes = bytesOf(preview);
  const type = (headerOf(headers, 'content-type') ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (isEncoded(headers)) return { kind: 'hex', text: hexOf(bytes) };
  if (IMAGE.test(type) && !preview.isCut) return { kind: 'image', source: `data:${type};base64,${preview.base64}` };
  const text = textOf(bytes, preview.isCut);
  if (text === null) return { kind: 'hex', text: hexOf(bytes) };
  if (preview.isCut || !(JSON_TYPE.test(type) || /^\s*[[{]/.test(text))) return { kind: 'text', text };
  try {
    return { kind: 'json', text: JSON.stringify(JSON.parse(text), null, 2) };
  } catch {
    // Called JSON, or looks like it, but is none: shown as it came.
    return { kind: 'text', text };
  }
}

/** The bytes of a preview. */
export function bytesOf({ base64 }: BodyPreview): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** Whether the body is packed (`content-encoding`), so that its bytes are not those of its type. */
export function isEncoded(headers: readonly (readonly [string, string])[]): boolean {
  const encoding = headerOf(headers, 'content-encoding') ?? 'identity';
  return encoding.trim().toLowerCase() !== 'identity';
}

/** The bytes as text, or null when they are none. A character that the cut went through is left out. */
export function textOf(bytes: Uint8Array, isCut = false): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: isCut });
    return NOT_TEXT.test(text) ? null : text;
  } catch {
    // Not UTF-8: no text that could be shown faithfully.
    return null;
  }
}

function headerOf(headers: readonly (readonly [string, string])[], name: string): string | undefined {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1];
}

function hexOf(bytes: Uint8Array): string {
  const rows: string[] = [];
  for (let at = 0; at < Math.min(bytes.length, HEX_MAX_BYTES); at += HEX_COLUMNS) {
    const row = [...bytes.subarray(at, Math.min(at + HEX_COLUMNS, HEX_MAX_BYTES))];
    const hex = row.map((byte) => byte.toString(16).padStart(2, '0')).join(' ');
    const text = row.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
    rows.push(`${at.toString(16).padStart(8, '0')}  ${hex.padEnd(HEX_COLUMNS * 3 - 1)}  ${text}`);
  }
  if (bytes.length > HEX_MAX_BYTES) rows.push(`… ${bytes.length - HEX_MAX_BYTES} more bytes`);
  return rows.join('\n');
}
