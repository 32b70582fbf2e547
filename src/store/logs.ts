import type { LogLine } from '../core/log-line.ts';
import type { Database } from './database.ts';
import type { LogHead, StoredLogLine } from './schema.ts';

/** Lines kept per App; the oldest go first. */
export const LOG_LINES_PER_APP = 10_000;

/** Log lines, per App. */
export class LogRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Adds lines in their order; resolves to the sequence number of the last. @throws RuntimeError `storage-full`, `storage-failed` */
  async append(namespace: string, app: string, lines: readonly LogLine[]): Promise<number> {
    const sizeBytes = lines.reduce((sum, line) => sum + line.text.length, 0);
    const subject = { what: `log of App ${namespace}/${app}`, sizeBytes };
    const last = await this.#database.write(['logs', 'logHeads'], subject, false, async (transaction) => {
      const logs = transaction.objectStore('logs');
      const heads = transaction.objectStore('logHeads');
      const first = (await heads.get([namespace, app]))?.lastSequence ?? 0;
      // Of a batch larger than the ring only the end would stay.
      const kept = lines.slice(-LOG_LINES_PER_APP);
      let sequence = first + (lines.length - kept.length);
      const writes: Promise<unknown>[] = kept.map((line) => {
        sequence += 1;
        const { atMs, stream, text, instance } = line;
        return logs.put({ namespace, app, sequence, atMs, stream, text, instance });
      });
      writes.push(heads.put({ namespace, app, lastSequence: sequence }));
      if (sequence > LOG_LINES_PER_APP) writes.push(logs.delete(rangeOf(namespace, app, 0, sequence - LOG_LINES_PER_APP)));
      await Promise.all(writes);
      return sequence;
    });
    if (lines.length > 0) this.#database.announce({ type: 'logs', namespace, app });
    return last;
  }

  /** The last `count` lines, oldest first. */
  tail(namespace: string, app: string, count: number): Promise<StoredLogLine[]> {
    return this.#database.read(['logs', 'logHeads'], { what: `log of App ${namespace}/${app}` }, async (transaction) => {
      const head = await transaction.objectStore('logHeads').get([namespace, app]);
      if (head === undefined || count <= 0) return [];
      return transaction.objectStore('logs').getAll(rangeOf(namespace, app, head.lastSequence - count + 1, Number.POSITIVE_INFINITY));
    });
  }

  /** Up to `limit` lines with a sequence number above `sequence`, oldest first. */
  after(namespace: string, app: string, sequence: number, limit = 1000): Promise<StoredLogLine[]> {
    return this.#database.read(['logs'], { what: `log of App ${namespace}/${app}` }, (transaction) =>
      transaction.objectStore('logs').getAll(rangeOf(namespace, app, sequence + 1, Number.POSITIVE_INFINITY), limit),
    );
  }

  /** Sequence number of the newest line; 0 without one. */
  lastSequence(namespace: string, app: string): Promise<number> {
    return this.#database.read(['logHeads'], { what: `log of App ${namespace}/${app}` }, async (transaction) => {
      return (await transaction.objectStore('logHeads').get([namespace, app]))?.lastSequence ?? 0;
    });
  }

  /** Where each log stands, also of Apps that are gone. */
  heads(): Promise<LogHead[]> {
    return this.#database.read(['logHeads'], { what: 'logs' }, (transaction) => transaction.objectStore('logHeads').getAll());
  }

  /** Deletes the log of an App. Idempotent. */
  async delete(namespace: string, app: string): Promise<void> {
    await this.#database.write(['logs', 'logHeads'], { what: `log of App ${namespace}/${app}` }, false, async (transaction) => {
      await transaction.objectStore('logs').delete(rangeOf(namespace, app, 0, Number.POSITIVE_INFINITY));
      await transaction.objectStore('logHeads').delete([namespace, app]);
    });
    this.#database.announce({ type: 'logs', namespace, app });
  }
}

function rangeOf(namespace: string, app: string, first: number, last: number): IDBKeyRange {
  return IDBKeyRange.bound([namespace, app, first], [namespace, app, last]);
}
