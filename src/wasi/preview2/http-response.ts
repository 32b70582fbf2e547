import { RuntimeError } from '../../core/errors.ts';
import type { ByteSink } from '../bytes.ts';
import type { ResponseWriter } from '../handler.ts';
import { DISPOSE } from './dispose.ts';
import type { GuestContext } from './guest-context.ts';
import { declaredLengthOf, OutgoingBody, OutgoingPipe } from './http-body.ts';
import { describeErrorCode, type HttpErrorCode } from './http-error-code.ts';
import { Fields } from './http-fields.ts';
import { fail, type Result } from './wit.ts';

const MIN_STATUS = 100;
const MIN_FINAL_STATUS = 200;
const MAX_STATUS = 599;
const NO_BODY_STATUSES: ReadonlySet<number> = new Set([204, 304]);

/** `outgoing-response` of wasi:http/types (WIT: wasi-http/types.wit, 0.2). */
export class OutgoingResponse {
  readonly #headers: Fields;
  readonly #context: GuestContext;
  readonly #pipe: OutgoingPipe;
  #status = 200;
  #isBodyClaimed = false;

  constructor(headers: Fields, context: GuestContext) {
    this.#headers = headers;
    this.#context = context;
    this.#pipe = new OutgoingPipe({
      declaredLength: declaredLengthOf(headers),
      sizeError: 'HTTP-response-body-size',
      isBodyless: () => context.call.method === 'HEAD' || NO_BODY_STATUSES.has(this.#status),
    });
  }

  statusCode(): number {
    return this.#status;
  }

  setStatusCode(status: number): void {
    if (status < MIN_STATUS || status > MAX_STATUS) fail();
    this.#status = status;
  }

  headers(): Fields {
    return Fields.frozen(this.#headers);
  }

  body(): OutgoingBody {
    if (this.#isBodyClaimed) fail();
    this.#isBodyClaimed = true;
    return new OutgoingBody(this.#pipe, this.#context);
  }

  [DISPOSE](): void {
    this.#pipe.abort(new RuntimeError('handler-response-invalid', 'The handler dropped the response before it had sent it.'));
  }

  /** Sends the head to `writer` and lets the body flow. @throws RuntimeError `handler-response-invalid` */
  static send(response: OutgoingResponse, writer: ResponseWriter): OutgoingPipe {
    const status = response.#status;
    const pipe = response.#pipe;
    if (status < MIN_FINAL_STATUS) {
      throw new RuntimeError(
        'handler-response-invalid',
        `The handler answered with status ${status}; a response has a status from ${MIN_FINAL_STATUS} to ${MAX_STATUS}.`,
      );
    }
    const { declaredLength } = pipe.rules;
    if (!response.#isBodyClaimed && declaredLength !== null && declaredLength > 0 && !pipe.rules.isBodyless()) {
      throw new RuntimeError('handler-response-invalid', `The handler answered with content-length ${declaredLength} and no body.`);
    }
    let sink: ByteSink;
    try {
      sink = writer.head(status, Fields.toWire(response.#headers));
    } catch (cause) {
      throw RuntimeError.from(cause, 'handler-response-invalid');
    }
    if (!response.#isBodyClaimed) pipe.close();
    pipe.attach(sink);
    return pipe;
  }
}

/** One request's answer, from the outparam's point of view. */
export class ResponseSlot {
  readonly #writer: ResponseWriter;
  readonly #context: GuestContext;
  #pipe: OutgoingPipe | null = null;
  #refusedWith: HttpErrorCode | null = null;

  constructor(writer: ResponseWriter, context: GuestContext) {
    this.#writer = writer;
    this.#context = context;
  }

  /** Unwinds the guest when its response cannot be sent: the WIT gives `set` no way to answer with an error. */
  set(answer: Result<OutgoingResponse, HttpErrorCode>): void {
    if (answer.tag === 'err') {
      this.#refusedWith = answer.val;
      return;
    }
    try {
      this.#pipe = OutgoingResponse.send(answer.val, this.#writer);
    } catch (error) {
      this.#context.unwind(RuntimeError.from(error, 'handler-response-invalid'));
    }
  }

  /** The guest has returned: what it should have done by now, it has done or never will. @throws RuntimeError `handler-response-invalid` */
  finish(): void {
    if (this.#refusedWith) {
      const { tag, val } = this.#refusedWith;
      throw new RuntimeError('handler-response-invalid', `The handler answered with the error ${describeErrorCode(this.#refusedWith)}.`, {
        details: { errorCode: tag, ...(typeof val === 'string' ? { errorDetail: val } : {}) },
      });
    }
    if (!this.#pipe) throw new RuntimeError('handler-response-invalid', 'The handler returned without setting a response (response-outparam.set).');
    if (this.#pipe.isComplete) return;
    this.#pipe.abort(new RuntimeError('handler-response-invalid', 'The handler returned before it had finished its response body (outgoing-body.finish).'));
    throw RuntimeError.from(this.#pipe.brokenBy, 'handler-response-invalid');
  }

  /** The guest is gone: nobody will finish the body. */
  abort(reason: unknown): void {
    this.#pipe?.abort(reason);
  }
}

/** `response-outparam` of wasi:http/types (WIT: wasi-http/types.wit, 0.2). Dropped unset, the request fails when the guest returns. */
export class ResponseOutparam {
  readonly #slot: ResponseSlot;

  constructor(slot: ResponseSlot) {
    this.#slot = slot;
  }

  static set(param: ResponseOutparam, answer: Result<OutgoingResponse, HttpErrorCode>): void {
    param.#slot.set(answer);
  }

  /** Interim responses cannot pass a service worker (fetch: a Response has a final status), so they are refused. */
  sendInformational(status: number): never {
    if (status < MIN_STATUS || status >= MIN_FINAL_STATUS) fail({ tag: 'HTTP-protocol-error' });
    fail({ tag: 'internal-error', val: 'a browser has no way to deliver interim responses' });
  }
}
