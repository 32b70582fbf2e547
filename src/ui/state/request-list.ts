import { RuntimeError } from '../../core/errors.ts';
import type { RequestDetail, RequestRecord } from '../../core/traffic.ts';
import type { ApiClient } from '../api/client.ts';
import { Observable } from './observable.ts';
import { untilVisible } from './pause.ts';

/** More requests than this are not kept. The service worker keeps fewer, and none when it is stopped. */
export const REQUESTS_MAX = 1_000;

const RETRY_MS = 500;
const RETRY_MAX_MS = 15_000;

/** What is said of a request whose end nobody can tell. */
const LOST: RequestRecord['error'] = { code: 'host-lost', message: 'The browser stopped the service worker before the end of this request was known.' };

/** The last requests of one App, followed while they come. */
export class RequestList extends Observable {
  readonly #client: Pick<ApiClient, 'listRequests' | 'watchRequests' | 'getRequest'>;
  readonly #pause: typeof untilVisible;
  /** Oldest first. */
  readonly #records = new Map<string, RequestRecord>();
  readonly #held = new Map<string, RequestRecord>();
  readonly #details = new Map<string, RequestDetail>();
  #items: readonly RequestRecord[] = [];
  #app = { namespace: '', name: '' };
  #isPaused = false;
  #isLoaded = false;
  #error: RuntimeError | null = null;

  constructor(client: Pick<ApiClient, 'listRequests' | 'watchRequests' | 'getRequest'>, pause = untilVisible) {
    super();
    this.#client = client;
    this.#pause = pause;
  }

  /** Newest first. A new array after each change, and only then. */
  get items(): readonly RequestRecord[] {
    return this.#items;
  }
  /** False until the list was opened once. */
  get isLoaded(): boolean {
    return this.#isLoaded;
  }
  get isPaused(): boolean {
    return this.#isPaused;
  }
  /** New requests that `resume` will show; REQUESTS_MAX at most. */
  get heldCount(): number {
    return this.#held.size;
  }
  /** Why the list may be out of date; null while all is well. */
  get error(): RuntimeError | null {
    return this.#error;
  }

  /** What is shown stays; what it tells of requests under way goes on. */
  pause(): void {
    this.#isPaused = true;
    this.changed();
  }

  resume(): void {
    this.#isPaused = false;
    for (const record of this.#held.values()) put(this.#records, record);
    this.#held.clear();
    this.#refresh();
  }

  /** Forgets what is shown. */
  clear(): void {
    this.#records.clear();
    this.#details.clear();
    this.#refresh();
  }

  /** Headers and beginnings of bodies. What was read of a request that has ended is kept as long as its row. @throws RuntimeError `resource-not-found` when the service worker no longer has it */
  async detail(id: string): Promise<RequestDetail> {
    const known = this.#details.get(id);
    if (known !== undefined) return known;
    const detail = await this.#client.getRequest(this.#app.namespace, this.#app.name, id);
    if (detail.state !== 'running' && this.#records.has(id)) this.#details.set(id, detail);
    return detail;
  }

  /** Follows until `signal` fires; once for each list. */
  async follow(namespace: string, name: string, signal: AbortSignal): Promise<void> {
    this.#app = { namespace, name };
    let delayMs = RETRY_MS;
    while (!signal.aborted) {
      try {
        for await (const batch of this.#client.watchRequests(namespace, name, signal)) {
          this.#take(batch);
          // The first batch says that the list is open again: what was under way may have gone meanwhile.
          if (batch.length === 0) await this.#findLost();
          else delayMs = RETRY_MS;
        }
      } catch (error) {
        if (signal.aborted) return;
        // One failure is silent: a service worker that is stopped breaks the stream.
        if (delayMs > RETRY_MS) this.#fail(RuntimeError.from(error, 'host-unavailable'));
      }
      try {
        await this.#pause(delayMs, signal);
      } catch {
        // Only an abort ends a pause early, and the loop's condition sees it.
      }
      delayMs = Math.min(RETRY_MAX_MS, delayMs * 2);
    }
  }

  #take(batch: readonly RequestRecord[]): void {
    this.#isLoaded = true;
    this.#error = null;
    for (const record of batch) put(this.#isPaused && !this.#records.has(record.id) ? this.#held : this.#records, record);
    this.#refresh();
  }

  async #findLost(): Promise<void> {
    const running = [...this.#records.values(), ...this.#held.values()].filter(({ state }) => state === 'running');
    if (running.length === 0) return;
    const known = new Set((await this.#client.listRequests(this.#app.namespace, this.#app.name)).map(({ id }) => id));
    const lost = running.filter(({ id }) => !known.has(id));
    this.#take(lost.map((record) => ({ ...record, state: 'failed', error: LOST })));
  }

  #fail(error: RuntimeError): void {
    this.#error = error;
    this.changed();
  }

  #refresh(): void {
    this.#items = [...this.#records.values()].reverse();
    for (const id of this.#details.keys()) if (!this.#records.has(id)) this.#details.delete(id);
    this.changed();
  }
}

/** Puts the record where it is already, or at the end; the oldest makes room. */
function put(records: Map<string, RequestRecord>, record: RequestRecord): void {
  records.set(record.id, record);
  if (records.size <= REQUESTS_MAX) return;
  const oldest = records.keys().next().value;
  if (oldest !== undefined) records.delete(oldest);
}
