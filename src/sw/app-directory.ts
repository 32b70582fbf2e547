import type { App } from '../core/app.ts';
import { APP_API_VERSION } from '../core/app.ts';
import { toInstanceSpec } from '../core/instance-spec.ts';
import type { ModuleReport } from '../core/module.ts';
import { RouteTable } from '../http/route-table.ts';
import type { AppTarget } from '../ingress/app-pool.ts';
import { CHANGES_CHANNEL, type ChangeMessage } from '../protocol/broadcast.ts';
import type { Store } from '../store/store.ts';

interface Directory {
  apps: App[];
  byUid: Map<string, App>;
  modules: Map<string, ModuleReport>;
  routes: RouteTable;
}

/**
 * The Apps as the ingress needs them: routes and what runs behind them. A cache of the store that is read at the first
 * request after every start of the service worker, and again whenever resources or modules were written.
 */
export class AppDirectory {
  readonly #store: Store;
  readonly #base: URL;
  readonly #onChanged: () => void;
  #current: Directory | null = null;
  #loading: Promise<Directory> | null = null;
  #isStale = false;

  constructor(store: Store, base: URL, onChanged: () => void) {
    this.#store = store;
    this.#base = base;
    this.#onChanged = onChanged;
    const changes = new BroadcastChannel(CHANGES_CHANNEL);
    changes.onmessage = (event: MessageEvent<ChangeMessage>) => {
      if (event.data.type !== 'logs') void this.refresh();
    };
  }

  /** The routes as of now. @throws RuntimeError `storage-failed` */
  async routes(): Promise<RouteTable> {
    return (await this.#load()).routes;
  }

  get apps(): readonly App[] {
    return this.#current?.apps ?? [];
  }

  appOf(uid: string): App | null {
    return this.#current?.byUid.get(uid) ?? null;
  }

  /** What runs the App of that uid; null when there is none, or its module is not stored or cannot serve. */
  targetOf(uid: string): AppTarget | null {
    const app = this.#current?.byUid.get(uid);
    const module = app && this.#current?.modules.get(app.spec.source.digest);
    const spec = app && module ? toInstanceSpec(app, module) : null;
    return app && spec ? { spec, maxInstances: Math.max(app.spec.scale.max, app.spec.scale.min), maxQueued: app.spec.limits.queue } : null;
  }

  /** Reads the store again; resolves when what was written before the call is in force. */
  async refresh(): Promise<void> {
    this.#isStale = true;
    await this.#load();
  }

  async load(): Promise<void> {
    await this.#load();
  }

  async #load(): Promise<Directory> {
    if (this.#current && !this.#isStale) return this.#current;
    if (this.#loading) {
      // What is being read may predate the write that made this stale: read once more afterwards.
      await this.#loading;
      return this.#load();
    }
    this.#isStale = false;
    this.#loading = this.#read();
    try {
      this.#current = await this.#loading;
    } catch (error) {
      this.#isStale = true;
      throw error;
    } finally {
      this.#loading = null;
    }
    this.#onChanged();
    return this.#current;
  }

  async #read(): Promise<Directory> {
    const [list, modules] = await Promise.all([this.#store.resources.list<App>('App'), this.#store.modules.list()]);
    const apps = list.items.filter((app) => app.apiVersion === APP_API_VERSION);
    return {
      apps,
      byUid: new Map(apps.map((app) => [app.metadata.uid, app])),
      modules: new Map(modules.map((module) => [module.digest, module])),
      routes: new RouteTable(apps, this.#base.pathname),
    };
  }
}
