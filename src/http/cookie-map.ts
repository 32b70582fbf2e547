import { type Cookie, domainMatch, pathMatch, Store } from 'tough-cookie';
import { accessedMs, hostOf, isExpired } from './cookie-conversion.ts';

/** Cookies per domain; RFC 6265bis asks for at least 50, this is Chromium's number. */
export const MAX_COOKIES_PER_DOMAIN = 180;

/** The jar's memory, in the shape that tough-cookie writes to. */
export class CookieMap extends Store {
  override synchronous = true;
  readonly #byDomain = new Map<string, Map<string, Cookie>>();

  get(domain: string | null, path: string | null, name: string): Cookie | undefined {
    return this.#byDomain.get(domain ?? '')?.get(`${path}\n${name}`);
  }

  put(cookie: Cookie): void {
    const domain = cookie.domain ?? '';
    const cookies = this.#byDomain.get(domain) ?? new Map<string, Cookie>();
    this.#byDomain.set(domain, cookies);
    cookies.set(`${cookie.path}\n${cookie.key}`, cookie);
  }

  delete(cookie: Cookie): void {
    const domain = cookie.domain ?? '';
    const cookies = this.#byDomain.get(domain);
    cookies?.delete(`${cookie.path}\n${cookie.key}`);
    if (cookies?.size === 0) this.#byDomain.delete(domain);
  }

  get isEmpty(): boolean {
    return this.#byDomain.size === 0;
  }

  all(): Cookie[] {
    return Array.from(this.#byDomain.values(), (cookies) => [...cookies.values()]).flat();
  }

  /** Cookies that a request to `url` may carry, SameSite aside. */
  matching(url: URL, nowMs: number): Cookie[] {
    const host = hostOf(url);
    const found: Cookie[] = [];
    for (const [domain, cookies] of this.#byDomain) {
      if (!domainMatch(host, domain, false)) continue;
      for (const cookie of cookies.values()) {
        const isForHost = cookie.hostOnly ? domain === host : true;
        if (isForHost && pathMatch(url.pathname, cookie.path ?? '/') && (!cookie.secure || isSecureContext(url)) && !isExpired(cookie, nowMs))
          found.push(cookie);
      }
    }
    return found;
  }

  /** What must go so that the domain of `added` holds no more than it may: expired ones, then those not used for longest. */
  overflow(added: Cookie, nowMs: number): Cookie[] {
    const cookies = [...(this.#byDomain.get(added.domain ?? '')?.values() ?? [])];
    if (cookies.length <= MAX_COOKIES_PER_DOMAIN) return [];
    const expired = cookies.filter((cookie) => isExpired(cookie, nowMs));
    const live = cookies
      .filter((cookie) => cookie !== added && !isExpired(cookie, nowMs))
      .sort((a, b) => accessedMs(a) - accessedMs(b) || a.creationIndex - b.creationIndex);
    return [...expired, ...live.slice(0, Math.max(0, cookies.length - expired.length - MAX_COOKIES_PER_DOMAIN))];
  }

  // tough-cookie calls these with callbacks when used synchronously.
  override findCookie(domain: unknown, path: unknown, key: unknown, callback?: (error: null, cookie?: Cookie) => void): never {
    callback?.(null, this.get(domain as string, path as string, key as string));
    return undefined as never;
  }

  override putCookie(cookie: Cookie, callback?: (error: null) => void): never {
    this.put(cookie);
    callback?.(null);
    return undefined as never;
  }

  override updateCookie(_old: Cookie, cookie: Cookie, callback?: (error: null) => void): never {
    return this.putCookie(cookie, callback);
  }
}

/** Loopback counts as secure, as in browsers (Secure Contexts §3.1). */
function isSecureContext(url: URL): boolean {
  const host = hostOf(url);
  return url.protocol === 'https:' || host === 'localhost' || host.endsWith('.localhost') || host === '::1' || /^127(\.\d+){3}$/.test(host);
}
