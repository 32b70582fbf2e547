import { cancellationOf } from '../cancellation.ts';
import type { Guest } from '../preview2/guest.ts';

/** Turns of the guest's loop in which what it wrote before its end gets to where it was written to. */
const LAST_TURNS = 4;

/** What `work`, which calls into `guest`, comes to; ends the guest when `signal` fires. @throws what ended the guest */
export async function untilAborted<T>(guest: Guest, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const { context } = guest;
  const onAbort = () => context.end(cancellationOf(signal));
  if (signal.aborted) onAbort();
  signal.addEventListener('abort', onAbort);
  try {
    return await context.orFailure(signal.aborted ? new Promise<never>(() => {}) : work());
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/**
 * Lets what `guest`, which has ended, wrote to its outputs arrive there. A guest that left an output open would keep it so for ever;
 * what a guest was told is written arrives within a few turns, or waits for a reader who is slow.
 */
export async function lastOutput(guest: Guest): Promise<void> {
  if (!guest.loop) return;
  await Promise.race([guest.context.outputsEnded(), guest.loop.turns(LAST_TURNS)]);
}

/** Calls the exported function of `guest` and resolves once all that it began has ended, its output included. @throws what ended the guest */
export async function callToEnd(guest: Guest, signal: AbortSignal): Promise<void> {
  const { loop } = guest;
  if (!loop) {
    await guest.call();
    return;
  }
  try {
    await untilAborted(guest, signal, async () => {
      await guest.call();
      await loop.idle();
    });
  } finally {
    if (!signal.aborted) await lastOutput(guest);
  }
}
