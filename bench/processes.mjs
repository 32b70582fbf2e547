/** What the processes of a browser use, as Linux tells it. */
import { readdir, readFile } from 'node:fs/promises';
import { platform } from 'node:process';

/** False where there is no /proc: what rests on it is then left out. */
export const canReadProcesses = platform === 'linux';

/** @param {string} path */
async function read(path) {
  // Processes and threads come and go while they are listed.
  return readFile(path, 'utf8').catch(() => '');
}

/** The process that was started with `profile` and all that it has started. @param {string} profile @returns {Promise<number[]>} */
async function processesOf(profile) {
  const ids = (await readdir('/proc')).map(Number).filter((id) => id > 0);
  /** @type {Map<number, number>} */
  const parents = new Map();
  const found = new Set();
  for (const id of ids) {
    const stat = await read(`/proc/${id}/stat`);
    parents.set(id, Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
    if ((await read(`/proc/${id}/cmdline`)).includes(profile)) found.add(id);
  }
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    for (const [id, parent] of parents) if (found.has(parent)) found.add(id);
  }
  return [...found];
}

/** Milliseconds on a processor so far, of all threads of the browser. A machine that is busy elsewhere changes it little. @param {string} profile */
export async function cpuMs(profile) {
  let totalNs = 0;
  for (const id of await processesOf(profile)) {
    for (const task of await readdir(`/proc/${id}/task`).catch(() => [])) {
      totalNs += Number((await read(`/proc/${id}/task/${task}/schedstat`)).split(' ')[0] ?? 0);
    }
  }
  return totalNs / 1e6;
}

/** Bytes of memory of the browser: what its processes share is counted once (PSS). @param {string} profile */
export async function memoryBytes(profile) {
  let totalKiB = 0;
  for (const id of await processesOf(profile)) totalKiB += Number(/^Pss:\s+(\d+)/m.exec(await read(`/proc/${id}/smaps_rollup`))?.[1] ?? 0);
  return totalKiB * 1024;
}
