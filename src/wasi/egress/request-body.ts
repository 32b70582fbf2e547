import { RuntimeError } from '../../core/errors.ts';
import type { ByteSink } from '../bytes.ts';

/** What a body came to while it was gathered. */
export type Gathered = 'ended' | 'full' | 'broken';

/** The body of a request on its way out: what a guest writes waits here, `maxBytes` of it at most, until it is read. */
export class RequestBody implements ByteSink {
  readonly #maxBytes: number;
  #pieces: Uint8Array[] = [];
  #sizeBytes = 0;
  #end: 'open' | 'closed' | { reason: RuntimeError } = 'open';
  #writers: (() => void)[] = [];
  #readers: (() => void)[] = [];

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  capacity(): number {
    if (typeof this.#end === 'object') throw this.#end.reason;
    return Math.max(0, this.#maxBytes - this.#sizeBytes);
  }

  write(bytes: Uint8Array, isOwned = false): void {
    if (typeof this.#end === 'object') throw this.#end.reason;
    if (this.#end === 'closed' || bytes.length === 0) return;
    this.#pieces.push(isOwned ? bytes : bytes.slice());
    this.#sizeBytes += bytes.length;
    wake(this.#readers);
  }

  async ready(): Promise<void> {
    while (this.#end === 'open' && this.#sizeBytes >= this.#maxBytes) await new Promise<void>((resolve) => this.#writers.push(resolve));
  }

  close(): void {
    if (this.#end !== 'open') return;
    this.#end = 'closed';
    this.#wake();
  }

  abort(reason: unknown): void {
    if (typeof this.#end === 'object') return;
    this.#end = { reason: RuntimeError.from(reason, 'request-invalid') };
    this.#pieces = [];
    this.#wake();
  }

  /** Why it was aborted; null when it was not. */
  get brokenBy(): RuntimeError | null {
    return typeof this.#end === 'object' ? this.#end.reason : null;
  }

  get isEmpty(): boolean {
    return this.#sizeBytes === 0;
  }

  /** Resolves once the whole of it is here, as much of it as is held, or the news that it broke. Never rejects. */
  async gathered(): Promise<Gathered> {
    while (this.#end === 'open' && this.#sizeBytes < this.#maxBytes) await new Promise<void>((resolve) => this.#readers.push(resolve));
    if (this.#end === 'closed') return 'ended';
    return this.#end === 'open' ? 'full' : 'broken';
  }

  /** All that is here, as one. */
  take(): Uint8Array<ArrayBuffer> {
    const bytes = new Uint8Array(this.#sizeBytes);
    let offset = 0;
    for (const piece of this.#pieces) {
      bytes.set(piece, offset);
      offset += piece.length;
    }
    this.#pieces = [];
    this.#sizeBytes = 0;
    wake(this.#writers);
    return bytes;
  }

  /** What is here and what will come, as it is read. */
  stream(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return new ReadableStream<Uint8Array<ArrayBuffer>>(
      {
        pull: async (controller) => {
          while (this.#sizeBytes === 0 && this.#end === 'open') await new Promise<void>((resolve) => this.#readers.push(resolve));
          if (typeof this.#end === 'object') controller.error(this.#end.reason);
          else if (this.#sizeBytes > 0) controller.enqueue(this.take());
          else controller.close();
        },
        cancel: () => this.abort(new RuntimeError('request-invalid', 'the request was given up before its body was sent')),
      },
      { highWaterMark: 0 },
    );
  }

  #wake(): void {
    wake(this.#readers);
    wake(this.#writers);
  }
}

function wake(waiting: (() => void)[]): void {
  for (const resolve of waiting.splice(0)) resolve();
}
