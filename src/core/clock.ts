/** Time as the runtime sees it; handed in wherever a decision depends on it, so that tests can say what time it is. */
export interface Clock {
  /** Unix epoch, milliseconds. */
  nowMs(): number;
  /** Milliseconds since an arbitrary start; never goes back. */
  monotonicMs(): number;
}

/** The platform's clock. */
export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};
