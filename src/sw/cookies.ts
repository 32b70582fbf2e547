/// <reference lib="webworker" />
import type { VisibleChange } from '../core/visible-change.ts';
import { CookieJar } from '../http/cookie-jar.ts';
import { sameSiteContext } from '../http/same-site.ts';
import { applyVisibleChanges, type BrowserCookieStore, isCookieStoreSound, readVisibleCookies, type VisibleCookies } from '../http/visible-cookies.ts';
import type { CookieContext } from '../ingress/ingress.ts';
import type { DocumentCookie } from '../protocol/sw-host.ts';
import type { CookieRepository } from '../store/cookies.ts';

declare const self: ServiceWorkerGlobalScope & { cookieStore?: BrowserCookieStore };

/** The part of a window that stands in for a cookie store that a service worker cannot use. */
export interface CookieWindow {
  /** Resolves once {@link Cookies.learn} has been told what scripts see. */
  tellCookies(): Promise<void>;
  /** Resolves to the places in `changes` of what the browser refused; null: nothing was written. */
  writeCookies(changes: VisibleChange[]): Promise<number[] | null>;
}

/** The cookie jar of the origin, opened at its first use after every start of the service worker. */
export class Cookies {
  readonly #records: CookieRepository;
  readonly #findWindow: () => CookieWindow | null;
  readonly #hostOnly: boolean;
  #jar: Promise<CookieJar> | null = null;
  #isSound: Promise<boolean> | null = null;
  /** Writes under way in a window: what documents tell meanwhile may be from before them. */
  #writing = 0;
  /** In order, and waited for by the requests that come after: a page that sets a cookie and then fetches expects it there. */
  #learning: Promise<void> = Promise.resolve();

  /** `hostOnly`: other origins of this site are not to be trusted, so what they set for all of it is no cookie here, and none is set for it. */
  constructor(records: CookieRepository, findWindow: () => CookieWindow | null, { hostOnly = false } = {}) {
    this.#records = records;
    this.#findWindow = findWindow;
    this.#hostOnly = hostOnly;
  }

  /** The `Cookie` header of a request; null: none. @throws RuntimeError `storage-failed` */
  async header({ url, method, isNavigation, isTopLevel, referrer }: CookieContext): Promise<string | null> {
    const [jar, visible] = await Promise.all([this.#open(), this.#visible(url)]);
    const sameSite = sameSiteContext({ requestMode: isNavigation ? 'navigate' : 'same-origin', method, referrer, url, isTopLevel });
    return jar.cookieHeader({ url, sameSite, visible, nowMs: Date.now() });
  }

  /** Keeps what a response sets, here and where page scripts look. @throws RuntimeError `storage-full`, `storage-failed` */
  async remember(setCookies: readonly string[], url: string): Promise<void> {
    const [jar, isSound] = await Promise.all([this.#open(), this.#soundness()]);
    const writing = isSound ? 0 : 1;
    this.#writing += writing;
    try {
      const { visibleChanges } = await jar.setFromResponse(setCookies, url, Date.now());
      const refused = await this.#show(visibleChanges);
      if (refused.length > 0) await jar.hideFromScripts(refused, url, Date.now());
    } finally {
      this.#writing -= writing;
    }
  }

  /** Takes over what scripts of a document did to its cookies. A failure costs that news only: the next change brings it again. */
  learn(url: string, cookies: DocumentCookie[]): void {
    // Where a window writes, it tells anew when it has.
    if (this.#writing > 0) return;
    this.#learning = this.#learning
      .then(async () => (await this.#open()).syncFromDocument({ url, cookies }, Date.now()))
      .catch((error: unknown) => console.warn('swerve: cookies that a page set were not stored', error));
  }

  /**
   * Runs `erase`, which removes the records of the jar among others, and then forgets every cookie, here and where page
   * scripts look. Resolves to what `erase` gives. @throws what `erase` throws: then no cookie was forgotten
   */
  async forgetWith<T>(erase: () => Promise<T>): Promise<T> {
    const jar = await this.#open();
    const result = await erase();
    try {
      await this.#show(await jar.clear(Date.now()));
    } catch (error) {
      // The records are gone: a jar that is read anew is empty.
      this.#jar = null;
      console.warn('swerve: cookies that page scripts see were not all removed', error);
    }
    return result;
  }

  /** null: the jar has it all. */
  async #visible(url: string): Promise<VisibleCookies | null> {
    if (!(await this.#soundness())) await this.#findWindow()?.tellCookies();
    await this.#learning;
    return (await this.#soundness()) ? readVisibleCookies(self.cookieStore, url, self.location.href) : null;
  }

  /** Resolves to what page scripts will not see. */
  async #show(changes: VisibleChange[]): Promise<VisibleChange[]> {
    if (changes.length === 0) return [];
    if (await this.#soundness()) return applyVisibleChanges(self.cookieStore, changes);
    const refused = (await this.#findWindow()?.writeCookies(changes)) ?? null;
    return changes.filter((change, place) => !change.delete && (refused === null || refused.includes(place)));
  }

  #soundness(): Promise<boolean> {
    this.#isSound ??= isCookieStoreSound(self.cookieStore, self.location.href);
    return this.#isSound;
  }

  #open(): Promise<CookieJar> {
    if (!this.#jar) {
      const opening = CookieJar.open(this.#records, Date.now(), { hostOnly: this.#hostOnly });
      this.#jar = opening;
      opening.catch(() => {
        this.#jar = null;
      });
    }
    return this.#jar;
  }
}
