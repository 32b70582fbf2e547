import { setTimeout as delay } from 'node:timers/promises';
import type { BrowserContext, Page } from 'playwright-core';
import { untilControlled } from '../browser/harness/swerve.ts';

/** A tab with the panel, which is a host of the cluster and sends requests. */
export interface Tab {
  readonly number: number;
  readonly page: Page;
  /** A fault is being done to it: no other fault meets it. */
  isBusy: boolean;
  /** That fault stops its page: nothing is sent from it. */
  isMute: boolean;
  isGone: boolean;
  /** Its requests go past the service worker (test/chaos/bypass.ts). */
  isBypassed: boolean;
  /** On the clock of the runner. */
  readonly openedMs: number;
}

/** How long a new tab may take until the panel is there and controlled, on a busy machine. */
const OPEN_DEADLINE_MS = 20_000;

/** What is done to a tab that is there may take this long. */
const SLOW_MS = 60_000;

/** The tabs of a run. */
export class Tabs {
  readonly #context: BrowserContext;
  readonly #panelUrl: string;
  readonly #tabs = new Set<Tab>();
  #next = 1;

  constructor(context: BrowserContext, baseUrl: string) {
    this.#context = context;
    this.#panelUrl = new URL('_swerve/', baseUrl).href;
  }

  get all(): Tab[] {
    return [...this.#tabs];
  }

  /** A tab that nothing is being done to, by a number from 0 up to 1; null when there is none. */
  choose(pick: number): Tab | null {
    const free = this.all.filter(({ isBusy }) => !isBusy);
    return free[Math.floor(pick * free.length)] ?? null;
  }

  /** A tab that requests can be sent from, chosen in the same way. */
  chooseSender(pick: number): Tab | null {
    const able = this.all.filter(({ isMute }) => !isMute);
    return able[Math.floor(pick * able.length)] ?? null;
  }

  /** A tab that nothing is being done to, at the latest within `deadlineMs`. */
  async wait(pick: number, deadlineMs = 60_000): Promise<Tab> {
    const endsAtMs = performance.now() + deadlineMs;
    for (;;) {
      const tab = this.choose(pick);
      if (tab !== null) return tab;
      if (performance.now() > endsAtMs) throw new Error(`no tab became free within ${deadlineMs} ms`);
      await delay(25);
    }
  }

  /** Counts `tab` no longer. */
  drop(tab: Tab): void {
    this.#tabs.delete(tab);
  }

  /** Does something in a page that a fault may take away meanwhile: then in another. @throws what `use` throws in a page that is still there */
  async use<T>(pick: number, use: (page: Page) => Promise<T>): Promise<T> {
    for (;;) {
      const tab = await this.wait(pick);
      try {
        return await use(tab.page);
      } catch (error) {
        // Its end is told by an event that may come after the failure.
        if (!tab.isGone) await delay(500);
        if (!tab.isGone && !tab.isBusy) throw error;
      }
    }
  }

  /** Opens the panel in a new tab; resolves once the service worker controls it. @throws Error when it does not come up */
  async open(): Promise<Tab> {
    const page = await this.#context.newPage();
    const tab: Tab = { number: this.#next++, page, isBusy: false, isMute: false, isGone: false, isBypassed: false, openedMs: performance.now() };
    page.setDefaultTimeout(OPEN_DEADLINE_MS);
    const forget = (): void => {
      tab.isGone = true;
      this.#tabs.delete(tab);
    };
    page.once('close', forget);
    page.once('crash', () => {
      forget();
      page.close().catch(() => {}); // It may be closed already by whoever crashed it.
    });
    try {
      await page.goto(this.#panelUrl, { waitUntil: 'commit' });
      await untilControlled(page);
    } catch (error) {
      page.close().catch(() => {}); // It crashed.
      throw error;
    }
    page.setDefaultTimeout(SLOW_MS);
    if (!tab.isGone) this.#tabs.add(tab);
    return tab;
  }
}
