import { isStoreName } from '../../core/capabilities.ts';
import { RuntimeError } from '../../core/errors.ts';
import { BLOB_QUOTA, BlobRepository, type ContainerName } from '../../store/blobs.ts';
import { IncomingValue, OutgoingValue, toText } from './blob-values.ts';
import { createDeniedBlobstore, deniedBlobTypes, deniedContainer } from './denied.ts';
import { fromDatabase } from './from-database.ts';
import type { GuestContext } from './guest-context.ts';
import type { Provision } from './link-imports.ts';
import { clampLength, fail } from './wit.ts';

/** wasi:blobstore (WIT: wasi-blobstore, 0.2.0-draft) on IndexedDB: the containers of the App's namespace that it was granted. */

/** Names that one call reads. */
const NAMES_PER_CALL = 1_000;

interface ObjectId {
  container: string;
  object: string;
}

/** Unix seconds: the WIT leaves the unit open, and wasmCloud takes these. */
const toTimestamp = (ms: number): bigint => BigInt(Math.floor(ms / 1_000));

/** `container` of wasi:blobstore/container. */
export class Container {
  readonly #context: GuestContext;
  readonly #repository: BlobRepository;
  readonly #name: ContainerName;

  constructor(context: GuestContext, repository: BlobRepository, name: ContainerName) {
    this.#context = context;
    this.#repository = repository;
    this.#name = name;
  }

  name(): string {
    return this.#name.container;
  }

  info(): Promise<{ name: string; createdAt: bigint }> {
    return this.#reach(async () => {
      const { container, createdAtMs } = (await this.#repository.info(this.#name)) ?? fail(`there is no container ${this.#name.container}`);
      return { name: container, createdAt: toTimestamp(createdAtMs) };
    });
  }

  /** WIT: both offsets are inclusive. What lies behind the end of the object is left out. */
  getData(name: string, start: bigint, end: bigint): Promise<IncomingValue> {
    if (start > end) fail(`the range of bytes ${start} to ${end} ends before it starts`);
    return this.#reach(async () => {
      const blob = await this.#repository.get(this.#object(name));
      const from = clampLength(start, blob.size);
      return new IncomingValue(this.#context, blob.slice(from, clampLength(end, blob.size) + 1));
    });
  }

  writeData(name: string, data: OutgoingValue): Promise<void> {
    return this.#reach(() => OutgoingValue.storeBy(data, (content) => this.#repository.put([this.#object(name)], content)));
  }

  listObjects(): Promise<StreamObjectNames> {
    return this.#reach(async () => {
      if ((await this.#repository.info(this.#name)) === null) fail(`there is no container ${this.#name.container}`);
      return new StreamObjectNames(this.#context, this.#repository, this.#name);
    });
  }

  deleteObject(name: string): Promise<void> {
    return this.deleteObjects([name]);
  }

  deleteObjects(names: string[]): Promise<void> {
    return this.#reach(() => this.#repository.delete(names.map((name) => this.#object(name))));
  }

  hasObject(name: string): Promise<boolean> {
    return this.#reach(async () => (await this.#repository.objectInfo(this.#object(name))) !== null);
  }

  objectInfo(name: string): Promise<{ name: string; container: string; createdAt: bigint; size: bigint }> {
    return this.#reach(async () => {
      const { container } = this.#name;
      const info = (await this.#repository.objectInfo(this.#object(name))) ?? fail(`there is no object ${JSON.stringify(name)} in the container ${container}`);
      return { name, container, createdAt: toTimestamp(info.createdAtMs), size: BigInt(info.sizeBytes) };
    });
  }

  clear(): Promise<void> {
    return this.#reach(() => this.#repository.clear(this.#name));
  }

  #object(name: string) {
    return { ...this.#name, name };
  }

  #reach<T>(work: () => Promise<T>): Promise<T> {
    return fromDatabase(this.#context, toText, work);
  }
}

/** `stream-object-names`: sorted by name; an object that is made meanwhile is met when its name is still to come. */
export class StreamObjectNames {
  readonly #context: GuestContext;
  readonly #repository: BlobRepository;
  readonly #container: ContainerName;
  #last: string | null = null;

  constructor(context: GuestContext, repository: BlobRepository, container: ContainerName) {
    this.#context = context;
    this.#repository = repository;
    this.#container = container;
  }

  /** At most 1000 names, however many were asked for; the flag tells whether that was all. */
  readStreamObjectNames(length: bigint): Promise<[string[], boolean]> {
    const limit = clampLength(length, NAMES_PER_CALL);
    return fromDatabase(this.#context, toText, async () => {
      const found = await this.#repository.list(this.#container, this.#last, limit + 1);
      const names = found.slice(0, limit);
      this.#last = names.at(-1) ?? this.#last;
      return [names, found.length <= limit];
    });
  }

  async skipStreamObjectNames(length: bigint): Promise<[bigint, boolean]> {
    for (let skipped = 0n; ; ) {
      const [names, isEnd] = await this.readStreamObjectNames(length - skipped);
      skipped += BigInt(names.length);
      if (isEnd || skipped >= length) return [skipped, isEnd];
    }
  }
}

/** wasi:blobstore/types: values can be made without a grant, and then not be written. */
export function createBlobTypes(context: GuestContext, { spec }: Provision) {
  if (!spec.capabilities.blobStore) return deniedBlobTypes;
  return {
    IncomingValue,
    OutgoingValue: class extends OutgoingValue {
      static newOutgoingValue(): OutgoingValue {
        return new this(context, BLOB_QUOTA.sizeBytes);
      }
    },
  };
}

/** wasi:blobstore/container. */
export function createBlobContainer(_context: GuestContext, { spec }: Provision) {
  return spec.capabilities.blobStore ? { Container, StreamObjectNames } : deniedContainer;
}

/** wasi:blobstore/blobstore. Errors are texts; "access denied" for a container that was not granted. */
export function createBlobstore(context: GuestContext, { spec, host }: Provision) {
  const { blobStore } = spec.capabilities;
  if (!blobStore) return createDeniedBlobstore(context);

  const granted = (container: string): ContainerName => {
    if (!isStoreName(container)) fail(`${JSON.stringify(container.slice(0, 64))} is no name of a container: 1 to 63 lower-case letters, digits and "-"`);
    if (!blobStore.containers.includes(container)) {
      context.deny('wasi:blobstore/blobstore', JSON.stringify(container), container);
      fail(`access denied: this App was not granted the container ${container}`);
    }
    return { namespace: spec.namespace, container };
  };
  const reach = <T>(work: (repository: BlobRepository) => Promise<T>): Promise<T> =>
    fromDatabase(context, toText, () => work(new BlobRepository(host.database())));
  const copy = (from: ObjectId, to: ObjectId, move: boolean): Promise<void> => {
    const [source, target] = [granted(from.container), granted(to.container)];
    return reach((repository) => repository.copy({ ...source, name: from.object }, { ...target, name: to.object }, move));
  };

  return {
    createContainer: (container: string): Promise<Container> => {
      const name = granted(container);
      return reach(async (repository) => {
        await repository.create(name);
        return new Container(context, repository, name);
      });
    },
    getContainer: (container: string): Promise<Container> => {
      const name = granted(container);
      return reach(async (repository) => {
        if ((await repository.info(name)) === null) throw new RuntimeError('resource-not-found', `there is no container ${container}`);
        return new Container(context, repository, name);
      });
    },
    deleteContainer: (container: string): Promise<void> => {
      const name = granted(container);
      return reach(async (repository) => {
        if (!(await repository.drop(name))) throw new RuntimeError('resource-not-found', `there is no container ${container}`);
      });
    },
    containerExists: (container: string): Promise<boolean> => {
      const name = granted(container);
      return reach(async (repository) => (await repository.info(name)) !== null);
    },
    copyObject: (from: ObjectId, to: ObjectId): Promise<void> => copy(from, to, false),
    moveObject: (from: ObjectId, to: ObjectId): Promise<void> => copy(from, to, true),
  };
}
