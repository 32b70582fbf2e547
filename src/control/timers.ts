/** Timers as the control layer sees them; handed in, so that tests decide when they fire. */
export interface Timers {
  /** Calls `callback` once after `delayMs`; returns the function that forgets it. */
  after(delayMs: number, callback: () => void): () => void;
}

/** The platform's timers. */
export const systemTimers: Timers = {
  after(delayMs, callback) {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  },
};
