import { type Batch, type BatchOptions, measureDownload, measureUpload, runBatch } from './batch.ts';
import { type Limit, openLimit } from './limit.ts';

/** What answers: the bare service worker, or Swerve. */
export type Target = 'limit' | 'swerve';

export interface LoadRequest {
  target: Target;
  /** Below the limit's folder, or below Swerve's base. */
  path: string;
}

/** Makes requests of one page, of Swerve and of the limit. Close it to take the limit away again. */
export class Load {
  readonly #base: URL;
  readonly #limit: Limit;

  private constructor(base: URL, limit: Limit) {
    this.#base = base;
    this.#limit = limit;
  }

  /** `base` is the address that Swerve is deployed at. @throws Error when the limit cannot be started */
  static async open(base: URL): Promise<Load> {
    return new Load(base, await openLimit(new URL('_swerve/', base)));
  }

  batch(request: LoadRequest, options: BatchOptions): Promise<Batch> {
    return runBatch(() => this.#send(request), options);
  }

  /** Bytes per second. */
  download(request: LoadRequest, sizeBytes: number): Promise<number> {
    return measureDownload(() => this.#send(request), sizeBytes);
  }

  /** Bytes per second. */
  upload(request: LoadRequest, sizeBytes: number): Promise<number> {
    return measureUpload((body) => this.#send(request, { method: 'POST', body }), new Blob([new Uint8Array(sizeBytes)]));
  }

  close(): Promise<void> {
    return this.#limit.close();
  }

  #send({ target, path }: LoadRequest, init: RequestInit = {}): Promise<Response> {
    return target === 'limit' ? this.#limit.fetch(path, init) : fetch(new URL(path, this.#base), { cache: 'no-store', ...init });
  }
}
