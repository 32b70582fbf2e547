import { setTimeout as delay } from 'node:timers/promises';
import { isBypassed } from './bypass.ts';
import { closePage } from './close-page.ts';
import { GRACE_MS, judge } from './judge.ts';
import type { Step } from './plan.ts';
import { send } from './sending.ts';
import type { Tab } from './tabs.ts';
import { type Errand, makeErrand } from './traffic.ts';
import type { World } from './world.ts';

/** Until a navigation shows its answer, cold start, queue and reading ahead included. */
export const NAVIGATION_DEADLINE_MS = 25_000;

/** Does a planned request and tells the report what it came to. */
export async function doRequest(world: World, step: Extract<Step, { type: 'request' }>): Promise<void> {
  const { report, ledger, tabs } = world;
  if (step.kind === 'navigate') return step.size % 3 === 0 ? abandonNavigation(world, step) : doNavigation(world, step.id);
  const tab = tabs.chooseSender(step.pick);
  if (tab === null) {
    report.count('requests not sent: no tab was free');
    return;
  }
  const floor = Math.min(...[...ledger.possible('version')].map(Number));
  await run(world, tab, makeErrand(step.kind, step.id, step.size, floor));
}

async function run(world: World, tab: Tab, errand: Errand): Promise<void> {
  const { report, timeline } = world;
  const { kind, id, request } = errand;
  const what = `request ${id} (${kind}: ${request.method} /${request.path.slice(0, 100)}) from tab ${tab.number}`;
  report.count(`requests ${kind}`);
  const sent = await send(world, tab, request, errand.deadlineMs);
  if (sent.type === 'tab-gone') return report.count('ended: with its tab');
  if (sent.type === 'never-ended') {
    report.count('ended: never');
    return report.violation(`${what}: no end after ${Math.round(sent.afterMs)} ms; its deadline was ${errand.deadlineMs} ms`);
  }
  if (isBypassed(world, tab, sent.outcome)) return;
  const { verdict, detail } = judge(errand, sent.outcome, timeline, { tab: tab.number, ...sent });
  report.count(`ended: ${verdict}${sent.outcome.code === null ? '' : ` ${sent.outcome.code}`}`);
  report.took(`end of ${kind}`, sent.outcome.endMs);
  const near = timeline.during(sent.startMs, sent.endMs).map((fault) => `${fault.number} ${fault.kind}`);
  const story = `${what}: ${detail} [after ${Math.round(sent.outcome.endMs)} ms; faults near: ${near.join(', ') || 'none'}]`;
  if (verdict === 'violation') report.violation(story);
  if (verdict === 'unexplained') report.notExplained(story);
  if (verdict === 'answered' && sent.outcome.code === null && errand.next && !tab.isGone) await run(world, tab, errand.next);
}

/** A document of an App in a tab of its own, which is a host as long as it is there. */
async function doNavigation(world: World, id: string): Promise<void> {
  const { context, timeline, report } = world;
  report.count('requests navigate');
  const startMs = performance.now();
  const page = await context.newPage();
  try {
    const failure = await navigate(world, page, documentPath(id), id);
    if (failure === null) return report.count('ended: answered');
    const isExplained = timeline.explainsNoAnswer(-1, startMs, performance.now()) || timeline.explainsLoss(startMs, performance.now());
    report.count(`ended: ${isExplained ? 'error or excused (navigation)' : 'violation'}`);
    if (!isExplained) report.violation(`navigation ${id}: ${failure} [faults near: none]`);
  } finally {
    const goes = timeline.begin('close-tab', null);
    await closePage(world, page);
    goes.ended();
  }
}

/** A tab that is closed while its navigation is under way: what was kept for it must go. */
async function abandonNavigation(world: World, { id, size }: Extract<Step, { type: 'request' }>): Promise<void> {
  const { app, context, report, timeline } = world;
  report.count('requests navigate, abandoned');
  const page = await context.newPage();
  const goes = timeline.begin('close-tab', null);
  page.goto(new URL(documentPath(id), app.url).href).catch(() => {}); // It is closed before it is there, which is what this is for.
  await delay(size % 400);
  await closePage(world, page);
  goes.ended();
}

/** Path of an HTML document that shows `id`. */
export function documentPath(id: string): string {
  return `chaos-wagi/answer?head=${encodeURIComponent('Content-Type: text/html\n')}&body=${encodeURIComponent(`<!doctype html><title>${id}</title><p>${id}`)}`;
}

type Page = Tab['page'];

/** Goes there; null when the document of `id` came, else what came instead. @throws never */
export async function navigate({ app }: World, page: Page, path: string, id: string, go?: (page: Page) => Promise<unknown>): Promise<string | null> {
  try {
    await (go ?? ((target: Page) => target.goto(new URL(path, app.url).href, { timeout: NAVIGATION_DEADLINE_MS + GRACE_MS, waitUntil: 'commit' })))(page);
    await page.waitForFunction(
      () => document.readyState === 'complete' && document.body !== null && !document.querySelector('meta[name="swerve-boot"]'),
      null,
      {
        timeout: NAVIGATION_DEADLINE_MS + GRACE_MS,
      },
    );
    const shown = await page.evaluate(() => ({ title: document.title, text: document.body.innerText.slice(0, 300) }));
    if (shown.title === id) return null;
    return `the document is ${JSON.stringify(shown)}`;
  } catch (error) {
    return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  }
}
