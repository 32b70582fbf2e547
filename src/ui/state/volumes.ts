import { RuntimeError } from '../../core/errors.ts';
import type { VolumeApi, VolumeKey, VolumeObject } from '../api/volume-api.ts';
import { coalesced } from './coalesced.ts';
import { Observable } from './observable.ts';

/** The volumes of the cluster, as they were when last asked: they cannot be watched. */
export class Volumes extends Observable {
  readonly #api: VolumeApi;
  #items: readonly VolumeObject[] | null = null;
  #error: RuntimeError | null = null;

  constructor(api: VolumeApi) {
    super();
    this.#api = api;
  }

  /** By namespace and name; null before the first reading. */
  get items(): readonly VolumeObject[] | null {
    return this.#items;
  }
  /** Why the list may be out of date; null while all is well. */
  get error(): RuntimeError | null {
    return this.#error;
  }

  /** Reads it again. Does not throw: see {@link error}. */
  readonly refresh = coalesced(async () => {
    try {
      this.#items = await this.#api.list();
      this.#error = null;
    } catch (error) {
      this.#error = RuntimeError.from(error);
    }
    this.changed();
  });

  /** Makes an empty volume. @throws RuntimeError `resource-exists`, `request-invalid` and others */
  async create(key: VolumeKey): Promise<void> {
    await this.#api.create(key);
    await this.refresh();
  }

  /** Deletes a volume with its files. @throws RuntimeError while an App mounts it */
  async delete(key: VolumeKey): Promise<void> {
    try {
      await this.#api.delete(key);
    } finally {
      await this.refresh();
    }
  }
}
