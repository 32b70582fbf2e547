import { APP_CONDITIONS, type App } from '../../core/app.ts';
import type { TrafficSample } from '../../core/traffic.ts';
import { stateOfApp } from './app-state.ts';
import type { Collection } from './collection.ts';
import { Observable } from './observable.ts';
import type { Traffic } from './traffic.ts';

/** What a person has seen of one App: since when it is not Ready, and until when its errors. */
interface Seen {
  /** `lastTransitionTime` of the Ready condition; empty: it was Ready. */
  notReadySince: string;
  /** Unix epoch, milliseconds. */
  errorsUntilMs: number;
}

export type SeenByUid = Readonly<Record<string, Seen>>;

const NOTHING: Seen = { notReadySince: '', errorsUntilMs: 0 };

/** The Apps that need a look: those that are not Ready, and those that answered with a server error since a person last looked. */
export class Trouble extends Observable {
  readonly #apps: Collection<App>;
  /** When each App last failed. Unix epoch, milliseconds. */
  readonly #failedAtMs = new Map<string, number>();
  #seen: SeenByUid;
  #counts = '';

  /** `seen` is what was looked at before, for example in another tab. */
  constructor(apps: Collection<App>, traffic: Traffic, seen: SeenByUid = {}) {
    super();
    this.#apps = apps;
    this.#seen = seen;
    apps.subscribe(() => this.#check());
    traffic.listen((sample) => this.#learn(sample));
  }

  /** Apps in which something is wrong now: not Ready, looked at or not, or failed unseen. */
  get count(): number {
    return this.#apps.items.filter((app) => notReadySince(app) !== '' || this.#isNews(app)).length;
  }

  /** Of these, what nobody has looked at. */
  get unseen(): number {
    return this.#apps.items.filter((app) => this.#isNews(app)).length;
  }

  /** What was looked at, to be remembered. Holds only Apps that exist. */
  get seen(): SeenByUid {
    return this.#seen;
  }

  /** Another tab has looked. */
  learnSeen(seen: SeenByUid): void {
    this.#seen = seen;
    this.#check();
  }

  /** A person looks at the App, or at all of them for null. True when that was news to them. */
  lookAt(which: { namespace: string; app: string } | null): boolean {
    const looked = this.#apps.items.filter(({ metadata }) => which === null || (metadata.namespace === which.namespace && metadata.name === which.app));
    if (!looked.some((app) => this.#isNews(app))) return false;
    const kept = this.#apps.items.map(({ metadata: { uid } }) => [uid, this.#seen[uid]]).filter(([, seen]) => seen !== undefined);
    const news = looked.map((app) => [app.metadata.uid, { notReadySince: notReadySince(app), errorsUntilMs: this.#failedAtMs.get(app.metadata.uid) ?? 0 }]);
    this.#seen = Object.fromEntries([...kept, ...news]) as SeenByUid;
    this.#check();
    return true;
  }

  #isNews(app: App): boolean {
    const { uid } = app.metadata;
    const seen = this.#seen[uid] ?? NOTHING;
    const since = notReadySince(app);
    return (since !== '' && since !== seen.notReadySince) || (this.#failedAtMs.get(uid) ?? 0) > seen.errorsUntilMs;
  }

  #learn({ atMs, apps }: TrafficSample): void {
    for (const { uid, errors } of apps) if (errors > 0) this.#failedAtMs.set(uid, Math.max(atMs, this.#failedAtMs.get(uid) ?? 0));
    this.#check();
  }

  /** Apps and samples change all the time; what is said of them seldom does. */
  #check(): void {
    const counts = `${this.count} ${this.unseen}`;
    if (counts === this.#counts) return;
    this.#counts = counts;
    this.changed();
  }
}

/** Since when `app` is not Ready; empty while it is, or is starting. */
function notReadySince(app: App): string {
  if (stateOfApp(app).tone !== 'bad') return '';
  return app.status?.conditions?.find(({ type }) => type === APP_CONDITIONS.ready)?.lastTransitionTime ?? '';
}
