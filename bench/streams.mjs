/** Megabytes per second of one body, against the bare service worker. */

const SIZE_BYTES = 64 * 1024 * 1024;

const CASES = [
  { name: 'limit', title: 'bare service worker', target: 'limit', down: `down?n=${SIZE_BYTES}`, up: 'up' },
  { name: 'component', title: 'wasi:http component', target: 'swerve', down: `fresh/bytes?n=${SIZE_BYTES}`, up: 'fresh/count' },
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
        const limit = one.name === 'limit' ? null : `streams/${way}/limit`;
        measures.add(
          { id: `streams/${way}/${one.name}`, group: 'streams', title: `${one.title}, ${way}`, what: 'rate', unit: 'MB/s', better: 'higher', limit },
          round,
          [bytesPerSecond / 1e6],
        );
      }
    }
  }
}
