import type { ByteSink, ByteSource } from '../bytes.ts';
import { DISPOSE } from '../preview2/dispose.ts';
import type { GuestContext } from '../preview2/guest-context.ts';
import type { Result } from '../preview2/wit.ts';

/** `stream<u8>` that a guest handed over: its readable end, as jco lifts it. */
export interface GuestStream {
  /** Up to `count` bytes once there are some; `done` when the guest dropped its end. One read at a time. */
  read(options: { count: number }): Promise<{ value?: Uint8Array | number[] | number | undefined; done: boolean }>;
  [DISPOSE]?(): void;
}

/** `stream<T>` that a host hands over: jco asks for the next piece when the guest reads, and calls `return` when the guest drops its end. */
export type HostStream<T> = AsyncIterable<T>;

/** In one piece to or from a guest: jco moves bytes one by one, and a worker serves others too. */
const PIECE_BYTES = 65_536;

/** What a host function answers that must not: its guest has ended. */
function never(): Promise<never> {
  return new Promise(() => {});
}

/**
 * The bytes of `source` as a `stream<u8>`, one piece at a time, only as the guest asks for them; and what `read-via-stream` and its like
 * answer beside it: how the stream ended, a broken source by `errorOf` what broke it. To drop the stream is to have read enough.
 */
export function streamFrom<E>(
  source: ByteSource,
  context: GuestContext,
  errorOf: (cause: unknown) => E,
  onDrop: () => void = () => {},
): [HostStream<Uint8Array> & GuestStream, Promise<Result<undefined, E>>] {
  let settle: (how: Result<undefined, E>) => void = () => {};
  const ended = new Promise<Result<undefined, E>>((resolve) => {
    settle = resolve;
  });
  const end = (how: Result<undefined, E>): IteratorReturnResult<undefined> => {
    settle(how);
    return { done: true, value: undefined };
  };
  const next = async (maxBytes: number): Promise<IteratorResult<Uint8Array, undefined>> => {
    try {
      for (;;) {
        if (context.isSpent) return await never();
        const bytes = source.read(maxBytes);
        if (bytes === null) return end({ tag: 'ok', val: undefined });
        if (bytes.length > 0) return { done: false, value: bytes };
        await source.ready();
      }
    } catch (cause) {
      return end({ tag: 'err', val: errorOf(cause) });
    }
  };
  const stop = () => {
    onDrop();
    return end({ tag: 'ok', val: undefined });
  };
  const stream = {
    [Symbol.asyncIterator]: () => ({ next: () => next(PIECE_BYTES), return: async () => stop() }),
    // So a host reads it that is handed the message it came with, and not by way of the guest.
    read: async ({ count }: { count: number }) => {
      const { value, done = false } = await next(count);
      // A copy: the piece may be a part of the source's buffer, which the reader gives away.
      return { value: value?.slice(), done };
    },
    [DISPOSE]: () => {
      stop();
    },
  };
  return [stream, ended];
}

/** The next bytes of `stream`, at most `maxBytes`, in a buffer of their own; null at its end. */
export async function readPiece(stream: GuestStream, maxBytes = PIECE_BYTES): Promise<Uint8Array | null> {
  const { value, done } = await stream.read({ count: maxBytes });
  if (done || value === undefined) return null;
  if (value instanceof Uint8Array) return value;
  // So jco gives the pieces of a stream that came from the host and is handed back to it (docs/platform-notes/jco-0.3.md).
  return Uint8Array.from(typeof value === 'number' ? [value] : value);
}

/**
 * Passes on all that the guest writes to `stream`, no faster than `sink` takes it, until the guest drops its end. What the sink
 * throws ends it, and the guest is told by the loss of its reader.
 */
export async function pump(stream: GuestStream, sink: ByteSink, context: GuestContext): Promise<void> {
  try {
    for (;;) {
      const room = sink.capacity();
      if (room === 0) {
        await sink.ready();
        continue;
      }
      const bytes = await readPiece(stream, Math.min(room, PIECE_BYTES));
      if (context.isSpent) return await never();
      if (bytes === null) return;
      sink.write(bytes, true);
    }
  } finally {
    drop(stream);
  }
}

/**
 * Lets the guest go on that has written, or will write, a future which nobody here asks for: jco has no way to drop the readable end of a
 * future (docs/platform-notes/jco-0.3.md), so it is read.
 */
export function discard(future: PromiseLike<unknown>): void {
  // Silent: what it says, or that it says nothing, is not asked for.
  Promise.resolve(future).catch(() => {});
}

/** Drops the readable end: the guest's writes then end. */
export function drop(stream: GuestStream): void {
  stream[DISPOSE]?.();
}
