import type { EgressReply, Flight } from '../egress/egress.ts';
import { DISPOSE } from './dispose.ts';
import type { GuestContext, Readiness } from './guest-context.ts';
import { errorCodeOf, type HttpErrorCode } from './http-error-code.ts';
import { Fields } from './http-fields.ts';
import { IncomingBody } from './http-incoming.ts';
import { Pollable } from './poll.ts';
import { fail, type Result } from './wit.ts';

/** `incoming-response` of wasi:http/types (WIT: wasi-http/types.wit, 0.2). */
export class IncomingResponse {
  readonly #reply: EgressReply;
  readonly #context: GuestContext;
  #consumed = false;

  constructor(reply: EgressReply, context: GuestContext) {
    this.#reply = reply;
    this.#context = context;
  }

  status(): number {
    return this.#reply.status;
  }

  headers(): Fields {
    return Fields.fromWire(this.#reply.headers);
  }

  consume(): IncomingBody {
    if (this.#consumed) fail();
    this.#consumed = true;
    return new IncomingBody(this.#reply.body, this.#context);
  }

  [DISPOSE](): void {
    if (!this.#consumed) this.#reply.body.cancel();
  }
}

/** `future-incoming-response` of wasi:http/types (WIT: wasi-http/types.wit, 0.2). Dropped before its response was taken, it gives the request up. */
export class FutureIncomingResponse {
  readonly #flight: Flight;
  readonly #context: GuestContext;
  readonly #readiness: Readiness;
  #result: Result<IncomingResponse, HttpErrorCode> | null = null;
  #taken = false;

  constructor(flight: Flight, context: GuestContext) {
    this.#flight = flight;
    this.#context = context;
    const settled = flight.reply.then(
      (reply) => {
        this.#result = { tag: 'ok', val: new IncomingResponse(reply, context) };
      },
      (cause: unknown) => {
        this.#result = { tag: 'err', val: errorCodeOf(cause) };
      },
    );
    this.#readiness = {
      isReady: () => this.#result !== null,
      whenReady: (wake) => {
        void settled.then(wake);
        return undefined;
      },
    };
  }

  subscribe(): Pollable {
    return new Pollable(this.#readiness, this.#context);
  }

  /** WIT: none until it is ready; the outer result is an error from the second time on that it would answer. */
  get(): Result<Result<IncomingResponse, HttpErrorCode>, undefined> | undefined {
    if (this.#result === null) return undefined;
    if (this.#taken) return { tag: 'err', val: undefined };
    this.#taken = true;
    return { tag: 'ok', val: this.#result };
  }

  [DISPOSE](): void {
    if (!this.#taken) this.#flight.cancel();
  }
}
