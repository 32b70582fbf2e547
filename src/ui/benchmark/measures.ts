import { median, medianRatio, quantile, spread } from './statistics.ts';

/** One figure of one case. */
export interface Measure {
  /** Stable, for comparisons. */
  id: string;
  /** Title of its table. */
  group: string;
  /** Row of the table. */
  title: string;
  /** Column of the table. */
  what: string;
  unit: 'ms' | '/s' | 'MB/s' | 'MiB' | 'kB';
  better: 'lower' | 'higher';
  /** The `id` of the measure that it is held against; null: it is held against nothing. */
  limit: string | null;
}

/** One measure, summed up. */
export interface Result extends Omit<Measure, 'limit'> {
  /** Of the rounds' medians. */
  median: number;
  /** Interquartile range of the rounds' medians, as a share of the median. */
  spread: number;
  /** Of all samples together; null where there are too few to tell. */
  p99: number | null;
  /** Median over the rounds of what was measured by the limit of that round; null: it is held against nothing. */
  ratio: number | null;
  samples: number;
}

/** Fewer samples than this have no 99th percentile. */
const P99_SAMPLES = 200;

/** What was measured, kept by round. */
export class Measures {
  readonly #kept = new Map<string, Measure & { rounds: number[][] }>();

  add(measure: Measure, round: number, samples: readonly number[]): void {
    const kept = this.#kept.get(measure.id) ?? { ...measure, rounds: [] };
    this.#kept.set(measure.id, kept);
    kept.rounds[round] = [...(kept.rounds[round] ?? []), ...samples];
  }

  /** In the order in which they were first measured. */
  results(): Result[] {
    return [...this.#kept.values()].map(({ rounds, limit, ...measure }) => {
      const all = rounds.flat();
      const medians = rounds.map(median);
      const against = limit === null ? undefined : this.#kept.get(limit);
      return {
        ...measure,
        median: median(medians),
        spread: spread(medians),
        p99: all.length >= P99_SAMPLES ? quantile(all, 0.99) : null,
        ratio: against ? medianRatio(medians, against.rounds.map(median)) : null,
        samples: all.length,
      };
    });
  }
}
