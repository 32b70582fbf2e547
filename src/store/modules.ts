import { APP_API_VERSION, type App } from '../core/app.ts';
import { RuntimeError } from '../core/errors.ts';
import type { Digest } from '../core/ids.ts';
import type { ModuleReport } from '../core/module.ts';
import type { TranspiledComponent } from '../protocol/sw-host.ts';
import { toStoredArtifact } from './artifacts.ts';
import type { Database } from './database.ts';
import { type StoredBytes, sizeOf, toBlob, toBuffer } from './stored-bytes.ts';

/** Module bytes and what they are, by digest. */
export class ModuleRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /**
   * Stores a module, and its transpiled form when it is a component, in one transaction: a failure leaves no trace.
   * Idempotent; `created` is false when the module was there already: its report and artifact are then brought up to
   * date and it keeps its `createdAtMs`. @throws RuntimeError `storage-full`, `storage-failed`
   */
  async put(report: ModuleReport, bytes: Blob, artifact: TranspiledComponent | null): Promise<{ report: ModuleReport; created: boolean }> {
    const { digest } = report;
    const storedArtifact = artifact === null ? null : await toStoredArtifact(this.#database, digest, artifact);
    const storable = await this.#database.storable(bytes);
    const sizeBytes = bytes.size + (storedArtifact?.cores.reduce((sum, core) => sum + sizeOf(core.bytes), 0) ?? 0);
    const result = await this.#database.write(['modules', 'artifacts'], { what: `module ${digest}`, sizeBytes }, true, async (transaction) => {
      const modules = transaction.objectStore('modules');
      const stored = await modules.get(digest);
      const kept = stored === undefined ? report : { ...report, createdAtMs: stored.report.createdAtMs };
      await modules.put({ digest, report: kept, bytes: stored?.bytes ?? storable });
      if (storedArtifact !== null) await transaction.objectStore('artifacts').put(storedArtifact);
      return { report: kept, created: stored === undefined };
    });
    this.#database.announce({ type: 'modules' });
    return result;
  }

  /** What is known about a module, or null. */
  get(digest: Digest): Promise<ModuleReport | null> {
    return this.#database.read(['modules'], { what: `module ${digest}` }, async (transaction) => {
      return (await transaction.objectStore('modules').get(digest))?.report ?? null;
    });
  }

  /** The bytes of a module, or null. The Blob stays readable after the module was deleted. */
  async getBlob(digest: Digest): Promise<Blob | null> {
    const bytes = await this.#bytesOf(digest);
    return bytes === null ? null : toBlob(bytes, 'application/wasm');
  }

  /** The same in memory. Where they are stored as a buffer no Blob is made of them: WebKit does not read one in a document that is being left. */
  async getBytes(digest: Digest): Promise<Uint8Array<ArrayBuffer> | null> {
    const bytes = await this.#bytesOf(digest);
    return bytes === null ? null : new Uint8Array(await toBuffer(bytes));
  }

  #bytesOf(digest: Digest): Promise<StoredBytes | null> {
    return this.#database.read(['modules'], { what: `module ${digest}` }, async (transaction) => {
      return (await transaction.objectStore('modules').get(digest))?.bytes ?? null;
    });
  }

  /** Every module, newest first. */
  async list(): Promise<ModuleReport[]> {
    const stored = await this.#database.read(['modules'], { what: 'modules' }, (transaction) => transaction.objectStore('modules').getAll());
    return stored.map(({ report }) => report).sort((a, b) => b.createdAtMs - a.createdAtMs);
  }

  /**
   * Deletes a module and everything made from it; false when there was none. Apps are looked at in the same
   * transaction. @throws RuntimeError `module-in-use`, whose details name the Apps
   */
  async delete(digest: Digest): Promise<boolean> {
    const deleted = await this.#database.write(['modules', 'artifacts', 'resources'], { what: `module ${digest}` }, true, async (transaction) => {
      const modules = transaction.objectStore('modules');
      if ((await modules.getKey(digest)) === undefined) return false;
      const apps = (await transaction.objectStore('resources').index('kind').getAll('App')) as App[];
      const users = apps
        .filter((app) => app.apiVersion === APP_API_VERSION && app.spec.source.digest === digest)
        .map((app) => `${app.metadata.namespace}/${app.metadata.name}`);
      if (users.length > 0) {
        throw new RuntimeError('module-in-use', `module ${digest} is used by ${users.join(', ')}; delete those Apps or give them another source.digest first`, {
          details: { digest, apps: users },
        });
      }
      await modules.delete(digest);
      await transaction.objectStore('artifacts').delete(IDBKeyRange.bound([digest], [digest, []]));
      return true;
    });
    if (deleted) this.#database.announce({ type: 'modules' });
    return deleted;
  }
}
