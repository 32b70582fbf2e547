import type { ErasedCounts } from '../core/storage.ts';
import type { Database } from './database.ts';
import { EMPTY_CHANGES_HEAD } from './resource-writes.ts';

/** Of Apps. */
const DATA = ['keyValueHeads', 'keyValues', 'blobContainers', 'blobs'] as const;
const EVERYTHING = ['resources', 'appRoutes', 'changes', 'meta', 'modules', 'artifacts', 'logs', 'logHeads', 'cookies', 'keptRequests', ...DATA] as const;

/**
 * Removes everything that is stored, in one transaction, and tells every realm. The history of changes goes too, for it
 * holds whole Apps: watches get `watch-expired` and list again. The counter of versions goes on, so that no version of
 * before ever comes back. @throws RuntimeError `storage-failed`: then nothing was removed
 */
export async function eraseEverything(database: Database): Promise<ErasedCounts> {
  const { counts, heads, resourceVersion } = await database.write(
    EVERYTHING,
    { what: 'everything that is stored (removing it)' },
    true,
    async (transaction) => {
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
    },
  );
  database.announce({ type: 'resources', resourceVersion });
  database.announce({ type: 'modules' });
  for (const { namespace, app } of heads) database.announce({ type: 'logs', namespace, app });
  return counts;
}
