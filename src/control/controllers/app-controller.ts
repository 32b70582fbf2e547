import type { App } from '../../core/app.ts';
import type { Clock } from '../../core/clock.ts';
import type { ResourceChange } from '../../store/schema.ts';
import type { Store } from '../../store/store.ts';
import { appStatus } from '../app-conditions.ts';
import { appKey } from '../app-writes.ts';
import { routeClashes } from '../route-clashes.ts';
import { updateStatus } from '../update-status.ts';
import type { ReconcileResult } from './workqueue.ts';

/** Keeps the status of every App true: the module may go, older Apps may come and go. Keys are `namespace/name`. */
export class AppController {
  static readonly kind = 'App';
  readonly #store: Pick<Store, 'resources' | 'modules' | 'logs'>;
  readonly #clock: Clock;

  constructor(store: Pick<Store, 'resources' | 'modules' | 'logs'>, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Every key that could need work: Apps, and logs whose App may be gone. */
  async allKeys(): Promise<string[]> {
    const [{ items }, heads] = await Promise.all([this.#store.resources.list<App>('App'), this.#store.logs.heads()]);
    const keys = [...items.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`), ...heads.map(({ namespace, app }) => `${namespace}/${app}`)];
    return [...new Set(keys)];
  }

  /** True when a change of one App can change what holds for the others: its routes came, went or became others. */
  concernsAll({ specChanged }: Pick<ResourceChange, 'specChanged'>): boolean {
    return specChanged;
  }

  /** Level-based and idempotent. @throws RuntimeError `storage-failed`, `storage-full`, `resource-conflict` */
  async reconcile(key: string, signal: AbortSignal): Promise<ReconcileResult> {
    const slash = key.indexOf('/');
    const namespace = key.slice(0, slash);
    const name = key.slice(slash + 1);
    const app = await this.#store.resources.get<App>(appKey(namespace, name));
    if (app === null) {
      await this.#store.logs.delete(namespace, name);
      return {};
    }
    const [module, { items: apps }] = await Promise.all([this.#store.modules.get(app.spec.source.digest), this.#store.resources.list<App>('App')]);
    if (signal.aborted) return {};
    await updateStatus<App>(this.#store.resources, appKey(namespace, name), (current) => {
      // Another spec than the one looked at: its change has put the key back into the queue.
      if (current.metadata.uid !== app.metadata.uid || current.metadata.generation !== app.metadata.generation) return null;
      return appStatus(current, module, routeClashes(current, apps), this.#clock.nowMs());
    });
    return {};
  }
}
