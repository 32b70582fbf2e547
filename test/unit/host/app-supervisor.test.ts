import { describe, expect, it } from 'vitest';
import { RuntimeError } from '../../../src/core/errors.ts';
import { AppSupervisor } from '../../../src/host/app-supervisor.ts';

const CRASH = new RuntimeError('handler-trap', 'unreachable');

describe('AppSupervisor', () => {
  it.each([
    ['permanent', 'restart'],
    ['transient', 'restart'],
    ['temporary', 'nothing'],
  ] as const)('under %s answers a crash with: %s', (policy, type) => {
    const supervisor = new AppSupervisor({ policy, maxRestarts: 1, windowSeconds: 5 });
    expect(supervisor.afterCrash(1_000, CRASH)).toEqual({ type });
    expect(supervisor.heldForMs(1_000)).toBe(0);
  });

  it.each(['permanent', 'transient', 'temporary'] as const)('under %s holds every start back after too many crashes', (policy) => {
    const supervisor = new AppSupervisor({ policy, maxRestarts: 1, windowSeconds: 5 });
    supervisor.afterCrash(1_000, CRASH);
    expect(supervisor.afterCrash(5_999, CRASH)).toEqual({ type: 'hold', untilMs: 6_999 });
    expect(supervisor.heldForMs(6_000)).toBe(999);
  });

  it('takes the window in seconds', () => {
    const supervisor = new AppSupervisor({ policy: 'permanent', maxRestarts: 1, windowSeconds: 5 });
    supervisor.afterCrash(1_000, CRASH);
    expect(supervisor.afterCrash(6_000, CRASH)).toEqual({ type: 'restart' });
  });
});
