import type { IDBPDatabase, IDBPTransaction } from 'idb';
import type { App } from '../core/app.ts';
import { routesOf } from './app-routes.ts';

/** One step of the database's history. Untyped on purpose: a step speaks of the schema of its day, not of today's. */
export type Migration = (database: IDBPDatabase<unknown>, transaction: IDBPTransaction<unknown, ArrayLike<string>, 'versionchange'>) => void | Promise<void>;

/** Append-only: its length is the version of the database, and a shipped entry never changes. */
export const MIGRATIONS: readonly Migration[] = [
  (database) => {
    database.createObjectStore('modules', { keyPath: 'digest' });
    database.createObjectStore('artifacts', { keyPath: ['digest', 'transpiler'] });
    const resources = database.createObjectStore('resources', { keyPath: ['kind', 'metadata.namespace', 'metadata.name'] });
    resources.createIndex('kind', 'kind');
    database.createObjectStore('changes', { keyPath: 'resourceVersion' });
    database.createObjectStore('meta', { keyPath: 'key' });
    database.createObjectStore('cookies', { keyPath: ['domain', 'path', 'name'] });
    database.createObjectStore('logs', { keyPath: ['namespace', 'app', 'sequence'] });
    database.createObjectStore('logHeads', { keyPath: ['namespace', 'app'] });
    const keptRequests = database.createObjectStore('keptRequests', { keyPath: 'id' });
    keptRequests.createIndex('createdAtMs', 'createdAtMs');
  },
  async (database, transaction) => {
    const appRoutes = database.createObjectStore('appRoutes', { keyPath: ['namespace', 'name'] });
    appRoutes.createIndex('keys', 'keys', { multiEntry: true });
    appRoutes.createIndex('uid', 'uid');
    // One at a time: an App may carry megabytes of files.
    for (let cursor = await transaction.objectStore('resources').index('kind').openCursor('App'); cursor !== null; cursor = await cursor.continue()) {
      await transaction.objectStore('appRoutes').put(routesOf(cursor.value as App));
    }
  },
  (database) => {
    database.createObjectStore('settings', { keyPath: 'key' });
    database.createObjectStore('origins', { keyPath: 'origin' });
  },
  // A record held one line. An App has at most 10,000.
  async (_database, transaction) => {
    const logs = transaction.objectStore('logs');
    for (const { namespace, app } of (await transaction.objectStore('logHeads').getAll()) as { namespace: string; app: string }[]) {
      const range = IDBKeyRange.bound([namespace, app, 0], [namespace, app, Number.POSITIVE_INFINITY]);
      const records = (await logs.getAll(range)) as { sequence: number; atMs: number; stream: string; text: string; instance: string }[];
      await logs.delete(range);
      for (let index = 0; index < records.length; index += 1_000) {
        const batch = records.slice(index, index + 1_000);
        const lines = batch.map(({ atMs, stream, text, instance }) => ({ atMs, stream, text, instance }));
        await logs.put({ namespace, app, sequence: batch.at(-1)?.sequence, lines });
      }
    }
  },
  // Key-value stores and blobs of Apps.
  (database) => {
    database.createObjectStore('keyValueHeads', { keyPath: ['namespace', 'store'] });
    const keyValues = database.createObjectStore('keyValues', { keyPath: ['namespace', 'store', 'key'] });
    keyValues.createIndex('sequence', ['namespace', 'store', 'sequence']);
    database.createObjectStore('blobContainers', { keyPath: ['namespace', 'container'] });
    database.createObjectStore('blobs', { keyPath: ['namespace', 'container', 'name'] });
  },
  // Volumes.
  (database) => {
    const volumes = database.createObjectStore('volumes', { keyPath: 'id', autoIncrement: true });
    volumes.createIndex('name', ['namespace', 'name'], { unique: true });
    const volumeNodes = database.createObjectStore('volumeNodes', { keyPath: ['volume', 'inode'] });
    volumeNodes.createIndex('orphans', ['volume', 'orphanedAtMs']);
    const volumeEntries = database.createObjectStore('volumeEntries', { keyPath: ['volume', 'parent', 'name'] });
    volumeEntries.createIndex('cookie', ['volume', 'parent', 'cookie']);
    database.createObjectStore('volumeChunks', { keyPath: ['volume', 'inode', 'index'] });
  },
];
