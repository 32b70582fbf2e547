import type { GuestRequest } from '../handler.ts';
import { DISPOSE } from '../preview2/dispose.ts';
import type { GuestContext } from '../preview2/guest-context.ts';
import { declaredLengthOf } from '../preview2/http-body.ts';
import { Fields } from '../preview2/http-fields.ts';
import { type Method, type Scheme, toMethod, toScheme } from '../preview2/http-incoming.ts';
import { fail } from '../preview2/wit.ts';
import { arrivedBody, bodyOf, MessageBody, type Trailers, type Transmission } from './http-body.ts';
import { Fields3 } from './http-fields.ts';
import { discard, type GuestStream } from './streams.ts';

/** RFC 9110, 9.1: a method is a token. */
const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** RFC 3986, 3.1. */
const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]*$/;
/** RFC 3986, 3.2: user information, host, port. */
const AUTHORITY = /^(?:[A-Za-z0-9\-._~%!$&'()*+,;=:]*@)?(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9\-._~%!$&'()*+,;=]+)(?::\d*)?$/;
/** RFC 3986, 3.3 and 3.4, by its characters; some more are let through, as URL parsers do, and text beyond ASCII. */
const PATH_WITH_QUERY = /^[^\u0000-\u0020\u007f"<>\\^`{|}#]*$/;

/** `request-options` of wasi:http/types (WIT: wasi-http/types.wit, 0.3): three durations in nanoseconds. */
export class RequestOptions3 {
  #connectNs: bigint | undefined;
  #firstByteNs: bigint | undefined;
  #betweenBytesNs: bigint | undefined;
  #isImmutable = false;

  getConnectTimeout(): bigint | undefined {
    return this.#connectNs;
  }

  setConnectTimeout(durationNs: bigint | undefined): void {
    this.#checkMutable();
    this.#connectNs = durationNs;
  }

  getFirstByteTimeout(): bigint | undefined {
    return this.#firstByteNs;
  }

  setFirstByteTimeout(durationNs: bigint | undefined): void {
    this.#checkMutable();
    this.#firstByteNs = durationNs;
  }

  getBetweenBytesTimeout(): bigint | undefined {
    return this.#betweenBytesNs;
  }

  setBetweenBytesTimeout(durationNs: bigint | undefined): void {
    this.#checkMutable();
    this.#betweenBytesNs = durationNs;
  }

  clone(): RequestOptions3 {
    const copy = new RequestOptions3();
    copy.#connectNs = this.#connectNs;
    copy.#firstByteNs = this.#firstByteNs;
    copy.#betweenBytesNs = this.#betweenBytesNs;
    return copy;
  }

  /** A copy that refuses changes with `immutable`: what `get-options` of a request answers. */
  static frozen(options: RequestOptions3): RequestOptions3 {
    const view = options.clone();
    view.#isImmutable = true;
    return view;
  }

  #checkMutable(): void {
    if (this.#isImmutable) fail({ tag: 'immutable' });
  }
}

interface Parts {
  readonly headers: Fields3;
  readonly options: RequestOptions3 | undefined;
  readonly body: MessageBody;
}

/** A request as it shall travel. */
export interface RequestContent {
  readonly method: string;
  readonly scheme: string;
  readonly authority: string;
  readonly pathWithQuery: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly declaredLength: number | null;
  readonly options: RequestOptions3 | undefined;
}

/** `request` of wasi:http/types (WIT: wasi-http/types.wit, 0.3): one that came in, or one of the guest's own making. */
export class Request3 {
  readonly #parts: Parts;
  #method: Method = { tag: 'get' };
  #pathWithQuery: string | undefined;
  #scheme: Scheme | undefined;
  #authority: string | undefined;
  #isConsumed = false;

  private constructor(parts: Parts) {
    this.#parts = parts;
  }

  static new(
    headers: Fields3,
    contents: GuestStream | undefined,
    trailers: PromiseLike<Trailers>,
    options: RequestOptions3 | undefined,
  ): [Request3, Promise<Transmission>] {
    const body = new MessageBody(contents, trailers);
    return [new Request3({ headers, options, body }), body.transmitted];
  }

  /** The request as the guest of `context` is handed it. */
  static arrived(request: GuestRequest, context: GuestContext): Request3 {
    const address = new URL(request.url);
    const arrived = new Request3({ headers: Fields3.fromWire(request.headers), options: undefined, body: arrivedBody(request.body, context) });
    arrived.#method = toMethod(request.method);
    arrived.#scheme = toScheme(address.protocol);
    arrived.#authority = address.host;
    arrived.#pathWithQuery = request.pathWithQuery;
    return arrived;
  }

  getMethod(): Method {
    return this.#method;
  }

  setMethod(method: Method): void {
    if (method.tag === 'other' && !METHOD.test(method.val)) fail();
    this.#method = method.tag === 'other' ? toMethod(method.val) : method;
  }

  getPathWithQuery(): string | undefined {
    return this.#pathWithQuery;
  }

  setPathWithQuery(pathWithQuery: string | undefined): void {
    if (pathWithQuery !== undefined && !PATH_WITH_QUERY.test(pathWithQuery)) fail();
    this.#pathWithQuery = pathWithQuery === '' ? '/' : pathWithQuery;
  }

  getScheme(): Scheme | undefined {
    return this.#scheme;
  }

  setScheme(scheme: Scheme | undefined): void {
    if (scheme?.tag === 'other' && !SCHEME.test(scheme.val)) fail();
    this.#scheme = scheme?.tag === 'other' ? toScheme(`${scheme.val}:`) : scheme;
  }

  getAuthority(): string | undefined {
    return this.#authority;
  }

  setAuthority(authority: string | undefined): void {
    if (authority !== undefined && !AUTHORITY.test(authority)) fail();
    this.#authority = authority;
  }

  getOptions(): RequestOptions3 | undefined {
    const { options } = this.#parts;
    return options && RequestOptions3.frozen(options);
  }

  getHeaders(): Fields3 {
    return Fields3.frozen(this.#parts.headers);
  }

  /** What the guest says by `result` of how it dealt with the body concerns nobody here: its answer does. */
  static consumeBody(request: Request3, result: PromiseLike<unknown>) {
    discard(result);
    request.#isConsumed = true;
    return bodyOf(request.#parts.body);
  }

  [DISPOSE](): void {
    if (!this.#isConsumed) this.#parts.body.refuse({ tag: 'internal-error', val: 'the request was dropped before it was sent' });
  }

  /** What the guest has put together. Its scheme is `https` unless it says otherwise, which the WIT leaves to the host. */
  static contentOf(request: Request3): RequestContent {
    const { headers, options } = request.#parts;
    const method = request.#method;
    const fields = Fields3.as2(headers);
    return {
      method: method.tag === 'other' ? method.val : method.tag.toUpperCase(),
      scheme: request.#scheme?.tag === 'other' ? request.#scheme.val : (request.#scheme?.tag ?? 'HTTPS').toLowerCase(),
      authority: request.#authority ?? '',
      pathWithQuery: request.#pathWithQuery ?? '',
      headers: Fields.toWire(fields),
      declaredLength: declaredLengthOf(fields),
      options,
    };
  }

  /** Its body, for whoever sends it. */
  static takeBody(request: Request3): MessageBody {
    request.#isConsumed = true;
    return request.#parts.body;
  }
}
