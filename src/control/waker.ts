import type { Timers } from './timers.ts';

/** Lets one loop sleep until something happened. A wake that comes while the loop is busy is not lost: the next wait ends at once. */
export class Waker {
  readonly #timers: Timers;
  #isPending = false;
  #wakeWaiter: (() => void) | null = null;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  wake(): void {
    this.#isPending = true;
    this.#wakeWaiter?.();
  }

  /** Resolves at the next wake, after `timeoutMs`, or when `signal` aborts. Never rejects. One waiter at a time. */
  async wait(timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (!this.#isPending && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const cancelTimer = this.#timers.after(timeoutMs, () => finish());
        const finish = (): void => {
          cancelTimer();
          signal.removeEventListener('abort', finish);
          this.#wakeWaiter = null;
          resolve();
        };
        signal.addEventListener('abort', finish);
        this.#wakeWaiter = finish;
      });
    }
    this.#isPending = false;
  }
}
