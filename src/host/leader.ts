import type { Store } from '../store/store.ts';
import type { Fleet } from './fleet.ts';

const LEADER_LOCK = 'swerve/leader';

/**
 * Runs the controllers in this window once it holds the leader lock, until the document goes: one window of the origin does.
 * A page that an App serves can steal the lock. Then they run on, and this window queues for it again: two that lead do no
 * harm, because writers compare, and nobody else would.
 */
export async function lead(store: Store, fleet: Fleet): Promise<void> {
  let running: Promise<void> | null = null;
  for (;;) {
    try {
      await navigator.locks.request(LEADER_LOCK, () => {
        running ??= import('./controllers.ts').then(({ runControllers }) => runControllers(store, fleet));
        return running;
      });
      return;
    } catch (error) {
      if (!(error instanceof DOMException) || error.name !== 'AbortError') throw error;
    }
  }
}
