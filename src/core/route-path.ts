/** Paths as routes compare them. */

/**
 * The path of `path` (absolute, no query) in the one spelling that routes are compared by: serialised as the URL standard
 * does, then percent-escapes in upper case and escaped unreserved characters decoded (RFC 3986 §6.2.2). `%2F` stays
 * escaped, so the number of `/` never changes. The URL standard reads `%2e` as a dot, so no dot segment can appear here.
 */
export function normalisePath(path: string): string {
  return normaliseEscapes(serialisePath(path));
}

/** `path` as the URL standard serialises it. An absolute path keeps a leading `//`. */
export function serialisePath(path: string): string {
  return new URL(`http://path.invalid${path}`).pathname;
}

/** The second half of {@link normalisePath}, for a path that a URL object gave. */
export function normaliseEscapes(pathname: string): string {
  if (!pathname.includes('%')) return pathname;
  return pathname.replace(/%[0-9a-f]{2}/gi, (triplet) => {
    const character = String.fromCharCode(Number.parseInt(triplet.slice(1), 16));
    return /[A-Za-z0-9\-._~]/.test(character) ? character : triplet.toUpperCase();
  });
}

/** Without its last slash; the root is the empty string. */
export function withoutTrailingSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

/** The first part of `path` that holds as many segments as `prefix` does: the same piece of path in another spelling. */
export function firstSegments(path: string, prefix: string): string {
  const slashes = prefix.split('/').length - 1;
  let end = 0;
  for (let i = 0; i <= slashes; i++) {
    const next = path.indexOf('/', end + (i === 0 ? 0 : 1));
    if (next < 0) return path;
    end = next;
  }
  return path.slice(0, end);
}
