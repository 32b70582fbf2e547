import type { Clock } from '../../core/clock.ts';
import { RuntimeError } from '../../core/errors.ts';
import type { ChangeMessage } from '../../protocol/broadcast.ts';
import type { Store } from '../../store/store.ts';
import type { AppIndex } from '../app-index.ts';
import { systemTimers, type Timers } from '../timers.ts';
import { Waker } from '../waker.ts';
import { AppController } from './app-controller.ts';
import { WorkQueue } from './workqueue.ts';

export interface ManagerOptions {
  store: Pick<Store, 'resources' | 'modules' | 'logs' | 'origins' | 'volumes' | 'changes'>;
  /** Of the deployment. */
  base: URL;
  /** The manager keeps it up to date. */
  index: AppIndex;
  clock: Clock;
  /** Ends the manager: the leader lock was lost, or the window goes. */
  signal: AbortSignal;
  timers?: Timers;
  /** Uniform in [0, 1). */
  random?: () => number;
}

/** Everything is looked at again this often, hint or no hint. */
const RESYNC_MS = 300_000;
/** After a failure to read the store. */
const RETRY_MS = 2_000;

/**
 * Runs every controller until `signal` aborts; resolves then, and never rejects. Of all windows only the one that holds
 * the leader lock may run it: two would do no harm, but twice the work.
 */
export async function startManager({ store, base, index, clock, signal, timers = systemTimers, random = Math.random }: ManagerOptions): Promise<void> {
  const controller = new AppController(store, index, base, clock);
  const queue = new WorkQueue({
    timers,
    random,
    onError: (key, error) => console.warn('swerve: an App could not be reconciled', { key, code: error.code, message: error.message }),
  });
  queue.start((key, stop) => controller.reconcile(key, stop), signal);

  const waker = new Waker(timers);
  let modulesChanged = false;
  let originsChanged = false;
  const unfollow = index.subscribe((change) => {
    for (const key of controller.keysOf(change)) queue.add(key);
  });
  const unsubscribe = store.changes.subscribe((message: ChangeMessage) => {
    if (message.type === 'logs') return;
    if (message.type === 'modules') modulesChanged = true;
    if (message.type === 'origins') originsChanged = true;
    waker.wake();
  });
  const enqueueAll = async (): Promise<void> => {
    for (const key of await controller.allKeys()) queue.add(key);
  };

  try {
    let resyncAtMs = Number.NEGATIVE_INFINITY;
    while (!signal.aborted) {
      let waitMs = RETRY_MS;
      try {
        if (modulesChanged || clock.monotonicMs() >= resyncAtMs) {
          modulesChanged = false;
          originsChanged = false;
          // What is known by now is taken for seen.
          await controller.keysOfOrigins();
          await enqueueAll();
          resyncAtMs = clock.monotonicMs() + RESYNC_MS;
        } else if (originsChanged) {
          originsChanged = false;
          for (const key of await controller.keysOfOrigins()) queue.add(key);
          await index.sync();
        } else await index.sync();
        waitMs = RESYNC_MS;
      } catch (thrown) {
        const error = RuntimeError.from(thrown);
        // Everything is looked at anew: nothing is lost by starting over.
        resyncAtMs = Number.NEGATIVE_INFINITY;
        console.warn('swerve: the manager could not read the store', { code: error.code, message: error.message });
      }
      await waker.wait(waitMs, signal);
    }
  } finally {
    unfollow();
    unsubscribe();
  }
}
