import { RuntimeError } from '../core/errors.ts';

/**
 * Stands in for the package `tldts` (by an alias of the bundler) in the service worker: tough-cookie imports its public
 * suffix list, 110 kB compressed, and asks it only when a jar rejects public suffixes, which ours does not (see CookieJar).
 * @throws RuntimeError `internal`, so that a use that does ask is noticed
 */
export function getDomain(host: string): never {
  throw new RuntimeError('internal', `The public suffix of "${host}" was asked for, but the list is not bundled.`);
}
