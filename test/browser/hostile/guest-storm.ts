/** A well-behaved App asked while another does its worst, and while it does not. */
import type { Page } from 'playwright-core';
import { waitFor } from '../harness/wait.ts';
import { instancesOf } from '../http/guests.ts';

/** What the attacker is sent, again and again for as long as a storm lasts. */
export interface Attack {
  /** Name of its App. */
  readonly app: string;
  /** Below the App's route. */
  readonly path: string;
  /** Requests under way at once. */
  readonly lanes: number;
  /** In a tab of its own, which is closed after: Chromium tells nobody of a request that was given up before its answer began, but of a tab that is gone. */
  readonly ownTab?: boolean;
}

export interface StormReport {
  /** Attacker's answers, by status and code. */
  readonly answers: Record<string, number>;
  /** Attacker's bytes that were read. */
  readonly bytes: number;
}

/** What each request to the App beside took, in ms, in all phases of a kind. */
export interface Beside {
  readonly calmMs: number[];
  /** While an honest App is asked as often as it answers. */
  readonly busyMs: number[];
  readonly stormMs: number[];
  readonly answers: Record<string, number>;
  readonly bytes: number;
}

const ROUNDS = 2;
/** A machine under load disturbs some rounds more than others: more of them are looked at before the rule is called broken. */
const ROUNDS_MAX = 12;
/** What keeps the second core as busy as an attacker does, and does no harm. */
const HONEST: Attack = { app: 'honest', path: '', lanes: 2 };
/** Of each phase. */
const SAMPLES = 100;

/** The 99th percentile. */
export function p99(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.99) - 1] ?? Number.NaN;
}

/** The times that requests to `/calm` take, one after the other. Each must be answered with 200. */
async function sampleCalm(page: Page): Promise<number[]> {
  return page.evaluate(async (count) => {
    const times: number[] = [];
    for (let sample = 0; sample < count; sample++) {
      const sinceMs = performance.now();
      const response = await fetch('/calm');
      await response.text();
      if (response.status !== 200) throw new Error(`the App beside was answered with ${response.status}`);
      times.push(performance.now() - sinceMs);
    }
    return times;
  }, SAMPLES);
}

/** Starts the storm in `page`, where nothing is measured; resolves, once all its first requests have reached the service worker, to the way to end it. */
async function startStorm(page: Page, { app, path, lanes }: Attack): Promise<() => Promise<StormReport>> {
  await page.evaluate(
    async ([target, lanes]) => {
      const stop = new AbortController();
      const report = { answers: {} as Record<string, number>, bytes: 0 };
      const lane = async (): Promise<void> => {
        while (!stop.signal.aborted) {
          try {
            const response = await fetch(target, { signal: stop.signal });
            const key = `${response.status} ${response.headers.get('swerve-error') ?? ''}`.trim();
            report.answers[key] = (report.answers[key] ?? 0) + 1;
            // An honest client waits as it is told to (Retry-After); one that does not is a matter of pages, not of guests.
            if (response.status === 503) await new Promise((resolve) => setTimeout(resolve, 1_000));
            for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) report.bytes += chunk.length;
          } catch {
            // It broke off, or the storm is over.
            if (!stop.signal.aborted) report.answers['broke off'] = (report.answers['broke off'] ?? 0) + 1;
          }
        }
      };
      const running = Promise.all(Array.from({ length: lanes }, lane));
      // Events come in their order.
      await fetch('/calm').then((response) => response.text());
      Object.assign(window, {
        hasAnswer: () => Object.keys(report.answers).length > 0,
        endStorm() {
          stop.abort();
          return running.then(() => report);
        },
      });
    },
    [`/${app}/${path}`, lanes] as const,
  );
  return async () => {
    const report = await page.evaluate(() => (window as unknown as { endStorm(): Promise<StormReport> }).endStorm());
    await waitFor('the attacker to have nothing left to do', async () => (await instancesOf(page, app)).inFlight === 0, { deadlineMs: 30_000 });
    return report;
  };
}

/** How many times as long the App beside takes as it would beside an honest one, by the p99. */
export function slowdown({ calmMs, busyMs, stormMs }: Beside): number {
  return p99(stormMs) / Math.max(p99(calmMs), p99(busyMs));
}

/**
 * Calm, an honest App that is busy, and the storm in turn, so that what else burdens the machine burdens all three. The honest
 * one is there because a guest may use the processor: on a machine of two cores every busy worker is felt by the others,
 * and no rule of the product can help that (docs/security.md). Ends after two rounds, or later when the p99 was more than
 * `limit` times as long until then.
 */
export async function besideStorm(calm: Page, stormy: Page, attack: Attack, limit: number): Promise<Beside> {
  const beside = { calmMs: [] as number[], busyMs: [] as number[], stormMs: [] as number[], answers: {} as Record<string, number>, bytes: 0 };
  const count = ({ answers, bytes }: StormReport): void => {
    for (const [key, times] of Object.entries(answers)) beside.answers[key] = (beside.answers[key] ?? 0) + times;
    beside.bytes += bytes;
  };
  for (let round = 1; round <= ROUNDS || (round <= ROUNDS_MAX && slowdown(beside) > limit); round++) {
    beside.calmMs.push(...(await sampleCalm(calm)));
    const endHonest = await startStorm(stormy, HONEST);
    beside.busyMs.push(...(await sampleCalm(calm)));
    await endHonest();
    const tab = attack.ownTab === true ? await stormy.context().newPage() : stormy;
    if (tab !== stormy) await tab.goto(stormy.url());
    const end = await startStorm(tab, attack);
    // A quick machine has its samples before the attacker has met its end.
    do beside.stormMs.push(...(await sampleCalm(calm)));
    while (tab === stormy && !(await tab.evaluate(() => (window as unknown as { hasAnswer(): boolean }).hasAnswer())));
    if (tab !== stormy) await tab.close();
    else await end().then(count);
  }
  return beside;
}
