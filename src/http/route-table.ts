import type { App, Route } from '../core/app.ts';
import { RuntimeError } from '../core/errors.ts';
import { ANY_HOST, hostsOf, pathBelow, placeOf } from '../core/route-key.ts';
import { firstSegments, normalisePath, serialisePath, withoutTrailingSlash } from '../core/route-path.ts';

/** Where a request goes. */
export interface RouteMatch {
  readonly type: 'match';
  readonly app: App;
  readonly route: Route;
  /** The part of the public path that the route consumed, with the deployment's base, as the client spelt it, without a trailing slash: `/sub/hello`; empty for `/` at base `/`. An exact route consumes the whole path. */
  readonly prefix: string;
  /** What the guest sees: the path below the base, or the rewritten one; with the query. Escapes as the client sent them. */
  readonly pathWithQuery: string;
}

/** Routes match the address, but none takes the method. */
export interface MethodMismatch {
  readonly type: 'method-not-allowed';
  /** For the `Allow` header: sorted, without repeats. */
  readonly allow: readonly string[];
}

/** A route that an older App holds already. */
export interface RouteClash {
  readonly app: App;
  readonly route: Route;
  /** The App that keeps it. */
  readonly other: App;
}

interface Entry {
  readonly app: App;
  readonly route: Route;
  /** null: every method. */
  readonly methods: ReadonlySet<string> | null;
  /** Serialised, or null. */
  readonly rewrite: string | null;
}

/** A route for pages that list what exists. */
export interface TableRoute {
  href: string;
  app: string;
  namespace: string;
  match: 'prefix' | 'exact';
  host: string | null;
}

/** The routes of one host, or of any host. Lists are in order of precedence: the older App first. */
class HostRoutes {
  readonly exact = new Map<string, readonly Entry[]>();
  /** Keyed by path without trailing slash; the root is the empty string. */
  readonly prefix = new Map<string, readonly Entry[]>();
  longestPrefix = 0;
}

/**
 * Which App serves an address (design §6). Precedence: the longest path, exact before prefix, a named host before any
 * host, the older App (`creationTimestamp`, then `uid`). A route whose method list does not fit is passed over.
 *
 * Routes are literal paths, without parameters or wildcards, so the table is hash maps that are asked once per segment of
 * the request's path: neither a lookup nor a change depends on the number of Apps, and `:` or `*` in a route are just
 * characters.
 */
export class RouteTable {
  readonly #apps = new Map<string, App>();
  /** Without trailing slash. */
  readonly #base: string;
  readonly #hosts = new Map<string, HostRoutes>();
  /** null: not made since the last change. */
  #listed: readonly TableRoute[] | null = null;

  /** `basePath`: where the deployment lives, `/` or `/sub/`. */
  constructor(apps: Iterable<App>, basePath: string) {
    this.#base = withoutTrailingSlash(normalisePath(basePath));
    for (const app of apps) this.set(app);
  }

  /** Takes in the routes of `app`, in place of those that the App of its uid had. */
  set(app: App): void {
    this.delete(app.metadata.uid);
    this.#apps.set(app.metadata.uid, app);
    this.#listed = null;
    for (const route of app.spec.routes) this.#add(app, route);
  }

  /** Drops the routes of the App of that uid, if there is one. */
  delete(uid: string): void {
    const app = this.#apps.get(uid);
    if (app === undefined) return;
    this.#apps.delete(uid);
    this.#listed = null;
    for (const route of app.spec.routes) {
      const { map, key } = this.#placeOf(route);
      const left = map.get(key)?.filter((entry) => entry.app !== app) ?? [];
      if (left.length === 0) map.delete(key);
      else map.set(key, left);
    }
  }

  /** null: no route has this address. `namedHostOnly`: routes of any host do not count. @throws RuntimeError `request-invalid` when `url` is no absolute URL */
  match(request: { method: string; url: string }, { namedHostOnly = false } = {}): RouteMatch | MethodMismatch | null {
    if (!URL.canParse(request.url)) throw new RuntimeError('request-invalid', `"${request.url}" is not an absolute URL.`);
    const url = new URL(request.url);
    const path = pathBelow(this.#base, url);
    if (path === null) return null;
    const method = standardCase(request.method);
    const hosts = hostsOf(url)
      .filter((host) => !namedHostOnly || host !== ANY_HOST)
      .map((host) => this.#hosts.get(host))
      .filter((routes) => routes !== undefined);

    const allow = new Set<string>();
    for (const entries of candidates(hosts, path)) {
      const entry = entries.list.find(({ methods }) => takes(methods, method));
      if (entry !== undefined) return this.#found(entry, entries.path, url);
      for (const { methods } of entries.list) for (const name of methods ?? []) allow.add(name);
    }
    if (allow.size === 0) return null;
    if (allow.has('GET')) allow.add('HEAD');
    return { type: 'method-not-allowed', allow: [...allow].sort() };
  }

  /**
   * The routes of `app` that an older App holds already, each named against the oldest one: the same host, match, path and
   * at least one common method. `app` stands in the place of the App of its name, whether that is in the table or not.
   */
  clashesOf(app: App): RouteClash[] {
    return app.spec.routes.flatMap((route) => {
      const methods = methodsOf(route);
      const holder = this.#othersAt(route, app).find((entry) => byAge(entry.app, app) < 0 && overlap(entry.methods, methods));
      return holder === undefined ? [] : [{ app, route, other: holder.app }];
    });
  }

  /** The other Apps with a route of the same host, match and path as one of `app`: what a change of it may concern. */
  neighboursOf(app: App): Set<App> {
    return new Set(app.spec.routes.flatMap((route) => this.#othersAt(route, app).map((entry) => entry.app)));
  }

  /** Every route, older Apps first; `href` is its public path. For pages that list what exists. */
  listed(): readonly TableRoute[] {
    this.#listed ??= [...this.#apps.values()].sort(byAge).flatMap(({ metadata, spec }) =>
      spec.routes.map(({ path, match, host }) => ({
        href: this.#base + serialisePath(path),
        app: metadata.name,
        namespace: metadata.namespace,
        match,
        host: host ?? null,
      })),
    );
    return this.#listed;
  }

  #add(app: App, route: Route): void {
    const { routes, map, key } = this.#placeOf(route);
    // Not made shorter when a route goes: it is only how deep a lookup has to begin.
    if (route.match === 'prefix') routes.longestPrefix = Math.max(routes.longestPrefix, key.length);
    const entry: Entry = { app, route, methods: methodsOf(route), rewrite: route.rewrite === undefined ? null : serialisePath(route.rewrite) };
    const list = map.get(key) ?? [];
    // Behind those that are as old: they are routes of the same App, in its own order.
    const place = list.findIndex((other) => byAge(other.app, app) > 0);
    map.set(key, place < 0 ? [...list, entry] : list.toSpliced(place, 0, entry));
  }

  #othersAt(route: Route, { metadata }: App): Entry[] {
    const { map, key } = this.#placeOf(route);
    return (map.get(key) ?? []).filter(({ app }) => app.metadata.name !== metadata.name || app.metadata.namespace !== metadata.namespace);
  }

  #placeOf(route: Route): { routes: HostRoutes; map: Map<string, readonly Entry[]>; key: string } {
    const { host, match, path } = placeOf(route);
    const routes = this.#hosts.get(host) ?? new HostRoutes();
    this.#hosts.set(host, routes);
    return { routes, map: match === 'exact' ? routes.exact : routes.prefix, key: path };
  }

  #found({ app, route, rewrite }: Entry, matched: string, url: URL): RouteMatch {
    const prefix = route.match === 'exact' ? url.pathname : firstSegments(url.pathname, this.#base + matched);
    const rest = url.pathname.slice(prefix.length);
    let path = url.pathname.slice(firstSegments(url.pathname, this.#base).length);
    if (rewrite !== null) path = rest === '' ? rewrite : withoutTrailingSlash(rewrite) + rest;
    return { type: 'match', app, route, prefix, pathWithQuery: path + url.search };
  }
}

/** Entry lists in order of precedence, with the path that each was found under. */
function* candidates(hosts: readonly HostRoutes[], path: string): Generator<{ path: string; list: readonly Entry[] }> {
  for (const { exact } of hosts) {
    const list = exact.get(path);
    if (list !== undefined) yield { path, list };
  }
  const longest = Math.max(0, ...hosts.map(({ longestPrefix }) => longestPrefix));
  // A prefix ends where the path ends or before a slash. Looking for that slash starts at the longest prefix there is,
  // so that a path of a thousand segments costs no more than the routes' own depth.
  let key = path.length <= longest ? path : path.slice(0, Math.max(0, path.lastIndexOf('/', longest)));
  for (;;) {
    for (const { prefix } of hosts) {
      const list = prefix.get(key);
      if (list !== undefined) yield { path: key, list };
    }
    if (key === '') return;
    key = key.slice(0, Math.max(0, key.lastIndexOf('/')));
  }
}

function byAge(a: App, b: App): number {
  const left = a.metadata;
  const right = b.metadata;
  return compare(left.creationTimestamp, right.creationTimestamp) || compare(left.uid, right.uid);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** null: every method. */
function methodsOf({ methods }: Route): ReadonlySet<string> | null {
  return methods === undefined ? null : new Set(methods.map(standardCase));
}

/** A list with GET takes HEAD too (RFC 9110 §9.1 asks it of every server). */
function takes(methods: ReadonlySet<string> | null, method: string): boolean {
  return methods === null || methods.has(method) || (method === 'HEAD' && methods.has('GET'));
}

function overlap(a: ReadonlySet<string> | null, b: ReadonlySet<string> | null): boolean {
  if (a === null || b === null) return true;
  return [...b].some((method) => a.has(method));
}

/** Methods are case-sensitive; these six are written in any case by people and by `fetch` (Fetch, "normalize a method"). */
function standardCase(method: string): string {
  const upper = method.toUpperCase();
  return ['DELETE', 'GET', 'HEAD', 'OPTIONS', 'POST', 'PUT'].includes(upper) ? upper : method;
}
