import { AppIndex } from '../control/app-index.ts';
import type { App } from '../core/app.ts';
import type { Digest } from '../core/ids.ts';
import { toInstanceSpec } from '../core/instance-spec.ts';
import type { ModuleReport } from '../core/module.ts';
import type { RouteTable } from '../http/route-table.ts';
import type { AppTarget } from '../ingress/app-pool.ts';
import { CHANGES_CHANNEL, type ChangeMessage } from '../protocol/broadcast.ts';
import type { Store } from '../store/store.ts';

/**
 * The Apps as the ingress needs them: routes and what runs behind them. A copy of the store that is made at the first
 * request after every start of the service worker, and follows what is written from then on.
 */
export class AppDirectory {
  /** For others who need to know every App. */
  readonly index: AppIndex;
  readonly #modules: Store['modules'];
  readonly #onChanged: () => void;
  readonly #reports = new Map<Digest, ModuleReport>();
  #isStale = true;
  #areModulesStale = true;
  #loading: Promise<void> | null = null;

  constructor({ resources, modules }: Pick<Store, 'resources' | 'modules'>, base: URL, onChanged: () => void) {
    this.index = new AppIndex(resources, { basePath: base.pathname, prepare: (apps) => this.#findReports(apps) });
    this.#modules = modules;
    this.#onChanged = onChanged;
    const changes = new BroadcastChannel(CHANGES_CHANNEL);
    changes.onmessage = ({ data }: MessageEvent<ChangeMessage>) => {
      // Silent: the next request tries again, and tells its caller.
      if (data.type !== 'logs') this.refresh({ modules: data.type === 'modules' }).catch(() => {});
    };
  }

  /** The routes as of now. @throws RuntimeError `storage-failed` */
  async routes(): Promise<RouteTable> {
    await this.load();
    return this.index.routes;
  }

  find(namespace: string, name: string): App | null {
    return this.index.find(namespace, name);
  }

  /** What runs the App of that uid; null when there is none, or its module is not stored or cannot serve. */
  targetOf(uid: string): AppTarget | null {
    const app = this.index.findByUid(uid);
    const module = app && this.#reports.get(app.spec.source.digest);
    const spec = app && module ? toInstanceSpec(app, module) : null;
    return app && spec ? { spec, maxInstances: Math.max(app.spec.scale.max, app.spec.scale.min), maxQueued: app.spec.limits.queue } : null;
  }

  /** Reads what was written, with `modules` those too; resolves when what was written before the call is in force. @throws RuntimeError `storage-failed` */
  async refresh({ modules }: { modules: boolean }): Promise<void> {
    this.#isStale = true;
    this.#areModulesStale ||= modules;
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

  async #read(): Promise<void> {
    const wantsModules = this.#areModulesStale;
    this.#isStale = false;
    this.#areModulesStale = false;
    try {
      if (wantsModules) await this.#readModules();
      await this.index.sync();
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
