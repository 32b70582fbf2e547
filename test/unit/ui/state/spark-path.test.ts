import { describe, expect, it } from 'vitest';
import { sparkPath, sparkWords } from '../../../../src/ui/state/spark-path.ts';
import type { AppSecond } from '../../../../src/ui/state/traffic.ts';

const second = (requests: number, errors = 0): AppSecond => ({ requests, errors, p50Ms: null, p95Ms: null });
const size = { widthPx: 40, heightPx: 20 };

describe('sparkPath', () => {
  it('draws nothing of nothing', () => {
    expect(sparkPath([second(0), second(0)], size)).toEqual({ bars: '', errors: '' });
  });

  it('draws the busiest second as high as there is room, the others in proportion, from left to right', () => {
    const { bars } = sparkPath([second(5), second(0), second(20), second(10)], size);
    expect(bars).toBe('M0 20h9.5v-5h-9.5zM20 20h9.5v-20h-9.5zM30 20h9.5v-10h-9.5z');
  });

  it('keeps few requests low, and one among many in sight', () => {
    expect(sparkPath([second(1)], size).bars).toContain('v-4h');
    expect(sparkPath([second(1), second(1000)], size).bars).toContain('v-1.5h');
  });

  it('marks the seconds with errors below the bars', () => {
    expect(sparkPath([second(2), second(2, 1)], size).errors).toBe('M20 22h19.5v3h-19.5z');
  });
});

describe('sparkWords', () => {
  it.each([
    [[second(0), second(0)], 'No requests in the last minute'],
    [[second(1)], '1 request in the last minute, at most 1 in one second, no errors'],
    [[second(3, 1), second(12, 1)], '15 requests in the last minute, at most 12 in one second, 2 errors'],
  ])('%#', (seconds, words) => {
    expect(sparkWords(seconds)).toBe(words);
  });
});
