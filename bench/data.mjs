/** Key-value calls per second of a component, against bare IndexedDB transactions of the same page. */
import { fileURLToPath } from 'node:url';
import { deploy } from './setup.mjs';

const FILE = fileURLToPath(new URL('../test/guests/data.wasm', import.meta.url));
/** Calls that one sample is the mean of: a request costs as much as several. */
const CALLS = 300;
const VALUE = 'v'.repeat(100);

const CASES = /** @type {const} */ ([
  { id: 'get', title: 'get', line: 'kv.get key' },
  { id: 'set', title: 'set', line: `kv.set key ${VALUE}` },
  { id: 'increment', title: 'increment', line: 'kv.inc count 1' },
]);

/** @typedef {import('./setup.mjs').Page} Page @typedef {import('./report.mjs').Measures} Measures */

/** @param {Page} panel */
export async function deployData(panel) {
  await deploy(panel, 'data', FILE, { capabilities: { keyValue: { stores: ['default'] } } });
  await callsOf(panel, `kv.set key ${VALUE}`);
  await panel.evaluate(async (value) => {
    const database = await new Promise((resolve, reject) => {
      const opening = indexedDB.open('bench', 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore('values');
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(opening.error);
    });
    const store = database.transaction('values', 'readwrite').objectStore('values');
    store.put(new TextEncoder().encode(value), 'key');
    store.put(0, 'count');
    await new Promise((resolve) => {
      store.transaction.oncomplete = resolve;
    });
    database.close();
  }, VALUE);
}

/**
 * One round: each call by the guest and as a bare transaction, on each build.
 * @param {readonly { panel: Page, measures: Measures }[]} runs
 * @param {number} round
 */
export async function measureData(runs, round) {
  for (const { id, title, line } of round % 2 === 0 ? CASES : CASES.toReversed()) {
    for (const { panel, measures } of runs) {
      const bare = await bareOf(panel, id);
      const guest = await callsOf(panel, line);
      const measure = /** @type {const} */ ({ group: 'key-value', what: 'rate', unit: '/s', better: 'higher' });
      measures.add({ ...measure, id: `data/${id}/limit`, title: `bare transaction, ${title}`, limit: null }, round, [bare]);
      measures.add({ ...measure, id: `data/${id}/guest`, title: `wasi:keyvalue, ${title}`, limit: `data/${id}/limit` }, round, [guest]);
    }
  }
}

/** Calls per second of the guest. @param {Page} panel @param {string} line */
function callsOf(panel, line) {
  return panel.evaluate(
    async ([line, calls]) => {
      const startMs = performance.now();
      const answer = await fetch('data', { method: 'POST', body: `kv.open default\nrepeat ${calls} ${line}` });
      const text = await answer.text();
      if (answer.status !== 200 || text.includes('err ')) throw new Error(`the guest answered ${answer.status}: ${text}`);
      return calls / ((performance.now() - startMs) / 1000);
    },
    /** @type {const} */ ([line, CALLS]),
  );
}

/** Transactions per second, one after the other, each awaited to its end. @param {Page} panel @param {'get' | 'set' | 'increment'} id */
function bareOf(panel, id) {
  return panel.evaluate(
    async ([id, calls, value]) => {
      const database = await new Promise((resolve) => {
        const opening = indexedDB.open('bench', 1);
        opening.onsuccess = () => resolve(opening.result);
      });
      const bytes = new TextEncoder().encode(value);
      const startMs = performance.now();
      for (let call = 0; call < calls; call += 1) {
        await new Promise((resolve, reject) => {
          const transaction = database.transaction('values', id === 'get' ? 'readonly' : 'readwrite', { durability: 'relaxed' });
          const store = transaction.objectStore('values');
          if (id === 'get') store.get('key');
          else if (id === 'set') store.put(bytes, 'key');
          else {
            const reading = store.get('count');
            reading.onsuccess = () => store.put(reading.result + 1, 'count');
          }
          transaction.oncomplete = resolve;
          transaction.onabort = () => reject(transaction.error);
        });
      }
      const perSecond = calls / ((performance.now() - startMs) / 1000);
      database.close();
      return perSecond;
    },
    /** @type {const} */ ([id, CALLS, VALUE]),
  );
}
