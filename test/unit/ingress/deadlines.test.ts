import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Deadlines } from '../../../src/ingress/deadlines.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe('Deadlines', () => {
  it('rings each at its time, whatever the order they were added in', () => {
    const rung: string[] = [];
    const deadlines = new Deadlines();
    deadlines.add(300, () => rung.push('late'));
    deadlines.add(100, () => rung.push('early'));
    deadlines.add(200, () => rung.push('middle'));
    vi.advanceTimersByTime(150);
    expect(rung).toEqual(['early']);
    vi.advanceTimersByTime(100);
    expect(rung).toEqual(['early', 'middle']);
    vi.advanceTimersByTime(1_000);
    expect(rung).toEqual(['early', 'middle', 'late']);
  });

  it('rings none that was removed, not even by another that is due with it', () => {
    const rung: string[] = [];
    const deadlines = new Deadlines();
    deadlines.remove(deadlines.add(50, () => rung.push('removed')));
    deadlines.add(100, () => {
      rung.push('first');
      deadlines.remove(second);
    });
    const second = deadlines.add(100, () => rung.push('second'));
    deadlines.remove(null);
    vi.advanceTimersByTime(1_000);
    expect(rung).toEqual(['first']);
  });

  it('rings one that is added while another rings', () => {
    const rung: number[] = [];
    const deadlines = new Deadlines();
    const again = (): void => {
      rung.push(performance.now());
      if (rung.length < 3) deadlines.add(100, again);
    };
    const startMs = performance.now();
    deadlines.add(100, again);
    vi.advanceTimersByTime(1_000);
    expect(rung.map((ms) => ms - startMs)).toEqual([100, 200, 300]);
  });

  it('has one timer for all, and none once nothing is waited for', () => {
    const deadlines = new Deadlines();
    for (let count = 0; count < 100; count += 1) deadlines.remove(deadlines.add(1_000, () => {}));
    expect(vi.getTimerCount()).toBe(1);
    vi.advanceTimersByTime(1_000);
    expect(vi.getTimerCount()).toBe(0);
  });
});
