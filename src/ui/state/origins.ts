import type { App } from '../../core/app.ts';
import { appAddresses } from '../../core/app-address.ts';
import { type AppPlace, type OriginMode, placeOf, siteRefusal } from '../../core/app-origin.ts';
import { CHANGES_CHANNEL, isChangeMessage } from '../../protocol/broadcast.ts';
import { LOOK_EVENT, type LookOutcome, type LookRequest } from '../../protocol/panel-host.ts';
import type { ApiClient } from '../api/client.ts';
import { BASE } from '../links.ts';
import { coalesced } from './coalesced.ts';
import { Observable } from './observable.ts';

/** A look takes frames to load and to fail; the host script of this document may not have begun either. */
const LOOK_MS = 90_000;

/** One address of an App. */
export interface AppAddress {
  href: string;
  /** The part of it that tells Apps apart: `/hello`, or `hello.swerve.localhost`. */
  text: string;
}

/** What decides where an App is. */
interface Named {
  metadata: Pick<App['metadata'], 'namespace' | 'name'>;
  spec: { document: Pick<App['spec']['document'], 'origin'> };
}
/** What decides its addresses. */
type Placed = Named & { spec: Pick<App['spec'], 'routes'> };

/** How Apps are served here: at origins of their own, or all on that of the panel. */
export class Origins extends Observable {
  readonly #api: Pick<ApiClient, 'readOriginMode'>;
  readonly #base: URL;
  #mode: OriginMode | null = null;
  #isRead = false;
  #looking: Promise<LookOutcome> | null = null;
  #isWithoutAnswer = false;

  constructor(api: Pick<ApiClient, 'readOriginMode'>, base: URL = BASE) {
    super();
    this.#api = api;
    this.#base = base;
    const reason = siteRefusal(base);
    if (reason === null) return;
    // What the host script will find out, without the wait.
    this.#mode = { mode: 'shared', reason, checkedAtMs: 0 };
    this.#isRead = true;
  }

  /** null: not known (yet). */
  get mode(): OriginMode | null {
    return this.#mode;
  }
  /** Whether {@link mode} is known to be so, or cannot be read. */
  get isRead(): boolean {
    return this.#isRead;
  }
  /** Whether another look can find anything else: some addresses have no subdomains, whatever their server does. */
  get canLook(): boolean {
    return siteRefusal(this.#base) === null;
  }
  get isLooking(): boolean {
    return this.#looking !== null;
  }
  /** The last look found nothing out. */
  get isWithoutAnswer(): boolean {
    return this.#isWithoutAnswer;
  }

  /** Where `app` is served, and why. */
  placeOf(app: Named): AppPlace {
    return placeOf(app, this.#base, this.#mode);
  }

  /** The root of the origin that an App called so would have to itself; null: none. */
  ownAddressOf(app: Named): string | null {
    const place = this.placeOf(app);
    return place.at === 'own' ? `${place.origin}/` : null;
  }

  /** What people open to see `app`, the first first. Empty: it is nowhere. */
  addressesOf(app: Placed): AppAddress[] {
    const place = this.placeOf(app);
    return appAddresses(app, place, this.#base).map((href, index) => {
      const route = app.spec.routes[index];
      if (place.at === 'shared' && route !== undefined) return { href, text: `${route.host ?? ''}${route.path}` };
      const { host, pathname } = new URL(href);
      return { href, text: pathname === '/' ? host : host + pathname };
    });
  }

  /** Keeps the mode up to date until `signal` fires. */
  follow(signal: AbortSignal): void {
    const channel = new BroadcastChannel(CHANGES_CHANNEL);
    channel.addEventListener('message', ({ data }: MessageEvent<unknown>) => {
      if (isChangeMessage(data) && data.type === 'origins') void this.refresh();
    });
    signal.addEventListener('abort', () => channel.close());
    void this.refresh();
  }

  /** Reads the mode again. Does not throw: what was known stays. */
  readonly refresh = coalesced(async () => {
    try {
      const mode = await this.#api.readOriginMode();
      const isSame = this.#isRead && JSON.stringify(mode) === JSON.stringify(this.#mode);
      // Where it is clear from the start nobody may have written it down yet.
      this.#mode = mode ?? this.#mode;
      this.#isRead = true;
      if (!isSame) this.changed();
    } catch (error) {
      console.warn('it could not be read how Apps are served', error);
      if (this.#isRead) return;
      this.#isRead = true;
      this.changed();
    }
  });

  /** Finds out again; resolves when {@link mode} says what came of it. */
  async look(): Promise<void> {
    this.#looking ??= askHost();
    this.changed();
    const outcome = await this.#looking;
    this.#looking = null;
    this.#isWithoutAnswer = outcome === 'unknown';
    await this.refresh();
    this.changed();
  }
}

/** The host script of this very document looks: the panel itself has no frames. */
function askHost(): Promise<LookOutcome> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve('unknown'), LOOK_MS);
    const answer = (outcome: LookOutcome): void => {
      clearTimeout(timer);
      resolve(outcome);
    };
    dispatchEvent(new CustomEvent<LookRequest>(LOOK_EVENT, { detail: { answer } }));
  });
}
