import { isStoreName } from '../../core/capabilities.ts';
import { KeyValueRepository, type StoreName, type Versioned } from '../../store/key-values.ts';
import { createDeniedAtomics, createDeniedBatch, createDeniedStore } from './denied.ts';
import { fromDatabase } from './from-database.ts';
import type { GuestContext } from './guest-context.ts';
import type { Provision } from './link-imports.ts';
import { fail } from './wit.ts';

/**
 * wasi:keyvalue (WIT: wasi-keyvalue, 0.2.0-draft and 0.2.0-draft2) on IndexedDB. The two drafts differ in the type of a cursor (`u64`,
 * `string`), in that of an increment (`u64`, `s64`), and in `cas`, which the first has not. One host serves both: jco does not say
 * which a component was built for, and lowers a text of digits to either.
 */

type StoreError = { tag: 'no-such-store' } | { tag: 'access-denied' } | { tag: 'other'; val: string };

const other = (message: string): StoreError => ({ tag: 'other', val: message });

/** `bucket` of wasi:keyvalue/store: one store of the App's namespace. */
export class Bucket {
  readonly #context: GuestContext;
  readonly repository: KeyValueRepository;
  readonly name: StoreName;

  constructor(context: GuestContext, repository: KeyValueRepository, name: StoreName) {
    this.#context = context;
    this.repository = repository;
    this.name = name;
  }

  get(key: string): Promise<Uint8Array | undefined> {
    return this.reach(async () => (await this.repository.get(this.name, key)) ?? undefined);
  }

  set(key: string, value: Uint8Array): Promise<void> {
    return this.reach(() => this.repository.set(this.name, key, value));
  }

  delete(key: string): Promise<void> {
    return this.reach(() => this.repository.delete(this.name, [key]));
  }

  exists(key: string): Promise<boolean> {
    return this.reach(() => this.repository.exists(this.name, key));
  }

  listKeys(cursor: string | bigint | undefined): Promise<{ keys: string[]; cursor: string | undefined }> {
    const after = cursor === undefined ? null : Number(cursor);
    if (after !== null && !Number.isSafeInteger(after)) fail(other('this cursor is none that list-keys has answered'));
    return this.reach(async () => {
      const { keys, next } = await this.repository.listKeys(this.name, after);
      return { keys, cursor: next === null ? undefined : String(next) };
    });
  }

  /** What `work` comes to; `toError` makes the error of another function's type. */
  reach<T>(work: () => Promise<T>, toError: (error: StoreError) => unknown = (error) => error): Promise<T> {
    return fromDatabase(this.#context, (message) => toError(other(message)), work);
  }
}

/** `cas` of wasi:keyvalue/atomics (0.2.0-draft2): a key and its value as of one moment. */
export class Cas {
  readonly #bucket: Bucket;
  readonly #key: string;
  readonly #seen: Versioned;

  private constructor(bucket: Bucket, key: string, seen: Versioned) {
    this.#bucket = bucket;
    this.#key = key;
    this.#seen = seen;
  }

  static new(bucket: Bucket, key: string): Promise<Cas> {
    return bucket.reach(async () => new Cas(bucket, key, await bucket.repository.read(bucket.name, key)));
  }

  /** The value that `swap` compares with. */
  current(): Uint8Array | undefined {
    return this.#seen.value ?? undefined;
  }

  static async swap(cas: Cas, value: Uint8Array): Promise<void> {
    const bucket = cas.#bucket;
    const toError = (error: StoreError) => ({ tag: 'store-error', val: error });
    const now = await bucket.reach(() => bucket.repository.swap(bucket.name, cas.#key, cas.#seen.version, value), toError);
    if (now !== null) fail({ tag: 'cas-failed', val: new Cas(bucket, cas.#key, now) });
  }
}

/**
 * wasi:keyvalue/store. `access-denied` for a store that was not granted, `no-such-store` for what is no name of a store. The empty name
 * is the first store that was granted: wasmtime knows no other.
 */
export function createStore(context: GuestContext, { spec, host }: Provision) {
  const { keyValue } = spec.capabilities;
  if (!keyValue) return createDeniedStore(context);
  return {
    Bucket,
    open(identifier: string): Bucket {
      const store = identifier === '' ? keyValue.stores[0] : identifier;
      if (store === undefined || !isStoreName(store)) fail({ tag: 'no-such-store' });
      if (!keyValue.stores.includes(store)) {
        context.deny('wasi:keyvalue/store', JSON.stringify(store), store);
        fail({ tag: 'access-denied' });
      }
      return new Bucket(context, new KeyValueRepository(host.database()), { namespace: spec.namespace, store });
    },
  };
}

/** wasi:keyvalue/atomics. A counter is a decimal number in ASCII, and an `s64` in either draft. */
export function createAtomics(context: GuestContext, { spec }: Provision) {
  if (!spec.capabilities.keyValue) return createDeniedAtomics(context);
  return {
    Cas,
    increment: (bucket: Bucket, key: string, delta: bigint): Promise<bigint> => bucket.reach(() => bucket.repository.increment(bucket.name, key, delta)),
    swap: Cas.swap,
  };
}

/** wasi:keyvalue/batch. Each call is one transaction: more than the WIT asks for. */
export function createBatch(context: GuestContext, { spec }: Provision) {
  if (!spec.capabilities.keyValue) return createDeniedBatch(context);
  return {
    getMany: (bucket: Bucket, keys: string[]): Promise<([string, Uint8Array] | undefined)[]> =>
      bucket.reach(async () => {
        const values = await bucket.repository.getMany(bucket.name, keys);
        return values.map((value, index) => (value === null ? undefined : [keys[index] ?? '', value]));
      }),
    setMany: (bucket: Bucket, pairs: [string, Uint8Array][]): Promise<void> => bucket.reach(() => bucket.repository.setMany(bucket.name, pairs)),
    deleteMany: (bucket: Bucket, keys: string[]): Promise<void> => bucket.reach(() => bucket.repository.delete(bucket.name, keys)),
  };
}
