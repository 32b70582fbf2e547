/** The start of the service worker and the lookup of a route with many Apps. */
import { GUESTS } from './guests.mjs';
import { deploy, stopServiceWorkers } from './setup.mjs';

const APPS = [10, 1_000, 10_000];
const REPEATS = 7;

/**
 * Copies the App `copied` until there are `count`, straight into the database: through the API it would take minutes, and
 * what is read at the start is the same. @param {import('./setup.mjs').Page} page @param {number} count
 */
async function fillTo(page, count) {
  await page.evaluate(async (count) => {
    const name = (await indexedDB.databases()).map((database) => database.name).find((one) => one?.startsWith('swerve'));
    const database = await new Promise((resolve, reject) => {
      const request = indexedDB.open(name ?? '');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    // A build of before the index of routes has none.
    const stores = ['resources', 'appRoutes'].filter((store) => database.objectStoreNames.contains(store));
    const transaction = database.transaction(stores, 'readwrite');
    const store = transaction.objectStore('resources');
    const all = await new Promise((resolve) => {
      const request = store.getAll();
      request.onsuccess = () => resolve(request.result);
    });
    const pattern = all.find((/** @type {any} */ resource) => resource.metadata.name === 'copied');
    for (let number = all.length; number < count; number += 1) {
      const copy = structuredClone(pattern);
      copy.metadata.name = `copied-${number}`;
      copy.metadata.uid = crypto.randomUUID();
      copy.spec.routes = [{ path: `/copies/${number}`, match: 'prefix', methods: ['GET'] }];
      store.put(copy);
      const { namespace, name, uid } = copy.metadata;
      if (stores.includes('appRoutes')) transaction.objectStore('appRoutes').put({ namespace, name, uid, keys: [` prefix /copies/${number}`] });
    }
    await new Promise((resolve, reject) => {
      transaction.oncomplete = () => resolve(undefined);
      transaction.onabort = () => reject(transaction.error);
    });
    database.close();
  }, count);
}

/**
 * @param {readonly { setup: import('./setup.mjs').Setup, panel: import('./setup.mjs').Page, measures: import('./report.mjs').Measures }[]} runs
 */
export async function measureScale(runs) {
  const hello = GUESTS.find(({ name }) => name === 'wagi');
  for (const { setup, panel, measures } of runs) {
    await deploy(panel, 'copied', (await hello?.file()) ?? '');
    // A page that asks for nothing by itself: the panel lists every App.
    const page = await setup.context.newPage();
    await page.goto(`${setup.url}_swerve/icon.svg`);
    await panel.close();
    for (const count of APPS) {
      await fillTo(page, count);
      await stopServiceWorkers(setup.blank);
      for (let repeat = 0; repeat < REPEATS; repeat += 1) {
        // The route does not take the method, so no instance is asked: what is measured is the start and the lookup alone.
        const { startMs, lookupMs, missMs } = await page.evaluate(async (count) => {
          const ask = async (/** @type {string} */ path, /** @type {number} */ status) => {
            const sentMs = performance.now();
            const answer = await fetch(path, { method: 'DELETE', cache: 'no-store' });
            await answer.text();
            if (answer.status !== status) throw new Error(`${path} answered ${answer.status}`);
            return performance.now() - sentMs;
          };
          const median = async (/** @type {string} */ path, /** @type {number} */ status) => {
            const taken = [];
            for (let time = 0; time < 41; time += 1) taken.push(await ask(path, status));
            return taken.sort((a, b) => a - b)[20] ?? Number.NaN;
          };
          const path = `/copies/${count - 1}/far/below`;
          return { startMs: await ask(path, 405), lookupMs: await median(path, 405), missMs: await median('/nowhere', 404) };
        }, count);
        const group = 'with many Apps';
        const limitOf = (/** @type {string} */ what) => (count === APPS[0] ? null : `scale/${APPS[0]}/${what}`);
        const title = `${count} Apps`;
        measures.add(
          { id: `scale/${count}/start`, group, title, what: 'first answer after a stop', unit: 'ms', better: 'lower', limit: limitOf('start') },
          repeat,
          [startMs],
        );
        measures.add({ id: `scale/${count}/lookup`, group, title, what: 'lookup', unit: 'ms', better: 'lower', limit: limitOf('lookup') }, repeat, [lookupMs]);
        measures.add({ id: `scale/${count}/miss`, group, title, what: 'no route', unit: 'ms', better: 'lower', limit: limitOf('miss') }, repeat, [missMs]);
        await stopServiceWorkers(setup.blank);
      }
    }
  }
}
