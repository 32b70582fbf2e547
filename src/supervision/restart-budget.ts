/**
 * How often one App's instances may crash before they are held back: the restart intensity of OTP supervisors
 * (`maxRestarts` in `windowMs`), and the capped exponential backoff of Kubernetes' CrashLoopBackOff after it. Pure:
 * time is passed in.
 */
export interface RestartLimits {
  maxRestarts: number;
  windowMs: number;
}

export const BACKOFF_FIRST_MS = 1_000;
export const BACKOFF_MAX_MS = 60_000;

export type RestartVerdict = { type: 'restart' } | { type: 'hold'; untilMs: number };

export class RestartBudget {
  readonly #limits: RestartLimits;
  #crashesMs: number[] = [];
  #holds = 0;
  #heldUntilMs = 0;

  constructor(limits: RestartLimits) {
    this.#limits = limits;
  }

  /** Counts a crash at `nowMs` and says what follows. */
  recordCrash(nowMs: number): RestartVerdict {
    const windowStartMs = nowMs - this.#limits.windowMs;
    this.#crashesMs = this.#crashesMs.filter((atMs) => atMs > windowStartMs);
    this.#crashesMs.push(nowMs);
    if (this.#crashesMs.length <= this.#limits.maxRestarts) return { type: 'restart' };
    // After a quiet stretch as long as the longest hold, earlier trouble no longer counts.
    if (nowMs - this.#heldUntilMs > BACKOFF_MAX_MS) this.#holds = 0;
    this.#heldUntilMs = nowMs + Math.min(BACKOFF_FIRST_MS * 2 ** this.#holds, BACKOFF_MAX_MS);
    this.#holds += 1;
    this.#crashesMs = [];
    return { type: 'hold', untilMs: this.#heldUntilMs };
  }

  /** Milliseconds until starts are allowed again; 0 when they are. */
  heldForMs(nowMs: number): number {
    return Math.max(0, this.#heldUntilMs - nowMs);
  }
}
