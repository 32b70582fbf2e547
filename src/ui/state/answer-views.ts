/** Ways to look at a body. */
export type AnswerView = 'events' | 'json' | 'preview' | 'image' | 'text' | 'hex';

/** What a choice among views is made by. */
export interface BodyFacts {
  /** In lower case, without parameters. */
  contentType: string;
  hasEvents: boolean;
  /** The first bytes of it, as text. */
  text: string;
  isEmpty: boolean;
}

const JSON_TYPE = /^(application|text)\/([\w.-]+\+)?json$/;
const JSON_LINES = /^application\/(x-)?(ndjson|jsonl|json-lines)$/;
const TEXT_TYPE = /^text\/|^application\/(xml|javascript|ecmascript|yaml|toml|graphql|sql|x-www-form-urlencoded)$|\+(xml|yaml)$/;
/** Control characters that no text has. */
const NOT_TEXT = /[\0-\x08\x0b\x0e-\x1a\x1c-\x1f]/;
const SNIFFED = 4_096;
/** More text than this in one piece takes the browser a second and more to lay out. */
export const TEXT_MAX_CHARACTERS = 200_000;

/** The views that make sense for a body, the best first; the last is always the bytes. */
export function viewsOf({ contentType, hasEvents, text, isEmpty }: BodyFacts): AnswerView[] {
  if (isEmpty && !hasEvents) return [];
  if (hasEvents) return ['events', 'text', 'hex'];
  if (contentType === 'image/svg+xml') return ['image', 'text', 'hex'];
  if (contentType.startsWith('image/')) return ['image', 'hex'];
  if (contentType === 'text/html' || contentType === 'application/xhtml+xml') return ['preview', 'text', 'hex'];
  if (JSON_TYPE.test(contentType)) return ['json', 'text', 'hex'];
  const head = text.slice(0, SNIFFED);
  const isText = !NOT_TEXT.test(head) && !head.includes('\ufffd');
  if (isText && contentType === '' && /^\s*[[{]/.test(head)) return ['json', 'text', 'hex'];
  if (TEXT_TYPE.test(contentType) || JSON_LINES.test(contentType) || isText) return ['text', 'hex'];
  return ['hex', 'text'];
}

const SUFFIXES: Readonly<Record<string, string>> = {
  'application/json': 'json',
  'application/problem+json': 'json',
  'application/octet-stream': 'bin',
  'application/pdf': 'pdf',
  'application/wasm': 'wasm',
  'application/xml': 'xml',
  'application/zip': 'zip',
  'image/jpeg': 'jpg',
  'image/svg+xml': 'svg',
  'text/event-stream': 'txt',
  'text/html': 'html',
  'text/javascript': 'js',
  'text/plain': 'txt',
};

/** A name to download the answer to `url` under. */
export function fileNameOf(url: string, contentType: string): string {
  const last = decodeURIComponentSafely(new URL(url).pathname.replace(/\/$/, '').split('/').at(-1) ?? '').replace(/[^\p{L}\p{N}._-]+/gu, '-');
  if (/\.[a-z0-9]{1,8}$/i.test(last)) return last;
  const [kind = '', sub = ''] = contentType.split('/');
  const suffix = SUFFIXES[contentType] ?? (/^(image|audio|video|font)$/.test(kind) && /^[a-z0-9]+$/.test(sub) ? sub : kind === 'text' ? 'txt' : 'bin');
  return `${last || 'response'}.${suffix}`;
}

function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray percent sign: good enough as it is.
    return text;
  }
}

/** Parsed JSON, or null for what is none (yet). */
export function jsonOf(text: string): { value: unknown } | null {
  try {
    return { value: JSON.parse(text) };
  } catch {
    // Still arriving, cut, or no JSON: the text view shows it.
    return null;
  }
}

/**
 * The document of an HTML preview. The frame is sandboxed without scripts, on an origin of nobody; the policy also keeps it from
 * loading anything, because such a frame is not served by Swerve and its requests would leave this browser.
 */
export function previewDocument(html: string): string {
  return `<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; form-action 'none'">${html}`;
}
