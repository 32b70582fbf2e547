import { Cookie, cookieCompare, defaultPath, CookieJar as ToughJar } from 'tough-cookie';
import { type CookieKey, type CookieRecordStore, cookieKey } from '../core/cookie-record.ts';
import type { VisibleChange } from '../core/visible-change.ts';
import { byteStringFromText, textFromByteString } from './byte-string.ts';
import { CookieChange } from './cookie-change.ts';
import { hostOf, isExpired, keyOf, sameSiteOf, toCookie, withChanges } from './cookie-conversion.ts';
import { CookieMap } from './cookie-map.ts';
import { mergeVisible } from './cookie-merge.ts';
import type { SameSiteContext } from './same-site.ts';
import type { BrowserCookie, VisibleCookies } from './visible-cookies.ts';

/** Name and value together, in bytes (RFC 6265bis §5.6). */
export const MAX_COOKIE_BYTES = 4096;
/** Longest life of a cookie: 400 days (RFC 6265bis §5.5). */
export const MAX_COOKIE_AGE_MS = 400 * 86_400_000;
const MAX_ATTRIBUTE_BYTES = 1024;

export interface SetCookieOutcome {
  /** To be applied to the browser's cookie store before the response is handed out. */
  readonly visibleChanges: VisibleChange[];
  /** `Set-Cookie` values that were ignored as browsers ignore them, with the rule. */
  readonly ignored: { readonly header: string; readonly reason: string }[];
}

/**
 * The cookies that guests set. Browsers strip `Set-Cookie` from a response that a service worker constructs and hide
 * `Cookie` from it, so the runtime keeps a jar of its own (design, invariant 4). Held in memory, loaded once, written
 * through. HttpOnly cookies live here only; the others are mirrored in the browser's cookie store, where scripts may
 * change them, and the browser's copy is the truth wherever it can be read.
 *
 * Departures from RFC 6265bis: no public suffix list (a Domain of one label is refused, and this jar only ever serves
 * hosts of its own cluster, so a cookie for `co.uk` reaches nobody else); session cookies outlive the browser, since a
 * service worker cannot tell a new session from its own restart.
 */
export class CookieJar {
  readonly #records: CookieRecordStore;
  readonly #store: CookieMap;
  readonly #jar: ToughJar;
  readonly #hostOnly: boolean;

  private constructor(records: CookieRecordStore, store: CookieMap, hostOnly: boolean) {
    this.#records = records;
    this.#store = store;
    this.#hostOnly = hostOnly;
    this.#jar = new ToughJar(store, { rejectPublicSuffixes: false, looseMode: true, prefixSecurity: 'strict' });
  }

  /** With `hostOnly` no cookie is set for a domain above its host, nor taken over from there: other hosts of the site are strangers. Loads the jar; expired records are dropped from memory and from the store. @throws RuntimeError of `records.loadAll` */
  static async open(records: CookieRecordStore, nowMs: number, { hostOnly = false } = {}): Promise<CookieJar> {
    const store = new CookieMap();
    const expired: CookieKey[] = [];
    const all = await records.loadAll();
    all.sort((a, b) => a.createdAtMs - b.createdAtMs || a.createdIndex - b.createdIndex);
    for (const record of all) {
      if (record.expiresAtMs !== null && record.expiresAtMs <= nowMs) expired.push(cookieKey(record));
      else store.put(toCookie(record));
    }
    if (expired.length > 0) await records.write({ put: [], remove: expired });
    return new CookieJar(records, store, hostOnly);
  }

  /**
   * Stores what a response set. Resolves after the records are persisted; on failure the jar is as before. A cookie that
   * browsers would ignore is ignored and named in the outcome. @throws RuntimeError of `CookieRecordStore.write`
   */
  async setFromResponse(headers: readonly string[], url: string, nowMs: number): Promise<SetCookieOutcome> {
    const change = new CookieChange(this.#store, nowMs);
    const ignored: { header: string; reason: string }[] = [];
    for (const header of headers) {
      try {
        this.#set(header, new URL(url), change);
      } catch (error) {
        ignored.push({ header, reason: error instanceof Error ? error.message : String(error) });
      }
    }
    await this.#persist(change);
    return { visibleChanges: change.visibleChanges(), ignored };
  }

  /** The `Cookie` header of a request; null: none. `visible` null: the browser's cookie store cannot be read, the jar's own copies are used. */
  cookieHeader(request: { url: string; sameSite: SameSiteContext; visible: VisibleCookies | null; nowMs: number }): string | null {
    if (this.#store.isEmpty && (request.visible?.cookies.length ?? 0) === 0) return null;
    const url = new URL(request.url);
    const own = this.#store.matching(url, request.nowMs);
    const chosen = request.visible === null ? own : mergeVisible(own, this.#trusted(request.visible, own), url, this.#store, request.nowMs);
    const sent = chosen.filter((cookie) => isSentIn(cookie, request.sameSite)).sort(cookieCompare);
    const accessed = new Date(request.nowMs);
    for (const cookie of sent) cookie.lastAccessed = accessed;
    return sent.length === 0 ? null : sent.map((cookie) => cookie.cookieString()).join('; ');
  }

  /**
   * Takes over what scripts did, from the list that a document of `visible.url` reads in its own cookie store: cookies
   * they changed or added are written, cookies they deleted are removed. HttpOnly cookies are never touched
   * (RFC 6265bis §5.7: not by non-HTTP APIs). @throws RuntimeError of `CookieRecordStore.write`
   */
  async syncFromDocument(visible: VisibleCookies, nowMs: number): Promise<void> {
    const url = new URL(visible.url);
    const change = new CookieChange(this.#store, nowMs);
    const own = this.#store.matching(url, nowMs);
    const merged = mergeVisible(own, this.#trusted(visible, own), url, this.#store, nowMs);
    for (const cookie of own) if (!merged.some((other) => keyOf(other) === keyOf(cookie))) change.remove(cookie);
    for (const cookie of merged) if (!own.includes(cookie) && this.#store.get(cookie.domain, cookie.path, cookie.key)?.httpOnly !== true) change.put(cookie);
    await this.#persist(change);
  }

  /** Keeps cookies that the browser refused to mirror as HttpOnly ones, so that guests still get them. @throws RuntimeError of `CookieRecordStore.write` */
  async hideFromScripts(refused: readonly VisibleChange[], url: string, nowMs: number): Promise<void> {
    const change = new CookieChange(this.#store, nowMs);
    for (const { name, path, domain } of refused) {
      const cookie = this.#store.get(domain ?? hostOf(new URL(url)), path, byteStringFromText(name));
      if (cookie !== undefined && !cookie.httpOnly) change.put(withChanges(cookie, { httpOnly: true }));
    }
    await this.#persist(change);
  }

  /** Removes every cookie; what scripts could see of them is returned. @throws RuntimeError of `CookieRecordStore.write` */
  async clear(nowMs: number): Promise<VisibleChange[]> {
    const change = new CookieChange(this.#store, nowMs);
    for (const cookie of this.#store.all()) change.remove(cookie);
    await this.#persist(change);
    return change.visibleChanges();
  }

  /**
   * Where the browser tells the domain of a cookie, one that another host of the site set for all of it is left out. Where it
   * tells the name and value alone, one that would stand beside a cookie of `own`, unchanged, by its name is.
   */
  #trusted(visible: VisibleCookies, own: readonly Cookie[]): VisibleCookies {
    if (!this.#hostOnly) return visible;
    const host = hostOf(new URL(visible.url));
    const values = new Map<string, Set<string>>();
    for (const { key, value, httpOnly } of own) if (!httpOnly) values.set(key, (values.get(key) ?? new Set()).add(value));
    const isOwn = ({ name, value }: BrowserCookie) => values.get(byteStringFromText(name ?? ''))?.has(byteStringFromText(value ?? '')) === true;
    const unchanged = new Set(visible.cookies.filter(isOwn).map(({ name }) => name));
    const cookies = visible.cookies.filter((cookie) => {
      const { name, path = null, domain = null } = cookie;
      if (domain !== null) return domain.replace(/^\./, '') === host;
      return path !== null || !unchanged.has(name) || isOwn(cookie);
    });
    return { ...visible, cookies };
  }

  #set(header: string, url: URL, change: CookieChange): void {
    // Parsed as text: byte 0xA0, which ends many a UTF-8 sequence, would be trimmed as white space.
    const text = textFromByteString(header);
    const cookie = Cookie.parse(text, { loose: true });
    if (cookie === undefined || (cookie.key === '' && cookie.value === '')) throw new Error('it has neither name nor value, or control characters');
    if (text !== header) {
      cookie.key = byteStringFromText(cookie.key);
      cookie.value = byteStringFromText(cookie.value);
    }
    if (cookie.key.length + cookie.value.length > MAX_COOKIE_BYTES) throw new Error(`name and value are over ${MAX_COOKIE_BYTES} bytes`);
    checkPrefix(cookie);
    if (cookie.sameSite === 'none' && !cookie.secure) throw new Error('SameSite=None needs Secure');
    const host = hostOf(url);
    if (cookie.domain !== null) {
      if (cookie.cdomain() === host) {
        if (this.#hostOnly || !host.includes('.') || isIpAddress(host)) cookie.domain = null;
      } else if (this.#hostOnly) {
        throw new Error(`Domain=${cookie.domain} would be for other Apps as well, and each has a host of its own`);
      } else if (!cookie.domain.includes('.')) {
        throw new Error(`Domain=${cookie.domain} is a public suffix`);
      }
    }
    if (cookie.path === null || cookie.path.length > MAX_ATTRIBUTE_BYTES) {
      // Set here because tough-cookie would percent-decode the request path first; browsers match it as it is written.
      cookie.path = defaultPath(url.pathname);
      cookie.pathIsDefault = true;
    }
    // One absolute time in place of Max-Age: tough-cookie counts Max-Age from the last read, which never ends.
    const expiresAtMs = cookie.expiryTime(new Date(change.nowMs));
    cookie.maxAge = null;
    cookie.expires =
      expiresAtMs === undefined || expiresAtMs === Number.POSITIVE_INFINITY
        ? 'Infinity'
        : new Date(Math.max(0, Math.min(expiresAtMs, change.nowMs + MAX_COOKIE_AGE_MS)));

    const before = this.#store.get(cookie.domain ?? host, cookie.path, cookie.key);
    const stored = this.#jar.setCookieSync(cookie, url, { loose: true, now: new Date(change.nowMs) });
    if (stored === undefined) throw new Error('the browser rules for cookies refuse it');
    change.wasPut(stored, before);
    if (isExpired(stored, change.nowMs)) change.remove(stored);
    else for (const evicted of this.#store.overflow(stored, change.nowMs)) change.remove(evicted);
  }

  async #persist(change: CookieChange): Promise<void> {
    const writes = change.writes();
    if (writes.put.length === 0 && writes.remove.length === 0) return;
    try {
      await this.#records.write(writes);
    } catch (error) {
      change.undo();
      throw error;
    }
  }
}

function isSentIn(cookie: Cookie, context: SameSiteContext): boolean {
  const sameSite = sameSiteOf(cookie);
  return context === 'strict' || sameSite === 'none' || (context === 'lax' && sameSite === 'lax');
}

/** RFC 6265bis §5.7: prefixes count in any case, and a nameless cookie must not spell one in its value. */
function checkPrefix(cookie: Cookie): void {
  const name = (cookie.key === '' ? cookie.value : cookie.key).toLowerCase();
  const prefix = ['__secure-', '__host-'].find((start) => name.startsWith(start));
  if (prefix === undefined) return;
  if (cookie.key === '') throw new Error('a nameless cookie must not begin with a cookie prefix');
  if (!cookie.secure) throw new Error(`${cookie.key.slice(0, prefix.length)} needs Secure`);
  if (prefix === '__host-' && (cookie.domain !== null || cookie.path !== '/'))
    throw new Error(`${cookie.key.slice(0, prefix.length)} needs Path=/ and no Domain`);
}

function isIpAddress(host: string): boolean {
  return host.includes(':') || /^[\d.]+$/.test(host);
}
