/**
 * The byte pipes that guests read and write, shared by the preview 1 and the 0.2 hosts.
 * Pull-based with a synchronous fast path: a guest that finds bytes waiting never leaves wasm, one that must wait
 * awaits `ready()` (and is suspended by JSPI), or blocks its thread and looks again where the engine cannot suspend it.
 */

/** Bytes a guest reads: a request body, stdin, an incoming stream. */
export interface ByteSource {
  /** Up to `maxBytes` bytes that are here already: empty when none are here yet, null at the end. @throws what broke the source */
  read(maxBytes: number): Uint8Array | null;
  /** True when `read` would give bytes, the end or an error. */
  isReady(): boolean;
  /** Resolves once `isReady()`; never rejects. */
  ready(): Promise<void>;
  /** The reader wants no more. Idempotent. */
  cancel(): void;
}

/** Bytes a guest writes: a response body, stdout. */
export interface ByteSink {
  /** How many bytes `write` takes now; 0: wait for `ready()`. @throws what broke the sink (for example the caller went away) */
  capacity(): number;
  /** `bytes` is copied before it returns, for it may be a view of wasm memory; with `isOwned` it is the sink's from then on, its whole buffer included. May exceed `capacity()`; the next `capacity()` is then 0 until it drains. @throws what broke the sink */
  write(bytes: Uint8Array, isOwned?: boolean): void;
  /** Passes on at once what the sink may hold back to send together. */
  flush?(): void;
  /** Resolves once `capacity() > 0` or the sink is broken; never rejects. */
  ready(): Promise<void>;
  /** No more bytes: what was written is the whole. Idempotent. */
  close(): void;
  /** No more bytes, and what was written is not the whole. Idempotent. */
  abort(reason: unknown): void;
}

/** A source that has ended already. */
export const emptySource: ByteSource = {
  read: () => null,
  isReady: () => true,
  ready: () => Promise.resolve(),
  cancel: () => {},
};

/** A source over bytes that are all here. */
export function sourceFromBytes(bytes: Uint8Array): ByteSource {
  let offset = 0;
  return {
    read(maxBytes) {
      if (offset >= bytes.length) return null;
      const piece = bytes.subarray(offset, offset + maxBytes);
      offset += piece.length;
      return piece;
    },
    isReady: () => true,
    ready: () => Promise.resolve(),
    cancel() {
      offset = bytes.length;
    },
  };
}
