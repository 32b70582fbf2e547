import { RuntimeError } from '../../core/errors.ts';
import type { Digest } from '../../core/ids.ts';
import type { ModuleReport } from '../../core/module.ts';
import type { ApiClient } from '../api/client.ts';
import { Observable } from './observable.ts';

/** Reports of modules, read when first asked for. A report never changes: it is named by digest. */
export class ModuleCache extends Observable {
  readonly #client: ApiClient;
  readonly #reports = new Map<Digest, ModuleReport | RuntimeError | 'loading'>();

  constructor(client: ApiClient) {
    super();
    this.#client = client;
  }

  get(digest: Digest): ModuleReport | RuntimeError | 'loading' {
    const known = this.#reports.get(digest);
    if (known !== undefined) return known;
    this.#reports.set(digest, 'loading');
    void this.#load(digest);
    return 'loading';
  }

  put(report: ModuleReport): void {
    this.#reports.set(report.digest, report);
  }

  forget(digest: Digest): void {
    this.#reports.delete(digest);
  }

  async #load(digest: Digest): Promise<void> {
    try {
      this.#reports.set(digest, await this.#client.getModule(digest));
    } catch (error) {
      this.#reports.set(digest, RuntimeError.from(error));
    }
    this.changed();
  }
}
