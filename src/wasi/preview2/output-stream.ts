import type { ByteSink } from '../bytes.ts';
import { DISPOSE } from './dispose.ts';
import type { GuestContext, Readiness } from './guest-context.ts';
import { InputStream } from './input-stream.ts';
import { IoError } from './io-error.ts';
import { Pollable } from './poll.ts';
import { clampLength, fail } from './wit.ts';

/** WIT: `blocking-write-and-flush` and `blocking-write-zeroes-and-flush` take up to 4096 bytes. */
const MAX_BLOCKING_WRITE_BYTES = 4096;
/** The largest permit of `check-write`, so that one write never has to copy more. */
const MAX_PERMIT_BYTES = 1_048_576;

/**
 * `output-stream` of wasi:io/streams (WIT: wasi-io/streams.wit, 0.2) over a byte sink.
 * What is written is handed to the sink at once, so a flush has nothing left to do but report what broke; the blocking
 * calls wait until the sink takes more, which is the backpressure.
 */
export class OutputStream {
  readonly #sink: ByteSink;
  readonly #context: GuestContext;
  readonly #onDrop: () => void;
  readonly #readiness: Readiness;
  #permit = 0;
  #closed = false;

  /** `onDrop` runs when the guest drops the stream; it says whether the sink is then closed. */
  constructor(sink: ByteSink, context: GuestContext, onDrop: () => void = () => {}) {
    this.#sink = sink;
    this.#context = context;
    this.#onDrop = onDrop;
    this.#readiness = {
      isReady: () => this.#closed || this.#takesMore(),
      whenReady: (wake) => {
        void sink.ready().then(wake);
        return undefined;
      },
    };
  }

  checkWrite(): bigint {
    this.#permit = Math.min(this.#capacity(), MAX_PERMIT_BYTES);
    return BigInt(this.#permit);
  }

  /** Traps when `contents` is longer than the last permit, as the WIT says. */
  write(contents: Uint8Array): void {
    if (contents.length > this.#permit) throw new RangeError(`write of ${contents.length} bytes exceeds the permit of ${this.#permit} that check-write gave`);
    this.#permit -= contents.length;
    this.#put(contents, isWhole(contents));
  }

  blockingWriteAndFlush(contents: Uint8Array): Promise<undefined> | undefined {
    if (contents.length > MAX_BLOCKING_WRITE_BYTES) {
      throw new RangeError(`blocking-write-and-flush takes up to ${MAX_BLOCKING_WRITE_BYTES} bytes and was given ${contents.length}`);
    }
    if (this.#capacity() < contents.length) return this.#putLater(contents);
    this.#put(contents, isWhole(contents));
    return this.blockingFlush();
  }

  flush(): void {
    this.#capacity();
    this.#sink.flush?.();
  }

  blockingFlush(): Promise<undefined> | undefined {
    this.#sink.flush?.();
    return this.#context.until([this.#readiness], () => (this.#capacity() > 0 ? undefined : null));
  }

  subscribe(): Pollable {
    return new Pollable(this.#readiness, this.#context);
  }

  writeZeroes(length: bigint): void {
    if (length > BigInt(this.#permit)) throw new RangeError(`write-zeroes of ${length} bytes exceeds the permit of ${this.#permit} that check-write gave`);
    this.write(new Uint8Array(Number(length)));
  }

  blockingWriteZeroesAndFlush(length: bigint): Promise<undefined> | undefined {
    return this.blockingWriteAndFlush(new Uint8Array(clampLength(length, MAX_BLOCKING_WRITE_BYTES + 1)));
  }

  splice(source: InputStream, length: bigint): bigint {
    const room = this.checkWrite();
    const bytes = source.read(length < room ? length : room);
    this.write(bytes);
    return BigInt(bytes.length);
  }

  blockingSplice(source: InputStream, length: bigint): bigint | Promise<bigint> {
    const input = InputStream.readinessOf(source);
    return this.#context.until([this.#readiness, input], () => (this.#readiness.isReady() && input.isReady() ? this.splice(source, length) : null));
  }

  [DISPOSE](): void {
    this.#closed = true;
    this.#onDrop();
  }

  #putLater(contents: Uint8Array): Promise<undefined> | undefined {
    let rest = contents;
    return this.#context.until([this.#readiness], () => {
      for (let room = this.#capacity(); rest.length > 0 && room > 0; room = this.#capacity()) {
        const piece = rest.subarray(0, room);
        this.#put(piece, false);
        rest = rest.subarray(piece.length);
      }
      this.#sink.flush?.();
      return rest.length === 0 && this.#capacity() > 0 ? undefined : null;
    });
  }

  /** A broken sink is ready: the next call says what broke. */
  #takesMore(): boolean {
    try {
      return this.#sink.capacity() > 0;
    } catch {
      // Not lost: the operation that follows meets the same error and reports it.
      return true;
    }
  }

  #capacity(): number {
    if (this.#closed) fail({ tag: 'closed' });
    try {
      return this.#sink.capacity();
    } catch (cause) {
      this.#break(cause);
    }
  }

  #put(bytes: Uint8Array, isOwned: boolean): void {
    if (this.#closed) fail({ tag: 'closed' });
    if (bytes.length === 0) return;
    try {
      this.#sink.write(bytes, isOwned);
    } catch (cause) {
      this.#break(cause);
    }
  }

  /** WIT: after `last-operation-failed` a stream is closed. */
  #break(cause: unknown): never {
    this.#closed = true;
    fail({ tag: 'last-operation-failed', val: new IoError(cause) });
  }
}

/** jco hands each list over as a copy in a buffer of its own; what was spliced is a part of another's. */
function isWhole(bytes: Uint8Array): boolean {
  return bytes.byteLength === bytes.buffer.byteLength;
}
