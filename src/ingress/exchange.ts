import { RuntimeError, type WireError } from '../core/errors.ts';
import { BODY_PREVIEW_BYTES } from '../core/traffic.ts';
import {
  type FromInstance,
  INITIAL_CREDIT_BYTES,
  type RequestId,
  type ToInstance,
  WIDE_CREDIT_BYTES,
  type WireHeaders,
  type WireRequestHead,
} from '../protocol/sw-instance.ts';
import type { Deadline, Deadlines } from './deadlines.ts';
import type { RequestTrace } from './request-trace.ts';

/** An instance's answer, its body still arriving. */
export interface InstanceReply {
  status: number;
  headers: WireHeaders;
  /** null: the answer has no body. */
  body: ReadableStream<Uint8Array<ArrayBuffer>> | null;
  /** All of the body, when it is here already; `body` is not to be read then. null: read `body`. */
  takeWhole?(): Uint8Array<ArrayBuffer> | null;
}

export interface ExchangeLimits {
  /** Until the head. */
  headTimeoutMs: number;
  /** Between two pieces of the answer while the caller is reading. */
  timeoutMs: number;
  /** Of the whole exchange. */
  durationMs: number;
  /** Of the request body; over it the exchange fails with `body-too-large`. */
  requestBytes: number;
}

export interface ExchangeEvents {
  /** The deadline passed and the guest did not stop when told to: its worker has to be terminated. */
  onOverdue(): void;
  /** The slot is free again. */
  onDone(): void;
  onAccepted(): void;
}

/** A guest that was only waiting stops at once when it is cancelled; one that computes does not, and is terminated after this. */
const CANCEL_GRACE_MS = 250;

const NO_BODY_STATUS = new Set([204, 205, 304]);

const MAX_CHUNK_BYTES = INITIAL_CREDIT_BYTES / 4;

/**
 * One request under way on one instance, as the service worker sees it. Owns the pumps of both bodies, the deadline,
 * and the end: whatever happens, `reply` settles, the response body ends or errors, and `onDone` is called once.
 */
export class Exchange {
  readonly id: RequestId;
  readonly sentAtMs: number;
  /** Settles with the head, or rejects with why there is none. */
  readonly reply: Promise<InstanceReply>;
  /** Resolves when nothing of the exchange is under way any more; never rejects. */
  readonly finished: Promise<void>;

  readonly #post: (message: ToInstance, transfer?: Transferable[]) => void;
  readonly #deadlines: Deadlines;
  readonly #limits: ExchangeLimits;
  readonly #events: ExchangeEvents;
  readonly #isHead: boolean;
  readonly #trace: RequestTrace | null;
  #resolveReply!: (reply: InstanceReply) => void;
  #rejectReply!: (error: RuntimeError) => void;
  #resolveFinished!: () => void;
  #onAcceptedWaiter: ((accepted: boolean) => void) | null = null;

  #accepted = false;
  #settled = false;
  #done = false;
  #requestBody: ReadableStream<Uint8Array> | null;
  #requestBodyTaken = false;
  #requestReader: ReadableStreamDefaultReader<Uint8Array> | null = null;
  #sendCredit = INITIAL_CREDIT_BYTES;
  #wakeSender: (() => void) | null = null;

  #queue: Uint8Array<ArrayBuffer>[] = [];
  #bodyEnded = false;
  #bodyError: RuntimeError | null = null;
  #wakeReader: (() => void) | null = null;
  #reading = false;
  #bodyClosed = false;
  #owedCredit = 0;
  #takenBytes = 0;
  #creditBytes = INITIAL_CREDIT_BYTES;

  #lastProgressMs: number;
  #lastUploadMs = Number.NEGATIVE_INFINITY;
  #deadline: Deadline | null = null;
  #grace: Deadline | null = null;
  #isStopping = false;

  constructor(
    id: RequestId,
    post: (message: ToInstance, transfer?: Transferable[]) => void,
    deadlines: Deadlines,
    head: WireRequestHead,
    body: ReadableStream<Uint8Array> | null,
    hold: boolean,
    limits: ExchangeLimits,
    events: ExchangeEvents,
    trace: RequestTrace | null = null,
  ) {
    this.id = id;
    this.#post = post;
    this.#deadlines = deadlines;
    this.#limits = limits;
    this.#events = events;
    this.#trace = trace;
    this.#requestBody = body;
    this.#isHead = head.method === 'HEAD';
    this.sentAtMs = performance.now();
    this.#lastProgressMs = this.sentAtMs;
    this.reply = new Promise((resolve, reject) => {
      this.#resolveReply = resolve;
      this.#rejectReply = reject;
    });
    this.reply.catch(() => {}); // Awaited by the dispatcher; silent here so that an exchange given up on does not report twice.
    this.finished = new Promise((resolve) => {
      this.#resolveFinished = resolve;
    });
    post({ type: 'request', id, head, hasBody: body !== null, hold });
    this.#hold = hold;
    this.#armDeadline();
  }

  readonly #hold: boolean;

  get isAccepted(): boolean {
    return this.#accepted;
  }

  /** True while the request could be sent again as it is: nothing of its body was taken. */
  get isBodyWhole(): boolean {
    return !this.#requestBodyTaken;
  }

  /** Resolves true once the instance accepted the request, false if it did not within `timeoutMs`. */
  waitAccepted(timeoutMs: number): Promise<boolean> {
    if (this.#accepted || this.#done) return Promise.resolve(this.#accepted);
    return new Promise((resolve) => {
      const deadline = this.#deadlines.add(timeoutMs, () => {
        this.#onAcceptedWaiter = null;
        resolve(false);
      });
      this.#onAcceptedWaiter = (accepted) => {
        this.#deadlines.remove(deadline);
        resolve(accepted);
      };
    });
  }

  /** Gives the request up before it was accepted; its body stays whole. */
  withdraw(): void {
    if (this.#done) return;
    this.#post({ type: 'cancel', id: this.id });
    this.#rejectHead(new RuntimeError('host-lost', 'the request was taken elsewhere'));
    this.#finish();
  }

  /** The caller went away, or the body is no longer wanted. */
  cancel(): void {
    if (this.#done) return;
    this.#trace?.cancelled();
    this.#failBody(new RuntimeError('request-invalid', 'the caller went away'));
    this.#rejectHead(new RuntimeError('request-invalid', 'the caller went away'));
    // No fault of the guest's, which may be computing for others too: it has until its deadline to come to an end.
    this.#stopGuest(this.#limits.timeoutMs);
  }

  /** The instance, its worker or its window is gone. */
  lose(error: RuntimeError): void {
    if (this.#done) return;
    this.#failBody(error);
    this.#rejectHead(error);
    this.#onAcceptedWaiter?.(false);
    this.#onAcceptedWaiter = null;
    this.#finish();
  }

  receive(message: FromInstance): void {
    if (this.#done) return;
    this.#lastProgressMs = performance.now();
    switch (message.type) {
      case 'accepted':
        this.#accept();
        return;
      case 'head':
        this.#accept();
        this.#receiveHead(message);
        return;
      case 'chunk':
        this.#trace?.responsePiece(message.bytes);
        this.#queue.push(message.bytes);
        this.#wake();
        return;
      case 'end':
        this.#bodyEnded = true;
        this.#wake();
        return;
      case 'abort':
        this.#failBody(RuntimeError.fromWire(message.error));
        return;
      case 'credit':
        this.#sendCredit += message.bytes;
        this.#wakeSender?.();
        return;
      case 'failed':
        this.#accept();
        this.#rejectHead(RuntimeError.fromWire(message.error));
        return;
      case 'done':
        this.#accept();
        // The end of the body comes with it when nothing lay between the two.
        if (this.#settled) this.#bodyEnded = true;
        else this.#rejectHead(new RuntimeError('handler-response-invalid', 'the handler finished without an answer'));
        this.#finish();
        return;
    }
  }

  /** Its first word, whichever: the other end has it. */
  #accept(): void {
    if (this.#accepted) return;
    this.#accepted = true;
    // Given up meanwhile: a request that was held never runs, any other has its cancellation on the way.
    if (this.#isStopping) return;
    if (this.#hold) this.#post({ type: 'go', id: this.id });
    this.#onAcceptedWaiter?.(true);
    this.#onAcceptedWaiter = null;
    this.#events.onAccepted();
    if (this.#requestBody) void this.#sendBody(this.#requestBody);
  }

  #receiveHead(message: Extract<FromInstance, { type: 'head' }>): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#trace?.head(message.status, message.headers);
    if (message.bytes) {
      this.#trace?.responsePiece(message.bytes);
      this.#queue.push(message.bytes);
    }
    if (message.end) this.#bodyEnded = true;
    const hasBody = !this.#isHead && !NO_BODY_STATUS.has(message.status);
    const body = hasBody ? this.#bodyStream() : null;
    this.#resolveReply({ status: message.status, headers: message.headers, body, takeWhole: () => (hasBody ? this.#takeWhole() : null) });
  }

  #bodyStream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return new ReadableStream(
      {
        // No promise is returned, so that no pull is ever pending: platform facts, "Streams that hang".
        pull: (controller) => {
          if (this.#queue.length > 0 || this.#bodyEnded || this.#bodyError) {
            this.#hand(controller);
            return;
          }
          this.#reading = true;
          this.#lastProgressMs = performance.now();
          this.#wakeReader = () => {
            this.#reading = false;
            this.#hand(controller);
          };
        },
        cancel: () => this.cancel(),
      },
      { highWaterMark: 0 },
    );
  }

  #takeWhole(): Uint8Array<ArrayBuffer> | null {
    if (!this.#bodyEnded || this.#bodyError || this.#bodyClosed || this.#queue.length > 1) return null;
    this.#bodyClosed = true;
    this.#trace?.done();
    return this.#queue.shift() ?? new Uint8Array(0);
  }

  /** Gives the reader the next piece, or the end. */
  #hand(controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>>): void {
    const chunk = this.#queue.shift();
    if (chunk) {
      controller.enqueue(chunk);
      this.#owe(chunk.byteLength);
    } else if (this.#bodyError) controller.error(this.#bodyError);
    // The last piece and the end are told together, so that the reader need not ask once more.
    if (this.#bodyEnded && this.#queue.length === 0 && !this.#bodyError && !this.#bodyClosed) {
      this.#bodyClosed = true;
      controller.close();
      this.#trace?.done();
    }
  }

  #owe(bytes: number): void {
    this.#owedCredit += bytes;
    this.#takenBytes += bytes;
    if (this.#creditBytes < WIDE_CREDIT_BYTES && this.#takenBytes >= WIDE_CREDIT_BYTES) {
      this.#owedCredit += WIDE_CREDIT_BYTES - this.#creditBytes;
      this.#creditBytes = WIDE_CREDIT_BYTES;
    }
    if (this.#done || this.#bodyEnded || this.#owedCredit < this.#creditBytes / 4) return;
    this.#post({ type: 'credit', id: this.id, bytes: this.#owedCredit });
    this.#owedCredit = 0;
  }

  async #sendBody(body: ReadableStream<Uint8Array>): Promise<void> {
    this.#requestBodyTaken = true;
    const reader = body.getReader();
    this.#requestReader = reader;
    let sentBytes = 0;
    try {
      for (;;) {
        const { done, value } = await reader.read();
        if (this.#done) return;
        if (done) break;
        sentBytes += value.byteLength;
        this.#trace?.requestPiece(value);
        if (sentBytes > this.#limits.requestBytes) {
          this.#refuseBody(
            new RuntimeError('body-too-large', `the request body is larger than ${this.#limits.requestBytes} bytes, the App's spec.limits.requestBytes`, {
              details: { limit: this.#limits.requestBytes },
            }),
          );
          return;
        }
        const valueBytes = value.byteLength;
        for (let offset = 0; offset < valueBytes; ) {
          while (this.#sendCredit <= 0 && !this.#done) {
            await new Promise<void>((resolve) => {
              this.#wakeSender = resolve;
            });
          }
          if (this.#done) return;
          const piece = pieceOf(value, offset, Math.min(this.#sendCredit, MAX_CHUNK_BYTES));
          offset += piece.byteLength;
          this.#sendCredit -= piece.byteLength;
          this.#lastUploadMs = performance.now();
          this.#post({ type: 'chunk', id: this.id, bytes: piece }, [piece.buffer]);
        }
      }
      this.#post({ type: 'end', id: this.id });
    } catch (error) {
      const wire: WireError = { code: 'request-invalid', message: `the request body broke off: ${error instanceof Error ? error.message : String(error)}` };
      if (!this.#done) this.#post({ type: 'abort', id: this.id, error: wire });
    }
  }

  #refuseBody(error: RuntimeError): void {
    this.#post({ type: 'abort', id: this.id, error: error.toWire() });
    this.#rejectHead(error);
    this.#failBody(error);
    this.#stopGuest(this.#limits.timeoutMs);
  }

  #wake(): void {
    const wake = this.#wakeReader;
    // Before the call: what is handed over may be read at once, and the next be waited for.
    this.#wakeReader = null;
    wake?.();
  }

  #rejectHead(error: RuntimeError): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#rejectReply(error);
  }

  #failBody(error: RuntimeError): void {
    if (this.#bodyEnded || this.#bodyError) return;
    this.#bodyError = error;
    this.#trace?.brokeOff(error);
    this.#wake();
  }

  #stopGuest(graceMs: number): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#post({ type: 'cancel', id: this.id });
    this.#deadlines.remove(this.#deadline);
    this.#onAcceptedWaiter?.(false);
    this.#onAcceptedWaiter = null;
    this.#grace = this.#deadlines.add(graceMs, () => this.#events.onOverdue());
  }

  #armDeadline(): void {
    const nowMs = performance.now();
    // A caller that does not read is not the guest's fault: only while somebody waits does the clock run.
    const guestIsWaitedFor = !this.#settled || this.#reading;
    const idleLeftMs = guestIsWaitedFor ? this.#deadlineAtMs() - nowMs : this.#limits.timeoutMs;
    const totalLeftMs = this.sentAtMs + this.#limits.durationMs - nowMs;
    const leftMs = Math.min(idleLeftMs, totalLeftMs);
    if (leftMs <= 0) {
      this.#pastDeadline(totalLeftMs <= 0);
      return;
    }
    this.#deadline = this.#deadlines.add(leftMs, () => this.#armDeadline());
  }

  #deadlineAtMs(): number {
    if (this.#settled) return this.#lastProgressMs + this.#limits.timeoutMs;
    // A guest cannot answer what has not arrived: while the request body flows, the clock starts anew with each piece.
    return Math.max(this.sentAtMs + this.#limits.headTimeoutMs, this.#lastUploadMs + this.#limits.timeoutMs);
  }

  #pastDeadline(isTotal: boolean): void {
    const rule = isTotal ? `spec.limits.durationMs (${this.#limits.durationMs} ms)` : `spec.limits.timeoutMs (${this.#limits.timeoutMs} ms)`;
    const error = new RuntimeError('handler-timeout', `the handler was stopped at its deadline, ${rule}`, {
      details: { deadlineMs: isTotal ? this.#limits.durationMs : this.#limits.timeoutMs },
    });
    this.#rejectHead(error);
    this.#failBody(error);
    this.#stopGuest(CANCEL_GRACE_MS);
  }

  #finish(): void {
    if (this.#done) return;
    this.#done = true;
    this.#deadlines.remove(this.#deadline);
    this.#deadlines.remove(this.#grace);
    this.#wakeSender?.();
    this.#wake();
    // Once sending has begun the rest of the request body has no reader any more.
    this.#requestReader?.cancel().catch(() => {}); // The caller's stream may have broken already, which is why it ended.
    // A browser need not read the body of an answer, say of a redirect.
    if (this.#bodyEnded) this.#trace?.done();
    this.#resolveFinished();
    this.#events.onDone();
  }
}

/** Bytes of `value` from `offset` in a buffer that can be transferred: `value`'s own when they are all of it. */
function pieceOf(value: Uint8Array, offset: number, maxBytes: number): Uint8Array<ArrayBuffer> {
  const isAll = offset === 0 && value.byteLength <= maxBytes && value.byteLength === value.buffer.byteLength;
  // What is small may be kept for people to read (BodyStart), and costs nothing to copy.
  if (isAll && value.byteLength > BODY_PREVIEW_BYTES) return value as Uint8Array<ArrayBuffer>;
  return value.slice(offset, offset + maxBytes) as Uint8Array<ArrayBuffer>;
}
