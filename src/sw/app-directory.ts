import { AppIndex } from '../control/app-index.ts';
import type { App } from '../core/app.ts';
import type { Digest } from '../core/ids.ts';
import { type InstanceSpec, toInstanceSpec } from '../core/instance-spec.ts';
import type { ModuleReport } from '../core/module.ts';
import { keysFor, pathBelow } from '../core/route-key.ts';
import { withoutTrailingSlash } from '../core/route-path.ts';
import { type MethodMismatch, type RouteMatch, RouteTable } from '../http/route-table.ts';
import type { AppTarget } from '../ingress/app-pool.ts';
import { CHANGES_CHANNEL, isChangeMessage } from '../protocol/broadcast.ts';
import type { Store } from '../store/store.ts';
import { canSuspend } from '../wasi/jspi.ts';

/** Workers of one App where each serves one request at a time, unless its `scale.max` asks for more. */
const MAX_BLOCKING_INSTANCES = 8;

/** How long after the first request everything is read, unless something asks for it before. */
const READ_ALL_AFTER_MS = 1_000;
/** Addresses whose routes are remembered until then. */
const EARLY_TABLES = 200;

/**
 * The Apps as the ingress needs them: routes and what runs behind them. After a start of the service worker the first
 * requests are answered by asking the store for the few Apps that their addresses concern, so that a start takes as long
 * with ten thousand Apps as with ten. Soon after that, or when something needs all of them, they are read; the copy then
 * follows what is written.
 */
export class AppDirectory {
  /** For others who need to know every App. */
  readonly index: AppIndex;
  readonly #modules: Store['modules'];
  readonly #resources: Store['resources'];
  readonly #appRoutes: Store['appRoutes'];
  readonly #base: URL;
  readonly #onChanged: () => void;
  readonly #reports = new Map<Digest, ModuleReport>();
  /** Apps that were asked for before all were read, by uid. */
  readonly #early = new Map<string, App>();
  /** The routes that decide about an address, by its host and path. */
  readonly #earlyTables = new Map<string, RouteTable>();
  #isComplete = false;
  #isStale = true;
  #areModulesStale = true;
  #loading: Promise<void> | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor({ resources, modules, appRoutes }: Pick<Store, 'resources' | 'modules' | 'appRoutes'>, base: URL, onChanged: () => void) {
    this.index = new AppIndex(resources, { basePath: base.pathname, prepare: (apps) => this.#findReports(apps) });
    this.#modules = modules;
    this.#resources = resources;
    this.#appRoutes = appRoutes;
    this.#base = base;
    this.#onChanged = onChanged;
    const changes = new BroadcastChannel(CHANGES_CHANNEL);
    changes.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (!isChangeMessage(data) || data.type === 'logs') return;
      // Silent: the next request tries again, and tells its caller.
      this.refresh({ modules: data.type === 'modules' }).catch(() => {});
    };
  }

  /** The App that serves an address as of now, as {@link RouteTable.match} tells it. @throws RuntimeError `storage-failed`, `request-invalid` */
  async match(request: { method: string; url: string }): Promise<RouteMatch | MethodMismatch | null> {
    const early = this.#isComplete ? null : await this.#routesAt(request.url);
    return (early ?? (await this.routes())).match(request);
  }

  /** Every route as of now. @throws RuntimeError `storage-failed` */
  async routes(): Promise<RouteTable> {
    await this.load();
    return this.index.routes;
  }

  /** The App of that name as of now. @throws RuntimeError `storage-failed` */
  async find(namespace: string, name: string): Promise<App | null> {
    if (this.#isComplete) {
      await this.load();
      return this.index.find(namespace, name);
    }
    const app = await this.#resources.get<App>({ kind: 'App', namespace, name });
    if (app) await this.#takeEarly([app]);
    return app;
  }

  /** Has {@link targetOf} know the Apps of those uids, as far as there are any. @throws RuntimeError `storage-failed` */
  async require(uids: readonly string[]): Promise<void> {
    if (this.#isComplete) await this.load();
    else if (uids.length > 0) await this.#takeEarly(await this.#appRoutes.appsOf(uids));
  }

  /** What runs the App of that uid; null when there is none, or its module is not stored or cannot serve. Before all Apps were read it knows those alone that were matched, found or required. */
  targetOf(uid: string): AppTarget | null {
    const app = this.index.findByUid(uid) ?? this.#early.get(uid);
    const module = app && this.#reports.get(app.spec.source.digest);
    const spec = app && module ? toInstanceSpec(app, module) : null;
    return app && spec ? { spec, maxInstances: maxInstances(app, spec), maxQueued: app.spec.limits.queue, durationMs: app.spec.limits.durationMs } : null;
  }

  /** Reads what was written, with `modules` those too; resolves when what was written before the call is in force. @throws RuntimeError `storage-failed` */
  async refresh({ modules }: { modules: boolean }): Promise<void> {
    this.#isStale = true;
    this.#areModulesStale ||= modules;
    this.#earlyTables.clear();
    await this.load();
  }

  /** Resolves when everything that is known to have been written is in force. @throws RuntimeError `storage-failed` */
  async load(): Promise<void> {
    if (this.#loading) {
      // What is being read may predate the write that made this stale: look once more afterwards.
      await this.#loading;
      return this.load();
    }
    if (!this.#isStale) return;
    this.#loading = this.#read();
    try {
      await this.#loading;
    } finally {
      this.#loading = null;
    }
    this.#onChanged();
  }

  /** The routes that decide about an address, read from the store; null: it takes all of them to tell. */
  async #routesAt(requested: string): Promise<RouteTable | null> {
    if (!URL.canParse(requested)) return null;
    const url = new URL(requested);
    const path = pathBelow(withoutTrailingSlash(this.#base.pathname), url);
    if (path === null) return null;
    const address = `${url.host}${path}`;
    const known = this.#earlyTables.get(address);
    if (known) return known;
    const keys = keysFor(url, path);
    if (keys === null) return null;
    this.#readAllSoon();
    const apps = await this.#appRoutes.appsAt(keys);
    await this.#takeEarly(apps);
    const table = new RouteTable(apps, this.#base.pathname);
    // Something was written meanwhile: what was read may be older.
    if (!this.#isComplete && this.#loading === null && this.#earlyTables.size < EARLY_TABLES) this.#earlyTables.set(address, table);
    return table;
  }

  async #takeEarly(apps: readonly App[]): Promise<void> {
    await this.#findReports(apps);
    if (!this.#isComplete) for (const app of apps) this.#early.set(app.metadata.uid, app);
  }

  #readAllSoon(): void {
    this.#timer ??= setTimeout(() => {
      // Silent: whoever needs all of them tries again, and is told.
      this.load().catch(() => {});
    }, READ_ALL_AFTER_MS);
  }

  async #read(): Promise<void> {
    const wantsModules = this.#areModulesStale;
    this.#isStale = false;
    this.#areModulesStale = false;
    try {
      if (wantsModules) await this.#readModules();
      await this.index.sync();
      this.#isComplete = true;
      this.#early.clear();
      this.#earlyTables.clear();
    } catch (error) {
      this.#isStale = true;
      this.#areModulesStale ||= wantsModules;
      throw error;
    }
  }

  async #readModules(): Promise<void> {
    const reports = await this.#modules.list();
    this.#reports.clear();
    for (const report of reports) this.#reports.set(report.digest, report);
  }

  /** The word that a module was stored may come after the App that runs it. */
  async #findReports(apps: readonly App[]): Promise<void> {
    const missing = new Set(apps.map(({ spec }) => spec.source.digest).filter((digest) => !this.#reports.has(digest)));
    for (const report of await Promise.all([...missing].map((digest) => this.#modules.get(digest)))) {
      if (report !== null) this.#reports.set(report.digest, report);
    }
  }
}

/** Without JSPI a guest that waits holds its worker up: as many requests as `scale` allows at once need a worker each. */
function maxInstances({ spec: { scale } }: App, { concurrency }: InstanceSpec): number {
  const max = Math.max(scale.max, scale.min);
  return canSuspend() ? max : Math.max(max, Math.min(max * concurrency, MAX_BLOCKING_INSTANCES));
}
