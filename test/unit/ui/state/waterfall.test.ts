import { describe, expect, it } from 'vitest';
import type { RequestPhases } from '../../../../src/core/traffic.ts';
import { durationOf, roundUp, scaleOf, segmentsOf } from '../../../../src/ui/state/waterfall.ts';

const phases = (queueMs: number | null, startMs: number | null, guestMs: number | null, bodyMs: number | null): RequestPhases => ({
  queueMs,
  startMs,
  guestMs,
  bodyMs,
});
const places = (of: RequestPhases, scaleMs: number) =>
  segmentsOf(of, scaleMs).map(({ phase, startPercent, widthPercent }) => `${phase} ${startPercent}+${widthPercent}`);

describe('segmentsOf', () => {
  it('puts each part where the one before it ended', () => {
    expect(places(phases(10, 20, 30, 40), 100)).toEqual(['queue 0+10', 'start 10+20', 'guest 30+30', 'body 60+40']);
    expect(places(phases(10, 20, 30, 40), 200)).toEqual(['queue 0+5', 'start 5+10', 'guest 15+15', 'body 30+20']);
  });

  it('leaves out what took no time or was not reached', () => {
    expect(places(phases(0, 0, 50, null), 100)).toEqual(['guest 0+50']);
    expect(places(phases(null, null, null, null), 100)).toEqual([]);
  });

  it('ends at the end of the scale', () => {
    expect(places(phases(50, 0, 100, 50), 100)).toEqual(['queue 0+50', 'guest 50+50']);
    expect(places(phases(0, 0, 99.9, 5), 100)).toEqual(['guest 0+99.9', `body 99.9+${100 - 99.9}`]);
  });

  it('keeps a short part in sight', () => {
    const [guest] = segmentsOf(phases(0, 0, 1, null), 10_000);
    expect(guest?.widthPercent).toBeGreaterThan(0.5);
  });
});

describe('scales', () => {
  it.each([
    [0, 1],
    [0.3, 0.5],
    [1, 1],
    [1.2, 2],
    [4.9, 5],
    [5.1, 10],
    [10, 10],
    [1999, 2000],
    [2001, 5000],
  ])('%d is rounded up to %d', (value, rounded) => {
    expect(roundUp(value)).toBeCloseTo(rounded, 9);
  });

  it('fits nearly all, and one slow request does not spoil it', () => {
    const fast = Array.from({ length: 99 }, () => ({ phases: phases(0, 0, 7, 1) }));
    expect(scaleOf([...fast, { phases: phases(0, 0, 30_000, 0) }])).toBe(10);
    expect(scaleOf([{ phases: phases(0, 0, 30_000, 0) }])).toBe(50_000);
    expect(scaleOf([])).toBe(5);
  });

  it('a duration is the sum of what was reached', () => {
    expect(durationOf(phases(1, 2, null, null))).toBe(3);
  });
});
