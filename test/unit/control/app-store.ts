import type { App } from '../../../src/core/app.ts';
import { RuntimeError } from '../../../src/core/errors.ts';
import type { Resource } from '../../../src/core/resource.ts';
import type { ChangesSince } from '../../../src/store/resources.ts';
import type { ResourceChange } from '../../../src/store/schema.ts';

/** Apps as the store keeps them, with its changes, and a note of each read. */
export class AppStore {
  readonly reads: string[] = [];
  /** What the next read throws. */
  failure: RuntimeError | null = null;
  /** Reads wait for this. */
  gate: Promise<void> = Promise.resolve();
  readonly #apps = new Map<string, App>();
  #changes: ResourceChange<App>[] = [];
  #version = 0;
  #oldest = 1;

  /** Stores `app` as given, but for its resourceVersion. */
  put(app: App): App {
    this.#version += 1;
    const stored = { ...app, metadata: { ...app.metadata, resourceVersion: String(this.#version) } };
    const type = this.#apps.has(app.metadata.uid) ? 'MODIFIED' : 'ADDED';
    this.#apps.set(app.metadata.uid, stored);
    this.#note(type, stored);
    return stored;
  }

  remove({ metadata }: App): void {
    const app = this.#apps.get(metadata.uid);
    if (app === undefined) throw new Error(`${metadata.name} is not stored`);
    this.#apps.delete(metadata.uid);
    this.#version += 1;
    this.#note('DELETED', { ...app, metadata: { ...app.metadata, resourceVersion: String(this.#version) } });
  }

  /** Keeps no change of before. */
  forgetChanges(): void {
    this.#changes = [];
    this.#oldest = this.#version + 1;
  }

  /** As they are, without a read. */
  all(): App[] {
    return structuredClone([...this.#apps.values()]);
  }

  async get<T extends Resource>({ namespace, name }: { namespace: string; name: string }): Promise<T | null> {
    const found = this.all().find(({ metadata }) => metadata.namespace === namespace && metadata.name === name) ?? null;
    return this.#read(`get ${name}`, found as unknown as T | null);
  }

  async list<T extends Resource>(): Promise<{ items: T[]; resourceVersion: string }> {
    const result = { items: structuredClone([...this.#apps.values()]) as unknown as T[], resourceVersion: String(this.#version) };
    return this.#read('list', result);
  }

  async changesSince<T extends Resource>(_kind: string, resourceVersion: string): Promise<ChangesSince<T>> {
    const since = Number(resourceVersion);
    if (since < this.#oldest - 1) {
      this.reads.push('expired');
      throw new RuntimeError('watch-expired', 'too old');
    }
    const changes = structuredClone(this.#changes.filter((change) => change.resourceVersion > since)) as unknown as ResourceChange<T>[];
    return this.#read(`${changes.length} changes`, { changes, resourceVersion: String(this.#version) });
  }

  /** The result is of the moment when the read began, as that of a transaction is. */
  async #read<R>(what: string, result: R): Promise<R> {
    this.reads.push(what);
    await this.gate;
    const { failure } = this;
    this.failure = null;
    if (failure !== null) throw failure;
    return result;
  }

  #note(type: ResourceChange['type'], object: App): void {
    this.#changes.push({ resourceVersion: this.#version, type, kind: 'App', object, previousLabels: null, specChanged: true, sizeBytes: 0 });
  }
}
