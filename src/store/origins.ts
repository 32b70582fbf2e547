import type { OriginMode, OriginRecord } from '../core/app-origin.ts';
import type { Database } from './database.ts';

/** How Apps are served here, and what is known of the origins that they have. Every write is announced as `origins`. */
export class OriginRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** null: nobody has found out yet. @throws RuntimeError `storage-failed` */
  async mode(): Promise<OriginMode | null> {
    const setting = await this.#database.read(['settings'], { what: 'how Apps are served' }, (transaction) =>
      transaction.objectStore('settings').get('origin-mode'),
    );
    return setting?.key === 'origin-mode' ? setting.value : null;
  }

  /** @throws RuntimeError `storage-full`, `storage-failed` */
  async setMode(value: OriginMode): Promise<void> {
    await this.#database.write(['settings'], { what: 'how Apps are served' }, false, (transaction) =>
      transaction.objectStore('settings').put({ key: 'origin-mode', value }),
    );
    this.#database.announce({ type: 'origins' });
  }

  /** null: nothing is known of it. @throws RuntimeError `storage-failed` */
  async get(origin: string): Promise<OriginRecord | null> {
    const record = await this.#database.read(['origins'], { what: `the origin ${origin}` }, (transaction) => transaction.objectStore('origins').get(origin));
    return record ?? null;
  }

  /** @throws RuntimeError `storage-failed` */
  list(): Promise<OriginRecord[]> {
    return this.#database.read(['origins'], { what: 'the origins of Apps' }, (transaction) => transaction.objectStore('origins').getAll());
  }

  /** @throws RuntimeError `storage-full`, `storage-failed` */
  async put(record: OriginRecord): Promise<void> {
    await this.#database.write(['origins'], { what: `the origin ${record.origin}` }, false, (transaction) => transaction.objectStore('origins').put(record));
    this.#database.announce({ type: 'origins' });
  }

  /** Nothing is known of it any more. @throws RuntimeError `storage-failed` */
  async delete(origin: string): Promise<void> {
    await this.#database.write(['origins'], { what: `the origin ${origin}` }, false, (transaction) => transaction.objectStore('origins').delete(origin));
    this.#database.announce({ type: 'origins' });
  }
}
