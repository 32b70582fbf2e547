import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Toasts } from '../../../../src/ui/state/toasts.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const texts = (toasts: Toasts): string[] => toasts.items.map(({ text }) => text);

it('a message goes by itself, one with an action later', () => {
  const toasts = new Toasts();
  toasts.show({ text: 'Saved' });
  toasts.show({ text: 'Deleted', action: { label: 'Undo', run: () => {} } });
  toasts.show({ text: 'Stays', durationMs: Number.POSITIVE_INFINITY });
  vi.advanceTimersByTime(5_000);
  expect(texts(toasts)).toEqual(['Deleted', 'Stays']);
  vi.advanceTimersByTime(5_000);
  expect(texts(toasts)).toEqual(['Stays']);
  vi.advanceTimersByTime(3_600_000);
  expect(texts(toasts)).toEqual(['Stays']);
});

it('none goes while somebody is at it, and each has the time left that it had', () => {
  const toasts = new Toasts();
  toasts.show({ text: 'first', durationMs: 1_000 });
  vi.advanceTimersByTime(400);
  toasts.hold();
  toasts.show({ text: 'second', durationMs: 1_000 });
  vi.advanceTimersByTime(60_000);
  expect(texts(toasts)).toEqual(['first', 'second']);
  toasts.release();
  vi.advanceTimersByTime(599);
  expect(texts(toasts)).toEqual(['first', 'second']);
  vi.advanceTimersByTime(1);
  expect(texts(toasts)).toEqual(['second']);
});

it('an action runs once and takes its message away', async () => {
  const toasts = new Toasts();
  let runs = 0;
  toasts.show({ text: 'Deleted', action: { label: 'Undo', run: () => void runs++ } });
  const [toast] = toasts.items;
  await toasts.act(toast?.id ?? 0);
  await toasts.act(toast?.id ?? 0);
  expect(runs).toBe(1);
  expect(toasts.items).toEqual([]);
});

it('an action that fails says why', async () => {
  const toasts = new Toasts();
  toasts.show({ text: 'Deleted', action: { label: 'Undo', run: () => Promise.reject(new Error('The name is taken.')) } });
  await toasts.act(toasts.items[0]?.id ?? 0);
  expect(toasts.items).toMatchObject([{ text: 'The name is taken.', tone: 'bad' }]);
});

it('the oldest makes room for the fifth', () => {
  const toasts = new Toasts();
  for (const text of ['1', '2', '3', '4', '5']) toasts.show({ text });
  expect(texts(toasts)).toEqual(['2', '3', '4', '5']);
});
