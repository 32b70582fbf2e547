import type { IDBPTransaction } from 'idb';
import { RuntimeError } from '../core/errors.ts';
import type { Database } from './database.ts';
import type { BlobContainer, BlobObject, SwerveSchema } from './schema.ts';
import { sizeOf, toBlob } from './stored-bytes.ts';

/** What one container may hold. */
export interface BlobQuota {
  readonly objects: number;
  /** Of names and contents together. */
  readonly sizeBytes: number;
}

/** Of every container. */
export const BLOB_QUOTA: BlobQuota = { objects: 100_000, sizeBytes: 1_073_741_824 };
/** Of an object's name, as UTF-8. */
export const BLOB_NAME_MAX_BYTES = 1_024;

/** A container of a namespace. */
export interface ContainerName {
  readonly namespace: string;
  readonly container: string;
}

/** An object of a container. */
export interface ObjectName extends ContainerName {
  readonly name: string;
}

/** What is known of an object without reading it. */
export interface ObjectInfo {
  readonly createdAtMs: number;
  readonly sizeBytes: number;
}

/** What a container holds. */
export interface ContainerUsage extends ObjectInfo {
  readonly namespace: string;
  readonly name: string;
  readonly objects: number;
}

const TABLES = ['blobContainers', 'blobs'] as const;

/** Containers of blobs. Resolves after the commit; objects are flushed to disk as well, which their size makes cheap. Whatever needs a container that is not there throws `resource-not-found`. */
export class BlobRepository {
  readonly #database: Database;
  readonly quota: BlobQuota;

  constructor(database: Database, quota = BLOB_QUOTA) {
    this.#database = database;
    this.quota = quota;
  }

  /** @throws RuntimeError `resource-exists` */
  async create(name: ContainerName): Promise<void> {
    await this.#database.write(TABLES, subjectOf(name), true, async (transaction) => {
      const containers = transaction.objectStore('blobContainers');
      if ((await containers.getKey([name.namespace, name.container])) !== undefined) {
        throw new RuntimeError('resource-exists', `there is a container ${name.container} already`);
      }
      await containers.put({ ...name, createdAtMs: Date.now(), objects: 0, sizeBytes: 0 });
    });
  }

  /** null: there is no such container. */
  info({ namespace, container }: ContainerName): Promise<BlobContainer | null> {
    return this.#database.read(['blobContainers'], { what: `container ${container}` }, async (transaction) => {
      return (await transaction.objectStore('blobContainers').get([namespace, container])) ?? null;
    });
  }

  /** The content, which stays readable after the object was deleted. @throws RuntimeError `resource-not-found` */
  get({ namespace, container, name }: ObjectName): Promise<Blob> {
    return this.#database.read(['blobs'], { what: `object ${name}` }, async (transaction) => {
      const found = await transaction.objectStore('blobs').get([namespace, container, name]);
      if (found === undefined) throw noObject(container, name);
      return toBlob(found.bytes);
    });
  }

  /** null: there is no such object. */
  objectInfo({ namespace, container, name }: ObjectName): Promise<ObjectInfo | null> {
    return this.#database.read(['blobs'], { what: `object ${name}` }, async (transaction) => {
      const found = await transaction.objectStore('blobs').get([namespace, container, name]);
      return found === undefined ? null : { createdAtMs: found.createdAtMs, sizeBytes: sizeOf(found.bytes) };
    });
  }

  /** Makes or replaces the objects `names` with the same content. All or none. @throws RuntimeError `storage-full`, `request-invalid` for a name that is too long */
  async put(names: readonly ObjectName[], content: Blob): Promise<void> {
    const bytes = await this.#database.storable(content);
    await this.#database.write(TABLES, { what: 'a blob', sizeBytes: content.size }, true, async (transaction) => {
      for (const name of names) await this.#put(transaction, { ...name, createdAtMs: Date.now(), bytes });
    });
  }

  /** Makes or replaces `to` with the content of `from`; `move`: and deletes `from`. */
  async copy(from: ObjectName, to: ObjectName, move: boolean): Promise<void> {
    await this.#database.write(TABLES, { what: `object ${to.name}` }, true, async (transaction) => {
      const found = await transaction.objectStore('blobs').get([from.namespace, from.container, from.name]);
      if (found === undefined) throw noObject(from.container, from.name);
      const isSame = from.container === to.container && from.name === to.name;
      if (isSame) return;
      await this.#put(transaction, { ...to, createdAtMs: Date.now(), bytes: found.bytes });
      if (move) await this.#remove(transaction, from);
    });
  }

  /** Deletes those of `names` that there are. */
  async delete(names: readonly ObjectName[]): Promise<void> {
    await this.#database.write(TABLES, { what: 'blobs' }, true, async (transaction) => {
      for (const name of names) await this.#remove(transaction, name);
    });
  }

  /** Names of up to `limit` objects after `after`, sorted. */
  list({ namespace, container }: ContainerName, after: string | null, limit: number): Promise<string[]> {
    return this.#database.read(['blobs'], { what: `container ${container}` }, async (transaction) => {
      const range = IDBKeyRange.bound([namespace, container, after ?? ''], [namespace, container, []], after !== null);
      return (await transaction.objectStore('blobs').getAllKeys(range, limit)).map(([, , name]) => name);
    });
  }

  /** Deletes every object of a container. */
  async clear(name: ContainerName): Promise<void> {
    await this.#database.write(TABLES, subjectOf(name), true, async (transaction) => {
      const containers = transaction.objectStore('blobContainers');
      const container = await containers.get([name.namespace, name.container]);
      if (container === undefined) throw noContainer(name.container);
      await transaction.objectStore('blobs').delete(objectsOf(name));
      await containers.put({ ...container, objects: 0, sizeBytes: 0 });
    });
  }

  /** Deletes a container and its objects; false when there was none. */
  drop(name: ContainerName): Promise<boolean> {
    return this.#database.write(TABLES, subjectOf(name), true, async (transaction) => {
      const containers = transaction.objectStore('blobContainers');
      if ((await containers.getKey([name.namespace, name.container])) === undefined) return false;
      await containers.delete([name.namespace, name.container]);
      await transaction.objectStore('blobs').delete(objectsOf(name));
      return true;
    });
  }

  /** Every container, by namespace and name. */
  async containers(): Promise<ContainerUsage[]> {
    const found = await this.#database.read(['blobContainers'], { what: 'containers' }, (transaction) => transaction.objectStore('blobContainers').getAll());
    return found.map(({ namespace, container, createdAtMs, objects, sizeBytes }) => ({ namespace, name: container, createdAtMs, objects, sizeBytes }));
  }

  async #put(transaction: BlobWrite, object: BlobObject): Promise<void> {
    const { namespace, container: name } = object;
    const containers = transaction.objectStore('blobContainers');
    const [container, before] = await Promise.all([containers.get([namespace, name]), transaction.objectStore('blobs').get([namespace, name, object.name])]);
    if (container === undefined) throw noContainer(name);
    const nameBytes = byteLength(object.name);
    if (nameBytes > BLOB_NAME_MAX_BYTES)
      throw new RuntimeError('request-invalid', `an object's name may have ${BLOB_NAME_MAX_BYTES} bytes, and this one has ${nameBytes}`);
    container.objects += before === undefined ? 1 : 0;
    container.sizeBytes += sizeOf(object.bytes) - (before === undefined ? -nameBytes : sizeOf(before.bytes));
    if (before === undefined && container.objects > this.quota.objects) throw full(name, `${this.quota.objects} objects`);
    if (container.sizeBytes > this.quota.sizeBytes && (before === undefined || sizeOf(object.bytes) > sizeOf(before.bytes)))
      throw full(name, `${this.quota.sizeBytes} bytes`);
    await Promise.all([containers.put(container), transaction.objectStore('blobs').put(object)]);
  }

  async #remove(transaction: BlobWrite, { namespace, container: name, name: object }: ObjectName): Promise<void> {
    const containers = transaction.objectStore('blobContainers');
    const [container, before] = await Promise.all([containers.get([namespace, name]), transaction.objectStore('blobs').get([namespace, name, object])]);
    if (container === undefined) throw noContainer(name);
    if (before === undefined) return;
    container.objects -= 1;
    container.sizeBytes -= byteLength(object) + sizeOf(before.bytes);
    await Promise.all([containers.put(container), transaction.objectStore('blobs').delete([namespace, name, object])]);
  }
}

type BlobWrite = IDBPTransaction<SwerveSchema, typeof TABLES, 'readwrite'>;

function objectsOf({ namespace, container }: ContainerName): IDBKeyRange {
  return IDBKeyRange.bound([namespace, container], [namespace, container, []]);
}

function subjectOf({ container }: ContainerName): { what: string } {
  return { what: `container ${container}` };
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** @throws RuntimeError `resource-not-found` */
function noContainer(container: string): RuntimeError {
  return new RuntimeError('resource-not-found', `there is no container ${container}`);
}

function noObject(container: string, name: string): RuntimeError {
  return new RuntimeError('resource-not-found', `there is no object ${JSON.stringify(name)} in the container ${container}`);
}

function full(container: string, limit: string): RuntimeError {
  return new RuntimeError('storage-full', `the container ${container} is full: it may hold ${limit}`);
}
