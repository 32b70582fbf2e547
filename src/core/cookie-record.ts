/** A stored cookie as plain data (RFC 6265bis §5.6 "storage model"). `[domain, path, name]` names it; there is one record per name of that kind. */
export interface CookieRecord {
  /** Lower-case host name without leading dot; IPv6 without brackets. */
  domain: string;
  path: string;
  /** May be empty: `Set-Cookie: value` makes a nameless cookie. */
  name: string;
  value: string;
  /** True: no Domain attribute, so only `domain` itself gets it. */
  hostOnly: boolean;
  secure: boolean;
  httpOnly: boolean;
  sameSite: 'strict' | 'lax' | 'none';
  /** Unix epoch, milliseconds; null: a session cookie. */
  expiresAtMs: number | null;
  /** Unix epoch, milliseconds. Kept when the cookie is written again. */
  createdAtMs: number;
  /** Orders cookies that were created in the same millisecond. */
  createdIndex: number;
  /** Unix epoch, milliseconds, as of the last write: reads are not persisted. */
  lastAccessedAtMs: number;
}

/** What names one cookie. */
export type CookieKey = readonly [domain: string, path: string, name: string];

export function cookieKey(record: Pick<CookieRecord, 'domain' | 'path' | 'name'>): CookieKey {
  return [record.domain, record.path, record.name];
}

/** Where the cookie jar keeps its records. One jar per store: nobody else writes. */
export interface CookieRecordStore {
  /** Every record, in any order; expired ones too. */
  loadAll(): Promise<CookieRecord[]>;
  /**
   * Writes `put` (over records of the same key) and removes `remove` (absent ones are no error) in one transaction, and
   * resolves after it has completed. No key is in both. @throws RuntimeError `storage-full`, `storage-failed`
   */
  write(changes: { readonly put: readonly CookieRecord[]; readonly remove: readonly CookieKey[] }): Promise<void>;
}
