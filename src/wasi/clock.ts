/** The two clocks that guests read, in the nanoseconds that WASI speaks. */

const NS_PER_MS = 1_000_000;

/** What the platform's wall clock can tell apart. */
export const WALL_CLOCK_RESOLUTION_NS = 1_000_000n;
/** Browsers coarsen `performance.now()` to 100 µs where the page is not cross-origin isolated (platform facts: it never is). */
export const MONOTONIC_RESOLUTION_NS = 100_000n;

/** Nanoseconds since the Unix epoch. Follows the system's clock, so it may jump. */
export function wallClockNs(): bigint {
  return BigInt(Date.now()) * BigInt(NS_PER_MS);
}

/** Nanoseconds since an arbitrary start; never goes back. */
export function monotonicNs(): bigint {
  return BigInt(Math.round(performance.now() * NS_PER_MS));
}

/** One wait for a clock to come to an instant. */
export interface ClockWait {
  isOver(): boolean;
  /** How long the host has to wait yet: 0 or less when it need not any more. */
  remainingNs(): bigint;
  /** The host has waited for as long as `remainingNs` said. */
  arrive(): void;
}

/** The clocks of one guest. */
export interface GuestClock {
  /** As {@link wallClockNs}. */
  wallNs(): bigint;
  /** As {@link monotonicNs}. */
  monotonicNs(): bigint;
  /** The guest has read a clock. */
  tick(): void;
  waitFor(clock: 'wall' | 'monotonic', instantNs: bigint): ClockWait;
}

/** The platform's. One for all guests: it has no state. */
export const systemGuestClock: GuestClock = {
  wallNs: wallClockNs,
  monotonicNs,
  tick() {},
  waitFor(clock, instantNs) {
    const now = clock === 'wall' ? wallClockNs : monotonicNs;
    return { isOver: () => now() >= instantNs, remainingNs: () => instantNs - now(), arrive() {} };
  },
};
