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
