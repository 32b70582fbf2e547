import type { Route } from './app.ts';
import { normaliseEscapes, normalisePath, withoutTrailingSlash } from './route-path.ts';

/** In the place of a host: any. */
export const ANY_HOST = '';

/** Each segment of an address costs a lookup for each host: over this many it is cheaper to know every route. */
const MAX_SEGMENTS = 64;

/** Where a route is kept in tables: those with the same place compete for the same addresses. */
export interface RoutePlace {
  /** As a URL object spells it, or {@link ANY_HOST}. */
  host: string;
  match: 'prefix' | 'exact';
  /** Normalised; of a prefix without its last slash, so that the root is the empty string. */
  path: string;
}

export function placeOf(route: Pick<Route, 'host' | 'match' | 'path'>): RoutePlace {
  const path = normalisePath(route.path);
  return {
    host: route.host === undefined ? ANY_HOST : canonicalHost(route.host),
    match: route.match,
    path: route.match === 'exact' ? path : withoutTrailingSlash(path),
  };
}

/** A place as one string, for indexes. */
export function keyOf({ host, match, path }: RoutePlace): string {
  return `${host} ${match} ${path}`;
}

/** The hosts that routes may name for an address, the most special first. */
export function hostsOf(url: URL): string[] {
  return [url.host, url.hostname, ANY_HOST].filter((host, index, all) => all.indexOf(host) === index);
}

/** The path of `url` below the deployment's base (without its last slash) as routes are compared; null when it lies elsewhere. */
export function pathBelow(base: string, url: URL): string | null {
  const path = normaliseEscapes(url.pathname);
  return path.startsWith(`${base}/`) ? path.slice(base.length) : null;
}

/** Keys of every place whose routes take the address: all that decides who serves it. null: they are too many to be asked for. */
export function keysFor(url: URL, path: string): string[] | null {
  const prefixes = [''];
  for (let end = path.indexOf('/', 1); prefixes.length <= MAX_SEGMENTS; end = path.indexOf('/', end + 1)) {
    const prefix = end < 0 ? path : path.slice(0, end);
    if (prefix !== '') prefixes.push(prefix);
    if (end < 0)
      return hostsOf(url).flatMap((host) => [keyOf({ host, match: 'exact', path }), ...prefixes.map((one) => keyOf({ host, match: 'prefix', path: one }))]);
  }
  return null;
}

/** Lower case, punycode, without a default port. A name that is no host matches nothing. */
function canonicalHost(host: string): string {
  return URL.canParse(`http://${host}`) ? new URL(`http://${host}`).host : host;
}
