import { encodeMarkup, encodingOfLabel, findCharsetMeta, type MarkupEncoding, PRESCAN_BYTES, sniffBom } from './html-charset.ts';
import { isHarmless, readPreambleToken } from './html-preamble.ts';
import { pulledStream } from './pulled-stream.ts';

/** A document whose first content does not come within so many bytes is passed on as it is. */
export const MAX_PREAMBLE_BYTES = 65_536;

/** What became of a document. `reason` is for the App's condition and the log. */
export type InjectionResult = { readonly outcome: 'inserted' } | { readonly outcome: 'left-alone'; readonly reason: string };

export interface HostScriptOptions {
  /** Markup to add, ASCII: `<script src="/_swerve/host.js" async></script>`. */
  readonly scriptTag: string;
  /** The charset parameter of Content-Type; null: none. */
  readonly charset: string | null;
  /** Called once, when it is decided. */
  readonly onResult?: (result: InjectionResult) => void;
}

/**
 * Adds the host script to an HTML document that passes in pieces: right after `<head>`, or at the first place where the
 * head must begin. Holds bytes back only until that place is known, which without a declared charset takes the document's
 * first 1024 bytes: browsers hold those too, to find `<meta charset>`. That meta is never pushed out of their sight.
 */
export class HostScriptInjector {
  readonly #options: HostScriptOptions;
  #held: Uint8Array<ArrayBuffer> = new Uint8Array(4096);
  #heldLength = 0;
  #result: InjectionResult | null = null;
  /** What is held, after the byte order mark, one character per code unit; grows with each piece. */
  #text = '';
  /** Where the scan of `#text` goes on. */
  #scanned = 0;
  #headSeen = false;

  constructor(options: HostScriptOptions) {
    if (/[^\t\n\r -~]/.test(options.scriptTag)) throw new RangeError('scriptTag must be ASCII');
    this.#options = options;
  }

  /** null: not decided yet. */
  get result(): InjectionResult | null {
    return this.#result;
  }

  /** Takes a piece of the document and gives the pieces that can be passed on. May keep `chunk`'s bytes as views: do not change them. */
  push(chunk: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
    if (this.#result !== null) return chunk.length === 0 ? [] : [chunk];
    this.#hold(chunk);
    return this.#decide(false);
  }

  /** The document has ended. */
  end(): Uint8Array<ArrayBuffer>[] {
    return this.#result !== null ? [] : this.#decide(true);
  }

  #hold(chunk: Uint8Array): void {
    const length = this.#heldLength + chunk.length;
    if (length > this.#held.length) {
      const larger = new Uint8Array(Math.max(length, this.#held.length * 2));
      larger.set(this.#held.subarray(0, this.#heldLength));
      this.#held = larger;
    }
    this.#held.set(chunk, this.#heldLength);
    this.#heldLength = length;
  }

  #decide(isLast: boolean): Uint8Array<ArrayBuffer>[] {
    const bytes = this.#held.subarray(0, this.#heldLength);
    if (bytes.length === 0) return isLast ? this.#leaveAlone('the document is empty') : [];
    if (bytes.length < 3 && !isLast) return [];
    const bom = sniffBom(bytes);
    const declared = this.#options.charset === null ? null : encodingOfLabel(this.#options.charset);
    const encoding: MarkupEncoding = bom?.encoding ?? declared ?? 'ascii';
    if (encoding === 'unknown') return this.#leaveAlone('browsers do not decode its charset');
    const start = bom?.length ?? 0;
    if (encoding === 'ascii' && (bytes[start] === 0 || bytes[start + 1] === 0)) return this.#leaveAlone('it looks like UTF-16 but does not say so');

    const unit = encoding === 'ascii' ? 1 : 2;
    const limit = Math.min(bytes.length, start + MAX_PREAMBLE_BYTES);
    this.#text += toText(bytes.subarray(start + this.#text.length * unit, limit), encoding);
    const text = this.#text;
    const place = this.#findPlace(text, isLast);
    if (place === null) {
      const isFull = isLast || bytes.length >= start + MAX_PREAMBLE_BYTES;
      return isFull ? this.#leaveAlone(`no content begins within its first ${MAX_PREAMBLE_BYTES} bytes`) : [];
    }

    const isKnown = bom !== null || declared !== null;
    if (isKnown) return this.#insert(bytes, start + place * unit, encoding);
    const meta = findCharsetMeta(text.slice(0, PRESCAN_BYTES));
    if (meta === null) {
      if (bytes.length < PRESCAN_BYTES && !isLast) return [];
      return this.#insert(bytes, place, encoding);
    }
    if (meta <= place || meta + this.#options.scriptTag.length <= PRESCAN_BYTES) return this.#insert(bytes, place, encoding);
    if (isHarmless(text, place, meta)) return this.#insert(bytes, meta, encoding);
    return this.#leaveAlone('its <meta charset> would be pushed out of the first 1024 bytes; declare the charset in Content-Type or put the meta first');
  }

  /** Code units before the place for the script; null: it does not show yet. */
  #findPlace(text: string, isLast: boolean): number | null {
    while (!this.#headSeen) {
      const token = readPreambleToken(text, this.#scanned, isLast);
      if (token.kind === 'incomplete') return null;
      if (token.kind === 'content') break;
      this.#scanned = token.end;
      this.#headSeen = token.isHead;
    }
    return this.#scanned;
  }

  #insert(bytes: Uint8Array<ArrayBuffer>, at: number, encoding: 'ascii' | 'utf-16le' | 'utf-16be'): Uint8Array<ArrayBuffer>[] {
    const tag = encodeMarkup(this.#options.scriptTag, encoding);
    return this.#settle({ outcome: 'inserted' }, [bytes.subarray(0, at), tag, bytes.subarray(at)]);
  }

  #leaveAlone(reason: string): Uint8Array<ArrayBuffer>[] {
    return this.#settle({ outcome: 'left-alone', reason }, [this.#held.subarray(0, this.#heldLength)]);
  }

  #settle(result: InjectionResult, pieces: Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer>[] {
    this.#result = result;
    this.#held = new Uint8Array(0);
    this.#text = '';
    this.#options.onResult?.(result);
    return pieces.filter(({ length }) => length > 0);
  }
}

/** `body` with the script in it. */
export function withHostScript(body: ReadableStream<Uint8Array<ArrayBuffer>>, options: HostScriptOptions): ReadableStream<Uint8Array<ArrayBuffer>> {
  const injector = new HostScriptInjector(options);
  const reader = body.getReader();
  const ready: Uint8Array<ArrayBuffer>[] = [];
  let isEnd = false;
  return pulledStream<Uint8Array<ArrayBuffer>>({
    async next() {
      while (ready.length === 0 && !isEnd) {
        const { done, value } = await reader.read();
        isEnd = done;
        ready.push(...(done ? injector.end() : injector.push(value)));
      }
      const piece = ready.shift();
      return piece === undefined ? { done: true, value: undefined } : { done: false, value: piece };
    },
    cancel: (reason) => reader.cancel(reason),
    highWaterMark: 0,
  });
}

/** One character per byte, or per UTF-16 code unit; a half unit at the end waits. */
function toText(bytes: Uint8Array, encoding: 'ascii' | 'utf-16le' | 'utf-16be'): string {
  let text = '';
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const units = encoding === 'ascii' ? bytes.length : bytes.length >> 1;
  for (let i = 0; i < units; i++) text += String.fromCharCode(encoding === 'ascii' ? view.getUint8(i) : view.getUint16(i * 2, encoding === 'utf-16le'));
  return text;
}

export type InjectionChoice = { readonly inject: true; readonly charset: string | null } | { readonly inject: false; readonly reason: string };

/**
 * Whether an answer is an HTML document that the script can be added to, judged by its head. XHTML is left alone: a wrong
 * guess at its structure would stop it from parsing at all. So is all that is compressed, partial, downloaded or signed by a digest.
 */
export function shouldInject(answer: { isDocumentNavigation: boolean; status: number; headers: Headers }): InjectionChoice {
  const { headers, status } = answer;
  const no = (reason: string): InjectionChoice => ({ inject: false, reason });
  if (!answer.isDocumentNavigation) return no('it does not answer a document navigation');
  if (status === 204 || status === 205 || status === 206 || (status >= 300 && status < 400)) return no(`its status is ${status}`);
  const type = contentType(headers.get('content-type'));
  if (type?.essence !== 'text/html') return no(type === null ? 'it has no Content-Type' : `it is ${type.essence}`);
  const coding = headers.get('content-encoding')?.trim().toLowerCase();
  if (coding !== undefined && coding !== '' && coding !== 'identity') return no(`its Content-Encoding is ${coding}`);
  if (/^\s*attachment/i.test(headers.get('content-disposition') ?? '')) return no('it is an attachment');
  const digest = ['content-digest', 'repr-digest', 'digest', 'content-md5'].find((name) => headers.has(name));
  if (digest !== undefined) return no(`its ${digest} header vouches for its bytes`);
  return { inject: true, charset: type.charset };
}

/** Content-Length no longer holds once the script is added. */
export function dropLength(headers: Headers): void {
  headers.delete('content-length');
}

/** Of a repeated Content-Type the last one that is a MIME type counts (Fetch, "extract a MIME type"). */
function contentType(value: string | null): { essence: string; charset: string | null } | null {
  let found = null as { essence: string; charset: string | null } | null;
  for (const item of value?.match(/(?:[^,"]|"(?:[^"\\]|\\.)*"?)+/g) ?? []) {
    const essence = /^[\t\n\r ]*([\w!#$%&'*+.^`|~-]+\/[\w!#$%&'*+.^`|~-]+)[\t\n\r ]*(?:;|$)/.exec(item)?.[1]?.toLowerCase();
    if (essence === undefined || essence === '*/*') continue;
    const charset = /;[\t\n\r ]*charset=(?:"((?:[^"\\]|\\.)*)"?|([^;"\s]*))/i.exec(item);
    const label = charset?.[1]?.replace(/\\(.)/g, '$1') ?? charset?.[2] ?? '';
    found = { essence, charset: label === '' ? (found?.essence === essence ? found.charset : null) : label };
  }
  return found;
}
