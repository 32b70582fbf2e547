import type { App } from '../core/app.ts';
import type { RouteTable } from '../http/route-table.ts';
import type { RouteClash } from './app-conditions.ts';

/** The routes of `app` that an older App of `routes` holds already. `app` stands in the place of what `routes` has of it. */
export function routeClashes(app: App, routes: RouteTable): RouteClash[] {
  return routes.clashesOf(app).map(({ route, other }) => ({ route, owner: `${other.metadata.namespace}/${other.metadata.name}` }));
}
