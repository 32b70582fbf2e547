import { RuntimeError } from '../core/errors.ts';

/** A navigation that came while no window could serve it. */
export interface KeptNavigation {
  id: string;
  method: string;
  url: string;
  /** As the guest shall see them. */
  headers: [string, string][];
  body: Blob | null;
  createdAtMs: number;
}

export interface KeptNavigationStore {
  put(kept: KeptNavigation): Promise<void>;
  /** Drops what is so old that nobody waits for it any more. */
  expire(nowMs: number): Promise<unknown>;
  /** Removes it: a kept request is run at most once. */
  take(id: string): Promise<KeptNavigation | null>;
}

/** A request in memory or an answer that nobody came for is dropped after this: its tab was closed. */
const MAX_AGE_MS = 60_000;

/** Marks ids of requests that must not be made up for by asking again. */
const UNREPEATABLE = 'once-';

/**
 * Requests and answers of cold navigations. A request that can be repeated is kept in memory: should the service worker
 * be stopped meanwhile, the navigation to the answer simply asks again. Any other is kept in the store, and run once.
 */
export class KeptAnswers {
  readonly #store: KeptNavigationStore;
  readonly #requests = new Map<string, { kept: KeptNavigation; timer: ReturnType<typeof setTimeout> }>();
  readonly #answers = new Map<string, { response: Response; timer: ReturnType<typeof setTimeout> }>();

  constructor(store: KeptNavigationStore) {
    this.#store = store;
  }

  figures(): { keptRequests: number; keptAnswers: number } {
    return { keptRequests: this.#requests.size, keptAnswers: this.#answers.size };
  }

  /** Keeps the request; resolves to its id once it is safe. @throws RuntimeError `storage-full`, `storage-failed` */
  async keep(request: Omit<KeptNavigation, 'id' | 'createdAtMs'>): Promise<string> {
    const isRepeatable = request.method === 'GET';
    const kept: KeptNavigation = { ...request, id: `${isRepeatable ? '' : UNREPEATABLE}${crypto.randomUUID()}`, createdAtMs: Date.now() };
    if (isRepeatable) {
      const timer = setTimeout(() => this.#requests.delete(kept.id), MAX_AGE_MS);
      this.#requests.set(kept.id, { kept, timer });
    } else {
      await this.#store.put(kept);
      this.#store.expire(kept.createdAtMs).catch(() => {}); // Tidying: the next kept request tries again.
    }
    return kept.id;
  }

  /** The request, for the one caller that will run it; null when it is gone. */
  async takeRequest(id: string): Promise<KeptNavigation | null> {
    const inMemory = this.#requests.get(id);
    if (inMemory) {
      this.#requests.delete(id);
      clearTimeout(inMemory.timer);
      return inMemory.kept;
    }
    return id.startsWith(UNREPEATABLE) ? this.#store.take(id) : null;
  }

  putAnswer(id: string, response: Response): void {
    const timer = setTimeout(() => {
      this.#answers.delete(id);
      response.body?.cancel().catch(() => {}); // Broken already: nothing to give up.
    }, MAX_AGE_MS);
    this.#answers.set(id, { response, timer });
  }

  /** The answer, once; null when the request should be made anew. @throws RuntimeError `host-lost` when the answer is lost and the request must not be repeated */
  takeAnswer(id: string): Response | null {
    const kept = this.#answers.get(id);
    if (kept) {
      this.#answers.delete(id);
      clearTimeout(kept.timer);
      return kept.response;
    }
    if (!id.startsWith(UNREPEATABLE)) return null;
    throw new RuntimeError(
      'host-lost',
      'the service worker was stopped before it could hand over the answer; the request is not repeated because its method is not idempotent',
    );
  }
}
