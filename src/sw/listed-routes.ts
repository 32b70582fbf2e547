import type { App } from '../core/app.ts';
import type { ListedRoute } from '../http/problem.ts';

/** Every route of every App as the 404 page lists them, by path. */
export function listRoutes(apps: readonly App[], base: URL): ListedRoute[] {
  return apps
    .flatMap(({ metadata, spec }) =>
      spec.routes.map((route) => ({
        href: new URL(`.${route.path}`, base).pathname,
        app: metadata.name,
        namespace: metadata.namespace,
        match: route.match,
        host: route.host ?? null,
      })),
    )
    .sort((a, b) => (a.href < b.href ? -1 : a.href > b.href ? 1 : 0));
}
