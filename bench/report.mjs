/** What was measured: kept by round, told as medians, spreads and ratios. */

/** @typedef {object} Measure one figure of one case
 * @property {string} id stable, for comparisons
 * @property {string} group title of its table
 * @property {string} title row of the table
 * @property {string} what column of the table
 * @property {'ms' | '/s' | 'MB/s' | 'MiB' | 'kB'} unit
 * @property {'lower' | 'higher'} better
 * @property {string | null} limit id of the measure that it is held against
 */

/** @typedef {Measure & { rounds: number[][] }} Kept samples by round */

/** @typedef {object} Result one measure, summed up
 * @property {string} id @property {string} group @property {string} title @property {string} what @property {string} unit @property {string} better
 * @property {number} median of the rounds' medians
 * @property {number} spread interquartile range of the rounds' medians, as a share of the median
 * @property {number | null} p99 of all samples together; null where there are too few to tell
 * @property {number | null} ratio median over the rounds of what was measured by the limit of that round; null: it is held against nothing
 * @property {number} samples
 */

/** Fewer samples than this have no 99th percentile. */
const P99_SAMPLES = 200;

/** @type {typeof import('../src/ui/benchmark/statistics.ts')} */
const { median, medianRatio, quantile, spread } = await (await import('./bundle.mjs')).importBundled('../src/ui/benchmark/statistics.ts');

/** The measures of one build. */
export class Measures {
  /** @type {Map<string, Kept>} */
  #kept = new Map();

  /** @param {Measure} measure @param {number} round @param {readonly number[]} samples */
  add(measure, round, samples) {
    const kept = this.#kept.get(measure.id) ?? { ...measure, rounds: [] };
    this.#kept.set(measure.id, kept);
    kept.rounds[round] = [...(kept.rounds[round] ?? []), ...samples];
  }

  /** @returns {Result[]} */
  results() {
    return [...this.#kept.values()].map(({ rounds, limit, ...measure }) => {
      const all = rounds.flat();
      const medians = rounds.map(median);
      const against = limit === null ? null : this.#kept.get(limit);
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

/** @param {number} value */
export function figure(value) {
  if (!Number.isFinite(value)) return '–';
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}

/** Tables for people, one a group. With `earlier`, each median is set beside that of the same id. @param {readonly Result[]} results @param {ReadonlyMap<string, Result> | null} [earlier] @param {string} [earlierName] */
export function tables(results, earlier = null, earlierName = 'earlier') {
  /** @type {Map<string, Result[]>} */
  const groups = new Map();
  for (const result of results) groups.set(result.group, [...(groups.get(result.group) ?? []), result]);
  /** @type {string[]} */
  const lines = [];
  for (const [group, rows] of groups) {
    const head = ['', 'median', 'unit', 'spread', 'p99', 'of limit', ...(earlier ? [earlierName, 'change'] : [])];
    const table = rows.map(({ id, title, what, median, unit, spread, p99, ratio }) => {
      const before = earlier?.get(id);
      return [
        what === 'p50' || what === '' ? title : `${title}, ${what}`,
        figure(median),
        unit,
        Number.isFinite(spread) ? `±${(spread * 50).toFixed(0)} %` : '–',
        p99 === null ? '–' : figure(p99),
        ratio === null ? '–' : `${ratio.toFixed(2)} ×`,
        ...(earlier ? [before ? figure(before.median) : '–', before ? `${(median / before.median).toFixed(2)} ×` : '–'] : []),
      ];
    });
    const widths = head.map((_, column) => Math.max(...[head, ...table].map((row) => row[column]?.length ?? 0)));
    const line = (/** @type {string[]} */ row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ');
    lines.push('', group, line(head), ...table.map(line));
  }
  return lines.join('\n');
}
