import { RuntimeError } from '../../core/errors.ts';
import type { ByteSink } from '../bytes.ts';
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

/** An outgoing request as it shall travel. */
export interface OutgoingContent {
  readonly method: string;
  readonly scheme: string;
  readonly authority: string;
  readonly pathWithQuery: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly declaredLength: number | null;
}

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
    this.#pipe = new OutgoingPipe({
      declaredLength: declaredLengthOf(headers),
      sizeError: 'HTTP-request-body-size',
      refusesTrailers: true,
      isBodyless: () => false,
    });
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

  /** What the guest has put together. Its scheme is `https` unless it says otherwise, which the WIT leaves to the host. */
  static contentOf(request: OutgoingRequest): OutgoingContent {
    const { tag } = request.#method;
    return {
      method: request.#method.tag === 'other' ? request.#method.val : tag.toUpperCase(),
      scheme: request.#scheme?.tag === 'other' ? request.#scheme.val : (request.#scheme?.tag ?? 'HTTPS').toLowerCase(),
      authority: request.#authority ?? '',
      pathWithQuery: request.#pathWithQuery ?? '',
      headers: Fields.toWire(request.#headers),
      declaredLength: request.#pipe.rules.declaredLength,
    };
  }

  /** Lets the body flow to `sink`. One that the guest never asked for is empty. */
  static send(request: OutgoingRequest, sink: ByteSink): void {
    if (!request.#isBodyClaimed) request.#pipe.close();
    request.#pipe.attach(sink);
  }

  /** It will not be sent: whoever writes its body is told. */
  static refuse(request: OutgoingRequest): void {
    request.#pipe.abort(new RuntimeError('request-invalid', 'the request was refused'));
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
