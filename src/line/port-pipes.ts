import { RuntimeError } from '../core/errors.ts';
import { isNullBodyStatus } from '../http/header-policy.ts';
import { type BodyFrame, type FromInstance, INITIAL_CREDIT_BYTES, type RequestId, type WireHeaders } from '../protocol/sw-instance.ts';
import type { ByteSink, ByteSource } from '../wasi/bytes.ts';
import type { ResponseWriter } from '../wasi/handler.ts';

type Post = (message: FromInstance, transfer?: Transferable[]) => void;

/** Of one answer: names, values and what HTTP/1.1 puts between them. What a WAGI handler may write as its head too. */
const MAX_HEAD_BYTES = 65_536;
/** The service worker and the browser go through them one by one, for every other App to wait. */
const MAX_HEAD_FIELDS = 1_000;
const FIELD_OVERHEAD_BYTES = 4;

/** Writes that follow each other faster than this travel together. */
const COALESCE_MS = 2;
const COALESCE_BYTES = 65_536;

/** The request body as it comes in by frames, for a guest to read. Gives credit back as the guest takes bytes. */
export class PortSource implements ByteSource {
  readonly #id: RequestId;
  readonly #post: Post;
  #queue: Uint8Array[] = [];
  #hasEnded = false;
  #error: RuntimeError | null = null;
  #wake: (() => void)[] = [];
  #owedCredit = 0;

  constructor(id: RequestId, post: Post) {
    this.#id = id;
    this.#post = post;
  }

  receive(frame: BodyFrame): void {
    if (frame.type === 'chunk') this.#queue.push(frame.bytes);
    else if (frame.type === 'end') this.#hasEnded = true;
    else this.#error = RuntimeError.fromWire(frame.error);
    this.#wakeAll();
  }

  fail(error: RuntimeError): void {
    this.#error ??= error;
    this.#wakeAll();
  }

  read(maxBytes: number): Uint8Array | null {
    const first = this.#queue[0];
    if (!first) {
      if (this.#error) throw this.#error;
      return this.#hasEnded ? null : new Uint8Array(0);
    }
    const piece = first.subarray(0, maxBytes);
    if (piece.length === first.length) this.#queue.shift();
    else this.#queue[0] = first.subarray(piece.length);
    this.#owedCredit += piece.length;
    if (this.#owedCredit >= INITIAL_CREDIT_BYTES / 4 && !this.#hasEnded) {
      this.#post({ type: 'credit', id: this.#id, bytes: this.#owedCredit });
      this.#owedCredit = 0;
    }
    return piece;
  }

  isReady(): boolean {
    return this.#queue.length > 0 || this.#hasEnded || this.#error !== null;
  }

  ready(): Promise<void> {
    if (this.isReady()) return Promise.resolve();
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  cancel(): void {
    this.#queue = [];
    this.#hasEnded = true;
    this.#wakeAll();
  }

  #wakeAll(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const resolve of waiting) resolve();
  }
}

/**
 * A guest's answer as it goes out by frames. The first bytes leave at once with the head, for a guest may compute for long
 * after them; writes that follow each other faster than {@link COALESCE_MS} travel together, and what is held back leaves
 * when the guest flushes or yields: each Server-Sent Event is on its way when its write returns.
 */
export class PortResponse implements ResponseWriter, ByteSink {
  readonly #id: RequestId;
  readonly #post: Post;
  readonly #isHeadRequest: boolean;
  #head: { status: number; headers: WireHeaders } | null = null;
  #headPosted = false;
  /** Each the whole of its buffer. */
  #pending: Uint8Array<ArrayBuffer>[] = [];
  #pendingBytes = 0;
  #isFlushScheduled = false;
  #lastFlushMs = performance.now();
  #credit = INITIAL_CREDIT_BYTES;
  #isClosed = false;
  #broken: RuntimeError | null = null;
  #wake: (() => void)[] = [];

  constructor(id: RequestId, post: Post, method: string) {
    this.#id = id;
    this.#post = post;
    this.#isHeadRequest = method === 'HEAD';
  }

  get headSent(): boolean {
    return this.#head !== null;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  head(status: number, headers: readonly (readonly [string, string])[]): ByteSink {
    if (this.#head) throw new RuntimeError('handler-response-invalid', 'the handler answered twice');
    checkHead(headers);
    this.#head = { status, headers: headers.map(([name, value]) => [name, value]) };
    this.#scheduleFlush();
    return this;
  }

  whole(status: number, headers: readonly (readonly [string, string])[], bytes: Uint8Array, isOwned = false): void {
    this.head(status, headers);
    if (bytes.length > 0 && !this.#hasNoBody()) this.#hold(bytes, isOwned);
    this.close();
  }

  giveCredit(bytes: number): void {
    this.#credit += bytes;
    this.#wakeAll();
  }

  fail(error: RuntimeError): void {
    this.#broken ??= error;
    this.#wakeAll();
  }

  capacity(): number {
    if (this.#broken) throw this.#broken;
    return Math.max(0, this.#credit - this.#pendingBytes);
  }

  write(bytes: Uint8Array, isOwned = false): void {
    if (this.#broken) throw this.#broken;
    if (this.#isClosed || bytes.length === 0 || this.#hasNoBody()) return;
    this.#hold(bytes, isOwned);
    if (!this.#headPosted || this.#pendingBytes >= COALESCE_BYTES || performance.now() - this.#lastFlushMs > COALESCE_MS) this.#flush(false);
    else this.#scheduleFlush();
  }

  flush(): void {
    if (!this.#isClosed && (this.#pendingBytes > 0 || !this.#headPosted)) this.#flush(false);
  }

  ready(): Promise<void> {
    if (this.#broken || this.#credit - this.#pendingBytes > 0) return Promise.resolve();
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#flush(true);
  }

  /** Ends an answer whose request is over: `done`, which follows at once, tells the end of a body that has begun. */
  finish(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    if (!this.#headPosted) this.#flush(true);
    else if (this.#pendingBytes > 0) this.#flush(false);
  }

  abort(reason: unknown): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#flush(false);
    if (this.#headPosted) this.#post({ type: 'abort', id: this.#id, error: RuntimeError.from(reason, 'handler-trap').toWire() });
  }

  /** Nobody reads such a body, so nobody would ever give credit for it. */
  #hasNoBody(): boolean {
    return this.#isHeadRequest || (this.#head !== null && isNullBodyStatus(this.#head.status));
  }

  #hold(bytes: Uint8Array, isOwned: boolean): void {
    this.#pending.push(isOwned ? (bytes as Uint8Array<ArrayBuffer>) : (bytes.slice() as Uint8Array<ArrayBuffer>));
    this.#pendingBytes += bytes.length;
  }

  #scheduleFlush(): void {
    if (this.#isFlushScheduled) return;
    this.#isFlushScheduled = true;
    queueMicrotask(() => {
      this.#isFlushScheduled = false;
      if (!this.#isClosed) this.#flush(false);
    });
  }

  #flush(end: boolean): void {
    if (!this.#head) return;
    const bytes = this.#takePending();
    this.#lastFlushMs = performance.now();
    const transfer = bytes ? [bytes.buffer] : [];
    if (!this.#headPosted) {
      this.#headPosted = true;
      this.#post({ type: 'head', id: this.#id, status: this.#head.status, headers: this.#head.headers, bytes, end }, transfer);
      return;
    }
    if (bytes) this.#post({ type: 'chunk', id: this.#id, bytes }, transfer);
    if (end) this.#post({ type: 'end', id: this.#id });
  }

  #takePending(): Uint8Array<ArrayBuffer> | null {
    if (this.#pendingBytes === 0) return null;
    const bytes = joined(this.#pending, this.#pendingBytes);
    this.#credit -= this.#pendingBytes;
    this.#pending = [];
    this.#pendingBytes = 0;
    return bytes;
  }

  #wakeAll(): void {
    const waiting = this.#wake;
    this.#wake = [];
    for (const resolve of waiting) resolve();
  }
}

function joined(pieces: readonly Uint8Array<ArrayBuffer>[], sizeBytes: number): Uint8Array<ArrayBuffer> {
  const [only] = pieces;
  if (only && pieces.length === 1) return only;
  const bytes = new Uint8Array(sizeBytes);
  let offset = 0;
  for (const piece of pieces) {
    bytes.set(piece, offset);
    offset += piece.length;
  }
  return bytes;
}

function checkHead(headers: readonly (readonly [string, string])[]): void {
  const bytes = headers.reduce((sum, [name, value]) => sum + name.length + value.length + FIELD_OVERHEAD_BYTES, 0);
  if (bytes <= MAX_HEAD_BYTES && headers.length <= MAX_HEAD_FIELDS) return;
  throw new RuntimeError(
    'handler-response-invalid',
    `the handler answered with ${headers.length} header fields of ${bytes} bytes; at most ${MAX_HEAD_FIELDS} fields of ${MAX_HEAD_BYTES} bytes are taken`,
  );
}
