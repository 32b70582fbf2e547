/**
 * Stands in for `tldts` in the build (vite.config.ts): the public suffix list is 140 KB of the service worker that
 * tough-cookie asks only for `rejectPublicSuffixes` and for its own in-memory store, and the jar uses neither.
 */
export function getDomain(): null {
  return null;
}
