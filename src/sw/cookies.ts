/// <reference lib="webworker" />
import { CookieJar } from '../http/cookie-jar.ts';
import { sameSiteContext } from '../http/same-site.ts';
import { applyVisibleChanges, type BrowserCookieStore, readVisibleCookies } from '../http/visible-cookies.ts';
import type { CookieContext } from '../ingress/ingress.ts';
import type { DocumentCookie } from '../protocol/sw-host.ts';
import type { CookieRepository } from '../store/cookies.ts';

declare const self: ServiceWorkerGlobalScope & { cookieStore?: BrowserCookieStore };

/** The cookie jar of the origin, opened at its first use after every start of the service worker. */
export class Cookies {
  readonly #records: CookieRepository;
  #jar: Promise<CookieJar> | null = null;
  /** In order, and waited for by the requests that come after: a page that sets a cookie and then fetches expects it there. */
  #learning: Promise<void> = Promise.resolve();

  constructor(records: CookieRepository) {
    this.#records = records;
  }

  /** The `Cookie` header of a request; null: none. @throws RuntimeError `storage-failed` */
  async header({ url, method, isNavigation, isTopLevel, referrer }: CookieContext): Promise<string | null> {
    await this.#learning;
    const [jar, visible] = await Promise.all([this.#open(), readVisibleCookies(self.cookieStore, url, self.location.href)]);
    const sameSite = sameSiteContext({ requestMode: isNavigation ? 'navigate' : 'same-origin', method, referrer, url, isTopLevel });
    return jar.cookieHeader({ url, sameSite, visible, nowMs: Date.now() });
  }

  /** Keeps what a response sets, here and where page scripts look. @throws RuntimeError `storage-full`, `storage-failed` */
  async remember(setCookies: readonly string[], url: string): Promise<void> {
    const jar = await this.#open();
    const { visibleChanges } = await jar.setFromResponse(setCookies, url, Date.now());
    const refused = await applyVisibleChanges(self.cookieStore, visibleChanges);
    if (refused.length > 0) await jar.hideFromScripts(refused, url, Date.now());
  }

  /** Takes over what scripts of a document did to its cookies. A failure costs that news only: the next change brings it again. */
  learn(url: string, cookies: DocumentCookie[]): void {
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
      await applyVisibleChanges(self.cookieStore, await jar.clear(Date.now()));
    } catch (error) {
      // The records are gone: a jar that is read anew is empty.
      this.#jar = null;
      console.warn('swerve: cookies that page scripts see were not all removed', error);
    }
    return result;
  }

  #open(): Promise<CookieJar> {
    if (!this.#jar) {
      const opening = CookieJar.open(this.#records, Date.now());
      this.#jar = opening;
      opening.catch(() => {
        this.#jar = null;
      });
    }
    return this.#jar;
  }
}
