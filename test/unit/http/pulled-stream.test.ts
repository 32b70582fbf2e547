import { expect, it } from 'vitest';
import { pulledStream } from '../../../src/http/pulled-stream.ts';

/** A source that gives `pieces` when it is told to. */
function source(pieces: readonly string[], options: { highWaterMark?: number } = {}) {
  let asked = 0;
  const cancelled: unknown[] = [];
  const stream = pulledStream<string>({
    async next() {
      asked += 1;
      await Promise.resolve();
      const value = pieces[asked - 1];
      if (value === 'fail') throw new Error('broken');
      return value === undefined ? { done: true, value } : { done: false, value };
    },
    cancel: (reason) => void cancelled.push(reason),
    highWaterMark: options.highWaterMark ?? 0,
  });
  return { stream, cancelled, asked: () => asked };
}

it('gives every piece in order, and the end', async () => {
  const seen: string[] = [];
  for await (const piece of source(['a', 'b', 'c']).stream) seen.push(piece);
  expect(seen).toEqual(['a', 'b', 'c']);
});

it('asks for a piece only when one is read', async () => {
  const { stream, asked } = source(['a', 'b', 'c']);
  const reader = stream.getReader();
  await new Promise((resolve) => setTimeout(resolve));
  expect(asked()).toBe(0);
  await reader.read();
  await new Promise((resolve) => setTimeout(resolve));
  expect(asked()).toBe(1);
});

it('answers reads that are made at once, one after the other', async () => {
  const reader = source(['a', 'b']).stream.getReader();
  expect(await Promise.all([reader.read(), reader.read(), reader.read()])).toEqual([
    { done: false, value: 'a' },
    { done: false, value: 'b' },
    { done: true, value: undefined },
  ]);
});

it('fails as its source does', async () => {
  const reader = source(['a', 'fail']).stream.getReader();
  await reader.read();
  await expect(reader.read()).rejects.toThrow('broken');
});

it('cancels its source, and a piece that comes later is dropped', async () => {
  const { stream, cancelled } = source(['a', 'b'], { highWaterMark: 1 });
  const reader = stream.getReader();
  const read = reader.read();
  await reader.cancel('gone');
  expect(await read).toEqual({ done: true, value: undefined });
  expect(cancelled).toEqual(['gone']);
});
