import type { ByteSink, ByteSource } from '../bytes.ts';
import { DISPOSE } from './dispose.ts';
import { fromDatabase } from './from-database.ts';
import type { GuestContext } from './guest-context.ts';
import { InputStream } from './input-stream.ts';
import { OutputStream } from './output-stream.ts';
import { fail } from './wit.ts';

/** Blobs on their way in and out: wasi:blobstore/types (WIT: wasi-blobstore/types.wit, 0.2.0-draft). An error is a text. */
export const toText = (message: string): string => message;

/** What is written is handed to the browser by the piece, which may keep it out of memory. */
const PIECE_BYTES = 4_194_304;
const READ_BYTES = 1_048_576;
const CAPACITY_BYTES = 1_048_576;

/** Gathers what a guest writes into a Blob. */
class BlobSink implements ByteSink {
  readonly #maxBytes: number;
  #pieces: Blob[] = [];
  #open: Uint8Array<ArrayBuffer>[] = [];
  #openBytes = 0;
  #sizeBytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  capacity(): number {
    return CAPACITY_BYTES;
  }

  write(bytes: Uint8Array): void {
    this.#sizeBytes += bytes.length;
    if (this.#sizeBytes > this.#maxBytes) {
      this.#pieces = [];
      this.#open = [];
      throw new Error(`a blob may have ${this.#maxBytes} bytes`);
    }
    this.#open.push(bytes.slice());
    this.#openBytes += bytes.length;
    if (this.#openBytes >= PIECE_BYTES) this.#close();
  }

  ready(): Promise<void> {
    return Promise.resolve();
  }

  close(): void {}

  abort(): void {}

  /** @throws Error when more was written than a blob may have */
  toBlob(): Blob {
    if (this.#sizeBytes > this.#maxBytes) throw new Error(`a blob may have ${this.#maxBytes} bytes`);
    this.#close();
    return new Blob(this.#pieces);
  }

  #close(): void {
    if (this.#open.length === 0) return;
    this.#pieces.push(new Blob(this.#open));
    this.#open = [];
    this.#openBytes = 0;
  }
}

/** Reads a Blob piece by piece, one ahead of the guest. */
class BlobSource implements ByteSource {
  readonly #blob: Blob;
  #offset = 0;
  #piece: Uint8Array | null = null;
  #reading: Promise<void> | null = null;
  #failure: unknown = null;

  constructor(blob: Blob) {
    this.#blob = blob;
  }

  read(maxBytes: number): Uint8Array | null {
    if (this.#failure !== null) throw this.#failure;
    const piece = this.#piece;
    if (piece === null) {
      if (this.#offset >= this.#blob.size) return null;
      this.#fetch();
      return new Uint8Array(0);
    }
    const taken = piece.subarray(0, maxBytes);
    this.#piece = taken.length < piece.length ? piece.subarray(taken.length) : null;
    return taken;
  }

  isReady(): boolean {
    return this.#piece !== null || this.#failure !== null || this.#offset >= this.#blob.size;
  }

  async ready(): Promise<void> {
    while (!this.isReady()) await this.#fetch();
  }

  cancel(): void {
    this.#offset = this.#blob.size;
    this.#piece = null;
  }

  #fetch(): Promise<void> {
    this.#reading ??= this.#readPiece();
    return this.#reading;
  }

  async #readPiece(): Promise<void> {
    try {
      const end = Math.min(this.#offset + READ_BYTES, this.#blob.size);
      const bytes = new Uint8Array(await this.#blob.slice(this.#offset, end).arrayBuffer());
      // Cancelled meanwhile.
      if (this.#offset >= end) return;
      this.#piece = bytes;
      this.#offset = end;
    } catch (error) {
      this.#failure = error;
    } finally {
      this.#reading = null;
    }
  }
}

/** Where an outgoing value is to be stored, once it is whole. */
export type StoreBlob = (content: Blob) => Promise<void>;

/**
 * `outgoing-value`. It is stored when it is whole: by `finish`, to wherever `write-data` has been told of before. A `write-data` after
 * the body's stream was dropped stores at once, for drafts before August 2024 had no `finish`.
 */
export class OutgoingValue {
  readonly #context: GuestContext;
  readonly #sink: BlobSink;
  readonly #targets: StoreBlob[] = [];
  #stream: 'unclaimed' | 'lent' | 'dropped' = 'unclaimed';

  constructor(context: GuestContext, maxBytes: number) {
    this.#context = context;
    this.#sink = new BlobSink(maxBytes);
  }

  outgoingValueWriteBody(): OutputStream {
    if (this.#stream !== 'unclaimed') fail();
    this.#stream = 'lent';
    return new OutputStream(this.#sink, this.#context, () => {
      this.#stream = 'dropped';
    });
  }

  /** Stores the value by `store`, now or with `finish`. */
  static async storeBy(value: OutgoingValue, store: StoreBlob): Promise<void> {
    if (value.#stream === 'dropped') await store(value.#content());
    else value.#targets.push(store);
  }

  static finish(value: OutgoingValue): Promise<void> {
    value.#checkStream('finished');
    const targets = value.#targets.splice(0);
    return fromDatabase(value.#context, toText, async () => {
      if (targets.length === 0) return;
      const content = value.#content();
      for (const store of targets) await store(content);
    });
  }

  /** What `write-data` was told of a value that is dropped before `finish` is not stored: it is not known to be whole. */
  [DISPOSE](): void {
    this.#checkStream('dropped');
  }

  #content(): Blob {
    try {
      return this.#sink.toBlob();
    } catch (error) {
      fail(error instanceof Error ? error.message : String(error));
    }
  }

  /** WIT: the stream must be dropped before its value, which otherwise traps. */
  #checkStream(how: string): void {
    if (this.#stream === 'lent') throw new TypeError(`outgoing-value was ${how} before its output-stream was dropped`);
  }
}

/** `incoming-value`. Its two ways to be consumed were methods in drafts before August 2024, and are static since. */
export class IncomingValue {
  readonly #context: GuestContext;
  readonly #blob: Blob;

  constructor(context: GuestContext, blob: Blob) {
    this.#context = context;
    this.#blob = blob;
  }

  static incomingValueConsumeSync(value: IncomingValue): Promise<Uint8Array> {
    return value.incomingValueConsumeSync();
  }

  static incomingValueConsumeAsync(value: IncomingValue): InputStream {
    return value.incomingValueConsumeAsync();
  }

  incomingValueConsumeSync(): Promise<Uint8Array> {
    return fromDatabase(this.#context, toText, async () => {
      try {
        return new Uint8Array(await this.#blob.arrayBuffer());
      } catch (error) {
        fail(`the object can no longer be read: ${error instanceof Error ? error.message : String(error)}`);
      }
    });
  }

  incomingValueConsumeAsync(): InputStream {
    return new InputStream(new BlobSource(this.#blob), this.#context);
  }

  size(): bigint {
    return BigInt(this.#blob.size);
  }
}
