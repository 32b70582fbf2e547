import { RuntimeError } from '../../core/errors.ts';
import type { EgressReply } from '../egress/egress.ts';
import type { ResponseWriter } from '../handler.ts';
import { DISPOSE } from '../preview2/dispose.ts';
import type { GuestContext } from '../preview2/guest-context.ts';
import { declaredLengthOf, OutgoingPipe } from '../preview2/http-body.ts';
import { errorCodeOf } from '../preview2/http-error-code.ts';
import { Fields } from '../preview2/http-fields.ts';
import { fail } from '../preview2/wit.ts';
import { arrivedBody, bodyOf, MessageBody, type Trailers, type Transmission } from './http-body.ts';
import { Fields3 } from './http-fields.ts';
import { discard, type GuestStream } from './streams.ts';

const MIN_STATUS = 100;
const MIN_FINAL_STATUS = 200;
const MAX_STATUS = 599;
const NO_BODY_STATUSES: ReadonlySet<number> = new Set([204, 304]);

/** `response` of wasi:http/types (WIT: wasi-http/types.wit, 0.3). */
export class Response3 {
  readonly #headers: Fields3;
  readonly #body: MessageBody;
  #status = 200;
  #isConsumed = false;

  private constructor(headers: Fields3, body: MessageBody) {
    this.#headers = headers;
    this.#body = body;
  }

  static new(headers: Fields3, contents: GuestStream | undefined, trailers: PromiseLike<Trailers>): [Response3, Promise<Transmission>] {
    const body = new MessageBody(contents, trailers);
    return [new Response3(headers, body), body.transmitted];
  }

  /** The answer to a request of the guest of `context`. */
  static arrived(reply: EgressReply, context: GuestContext): Response3 {
    const response = new Response3(Fields3.fromWire(reply.headers), arrivedBody(reply.body, context));
    response.#status = reply.status;
    return response;
  }

  getStatusCode(): number {
    return this.#status;
  }

  setStatusCode(status: number): void {
    if (status < MIN_STATUS || status > MAX_STATUS) fail();
    this.#status = status;
  }

  getHeaders(): Fields3 {
    return Fields3.frozen(this.#headers);
  }

  /** What the guest says by `result` of how it dealt with the body concerns nobody here. */
  static consumeBody(response: Response3, result: PromiseLike<unknown>) {
    discard(result);
    response.#isConsumed = true;
    return bodyOf(response.#body);
  }

  [DISPOSE](): void {
    if (!this.#isConsumed) this.#body.refuse({ tag: 'internal-error', val: 'the response was dropped before it was sent' });
  }

  /**
   * Sends the head to `writer`, then the body as the guest writes it and the reader takes it; resolves once all has been sent, and the
   * guest has been told. Trailers are dropped, with a line in the log, as those of 0.2 are. @throws RuntimeError `handler-response-invalid`, or what broke the answer's way out
   */
  static async send(response: Response3, writer: ResponseWriter, context: GuestContext): Promise<void> {
    response.#isConsumed = true;
    const body = response.#body;
    try {
      await response.#transmit(body, writer, context);
      body.settle({ tag: 'ok', val: undefined });
    } catch (cause) {
      body.refuse(errorCodeOf(cause));
      throw cause;
    }
  }

  async #transmit(body: MessageBody, writer: ResponseWriter, context: GuestContext): Promise<void> {
    const status = this.#status;
    if (status < MIN_FINAL_STATUS) {
      throw new RuntimeError(
        'handler-response-invalid',
        `The handler answered with status ${status}; a response has a status from ${MIN_FINAL_STATUS} to ${MAX_STATUS}.`,
      );
    }
    const isBodyless = context.call.method === 'HEAD' || NO_BODY_STATUSES.has(status);
    const headers = Fields3.as2(this.#headers);
    const declaredLength = declaredLengthOf(headers);
    if (!body.contents && declaredLength !== null && declaredLength > 0 && !isBodyless) {
      throw new RuntimeError('handler-response-invalid', `The handler answered with content-length ${declaredLength} and no body.`);
    }
    const pipe = new OutgoingPipe({ declaredLength, sizeError: 'HTTP-response-body-size', isBodyless: () => isBodyless });
    try {
      pipe.attach(writer.head(status, Fields.toWire(headers)));
    } catch (cause) {
      throw RuntimeError.from(cause, 'handler-response-invalid');
    }
    try {
      const trailers = await body.send(pipe, context);
      if (trailers && trailers.copyAll().length > 0) context.deny('HTTP trailers of a response', 'a browser has no way to deliver them, so they were dropped');
    } catch (cause) {
      pipe.abort(cause);
      throw RuntimeError.from(cause, 'handler-response-invalid');
    }
    pipe.close();
  }
}
