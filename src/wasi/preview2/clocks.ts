import { type ClockWait, MONOTONIC_RESOLUTION_NS, WALL_CLOCK_RESOLUTION_NS } from '../clock.ts';
import type { GuestContext, Readiness } from './guest-context.ts';
import { ALWAYS_READY, Pollable } from './poll.ts';

const NS_PER_SECOND = 1_000_000_000n;
const NS_PER_MS = 1_000_000n;
/** `setTimeout` holds no more (HTML, "timer initialization steps": a signed 32-bit integer); longer waits are chained. */
const MAX_TIMEOUT_MS = 2_147_483_647;

/** `datetime` of wasi:clocks/wall-clock. */
export interface Datetime {
  readonly seconds: bigint;
  readonly nanoseconds: number;
}

/** The datetime that is `ns` nanoseconds after the Unix epoch. */
export function toDatetime(ns: bigint): Datetime {
  return { seconds: ns / NS_PER_SECOND, nanoseconds: Number(ns % NS_PER_SECOND) };
}

/** Ready once the wait is over. */
export function readyAfter(wait: ClockWait): Readiness {
  return {
    isReady: () => wait.isOver(),
    wait,
    whenReady(wake) {
      const arm = (): ReturnType<typeof setTimeout> => {
        // Rounded up: a timer that fires early would only be armed again.
        const leftMs = (wait.remainingNs() + NS_PER_MS - 1n) / NS_PER_MS;
        const delayMs = leftMs > MAX_TIMEOUT_MS ? MAX_TIMEOUT_MS : Number(leftMs);
        return setTimeout(() => {
          if (wait.remainingNs() > 0n) {
            timer = arm();
            return;
          }
          wait.arrive();
          wake();
        }, delayMs);
      };
      let timer = arm();
      return () => clearTimeout(timer);
    },
  };
}

/** wasi:clocks/monotonic-clock (WIT: wasi-clocks/monotonic-clock.wit, 0.2). */
export function createMonotonicClock(context: GuestContext) {
  const { clock } = context.sources;
  const subscribeInstant = (instantNs: bigint) =>
    new Pollable(instantNs <= clock.monotonicNs() ? ALWAYS_READY : readyAfter(clock.waitFor('monotonic', instantNs)), context);
  return {
    now() {
      clock.tick();
      return clock.monotonicNs();
    },
    resolution: () => MONOTONIC_RESOLUTION_NS,
    subscribeInstant,
    subscribeDuration: (durationNs: bigint) => subscribeInstant(clock.monotonicNs() + durationNs),
  };
}

/** wasi:clocks/wall-clock (WIT: wasi-clocks/wall-clock.wit, 0.2). */
export function createWallClock({ sources: { clock } }: GuestContext) {
  return {
    now() {
      clock.tick();
      return toDatetime(clock.wallNs());
    },
    resolution: () => toDatetime(WALL_CLOCK_RESOLUTION_NS),
  };
}

/** wasi:clocks/timezone (WIT: wasi-clocks/timezone.wit, 0.2, unstable): always UTC, which the WIT allows where the timezone is not to be told. */
export const timezone = {
  display: () => ({ utcOffset: 0, name: 'UTC', inDaylightSavingTime: false }),
  utcOffset: () => 0,
};
