import type { RuntimeError } from '../../core/errors.ts';
import type { Resource, WatchEvent } from '../../core/resource.ts';
import type { ResourceSink } from '../api/reflector.ts';
import { Observable } from './observable.ts';

/** The panel's copy of one collection, by namespace and name. */
export class Collection<T extends Resource> extends Observable implements ResourceSink<T> {
  readonly #byKey = new Map<string, T>();
  /** Made when it is asked for: elements ask again and again, and hundreds of objects would be sorted each time. */
  #sorted: readonly T[] | null = null;
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

  /** By namespace and name. The same array until something changes. */
  get items(): readonly T[] {
    this.#sorted ??= [...this.#byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
    return this.#sorted;
  }

  get size(): number {
    return this.#byKey.size;
  }

  find(namespace: string, name: string): T | undefined {
    return this.#byKey.get(`${namespace}/${name}`);
  }

  replace(items: T[]): void {
    this.#byKey.clear();
    for (const item of items) this.#byKey.set(keyOf(item), item);
    this.#sorted = null;
    this.#isLoaded = true;
    this.#error = null;
    this.changed();
  }

  apply(events: WatchEvent<T>[]): void {
    let isSame = events.length > 0;
    for (const event of events) {
      if (event.type === 'BOOKMARK' || event.type === 'ERROR') continue;
      if (event.type === 'DELETED') this.#byKey.delete(keyOf(event.object));
      else this.#byKey.set(keyOf(event.object), event.object);
      isSame = false;
    }
    // A watch of a quiet collection brings bookmarks for ever: nobody has to look because of one.
    if (isSame) return;
    this.#sorted = null;
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
