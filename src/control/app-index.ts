import { APP_API_VERSION, type App } from '../core/app.ts';
import { RuntimeError } from '../core/errors.ts';
import { RouteTable } from '../http/route-table.ts';
import type { ChangesSince, ResourceRepository } from '../store/resources.ts';

/** One App as it was and as it is; null before it was made, and after it was deleted. */
export interface AppChange {
  readonly before: App | null;
  readonly after: App | null;
}

export interface AppIndexOptions {
  /** Where the deployment lives, `/` or `/sub/`; `/` unless given. */
  basePath?: string;
  /** Is told of Apps that were written before the copy has them: whoever looks into it then finds nothing half known. */
  prepare?: (apps: readonly App[]) => Promise<void>;
}

type Reads = Pick<ResourceRepository, 'list' | 'changesSince'>;

/**
 * Every App and its routes, in memory: a copy that follows the store. It reads all Apps once, and from then on only what
 * was written since: with a thousand Apps, reading all of them for each write made a write take a fifth of a second.
 * The store remains what is true. A copy that is too old to follow, or of a store that was emptied, is compared with all.
 */
export class AppIndex {
  readonly #resources: Reads;
  readonly #prepare: (apps: readonly App[]) => Promise<void>;
  readonly #routes: RouteTable;
  readonly #byUid = new Map<string, App>();
  readonly #byName = new Map<string, App>();
  readonly #listeners = new Set<(change: AppChange) => void>();
  #resourceVersion: string | null = null;
  #running: Promise<void> | null = null;
  #waiting: Promise<void> | null = null;

  constructor(resources: Reads, { basePath = '/', prepare = async () => {} }: AppIndexOptions = {}) {
    this.#resources = resources;
    this.#prepare = prepare;
    this.#routes = new RouteTable([], basePath);
  }

  /** Brings the copy up to date; resolves when what was written before the call is in it. @throws RuntimeError `storage-failed` */
  sync(): Promise<void> {
    if (this.#running === null) {
      this.#running = this.#read().finally(() => {
        this.#running = null;
      });
      return this.#running;
    }
    // What is being read may predate the write that the caller asks for: one more serves all who come meanwhile.
    const next = (): Promise<void> => {
      this.#waiting = null;
      return this.sync();
    };
    this.#waiting ??= this.#running.then(next, next);
    return this.#waiting;
  }

  /** In no order. */
  get apps(): Iterable<App> {
    return this.#byUid.values();
  }

  /** Follows the copy: the same table for its whole life. */
  get routes(): RouteTable {
    return this.#routes;
  }

  find(namespace: string, name: string): App | null {
    return this.#byName.get(`${namespace}/${name}`) ?? null;
  }

  findByUid(uid: string): App | null {
    return this.#byUid.get(uid) ?? null;
  }

  /** Calls `listener` with each change once the copy has it; returns the function that ends it. */
  subscribe(listener: (change: AppChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async #read(): Promise<void> {
    if (this.#resourceVersion === null || !(await this.#follow(this.#resourceVersion))) await this.#compare();
  }

  /** False when the store does not keep what would have to be followed. */
  async #follow(from: string): Promise<boolean> {
    const since = await this.#changesSince(from);
    if (since === null) return false;
    await this.#prepare(since.changes.filter(({ type }) => type !== 'DELETED').map(({ object }) => object));
    for (const { type, object } of since.changes) {
      if (type === 'DELETED') this.#delete(object.metadata.uid);
      else this.#set(object);
    }
    this.#resourceVersion = since.resourceVersion;
    return true;
  }

  async #changesSince(resourceVersion: string): Promise<ChangesSince<App> | null> {
    try {
      return await this.#resources.changesSince<App>('App', resourceVersion);
    } catch (error) {
      if (error instanceof RuntimeError && error.code === 'watch-expired') return null;
      throw error;
    }
  }

  async #compare(): Promise<void> {
    const { items, resourceVersion } = await this.#resources.list<App>('App');
    const uids = new Set(items.map(({ metadata }) => metadata.uid));
    const written = items.filter(({ metadata }) => this.#byUid.get(metadata.uid)?.metadata.resourceVersion !== metadata.resourceVersion);
    await this.#prepare(written);
    for (const uid of [...this.#byUid.keys()]) if (!uids.has(uid)) this.#delete(uid);
    for (const app of written) this.#set(app);
    this.#resourceVersion = resourceVersion;
  }

  #set(app: App): void {
    if (app.apiVersion !== APP_API_VERSION) return;
    const { uid } = app.metadata;
    const before = this.#byUid.get(uid) ?? null;
    this.#byUid.set(uid, app);
    this.#byName.set(nameOf(app), app);
    this.#routes.set(app);
    for (const listener of this.#listeners) listener({ before, after: app });
  }

  #delete(uid: string): void {
    const before = this.#byUid.get(uid);
    if (before === undefined) return;
    this.#byUid.delete(uid);
    if (this.#byName.get(nameOf(before)) === before) this.#byName.delete(nameOf(before));
    this.#routes.delete(uid);
    for (const listener of this.#listeners) listener({ before, after: null });
  }
}

function nameOf({ metadata }: App): string {
  return `${metadata.namespace}/${metadata.name}`;
}
