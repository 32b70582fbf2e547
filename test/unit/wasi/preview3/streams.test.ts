import { describe, expect, it } from 'vitest';
import type { ByteSink, ByteSource } from '../../../../src/wasi/bytes.ts';
import { sourceFromBytes } from '../../../../src/wasi/bytes.ts';
import { DISPOSE } from '../../../../src/wasi/preview2/dispose.ts';
import { type GuestStream, pump, streamFrom } from '../../../../src/wasi/preview3/streams.ts';
import { testContext } from '../preview2/guest-fixtures.ts';

const tick = () => new Promise<void>((resolve) => setTimeout(resolve));

/** A guest that writes `pieces` as they are read, and how much it was asked for. */
function writes(pieces: (Uint8Array | number[] | number)[]): GuestStream & { readonly asked: number[] } {
  const asked: number[] = [];
  return {
    asked,
    async read({ count }) {
      asked.push(count);
      const value = pieces.shift();
      return value === undefined ? { value, done: true } : { value, done: false };
    },
  };
}

/** A sink that takes `room` bytes until it is given more. */
class Valve implements ByteSink {
  readonly written: number[] = [];
  broken: Error | null = null;
  #room: number;
  #wake: (() => void)[] = [];

  constructor(room: number) {
    this.#room = room;
  }

  give(room: number): void {
    this.#room += room;
    for (const wake of this.#wake.splice(0)) wake();
  }

  capacity(): number {
    if (this.broken) throw this.broken;
    return Math.max(0, this.#room);
  }

  write(bytes: Uint8Array): void {
    this.written.push(...bytes);
    this.#room -= bytes.length;
  }

  ready(): Promise<void> {
    return new Promise((resolve) => this.#wake.push(resolve));
  }

  close(): void {}
  abort(): void {}
}

describe('pump', () => {
  it('reads no more than the sink takes, and nothing while it takes nothing', async () => {
    const stream = writes([Uint8Array.of(1, 2), Uint8Array.of(3), Uint8Array.of(4, 5, 6)]);
    const sink = new Valve(3);
    const done = pump(stream, sink, testContext());
    await tick();
    expect({ asked: stream.asked, written: sink.written }).toEqual({ asked: [3, 1], written: [1, 2, 3] });
    sink.give(1_000_000);
    await done;
    expect(sink.written).toEqual([1, 2, 3, 4, 5, 6]);
    expect(stream.asked.slice(2)).toEqual([65_536, 65_536]);
  });

  it('takes pieces in every form that jco gives them', async () => {
    const sink = new Valve(100);
    await pump(writes([[1, 2], 3, Uint8Array.of(4)]), sink, testContext());
    expect(sink.written).toEqual([1, 2, 3, 4]);
  });

  it('drops the stream and says what broke the sink', async () => {
    const sink = new Valve(0);
    let isDropped = false;
    const stream: GuestStream = {
      ...writes([]),
      [DISPOSE]() {
        isDropped = true;
      },
    };
    const done = pump(stream, sink, testContext());
    sink.broken = new Error('the caller went away');
    sink.give(1);
    await expect(done).rejects.toBe(sink.broken);
    expect(isDropped).toBe(true);
  });
});

describe('streamFrom', () => {
  it('reads a piece for each that is asked for, and says how it ended', async () => {
    const bytes = new Uint8Array(100_000).fill(7);
    const [stream, ended] = streamFrom(sourceFromBytes(bytes), testContext(), () => 'io');
    const iterator = stream[Symbol.asyncIterator]();
    expect((await iterator.next()).value).toHaveLength(65_536);
    expect((await iterator.next()).value).toHaveLength(100_000 - 65_536);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(await ended).toEqual({ tag: 'ok', val: undefined });
  });

  it('ends with what broke the source', async () => {
    const broken: ByteSource = {
      read() {
        throw new Error('broken');
      },
      isReady: () => true,
      ready: () => Promise.resolve(),
      cancel: () => {},
    };
    const [stream, ended] = streamFrom(broken, testContext(), (cause) => (cause as Error).message);
    expect(await stream[Symbol.asyncIterator]().next()).toEqual({ done: true, value: undefined });
    expect(await ended).toEqual({ tag: 'err', val: 'broken' });
  });

  it('that is dropped has ended well, and its source is told', async () => {
    let isTold = false;
    const [stream, ended] = streamFrom(
      sourceFromBytes(Uint8Array.of(1)),
      testContext(),
      () => 'io',
      () => {
        isTold = true;
      },
    );
    await stream[Symbol.asyncIterator]().return?.();
    expect(await ended).toEqual({ tag: 'ok', val: undefined });
    expect(isTold).toBe(true);
  });

  it('never answers a guest that has ended', async () => {
    const context = testContext();
    context.isSpent = true;
    const [stream] = streamFrom(sourceFromBytes(Uint8Array.of(1)), context, () => 'io');
    const answer = stream[Symbol.asyncIterator]().next();
    expect(await Promise.race([answer, tick().then(() => 'nothing')])).toBe('nothing');
  });
});
