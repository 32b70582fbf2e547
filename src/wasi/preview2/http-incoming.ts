import type { ByteSource } from '../bytes.ts';
import { emptySource } from '../bytes.ts';
import type { GuestRequest } from '../handler.ts';
import { DISPOSE } from './dispose.ts';
import type { GuestContext } from './guest-context.ts';
import { errorCodeOf, type HttpErrorCode } from './http-error-code.ts';
import { Fields } from './http-fields.ts';
import { InputStream } from './input-stream.ts';
import { ALWAYS_READY, Pollable } from './poll.ts';
import { fail, type Result } from './wit.ts';

/** `method` of wasi:http/types. */
export type Method = { tag: 'get' | 'head' | 'post' | 'put' | 'delete' | 'connect' | 'options' | 'trace' | 'patch' } | { tag: 'other'; val: string };
/** `scheme` of wasi:http/types. */
export type Scheme = { tag: 'HTTP' | 'HTTPS' } | { tag: 'other'; val: string };

const KNOWN_METHODS: ReadonlyMap<string, Method> = new Map<string, Method>([
  ['GET', { tag: 'get' }],
  ['HEAD', { tag: 'head' }],
  ['POST', { tag: 'post' }],
  ['PUT', { tag: 'put' }],
  ['DELETE', { tag: 'delete' }],
  ['CONNECT', { tag: 'connect' }],
  ['OPTIONS', { tag: 'options' }],
  ['TRACE', { tag: 'trace' }],
  ['PATCH', { tag: 'patch' }],
]);

/** `name` as the WIT has it. Methods are case-sensitive (RFC 9110, 9.1): `get` is not GET. */
export function toMethod(name: string): Method {
  return KNOWN_METHODS.get(name) ?? { tag: 'other', val: name };
}

/** The scheme of a URL's `protocol`, such as `https:`. */
export function toScheme(protocol: string): Scheme {
  if (protocol === 'https:') return { tag: 'HTTPS' };
  if (protocol === 'http:') return { tag: 'HTTP' };
  return { tag: 'other', val: protocol.replace(/:$/, '') };
}

/**
 * `future-trailers` of wasi:http/types. Requests reach a browser's service worker without trailers (fetch has none), so
 * the future is ready at once: with none, or with the error that broke the body.
 */
export class FutureTrailers {
  readonly #context: GuestContext;
  readonly #broken: HttpErrorCode | null;
  #taken = false;

  constructor(context: GuestContext, broken: HttpErrorCode | null) {
    this.#context = context;
    this.#broken = broken;
  }

  subscribe(): Pollable {
    return new Pollable(ALWAYS_READY, this.#context);
  }

  /** WIT: the outer result is an error from the second call on. */
  get(): Result<Result<Fields | undefined, HttpErrorCode>, undefined> {
    if (this.#taken) return { tag: 'err', val: undefined };
    this.#taken = true;
    return { tag: 'ok', val: this.#broken ? { tag: 'err', val: this.#broken } : { tag: 'ok', val: undefined } };
  }
}

/** `incoming-body` of wasi:http/types (WIT: wasi-http/types.wit, 0.2). Its stream is a child: dropping or finishing the body before it traps. */
export class IncomingBody {
  readonly #source: ByteSource;
  readonly #context: GuestContext;
  #broken: HttpErrorCode | null = null;
  #stream: 'unclaimed' | 'lent' | 'dropped' = 'unclaimed';

  constructor(source: ByteSource, context: GuestContext) {
    this.#source = source;
    this.#context = context;
  }

  stream(): InputStream {
    if (this.#stream !== 'unclaimed') fail();
    this.#stream = 'lent';
    const source: ByteSource = {
      read: (maxBytes) => {
        try {
          return this.#source.read(maxBytes);
        } catch (cause) {
          this.#broken = errorCodeOf(cause);
          throw cause;
        }
      },
      isReady: () => this.#source.isReady(),
      ready: () => this.#source.ready(),
      cancel: () => this.#source.cancel(),
    };
    return new InputStream(source, this.#context, () => {
      this.#stream = 'dropped';
    });
  }

  /** What was not read by now will not be: the sender is told so. */
  static finish(body: IncomingBody): FutureTrailers {
    body.#end('finished');
    return new FutureTrailers(body.#context, body.#broken);
  }

  [DISPOSE](): void {
    this.#end('dropped');
  }

  #end(how: string): void {
    if (this.#stream === 'lent') throw new TypeError(`incoming-body was ${how} before its input-stream was dropped`);
    this.#source.cancel();
  }
}

/** `incoming-request` of wasi:http/types (WIT: wasi-http/types.wit, 0.2). */
export class IncomingRequest {
  readonly #request: GuestRequest;
  readonly #address: URL;
  readonly #context: GuestContext;
  #consumed = false;

  constructor(request: GuestRequest, context: GuestContext) {
    this.#request = request;
    this.#address = new URL(request.url);
    this.#context = context;
  }

  method(): Method {
    return toMethod(this.#request.method);
  }

  pathWithQuery(): string | undefined {
    return this.#request.pathWithQuery;
  }

  scheme(): Scheme | undefined {
    return toScheme(this.#address.protocol);
  }

  authority(): string | undefined {
    return this.#address.host;
  }

  headers(): Fields {
    return Fields.fromWire(this.#request.headers);
  }

  consume(): IncomingBody {
    if (this.#consumed) fail();
    this.#consumed = true;
    return new IncomingBody(this.#request.body ?? emptySource, this.#context);
  }

  [DISPOSE](): void {
    if (!this.#consumed) this.#request.body?.cancel();
  }
}
