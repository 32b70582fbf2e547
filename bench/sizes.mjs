/** What each part of the build weighs on the wire. */
import { measureParts } from '../scripts/build-parts.mjs';

/** @param {readonly { dir: string, measures: import('./report.mjs').Measures }[]} runs */
export function measureSizes(runs) {
  for (const { dir, measures } of runs) {
    for (const [part, files] of measureParts(dir)) {
      const bytes = [...files.values()].reduce((sum, size) => sum + size, 0);
      measures.add({ id: `sizes/${part}`, group: 'size of the build, gzip', title: part, what: '', unit: 'kB', better: 'lower', limit: null }, 0, [
        bytes / 1000,
      ]);
    }
  }
}
