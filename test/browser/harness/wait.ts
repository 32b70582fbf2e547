import { setTimeout as delay } from 'node:timers/promises';

const EVERY_MS = 25;

/**
 * The first truthy value that `probe` gives. A probe that throws is asked again: pages throw while they navigate.
 * `what` completes "waited for …" in the error after `deadlineMs` (10 s unless given), which also tells the last value or error.
 */
export async function waitFor<T>(
  what: string,
  probe: () => T | Promise<T>,
  { deadlineMs = 10_000 }: { deadlineMs?: number } = {},
): Promise<Exclude<T, false | null | undefined | 0 | ''>> {
  const endsAtMs = performance.now() + deadlineMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await within(endsAtMs - performance.now(), probe);
      if (value) return value as Exclude<T, false | null | undefined | 0 | ''>;
      last = value;
    } catch (error) {
      last = error;
    }
    if (performance.now() >= endsAtMs) break;
    await delay(EVERY_MS);
  }
  const cause = last instanceof Error ? last : undefined;
  throw new Error(`waited ${deadlineMs} ms for ${what}; last seen: ${cause?.message ?? JSON.stringify(last)}`, { cause });
}

/** `probe`'s value, or a rejection after `deadlineMs`: a frozen or crashed page never answers. */
async function within<T>(deadlineMs: number, probe: () => T | Promise<T>): Promise<T> {
  const stop = new AbortController();
  const deadline = delay(Math.max(deadlineMs, 0), undefined, { signal: stop.signal }).then(() => {
    throw new Error('no answer');
  });
  // Once the probe has answered nobody looks at the deadline any more, and stopping it rejects it.
  deadline.catch(() => {});
  try {
    return await Promise.race([Promise.resolve().then(probe), deadline]);
  } finally {
    stop.abort();
  }
}
