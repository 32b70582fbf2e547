import { describe, expect, it } from 'vitest';
import { WorkQueue } from '../../../src/control/controllers/workqueue.ts';
import { RuntimeError } from '../../../src/core/errors.ts';
import { FakeTimers, settle } from './fake-timers.ts';

function setUp(reconcile: (key: string) => Promise<{ requeueAfterMs?: number }>) {
  const timers = new FakeTimers();
  const stop = new AbortController();
  const queue = new WorkQueue({ timers, random: () => 1, backoffFirstMs: 100, backoffMaxMs: 1000 });
  const runs: string[] = [];
  const start = (concurrency = 1) =>
    queue.start(
      async (key) => {
        runs.push(`${timers.nowMs} ${key}`);
        return reconcile(key);
      },
      stop.signal,
      concurrency,
    );
  return { timers, stop, queue, runs, start };
}

describe('WorkQueue', () => {
  it('reconciles a key once however often it was added before', async () => {
    const { queue, runs, start } = setUp(async () => ({}));
    queue.add('a');
    queue.add('a');
    queue.add('b');
    start();
    await settle();
    expect(runs).toEqual(['0 a', '0 b']);
    expect(queue.size).toBe(0);
  });

  it('never reconciles one key twice at once, and once more when it was added meanwhile', async () => {
    const releases: (() => void)[] = [];
    let active = 0;
    let most = 0;
    const { queue, runs, start } = setUp(async () => {
      active += 1;
      most = Math.max(most, active);
      await new Promise<void>((resolve) => releases.push(resolve));
      active -= 1;
      return {};
    });
    start(4);
    queue.add('a');
    queue.add('a');
    queue.add('a');
    await settle();
    expect(runs).toHaveLength(1);
    releases.shift()?.();
    await settle();
    expect(runs).toHaveLength(2);
    releases.shift()?.();
    await settle();
    expect(runs).toHaveLength(2);
    expect(most).toBe(1);
  });

  it('runs as many keys side by side as it was told', async () => {
    const releases: (() => void)[] = [];
    const { queue, runs, start } = setUp(() => new Promise((resolve) => releases.push(() => resolve({}))));
    start(2);
    for (const key of ['a', 'b', 'c']) queue.add(key);
    await settle();
    expect(runs).toEqual(['0 a', '0 b']);
    releases.shift()?.();
    await settle();
    expect(runs).toEqual(['0 a', '0 b', '0 c']);
  });

  it('backs off by doubling, up to the limit, and starts over after a success', async () => {
    let fails = true;
    const { queue, runs, timers, start } = setUp(async () => {
      if (fails) throw new RuntimeError('storage-failed', 'broken');
      return {};
    });
    start();
    queue.add('a');
    await settle();
    await timers.advance(3500);
    expect(runs).toEqual(['0 a', '100 a', '300 a', '700 a', '1500 a', '2500 a', '3500 a']);
    fails = false;
    await timers.advance(1000);
    fails = true;
    queue.add('a');
    await settle();
    await timers.advance(100);
    expect(runs.slice(-2)).toEqual(['4500 a', '4600 a']);
  });

  it('does not repeat what repeating cannot help', async () => {
    const { queue, runs, timers, start } = setUp(async () => {
      throw new RuntimeError('resource-invalid', 'wrong for good');
    });
    start();
    queue.add('a');
    await settle();
    await timers.advance(100_000);
    expect(runs).toEqual(['0 a']);
  });

  it('comes back when asked to, unless the key is added earlier', async () => {
    const { queue, runs, timers, start } = setUp(async () => ({ requeueAfterMs: 500 }));
    start();
    queue.add('a');
    await timers.advance(200);
    queue.add('a');
    await timers.advance(600);
    expect(runs).toEqual(['0 a', '200 a', '700 a']);
  });

  it('stops: nothing runs and no timer stays', async () => {
    const { queue, runs, timers, stop, start } = setUp(async () => ({ requeueAfterMs: 500 }));
    start();
    queue.add('a');
    await settle();
    stop.abort();
    queue.add('b');
    await timers.advance(1000);
    expect(runs).toEqual(['0 a']);
    expect(timers.count).toBe(0);
  });
});
