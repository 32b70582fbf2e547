import { describe, expect, it } from 'vitest';
import { FixedClock, fileTimesOf, SeededRandom, SYSTEM_SOURCES, sourcesFor } from '../../../src/wasi/deterministic.ts';
import { createMonotonicClock } from '../../../src/wasi/preview2/clocks.ts';
import { GuestContext } from '../../../src/wasi/preview2/guest-context.ts';
import { createPoll } from '../../../src/wasi/preview2/poll.ts';
import { TestHost, testCall } from './preview2/guest-fixtures.ts';
import { scriptedBlock } from './scripted-block.ts';

const MS = 1_000_000n;

const bytes = (seed: number, ...lengths: number[]) => {
  const random = new SeededRandom(seed);
  return lengths.flatMap((length) => {
    const piece = new Uint8Array(length);
    random.fill(piece);
    return [...piece];
  });
};

describe('SeededRandom', () => {
  it('gives the bytes of its seed, in pieces or at once', () => {
    expect(bytes(7, 64)).toEqual(bytes(7, 1, 2, 3, 0, 10, 48));
    expect(bytes(0, 8)).not.toEqual(bytes(0, 16).slice(8));
  });

  it('gives each seed others, beyond 32 bits too', () => {
    const seeds = [0, 1, 2, 2 ** 31, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER];
    expect(new Set(seeds.map((seed) => bytes(seed, 16).join())).size).toBe(seeds.length);
  });

  it('gives every byte about as often', () => {
    const counts = new Array<number>(256).fill(0);
    for (const byte of bytes(42, 65_536)) counts[byte] = (counts[byte] ?? 0) + 1;
    // 256 expected of each; the standard deviation is 16.
    for (const count of counts) expect(Math.abs(count - 256)).toBeLessThan(6 * 16);
  });
});

describe('FixedClock', () => {
  it('goes on by readings and by waits alone', () => {
    const clock = new FixedClock(1_000);
    expect([clock.wallNs(), clock.monotonicNs()]).toEqual([1_000n * MS, 0n]);
    clock.tick();
    expect([clock.wallNs(), clock.monotonicNs()]).toEqual([1_000n * MS + 1_000n, 1_000n]);
    const wait = clock.waitFor('wall', 1_005n * MS);
    expect(wait.isOver()).toBe(false);
    expect(wait.remainingNs()).toBeLessThanOrEqual(5n * MS);
    wait.arrive();
    expect([wait.isOver(), clock.monotonicNs()]).toEqual([true, 5n * MS]);
    clock.waitFor('monotonic', 3n * MS).arrive();
    expect(clock.monotonicNs()).toBe(5n * MS);
  });

  it.each([true, false])('comes just to what a guest of WASI 0.2 waited for first (suspended: %j)', async (suspends) => {
    const context = new GuestContext(
      new TestHost(),
      () => {},
      suspends,
      testCall({ block: scriptedBlock() }),
      sourcesFor({ deterministic: { seed: 0, nowMs: 0 } }),
    );
    const clock = createMonotonicClock(context);
    const [long, short] = [clock.subscribeDuration(8n * MS), clock.subscribeDuration(2n * MS)];
    expect(await createPoll(context)([long, short])).toEqual(Uint32Array.of(1));
    expect(clock.now()).toBe(2n * MS + 1_000n);
    await long.block();
    expect(clock.now()).toBe(8n * MS + 1_000n);
  });
});

it('is the platform where an App does not ask for it', () => {
  expect(sourcesFor({})).toBe(SYSTEM_SOURCES);
  expect(fileTimesOf({})).toEqual({});
  expect(fileTimesOf({ deterministic: { seed: 0, nowMs: 5 } }).nowNs?.()).toBe(5n * MS);
});
