import { describe, expect, it } from 'vitest';
import { merge, type Source } from '../../../src/control/merge.ts';
import { settle } from './fake-timers.ts';

/** A source that yields what it is given, when it is given, and notes its end. */
function tap<T>() {
  const values: T[] = [];
  const note = { isOver: false, failure: null as Error | null, wake: () => {}, signal: null as AbortSignal | null };
  const source: Source<T> = async function* (signal) {
    note.signal = signal;
    signal.addEventListener('abort', () => note.wake());
    try {
      while (!signal.aborted && !(note.isOver && values.length === 0)) {
        if (note.failure !== null) throw note.failure;
        const value = values.shift();
        if (value !== undefined) yield value;
        else await new Promise<void>((resolve) => (note.wake = resolve));
      }
    } finally {
      note.isOver = true;
    }
  };
  return {
    source,
    note,
    give: (...more: T[]) => {
      values.push(...more);
      note.wake();
    },
    end: () => {
      note.isOver = true;
      note.wake();
    },
    fail: (message: string) => {
      note.failure = new Error(message);
      note.wake();
    },
  };
}

/** Reads `merged` to its end into `got`, a step at a time. */
function read<T>(merged: AsyncGenerator<T[], void, void>) {
  const got: T[][] = [];
  const ended = (async () => {
    for await (const values of merged) got.push(values);
  })();
  ended.catch(() => {}); // Looked at by the tests that mean it to fail.
  return { got, ended };
}

describe('merge', () => {
  it('yields what each source yields, as it comes', async () => {
    const [a, b] = [tap<string>(), tap<string>()];
    const { got } = read(merge([a.source, b.source], new AbortController().signal));
    await settle();
    a.give('a1');
    await settle();
    b.give('b1', 'b2');
    await settle();
    a.give('a2');
    await settle();
    expect(got.flat()).toEqual(['a1', 'b1', 'b2', 'a2']);
  });

  it('gives a slow reader all that is there, at most one value of each source ahead', async () => {
    const [a, b] = [tap<string>(), tap<string>()];
    const merged = merge([a.source, b.source], new AbortController().signal);
    const first = merged.next();
    await settle();
    a.give('a1');
    expect(await first).toEqual({ done: false, value: ['a1'] });
    b.give('b1', 'b2');
    a.give('a2');
    await settle();
    // Nobody has asked since: only `b` had been asked for a value before.
    const { value } = await merged.next();
    expect(value).toEqual(['b1']);
    await settle();
    expect((await merged.next()).value?.sort()).toEqual(['a2', 'b2']);
    await merged.return();
  });

  it('goes on without a source that has ended, and ends with the last', async () => {
    const [a, b] = [tap<string>(), tap<string>()];
    const { got, ended } = read(merge([a.source, b.source], new AbortController().signal));
    await settle();
    a.give('a1');
    a.end();
    await settle();
    b.give('b1');
    await settle();
    b.end();
    await ended;
    expect(got.flat()).toEqual(['a1', 'b1']);
  });

  it('a source that throws ends all', async () => {
    const [a, b] = [tap<string>(), tap<string>()];
    const { ended } = read(merge([a.source, b.source], new AbortController().signal));
    await settle();
    a.fail('broken');
    await expect(ended).rejects.toThrow('broken');
    expect(b.note).toMatchObject({ isOver: true, signal: { aborted: true } });
  });

  it('a reader that goes away ends the sources', async () => {
    const [a, b] = [tap<string>(), tap<string>()];
    const merged = merge([a.source, b.source], new AbortController().signal);
    const first = merged.next();
    await settle();
    a.give('a1');
    await first;
    await merged.return();
    expect([a.note.isOver, b.note.isOver]).toEqual([true, true]);
  });

  it('ends when the signal fires', async () => {
    const a = tap<string>();
    const stop = new AbortController();
    const { ended } = read(merge([a.source], stop.signal));
    await settle();
    stop.abort();
    await ended;
    expect(a.note.isOver).toBe(true);
  });

  it('of no source at all is nothing', async () => {
    expect(await merge([], new AbortController().signal).next()).toEqual({ done: true, value: undefined });
  });
});
