import type { ByteSource } from '../bytes.ts';

export interface ReplyEvents {
  /** What a reader is told of a stream that broke with `cause`. */
  toError(cause: unknown): unknown;
  /** It has ended, or nobody wants more of it. Called once. */
  onEnd(): void;
}

/** The body of an answer, a piece ahead of its reader and no more: the stream behind it is asked for the next when one is used up. */
export class ReplySource implements ByteSource {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  readonly #timeoutMs: number | null;
  readonly #events: ReplyEvents;
  #piece: Uint8Array | null = null;
  #end: 'open' | 'ended' | { cause: unknown } = 'open';
  #waiting: (() => void)[] = [];
  #isOver = false;

  /** `timeoutMs`: how long the stream may take for a piece that is waited for; then it breaks with {@link ReplyTimeout}. null: as long as it takes. */
  constructor(stream: ReadableStream<Uint8Array>, timeoutMs: number | null, events: ReplyEvents) {
    this.#reader = stream.getReader();
    this.#timeoutMs = timeoutMs;
    this.#events = events;
    void this.#pull();
  }

  read(maxBytes: number): Uint8Array | null {
    const piece = this.#piece;
    if (piece) {
      const taken = piece.subarray(0, maxBytes);
      if (taken.length < piece.length) this.#piece = piece.subarray(maxBytes);
      else {
        this.#piece = null;
        void this.#pull();
      }
      return taken;
    }
    if (typeof this.#end === 'object') throw this.#end.cause;
    return this.#end === 'ended' ? null : new Uint8Array(0);
  }

  isReady(): boolean {
    return this.#piece !== null || this.#end !== 'open';
  }

  ready(): Promise<void> {
    return this.isReady() ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve));
  }

  cancel(): void {
    if (this.#end === 'open') this.#reader.cancel().catch(() => {}); // It may have broken just now; nobody asks any more.
    this.#piece = null;
    this.#finish('ended');
  }

  /** Breaks it for its reader. */
  fail(cause: unknown): void {
    if (this.#end !== 'open') return;
    this.#reader.cancel(cause).catch(() => {}); // As above.
    this.#finish({ cause: this.#events.toError(cause) });
  }

  async #pull(): Promise<void> {
    const timer = this.#timeoutMs === null ? undefined : setTimeout(() => this.fail(new ReplyTimeout()), this.#timeoutMs);
    try {
      for (;;) {
        const { done, value } = await this.#reader.read();
        if (this.#end !== 'open') return;
        if (done) {
          this.#finish('ended');
          return;
        }
        if (value.length === 0) continue;
        this.#piece = value;
        this.#wake();
        return;
      }
    } catch (cause) {
      if (this.#end === 'open') this.#finish({ cause: this.#events.toError(cause) });
    } finally {
      clearTimeout(timer);
    }
  }

  #finish(end: 'ended' | { cause: unknown }): void {
    if (this.#end === 'open') this.#end = end;
    this.#wake();
    if (this.#isOver) return;
    this.#isOver = true;
    this.#events.onEnd();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** A stream gave nothing for as long as its reader would wait. */
export class ReplyTimeout extends Error {
  constructor() {
    super('nothing came for as long as between-bytes-timeout allows');
    this.name = 'ReplyTimeout';
  }
}
