import { RuntimeError } from '../../core/errors.ts';
import type { Digest } from '../../core/ids.ts';
import type { ModuleReport } from '../../core/module.ts';
import type { ApiClient } from '../api/client.ts';
import { coalesced } from './coalesced.ts';
import { Observable } from './observable.ts';

/** Every module that is stored, as it was when last asked: modules cannot be watched. */
export class StoredModules extends Observable {
  readonly #client: ApiClient;
  #items: ModuleReport[] = [];
  #error: RuntimeError | null = null;

  constructor(client: ApiClient) {
    super();
    this.#client = client;
  }

  /** Newest first. */
  get items(): readonly ModuleReport[] {
    return this.#items;
  }
  /** Why the copy may be out of date; null while all is well. */
  get error(): RuntimeError | null {
    return this.#error;
  }

  /** Reads the list again; a call while it is being read makes it be read once more after. Does not throw: see {@link error}. */
  readonly refresh = coalesced(async () => {
    try {
      this.#items = await this.#client.listModules();
      this.#error = null;
    } catch (error) {
      this.#error = RuntimeError.from(error);
    }
    this.changed();
  });

  /** @throws RuntimeError `module-in-use` and others, as the API said */
  async delete(digest: Digest): Promise<void> {
    await this.#client.deleteModule(digest);
    this.#items = this.#items.filter((module) => module.digest !== digest);
    this.changed();
  }
}
