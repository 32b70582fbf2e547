import { describe, expect, it, vi } from 'vitest';
import { monotonicNs } from '../../../../src/wasi/clock.ts';
import { createMonotonicClock, toDatetime } from '../../../../src/wasi/preview2/clocks.ts';
import { InputStream } from '../../../../src/wasi/preview2/input-stream.ts';
import { createPoll, Pollable } from '../../../../src/wasi/preview2/poll.ts';
import { scriptedBlock } from '../scripted-block.ts';
import { TestHost, TestSource, testContext } from './guest-fixtures.ts';

const NS_PER_MS = 1_000_000n;

describe('poll', () => {
  it('answers all that are ready without a promise and without a timer', () => {
    const setTimer = vi.spyOn(globalThis, 'setTimeout');
    const context = testContext();
    const clock = createMonotonicClock(context);
    const never = clock.subscribeDuration(10n ** 15n);
    expect(createPoll(context)([never, clock.subscribeDuration(0n), clock.subscribeInstant(0n)])).toEqual(Uint32Array.of(1, 2));
    expect(clock.subscribeDuration(0n).block()).toBeUndefined();
    expect(setTimer).not.toHaveBeenCalled();
    setTimer.mockRestore();
  });

  it('wakes with the first that is ready and cancels the timers of the others', async () => {
    const clearTimer = vi.spyOn(globalThis, 'clearTimeout');
    const context = testContext();
    const clock = createMonotonicClock(context);
    const source = new TestSource();
    const input = new InputStream(source, context).subscribe();
    const waited = createPoll(context)([clock.subscribeDuration(60_000n * NS_PER_MS), input, clock.subscribeDuration(50_000n * NS_PER_MS)]);
    setTimeout(() => source.push('x'), 5);
    expect(await waited).toEqual(Uint32Array.of(1));
    expect(clearTimer).toHaveBeenCalledTimes(2);
    clearTimer.mockRestore();
  });

  it('never answers before the time has come', async () => {
    const context = testContext();
    const until = monotonicNs() + 20n * NS_PER_MS;
    await createMonotonicClock(context).subscribeInstant(until).block();
    expect(monotonicNs()).toBeGreaterThanOrEqual(until);
  });

  it('chains waits that one timer cannot hold', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
    const days = 40n;
    const context = testContext();
    let isOver = false;
    const waited = createMonotonicClock(context)
      .subscribeDuration(days * 86_400_000n * NS_PER_MS)
      .block();
    void waited?.then(() => {
      isOver = true;
    });
    await vi.advanceTimersByTimeAsync(39 * 86_400_000);
    expect(isOver).toBe(false);
    await vi.advanceTimersByTimeAsync(86_400_001);
    expect(isOver).toBe(true);
    vi.useRealTimers();
  });

  it('blocks the thread until the first clock where the guest cannot be suspended', () => {
    const block = scriptedBlock();
    const context = testContext({ block }, new TestHost(false));
    const clock = createMonotonicClock(context);
    const input = new InputStream(new TestSource(), context).subscribe();
    const startNs = monotonicNs();
    expect(createPoll(context)([clock.subscribeDuration(60_000n * NS_PER_MS), input, clock.subscribeDuration(20n * NS_PER_MS)])).toEqual(Uint32Array.of(2));
    expect(monotonicNs() - startNs).toBeGreaterThanOrEqual(20n * NS_PER_MS);
    expect(block.askedMs[0]).toBeLessThanOrEqual(20);
    expect(block.askedMs.length).toBeLessThan(4);
  });

  it('traps on an empty list', () => {
    expect(() => createPoll(testContext())([])).toThrow('empty');
  });

  it('ends every wait of an aborted request, also later ones', async () => {
    const controller = new AbortController();
    const context = testContext({ signal: controller.signal });
    const never = new Pollable({ isReady: () => false, whenReady: () => undefined }, context);
    const waited = never.block();
    const guest = context.orFailure(new Promise(() => {}));
    controller.abort();
    await expect(waited).rejects.toThrow('cancelled');
    await expect(guest).rejects.toThrow('cancelled');
    expect(() => never.block()).toThrow('cancelled');
  });
});

describe('toDatetime', () => {
  it('splits nanoseconds', () => {
    expect(toDatetime(1_500_000_007n)).toEqual({ seconds: 1n, nanoseconds: 500_000_007 });
  });
});
