import { type App, configurationRefs } from '../../core/app.ts';
import type { Clock } from '../../core/clock.ts';
import { missingConfiguration } from '../../store/configuration.ts';
import type { Store } from '../../store/store.ts';
import { appStatus } from '../app-conditions.ts';
import type { AppChange, AppIndex } from '../app-index.ts';
import { provisionVolumes } from '../app-volumes.ts';
import { appKey } from '../app-writes.ts';
import { routeClashes } from '../route-clashes.ts';
import { updateStatus } from '../update-status.ts';
import { findWhereabouts, OriginChanges } from '../whereabouts.ts';
import type { ReconcileResult } from './workqueue.ts';

type AppControllerStore = Pick<Store, 'resources' | 'modules' | 'logs' | 'origins' | 'volumes'>;

/** Keeps the status of every App true: the module may go, older Apps and origins may come and go; and makes the volumes that it mounts. Keys are `namespace/name`. */
export class AppController {
  readonly #store: AppControllerStore;
  readonly #index: AppIndex;
  readonly #base: URL;
  readonly #clock: Clock;
  readonly #originChanges: OriginChanges;

  /** `base`: of the deployment. */
  constructor(store: AppControllerStore, index: AppIndex, base: URL, clock: Clock) {
    this.#store = store;
    this.#index = index;
    this.#base = base;
    this.#clock = clock;
    this.#originChanges = new OriginChanges(store.origins);
  }

  /** Every key that could need work: Apps, and logs whose App may be gone. */
  async allKeys(): Promise<string[]> {
    const [heads] = await Promise.all([this.#store.logs.heads(), this.#index.sync()]);
    return [...new Set([...Array.from(this.#index.apps, keyOf), ...heads.map(({ namespace, app }) => `${namespace}/${app}`)])];
  }

  /** The keys that `change` gives work: that of its App, and of those that it shares, or shared, a route with. */
  keysOf({ before, after }: AppChange): Set<string> {
    const apps = [before, after].filter((app) => app !== null);
    const hasMoved = before?.metadata.generation !== after?.metadata.generation;
    return new Set(apps.flatMap((app) => [app, ...(hasMoved ? this.#index.routes.neighboursOf(app) : [])]).map(keyOf));
  }

  /** The keys that have work since the last call because of what is known of origins. @throws RuntimeError `storage-failed` */
  async keysOfOrigins(): Promise<Iterable<string>> {
    const changed = await this.#originChanges.next();
    if (changed !== 'all') return changed;
    await this.#index.sync();
    return Array.from(this.#index.apps, keyOf);
  }

  /** Level-based and idempotent. @throws RuntimeError `storage-failed`, `storage-full`, `resource-conflict` */
  async reconcile(key: string, signal: AbortSignal): Promise<ReconcileResult> {
    const slash = key.indexOf('/');
    const namespace = key.slice(0, slash);
    const name = key.slice(slash + 1);
    await this.#index.sync();
    const app = this.#index.find(namespace, name);
    if (app === null) {
      await this.#store.logs.delete(namespace, name);
      return {};
    }
    const [module, where, missing] = await Promise.all([
      this.#store.modules.get(app.spec.source.digest),
      findWhereabouts(app, this.#store.origins, this.#base),
      missingConfiguration(namespace, configurationRefs(app.spec), this.#store.resources),
    ]);
    if (signal.aborted) return {};
    await provisionVolumes(app, this.#store.volumes);
    await updateStatus<App>(this.#store.resources, appKey(namespace, name), (current) => {
      // Another spec than the one looked at: its change has put the key back into the queue.
      if (current.metadata.uid !== app.metadata.uid || current.metadata.generation !== app.metadata.generation) return null;
      return appStatus(current, module, routeClashes(current, this.#index.routes), where, this.#clock.nowMs(), missing);
    });
    return {};
  }
}

function keyOf({ metadata }: App): string {
  return `${metadata.namespace}/${metadata.name}`;
}
