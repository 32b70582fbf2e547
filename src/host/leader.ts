import type { Store } from '../store/store.ts';
import type { Fleet } from './fleet.ts';

const LEADER_LOCK = 'swerve/leader';

/** Runs the controllers in this window once it holds the leader lock, until the document goes: one window of the origin does. */
export async function lead(store: Store, fleet: Fleet): Promise<void> {
  await navigator.locks.request(LEADER_LOCK, async () => {
    const { runControllers } = await import('./controllers.ts');
    await runControllers(store, fleet);
  });
}
