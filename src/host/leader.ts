import type { Store } from '../store/store.ts';
import type { Fleet } from './fleet.ts';

const LEADER_LOCK = 'swerve/leader';

/**
 * Runs the controllers in this window while it holds the leader lock, which is until the document goes: one window of the
 * origin does. A page that an App serves can steal the lock. Then they are stopped, for another window may lead by now, and
 * this one queues for it again.
 */
export async function lead(store: Store, fleet: Fleet): Promise<never> {
  for (;;) {
    const held = new AbortController();
    try {
      await navigator.locks.request(LEADER_LOCK, async () => {
        const { runControllers } = await import('./controllers.ts');
        await runControllers(store, fleet, held.signal);
      });
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'AbortError') throw error;
    } finally {
      held.abort();
    }
  }
}
