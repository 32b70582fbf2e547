/** The same Apps at an origin of their own and by path on the control origin: what the way between two service workers costs. */
import { importBundled } from './bundle.mjs';
import { GUESTS } from './guests.mjs';
import { openCold, openHost, registerLimit, untilAnswer } from './navigations.mjs';
import { canReadProcesses, cpuMs } from './processes.mjs';
import { deploy, stopServiceWorkers } from './setup.mjs';

/** @type {typeof import('../src/ui/benchmark/plan.ts')} */
const { LEVELS, requestsAt } = await importBundled('../src/ui/benchmark/plan.ts');

/** @typedef {import('./setup.mjs').Setup} Setup @typedef {import('./setup.mjs').Page} Page @typedef {import('./report.mjs').Measures} Measures */

const LABEL = 'measured';
const MEASURED = ['wagi', 'fresh'];
const BATCH_MS = 400;
const STREAM_BYTES = 64 * 1024 * 1024;
/** A page of the control origin that is a host, for Apps with an origin of their own have no page there. */
const CONTROL_PAGE = 'control-page';

const PLACES = /** @type {const} */ ([
  { id: 'path', title: 'by path', page: CONTROL_PAGE },
  { id: 'own', title: 'at its own origin', page: 'wagi' },
]);

const CASES = [
  { id: 'limit', title: 'bare service worker', request: { target: /** @type {'limit' | 'swerve'} */ ('limit'), path: 'bare' } },
  ...GUESTS.filter(({ name }) => MEASURED.includes(name)).map(({ name, title, path }) => ({
    id: name,
    title,
    request: { target: /** @type {'limit' | 'swerve'} */ ('swerve'), path },
  })),
];
const STREAMS = [
  { id: 'limit', title: 'bare service worker', target: 'limit', down: `down?n=${STREAM_BYTES}`, up: 'up' },
  { id: 'fresh', title: 'wasi:http component', target: 'swerve', down: `fresh/bytes?n=${STREAM_BYTES}`, up: 'fresh/count' },
];

/** @param {Setup} setup @param {typeof PLACES[number]} place */
function addressOf(setup, place) {
  const control = new URL(setup.url);
  const base = place.id === 'own' ? `${control.protocol}//${LABEL}.${control.host}/` : control.href;
  return { base, page: base + place.page };
}

/** Makes the Apps, each in both places, and closes the panel. @param {{ setup: Setup, panel: Page }} run */
export async function deployOrigins({ setup, panel }) {
  const host = `${LABEL}.${new URL(setup.url).hostname}`;
  for (const { name, file, spec } of GUESTS) {
    if (MEASURED.includes(name)) await deploy(panel, name, await file(), { ...spec, routes: [{ path: `/${name}`, host }, { path: `/${name}` }] });
  }
  const wagi = GUESTS.find(({ name }) => name === 'wagi');
  await deploy(panel, CONTROL_PAGE, (await wagi?.file()) ?? '', { document: { origin: 'shared' } });
  await panel.close();
  // The first visit of an origin installs its service worker.
  for (const place of PLACES) await (await openHost(setup, addressOf(setup, place).page)).close();
}

/**
 * One round: each place by itself in the one tab that is open, with a bare service worker of its own origin beside it.
 * @param {readonly { setup: Setup, measures: Measures }[]} runs @param {number} round
 */
export async function measureOrigins(runs, round) {
  const turned = (/** @type {readonly any[]} */ list) => (round % 2 === 0 ? list : list.toReversed());
  for (const { setup, measures } of turned(runs)) {
    for (const place of turned(PLACES)) {
      const address = addressOf(setup, place);
      const page = await openHost(setup, address.page);
      await setup.addLoad(page, address.page);
      // An instance is started by its first request.
      for (const { request } of CASES)
        await page.evaluate(
          async ([request, options]) => void (await (await window.swerveLoad).batch(request, options)),
          /** @type {const} */ ([request, { requests: 10, inFlight: 1, maxMs: 5_000 }]),
        );
      for (const inFlight of LEVELS) {
        for (const { id, title, request } of turned(CASES)) {
          const cpuBeforeMs = canReadProcesses ? await cpuMs(setup.profile) : Number.NaN;
          const { latenciesMs, elapsedMs } = await page.evaluate(
            async ([request, options]) => (await window.swerveLoad).batch(request, options),
            /** @type {const} */ ([request, { requests: requestsAt(inFlight), inFlight, maxMs: BATCH_MS }]),
          );
          const cpuOfOneMs = canReadProcesses ? ((await cpuMs(setup.profile)) - cpuBeforeMs) / latenciesMs.length : Number.NaN;
          const measureOf = (/** @type {string} */ what) => ({
            id: `origins/${inFlight}/${place.id}/${id}/${what}`,
            group: `at an origin of its own and by path, ${inFlight} in flight`,
            title: `${title}, ${place.title}`,
            what,
            limit: id === 'limit' ? null : `origins/${inFlight}/${place.id}/limit/${what}`,
          });
          measures.add({ ...measureOf('p50'), unit: 'ms', better: 'lower' }, round, latenciesMs);
          measures.add({ ...measureOf('rate'), unit: '/s', better: 'higher' }, round, [(latenciesMs.length / elapsedMs) * 1000]);
          // What a busy machine tells most surely.
          if (canReadProcesses) measures.add({ ...measureOf('processor time'), unit: 'ms', better: 'lower' }, round, [cpuOfOneMs]);
        }
      }
      for (const way of /** @type {const} */ (['down', 'up'])) {
        for (const one of turned(STREAMS)) {
          const bytesPerSecond = await page.evaluate(
            async ([request, way, sizeBytes]) => {
              const load = await window.swerveLoad;
              return way === 'down' ? load.download(request, sizeBytes) : load.upload(request, sizeBytes);
            },
            /** @type {const} */ ([{ target: one.target, path: one[way] }, way, STREAM_BYTES]),
          );
          const id = (/** @type {string} */ name) => `origins/streams/${way}/${place.id}/${name}`;
          measures.add(
            {
              id: id(one.id),
              group: 'at an origin of its own and by path, streams',
              title: `${one.title}, ${way}, ${place.title}`,
              what: 'rate',
              unit: 'MB/s',
              better: 'higher',
              limit: one.id === 'limit' ? null : id('limit'),
            },
            round,
            [bytesPerSecond / 1e6],
          );
        }
      }
      await page.evaluate(async () => (await window.swerveLoad).close());
      await page.close();
    }
    for (const place of turned(PLACES)) await measureCold(setup, measures, place, round);
  }
}

/** First bytes of documents with no tab open. @param {Setup} setup @param {Measures} measures @param {typeof PLACES[number]} place @param {number} round */
async function measureCold(setup, measures, place, round) {
  const address = addressOf(setup, place);
  const limit = `${address.base}_swerve/bench/page`;
  const host = await openHost(setup, address.page);
  await registerLimit(host);
  await host.close();
  for (const [state, title] of /** @type {const} */ ([
    ['stopped', 'service workers stopped'],
    ['running', 'service workers running'],
  ])) {
    for (const kind of /** @type {const} */ (['limit', 'cold'])) {
      const url = kind === 'limit' ? limit : address.page;
      await (kind === 'limit' ? (await openCold(setup, url, async () => {})).page : await openHost(setup, url)).close();
      if (state === 'stopped') await stopServiceWorkers(setup.blank);
      const { page, ms } = await openCold(setup, url, kind === 'limit' ? async () => {} : untilAnswer);
      const id = (/** @type {string} */ name) => `origins/navigation/${state}/${place.id}/${name}`;
      measures.add(
        {
          id: id(kind),
          group: 'at an origin of its own and by path, navigation with no tab open, time to first byte',
          title: `${kind === 'limit' ? 'bare service worker' : 'WAGI in C'}, ${title}, ${place.title}`,
          what: '',
          unit: 'ms',
          better: 'lower',
          limit: kind === 'limit' ? null : id('limit'),
        },
        round,
        [ms],
      );
      await page.close();
    }
  }
}
