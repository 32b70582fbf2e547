import type { Timers } from '../../../src/control/timers.ts';

/** Time that stands still until a test moves it. */
export class FakeTimers implements Timers {
  nowMs = 0;
  readonly #pending = new Set<{ atMs: number; callback: () => void }>();

  after(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.nowMs + delayMs, callback };
    this.#pending.add(timer);
    return () => this.#pending.delete(timer);
  }

  /** Fires what is due within `ms`, in order, and lets what follows from each run. */
  async advance(ms: number): Promise<void> {
    await settle();
    const endMs = this.nowMs + ms;
    for (;;) {
      const due = [...this.#pending].filter(({ atMs }) => atMs <= endMs).sort((a, b) => a.atMs - b.atMs)[0];
      if (!due) break;
      this.#pending.delete(due);
      this.nowMs = due.atMs;
      due.callback();
      await settle();
    }
    this.nowMs = endMs;
    await settle();
  }

  get count(): number {
    return this.#pending.size;
  }
}

/** Lets every promise that can settle do so. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
