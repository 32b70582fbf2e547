import { ERRORS, RuntimeError } from '../../core/errors.ts';
import type { Timers } from '../timers.ts';

/** What a reconcile asks for besides having been done. */
export interface ReconcileResult {
  /** Reconcile the key again after this long, even when nothing changes. */
  requeueAfterMs?: number;
}

export type Reconcile = (key: string, signal: AbortSignal) => Promise<ReconcileResult>;

export interface WorkQueueOptions {
  timers: Timers;
  /** Uniform in [0, 1): the jitter of the backoff. */
  random: () => number;
  /** Delay after the first failure; doubles with each one after it. */
  backoffFirstMs?: number;
  backoffMaxMs?: number;
  onError?: (key: string, error: RuntimeError) => void;
}

const BACKOFF_FIRST_MS = 200;
const BACKOFF_MAX_MS = 60_000;

/**
 * Keys to reconcile. A key that is added while it waits is reconciled once; one that is added while it is being
 * reconciled, once more afterwards; never two reconciles of one key at once.
 */
export class WorkQueue {
  readonly #options: Required<WorkQueueOptions>;
  readonly #waiting = new Set<string>();
  readonly #active = new Set<string>();
  readonly #again = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #timers = new Map<string, () => void>();
  #reconcile: Reconcile | null = null;
  #signal: AbortSignal | null = null;
  #concurrency = 1;

  constructor(options: WorkQueueOptions) {
    this.#options = { backoffFirstMs: BACKOFF_FIRST_MS, backoffMaxMs: BACKOFF_MAX_MS, onError: () => {}, ...options };
  }

  /** Keys that wait or are being reconciled. */
  get size(): number {
    return this.#waiting.size + this.#active.size;
  }

  add(key: string): void {
    if (this.#signal?.aborted) return;
    this.#cancelTimer(key);
    if (this.#active.has(key)) this.#again.add(key);
    else this.#waiting.add(key);
    this.#drain();
  }

  /** Adds the key after `delayMs`, unless it is added earlier. The earliest of several delays does not win: the last one counts. */
  addAfter(key: string, delayMs: number): void {
    if (this.#signal?.aborted) return;
    this.#cancelTimer(key);
    const cancel = this.#options.timers.after(delayMs, () => {
      this.#timers.delete(key);
      this.add(key);
    });
    this.#timers.set(key, cancel);
  }

  /** Reconciles from now on, `concurrency` keys at a time, until `signal` aborts. Once per queue. */
  start(reconcile: Reconcile, signal: AbortSignal, concurrency = 4): void {
    this.#reconcile = reconcile;
    this.#signal = signal;
    this.#concurrency = concurrency;
    signal.addEventListener('abort', () => this.#stop(), { once: true });
    if (signal.aborted) this.#stop();
    this.#drain();
  }

  #stop(): void {
    for (const cancel of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#waiting.clear();
    this.#again.clear();
  }

  #drain(): void {
    if (this.#reconcile === null || this.#signal === null || this.#signal.aborted) return;
    for (const key of this.#waiting) {
      if (this.#active.size >= this.#concurrency) return;
      this.#waiting.delete(key);
      this.#active.add(key);
      void this.#run(key, this.#reconcile, this.#signal);
    }
  }

  async #run(key: string, reconcile: Reconcile, signal: AbortSignal): Promise<void> {
    let delayMs: number | null = null;
    try {
      const { requeueAfterMs } = await reconcile(key, signal);
      this.#failures.delete(key);
      delayMs = requeueAfterMs ?? null;
    } catch (thrown) {
      if (!signal.aborted) delayMs = this.#fail(key, RuntimeError.from(thrown));
    }
    this.#active.delete(key);
    if (signal.aborted) return;
    if (this.#again.delete(key)) this.#waiting.add(key);
    else if (delayMs !== null) this.addAfter(key, delayMs);
    this.#drain();
  }

  /** Delay until the next attempt; null when repeating cannot help. */
  #fail(key: string, error: RuntimeError): number | null {
    this.#options.onError(key, error);
    // `internal` is whatever nobody classified: it may pass.
    if (!ERRORS[error.code].retry && error.code !== 'internal') {
      this.#failures.delete(key);
      return null;
    }
    const failures = this.#failures.get(key) ?? 0;
    this.#failures.set(key, failures + 1);
    const { backoffFirstMs, backoffMaxMs, random } = this.#options;
    const fullMs = Math.min(backoffFirstMs * 2 ** failures, backoffMaxMs);
    return fullMs / 2 + (random() * fullMs) / 2;
  }

  #cancelTimer(key: string): void {
    this.#timers.get(key)?.();
    this.#timers.delete(key);
  }
}
