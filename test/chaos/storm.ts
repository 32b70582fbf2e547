import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { fetchIn, untilCondition } from '../browser/harness/api.ts';
import { waitFor } from '../browser/harness/wait.ts';
import { doCall, readStored } from './calls.ts';
import { closeStrays } from './close-page.ts';
import { doFault } from './faults.ts';
import { GUEST_NAMES, PROBES } from './guests.ts';
import { findLeaks, type Inventory, takeInventory } from './leaks.ts';
import type { Step } from './plan.ts';
import { doRequest } from './requests.ts';
import { emptyStorage } from './storage-faults.ts';
import type { World } from './world.ts';

/** How long the cluster has to be well again: an App that was held back for its crashes waits for a minute at most. */
const CALM_DEADLINE_MS = 90_000;
const STEP_DEADLINE_MS = 180_000;

/** Does all the steps, each at its time; resolves when the last has ended. */
export async function runStorm(world: World, steps: readonly Step[]): Promise<void> {
  const startMs = performance.now();
  const underWay: Promise<void>[] = [];
  const storm = new AbortController();
  setMaxListeners(0, storm.signal);
  for (const step of steps) {
    const waitMs = startMs + step.atMs - performance.now();
    if (waitMs > 0) await delay(waitMs);
    const ended = doStep(world, step).catch((error: unknown) => world.report.violation(`step ${JSON.stringify(step)} failed: ${String(error)}`));
    underWay.push(Promise.race([ended, overdue(world, step, storm.signal)]));
  }
  await Promise.all(underWay);
  storm.abort();
}

/** Every step has an end of its own that comes before this one. */
async function overdue({ report }: World, step: Step, signal: AbortSignal): Promise<void> {
  const isOver = await delay(STEP_DEADLINE_MS, false, { signal }).catch(() => true); // Aborted: the storm is over.
  if (!isOver) report.violation(`step ${JSON.stringify(step)} did not end within ${STEP_DEADLINE_MS} ms`);
}

function doStep(world: World, step: Step): Promise<void> {
  switch (step.type) {
    case 'fault':
      return doFault(world, step);
    case 'request':
      return doRequest(world, step);
    case 'call':
      return doCall(world, step);
  }
}

/** After a storm: waits until all is well, then holds the world against what must be true. What is not is a violation. */
export async function checkCalm(world: World): Promise<void> {
  const { report, tabs, ledger } = world;
  const startMs = performance.now();
  while (tabs.all.length < world.tabCount) if ((await world.reopen()) === null) return;
  const { page } = await tabs.wait(0);
  await closeStrays(world);
  await emptyStorage(page);
  const leftMs = (): number => Math.max(CALM_DEADLINE_MS - (performance.now() - startMs), 1_000);
  const hold = async (what: string, check: () => Promise<unknown>): Promise<void> => {
    try {
      await check();
    } catch (error) {
      report.violation(`after the storm: ${what}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  for (const name of GUEST_NAMES) await hold(`App ${name} is not Ready`, () => untilCondition(page, name, { deadlineMs: leftMs() }));
  for (const [name, path] of Object.entries(PROBES)) {
    await hold(`App ${name} does not answer`, () =>
      waitFor(`200 from ${path}`, async () => (await fetchIn(page, path)).status === 200, { deadlineMs: leftMs() }),
    );
  }
  await hold('what is stored cannot be read', async () => {
    for (const wrong of ledger.settle(await readStored(page))) report.violation(`acknowledged write lost: ${wrong}`);
  });
  await hold('the watch', () => untilFollowed(world));
  await hold('Apps that were written', () => untilWrittenServe(world, page));
  report.took('return to calm', performance.now() - startMs);
  await hold('the inventory', () => untilNothingLeaks(world, page));
}

/** What was learned by watching alone is what is stored. */
async function untilFollowed(world: World): Promise<void> {
  const { replica, ledger } = world;
  // Twice: the first may only list, or be told that its version is too old.
  for (let round = 0; round < 2; round += 1) await doCall(world, { type: 'call', kind: 'watch-apps', atMs: 0, pick: 0, key: '', value: '', verb: 'put' });
  for (const key of new Set([...replica.values.keys(), ...ledger.keys()])) {
    if (!key.startsWith('key-')) continue;
    const [followed, stored] = [replica.values.get(key) ?? null, ledger.certain(key) ?? null];
    if (followed !== stored) world.report.violation(`watch: ${key} is ${stored}, and its events said ${followed}`);
  }
}

/** Every App of the ledger answers with what was last written to it. */
async function untilWrittenServe({ ledger }: World, page: Page): Promise<void> {
  for (const name of ledger.keys()) {
    const value = ledger.certain(name);
    if (!name.startsWith('key-') || value === undefined || value === null) continue;
    await waitFor(
      `${name} to greet with ${value}`,
      async () => (JSON.parse((await fetchIn(page, `${name}?format=json`)).text) as { greeting?: string }).greeting === value,
      { deadlineMs: 20_000 },
    );
  }
}

/** Things end a moment after what they served: only what stays leaks. */
async function untilNothingLeaks(world: World, page: Page): Promise<void> {
  let inventory: Inventory | null = null;
  try {
    await waitFor(
      'nothing to be under way',
      async () => {
        inventory = await takeInventory(world, page);
        return findLeaks(inventory).length === 0;
      },
      // A navigation that was abandoned is forgotten after a minute.
      { deadlineMs: 75_000 },
    );
  } catch {
    const leaks = inventory === null ? ['no inventory could be taken'] : findLeaks(inventory);
    for (const leak of leaks) world.report.violation(`leak: ${leak}; ${JSON.stringify(inventory)}`);
  }
  world.report.leaks.push({ atMs: world.report.nowMs, ...(inventory ?? {}) });
  world.report.line(`inventory ${JSON.stringify(inventory)}`);
}
