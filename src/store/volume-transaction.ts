import type { IDBPTransaction } from 'idb';
import { FileError } from '../core/file-error.ts';
import type { Database } from './database.ts';
import type { SwerveSchema } from './schema.ts';

/** Everything of volumes, in one scope: what one transaction has written is whole before the next one reads. */
const VOLUME_STORES = ['volumes', 'volumeNodes', 'volumeEntries', 'volumeChunks'] as const;

/** One transaction over all volumes. One that only reads has the same type, and is not written to. */
export type VolumeTransaction = IDBPTransaction<SwerveSchema, typeof VOLUME_STORES, 'readwrite'>;

/** Reads in one transaction. `body` may await nothing but requests of it. @throws FileError of `body`; RuntimeError `storage-failed` */
export function readVolumes<T>(database: Database, what: string, body: (transaction: VolumeTransaction) => Promise<T>): Promise<T> {
  return unlessFileError((guarded) =>
    database.read(VOLUME_STORES, { what }, (transaction) => guarded(() => body(transaction as unknown as VolumeTransaction))),
  );
}

/** Writes in one transaction, all or nothing; resolves after it was committed. `durable`: and flushed to the disk. @throws FileError of `body`: nothing was written then; RuntimeError `storage-full`, `storage-failed` */
export function writeVolumes<T>(database: Database, what: string, durable: boolean, body: (transaction: VolumeTransaction) => Promise<T>): Promise<T> {
  return unlessFileError((guarded) =>
    database.write(VOLUME_STORES, { what }, durable, (transaction) =>
      guarded(async () => {
        const result = await body(transaction);
        // Its requests are all made: one round trip less than to wait until the browser has seen that.
        transaction.commit();
        return result;
      }),
    ),
  );
}

/** Makes the request without waiting for it: when it fails so does its transaction, which says why. */
export function issue(request: Promise<unknown>): void {
  request.catch(() => {});
}

/** A FileError that ended a transaction is what its caller is told, not that the transaction was ended. */
async function unlessFileError<T>(run: (guarded: (body: () => Promise<T>) => Promise<T>) => Promise<T>): Promise<T> {
  let refused: FileError | null = null;
  try {
    return await run(async (body) => {
      try {
        return await body();
      } catch (error) {
        if (error instanceof FileError) refused = error;
        throw error;
      }
    });
  } catch (error) {
    throw refused ?? error;
  }
}
