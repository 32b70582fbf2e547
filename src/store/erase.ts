import { RuntimeError } from '../core/errors.ts';
import type { ErasedCounts } from '../core/storage.ts';
import type { Database } from './database.ts';
import { EMPTY_CHANGES_HEAD } from './resource-writes.ts';

/** Of Apps. */
const DATA = ['keyValueHeads', 'keyValues', 'blobContainers', 'blobs', 'volumes', 'volumeNodes', 'volumeEntries', 'volumeChunks'] as const;
const EVERYTHING = ['resources', 'appRoutes', 'changes', 'meta', 'modules', 'artifacts', 'logs', 'logHeads', 'cookies', 'keptRequests', ...DATA] as const;

const LARGE = ['modules', 'artifacts', 'keyValues', 'blobs', 'volumeChunks'] as const;
const SUBJECT = { what: 'everything that is stored (removing it)' };

/**
 * Removes everything that is stored, in one transaction, and tells every realm. The history of changes goes too, for it
 * holds whole Apps: watches get `watch-expired` and list again. The counter of versions goes on, so that no version of
 * before ever comes back. Where the browser has no room even for that, what is large goes first, in a transaction of its own.
 * @throws RuntimeError `storage-failed`: then nothing else was removed
 */
export async function eraseEverything(database: Database): Promise<ErasedCounts> {
  try {
    return await erase(database);
  } catch (error) {
    if (!(error instanceof RuntimeError && error.code === 'storage-full')) throw error;
    // In an origin over its quota Chromium refuses each transaction that puts something, and none that only deletes.
    const modules = await makeRoom(database);
    return { ...(await erase(database)), modules };
  }
}

/** Removes what is large; resolves to how many modules that were. */
function makeRoom(database: Database): Promise<number> {
  return database.write(LARGE, SUBJECT, true, async (transaction) => {
    const modules = await transaction.objectStore('modules').count();
    for (const name of LARGE) await transaction.objectStore(name).clear();
    return modules;
  });
}

async function erase(database: Database): Promise<ErasedCounts> {
  const { counts, heads, resourceVersion } = await database.write(EVERYTHING, SUBJECT, true, async (transaction) => {
    const [apps, modules, cookies, keptRequests, keyValueStores, blobContainers, logs, head] = await Promise.all([
      transaction.objectStore('resources').index('kind').count('App'),
      transaction.objectStore('modules').count(),
      transaction.objectStore('cookies').count(),
      transaction.objectStore('keptRequests').count(),
      transaction.objectStore('keyValueHeads').count(),
      transaction.objectStore('blobContainers').count(),
      transaction.objectStore('logHeads').getAll(),
      transaction.objectStore('meta').get('changes'),
    ]);
    const version = (head ?? EMPTY_CHANGES_HEAD).resourceVersion + 1;
    for (const name of EVERYTHING) await transaction.objectStore(name).clear();
    await transaction.objectStore('meta').put({ ...EMPTY_CHANGES_HEAD, resourceVersion: version });
    return {
      counts: { apps, modules, cookies, keptRequests, keyValueStores, blobContainers, logs: logs.length },
      heads: logs,
      resourceVersion: String(version),
    };
  });
  database.announce({ type: 'resources', resourceVersion });
  database.announce({ type: 'modules' });
  for (const { namespace, app } of heads) database.announce({ type: 'logs', namespace, app });
  return counts;
}
