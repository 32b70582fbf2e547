import type { Route } from './app.ts';
import { type AppPlace, labelBelow, originAt } from './app-origin.ts';

/** Public address of a route on the control origin: below the deployment's base, on the route's own host when it names one. */
export function routeAddress(route: Pick<Route, 'path' | 'host'>, base: URL): string {
  const url = new URL(`.${route.path}`, base);
  if (route.host !== undefined) url.hostname = route.host;
  return url.href;
}

/**
 * Where people find an App that is served at `place` of the deployment at `base`: the address to open first, then the
 * others. Empty: nowhere.
 */
export function appAddresses(app: { spec: { routes: readonly Pick<Route, 'path' | 'host'>[] } }, place: AppPlace, base: URL): string[] {
  const { routes } = app.spec;
  if (place.at === 'nowhere') return [];
  if (place.at === 'shared') return routes.map((route) => routeAddress(route, base));
  const onSite = routes.flatMap(({ path, host }) => {
    const label = customLabel(host, base);
    return label === null ? [] : [`${originAt(base, label)}${new URL(path, base).pathname}`];
  });
  const own = onSite.filter((address) => new URL(address).origin === place.origin);
  // Without a route that names it, the whole of an origin is its App's.
  return own.length > 0 ? [...own, ...onSite.filter((address) => !own.includes(address))] : [`${place.origin}/`, ...onSite];
}

/** The label of a route's host when that is one label below the site; else null. */
export function customLabel(host: string | undefined, base: URL): string | null {
  // Routes name hosts without their port.
  return host === undefined ? null : labelBelow(new URL(`${base.protocol}//${base.hostname}/`), host);
}
