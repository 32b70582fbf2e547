import type { Database } from './database.ts';
import type { KeptRequest } from './schema.ts';
import { toBlob } from './stored-bytes.ts';

/** After this long nobody waits for the answer any more. */
export const KEPT_REQUEST_MAX_AGE_MS = 600_000;

/** Navigations that wait for an instance. */
export class KeptRequestRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** @throws RuntimeError `storage-full`, `storage-failed` */
  async put(request: KeptRequest): Promise<void> {
    const subject = { what: `the kept request ${request.method} ${request.url}`, sizeBytes: request.body?.size ?? 0 };
    const stored = { ...request, body: request.body && (await this.#database.storable(request.body)) };
    await this.#database.write(['keptRequests'], subject, false, (transaction) => transaction.objectStore('keptRequests').put(stored));
  }

  /** Removes the request and gives it to one caller only: null for everybody after the first, and for ids that never were. */
  take(id: string): Promise<KeptRequest | null> {
    return this.#database.write(['keptRequests'], { what: `kept request ${id}` }, false, async (transaction) => {
      const store = transaction.objectStore('keptRequests');
      const request = await store.get(id);
      if (request !== undefined) await store.delete(id);
      return request ? { ...request, body: request.body && toBlob(request.body) } : null;
    });
  }

  /** Deletes the requests that are older than {@link KEPT_REQUEST_MAX_AGE_MS}; resolves to how many. */
  expire(nowMs: number): Promise<number> {
    return this.#database.write(['keptRequests'], { what: 'kept requests' }, false, async (transaction) => {
      const store = transaction.objectStore('keptRequests');
      const ids = await store.index('createdAtMs').getAllKeys(IDBKeyRange.upperBound(nowMs - KEPT_REQUEST_MAX_AGE_MS, true));
      for (const id of ids) await store.delete(id);
      return ids.length;
    });
  }
}
