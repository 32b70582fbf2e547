import { Cookie, type CreateCookieOptions, canonicalDomain } from 'tough-cookie';
import type { CookieRecord } from '../core/cookie-record.ts';

/** The canonical host that a URL's cookies belong to: lower case, punycode, IPv6 without brackets. */
export function hostOf(url: URL): string {
  return canonicalDomain(url.hostname) ?? '';
}

/** Whether `cookie` (with an absolute time, never Max-Age) is over. */
export function isExpired(cookie: Cookie, nowMs: number): boolean {
  return cookie.expires instanceof Date && cookie.expires.getTime() <= nowMs;
}

/** Equal for two cookies exactly when one replaces the other (RFC 6265bis §5.7). */
export function keyOf(cookie: Cookie): string {
  return `${cookie.domain}\n${cookie.path}\n${cookie.key}`;
}

/** The cookie's SameSite with the default filled in. */
export function sameSiteOf(cookie: Cookie): 'strict' | 'lax' | 'none' {
  return cookie.sameSite === 'strict' || cookie.sameSite === 'none' ? cookie.sameSite : 'lax';
}

/** Last access; Unix epoch, milliseconds. */
export function accessedMs(cookie: Cookie): number {
  return cookie.lastAccessed instanceof Date ? cookie.lastAccessed.getTime() : 0;
}

/** A copy of `cookie` with `changes`; keeps its place in the order of creation. */
export function withChanges(cookie: Cookie, changes: CreateCookieOptions): Cookie {
  const { key, value, domain, hostOnly, path, secure, httpOnly, sameSite, expires, creation, lastAccessed } = cookie;
  const copy = new Cookie({ key, value, domain, hostOnly, path, secure, httpOnly, sameSite, expires, creation, lastAccessed, ...changes });
  copy.creationIndex = cookie.creationIndex;
  return copy;
}

/** The cookie of a record. Its place among cookies of the same creation time is that of this call. */
export function toCookie(record: CookieRecord): Cookie {
  const { name, expiresAtMs, createdAtMs, lastAccessedAtMs, domain, path, value, hostOnly, secure, httpOnly, sameSite } = record;
  return new Cookie({
    key: name,
    value,
    domain,
    path,
    hostOnly,
    secure,
    httpOnly,
    sameSite,
    expires: expiresAtMs === null ? 'Infinity' : new Date(expiresAtMs),
    creation: new Date(createdAtMs),
    lastAccessed: new Date(lastAccessedAtMs),
  });
}

/** The record of a cookie that the jar has stored. */
export function toRecord(cookie: Cookie): CookieRecord {
  return {
    domain: cookie.domain ?? '',
    path: cookie.path ?? '/',
    name: cookie.key,
    value: cookie.value,
    hostOnly: cookie.hostOnly ?? true,
    secure: cookie.secure,
    httpOnly: cookie.httpOnly,
    sameSite: sameSiteOf(cookie),
    expiresAtMs: cookie.expires instanceof Date ? cookie.expires.getTime() : null,
    createdAtMs: cookie.creation instanceof Date ? cookie.creation.getTime() : 0,
    createdIndex: cookie.creationIndex,
    lastAccessedAtMs: accessedMs(cookie),
  };
}
