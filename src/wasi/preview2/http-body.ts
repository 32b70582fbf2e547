import { RuntimeError } from '../../core/errors.ts';
import type { ByteSink } from '../bytes.ts';
import { DISPOSE } from './dispose.ts';
import type { GuestContext } from './guest-context.ts';
import { HttpBodyError } from './http-error-code.ts';
import type { Fields } from './http-fields.ts';
import { OutputStream } from './output-stream.ts';
import { fail } from './wit.ts';

/** What a guest may write of a body before its message was sent. */
const HELD_BYTES = 65_536;

/** The rules that the message around a body sets for it. */
export interface BodyRules {
  /** `content-length` of its headers; null: none, or not a number. */
  readonly declaredLength: number | null;
  /** The WIT's error code for a body of another length. */
  readonly sizeError: 'HTTP-request-body-size' | 'HTTP-response-body-size';
  /** Trailers of a request are refused: its sender can do without. Those of a response are dropped, for its guest has done its work. */
  readonly refusesTrailers?: boolean;
  /** True for the answer to HEAD, 204 and 304, whose `content-length` speaks of another message (RFC 9110, 8.6). */
  isBodyless(): boolean;
}

/** The bytes of an outgoing body: held until the message is sent, then passed on at once. Also the guard of its length. */
export class OutgoingPipe implements ByteSink {
  readonly rules: BodyRules;
  writtenBytes = 0;
  #target: ByteSink | null = null;
  #held: Uint8Array[] = [];
  #end: 'open' | 'closed' | 'aborted' = 'open';
  #reason: unknown = null;
  #wakers: (() => void)[] = [];

  constructor(rules: BodyRules) {
    this.rules = rules;
  }

  /** Whether the body was closed: whole. */
  get isComplete(): boolean {
    return this.#end === 'closed';
  }

  /** Why the body was aborted; null when it was not. */
  get brokenBy(): unknown {
    return this.#end === 'aborted' ? this.#reason : null;
  }

  /** Sends what was held, and the end when it has been reached, to `sink`. */
  attach(sink: ByteSink): void {
    this.#target = sink;
    for (const bytes of this.#held) sink.write(bytes, true);
    this.#held = [];
    if (this.#end === 'closed') sink.close();
    else if (this.#end === 'aborted') sink.abort(RuntimeError.from(this.#reason, 'handler-response-invalid'));
    this.#wake();
  }

  capacity(): number {
    if (this.#end === 'aborted') throw this.#reason;
    return this.#target ? this.#target.capacity() : Math.max(0, HELD_BYTES - this.writtenBytes);
  }

  write(bytes: Uint8Array, isOwned = false): void {
    if (this.#end !== 'open') throw this.#reason ?? new RuntimeError('internal', 'the body was finished already');
    const { declaredLength, sizeError } = this.rules;
    const total = this.writtenBytes + bytes.length;
    if (declaredLength !== null && total > declaredLength && !this.rules.isBodyless()) {
      const error = new HttpBodyError(`content-length says ${declaredLength} bytes and at least ${total} were written`, { tag: sizeError, val: BigInt(total) });
      this.abort(error);
      throw error;
    }
    this.writtenBytes = total;
    if (this.#target) this.#target.write(bytes, isOwned);
    else this.#held.push(isOwned ? bytes : bytes.slice());
  }

  flush(): void {
    this.#target?.flush?.();
  }

  async ready(): Promise<void> {
    while (this.#target === null && this.#end === 'open' && this.capacity() === 0) {
      await new Promise<void>((resolve) => this.#wakers.push(resolve));
    }
    if (this.#target && this.#end === 'open') await this.#target.ready();
  }

  close(): void {
    if (this.#end !== 'open') return;
    this.#end = 'closed';
    this.#target?.close();
    this.#wake();
  }

  abort(reason: unknown): void {
    if (this.#end !== 'open') return;
    this.#end = 'aborted';
    this.#reason = reason;
    this.#held = [];
    this.#target?.abort(RuntimeError.from(reason, 'handler-response-invalid'));
    this.#wake();
  }

  #wake(): void {
    const wakers = this.#wakers;
    this.#wakers = [];
    for (const wake of wakers) wake();
  }
}

/** `outgoing-body` of wasi:http/types (WIT: wasi-http/types.wit, 0.2). Its stream is a child: dropping or finishing the body before it traps. */
export class OutgoingBody {
  readonly #pipe: OutgoingPipe;
  readonly #context: GuestContext;
  #stream: 'unclaimed' | 'lent' | 'dropped' = 'unclaimed';

  constructor(pipe: OutgoingPipe, context: GuestContext) {
    this.#pipe = pipe;
    this.#context = context;
  }

  write(): OutputStream {
    if (this.#stream !== 'unclaimed') fail();
    this.#stream = 'lent';
    return new OutputStream(this.#pipe, this.#context, () => {
      this.#stream = 'dropped';
    });
  }

  /**
   * Ends the body. A browser's messages have no trailers. Those of a response are accepted and dropped, which RFC 9110 (6.5.1)
   * allows on any hop that cannot pass them on; those of a request break it off.
   */
  static finish(body: OutgoingBody, trailers: Fields | undefined): void {
    body.#checkStream('finished');
    const pipe = body.#pipe;
    const { declaredLength, sizeError } = pipe.rules;
    if (declaredLength !== null && pipe.writtenBytes !== declaredLength && pipe.brokenBy === null && !pipe.rules.isBodyless()) {
      const code = { tag: sizeError, val: BigInt(pipe.writtenBytes) };
      pipe.abort(new HttpBodyError(`content-length says ${declaredLength} bytes and ${pipe.writtenBytes} were written`, code));
    }
    const trailerBytes = trailers ? sizeOf(trailers) : 0;
    if (trailerBytes > 0 && pipe.rules.refusesTrailers) {
      pipe.abort(new HttpBodyError('a browser sends no trailers', { tag: 'HTTP-request-trailer-section-size', val: trailerBytes }));
    }
    const { brokenBy } = pipe;
    if (brokenBy instanceof HttpBodyError) fail(brokenBy.errorCode);
    if (trailerBytes > 0) body.#context.deny('HTTP trailers of a response', 'a browser has no way to deliver them, so they were dropped');
    pipe.close();
  }

  /** WIT: a body that is dropped without `finish` is incomplete, and its receiver must see that. */
  [DISPOSE](): void {
    this.#checkStream('dropped');
    this.#pipe.abort(new RuntimeError('handler-response-invalid', 'The handler dropped the body before it had finished it.'));
  }

  #checkStream(how: string): void {
    if (this.#stream === 'lent') throw new TypeError(`outgoing-body was ${how} before its output-stream was dropped`);
  }
}

function sizeOf(fields: Fields): number {
  return fields.entries().reduce((sum, [name, value]) => sum + name.length + value.length, 0);
}

/** The value of `content-length`; null when there is none, or it is no number (then it is for the head's check to refuse it). */
export function declaredLengthOf(headers: Fields): number | null {
  const [value] = headers.get('content-length');
  if (value === undefined) return null;
  const text = new TextDecoder().decode(value).trim();
  return /^\d{1,15}$/.test(text) ? Number(text) : null;
}
