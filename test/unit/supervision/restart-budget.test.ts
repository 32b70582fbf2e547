import { describe, expect, it } from 'vitest';
import { BACKOFF_FIRST_MS, BACKOFF_MAX_MS, RestartBudget } from '../../../src/supervision/restart-budget.ts';

const LIMITS = { maxRestarts: 2, windowMs: 1_000 };
const START_MS = 1_000_000;

/** Verdicts on crashes at these times after the start: `r` for a restart, else for how long starts are held back. */
function verdicts(atMs: readonly number[], limits = LIMITS): ('r' | number)[] {
  const budget = new RestartBudget(limits);
  return atMs.map((ms) => {
    const verdict = budget.recordCrash(START_MS + ms);
    return verdict.type === 'restart' ? 'r' : verdict.untilMs - START_MS - ms;
  });
}

describe('RestartBudget', () => {
  it.each<[string, number[], ('r' | number)[]]>([
    ['restarts as often as it may', [0, 10], ['r', 'r']],
    ['holds the one after', [0, 10, 20], ['r', 'r', BACKOFF_FIRST_MS]],
    ['forgets crashes that left the window', [0, 600, 1_000, 1_601], ['r', 'r', 'r', 'r']],
    ['counts those still in it', [0, 600, 999], ['r', 'r', BACKOFF_FIRST_MS]],
    ['doubles the next hold', [0, 1, 2, 1_010, 1_011, 1_012, 4_000, 4_001, 4_002], ['r', 'r', 1_000, 'r', 'r', 2_000, 'r', 'r', 4_000]],
  ])('%s', (_rule, atMs, expected) => expect(verdicts(atMs)).toEqual(expected));

  it('starts to count anew after a hold, however long the window', () => {
    expect(verdicts([0, 1, 2, 1_010, 1_020, 1_030], { maxRestarts: 2, windowMs: 60_000 })).toEqual(['r', 'r', 1_000, 'r', 'r', 2_000]);
  });

  it('holds at every crash when no restart is allowed, ever longer up to a maximum', () => {
    const atMs = Array.from({ length: 9 }, (_, index) => index * BACKOFF_MAX_MS);
    expect(verdicts(atMs, { maxRestarts: 0, windowMs: 1_000 })).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  });

  it('forgets earlier holds after a quiet stretch as long as the longest', () => {
    const limits = { maxRestarts: 0, windowMs: 1_000 };
    expect(verdicts([0, BACKOFF_FIRST_MS + BACKOFF_MAX_MS], limits)).toEqual([1_000, 2_000]);
    expect(verdicts([0, BACKOFF_FIRST_MS + BACKOFF_MAX_MS + 1], limits)).toEqual([1_000, 1_000]);
  });

  it('says for how long starts are held back', () => {
    const budget = new RestartBudget({ maxRestarts: 0, windowMs: 1_000 });
    expect(budget.heldForMs(START_MS)).toBe(0);
    budget.recordCrash(START_MS);
    expect([0, 999, 1_000, 5_000].map((ms) => budget.heldForMs(START_MS + ms))).toEqual([1_000, 1, 0, 0]);
  });
});
