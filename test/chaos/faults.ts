/** Each fault, from its cause to the moment that the cause is over. What follows is for the cluster to deal with. */
import { setTimeout as delay } from 'node:timers/promises';
import type { CDPSession } from 'playwright-core';
import { crashTab, haltTab, stopServiceWorkers } from '../browser/harness/cdp.ts';
import { takeUpdate } from './build-update.ts';
import { coldStart } from './cold-start.ts';
import type { FaultKind, Step } from './plan.ts';
import { throttleTab } from './slow-tab.ts';
import { fillStorage } from './storage-faults.ts';
import type { Tab } from './tabs.ts';
import type { World } from './world.ts';

export type FaultStep = Extract<Step, { type: 'fault' }>;

/** How a fault is done. It says what it found when that was not what the plan meant (no worker to kill). */
interface Fault {
  /** It is done to one tab, which nothing else is done to meanwhile. */
  needsTab: boolean;
  run(world: World, step: FaultStep, tab: Tab): Promise<string | undefined>;
}

const onTab = (run: Fault['run']): Fault => ({ needsTab: true, run });
const onAll = (run: (world: World, step: FaultStep) => Promise<string | undefined>): Fault => ({ needsTab: false, run });

const STOPS_PAGE: ReadonlySet<FaultKind> = new Set<FaultKind>(['close-tab', 'crash-tab', 'reload-tab', 'freeze-tab', 'halt-tab', 'update-service-worker']);

const GIVE_UP_MS = 75_000;

/** A crash's own text, so that what it logs can be told from what nobody caused. */
export const THROWN_ON_PURPOSE = 'chaos: thrown on purpose';

const DOINGS: Record<FaultKind, Fault> = {
  'close-tab': onTab(async (world, { variant }, { page }) => {
    await page.close({ runBeforeUnload: variant % 3 === 0 });
    // With `runBeforeUnload` the page closes in its own time.
    if (!page.isClosed()) await page.waitForEvent('close', { timeout: 15_000 });
    await delay(variant % 800);
    await world.reopen();
    return undefined;
  }),
  'crash-tab': onTab(async (world, { variant }, { page }) => {
    await world.updating;
    await crashTab(page);
    await delay(variant % 800);
    await world.reopen();
    return undefined;
  }),
  'reload-tab': onTab(async (_, __, { page }) => {
    await page.reload({ waitUntil: 'commit' });
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    return undefined;
  }),
  'cold-start': onAll(coldStart),
  'freeze-tab': onTab(async (_, { forMs }, { page }) => {
    await withSession(page, async (session) => {
      await session.send('Page.setWebLifecycleState', { state: 'frozen' });
      await delay(forMs);
      await session.send('Page.setWebLifecycleState', { state: 'active' });
    });
    return undefined;
  }),
  'halt-tab': onTab(async (_, { forMs }, { page }) => {
    const letRun = await haltTab(page);
    await delay(forMs);
    await letRun();
    return undefined;
  }),
  'throttle-tab': onTab(async (_, { forMs }, { page }) => {
    const release = await throttleTab(page);
    await delay(forMs);
    await release();
    return undefined;
  }),
  'kill-worker': onTab(async (_, { variant }, { page }) => {
    const workers = page.workers().filter((worker) => /\/instance-/.test(worker.url()));
    const worker = workers[variant % Math.max(workers.length, 1)];
    if (worker === undefined) return 'the tab had no instance';
    const kill =
      variant % 2 === 0
        ? worker.evaluate(() => self.close())
        : worker.evaluate(
            (text) =>
              void setTimeout(() => {
                throw new Error(text);
              }),
            THROWN_ON_PURPOSE,
          );
    // Nobody answers once it is gone.
    await Promise.race([kill.catch(() => {}), delay(500)]);
    return variant % 2 === 0 ? 'it closed itself' : 'it threw';
  }),
  'hang-guest': onTab(async (_, __, { page }) => {
    const asked = page.evaluate(async () => (await fetch(new URL('../chaos-bad/loop', document.baseURI))).status);
    return `it was answered with ${await Promise.race([asked.catch(() => 'nothing: the service worker went'), delay(10_000).then(() => 'nothing within 10 s')])}`;
  }),
  'stop-service-worker': onAll(async ({ context, updating }) => {
    await updating;
    await stopServiceWorkers(context.pages()[0]!);
    return undefined;
  }),
  'update-service-worker': onTab(takeUpdate),
  'fill-storage': onAll(fillStorage),
};

/** Does a planned fault; resolves when its cause is over. What goes wrong in doing it is a violation: nothing that a person can do may be impossible. */
export async function doFault(world: World, step: FaultStep): Promise<void> {
  const { report, timeline, tabs } = world;
  const { needsTab, run } = DOINGS[step.kind];
  const tab = needsTab ? await tabs.wait(step.pick) : null;
  if (tab !== null) {
    tab.isBusy = true;
    tab.isMute = STOPS_PAGE.has(step.kind);
  }
  const fault = timeline.begin(step.kind, tab?.number ?? null);
  report.count(`faults ${step.kind}`);
  report.line(`fault ${fault.number} ${step.kind}${tab === null ? '' : ` tab ${tab.number}`}`);
  const isOver = new AbortController();
  try {
    const note = await Promise.race([run(world, step, tab as Tab), giveUp(world, tab, isOver.signal)]);
    report.line(`fault ${fault.number} ${step.kind} over${note === undefined ? '' : `: ${note}`}`);
  } catch (error) {
    if (tab?.isGone && step.kind !== 'close-tab' && step.kind !== 'crash-tab') report.line(`fault ${fault.number} ${step.kind} over: the tab went meanwhile`);
    else report.violation(`fault ${fault.number} ${step.kind} could not be done: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
  } finally {
    isOver.abort();
    fault.ended();
    if (tab !== null) {
      tab.isBusy = false;
      tab.isMute = false;
    }
  }
}

/** The debugging protocol may leave a command without an answer, say for a tab that reloads itself while it is frozen: that tab is closed then, as a person would. */
async function giveUp(world: World, tab: Tab | null, signal: AbortSignal): Promise<string> {
  await delay(GIVE_UP_MS, undefined, { signal });
  world.report.count('faults given up: the browser did not answer');
  if (tab !== null && !tab.isGone) {
    tab.page.close().catch(() => {}); // It went by itself.
    tab.isGone = true;
    world.tabs.drop(tab);
    await world.reopen();
  }
  return 'given up: the browser did not answer';
}

async function withSession(page: Tab['page'], use: (session: CDPSession) => Promise<void>): Promise<void> {
  const session = await page.context().newCDPSession(page);
  try {
    await use(session);
  } finally {
    await session.detach().catch(() => {}); // The page went, and its session with it.
  }
}
