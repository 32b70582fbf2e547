import type { Cookie } from 'tough-cookie';
import { type CookieKey, type CookieRecord, cookieKey } from '../core/cookie-record.ts';
import type { VisibleChange } from '../core/visible-change.ts';
import { textFromByteString } from './byte-string.ts';
import { keyOf, sameSiteOf, toRecord } from './cookie-conversion.ts';
import type { CookieMap } from './cookie-map.ts';

/** Writes to the in-memory store, remembered so that they can be persisted in one transaction or undone. */
export class CookieChange {
  readonly nowMs: number;
  readonly #store: CookieMap;
  readonly #touched = new Map<string, { before: Cookie | undefined; after: Cookie | undefined; last: Cookie }>();

  constructor(store: CookieMap, nowMs: number) {
    this.#store = store;
    this.nowMs = nowMs;
  }

  /** Notes a write that has been made already; `before` is what was there. */
  wasPut(cookie: Cookie, before: Cookie | undefined): void {
    const key = keyOf(cookie);
    const touched = this.#touched.get(key);
    this.#touched.set(key, { before: touched === undefined ? before : touched.before, after: cookie, last: cookie });
  }

  put(cookie: Cookie): void {
    const before = this.#store.get(cookie.domain, cookie.path, cookie.key);
    this.#store.put(cookie);
    this.wasPut(cookie, before);
  }

  remove(cookie: Cookie): void {
    const key = keyOf(cookie);
    const touched = this.#touched.get(key);
    this.#touched.set(key, {
      before: touched === undefined ? this.#store.get(cookie.domain, cookie.path, cookie.key) : touched.before,
      after: undefined,
      last: cookie,
    });
    this.#store.delete(cookie);
  }

  writes(): { put: CookieRecord[]; remove: CookieKey[] } {
    const put: CookieRecord[] = [];
    const remove: CookieKey[] = [];
    for (const { before, after, last } of this.#touched.values()) {
      if (after !== undefined) put.push(toRecord(after));
      else if (before !== undefined) remove.push(cookieKey(toRecord(last)));
    }
    return { put, remove };
  }

  /** An HttpOnly cookie takes the place of a script's one of the same name, domain and path, so that goes too. */
  visibleChanges(): VisibleChange[] {
    return Array.from(this.#touched.values(), ({ after, last }) => {
      const isRemoval = after === undefined || after.httpOnly;
      return {
        name: textFromByteString(last.key),
        value: isRemoval ? '' : textFromByteString(last.value),
        path: last.path ?? '/',
        domain: last.hostOnly ? null : last.domain,
        expires: last.expires instanceof Date && !isRemoval ? last.expires.getTime() : null,
        sameSite: sameSiteOf(last),
        delete: isRemoval,
      };
    });
  }

  /** Puts back what was there, unless a later change has already replaced it. */
  undo(): void {
    for (const { before, after, last } of this.#touched.values()) {
      if (this.#store.get(last.domain, last.path, last.key) !== after) continue;
      if (before === undefined) this.#store.delete(last);
      else this.#store.put(before);
    }
  }
}
