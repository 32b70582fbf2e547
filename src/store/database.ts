import { type IDBPDatabase, type IDBPTransaction, openDB, type StoreNames } from 'idb';
import { RuntimeError } from '../core/errors.ts';
import { CHANGES_CHANNEL, type ChangeMessage } from '../protocol/broadcast.ts';
import { MIGRATIONS, type Migration } from './migrations.ts';
import type { SwerveSchema } from './schema.ts';
import { type StorageSubject, toStorageError } from './storage-error.ts';
import type { StoredBytes } from './stored-bytes.ts';

export const DATABASE_NAME = 'swerve';

export interface DatabaseOptions {
  name?: string;
  /** An older version of Swerve in another tab keeps this one from opening: that tab must be closed or reloaded. */
  onBlocked?: () => void;
  /** The browser ended the connection by itself (storage cleared, disk failure). The next use opens it again. */
  onTerminated?: () => void;
  /** For tests of migrations; everything else uses the shipped list. */
  migrations?: readonly Migration[];
}

type Names = readonly StoreNames<SwerveSchema>[];
type Transaction<N extends Names, Mode extends IDBTransactionMode> = IDBPTransaction<SwerveSchema, N, Mode>;

/**
 * The database of the origin. The service worker, pages and workers each have their own; the connection is opened at
 * first use, closed when another realm must upgrade, and opened again at the next use.
 */
export class Database {
  readonly #options: DatabaseOptions;
  readonly #changes = new BroadcastChannel(CHANGES_CHANNEL);
  #connection: Promise<IDBPDatabase<SwerveSchema>> | null = null;
  #keepsBlobs: Promise<boolean> | null = null;

  constructor(options: DatabaseOptions = {}) {
    this.#options = options;
  }

  /** Runs `body` in one read-only transaction. `body` may await nothing but requests of it. @throws RuntimeError `storage-failed`, `protocol-mismatch`, or what `body` throws */
  read<N extends Names, T>(stores: N, subject: StorageSubject, body: (transaction: Transaction<N, 'readonly'>) => Promise<T>): Promise<T> {
    return this.#run(stores, 'readonly', {}, subject, body);
  }

  /**
   * Runs `body` in one transaction and resolves after it has been committed. `body` may await nothing but requests of it;
   * when it throws nothing is written. `durable`: also flushed to disk before it resolves.
   * @throws RuntimeError `storage-full`, `storage-failed`, `protocol-mismatch`, or what `body` throws
   */
  write<N extends Names, T>(stores: N, subject: StorageSubject, durable: boolean, body: (transaction: Transaction<N, 'readwrite'>) => Promise<T>): Promise<T> {
    return this.#run(stores, 'readwrite', { durability: durable ? 'strict' : 'relaxed' }, subject, body);
  }

  /** `blob` as this browser can store it. Ask before the transaction: within one only IndexedDB requests may be awaited. */
  async storable(blob: Blob): Promise<StoredBytes> {
    this.#keepsBlobs ??= this.#tryBlob();
    return (await this.#keepsBlobs) ? blob : blob.arrayBuffer();
  }

  /** Tells every realm, this one included, that stored state has changed. */
  announce(message: ChangeMessage): void {
    this.#changes.postMessage(message);
  }

  /** Opens the connection now rather than at the first use. @throws RuntimeError `storage-failed`, `protocol-mismatch` */
  async open(): Promise<void> {
    await this.#connect();
  }

  /** Ends the connection. Nothing may use the database afterwards. */
  close(): void {
    this.#disconnect();
    this.#changes.close();
  }

  async #run<N extends Names, Mode extends 'readonly' | 'readwrite', T>(
    stores: N,
    mode: Mode,
    options: IDBTransactionOptions,
    subject: StorageSubject,
    body: (transaction: Transaction<N, Mode>) => Promise<T>,
  ): Promise<T> {
    const transaction = await this.#begin(stores, mode, options, subject);
    // The failure reaches the caller below; this keeps it from also being reported as unhandled while `body` runs.
    transaction.done.catch(() => {});
    try {
      const result = await body(transaction);
      // What was read stays read, however the transaction ends: nobody waits for that.
      if (mode === 'readwrite') await transaction.done;
      return result;
    } catch (error) {
      // A request that failed for space aborts the transaction, and the requests after it only say AbortError.
      const cause = transaction.error ?? error;
      try {
        transaction.abort();
      } catch {
        // Aborted or finished already.
      }
      throw await toStorageError(error instanceof RuntimeError ? error : cause, subject);
    }
  }

  /** Whether a Blob can be put into a record. Found out by trying, in a transaction that is taken back. */
  async #tryBlob(): Promise<boolean> {
    const transaction = await this.#begin(['keptRequests'], 'readwrite', {}, { what: 'a Blob' });
    transaction.done.catch(() => {}); // It is aborted on purpose.
    try {
      await transaction.objectStore('keptRequests').put({ id: 'blob', method: '', url: '', headers: [], body: new Blob(['blob']), createdAtMs: 0 });
      return true;
    } catch (error) {
      // Anything else, a full disk for one, is told by the write that follows.
      return !(error instanceof DOMException && (error.name === 'UnknownError' || error.name === 'DataCloneError'));
    } finally {
      try {
        transaction.abort();
      } catch {
        // The failure has aborted it already.
      }
    }
  }

  async #begin<N extends Names, Mode extends 'readonly' | 'readwrite'>(
    stores: N,
    mode: Mode,
    options: IDBTransactionOptions,
    subject: StorageSubject,
  ): Promise<Transaction<N, Mode>> {
    for (let attempt = 0; ; attempt += 1) {
      const connection = await this.#connect();
      try {
        return connection.transaction(stores, mode, options);
      } catch (error) {
        // The connection was closed behind our back (an upgrade elsewhere, or the browser): one more, with a new one.
        if (attempt > 0 || !(error instanceof DOMException && error.name === 'InvalidStateError')) throw await toStorageError(error, subject);
        this.#disconnect();
      }
    }
  }

  #connect(): Promise<IDBPDatabase<SwerveSchema>> {
    if (this.#connection === null) {
      const connection = this.#openConnection();
      this.#connection = connection;
      connection.catch(() => {
        if (this.#connection === connection) this.#connection = null;
      });
    }
    return this.#connection;
  }

  #disconnect(): void {
    const connection = this.#connection;
    this.#connection = null;
    void connection?.then(
      (database) => database.close(),
      () => {}, // It never opened; who asked for it was told.
    );
  }

  async #openConnection(): Promise<IDBPDatabase<SwerveSchema>> {
    const migrations = this.#options.migrations ?? MIGRATIONS;
    const name = this.#options.name ?? DATABASE_NAME;
    let migrationError: unknown = null;
    try {
      return await openDB<SwerveSchema>(name, migrations.length, {
        upgrade(database, oldVersion, _newVersion, transaction) {
          // idb does not await this function: without abort() a late rejection would commit half a migration.
          const migrate = async (): Promise<void> => {
            for (const step of migrations.slice(oldVersion)) await step(database as never, transaction as never);
          };
          void migrate().catch((error: unknown) => {
            migrationError = error;
            transaction.abort();
          });
          transaction.done.catch(() => {}); // Silent here because the failure reaches the caller through openDB.
        },
        blocked: () => this.#options.onBlocked?.(),
        blocking: () => this.#disconnect(),
        terminated: () => {
          this.#connection = null;
          this.#options.onTerminated?.();
        },
      });
    } catch (error) {
      if (error instanceof DOMException && error.name === 'VersionError') {
        throw new RuntimeError(
          'protocol-mismatch',
          `the database "${name}" was written by a newer version of Swerve than this one (${migrations.length}); reload this page`,
          { cause: error },
        );
      }
      throw await toStorageError(migrationError ?? error, { what: `the database "${name}" (opening it)` });
    }
  }
}

/** The database of the origin, opened. The caller closes it. @throws RuntimeError `storage-failed`, `protocol-mismatch` */
export async function openDatabase(options: DatabaseOptions = {}): Promise<Database> {
  const database = new Database(options);
  await database.open();
  return database;
}
