import { RuntimeError } from '../../core/errors.ts';
import { DISPOSE } from './dispose.ts';
import type { GuestContext } from './guest-context.ts';
import { declaredLengthOf, OutgoingBody, OutgoingPipe } from './http-body.ts';
import { Fields } from './http-fields.ts';
import type { Method, Scheme } from './http-incoming.ts';
import { fail } from './wit.ts';

/** RFC 9110, 9.1: a method is a token. */
const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** RFC 3986, 3.1. */
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*$/;
/** RFC 3986, 3.2, by its characters. */
const AUTHORITY = /^[A-Za-z0-9\-._~%!$&'()*+,;=:@[\]]+$/;
/** RFC 3986, 3.3 and 3.4, by its characters; `*` is for OPTIONS. Some more are let through, as URL parsers do. */
const PATH_WITH_QUERY = /^(\*|[/?][!$-;=?-~]*|)$/;

/** `outgoing-request` of wasi:http/types (WIT: wasi-http/types.wit, 0.2). */
export class OutgoingRequest {
  readonly #headers: Fields;
  readonly #context: GuestContext;
  readonly #pipe: OutgoingPipe;
  #method: Method = { tag: 'get' };
  #pathWithQuery: string | undefined;
  #scheme: Scheme | undefined;
  #authority: string | undefined;
  #isBodyClaimed = false;

  constructor(headers: Fields, context: GuestContext) {
    this.#headers = headers;
    this.#context = context;
    this.#pipe = new OutgoingPipe({ declaredLength: declaredLengthOf(headers), sizeError: 'HTTP-request-body-size', isBodyless: () => false });
  }

  body(): OutgoingBody {
    if (this.#isBodyClaimed) fail();
    this.#isBodyClaimed = true;
    return new OutgoingBody(this.#pipe, this.#context);
  }

  method(): Method {
    return this.#method;
  }

  setMethod(method: Method): void {
    if (method.tag === 'other' && !METHOD.test(method.val)) fail();
    this.#method = method;
  }

  pathWithQuery(): string | undefined {
    return this.#pathWithQuery;
  }

  setPathWithQuery(pathWithQuery: string | undefined): void {
    if (pathWithQuery !== undefined && !PATH_WITH_QUERY.test(pathWithQuery)) fail();
    this.#pathWithQuery = pathWithQuery;
  }

  scheme(): Scheme | undefined {
    return this.#scheme;
  }

  setScheme(scheme: Scheme | undefined): void {
    if (scheme?.tag === 'other' && !SCHEME.test(scheme.val)) fail();
    this.#scheme = scheme;
  }

  authority(): string | undefined {
    return this.#authority;
  }

  setAuthority(authority: string | undefined): void {
    if (authority !== undefined && !AUTHORITY.test(authority)) fail();
    this.#authority = authority;
  }

  headers(): Fields {
    return Fields.frozen(this.#headers);
  }

  [DISPOSE](): void {
    this.#pipe.abort(new RuntimeError('internal', 'the request was dropped before it was sent'));
  }

  /** Breaks the body of a request that will not be sent; answers what it was, in words. */
  static refuse(request: OutgoingRequest): string {
    request[DISPOSE]();
    const { tag } = request.#method;
    const method = request.#method.tag === 'other' ? request.#method.val : tag.toUpperCase();
    const scheme = request.#scheme?.tag === 'other' ? request.#scheme.val : (request.#scheme?.tag ?? 'HTTPS').toLowerCase();
    return `${method} ${scheme}://${request.#authority ?? ''}/`;
  }
}

/** `request-options` of wasi:http/types (WIT: wasi-http/types.wit, 0.2): three durations in nanoseconds. */
export class RequestOptions {
  #connectTimeoutNs: bigint | undefined;
  #firstByteTimeoutNs: bigint | undefined;
  #betweenBytesTimeoutNs: bigint | undefined;

  connectTimeout(): bigint | undefined {
    return this.#connectTimeoutNs;
  }

  setConnectTimeout(durationNs: bigint | undefined): void {
    this.#connectTimeoutNs = durationNs;
  }

  firstByteTimeout(): bigint | undefined {
    return this.#firstByteTimeoutNs;
  }

  setFirstByteTimeout(durationNs: bigint | undefined): void {
    this.#firstByteTimeoutNs = durationNs;
  }

  betweenBytesTimeout(): bigint | undefined {
    return this.#betweenBytesTimeoutNs;
  }

  setBetweenBytesTimeout(durationNs: bigint | undefined): void {
    this.#betweenBytesTimeoutNs = durationNs;
  }
}

/** `future-incoming-response` of wasi:http/types. Only an outgoing request that was let through makes one, and none is. */
export class FutureIncomingResponse {}

/** `incoming-response` of wasi:http/types; see {@link FutureIncomingResponse}. */
export class IncomingResponse {}

/** wasi:http/outgoing-handler (WIT: wasi-http/handler.wit, 0.2): denies every request with `HTTP-request-denied`. */
export function createDeniedOutgoingHandler(context: GuestContext) {
  return {
    handle(request: OutgoingRequest): never {
      context.deny('wasi:http/outgoing-handler', OutgoingRequest.refuse(request));
      fail({ tag: 'HTTP-request-denied' });
    },
  };
}
