/** Requests that a guest sends out, against the page's own fetch to the same server, and against a direct request where they stay in the cluster. */
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { importBundled } from './bundle.mjs';
import { GUESTS } from './guests.mjs';
import { deploy } from './setup.mjs';

/** @type {typeof import('../src/ui/benchmark/plan.ts')} */
const { LEVELS, requestsAt } = await importBundled('../src/ui/benchmark/plan.ts');

const BATCH_MS = 400;
const INNER = 'http://wagi.default.svc.cluster.local';

/** @typedef {import('./setup.mjs').Setup} Setup @typedef {import('./setup.mjs').Page} Page @typedef {import('./report.mjs').Measures} Measures */
/** @typedef {{ setup: Setup, page: Page, measures: Measures }} Run */

/** A server on the loopback interface that any page may ask. @returns {Promise<{ origin: string, stop(): Promise<void> }>} */
async function startPeer() {
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'access-control-allow-origin': '*', 'content-type': 'text/plain' }).end('hello');
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return {
    origin: `http://127.0.0.1:${address.port}`,
    async stop() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/**
 * Starts the server and makes the Apps on each build; answers what measures one round, and what ends it.
 * @param {readonly { setup: Setup, panel: Page, measures: Measures }[]} open
 */
export async function prepareOutgoing(open) {
  const peer = await startPeer();
  /** @type {Run[]} */
  const runs = [];
  const wagi = GUESTS.find(({ name }) => name === 'wagi');
  for (const { setup, panel, measures } of open) {
    await deploy(panel, 'wagi', (await wagi?.file()) ?? '');
    const allow = [peer.origin, INNER];
    const file = fileURLToPath(new URL('../test/guests/forward.wasm', import.meta.url));
    await deploy(panel, 'forward', file, { scale: { concurrency: 64 }, capabilities: { http: { allow, maxInFlight: 64 } } });
    runs.push({ setup, measures, page: await setup.openMeasuringPage('wagi', panel) });
  }
  const asked = (/** @type {string} */ to) => `forward/pass?to=${encodeURIComponent(to)}`;
  /** What is held against what: the page's fetch and the guest's to one server, a direct request and one by way of a guest to one App. */
  const cases = [
    { id: 'fetch', title: "the page's own fetch", limit: null, path: `${peer.origin}/` },
    { id: 'out', title: 'a guest that sends it out', limit: 'fetch', path: asked(`${peer.origin}/`) },
    { id: 'direct', title: 'an App, asked by the page', limit: null, path: 'wagi?format=json' },
    { id: 'inside', title: 'the same, asked by a guest', limit: 'direct', path: asked(`${INNER}/?format=json`) },
  ];
  return {
    /** @param {number} round */
    async measure(round) {
      for (const inFlight of LEVELS) {
        for (const { id, title, limit, path } of round % 2 === 0 ? cases : cases.toReversed()) {
          for (const { page, measures } of round % 2 === 0 ? runs : runs.toReversed()) {
            const { latenciesMs, elapsedMs } = await page.evaluate(
              async ([path, options]) => (await window.swerveLoad).batch({ target: 'swerve', path }, options),
              /** @type {const} */ ([path, { requests: requestsAt(inFlight), inFlight, maxMs: BATCH_MS }]),
            );
            const measureOf = (/** @type {string} */ what) => ({
              id: `outgoing/${inFlight}/${id}/${what}`,
              group: `requests of guests, ${inFlight} in flight`,
              title,
              what,
              limit: limit === null ? null : `outgoing/${inFlight}/${limit}/${what}`,
            });
            measures.add({ ...measureOf('p50'), unit: 'ms', better: 'lower' }, round, latenciesMs);
            measures.add({ ...measureOf('rate'), unit: '/s', better: 'higher' }, round, [(latenciesMs.length / elapsedMs) * 1000]);
          }
        }
      }
    },
    stop: () => peer.stop(),
  };
}
