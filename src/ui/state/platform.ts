import { Observable } from './observable.ts';

/** The service worker as this tab sees it. */
export type Worker =
  | { name: 'starting' }
  | { name: 'active' }
  /** The browser offers none here: a private window, or an address that is not secure. */
  | { name: 'unsupported'; isSecureContext: boolean }
  /** Active, but this page was loaded past it (a forced reload). */
  | { name: 'bypassed' }
  | { name: 'failed'; reason: string };

/** `waiting`: a new version is ready. `taking`: this tab asked for it. `replaced`: another tab took it, this one still runs the old panel. */
export type Update = 'none' | 'waiting' | 'taking' | 'replaced';

/** Whether the browser may throw the cluster's storage away. */
export type Persistence = 'unasked' | 'persistent' | 'evictable' | 'unknown';

interface PlatformState {
  worker: Worker;
  update: Update;
  isOnline: boolean;
  persistence: Persistence;
}

/** What this browser and tab can do, and what the panel was told of it. */
export class Platform extends Observable {
  /** JSPI (platform facts: "JSPI"). */
  readonly canSuspend = 'Suspending' in WebAssembly;
  #state: PlatformState = { worker: { name: 'starting' }, update: 'none', isOnline: navigator.onLine, persistence: 'unasked' };
  #takeUpdate: () => void = () => location.reload();

  constructor() {
    super();
    for (const type of ['online', 'offline']) addEventListener(type, () => this.set({ isOnline: navigator.onLine }));
  }

  get worker(): Worker {
    return this.#state.worker;
  }
  get update(): Update {
    return this.#state.update;
  }
  get isOnline(): boolean {
    return this.#state.isOnline;
  }
  get persistence(): Persistence {
    return this.#state.persistence;
  }

  set(change: Partial<PlatformState>): void {
    this.#state = { ...this.#state, ...change };
    this.changed();
  }

  /** A new version waits; `take` makes it the running one. */
  offerUpdate(take: () => void): void {
    this.#takeUpdate = take;
    this.set({ update: 'waiting' });
  }

  takeUpdate(): void {
    this.#takeUpdate();
  }

  /** What the browser says now, without asking it for anything. */
  async readPersistence(): Promise<void> {
    if (await navigator.storage?.persisted?.()) this.set({ persistence: 'persistent' });
  }

  /** Asks the browser, once in the life of this page, to keep the storage. */
  async askForPersistence(): Promise<void> {
    if (this.#state.persistence !== 'unasked') return;
    if (navigator.storage?.persist === undefined) {
      this.set({ persistence: 'unknown' });
      return;
    }
    this.set({ persistence: (await navigator.storage.persist()) ? 'persistent' : 'evictable' });
  }
}
