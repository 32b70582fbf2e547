import { ERRORS, type RuntimeError } from '../../core/errors.ts';
import { ERROR_HEADER } from '../../http/problem.ts';
import { pulledStream } from '../../http/pulled-stream.ts';
import { type StatusSubject, toStatus } from './status.ts';

export const JSON_TYPE = 'application/json';
export const NDJSON_TYPE = 'application/x-ndjson';

/**
 * No cache may keep an answer, and no page may read one through a window that it opened: a navigation to the API is
 * allowed for the person who makes it, and pages of Apps share its origin.
 */
const COMMON_HEADERS = { 'cache-control': 'no-store', 'cross-origin-opener-policy': 'same-origin', 'x-content-type-options': 'nosniff' };

/** A JSON answer. */
export function json(body: unknown, status = 200, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), { status, headers: { ...COMMON_HEADERS, 'content-type': JSON_TYPE, ...headers } });
}

/** `texts` as a Kubernetes warning header each client shows its user (RFC 7234, 5.5, warn-code 299); no header for none. */
export function warningHeader(texts: readonly string[]): Record<string, string> {
  if (texts.length === 0) return {};
  return { warning: texts.map((text) => `299 - "${text.replace(/["\\]/g, '\\$&')}"`).join(', ') };
}

/** An error as a Kubernetes Status, for everything under `apis/` and `api/`. */
export function statusAnswer(error: RuntimeError, subject: StatusSubject | null): Response {
  return json(toStatus(error, subject), error.status, errorHeaders(error));
}

/** Headers that errors carry beside their body: the code (HEAD has no body) and when to try again. */
function errorHeaders(error: RuntimeError): Record<string, string> {
  const headers: Record<string, string> = { [ERROR_HEADER]: error.code };
  const { allow } = error.details;
  if (Array.isArray(allow)) headers['allow'] = allow.join(', ');
  if (error.status === 503 && ERRORS[error.code].retry) headers['retry-after'] = '1';
  return headers;
}

/** True when the request's `Accept` names `type`. A plain wildcard does not count: it asks for the default form. */
export function accepts(request: Request, type: string): boolean {
  return (request.headers.get('accept') ?? '')
    .toLowerCase()
    .split(',')
    .some((range) => range.split(';')[0]?.trim() === type);
}

/**
 * A response that is written as `produce` yields, one chunk per text, at the reader's pace. `signal` aborts when the
 * reader goes away.
 */
export function streamed(contentType: string, request: Request, produce: (signal: AbortSignal) => AsyncGenerator<string, void, void>): Response {
  const gone = new AbortController();
  const signal = AbortSignal.any([gone.signal, request.signal]);
  const pieces = produce(signal);
  const encoder = new TextEncoder();
  const body = pulledStream<Uint8Array<ArrayBuffer>>({
    async next() {
      const { done, value } = await pieces.next();
      return done ? { done, value } : { done: false, value: encoder.encode(value) };
    },
    async cancel() {
      gone.abort();
      await pieces.return();
    },
    highWaterMark: 1,
  });
  return new Response(body, { headers: { ...COMMON_HEADERS, 'content-type': contentType } });
}
