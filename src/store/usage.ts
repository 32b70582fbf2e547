import type { Digest } from '../core/ids.ts';
import type { DataUsage, StoredPart } from '../core/storage.ts';
import type { Database } from './database.ts';
import { LOG_LINES_PER_APP } from './logs.ts';
import { EMPTY_CHANGES_HEAD } from './resource-writes.ts';
import { sizeOf } from './stored-bytes.ts';

/** Of a longer log the rest is estimated: reading 10,000 lines of every App would take seconds. */
const MEASURED_LINES = 500;

/** The log of one App. */
export interface LogUsage {
  namespace: string;
  app: string;
  lines: number;
  sizeBytes: number;
}

/** What the database holds, counted. */
export interface StoreUsage {
  modules: { digest: Digest; sizeBytes: number; transpiledBytes: number }[];
  logs: LogUsage[];
  keyValueStores: DataUsage[];
  blobContainers: DataUsage[];
  apps: StoredPart;
  cookies: StoredPart;
  keptRequests: StoredPart;
  changes: StoredPart;
  volumes: StoredPart;
}

/** Counts what is stored. Blobs are only looked at for their size: none is read. */
export class UsageRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** @throws RuntimeError `storage-failed` */
  async read(): Promise<StoreUsage> {
    const [modules, logs, data, rest] = await Promise.all([this.#modules(), this.#logs(), this.#data(), this.#rest()]);
    return { modules, logs, ...data, ...rest };
  }

  #modules(): Promise<StoreUsage['modules']> {
    return this.#database.read(['modules', 'artifacts'], { what: 'sizes of modules' }, async (transaction) => {
      const transpiled = new Map<Digest, number>();
      // One at a time: the JavaScript of a transpiled component is in its record.
      for (let cursor = await transaction.objectStore('artifacts').openCursor(); cursor !== null; cursor = await cursor.continue()) {
        const { digest, source, cores } = cursor.value;
        const sizeBytes = cores.reduce((sum, { bytes }) => sum + sizeOf(bytes), source.length);
        transpiled.set(digest, (transpiled.get(digest) ?? 0) + sizeBytes);
      }
      const stored = await transaction.objectStore('modules').getAll();
      return stored.map(({ digest, bytes }) => ({ digest, sizeBytes: sizeOf(bytes), transpiledBytes: transpiled.get(digest) ?? 0 }));
    });
  }

  #logs(): Promise<LogUsage[]> {
    return this.#database.read(['logs', 'logHeads'], { what: 'sizes of logs' }, async (transaction) => {
      const heads = await transaction.objectStore('logHeads').getAll();
      return Promise.all(
        heads.map(async ({ namespace, app, lastSequence }) => {
          const lines = Math.min(lastSequence, LOG_LINES_PER_APP);
          const range = IDBKeyRange.bound([namespace, app, lastSequence - MEASURED_LINES + 1], [namespace, app, Number.POSITIVE_INFINITY]);
          const batches = await transaction.objectStore('logs').getAll(range);
          const measured = batches.flatMap(({ lines }) => lines);
          const measuredBytes = measured.reduce((sum, { text, instance }) => sum + text.length + instance.length, 0);
          return { namespace, app, lines, sizeBytes: measured.length === 0 ? 0 : Math.round((measuredBytes / measured.length) * lines) };
        }),
      );
    });
  }

  #data(): Promise<Pick<StoreUsage, 'keyValueStores' | 'blobContainers'>> {
    return this.#database.read(['keyValueHeads', 'blobContainers'], { what: 'sizes of the data of Apps' }, async (transaction) => {
      const [stores, containers] = await Promise.all([transaction.objectStore('keyValueHeads').getAll(), transaction.objectStore('blobContainers').getAll()]);
      return {
        keyValueStores: stores.map(({ namespace, store, keys, sizeBytes }) => ({ namespace, name: store, count: keys, sizeBytes })),
        blobContainers: containers.map(({ namespace, container, objects, sizeBytes }) => ({ namespace, name: container, count: objects, sizeBytes })),
      };
    });
  }

  #rest(): Promise<Pick<StoreUsage, 'apps' | 'cookies' | 'keptRequests' | 'changes' | 'volumes'>> {
    return this.#database.read(['resources', 'meta', 'cookies', 'keptRequests', 'volumes'], { what: 'sizes of what is stored' }, async (transaction) => {
      const [apps, cookies, keptRequests, volumes, head] = await Promise.all([
        transaction.objectStore('resources').index('kind').getAll('App'),
        transaction.objectStore('cookies').getAll(),
        transaction.objectStore('keptRequests').getAll(),
        transaction.objectStore('volumes').getAll(),
        transaction.objectStore('meta').get('changes'),
      ]);
      const { oldest, resourceVersion, sizeBytes } = head ?? EMPTY_CHANGES_HEAD;
      return {
        apps: sumOf(apps, (app) => JSON.stringify(app).length),
        cookies: sumOf(cookies, ({ name, value, domain, path }) => name.length + value.length + domain.length + path.length),
        keptRequests: sumOf(
          keptRequests,
          ({ url, headers, body }) =>
            url.length + headers.reduce((sum, [name, value]) => sum + name.length + value.length, 0) + (body === null ? 0 : sizeOf(body)),
        ),
        volumes: sumOf(volumes, ({ sizeBytes }) => sizeBytes),
        changes: { count: oldest === 0 ? 0 : resourceVersion - oldest + 1, sizeBytes },
      };
    });
  }
}

function sumOf<T>(items: readonly T[], sizeOf: (item: T) => number): StoredPart {
  return { count: items.length, sizeBytes: items.reduce((sum, item) => sum + sizeOf(item), 0) };
}
