/** A MiB written to a file of a volume and read again, within a guest; against OPFS and IndexedDB by hand, in a worker of the same page. */
import { fileURLToPath } from 'node:url';
import { deploy } from './setup.mjs';

const TIMES = 5;
const guest = (/** @type {string} */ name) => fileURLToPath(new URL(`../test/guests/${name}.wasm`, import.meta.url));

const CASES = [
  { id: 'preview1-1m', title: 'preview 1, at once', path: 'volume-p1/m?pieces=1048576' },
  { id: 'preview1-64k', title: 'preview 1, 64 KiB at a time', path: 'volume-p1/k?pieces=65536' },
  { id: 'component', title: 'component, 64 KiB at a time', path: 'volume-p2/c?pieces=65536' },
];

/** Runs in a worker: no more than the browser's own calls for one file of a MiB. */
const BARE = `
const MIB = new Uint8Array(1048576).fill(120);
const request = (asked) => new Promise((resolve, reject) => { asked.onsuccess = () => resolve(asked.result); asked.onerror = () => reject(asked.error); });
const done = (transaction) => new Promise((resolve, reject) => { transaction.oncomplete = () => resolve(); transaction.onabort = () => reject(transaction.error); });
onmessage = async ({ data: times }) => {
  const took = { idb: [], opfs: [] };
  const opening = indexedDB.open('bench-bare', 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore('files');
  const database = await request(opening);
  const folder = await navigator.storage.getDirectory();
  for (let time = 0; time < times; time += 1) {
    let start = performance.now();
    const writing = database.transaction('files', 'readwrite', { durability: 'relaxed' });
    writing.objectStore('files').put(MIB, 'file');
    await done(writing);
    let written = performance.now();
    await request(database.transaction('files').objectStore('files').get('file'));
    took.idb.push([written - start, performance.now() - written]);
    start = performance.now();
    const file = await folder.getFileHandle('bench-bare', { create: true });
    const toWrite = await file.createSyncAccessHandle();
    toWrite.truncate(0);
    toWrite.write(MIB, { at: 0 });
    toWrite.close();
    written = performance.now();
    const toRead = await (await folder.getFileHandle('bench-bare')).createSyncAccessHandle();
    toRead.read(new Uint8Array(1048576), { at: 0 });
    toRead.close();
    took.opfs.push([written - start, performance.now() - written]);
  }
  database.close();
  postMessage(took);
};
`;

/** @param {import('./setup.mjs').Page} panel */
export async function deployVolumeGuests(panel) {
  const volumes = [{ name: 'bench', mountPath: '/data' }];
  await deploy(panel, 'volume-p1', guest('volume-files'), { volumes });
  await deploy(panel, 'volume-p2', guest('volume-files.component'), { volumes });
}

/**
 * One round, of each case on each build.
 * @param {readonly { page: import('./setup.mjs').Page, measures: import('./report.mjs').Measures }[]} runs @param {number} round
 */
export async function measureVolumes(runs, round) {
  for (const { page, measures } of runs) {
    /** @param {string} id @param {string} title @param {readonly number[][]} tookMs @param {boolean} isLimit */
    const add = (id, title, tookMs, isLimit) => {
      for (const [at, what] of ['write', 'read'].entries()) {
        const limit = isLimit ? null : `volumes/idb/${what}`;
        const perSecond = tookMs.map((pair) => 1_000 / (pair[at] ?? Number.NaN));
        measures.add({ id: `volumes/${id}/${what}`, group: 'file of 1 MiB', title, what, unit: '/s', better: 'higher', limit }, round, perSecond);
      }
    };
    const bare = await page.evaluate(
      async ([source, times]) => {
        const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
        const worker = new Worker(url);
        const took = await new Promise((resolve, reject) => {
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = ({ message }) => reject(new Error(message));
          worker.postMessage(times);
        });
        worker.terminate();
        return /** @type {{ idb: number[][], opfs: number[][] }} */ (took);
      },
      /** @type {const} */ ([BARE, TIMES]),
    );
    add('idb', 'bare IndexedDB, one record', bare.idb, true);
    add('opfs', 'bare OPFS, sync access handle', bare.opfs, false);
    for (const { id, title, path } of CASES) {
      const took = await page.evaluate(
        async ([path, times]) => {
          const pairs = [];
          for (let time = 0; time < times; time += 1) {
            const answer = await fetch(new URL(path, (await navigator.serviceWorker.ready).scope), { method: 'POST' });
            const text = await answer.text();
            if (!answer.ok) throw new Error(text);
            pairs.push(text.split(' ').map((us) => Number(us) / 1_000));
          }
          return pairs;
        },
        /** @type {const} */ ([path, TIMES]),
      );
      add(id, title, took, false);
    }
  }
}
