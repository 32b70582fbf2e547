/** Latency and requests per second, against the bare service worker and against a bare answer through a worker. */
import { GUESTS } from './guests.mjs';

const IN_FLIGHT = [1, 8, 32];
/** A batch ends early for guests that are slow. */
const BATCH_MS = 400;

const LIMITS = [
  { name: 'limit', title: 'bare service worker', target: 'limit', path: 'bare' },
  { name: 'port', title: 'bare worker behind it', target: 'limit', path: 'port' },
  { name: 'needs', title: 'bare worker, cookies read', target: 'limit', path: 'needs' },
];

/** @typedef {import('./report.mjs').Measures} Measures @typedef {import('./setup.mjs').Setup} Setup */

/**
 * One round: a batch of each case at each level, on each build in turn.
 * @param {readonly { setup: Setup, page: import('./setup.mjs').Page, measures: Measures }[]} runs
 * @param {number} round
 */
export async function measureRequests(runs, round) {
  const cases = [...LIMITS, ...GUESTS.map(({ name, title, path }) => ({ name, title, target: 'swerve', path }))];
  for (const inFlight of IN_FLIGHT) {
    // Whatever the machine does meanwhile meets no case more often than another.
    for (const one of round % 2 === 0 ? cases : cases.toReversed()) {
      for (const { page, measures } of round % 2 === 0 ? runs : runs.toReversed()) {
        const { latenciesMs, elapsedMs } = await page.evaluate(
          async ([request, options]) => (await window.swerveLoad).batch(request, options),
          /** @type {const} */ ([
            { target: /** @type {'limit' | 'swerve'} */ (one.target), path: one.path },
            { requests: 40 + 10 * inFlight, inFlight, maxMs: BATCH_MS },
          ]),
        );
        const group = `requests, ${inFlight} in flight`;
        const limitOf = (/** @type {string} */ what) => (one.name === 'limit' ? null : `requests/${inFlight}/limit/${what}`);
        measures.add(
          { id: `requests/${inFlight}/${one.name}/p50`, group, title: one.title, what: 'p50', unit: 'ms', better: 'lower', limit: limitOf('p50') },
          round,
          latenciesMs,
        );
        measures.add(
          { id: `requests/${inFlight}/${one.name}/rate`, group, title: one.title, what: 'rate', unit: '/s', better: 'higher', limit: limitOf('rate') },
          round,
          [(latenciesMs.length / elapsedMs) * 1000],
        );
      }
    }
  }
}
