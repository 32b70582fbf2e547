import type { App } from '../core/app.ts';
import { keyOf, placeOf } from '../core/route-key.ts';
import type { Database } from './database.ts';
import type { AppRoutes } from './schema.ts';

/** What is kept of `app` beside it, in the same transaction. */
export function routesOf({ metadata: { namespace, name, uid }, spec }: App): AppRoutes {
  return { namespace, name, uid, keys: [...new Set(spec.routes.map((route) => keyOf(placeOf(route))))] };
}

/** Finds Apps by what a service worker that has just started is asked for, whatever the number of Apps. */
export class AppRouteRepository {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Every App with a route at one of the places (core/route-key.ts). @throws RuntimeError `storage-failed` */
  appsAt(keys: readonly string[]): Promise<App[]> {
    return this.#find('keys', keys);
  }

  /** The Apps of those uids, as far as there are any. @throws RuntimeError `storage-failed` */
  appsOf(uids: readonly string[]): Promise<App[]> {
    return this.#find('uid', uids);
  }

  #find(index: 'keys' | 'uid', values: readonly string[]): Promise<App[]> {
    return this.#database.read(['appRoutes', 'resources'], { what: 'routes of Apps' }, async (transaction) => {
      const places = transaction.objectStore('appRoutes').index(index);
      const found = (await Promise.all(values.map((value) => places.getAllKeys(value)))).flat();
      const names = new Map(found.map((key) => [key.join('/'), key]));
      const resources = transaction.objectStore('resources');
      const apps = await Promise.all([...names.values()].map(([namespace, name]) => resources.get(['App', namespace, name])));
      return apps.filter((app) => app !== undefined) as App[];
    });
  }
}
