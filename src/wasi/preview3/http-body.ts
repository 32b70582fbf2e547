import { type ByteSource, emptySource } from '../bytes.ts';
import type { GuestContext } from '../preview2/guest-context.ts';
import { errorCodeOf, type HttpErrorCode } from '../preview2/http-error-code.ts';
import type { Result } from '../preview2/wit.ts';
import type { Fields3 } from './http-fields.ts';
import { discard, drop, type GuestStream, type HostStream, streamFrom } from './streams.ts';

/** How a message was transmitted. */
export type Transmission = Result<undefined, HttpErrorCode>;
/** What `trailers` resolves to. jco passes a future on as a promise. */
export type Trailers = Result<Fields3 | undefined, HttpErrorCode>;

/** The body of a message that the guest made: its bytes, its trailers, and whom to tell how it went. */
export class GuestBody {
  readonly contents: GuestStream | undefined;
  readonly trailers: PromiseLike<Trailers>;
  readonly transmitted: Promise<Transmission>;
  #settle: (how: Transmission) => void = () => {};

  constructor(contents: GuestStream | undefined, trailers: PromiseLike<Trailers>) {
    this.contents = contents;
    this.trailers = trailers;
    this.transmitted = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  /** Tells the guest how the transmission went; the first word counts. */
  settle(how: Transmission): void {
    this.#settle(how);
  }

  /** The message will not be sent. */
  refuse(error: HttpErrorCode): void {
    if (this.contents) drop(this.contents);
    discard(this.trailers);
    this.settle({ tag: 'err', val: error });
  }
}

/** What `consume-body` answers for a message of the guest's own making: its own stream and future back. */
export function bodyOf(body: GuestBody): [GuestStream | HostStream<Uint8Array>, PromiseLike<Trailers>] {
  body.settle({ tag: 'ok', val: undefined });
  return [body.contents ?? emptyStream(), body.trailers];
}

/** What `consume-body` answers for a message that arrived. A browser hands over no trailers (fetch has none): the future tells how the body ended. */
export function arrivedBody(source: ByteSource | null, context: GuestContext): [HostStream<Uint8Array>, Promise<Trailers>] {
  return streamFrom(source ?? emptySource, context, errorCodeOf, () => source?.cancel());
}

function emptyStream(): HostStream<Uint8Array> {
  return { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }) };
}
