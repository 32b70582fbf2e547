import { describe, expect, it } from 'vitest';
import { FAULTS, type PlanOptions, planStorm, REQUESTS, type Step } from '../../chaos/plan.ts';
import { fnv1a, Prng } from '../../chaos/prng.ts';

const options: PlanOptions = { seed: 7, storm: 0, durationMs: 60_000, faultEveryMs: 1_500, requestEveryMs: 100, callEveryMs: 400 };
const faultsOf = (steps: Step[]) => steps.flatMap((step) => (step.type === 'fault' ? [step.kind] : []));

describe('a plan', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(planStorm(options)).toEqual(planStorm(options));
    expect(planStorm({ ...options, seed: 8 })).not.toEqual(planStorm(options));
    expect(planStorm({ ...options, storm: 1 })).not.toEqual(planStorm(options));
  });

  it('does not depend on the machine: a seed of long ago replays', () => {
    const prng = new Prng('7');
    expect(Array.from({ length: 4 }, () => prng.between(0, 1_000_000))).toEqual([460_991, 414_843, 680_789, 412_896]);
  });

  it('is in the order of time and within the storm', () => {
    const times = planStorm(options).map(({ atMs }) => atMs);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(Math.min(...times)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...times)).toBeLessThanOrEqual(options.durationMs);
  });

  it.each([1, 2, 3, 42])('has every kind of fault and of request in a minute, by seed %i', (seed) => {
    const steps = planStorm({ ...options, seed });
    expect(new Set(faultsOf(steps))).toEqual(new Set(Object.keys(FAULTS)));
    expect(new Set(steps.flatMap((step) => (step.type === 'request' ? [step.kind] : [])))).toEqual(new Set(Object.keys(REQUESTS)));
  });

  it('goes on in the next storm with what one storm did not come to', () => {
    const short = { ...options, durationMs: 14_000, faultEveryMs: 1_400 };
    const faults = [0, 1, 2].flatMap((storm) => faultsOf(planStorm({ ...short, storm })));
    const bag = Object.values(FAULTS).reduce((sum, count) => sum + count, 0);
    expect(faults.length).toBeGreaterThanOrEqual(bag);
    expect(new Set(faults.slice(0, bag))).toEqual(new Set(Object.keys(FAULTS)));
  });

  it('gives every request an id of its own', () => {
    const ids = [0, 1].flatMap((storm) => planStorm({ ...options, storm })).flatMap((step) => (step.type === 'request' ? [step.id] : []));
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('Prng', () => {
  it('picks by weight', () => {
    const prng = new Prng('weights');
    const counts = { often: 0, seldom: 0, never: 0 };
    for (let i = 0; i < 1_000; i += 1) counts[prng.weighted({ often: 9, seldom: 1, never: 0 })] += 1;
    expect(counts.never).toBe(0);
    expect(counts.seldom).toBeGreaterThan(50);
    expect(counts.often).toBeGreaterThan(800);
  });

  it('hashes as the guest does', () => {
    expect(fnv1a(new TextEncoder().encode('foobar'))).toBe(0xbf9cf968);
  });
});
