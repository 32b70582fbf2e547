import { describe, expect, it } from 'vitest';
import { type Measure, Measures } from '../../../../src/ui/benchmark/measures.ts';

const measure = (id: string, limit: string | null = null): Measure => ({ id, group: 'g', title: id, what: 'p50', unit: 'ms', better: 'lower', limit });

describe('Measures', () => {
  it('sums a measure up by its rounds: their median, how far they lie apart, and the median of the rounds’ ratios', () => {
    const measures = new Measures();
    // The machine was twice as slow in the second round, and for both alike.
    for (const [round, limit] of [1, 2, 1, 1].entries()) {
      measures.add(measure('limit'), round, [limit, limit, 9 * limit]);
      measures.add(measure('app', 'limit'), round, [3 * limit]);
    }
    const [limit, app] = measures.results();
    expect(limit).toMatchObject({ id: 'limit', median: 1, spread: 0.25, ratio: null, samples: 12, p99: null });
    expect(app).toMatchObject({ id: 'app', median: 3, ratio: 3, samples: 4 });
    expect(app).not.toHaveProperty('limit');
  });

  it('tells the 99th percentile of many samples only', () => {
    const measures = new Measures();
    measures.add(measure('many'), 0, [...Array(200).keys()]);
    expect(measures.results()[0]?.p99).toBeCloseTo(197.01);
  });

  it('has no ratio where the limit was not measured', () => {
    const measures = new Measures();
    measures.add(measure('app', 'limit'), 0, [3]);
    expect(measures.results()[0]?.ratio).toBeNull();
  });
});
