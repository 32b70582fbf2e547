import type { Digest } from '../core/ids.ts';
import type { TranspiledComponent } from '../protocol/sw-host.ts';
import type { Database } from './database.ts';
import type { StoredArtifact } from './schema.ts';
import { sizeOf, toBuffer } from './stored-bytes.ts';

/** The stored form of `artifact`. Made outside the transaction: within one only IndexedDB requests may be awaited. */
export async function toStoredArtifact(database: Database, digest: Digest, artifact: TranspiledComponent): Promise<StoredArtifact> {
  const { transpiler, source, cores, imports, exports } = artifact;
  return {
    digest,
    transpiler,
    source,
    cores: await Promise.all(cores.map(async ({ name, bytes }) => ({ name, bytes: await database.storable(new Blob([bytes], { type: 'application/wasm' })) }))),
    imports,
    exports,
  };
}

/** Transpiled components, by digest and transpiler: another version of the transpiler makes another artifact. */
export class ArtifactRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Stores an artifact of a module that is stored already (a new transpiler version). Idempotent. @throws RuntimeError `storage-full`, `storage-failed` */
  async put(digest: Digest, artifact: TranspiledComponent): Promise<void> {
    const stored = await toStoredArtifact(this.#database, digest, artifact);
    const sizeBytes = stored.cores.reduce((sum, core) => sum + sizeOf(core.bytes), stored.source.length);
    await this.#database.write(['artifacts'], { what: `transpiled form of ${digest}`, sizeBytes }, true, (transaction) =>
      transaction.objectStore('artifacts').put(stored),
    );
    this.#database.announce({ type: 'modules' });
  }

  /** The component as `transpiler` made it, its cores read into memory; null when that transpiler has not seen it. */
  async get(digest: Digest, transpiler: string): Promise<TranspiledComponent | null> {
    const what = `transpiled form of ${digest}`;
    const stored = await this.#database.read(['artifacts'], { what }, (transaction) => transaction.objectStore('artifacts').get([digest, transpiler]));
    if (stored === undefined) return null;
    const cores = await Promise.all(stored.cores.map(async ({ name, bytes }) => ({ name, bytes: new Uint8Array(await toBuffer(bytes)) })));
    return { transpiler, source: stored.source, cores, imports: stored.imports, exports: stored.exports };
  }

  /** Names of the transpilers whose output for `digest` is stored. */
  async transpilersOf(digest: Digest): Promise<string[]> {
    const range = IDBKeyRange.bound([digest], [digest, []]);
    const keys = await this.#database.read(['artifacts'], { what: `transpiled forms of ${digest}` }, (transaction) =>
      transaction.objectStore('artifacts').getAllKeys(range),
    );
    return keys.map(([, transpiler]) => transpiler);
  }
}
