import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { componentBomb } from '../../hostile/bomb.ts';
import { pageScript } from '../../hostile/bundle.ts';
import { FUZZ_COUNT, FUZZ_SEED } from '../../hostile/order.ts';
import type { RunReport } from '../../hostile/page.ts';
import { readSeeds } from '../../hostile/seeds.ts';
import { callApi, createApp, fetchIn, uploadModule } from '../harness/api.ts';
import { type HeapUse, heapUse } from '../harness/memory.ts';
import { useSwerve } from '../harness/swerve.ts';
import { waitFor } from '../harness/wait.ts';
import { exampleFile, guestFile } from '../harness/wasm-files.ts';

/** Files that a mutator made, through the whole path of an upload: API, judge, engine, transpiler, storage and, for some that were accepted, an App that is asked. */
const COUNT = FUZZ_COUNT ?? 1_500;
const BATCH = 500;
const MIB = 1_048_576;
/** What the service worker and the page may hold more than before: caches of code and shapes fill once, and do not grow with the count. */
const GROWTH_MAX_BYTES = 6 * MIB;

const swerve = useSwerve();
let panel: Page;

beforeAll(async () => {
  panel = await swerve.openPanel();
  const { digest } = await uploadModule(panel, exampleFile('hello-rust'));
  await createApp(panel, { name: 'calm', source: { digest }, routes: [{ path: '/calm' }] });
});

const calmAnswers = async (): Promise<void> => {
  const { status, text } = await fetchIn(panel, 'calm');
  expect(status, text).toBe(200);
};

async function countApps(): Promise<number> {
  return (await callApi<{ items: unknown[] }>(panel, 'GET', 'apis/swerve.dev/v1/apps')).items.length;
}

function addCounts(to: Record<string, number>, from: Record<string, number>): void {
  for (const [key, count] of Object.entries(from)) to[key] = (to[key] ?? 0) + count;
}

it(`${COUNT} hostile files are each refused with a reason or run safely (seed ${FUZZ_SEED})`, { timeout: 120_000 + COUNT * 100 }, async () => {
  await panel.evaluate(await pageScript());
  const seeds = (await readSeeds()).map(({ name, weight, bytes }) => ({ name, weight, base64: Buffer.from(bytes).toString('base64') }));
  const total: RunReport = { uploads: {}, asked: {}, breaches: [], slowest: [] };
  let before: HeapUse | null = null;
  for (let from = 0; from < COUNT; from += BATCH) {
    const order = { seeds, seed: FUZZ_SEED, from, to: Math.min(from + BATCH, COUNT), lanes: 4, askEvery: 10 };
    const report = await panel.evaluate((order) => globalThis.runHostile(order), order);
    addCounts(total.uploads, report.uploads);
    addCounts(total.asked, report.asked);
    total.slowest.push(...report.slowest);
    // Told at once: later batches may never come.
    expect(report.breaches).toEqual([]);
    await calmAnswers();
    before ??= await heapUse(panel);
  }
  total.slowest.sort((a, b) => b.ms - a.ms).splice(5);
  console.info(JSON.stringify(total, null, 1));

  // All that was accepted is deleted again: what is stored and held is what was before.
  expect((await callApi<{ items: unknown[] }>(panel, 'GET', 'modules')).items.length).toBe(1);
  expect(await countApps()).toBe(1);
  if (before) {
    const limit = { page: before.pageBytes + GROWTH_MAX_BYTES, worker: before.serviceWorkerBytes + GROWTH_MAX_BYTES };
    await waitFor('the memory to return', async () => {
      const now = await heapUse(panel);
      return now.pageBytes < limit.page && now.serviceWorkerBytes < limit.worker;
    });
  }
  // Nothing of the rule above is empty: some were refused, some accepted, some of those asked.
  const sum = (counts: Record<string, number>, pattern: RegExp) => Object.entries(counts).reduce((all, [key, one]) => all + (pattern.test(key) ? one : 0), 0);
  expect(sum(total.uploads, /./)).toBe(COUNT);
  expect(sum(total.uploads, /^422/)).toBeGreaterThan(COUNT / 3);
  expect(sum(total.uploads, /^20[01]/)).toBeGreaterThan(COUNT / 30);
  // A short run may have too few of them.
  expect(sum(total.asked, /./)).toBeGreaterThanOrEqual(Math.floor(COUNT / 400));
});

it('a component that would take the transpiler hours is given up, and the next one has its turn', { timeout: 120_000 }, async () => {
  const bytes = Buffer.from(await parse(componentBomb(8, 10)));
  expect(bytes.length).toBeLessThan(2_000);
  const refused = uploadModule(panel, bytes).catch(String);
  const { digest } = await uploadModule(panel, guestFile('cli-component'));
  expect(await refused).toMatch(/answered with 422: .*This component of \d+ bytes was not made ready to run within 10 s.*Build it with fewer instances/);
  await calmAnswers();
  await callApi(panel, 'DELETE', `modules/${digest}`);
});
