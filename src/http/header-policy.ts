import { RuntimeError } from '../core/errors.ts';
import type { WireHeaders } from '../protocol/sw-instance.ts';
import { byteStringFromText, textFromByteString } from './byte-string.ts';

/** Of one connection only, never passed on (RFC 9110 §7.6.1); names in the Connection header are added to these. */
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'te', 'transfer-encoding', 'upgrade']);

/** A request as a service worker sees it, with what it must be told beside. */
export interface VisibleRequest {
  /** `Request.headers`: lower-case names. */
  readonly headers: Iterable<readonly [string, string]>;
  readonly method: string;
  /** Public absolute URL. */
  readonly url: string;
  /** `Request.referrer`. */
  readonly referrer: string;
  /** The jar's `Cookie` header; null: none. */
  readonly cookie: string | null;
  /** Serialised origin of the client, `null` as a word for an opaque one; null: not known. Sent with methods other than GET and HEAD (Fetch, "append a request Origin header"). */
  readonly origin: string | null;
  /** `navigator.userAgent`; null: not known. */
  readonly userAgent: string | null;
  /** `navigator.languages` as a header value, for requests that show none; null: not known. */
  readonly acceptLanguage?: string | null;
}

/**
 * The headers that the guest gets. A service worker is shown a request before the browser's network layer has added
 * Host, Cookie, Referer, Origin and User-Agent, so those are rebuilt. Lower-case names; the visible headers keep their
 * order, Host comes first, the rest follows. Hop-by-hop headers are dropped.
 */
export function toGuestHeaders(request: VisibleRequest): WireHeaders {
  const url = new URL(request.url);
  const visible = Array.from(request.headers, ([name, value]): [string, string] => [name.toLowerCase(), value]);
  const dropped = hopByHopNames(visible);
  const headers: WireHeaders = [['host', url.host], ...visible.filter(([name]) => name !== 'host' && name !== 'cookie' && !dropped.has(name))];
  const addIfAbsent = (name: string, value: string | null): void => {
    if (value !== null && value !== '' && !headers.some(([present]) => present === name)) headers.push([name, byteStringFromText(value)]);
  };
  addIfAbsent('user-agent', request.userAgent);
  addIfAbsent('accept-language', request.acceptLanguage ?? null);
  addIfAbsent('referer', refererOf(request.referrer));
  if (request.method !== 'GET' && request.method !== 'HEAD') addIfAbsent('origin', request.origin);
  if (request.cookie !== null && request.cookie !== '') headers.push(['cookie', request.cookie]);
  return headers;
}

/** Fragment and credentials never travel (RFC 9110 §10.1.3). */
function refererOf(referrer: string): string | null {
  if (referrer === '' || referrer === 'about:client' || !URL.canParse(referrer)) return null;
  const url = new URL(referrer);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return null;
  url.hash = '';
  url.username = '';
  url.password = '';
  return url.href;
}

export interface ResponseHeaders {
  /** For the `Response` constructor: of a bare pair array Chromium 156 delivers only the first of a repeated name. */
  readonly headers: Headers;
  /** `Set-Cookie` values in order, for the cookie jar: browsers strip them from a constructed Response. */
  readonly setCookie: readonly string[];
}

/**
 * The headers of a guest's answer as the client gets them: hop-by-hop headers dropped, cookies taken out, a relative
 * Location made absolute against `url`, the public address of the request (a Response that a service worker constructs
 * has no URL, so browsers cannot resolve it). All else is untouched. @throws RuntimeError `handler-response-invalid`, naming the header
 */
export function toResponseHeaders(pairs: readonly (readonly [string, string])[], url: string): ResponseHeaders {
  const headers = new Headers();
  const setCookie: string[] = [];
  const dropped = hopByHopNames(pairs);
  for (const [name, value] of pairs) {
    const lowerCase = name.toLowerCase();
    if (lowerCase === 'set-cookie') {
      checkValue(name, value);
      setCookie.push(value);
    } else {
      append(headers, name, lowerCase === 'location' ? absoluteLocation(value, url) : value, !dropped.has(lowerCase));
    }
  }
  return { headers, setCookie };
}

function append(headers: Headers, name: string, value: string, isKept: boolean): void {
  try {
    if (isKept) headers.append(name, value);
    else new Headers().append(name, value);
  } catch (cause) {
    // Headers says only that something is wrong; a header that is dropped is still held to the rule.
    checkValue(name, value);
    throw new RuntimeError(
      'handler-response-invalid',
      `The handler sent a header named ${JSON.stringify(name)}, which is not an HTTP field name (RFC 9110 §5.1).`,
      { cause },
    );
  }
}

function checkValue(name: string, value: string): void {
  if (!/[\0\r\n]|[^\0-\xff]/.test(value)) return;
  throw new RuntimeError(
    'handler-response-invalid',
    `The handler sent the header ${name} with a value that HTTP does not allow: line breaks, NUL or characters that are not bytes (RFC 9110 §5.5).`,
  );
}

function absoluteLocation(value: string, base: string): string {
  // Checked before it is parsed: the URL parser drops line breaks without a word.
  checkValue('Location', value);
  const text = textFromByteString(value);
  if (URL.canParse(text) || !URL.canParse(text, base)) return value;
  return new URL(text, base).href;
}

function hopByHopNames(pairs: readonly (readonly [string, string])[]): ReadonlySet<string> {
  const listed = pairs.filter(([name]) => name.toLowerCase() === 'connection').flatMap(([, value]) => value.split(','));
  if (listed.length === 0) return HOP_BY_HOP;
  return new Set([...HOP_BY_HOP, ...listed.map((name) => name.trim().toLowerCase())]);
}

/** Statuses whose Response must be constructed with a null body (Fetch, "null body status"). */
export function isNullBodyStatus(status: number): boolean {
  return status === 101 || status === 103 || status === 204 || status === 205 || status === 304;
}

/** Passes a status that a Response may have. @throws RuntimeError `handler-response-invalid` */
export function checkStatus(status: number): void {
  if (Number.isInteger(status) && status >= 200 && status <= 599) return;
  const why =
    status >= 100 && status < 200
      ? 'which is informational: it cannot be the final status, and a service worker cannot send informational ones (Fetch allows 200 to 599)'
      : 'which is not an HTTP status from 200 to 599';
  throw new RuntimeError('handler-response-invalid', `The handler answered with status ${status}, ${why}.`);
}
