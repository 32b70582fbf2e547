import type { Store } from '../store/store.ts';
import type { Fleet } from './fleet.ts';

const LEADER_LOCK = 'swerve/leader';
const ORIGINS_LOCK = 'swerve/origins';

/** Runs the controllers in this window while it leads. */
export function lead(fleet: Fleet, base: URL): Promise<never> {
  return holdAlone(LEADER_LOCK, async (signal) => {
    const { runControllers } = await import('./controllers.ts');
    await runControllers(fleet, base, signal);
  });
}

/**
 * Keeps the origins of Apps in this window while no other does. Beside {@link lead}, because it takes a document of
 * Swerve's own: that of an App may forbid frames.
 */
export function leadOrigins(store: Pick<Store, 'origins' | 'resources' | 'changes'>, base: URL): Promise<never> {
  return holdAlone(ORIGINS_LOCK, async (signal) => {
    const { keepOrigins } = await import('./origins.ts');
    await keepOrigins(store, base, signal);
  });
}

/**
 * Does `work` in this window while it holds the lock `name`, which is until the document goes: one window of the origin
 * does. A page that an App serves can steal the lock. Then the work is stopped, for another window may do it by now, and
 * this one queues for the lock again.
 */
async function holdAlone(name: string, work: (signal: AbortSignal) => Promise<void>): Promise<never> {
  for (;;) {
    const held = new AbortController();
    try {
      await navigator.locks.request(name, () => work(held.signal));
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'AbortError') throw error;
    } finally {
      held.abort();
    }
  }
}
