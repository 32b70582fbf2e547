import { RuntimeError } from '../core/errors.ts';
import type { Database } from './database.ts';
import type { KeyValueEntry, KeyValueHead } from './schema.ts';

/** What one store may hold. */
export interface KeyValueQuota {
  readonly keys: number;
  /** Of keys and values together. */
  readonly sizeBytes: number;
}

/** Of every store. */
export const KEY_VALUE_QUOTA: KeyValueQuota = { keys: 100_000, sizeBytes: 67_108_864 };
/** Of a key, as UTF-8. */
export const KEY_MAX_BYTES = 1_024;
/** Keys that one listing gives. */
export const KEYS_PER_PAGE = 1_000;

/** A store of a namespace. */
export interface StoreName {
  readonly namespace: string;
  readonly store: string;
}

/** A value as of one moment; `version` is of this one write and no other, null: there was no such key. */
export interface Versioned {
  readonly value: Uint8Array | null;
  readonly version: string | null;
}

/** One page of keys; `next`: where the following one starts, null after the last. */
export interface KeyPage {
  readonly keys: string[];
  readonly next: number | null;
}

/** What a store holds. */
export interface KeyValueUsage {
  readonly namespace: string;
  readonly name: string;
  readonly keys: number;
  readonly sizeBytes: number;
}

const TABLES = ['keyValueHeads', 'keyValues'] as const;
const INTEGER = /^-?(0|[1-9]\d{0,18})$/;
const S64_MIN = -(2n ** 63n);
const S64_MAX = 2n ** 63n - 1n;

/**
 * Key-value stores. Every write is one transaction, which sees and leaves the store as no other tab or worker changes it
 * meanwhile. Resolves after the commit, which the end of the tab cannot undo: the data is in the browser's process or
 * on disk then. It is not flushed to disk as well (decision 0018).
 */
export class KeyValueRepository {
  readonly #database: Database;
  readonly #quota: KeyValueQuota;

  constructor(database: Database, quota = KEY_VALUE_QUOTA) {
    this.#database = database;
    this.#quota = quota;
  }

  /** The value, or null. */
  async get(name: StoreName, key: string): Promise<Uint8Array | null> {
    return (await this.read(name, key)).value;
  }

  /** The value and its version, for {@link swap}. */
  read({ namespace, store }: StoreName, key: string): Promise<Versioned> {
    return this.#database.read(['keyValues'], subjectOf(store), async (transaction) => {
      return versioned((await transaction.objectStore('keyValues').get([namespace, store, key])) ?? null);
    });
  }

  /** The values in the order of `keys`, all of one moment. */
  getMany({ namespace, store }: StoreName, keys: readonly string[]): Promise<(Uint8Array | null)[]> {
    return this.#database.read(['keyValues'], subjectOf(store), async (transaction) => {
      const entries = transaction.objectStore('keyValues');
      return Promise.all(keys.map(async (key) => (await entries.get([namespace, store, key]))?.value ?? null));
    });
  }

  exists({ namespace, store }: StoreName, key: string): Promise<boolean> {
    return this.#database.read(['keyValues'], subjectOf(store), async (transaction) => {
      return (await transaction.objectStore('keyValues').getKey([namespace, store, key])) !== undefined;
    });
  }

  /** Keys in the order in which they were made; one that is made meanwhile comes last. `after`: the `next` of the page before. */
  listKeys({ namespace, store }: StoreName, after: number | null, limit = KEYS_PER_PAGE): Promise<KeyPage> {
    return this.#database.read(['keyValues'], subjectOf(store), async (transaction) => {
      const entries = transaction.objectStore('keyValues');
      const range = IDBKeyRange.bound([namespace, store, after ?? Number.NEGATIVE_INFINITY], [namespace, store, Number.POSITIVE_INFINITY], true);
      const found = await entries.index('sequence').getAllKeys(range, limit + 1);
      const page = found.slice(0, limit);
      const last = page.at(-1);
      if (found.length <= limit || last === undefined) return { keys: page.map(keyOf), next: null };
      return { keys: page.map(keyOf), next: (await entries.get(last))?.sequence ?? null };
    });
  }

  /** @throws RuntimeError `storage-full`, `request-invalid` for a key that is too long */
  async set(name: StoreName, key: string, value: Uint8Array): Promise<void> {
    await this.setMany(name, [[key, value]]);
  }

  /** Sets all or none; of a key that is named twice the last value counts. @throws as {@link set} */
  async setMany(name: StoreName, pairs: readonly (readonly [string, Uint8Array])[]): Promise<void> {
    const values = new Map(pairs);
    await this.#change(name, [...values.keys()], (edit) => {
      for (const [key, value] of values) edit.set(key, value);
    });
  }

  /** Deletes those of `keys` that there are. */
  async delete(name: StoreName, keys: readonly string[]): Promise<void> {
    await this.#change(name, keys, (edit) => {
      for (const key of keys) edit.delete(key);
    });
  }

  /** Adds `delta` to a value that is a decimal integer in ASCII, as Redis and wasmtime have it; no value counts as 0. Resolves to the sum. @throws RuntimeError `request-invalid` for another value, and for a sum that is no `s64` */
  increment(name: StoreName, key: string, delta: bigint): Promise<bigint> {
    return this.#change(name, [key], (edit) => {
      const before = edit.get(key);
      const text = before === null ? '0' : new TextDecoder().decode(before.value);
      if (!INTEGER.test(text)) throw new RuntimeError('request-invalid', `the value of ${quote(key)} is no decimal integer, and cannot be incremented`);
      const sum = BigInt(text) + delta;
      if (sum < S64_MIN || sum > S64_MAX) throw new RuntimeError('request-invalid', `incrementing ${quote(key)} by ${delta} leaves the range of an s64`);
      edit.set(key, new TextEncoder().encode(String(sum)));
      return sum;
    });
  }

  /** Sets `key` if its version is still `version`; null: done, else what is there now. @throws as {@link set} */
  swap(name: StoreName, key: string, version: string | null, value: Uint8Array): Promise<Versioned | null> {
    return this.#change(name, [key], (edit) => {
      const now = versioned(edit.get(key));
      if (now.version !== version) return now;
      edit.set(key, value);
      return null;
    });
  }

  /** Every store, by namespace and name. */
  async list(): Promise<KeyValueUsage[]> {
    const heads = await this.#database.read(['keyValueHeads'], { what: 'key-value stores' }, (transaction) =>
      transaction.objectStore('keyValueHeads').getAll(),
    );
    return heads.map(({ namespace, store, keys, sizeBytes }) => ({ namespace, name: store, keys, sizeBytes }));
  }

  /** Deletes a store and all of its keys; false when there was none. */
  drop({ namespace, store }: StoreName): Promise<boolean> {
    return this.#database.write(TABLES, subjectOf(store), true, async (transaction) => {
      const heads = transaction.objectStore('keyValueHeads');
      if ((await heads.getKey([namespace, store])) === undefined) return false;
      await heads.delete([namespace, store]);
      await transaction.objectStore('keyValues').delete(IDBKeyRange.bound([namespace, store], [namespace, store, []]));
      return true;
    });
  }

  #change<T>({ namespace, store }: StoreName, keys: readonly string[], change: (edit: Edit) => T): Promise<T> {
    return this.#database.write(TABLES, subjectOf(store), false, async (transaction) => {
      const heads = transaction.objectStore('keyValueHeads');
      const entries = transaction.objectStore('keyValues');
      const [head, ...found] = await Promise.all([heads.get([namespace, store]), ...keys.map((key) => entries.get([namespace, store, key]))]);
      const edit = new Edit(
        // A store that is made anew after it was deleted must not repeat versions that somebody may still hold.
        head ?? { namespace, store, keys: 0, sizeBytes: 0, lastSequence: Date.now() * 1_000 },
        new Map(keys.map((key, index) => [key, found[index] ?? null])),
        this.#quota,
      );
      const result = change(edit);
      if (!edit.isChanged) return result;
      const writes: Promise<unknown>[] = edit.isHeadChanged ? [heads.put(edit.head)] : [];
      for (const [key, entry] of edit.entries) writes.push(entry === null ? entries.delete([namespace, store, key]) : entries.put(entry));
      // Their failure is the transaction's. To wait for them before the commit would be one more way to the browser's process and back.
      for (const write of writes) write.catch(() => {});
      transaction.commit();
      return result;
    });
  }
}

/** The keys that one transaction is about, as they will be. */
class Edit {
  readonly head: KeyValueHead;
  readonly entries: Map<string, KeyValueEntry | null>;
  readonly #quota: KeyValueQuota;
  isChanged = false;
  /** Not by a value that is as long as the one before. */
  isHeadChanged = false;

  constructor(head: KeyValueHead, entries: Map<string, KeyValueEntry | null>, quota: KeyValueQuota) {
    this.head = head;
    this.entries = entries;
    this.#quota = quota;
  }

  get(key: string): KeyValueEntry | null {
    return this.entries.get(key) ?? null;
  }

  set(key: string, value: Uint8Array): void {
    const { head } = this;
    const before = this.get(key);
    const keyBytes = byteLength(key);
    if (keyBytes > KEY_MAX_BYTES) throw new RuntimeError('request-invalid', `a key may have ${KEY_MAX_BYTES} bytes, and this one has ${keyBytes}`);
    const addedBytes = value.length - (before === null ? -keyBytes : before.value.length);
    head.keys += before === null ? 1 : 0;
    head.sizeBytes += addedBytes;
    // What shrinks a store that is full must still be possible.
    if (before === null && head.keys > this.#quota.keys) throw full(head.store, `${this.#quota.keys} keys`);
    if (head.sizeBytes > this.#quota.sizeBytes && addedBytes > 0) throw full(head.store, `${this.#quota.sizeBytes} bytes`);
    if (before === null) head.lastSequence += 1;
    const { namespace, store, lastSequence } = head;
    this.entries.set(key, { namespace, store, key, sequence: before?.sequence ?? lastSequence, revision: (before?.revision ?? 0) + 1, value: owned(value) });
    this.isChanged = true;
    this.isHeadChanged ||= before === null || addedBytes !== 0;
  }

  delete(key: string): void {
    const before = this.get(key);
    if (before === null) return;
    this.head.keys -= 1;
    this.head.sizeBytes -= byteLength(key) + before.value.length;
    this.entries.set(key, null);
    this.isChanged = true;
    this.isHeadChanged = true;
  }
}

function versioned(entry: KeyValueEntry | null): Versioned {
  return entry === null ? { value: null, version: null } : { value: entry.value, version: `${entry.sequence}.${entry.revision}` };
}

/** A record would keep the whole buffer of a view. */
function owned(value: Uint8Array): Uint8Array<ArrayBuffer> {
  return value.byteLength === value.buffer.byteLength && value.buffer instanceof ArrayBuffer ? (value as Uint8Array<ArrayBuffer>) : value.slice();
}

function byteLength(text: string): number {
  return new TextEncoder().encode(text).length;
}

function keyOf([, , key]: [string, string, string]): string {
  return key;
}

function subjectOf(store: string): { what: string } {
  return { what: `the key-value store ${store}` };
}

function full(store: string, limit: string): RuntimeError {
  return new RuntimeError('storage-full', `the key-value store ${store} is full: it may hold ${limit}`);
}

function quote(key: string): string {
  return JSON.stringify(key.length > 64 ? `${key.slice(0, 64)}…` : key);
}
