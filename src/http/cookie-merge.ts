import { Cookie, cookieCompare, defaultPath, domainMatch, pathMatch } from 'tough-cookie';
import { byteStringFromText } from './byte-string.ts';
import { hostOf, withChanges } from './cookie-conversion.ts';
import type { CookieMap } from './cookie-map.ts';
import type { BrowserCookie, VisibleCookies } from './visible-cookies.ts';

/**
 * The jar's cookies with the browser's view laid over them. A cookie of the jar that `visible` would list is taken from
 * there or, when it is missing there, was deleted by a script. A browser cookie never stands in for an HttpOnly one.
 */
export function mergeVisible(own: readonly Cookie[], visible: VisibleCookies, url: URL, store: CookieMap, nowMs: number): Cookie[] {
  const listed = new Set(store.matching(new URL(visible.url), nowMs));
  const httpOnlyNames = new Set(own.filter((cookie) => cookie.httpOnly).map((cookie) => cookie.key));
  const unclaimed = visible.cookies.map(toByteStrings).filter((item) => !httpOnlyNames.has(item.name) && appliesTo(item, url));
  const merged: Cookie[] = [];
  for (const cookie of [...own].sort(cookieCompare)) {
    if (cookie.httpOnly || !listed.has(cookie)) {
      merged.push(cookie);
      continue;
    }
    const index = unclaimed.findIndex((item) => item.name === cookie.key && (item.path === null || withSlash(item.path) === withSlash(cookie.path ?? '/')));
    if (index < 0) continue;
    const [item] = unclaimed.splice(index, 1);
    merged.push(item === undefined || item.value === cookie.value ? cookie : withChanges(cookie, { value: item.value }));
  }
  for (const item of unclaimed) {
    merged.push(
      new Cookie({
        key: item.name,
        value: item.value,
        domain: item.domain ?? hostOf(url),
        hostOnly: item.domain === null,
        path: item.path ?? defaultPath(new URL(visible.url).pathname),
        sameSite: item.sameSite,
        expires: item.expires === null ? 'Infinity' : new Date(item.expires),
        creation: new Date(nowMs),
        lastAccessed: new Date(nowMs),
      }),
    );
  }
  return merged;
}

function toByteStrings(item: BrowserCookie) {
  return {
    name: byteStringFromText(item.name ?? ''),
    value: byteStringFromText(item.value ?? ''),
    path: item.path ?? null,
    domain: item.domain ?? null,
    sameSite: item.sameSite ?? 'lax',
    expires: item.expires ?? null,
  };
}

function appliesTo(item: { path: string | null; domain: string | null }, url: URL): boolean {
  const isForHost = item.domain === null || domainMatch(hostOf(url), item.domain) === true;
  return isForHost && (item.path === null || pathMatch(url.pathname, item.path));
}

/** Chromium's `cookieStore.set` writes `/hello` as `/hello/`. */
function withSlash(path: string): string {
  return path.endsWith('/') ? path : `${path}/`;
}
