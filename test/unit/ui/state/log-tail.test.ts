import { expect, it } from 'vitest';
import type { LogLine } from '../../../../src/core/log-line.ts';
import { LOG_MAX_LINES, LogTail } from '../../../../src/ui/state/log-tail.ts';

const linesOf = (count: number, from = 0): LogLine[] =>
  Array.from({ length: count }, (_, index) => ({ atMs: from + index, stream: 'stderr', text: `INFO line ${from + index}`, instance: 'i' }));

/** A log that gives `batches` one after the other, each when the one before it was taken, and then stays open. */
function logOf(batches: LogLine[][], onBatch: (index: number) => void = () => {}) {
  const abort = new AbortController();
  let requested = 0;
  const client = {
    async *followLog(_namespace: string, _name: string, _signal: AbortSignal, tailLines?: number) {
      requested = tailLines ?? 0;
      for (const [index, batch] of batches.entries()) {
        onBatch(index);
        yield batch;
      }
      abort.abort();
    },
  };
  return { client, signal: abort.signal, requested: () => requested };
}

it('keeps the newest lines, numbered for good and with their level', async () => {
  const { client, signal, requested } = logOf([linesOf(LOG_MAX_LINES), linesOf(5, LOG_MAX_LINES)]);
  const tail = new LogTail(client);
  await tail.follow('default', 'hello', signal);
  expect(requested()).toBe(LOG_MAX_LINES);
  expect(tail.lines).toHaveLength(LOG_MAX_LINES);
  expect(tail.lines[0]).toMatchObject({ seq: 6, text: 'INFO line 5', level: 'info' });
});

it('shows nothing new while it is paused, counts it, and shows it after', async () => {
  const { client, signal } = logOf([linesOf(2), linesOf(3, 2)], (index) => index === 1 && tail.pause());
  const tail = new LogTail(client, 10);
  await tail.follow('default', 'hello', signal);
  expect(tail.lines).toHaveLength(2);
  expect([tail.isPaused, tail.heldCount]).toEqual([true, 3]);
  tail.resume();
  expect(tail.lines).toHaveLength(5);
  expect([tail.isPaused, tail.heldCount]).toEqual([false, 0]);
});

it('a view that was cleared stays empty while it is paused', async () => {
  const { client, signal } = logOf([linesOf(2), linesOf(3, 2)], (index) => index === 1 && tail.pause());
  const tail = new LogTail(client, 10);
  await tail.follow('default', 'hello', signal);
  tail.clear();
  expect([tail.lines.length, tail.heldCount, tail.isPaused]).toEqual([0, 0, true]);
});
