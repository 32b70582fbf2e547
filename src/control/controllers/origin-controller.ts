import type { OriginRecord } from '../../core/app-origin.ts';
import type { Clock } from '../../core/clock.ts';
import { RuntimeError } from '../../core/errors.ts';
import { PROTOCOL_VERSION } from '../../protocol/version.ts';
import type { Store } from '../../store/store.ts';
import type { AppIndex } from '../app-index.ts';
import { systemTimers, type Timers } from '../timers.ts';
import { type OriginOwner, wantedOrigins } from '../wanted-origins.ts';
import { WorkQueue } from './workqueue.ts';

/** What a window does at an origin, in a hidden frame. Both are idempotent. */
export interface OriginWork {
  /** Installs the service worker of the origin. @throws RuntimeError */
  install(origin: string, signal: AbortSignal): Promise<void>;
  /** Removes that, and everything that the origin has stored. @throws RuntimeError */
  clear(origin: string, signal: AbortSignal): Promise<void>;
}

export interface OriginControllerOptions {
  origins: Pick<Store['origins'], 'mode' | 'get' | 'list' | 'put' | 'delete'>;
  index: Pick<AppIndex, 'sync' | 'apps'>;
  base: URL;
  work: OriginWork;
  clock: Clock;
  timers?: Timers;
  /** Uniform in [0, 1). */
  random?: () => number;
}

const BACKOFF_FIRST_MS = 5_000;
const BACKOFF_MAX_MS = 600_000;

/**
 * Keeps the origins of Apps in step with the Apps: installs the service worker of each that an App has, clears each that
 * none has any more or another App has now. One at a time; what failed is tried again later. Level-based: {@link look} may
 * come at any moment and as often as one likes.
 */
export class OriginController {
  readonly #options: OriginControllerOptions;
  readonly #queue: WorkQueue;
  /** What was wanted of each origin that failed: the uid of its App, or null for none. */
  readonly #failed = new Map<string, string | null>();
  #wanted: ReadonlyMap<string, OriginOwner> = new Map();

  constructor(options: OriginControllerOptions) {
    this.#options = options;
    const { timers = systemTimers, random = Math.random } = options;
    this.#queue = new WorkQueue({
      timers,
      random,
      backoffFirstMs: BACKOFF_FIRST_MS,
      backoffMaxMs: BACKOFF_MAX_MS,
      // Told where people look: in the App's conditions.
      onError: () => {},
    });
  }

  /** Works until `signal` aborts. Once per controller. */
  start(signal: AbortSignal): void {
    this.#queue.start((origin, stop) => this.#reconcile(origin, stop).then(() => ({})), signal, 1);
  }

  /** Sees what there is to do. @throws RuntimeError `storage-failed` */
  async look(): Promise<void> {
    const { origins, index, base } = this.#options;
    const mode = await origins.mode();
    // Where subdomains are not served none can be reached, and it may be for an hour only: nothing is cleared.
    if (mode?.mode !== 'own') return;
    // In this order: whose record is there by now is among the Apps that are read afterwards, unless it is gone.
    const records = new Map((await origins.list()).map((record) => [record.origin, record]));
    await index.sync();
    this.#wanted = wantedOrigins(index.apps, base, mode);
    for (const origin of new Set([...records.keys(), ...this.#wanted.keys()])) {
      const owner = this.#wanted.get(origin);
      const waits = this.#failed.get(origin) === (owner?.uid ?? null);
      if (!waits && !isSettled(records.get(origin), owner)) this.#queue.add(origin);
    }
  }

  /** Tries again at once what failed: the network is back. */
  retry(): void {
    for (const origin of this.#failed.keys()) this.#queue.add(origin);
  }

  async #reconcile(origin: string, signal: AbortSignal): Promise<void> {
    const { origins, work } = this.#options;
    let record = await origins.get(origin);
    const owner = this.#wanted.get(origin);
    if (isSettled(record ?? undefined, owner)) {
      this.#failed.delete(origin);
      return;
    }
    if (record !== null && record.uid !== owner?.uid) {
      const { message: _, ...gone } = record;
      if (record.state !== 'clearing') await this.#write({ ...gone, state: 'clearing' });
      await this.#try({ ...gone, state: 'clearing' }, () => work.clear(origin, signal), signal);
      await origins.delete(origin);
      record = null;
    }
    if (owner !== undefined) {
      await this.#try({ origin, ...owner, state: 'failed' }, () => work.install(origin, signal), signal);
      await this.#write({ origin, ...owner, state: 'installed', protocol: PROTOCOL_VERSION });
    }
    this.#failed.delete(origin);
  }

  /** Runs `task`; what it throws is written into `failure` first. */
  async #try(failure: Omit<OriginRecord, 'atMs'>, task: () => Promise<void>, signal: AbortSignal): Promise<void> {
    try {
      await task();
    } catch (thrown) {
      signal.throwIfAborted();
      const error = RuntimeError.from(thrown);
      this.#failed.set(failure.origin, this.#wanted.get(failure.origin)?.uid ?? null);
      await this.#write({ ...failure, message: error.message });
      // Whatever it was may pass: a server, a certificate, a network.
      throw new RuntimeError('host-unavailable', error.message, { cause: error });
    }
  }

  #write(record: Omit<OriginRecord, 'atMs'>): Promise<void> {
    return this.#options.origins.put({ ...record, atMs: this.#options.clock.nowMs() });
  }
}

function isSettled(record: OriginRecord | undefined, owner: OriginOwner | undefined): boolean {
  if (owner === undefined) return record === undefined;
  return record?.state === 'installed' && record.uid === owner.uid && record.protocol === PROTOCOL_VERSION;
}
