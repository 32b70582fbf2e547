import { setTimeout as delay } from 'node:timers/promises';
import { GRACE_MS } from './judge.ts';
import { type Outcome, type SentRequest, sendInPage } from './page-sender.ts';
import type { Tab } from './tabs.ts';
import type { World } from './world.ts';

/** What became of a request as the runner saw it. */
export type Sent = { type: 'seen'; outcome: Outcome; startMs: number; endMs: number } | { type: 'tab-gone' } | { type: 'never-ended'; afterMs: number };

/** How much later than the page the runner may learn of an end: it shares the machine with all of the browser. */
const RUNNER_GRACE_MS = 8_000;

/** Sends a request from `tab`. It ends at its deadline at the latest, whatever the page does. */
export async function send(world: World, tab: Tab, request: SentRequest, deadlineMs: number): Promise<Sent> {
  const startMs = performance.now();
  const stop = new AbortController();
  const answer = tab.page.evaluate(sendInPage, request).then(
    (outcome): Sent => ({ type: 'seen', outcome, startMs, endMs: performance.now() }),
    // The page navigated, crashed or was closed: nobody is left who waits for the answer.
    (): Sent => ({ type: 'tab-gone' }),
  );
  try {
    return await Promise.race([answer, overdue(world, tab, startMs, deadlineMs, stop.signal)]);
  } finally {
    stop.abort();
  }
}

async function overdue({ timeline }: World, tab: Tab, startMs: number, deadlineMs: number, signal: AbortSignal): Promise<Sent> {
  for (;;) {
    const nowMs = performance.now();
    const allowedMs = deadlineMs + GRACE_MS + RUNNER_GRACE_MS + timeline.standstillMs(tab.number, startMs, nowMs);
    if (nowMs - startMs > allowedMs) return tab.isGone ? { type: 'tab-gone' } : { type: 'never-ended', afterMs: nowMs - startMs };
    // Stopped when the answer is there; nobody looks at this promise any more then.
    if (signal.aborted) return { type: 'tab-gone' };
    await delay(200);
  }
}
