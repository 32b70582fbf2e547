import { RuntimeError } from '../../core/errors.ts';
import type { IoError } from './io-error.ts';

/** `error-code` of wasi:http/types (WIT: wasi-http/types.wit, 0.2): `tag` is the WIT's case name, such as `HTTP-request-denied`. */
export interface HttpErrorCode {
  readonly tag: string;
  readonly val?: unknown;
}

/** What broke a body, carried inside the stream error of the guest that wrote too much of it. */
export class HttpBodyError extends Error {
  readonly errorCode: HttpErrorCode;

  constructor(message: string, errorCode: HttpErrorCode) {
    super(message);
    this.name = 'HttpBodyError';
    this.errorCode = errorCode;
  }
}

/** The error code that says best why a body broke. */
export function errorCodeOf(cause: unknown): HttpErrorCode {
  if (cause instanceof HttpBodyError) return cause.errorCode;
  if (cause instanceof RuntimeError && cause.cause instanceof HttpBodyError) return cause.cause.errorCode;
  if (cause instanceof RuntimeError && cause.code === 'body-too-large') return { tag: 'HTTP-request-body-size', val: undefined };
  if (cause instanceof RuntimeError && cause.code === 'handler-timeout') return { tag: 'connection-read-timeout' };
  return { tag: 'connection-terminated' };
}

/** `http-error-code` of wasi:http/types: streams of this host are bodies or standard streams, and both break for reasons that HTTP has a name for. */
export function httpErrorCode(error: IoError): HttpErrorCode | undefined {
  return errorCodeOf(error.cause);
}

/** An error code in words: `internal-error: out of teapots`. */
export function describeErrorCode(code: HttpErrorCode): string {
  if (code.val === undefined || code.val === null) return code.tag;
  const detail =
    typeof code.val === 'string' ? code.val : JSON.stringify(code.val, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value));
  return `${code.tag}: ${detail}`;
}
