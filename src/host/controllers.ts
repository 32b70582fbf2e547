import { AppIndex } from '../control/app-index.ts';
import { startManager } from '../control/controllers/manager.ts';
import { systemClock } from '../core/clock.ts';
import { toInstanceSpec } from '../core/instance-spec.ts';
import { createStore, type Store } from '../store/store.ts';
import type { Fleet } from './fleet.ts';

/** Writes that follow each other closely are looked at together. */
const SETTLE_MS = 100;

/** Runs the controllers of the cluster in this window until `signal`: App status, and the instances that `scale.min` keeps. Never resolves. */
export async function runControllers(fleet: Fleet, base: URL, signal: AbortSignal): Promise<never> {
  const store = createStore();
  const index = new AppIndex(store.resources);
  keepMinimum(store, index, fleet, signal);
  await startManager({ store, base, index, clock: systemClock, signal });
  return new Promise<never>(() => {});
}

/** Keeps `scale.min` instances of every App in this window, whichever others the ingress starts elsewhere. */
function keepMinimum(store: Store, index: AppIndex, fleet: Fleet, signal: AbortSignal): void {
  let isScheduled = false;
  const look = async () => {
    await index.sync();
    for (const app of index.apps) {
      if (signal.aborted) return;
      if (app.spec.scale.min === 0) continue;
      const module = await store.modules.get(app.spec.source.digest);
      const spec = module ? toInstanceSpec(app, module) : null;
      if (spec) fleet.ensure(spec, app.spec.scale.min);
    }
  };
  const schedule = () => {
    if (isScheduled) return;
    isScheduled = true;
    setTimeout(() => {
      isScheduled = false;
      look().catch((error: unknown) => console.warn('swerve: the instances that scale.min asks for could not be looked at', error));
    }, SETTLE_MS);
  };
  const unsubscribe = store.changes.subscribe((message) => {
    if (message.type !== 'logs') schedule();
  });
  signal.addEventListener('abort', unsubscribe, { once: true });
  schedule();
}
