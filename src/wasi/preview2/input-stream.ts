import type { ByteSource } from '../bytes.ts';
import { DISPOSE } from './dispose.ts';
import type { GuestContext, Readiness } from './guest-context.ts';
import { IoError } from './io-error.ts';
import { Pollable } from './poll.ts';
import { clampLength, fail } from './wit.ts';

/** More than this is not given in one read: the WIT lets a host give less than was asked for. */
export const MAX_READ_BYTES = 1_048_576;

const NOTHING = new Uint8Array(0);

/** `input-stream` of wasi:io/streams (WIT: wasi-io/streams.wit, 0.2) over a byte source. */
export class InputStream {
  readonly #source: ByteSource;
  readonly #context: GuestContext;
  readonly #onDrop: () => void;
  readonly #readiness: Readiness;
  #closed = false;

  /** `onDrop` runs when the guest drops the stream. */
  constructor(source: ByteSource, context: GuestContext, onDrop: () => void = () => {}) {
    this.#source = source;
    this.#context = context;
    this.#onDrop = onDrop;
    this.#readiness = {
      isReady: () => this.#closed || source.isReady(),
      whenReady: (wake) => {
        void source.ready().then(wake);
        return undefined;
      },
    };
  }

  read(length: bigint): Uint8Array {
    return this.#take(clampLength(length, MAX_READ_BYTES));
  }

  blockingRead(length: bigint): Uint8Array | Promise<Uint8Array> {
    const wanted = clampLength(length, MAX_READ_BYTES);
    return this.#context.until([this.#readiness], () => {
      const bytes = this.#take(wanted);
      return bytes.length > 0 || wanted === 0 ? bytes : null;
    });
  }

  skip(length: bigint): bigint {
    return BigInt(this.read(length).length);
  }

  blockingSkip(length: bigint): bigint | Promise<bigint> {
    const bytes = this.blockingRead(length);
    return bytes instanceof Uint8Array ? BigInt(bytes.length) : bytes.then((later) => BigInt(later.length));
  }

  subscribe(): Pollable {
    return new Pollable(this.#readiness, this.#context);
  }

  [DISPOSE](): void {
    this.#closed = true;
    this.#onDrop();
  }

  /** For `splice`: the wait for its next bytes. */
  static readinessOf(stream: InputStream): Readiness {
    return stream.#readiness;
  }

  /** WIT: after `last-operation-failed` a stream is closed. */
  #take(wanted: number): Uint8Array {
    if (this.#closed) fail({ tag: 'closed' });
    let bytes: Uint8Array | null;
    try {
      bytes = this.#source.read(wanted);
    } catch (cause) {
      this.#closed = true;
      fail({ tag: 'last-operation-failed', val: new IoError(cause) });
    }
    if (bytes === null) {
      this.#closed = true;
      fail({ tag: 'closed' });
    }
    return bytes.length === 0 ? NOTHING : bytes;
  }
}
