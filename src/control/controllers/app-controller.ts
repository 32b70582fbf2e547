import type { App } from '../../core/app.ts';
import type { Clock } from '../../core/clock.ts';
import type { Store } from '../../store/store.ts';
import { appStatus } from '../app-conditions.ts';
import type { AppChange, AppIndex } from '../app-index.ts';
import { appKey } from '../app-writes.ts';
import { routeClashes } from '../route-clashes.ts';
import { updateStatus } from '../update-status.ts';
import type { ReconcileResult } from './workqueue.ts';

/** Keeps the status of every App true: the module may go, older Apps may come and go. Keys are `namespace/name`. */
export class AppController {
  readonly #store: Pick<Store, 'resources' | 'modules' | 'logs'>;
  readonly #index: AppIndex;
  readonly #clock: Clock;

  constructor(store: Pick<Store, 'resources' | 'modules' | 'logs'>, index: AppIndex, clock: Clock) {
    this.#store = store;
    this.#index = index;
    this.#clock = clock;
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
    const module = await this.#store.modules.get(app.spec.source.digest);
    if (signal.aborted) return {};
    await updateStatus<App>(this.#store.resources, appKey(namespace, name), (current) => {
      // Another spec than the one looked at: its change has put the key back into the queue.
      if (current.metadata.uid !== app.metadata.uid || current.metadata.generation !== app.metadata.generation) return null;
      return appStatus(current, module, routeClashes(current, this.#index.routes), this.#clock.nowMs());
    });
    return {};
  }
}

function keyOf({ metadata }: App): string {
  return `${metadata.namespace}/${metadata.name}`;
}
