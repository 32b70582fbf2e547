import type { LogLine } from '../core/log-line.ts';
import type { Database } from './database.ts';
import type { LogBatch, LogHead } from './schema.ts';

/** Lines kept per App; the oldest go first. */
export const LOG_LINES_PER_APP = 10_000;

/** Lines that are read at once, at the least. */
const BATCH_LINES = 1_000;

/** A line and its place in its App's log, which counts up from 1. */
export interface NumberedLine extends LogLine {
  sequence: number;
}

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
      const sequence = first + lines.length;
      const writes: Promise<unknown>[] = [];
      // Of more lines than are kept only the end would stay.
      for (let index = Math.max(lines.length - LOG_LINES_PER_APP, 0); index < lines.length; index += BATCH_LINES) {
        const batch = lines.slice(index, index + BATCH_LINES);
        writes.push(logs.put({ namespace, app, sequence: first + index + batch.length, lines: batch }));
      }
      writes.push(heads.put({ namespace, app, lastSequence: sequence }));
      // What is below was deleted before: databases keep a mark for each deleted key, and go through them.
      const lowest = Math.max(first - LOG_LINES_PER_APP, 0);
      if (sequence > LOG_LINES_PER_APP) writes.push(logs.delete(batchesBetween(namespace, app, lowest, sequence - LOG_LINES_PER_APP)));
      await Promise.all(writes);
      return sequence;
    });
    if (lines.length > 0) this.#database.announce({ type: 'logs', namespace, app });
    return last;
  }

  /** The last `count` lines, oldest first. */
  tail(namespace: string, app: string, count: number): Promise<NumberedLine[]> {
    return this.#database.read(['logs', 'logHeads'], { what: `log of App ${namespace}/${app}` }, async (transaction) => {
      const head = await transaction.objectStore('logHeads').get([namespace, app]);
      if (head === undefined || count <= 0) return [];
      const first = head.lastSequence - Math.min(count, LOG_LINES_PER_APP) + 1;
      return linesFrom(first, await transaction.objectStore('logs').getAll(batchesBetween(namespace, app, first, Number.POSITIVE_INFINITY)));
    });
  }

  /** Up to `limit` lines with a sequence number above `sequence`, oldest first. */
  after(namespace: string, app: string, sequence: number, limit = 1000): Promise<NumberedLine[]> {
    return this.#database.read(['logs'], { what: `log of App ${namespace}/${app}` }, async (transaction) => {
      const range = batchesBetween(namespace, app, sequence + 1, Number.POSITIVE_INFINITY);
      return linesFrom(sequence + 1, await transaction.objectStore('logs').getAll(range, limit)).slice(0, limit);
    });
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
      await transaction.objectStore('logs').delete(batchesBetween(namespace, app, 0, Number.POSITIVE_INFINITY));
      await transaction.objectStore('logHeads').delete([namespace, app]);
    });
    this.#database.announce({ type: 'logs', namespace, app });
  }
}

/** Batches whose last line is one of `first` to `last`. */
function batchesBetween(namespace: string, app: string, first: number, last: number): IDBKeyRange {
  return IDBKeyRange.bound([namespace, app, first], [namespace, app, last]);
}

function linesFrom(first: number, batches: readonly LogBatch[]): NumberedLine[] {
  return batches.flatMap(({ sequence, lines }) =>
    lines.map((line, index) => ({ ...line, sequence: sequence - lines.length + 1 + index })).filter((line) => line.sequence >= first),
  );
}
