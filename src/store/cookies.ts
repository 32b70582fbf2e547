import type { CookieKey, CookieRecord, CookieRecordStore } from '../core/cookie-record.ts';
import type { Database } from './database.ts';

/** The records of the cookie jar. The jar alone writes here, so nothing is announced. */
export class CookieRepository implements CookieRecordStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Every record, in any order; expired ones too. */
  loadAll(): Promise<CookieRecord[]> {
    return this.#database.read(['cookies'], { what: 'cookies' }, (transaction) => transaction.objectStore('cookies').getAll());
  }

  /** Writes `put` and removes `remove`, keys of `[domain, path, name]`, in one transaction. @throws RuntimeError `storage-full`, `storage-failed` */
  async write(changes: { readonly put: readonly CookieRecord[]; readonly remove: readonly CookieKey[] }): Promise<void> {
    const sizeBytes = changes.put.reduce((sum, record) => sum + record.name.length + record.value.length, 0);
    const domains = [...new Set(changes.put.map((record) => record.domain))].join(', ');
    await this.#database.write(['cookies'], { what: `cookies of ${domains || 'this origin'}`, sizeBytes }, false, async (transaction) => {
      const store = transaction.objectStore('cookies');
      await Promise.all([
        ...changes.put.map((record) => store.put(record)),
        ...changes.remove.map(([domain, path, name]) => store.delete([domain, path, name])),
      ]);
    });
  }
}
