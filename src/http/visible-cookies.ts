/** Cookies that page scripts may see, to and from the browser's own `cookieStore`. */
import type { VisibleChange } from '../core/visible-change.ts';

/** A cookie as `CookieStore.getAll()` lists it; only Chromium tells more than name and value. */
export interface BrowserCookie {
  readonly name?: string | undefined;
  readonly value?: string | undefined;
  readonly path?: string | null | undefined;
  readonly domain?: string | null | undefined;
  readonly sameSite?: 'strict' | 'lax' | 'none' | undefined;
  readonly expires?: number | null | undefined;
}

/** What the browser's cookie store held for one address. */
export interface VisibleCookies {
  /** The address the list was read for: cookies with a path that does not cover it are not in the list even if they exist. */
  readonly url: string;
  readonly cookies: readonly BrowserCookie[];
}

/** The part of the Cookie Store API that is used here; not every TypeScript lib has it. */
export interface BrowserCookieStore {
  getAll(options?: { url: string }): Promise<readonly BrowserCookie[]>;
  set(cookie: { name: string; value: string; path: string; domain: string | null; expires: number | null; sameSite: 'strict' | 'lax' | 'none' }): Promise<void>;
  delete(cookie: { name: string; path: string; domain: string | null }): Promise<void>;
}

/** Stores that were seen to take no address: an error thrown for each request would cost as much as the reading. */
const withoutAddresses = new WeakSet<BrowserCookieStore>();

/**
 * Lists what scripts of `url` see. Chromium 156 allows a service worker only addresses that start with its own script's
 * address, so the list is then the one for `ownUrl` (the script's address): in effect the cookies of the deployment's
 * base path. null: the browser has no usable cookie store.
 */
export async function readVisibleCookies(store: BrowserCookieStore | undefined, url: string, ownUrl: string): Promise<VisibleCookies | null> {
  if (store === undefined) return null;
  if (!withoutAddresses.has(store)) {
    try {
      return { url, cookies: await store.getAll({ url }) };
    } catch (error) {
      if (!(error instanceof TypeError)) return null;
      withoutAddresses.add(store);
    }
  }
  try {
    return { url: ownUrl, cookies: await store.getAll() };
  } catch {
    // A cookie store that cannot be read (opaque origin, blocked by policy) is as good as none: the jar stands alone.
    return null;
  }
}

/**
 * Applies `changes` in order. Resolves to those that the browser refused (for example because the server of the origin
 * holds an HttpOnly cookie of that name): hand them to `CookieJar.hideFromScripts`. A refused removal is not among them.
 */
export async function applyVisibleChanges(store: BrowserCookieStore | undefined, changes: readonly VisibleChange[]): Promise<VisibleChange[]> {
  if (store === undefined) return [];
  const refused: VisibleChange[] = [];
  for (const { delete: isRemoval, ...cookie } of changes) {
    try {
      if (isRemoval) await store.delete({ name: cookie.name, path: cookie.path, domain: cookie.domain });
      else await store.set(cookie);
    } catch {
      // The API gives no reason that could be acted on; what was refused is reported instead.
      if (!isRemoval) refused.push({ ...cookie, delete: false });
    }
  }
  return refused;
}

/** Seen by no document: its path is below the address of the service worker's own script. */
const PROBE = 'swerve-probe';

/**
 * Whether what a service worker writes into `store` can be read there again. Not everywhere (platform facts, "Cookies"): WebKitGTK
 * takes no cookie for http://localhost, and in about half of its sessions Firefox ESR 153 shows a service worker another,
 * empty store. `ownUrl`: the script's address. Ask once in the life of a service worker.
 */
export async function isCookieStoreSound(store: BrowserCookieStore | undefined, ownUrl: string): Promise<boolean> {
  if (store === undefined) return false;
  const probe = { name: PROBE, path: `${new URL(ownUrl).pathname}/`, domain: null };
  try {
    await store.set({ ...probe, value: '1', expires: null, sameSite: 'strict' });
    const seen = await store.getAll({ url: new URL(probe.path, ownUrl).href });
    await store.delete(probe);
    return seen.some(({ name }) => name === PROBE);
  } catch {
    // A store that refuses is as good as none.
    return false;
  }
}
