import { MONOTONIC_RESOLUTION_NS, WALL_CLOCK_RESOLUTION_NS } from '../clock.ts';
import { type Datetime, readyAfter, toDatetime } from '../preview2/clocks.ts';
import type { GuestContext } from '../preview2/guest-context.ts';

/** wasi:clocks/monotonic-clock (WIT: wasi-clocks/monotonic-clock.wit, 0.3). A wait that outlasts its guest's call never ends. */
export function createMonotonicClock3(context: GuestContext) {
  const { clock } = context.sources;
  const waitUntil = (instantNs: bigint): Promise<void> =>
    new Promise((resolve) => {
      if (instantNs <= clock.monotonicNs()) {
        resolve();
        return;
      }
      const { signal } = context.call;
      const onAbort = () => stop?.();
      const stop = readyAfter(clock.waitFor('monotonic', instantNs)).whenReady(() => {
        signal.removeEventListener('abort', onAbort);
        resolve();
      });
      signal.addEventListener('abort', onAbort);
    });
  return {
    now() {
      clock.tick();
      return clock.monotonicNs();
    },
    getResolution: () => MONOTONIC_RESOLUTION_NS,
    waitUntil,
    waitFor: (howLongNs: bigint) => waitUntil(clock.monotonicNs() + howLongNs),
  };
}

/** wasi:clocks/system-clock (WIT: wasi-clocks/system-clock.wit, 0.3). */
export function createSystemClock3({ sources: { clock } }: GuestContext) {
  return {
    now(): Datetime {
      clock.tick();
      return toDatetime(clock.wallNs());
    },
    getResolution: () => WALL_CLOCK_RESOLUTION_NS,
  };
}

/** wasi:clocks/timezone (WIT: wasi-clocks/timezone.wit, 0.3, unstable): always UTC, as in 0.2. */
export const timezone3 = {
  ianaId: () => 'UTC',
  utcOffset: () => 0n,
  toDebugString: () => 'UTC',
};
