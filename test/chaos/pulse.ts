import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';

const EVERY_MS = 250;
/** A blank page that answers within this says that browser and machine are alive. */
const ALIVE_MS = 500;

/**
 * Whether the machine runs the browser at all, by a blank page that is none of Swerve's: what is late while even that one
 * does not answer is late by the machine. Every deadline is extended by such times, which the report tells.
 */
export class Pulse {
  readonly #stalls: { startMs: number; endMs: number }[] = [];
  readonly #stop = new AbortController();

  constructor(blank: Page) {
    void this.#watch(blank);
  }

  stop(): void {
    this.#stop.abort();
  }

  /** How much of the time between the two it stood still. */
  stalledMs(startMs: number, endMs: number): number {
    return this.#stalls.reduce((sum, stall) => sum + Math.max(Math.min(stall.endMs, endMs) - Math.max(stall.startMs, startMs), 0), 0);
  }

  get totalMs(): number {
    return Math.round(this.stalledMs(0, performance.now()));
  }

  async #watch(blank: Page): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const stall = { startMs: performance.now(), endMs: performance.now() + ALIVE_MS };
      let isBack = false;
      const asked = blank
        .evaluate(() => new Promise((resolve) => setTimeout(resolve, 0)))
        .then(
          () => true,
          () => false,
        );
      void asked.then(() => {
        isBack = true;
      });
      await Promise.race([asked, delay(ALIVE_MS)]);
      if (!isBack) {
        // As long as it lasts, so that who asks meanwhile is told.
        stall.endMs = Number.POSITIVE_INFINITY;
        this.#stalls.push(stall);
        // The browser was closed.
        if (!(await asked)) return;
        stall.endMs = performance.now();
      }
      await delay(EVERY_MS);
    }
  }
}
