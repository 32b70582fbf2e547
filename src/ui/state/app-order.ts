import type { App } from '../../core/app.ts';
import { type AppState, stateOfApp, type Tone } from './app-state.ts';
import type { Collection } from './collection.ts';
import { Observable } from './observable.ts';
import type { Traffic, TrafficSummary } from './traffic.ts';

/** What the list of Apps can be sorted by. */
export const APP_SORTS = ['name', 'newest', 'busiest', 'slowest', 'errors', 'state'] as const;
export type AppSort = (typeof APP_SORTS)[number];

/** What the order needs to know of the last minute of one App. */
export type AppActivity = Pick<TrafficSummary, 'requests' | 'errors' | 'p95Ms'>;

/** Their order follows the traffic. */
const LIVE_SORTS: ReadonlySet<AppSort> = new Set(['busiest', 'slowest', 'errors']);
/** Rows that change places every second cannot be read. */
const REORDER_MS = 5_000;
/** What needs a person comes first. */
const TONE_RANK: Readonly<Record<Tone, number>> = { bad: 0, busy: 1, good: 2, quiet: 3 };
const NOTHING: AppActivity = { requests: 0, errors: 0, p95Ms: null };

const byText = new Intl.Collator('en', { numeric: true }).compare;

/** Where the order outlives the page. */
export interface OrderMemory {
  recall(): unknown;
  remember(order: { sort: AppSort; isReversed: boolean; count: number }): void;
}

const NO_MEMORY: OrderMemory = { recall: () => null, remember: () => {} };

interface Known {
  state: AppState;
  /** What a search looks through, in lower case. */
  text: string;
}

/** By the object: a change of an App comes as a new one. */
const known = new WeakMap<App, Known>();

function knowledgeOf(app: App): Known {
  let found = known.get(app);
  if (found === undefined) {
    const { name, namespace } = app.metadata;
    const state = stateOfApp(app);
    const routes = app.spec.routes.map(({ host, path }) => `${host ?? ''}${path}`);
    found = { state, text: [name, namespace, ...routes, state.label].join('\n').toLowerCase() };
    known.set(app, found);
  }
  return found;
}

/** The Apps that have every word of `query` in their name, namespace, routes or state. */
export function searchApps(apps: readonly App[], query: string): readonly App[] {
  const words = query.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return apps;
  return apps.filter((app) => {
    const { text } = knowledgeOf(app);
    return words.every((word) => text.includes(word));
  });
}

/** `apps` sorted; equal ones by name. `activityOf` tells of an App's last minute by its uid. */
export function sortApps(apps: readonly App[], sort: AppSort, activityOf: (uid: string) => AppActivity | undefined): App[] {
  const activity = ({ metadata }: App): AppActivity => activityOf(metadata.uid) ?? NOTHING;
  const compare: Record<AppSort, (a: App, b: App) => number> = {
    name: () => 0,
    newest: (a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? 1 : a.metadata.creationTimestamp > b.metadata.creationTimestamp ? -1 : 0),
    busiest: (a, b) => activity(b).requests - activity(a).requests,
    slowest: (a, b) => (activity(b).p95Ms ?? -1) - (activity(a).p95Ms ?? -1),
    errors: (a, b) => activity(b).errors - activity(a).errors,
    state: (a, b) => {
      const [first, second] = [knowledgeOf(a).state, knowledgeOf(b).state];
      return TONE_RANK[first.tone] - TONE_RANK[second.tone] || byText(first.label, second.label);
    },
  };
  const first = compare[sort];
  return [...apps].sort((a, b) => first(a, b) || byText(a.metadata.name, b.metadata.name) || byText(a.metadata.namespace, b.metadata.namespace));
}

/** Which Apps the overview lists, and in what order. Kept by the store, so that it is the same after a look at one App. */
export class AppOrder extends Observable {
  readonly #apps: Collection<App>;
  readonly #traffic: Traffic;
  readonly #memory: OrderMemory;
  #query = '';
  #sort: AppSort = 'name';
  #isReversed = false;
  #count = 0;
  #isHeld = false;
  #items: readonly App[] | null = null;
  #sorted: readonly App[] = [];
  #hasNamespaces: boolean | null = null;
  #activity: ReadonlyMap<string, AppActivity> = new Map();
  #activityAtMs = Number.NEGATIVE_INFINITY;

  constructor(apps: Collection<App>, traffic: Traffic, memory: OrderMemory = NO_MEMORY) {
    super();
    this.#memory = memory;
    this.#recall();
    this.#apps = apps;
    this.#traffic = traffic;
    apps.subscribe(() => {
      this.#hasNamespaces = null;
      this.#countApps();
      this.#reorder();
    });
    traffic.subscribe(() => this.#onTraffic());
  }

  get query(): string {
    return this.#query;
  }

  get sort(): AppSort {
    return this.#sort;
  }

  get isReversed(): boolean {
    return this.#isReversed;
  }

  /** The Apps that were searched for, in order. The same array until something changes. */
  get items(): readonly App[] {
    if (this.#items === null) {
      const found = inOrderOf(this.#sorted, searchApps(this.#apps.items, this.#query));
      this.#sorted = sortApps(found, this.#sort, (uid) => this.#activity.get(uid));
      this.#items = this.#isReversed ? this.#sorted.toReversed() : this.#sorted;
    }
    return this.#items;
  }

  /** Whether there are Apps of more than one namespace. */
  get hasNamespaces(): boolean {
    this.#hasNamespaces ??= new Set(this.#apps.items.map(({ metadata }) => metadata.namespace)).size > 1;
    return this.#hasNamespaces;
  }

  /** How many Apps there were when the panel last knew: for as many it keeps room until it knows. */
  get expectedCount(): number {
    return this.#count;
  }

  search(query: string): void {
    if (query === this.#query) return;
    this.#query = query;
    this.#reorder();
  }

  /** Sorts by `sort` from now on; by the same once more, the other way round. */
  sortBy(sort: AppSort): void {
    this.#isReversed = sort === this.#sort && !this.#isReversed;
    this.#sort = sort;
    this.#remember();
    this.#readActivity();
    this.#reorder();
  }

  /** While held, traffic does not change the order: a person points at a row or is on the way to one. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
  }

  #recall(): void {
    const known = this.#memory.recall();
    if (typeof known !== 'object' || known === null || !('sort' in known)) return;
    this.#sort = APP_SORTS.find((sort) => sort === known.sort) ?? this.#sort;
    this.#isReversed = 'isReversed' in known && known.isReversed === true;
    this.#count = 'count' in known && typeof known.count === 'number' ? known.count : 0;
  }

  #remember(): void {
    this.#memory.remember({ sort: this.#sort, isReversed: this.#isReversed, count: this.#count });
  }

  #countApps(): void {
    if (!this.#apps.isLoaded || this.#apps.size === this.#count) return;
    this.#count = this.#apps.size;
    this.#remember();
  }

  #onTraffic(): void {
    if (!LIVE_SORTS.has(this.#sort) || this.#isHeld || Date.now() - this.#activityAtMs < REORDER_MS) return;
    this.#readActivity();
    this.#reorder();
  }

  #readActivity(): void {
    if (!LIVE_SORTS.has(this.#sort)) return;
    this.#activityAtMs = Date.now();
    this.#activity = this.#traffic.summaries(this.#activityAtMs);
  }

  #reorder(): void {
    this.#items = null;
    this.changed();
  }
}

/** `apps` in the order that they had in `before`, new ones last. Sorting what is almost sorted takes a tenth of the time. */
function inOrderOf(before: readonly App[], apps: readonly App[]): App[] {
  const left = new Map(apps.map((app) => [app.metadata.uid, app]));
  const ordered: App[] = [];
  for (const { metadata } of before) {
    const app = left.get(metadata.uid);
    if (app === undefined) continue;
    ordered.push(app);
    left.delete(metadata.uid);
  }
  return [...ordered, ...left.values()];
}
