import { MONOTONIC_RESOLUTION_NS, monotonicNs, WALL_CLOCK_RESOLUTION_NS, wallClockNs } from '../clock.ts';
import { type Datetime, readyAt, toDatetime } from '../preview2/clocks.ts';
import type { GuestContext } from '../preview2/guest-context.ts';

/** Resolves once the monotonic clock has reached `instantNs`; never when the guest's call has ended before. */
function waitUntil(context: GuestContext, instantNs: bigint): Promise<void> {
  return new Promise((resolve) => {
    const { signal } = context.call;
    const stop = readyAt(instantNs).whenReady(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    });
    const onAbort = () => stop?.();
    signal.addEventListener('abort', onAbort);
  });
}

/** wasi:clocks/monotonic-clock (WIT: wasi-clocks/monotonic-clock.wit, 0.3). */
export function createMonotonicClock3(context: GuestContext) {
  return {
    now: monotonicNs,
    getResolution: () => MONOTONIC_RESOLUTION_NS,
    waitUntil: (whenNs: bigint) => waitUntil(context, whenNs),
    waitFor: (howLongNs: bigint) => waitUntil(context, monotonicNs() + howLongNs),
  };
}

/** wasi:clocks/system-clock (WIT: wasi-clocks/system-clock.wit, 0.3). */
export const systemClock = {
  now: (): Datetime => toDatetime(wallClockNs()),
  getResolution: () => WALL_CLOCK_RESOLUTION_NS,
};

/** wasi:clocks/timezone (WIT: wasi-clocks/timezone.wit, 0.3, unstable): always UTC, as in 0.2. */
export const timezone3 = {
  ianaId: () => 'UTC',
  utcOffset: () => 0n,
  toDebugString: () => 'UTC',
};
