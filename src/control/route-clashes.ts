import type { App } from '../core/app.ts';
import { RouteTable } from '../http/route-table.ts';
import type { RouteClash } from './app-conditions.ts';

/** The routes of `app` that an older one of `apps` holds already. `apps` may contain an earlier state of `app`: `app` stands in its place. */
export function routeClashes(app: App, apps: readonly App[]): RouteClash[] {
  const { namespace, name } = app.metadata;
  const others = apps.filter(({ metadata }) => metadata.namespace !== namespace || metadata.name !== name);
  // Clashes do not depend on where the deployment lives.
  const clashes = new RouteTable([...others, app], '/').clashes();
  return clashes.filter((clash) => clash.app === app).map(({ route, other }) => ({ route, owner: `${other.metadata.namespace}/${other.metadata.name}` }));
}
