/** Latency and requests per second, against the bare service worker and against a bare answer through a worker. */
import { importBundled } from './bundle.mjs';
import { GUESTS } from './guests.mjs';

/** @type {typeof import('../src/ui/benchmark/plan.ts')} */
const { LEVELS, measuresOfBatch, requestsAt } = await importBundled('../src/ui/benchmark/plan.ts');

/** A batch ends early for guests that are slow. */
const BATCH_MS = 400;

const LIMITS = /** @type {const} */ ([
  { id: 'limit', title: 'bare service worker', request: { target: 'limit', path: 'bare' } },
  { id: 'port', title: 'bare worker behind it', request: { target: 'limit', path: 'port' } },
  { id: 'needs', title: 'bare worker, cookies read', request: { target: 'limit', path: 'needs' } },
]);
const CASES = [...LIMITS, ...GUESTS.map(({ name, title, path }) => ({ id: name, title, request: { target: /** @type {const} */ ('swerve'), path } }))];

/** @typedef {import('./report.mjs').Measures} Measures @typedef {import('./setup.mjs').Setup} Setup */

/**
 * One round: a batch of each case at each level, on each build in turn.
 * @param {readonly { setup: Setup, page: import('./setup.mjs').Page, measures: Measures }[]} runs
 * @param {number} round
 */
export async function measureRequests(runs, round) {
  for (const inFlight of LEVELS) {
    // Whatever the machine does meanwhile meets no case more often than another.
    for (const one of round % 2 === 0 ? CASES : CASES.toReversed()) {
      for (const { page, measures } of round % 2 === 0 ? runs : runs.toReversed()) {
        const batch = await page.evaluate(
          async ([request, options]) => (await window.swerveLoad).batch(request, options),
          /** @type {const} */ ([one.request, { requests: requestsAt(inFlight), inFlight, maxMs: BATCH_MS }]),
        );
        for (const { measure, samples } of measuresOfBatch(one, inFlight, batch)) measures.add(measure, round, samples);
      }
    }
  }
}
