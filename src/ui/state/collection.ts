import type { RuntimeError } from '../../core/errors.ts';
import type { Resource, WatchEvent } from '../../core/resource.ts';
import type { ResourceSink } from '../api/reflector.ts';
import { Observable } from './observable.ts';

/** The panel's copy of one collection, by namespace and name. */
export class Collection<T extends Resource> extends Observable implements ResourceSink<T> {
  readonly #byKey = new Map<string, T>();
  #isLoaded = false;
  #error: RuntimeError | null = null;

  /** False until the first list has arrived. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }

  /** Why the copy may be out of date; null while all is well. */
  get error(): RuntimeError | null {
    return this.#error;
  }

  get items(): T[] {
    return [...this.#byKey.values()].sort((a, b) => keyOf(a).localeCompare(keyOf(b)));
  }

  find(namespace: string, name: string): T | undefined {
    return this.#byKey.get(`${namespace}/${name}`);
  }

  replace(items: T[]): void {
    this.#byKey.clear();
    for (const item of items) this.#byKey.set(keyOf(item), item);
    this.#isLoaded = true;
    this.#error = null;
    this.changed();
  }

  apply(events: WatchEvent<T>[]): void {
    for (const event of events) {
      if (event.type === 'ADDED' || event.type === 'MODIFIED') this.#byKey.set(keyOf(event.object), event.object);
      else if (event.type === 'DELETED') this.#byKey.delete(keyOf(event.object));
    }
    this.changed();
  }

  recover(): void {
    if (this.#error === null) return;
    this.#error = null;
    this.changed();
  }

  fail(error: RuntimeError): void {
    this.#error = error;
    this.changed();
  }
}

function keyOf({ metadata }: Resource): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}
