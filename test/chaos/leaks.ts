import type { Page } from 'playwright-core';
import { callApi } from '../browser/harness/api.ts';
import type { World } from './world.ts';

interface Items<T> {
  items: T[];
}

interface Pod {
  metadata: { name: string };
  status: { requests: { inFlight: number } };
}

interface LockNames {
  held: string[];
  pending: string[];
}

/** What is there when nothing is under way. */
export interface Inventory {
  /** Of the run; each is a host. */
  tabs: number;
  /** Windows of the origin, by the browser's own word: one that was closed counts until the browser has let it go. */
  windows: number;
  nodes: number;
  pods: string[];
  /** Dedicated workers of instances that the browser runs. */
  workers: number;
  inFlight: number;
  locks: LockNames;
  keptRequests: number;
  diagnostics: Record<string, number>;
  /** Of the page that is asked, after a collection of garbage. */
  pageHeapBytes: number;
}

/** Counts it, by the API and by the browser's own word. */
export async function takeInventory({ app, tabs, context }: World, page: Page): Promise<Inventory> {
  const nodes = await callApi<Items<unknown>>(page, 'GET', 'api/v1/nodes');
  const pods = await callApi<Items<Pod>>(page, 'GET', 'api/v1/pods');
  const storage = await callApi<{ keptRequests: { count: number } }>(page, 'GET', 'storage');
  const diagnostics = await callApi<Record<string, number>>(page, 'GET', 'diagnostics');
  const locks = await page.evaluate(async (): Promise<LockNames> => {
    const { held = [], pending = [] } = await navigator.locks.query();
    const names = (list: LockInfo[]): string[] => list.map(({ name }) => name ?? '').sort();
    return { held: names(held), pending: names(pending) };
  });
  const session = await context.newCDPSession(page);
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const { targetInfos } = await session.send('Target.getTargets');
  await session.detach();
  return {
    tabs: tabs.all.length,
    windows: targetInfos.filter(({ type, url }) => type === 'page' && url.startsWith(app.url)).length,
    nodes: nodes.items.length,
    pods: pods.items.map(({ metadata }) => metadata.name),
    workers: targetInfos.filter(({ type, url }) => type === 'worker' && /\/instance-/.test(url)).length,
    inFlight: pods.items.reduce((sum, { status }) => sum + status.requests.inFlight, 0),
    locks,
    keptRequests: storage.keptRequests.count,
    diagnostics,
    pageHeapBytes: usedSize,
  };
}

const MOST_KEPT = 2;

/** What of it has no owner; empty: nothing leaks. */
export function findLeaks({ tabs, windows, nodes, pods, workers, inFlight, locks, diagnostics, keptRequests }: Inventory): string[] {
  const leaks: string[] = [];
  const expect = (what: string, found: number, wanted: number): void => {
    if (found !== wanted) leaks.push(`${what}: ${found}, not ${wanted}`);
  };
  const count = (names: string[], prefix: string): number => names.filter((name) => name.startsWith(prefix)).length;
  // A window that was closed and that the browser has not let go yet may be a host or, after a wipe, none.
  if (nodes < tabs || nodes > windows) leaks.push(`hosts: ${nodes}, with ${tabs} tabs and ${windows} windows`);
  expect('workers beside the instances that the API lists', workers, pods.length);
  expect('requests in flight', inFlight, 0);
  expect('host locks held', count(locks.held, 'host/'), nodes);
  expect('host locks waited for', count(locks.pending, 'host/'), nodes);
  // A form whose tab was closed before its App answered; the next one that is kept takes those away that are ten minutes old.
  if (keptRequests > MOST_KEPT) leaks.push(`kept requests: ${keptRequests}`);
  expect('leader locks held', count(locks.held, 'swerve/leader'), 1);
  expect('leader locks waited for', count(locks.pending, 'swerve/leader'), nodes - 1);
  for (const [what, wanted] of Object.entries({
    hosts: nodes,
    lines: pods.length,
    exchanges: 0,
    reserved: 0,
    queued: 0,
    hostWaiters: 0,
    transpiling: 0,
    keptRequests: 0,
    keptAnswers: 0,
  }))
    expect(`${what} in the diagnostics`, diagnostics[what] ?? Number.NaN, wanted);
  return leaks;
}
