/** Megabytes per second of one body, against the bare service worker. */
import { importBundled } from './bundle.mjs';

/** @type {typeof import('../src/ui/benchmark/plan.ts')} */
const { measureOfStream } = await importBundled('../src/ui/benchmark/plan.ts');

const SIZE_BYTES = 64 * 1024 * 1024;

const CASES = [
  { id: 'limit', title: 'bare service worker', target: 'limit', down: `down?n=${SIZE_BYTES}`, up: 'up' },
  { id: 'component', title: 'wasi:http component', target: 'swerve', down: `fresh/bytes?n=${SIZE_BYTES}`, up: 'fresh/count' },
];

/**
 * One round: a body down and one up, of each case on each build.
 * @param {readonly { setup: import('./setup.mjs').Setup, page: import('./setup.mjs').Page, measures: import('./report.mjs').Measures }[]} runs
 * @param {number} round
 */
export async function measureStreams(runs, round) {
  for (const way of /** @type {const} */ (['down', 'up'])) {
    for (const one of round % 2 === 0 ? CASES : CASES.toReversed()) {
      for (const { page, measures } of runs) {
        const bytesPerSecond = await page.evaluate(
          async ([request, way, sizeBytes]) => {
            const load = await window.swerveLoad;
            return way === 'down' ? load.download(request, sizeBytes) : load.upload(request, sizeBytes);
          },
          /** @type {const} */ ([{ target: /** @type {'limit' | 'swerve'} */ (one.target), path: one[way] }, way, SIZE_BYTES]),
        );
        const { measure, samples } = measureOfStream(one, way, bytesPerSecond);
        measures.add(measure, round, samples);
      }
    }
  }
}
