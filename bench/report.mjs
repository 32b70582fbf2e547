/** What was measured, told as medians, spreads and ratios: summed up by the code of the panel's own measurement. */

import { importBundled } from './bundle.mjs';

/** @typedef {import('../src/ui/benchmark/measures.ts').Measure} Measure @typedef {import('../src/ui/benchmark/measures.ts').Result} Result */

/** @type {typeof import('../src/ui/benchmark/measures.ts')} */
const { Measures } = await importBundled('../src/ui/benchmark/measures.ts');

/** The measures of one build. @typedef {import('../src/ui/benchmark/measures.ts').Measures} Measures */
export { Measures };

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
    const line = (/** @type {string[]} */ row) =>
      row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ');
    lines.push('', group, line(head), ...table.map(line));
  }
  return lines.join('\n');
}
