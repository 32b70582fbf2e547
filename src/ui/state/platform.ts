import type { Release } from '../../core/changelog.ts';
import { Observable } from './observable.ts';

/** The service worker as this tab sees it. */
export type Worker =
  /** `isFirst`: none was ever here, so there is no cluster yet, and what a person begins waits for it. */
  | { name: 'starting'; isFirst: boolean }
  | { name: 'active' }
  /** The browser offers none here: a private window, or an address that is not secure. */
  | { name: 'unsupported'; isSecureContext: boolean }
  /** Active, but this page was loaded past it (a forced reload). */
  | { name: 'bypassed' }
  | { name: 'failed'; reason: string };

/** `waiting`: a new version is ready. `taking`: this tab asked for it. `replaced`: another tab took it, this one still runs the old panel. */
export type Update = 'none' | 'waiting' | 'taking' | 'replaced';

/** How much of Swerve's own files is stored here. `unknown`: nobody has said yet. */
export type Stored = 'unknown' | 'partial' | 'whole';

/** What an update changes. */
export interface UpdateNews {
  /** Versions; null: that build does not say. */
  from: string | null;
  to: string | null;
  /** What the running build does not have, newest first. */
  releases: readonly Release[];
}

/** "Later" lasts this long in a panel that stays open. */
const LATER_MS = 86_400_000;
/** That the network is back is told for this long. */
const BACK_MS = 5_000;

const OFFLINE: Record<Stored, string> = {
  unknown: 'Offline',
  partial: 'Offline — not all of Swerve is stored here yet',
  whole: 'Offline — everything here keeps working',
};

/** Whether the browser may throw the cluster's storage away. */
export type Persistence = 'unasked' | 'persistent' | 'evictable' | 'unknown';

interface PlatformState {
  worker: Worker;
  update: Update;
  /** null: not known (yet). */
  news: UpdateNews | null;
  /** The update was put off. */
  isPutOff: boolean;
  stored: Stored;
  isOnline: boolean;
  /** The network was away and is there again since a moment. */
  isBack: boolean;
  persistence: Persistence;
  /** What came from outside of the page and could not be taken; null: nothing. */
  problem: string | null;
}

/** What this browser and tab can do, and what the panel was told of it. */
export class Platform extends Observable {
  /** JSPI (platform facts: "JSPI"). */
  readonly canSuspend = 'Suspending' in WebAssembly;
  #state: PlatformState = {
    worker: { name: 'starting', isFirst: false },
    update: 'none',
    news: null,
    isPutOff: false,
    stored: 'unknown',
    isOnline: navigator.onLine,
    isBack: false,
    persistence: 'unasked',
    problem: null,
  };
  readonly #ready = Promise.withResolvers<void>();
  #takeUpdate: () => void = () => location.reload();
  #backTimer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    super();
    for (const type of ['online', 'offline']) addEventListener(type, () => this.#setOnline(navigator.onLine));
  }

  get worker(): Worker {
    return this.#state.worker;
  }
  /** Resolves once a service worker answers this page. */
  get ready(): Promise<void> {
    return this.#ready.promise;
  }
  /** Files may be handed over: what comes before the service worker is there waits for it. */
  get takesFiles(): boolean {
    const { worker } = this.#state;
    return worker.name === 'active' || (worker.name === 'starting' && worker.isFirst);
  }
  get stored(): Stored {
    return this.#state.stored;
  }
  get update(): Update {
    return this.#state.update;
  }
  get news(): UpdateNews | null {
    return this.#state.news;
  }
  /** An update waits and the person has not put it off. */
  get isUpdateOffered(): boolean {
    return this.#state.update === 'waiting' && !this.#state.isPutOff;
  }
  get isOnline(): boolean {
    return this.#state.isOnline;
  }
  /** What is worth saying of the network; empty while it is there. */
  get networkNote(): string {
    if (!this.#state.isOnline) return OFFLINE[this.#state.stored];
    return this.#state.isBack ? 'Back online' : '';
  }
  get persistence(): Persistence {
    return this.#state.persistence;
  }
  get problem(): string | null {
    return this.#state.problem;
  }

  set(change: Partial<PlatformState>): void {
    this.#state = { ...this.#state, ...change };
    if (this.#state.worker.name === 'active') this.#ready.resolve();
    this.changed();
  }

  /** A new version waits; `take` makes it the running one. */
  offerUpdate(take: () => void): void {
    this.#takeUpdate = take;
    this.set({ update: 'waiting', news: null, isPutOff: false });
  }

  /** Asks again tomorrow, or when the panel is opened again. */
  putOffUpdate(): void {
    this.set({ isPutOff: true });
    setTimeout(() => this.set({ isPutOff: false }), LATER_MS);
  }

  takeUpdate(): void {
    this.#takeUpdate();
  }

  #setOnline(isOnline: boolean): void {
    clearTimeout(this.#backTimer);
    this.set({ isOnline, isBack: isOnline && !this.#state.isOnline });
    if (this.#state.isBack) this.#backTimer = setTimeout(() => this.set({ isBack: false }), BACK_MS);
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
