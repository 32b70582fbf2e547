import type { IDBPTransaction } from 'idb';
import type { App } from '../core/app.ts';
import { RuntimeError } from '../core/errors.ts';
import type { Digest } from '../core/ids.ts';
import type { Resource } from '../core/resource.ts';
import { routesOf } from './app-routes.ts';
import type { Database } from './database.ts';
import { equalJson } from './equal-json.ts';
import { CHANGES_KEPT, CHANGES_KEPT_BYTES, canWatchFrom, EMPTY_CHANGES_HEAD, isUnchanged, prepareReplace } from './resource-writes.ts';
import type { ResourceChange, SwerveSchema } from './schema.ts';

/** Names one resource. */
export interface ResourceKey {
  kind: string;
  namespace: string;
  name: string;
}

/** What must hold for a write to happen, compared in its transaction. */
export interface WritePreconditions {
  /** Absent: whatever is stored. */
  resourceVersion?: string;
  uid?: string;
}

export interface WriteOptions {
  /** Must be stored when the write happens, so that it cannot be deleted between the check and the write. */
  requiredModule?: Digest;
  /** Apps of the same namespace that read what is written: each gets a new generation in the same transaction, so that its instances are replaced. */
  renews?: (app: App) => boolean;
}

/** One of several writes that happen together. */
export interface ResourceWrite<T extends Resource> {
  resource: T;
  /** null: there is no resource of that name yet. */
  preconditions: WritePreconditions | null;
  options: WriteOptions;
}

const LIST_PAGE = 250;

const RESOURCE_STORES = ['resources', 'changes', 'meta', 'appRoutes'] as const;
const WRITE_STORES = [...RESOURCE_STORES, 'modules'] as const;
type WriteTransaction = IDBPTransaction<SwerveSchema, typeof WRITE_STORES, 'readwrite'>;

/** What became of a write: the resource as it is stored, or as it was when there was nothing to write. */
interface Written<T extends Resource> {
  resource: T;
  isWritten: boolean;
}

/** The changes after a resourceVersion, and the version that they lead to. */
export interface ChangesSince<T extends Resource> {
  changes: ResourceChange<T>[];
  resourceVersion: string;
}

/**
 * Resources of every kind. One counter gives every write of any of them its resourceVersion; the write, the counter and
 * the change that watches read are one transaction (design, invariant 9).
 */
export class ResourceRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  get<T extends Resource>({ kind, namespace, name }: ResourceKey): Promise<T | null> {
    return this.#database.read(['resources'], { what: `${kind} ${namespace}/${name}` }, async (transaction) => {
      return ((await transaction.objectStore('resources').get([kind, namespace, name])) as T | undefined) ?? null;
    });
  }

  /** Every resource of `kind` by namespace and name, as of one resourceVersion, which is good to watch from. */
  list<T extends Resource>(kind: string, namespace: string | null = null): Promise<{ items: T[]; resourceVersion: string }> {
    return this.#database.read(['resources', 'meta'], { what: `resources of kind ${kind}` }, async (transaction) => {
      const first = namespace === null ? [kind] : [kind, namespace];
      const last = [...first, []];
      const items: T[] = [];
      // In pages: what is asked for meanwhile does not wait for ten thousand resources to be decoded.
      for (let range = IDBKeyRange.bound(first, last); ; ) {
        const page = (await transaction.objectStore('resources').getAll(range, LIST_PAGE)) as T[];
        items.push(...page);
        const lastOfPage = page[LIST_PAGE - 1];
        if (lastOfPage === undefined) break;
        const { metadata } = lastOfPage;
        range = IDBKeyRange.bound([kind, metadata.namespace, metadata.name], last, true);
      }
      const head = (await transaction.objectStore('meta').get('changes')) ?? EMPTY_CHANGES_HEAD;
      return { items, resourceVersion: String(head.resourceVersion) };
    });
  }

  /** Stores a new resource with generation 1; resolves to it as stored. @throws RuntimeError `resource-exists`, `resource-invalid` (the required module is gone), `storage-full`, `storage-failed` */
  create<T extends Resource>(resource: T, options: WriteOptions = {}): Promise<T> {
    return this.#write(keyOf(resource), options, (transaction) => createIn(transaction, resource, options));
  }

  /**
   * Stores `resource` over the one of the same key, metadata, spec and status as given ({@link prepareReplace} says what
   * stays). A replacement that changes nothing writes nothing and resolves to what is stored.
   * @throws RuntimeError `resource-not-found`, `resource-conflict`, `resource-invalid`, `storage-full`, `storage-failed`
   */
  replace<T extends Resource>(resource: T, preconditions: WritePreconditions, options: WriteOptions = {}): Promise<T> {
    return this.#write(keyOf(resource), options, (transaction) => replaceIn(transaction, resource, preconditions, options));
  }

  /**
   * All of `writes` in one transaction, or none of them; resolves to the resources as stored, in the same order.
   * @throws RuntimeError as {@link create} and {@link replace} do: then nothing was written
   */
  async writeAll<T extends Resource>(writes: readonly ResourceWrite<T>[]): Promise<T[]> {
    const done = await this.#database.write(WRITE_STORES, { what: `${writes.length} resources together` }, true, async (transaction) => {
      const written: Written<T>[] = [];
      for (const { resource, preconditions, options } of writes) {
        written.push(preconditions === null ? await createIn(transaction, resource, options) : await replaceIn(transaction, resource, preconditions, options));
      }
      return written;
    });
    const last = done.findLast(({ isWritten }) => isWritten);
    if (last !== undefined) this.#database.announce({ type: 'resources', resourceVersion: last.resource.metadata.resourceVersion });
    return done.map(({ resource }) => resource);
  }

  /** Stores `status` and leaves the rest alone. @throws RuntimeError `resource-not-found`, `resource-conflict`, `storage-full`, `storage-failed` */
  updateStatus<T extends Resource>(key: ResourceKey, status: T['status'], preconditions: WritePreconditions): Promise<T> {
    return this.#write(key, {}, async (transaction) => {
      const current = await readForWrite<T>(transaction, key, preconditions);
      return equalJson(current.status, status) ? { resource: current, isWritten: false } : commit(transaction, 'MODIFIED', current, { ...current, status });
    });
  }

  /** Deletes a resource; resolves to its last state. @throws RuntimeError `resource-not-found`, `resource-conflict`, `storage-failed` */
  delete<T extends Resource>(key: ResourceKey, preconditions: WritePreconditions = {}, options: WriteOptions = {}): Promise<T> {
    return this.#write(key, options, async (transaction) => {
      const current = await readForWrite<T>(transaction, key, preconditions);
      const written = await commit(transaction, 'DELETED', current, current);
      await renewApps(transaction, key.namespace, options.renews);
      return written;
    });
  }

  /**
   * The changes of `kind` after `resourceVersion`, oldest first, deletions included.
   * @throws RuntimeError `watch-expired` when some of them are no longer kept
   */
  changesSince<T extends Resource>(kind: string, resourceVersion: string): Promise<ChangesSince<T>> {
    return this.#database.read(['changes', 'meta'], { what: `changes of kind ${kind}` }, async (transaction) => {
      const head = (await transaction.objectStore('meta').get('changes')) ?? EMPTY_CHANGES_HEAD;
      const since = Number(resourceVersion);
      if (!canWatchFrom(head, since)) {
        throw new RuntimeError(
          'watch-expired',
          `too old resource version: ${resourceVersion} (kept: ${head.oldest} to ${head.resourceVersion}); list again and watch from there`,
          {
            details: { resourceVersion, oldest: String(head.oldest), newest: String(head.resourceVersion) },
          },
        );
      }
      const changes =
        since === head.resourceVersion ? [] : ((await transaction.objectStore('changes').getAll(IDBKeyRange.lowerBound(since, true))) as ResourceChange<T>[]);
      return { changes: changes.filter((change) => change.kind === kind), resourceVersion: String(head.resourceVersion) };
    });
  }

  async #write<T extends Resource>(key: ResourceKey, options: WriteOptions, body: (transaction: WriteTransaction) => Promise<Written<T>>): Promise<T> {
    const subject = { what: `${key.kind} ${key.namespace}/${key.name}` };
    // Transactions that share a store wait for each other: a status write must not wait for a module that is being stored.
    const stores = (options.requiredModule === undefined ? RESOURCE_STORES : WRITE_STORES) as typeof WRITE_STORES;
    const { resource, isWritten } = await this.#database.write(stores, subject, true, body);
    if (isWritten) this.#database.announce({ type: 'resources', resourceVersion: resource.metadata.resourceVersion });
    return resource;
  }
}

async function createIn<T extends Resource>(transaction: WriteTransaction, resource: T, { requiredModule, renews }: WriteOptions): Promise<Written<T>> {
  await requireModule(transaction, requiredModule);
  const { kind, metadata } = resource;
  if ((await transaction.objectStore('resources').getKey([kind, metadata.namespace, metadata.name])) !== undefined) {
    throw new RuntimeError(
      'resource-exists',
      `${kind} ${metadata.namespace}/${metadata.name} exists already; change it with PUT or PATCH, or choose another name`,
      {
        details: { kind, namespace: metadata.namespace, name: metadata.name },
      },
    );
  }
  const written = await commit(transaction, 'ADDED', null, { ...resource, metadata: { ...metadata, generation: 1 } });
  await renewApps(transaction, metadata.namespace, renews);
  return written;
}

async function replaceIn<T extends Resource>(
  transaction: WriteTransaction,
  resource: T,
  preconditions: WritePreconditions,
  { requiredModule, renews }: WriteOptions,
): Promise<Written<T>> {
  const current = await readForWrite<T>(transaction, keyOf(resource), preconditions);
  const next = prepareReplace(current, resource);
  if (isUnchanged(current, next)) return { resource: current, isWritten: false };
  await requireModule(transaction, requiredModule);
  const written = await commit(transaction, 'MODIFIED', current, next);
  // Labels alone change nothing for whoever reads it.
  if (next.metadata.generation !== current.metadata.generation) await renewApps(transaction, next.metadata.namespace, renews);
  return written;
}

function keyOf(resource: Resource): ResourceKey {
  return { kind: resource.kind, namespace: resource.metadata.namespace, name: resource.metadata.name };
}

async function requireModule(transaction: WriteTransaction, digest: Digest | undefined): Promise<void> {
  if (digest === undefined || (await transaction.objectStore('modules').getKey(digest)) !== undefined) return;
  throw new RuntimeError('resource-invalid', `module ${digest} is not stored (any more); push it with POST /_swerve/modules first`, { details: { digest } });
}

async function readForWrite<T extends Resource>(transaction: WriteTransaction, key: ResourceKey, preconditions: WritePreconditions): Promise<T> {
  const { kind, namespace, name } = key;
  const current = (await transaction.objectStore('resources').get([kind, namespace, name])) as T | undefined;
  if (current === undefined) {
    throw new RuntimeError('resource-not-found', `there is no ${kind} ${namespace}/${name}`, { details: { ...key } });
  }
  const { resourceVersion, uid } = current.metadata;
  if (preconditions.uid !== undefined && preconditions.uid !== uid) {
    throw new RuntimeError('resource-conflict', `${kind} ${namespace}/${name} has the uid ${uid}, not ${preconditions.uid}: it was deleted and created again`, {
      details: { ...key, uid },
    });
  }
  if (preconditions.resourceVersion !== undefined && preconditions.resourceVersion !== resourceVersion) {
    throw new RuntimeError(
      'resource-conflict',
      `${kind} ${namespace}/${name} is at resourceVersion ${resourceVersion}, not ${preconditions.resourceVersion}; read it again and apply the change to that`,
      { details: { ...key, resourceVersion } },
    );
  }
  return current;
}

/** Writes `resource` under the next resourceVersion, and the change beside it. */
async function commit<T extends Resource>(transaction: WriteTransaction, type: ResourceChange['type'], previous: T | null, resource: T): Promise<Written<T>> {
  const resources = transaction.objectStore('resources');
  const changes = transaction.objectStore('changes');
  const meta = transaction.objectStore('meta');
  const head = (await meta.get('changes')) ?? EMPTY_CHANGES_HEAD;
  const resourceVersion = head.resourceVersion + 1;
  const { kind, metadata } = resource;
  const written: T = { ...resource, metadata: { ...metadata, resourceVersion: String(resourceVersion) } };

  const change: ResourceChange = {
    resourceVersion,
    type,
    kind,
    object: written,
    previousLabels: previous === null ? null : (previous.metadata.labels ?? {}),
    specChanged: previous === null || type === 'DELETED' || previous.metadata.generation !== metadata.generation,
    sizeBytes: JSON.stringify(written).length,
  };
  let { oldest } = head;
  if (oldest === 0) oldest = resourceVersion;
  let sizeBytes = head.sizeBytes + change.sizeBytes;
  // The newest change always stays, however large: the watches that wait for it are already running.
  while (oldest < resourceVersion && (resourceVersion - oldest >= CHANGES_KEPT || sizeBytes > CHANGES_KEPT_BYTES)) {
    sizeBytes -= (await changes.get(oldest))?.sizeBytes ?? 0;
    await changes.delete(oldest);
    oldest += 1;
  }
  await Promise.all([
    type === 'DELETED' ? resources.delete([kind, metadata.namespace, metadata.name]) : resources.put(written),
    changes.put(change),
    kind === 'App' ? putRoutes(transaction, type, written as unknown as App) : undefined,
    meta.put({ key: 'changes', resourceVersion, oldest, sizeBytes }),
  ]);
  return { resource: written, isWritten: true };
}

/** Gives each App of `namespace` that `renews` names its next generation. */
async function renewApps(transaction: WriteTransaction, namespace: string, renews: WriteOptions['renews']): Promise<void> {
  if (renews === undefined) return;
  const range = IDBKeyRange.bound(['App', namespace], ['App', namespace, []]);
  const apps: App[] = [];
  // One at a time: an App may carry megabytes of files.
  for (let cursor = await transaction.objectStore('resources').openCursor(range); cursor !== null; cursor = await cursor.continue()) {
    if (renews(cursor.value as App)) apps.push(cursor.value as App);
  }
  for (const app of apps) await commit(transaction, 'MODIFIED', app, { ...app, metadata: { ...app.metadata, generation: app.metadata.generation + 1 } });
}

function putRoutes(transaction: WriteTransaction, type: ResourceChange['type'], app: App): Promise<unknown> {
  const routes = transaction.objectStore('appRoutes');
  return type === 'DELETED' ? routes.delete([app.metadata.namespace, app.metadata.name]) : routes.put(routesOf(app));
}
