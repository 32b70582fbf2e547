import { type ByteSource, emptySource } from '../bytes.ts';
import type { GuestContext } from '../preview2/guest-context.ts';
import type { OutgoingPipe } from '../preview2/http-body.ts';
import { describeErrorCode, errorCodeOf, HttpBodyError, type HttpErrorCode } from '../preview2/http-error-code.ts';
import type { Result } from '../preview2/wit.ts';
import type { Fields3 } from './http-fields.ts';
import { discard, drop, type GuestStream, type HostStream, pump, streamFrom } from './streams.ts';

/** How a message was transmitted. */
export type Transmission = Result<undefined, HttpErrorCode>;
/** What `trailers` resolves to. jco passes a future on as a promise. */
export type Trailers = Result<Fields3 | undefined, HttpErrorCode>;

/** The body of a message: its bytes, its trailers, and whom to tell how its transmission went. */
export class MessageBody {
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

  /** Passes all of it on to `pipe`, no faster than that takes it. @throws HttpBodyError a length that is not the declared one; what broke the way out, or the body */
  async send(pipe: OutgoingPipe, context: GuestContext): Promise<Fields3 | undefined> {
    const { declaredLength, sizeError } = pipe.rules;
    if (this.contents) await pump(this.contents, pipe, context);
    if (declaredLength !== null && pipe.writtenBytes !== declaredLength && !pipe.rules.isBodyless()) {
      const code = { tag: sizeError, val: BigInt(pipe.writtenBytes) };
      throw new HttpBodyError(`content-length says ${declaredLength} bytes and ${pipe.writtenBytes} were written`, code);
    }
    // WIT: once the contents are closed, `trailers` must resolve; an error closes the connection.
    const trailers = await this.trailers;
    if (trailers.tag === 'ok') return trailers.val;
    throw new HttpBodyError(`The handler ended its body with the error ${describeErrorCode(trailers.val)}.`, trailers.val);
  }

  /** The message will not be sent. */
  refuse(error: HttpErrorCode): void {
    if (this.contents) drop(this.contents);
    discard(this.trailers);
    this.settle({ tag: 'err', val: error });
  }
}

/** What `consume-body` answers: what the message was made of, which is the guest's own stream and future where it made the message. */
export function bodyOf(body: MessageBody): [GuestStream | HostStream<Uint8Array>, PromiseLike<Trailers>] {
  body.settle({ tag: 'ok', val: undefined });
  return [body.contents ?? emptyStream(), body.trailers];
}

/** The body of a message that arrived. A browser hands over no trailers (fetch has none): their future tells how the body ended. */
export function arrivedBody(source: ByteSource | null, context: GuestContext): MessageBody {
  const [contents, ended] = streamFrom(source ?? emptySource, context, errorCodeOf, () => source?.cancel());
  return new MessageBody(contents, ended);
}

function emptyStream(): HostStream<Uint8Array> {
  return { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: true, value: undefined }) }) };
}
