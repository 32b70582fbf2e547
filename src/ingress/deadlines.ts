/** A moment that something waits for. */
export interface Deadline {
  /** Monotonic, milliseconds. */
  readonly dueMs: number;
  readonly ring: () => void;
}

/**
 * Many deadlines on one timer. Nearly every request ends long before its deadlines, so a timer for each would be set and
 * cleared for nothing: here the timer stays as it is until the earliest deadline there ever was, and looks then for the next.
 */
export class Deadlines {
  readonly #pending = new Set<Deadline>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerDueMs = Number.POSITIVE_INFINITY;

  /** Calls `ring` once, `inMs` from now, unless it is removed before. */
  add(inMs: number, ring: () => void): Deadline {
    const deadline = { dueMs: performance.now() + inMs, ring };
    this.#pending.add(deadline);
    if (deadline.dueMs < this.#timerDueMs) this.#arm(deadline.dueMs, inMs);
    return deadline;
  }

  /** Idempotent. */
  remove(deadline: Deadline | null): void {
    if (deadline) this.#pending.delete(deadline);
  }

  #arm(dueMs: number, inMs: number): void {
    clearTimeout(this.#timer);
    this.#timerDueMs = dueMs;
    this.#timer = setTimeout(() => this.#ring(), Math.max(0, inMs));
  }

  #ring(): void {
    this.#timerDueMs = Number.POSITIVE_INFINITY;
    const nowMs = performance.now();
    const due = [...this.#pending].filter(({ dueMs }) => dueMs <= nowMs);
    for (const deadline of due) {
      // An earlier one may have ended what this one waits for.
      if (this.#pending.delete(deadline)) deadline.ring();
    }
    let nextMs = Number.POSITIVE_INFINITY;
    for (const { dueMs } of this.#pending) nextMs = Math.min(nextMs, dueMs);
    // Clocks are coarse: a timer may fire a moment before its time.
    if (nextMs < this.#timerDueMs) this.#arm(nextMs, Math.max(1, nextMs - nowMs));
  }
}
