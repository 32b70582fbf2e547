import type { App } from '../core/app.ts';
import { type AppPlace, appOfLabel, labelBelow, type OriginMode, placeOf } from '../core/app-origin.ts';
import { RuntimeError } from '../core/errors.ts';
import { hostsOf, placeOf as placeOfRoute } from '../core/route-key.ts';
import { type MethodMismatch, type RouteMatch, RouteTable } from '../http/route-table.ts';
import { CHANGES_CHANNEL, isChangeMessage } from '../protocol/broadcast.ts';
import type { OriginRepository } from '../store/origins.ts';
import type { AppDirectory } from './app-directory.ts';

/** Which App is at which origin, as of now. */
export class AppOrigins {
  readonly #records: Pick<OriginRepository, 'mode'>;
  readonly #base: URL;
  readonly #directory: AppDirectory;
  /** undefined: to be read. */
  #mode: OriginMode | null | undefined;

  constructor(records: Pick<OriginRepository, 'mode'>, base: URL, directory: AppDirectory) {
    this.#records = records;
    this.#base = base;
    this.#directory = directory;
    new BroadcastChannel(CHANGES_CHANNEL).onmessage = ({ data }: MessageEvent<unknown>) => {
      if (isChangeMessage(data) && data.type === 'origins') this.#mode = undefined;
    };
  }

  /** @throws RuntimeError `storage-failed` */
  async placeOf(app: App): Promise<AppPlace> {
    if (this.#mode === undefined) this.#mode = await this.#records.mode();
    return placeOf(app, this.#base, this.#mode);
  }

  /**
   * What serves an address at an App's own origin: the App that the host is named for, at its root unless its routes name that host; else whatever
   * routes name the host. @throws RuntimeError `route-not-found`, `method-not-allowed`, `storage-failed`
   */
  async match(request: { method: string; url: string }): Promise<RouteMatch> {
    const url = new URL(request.url);
    const named = appOfLabel(labelBelow(this.#base, url.host) ?? '');
    const app = named && (await this.#directory.find(named.namespace, named.name));
    const found = app ? await this.#matchOwn(app, request, url) : (await this.#directory.routes()).match(request, { namedHostOnly: true });
    if (found?.type === 'match') return found;
    if (found) throw methodNotAllowed(request.method, found);
    if (app)
      throw new RuntimeError(
        'route-not-found',
        `the App ${app.metadata.namespace}/${app.metadata.name} has routes for ${url.host}, but none for ${url.pathname}`,
      );
    const what = named ? `no App ${named.namespace}/${named.name} is here, and no route names this host` : 'no route names this host';
    throw new RuntimeError('route-not-found', `nothing is at ${url.host}: ${what}`);
  }

  async #matchOwn(app: App, request: { method: string; url: string }, url: URL): Promise<RouteMatch | MethodMismatch | null> {
    const place = await this.placeOf(app);
    if (place.at !== 'own') {
      const where = app.spec.routes.map(({ path }) => new URL(path.slice(1), this.#base).href).join(', ');
      const why = place.at === 'nowhere' || place.reason !== null ? `: ${place.reason}` : '';
      throw new RuntimeError('route-not-found', `the App ${app.metadata.namespace}/${app.metadata.name} is not at an origin of its own but at ${where}${why}`);
    }
    const hosts = new Set(hostsOf(url).slice(0, 2));
    const routes = app.spec.routes.filter((route) => route.host !== undefined && hosts.has(placeOfRoute(route).host));
    if (routes.length === 0) {
      return { type: 'match', app, route: { path: '/', match: 'prefix' }, prefix: '', pathWithQuery: url.pathname + url.search };
    }
    const found = new RouteTable([{ ...app, spec: { ...app.spec, routes } }], '/').match(request);
    return found?.type === 'match' ? { ...found, app } : found;
  }
}

/** The error of an address whose routes take other methods. */
export function methodNotAllowed(method: string, { allow }: MethodMismatch): RuntimeError {
  return new RuntimeError('method-not-allowed', `${method} is not among the methods of this route: ${allow.join(', ')}`, { details: { allow } });
}

/**
 * Where a navigation to a path of the control origin goes when its App is at `origin`: the path below the route when that is the App's
 * only one, else the same path.
 */
export function movedTo(origin: string, { app, route, prefix }: RouteMatch, url: URL): string {
  const isRoot = app.spec.routes.length === 1 && route.match === 'prefix';
  const path = isRoot ? url.pathname.slice(prefix.length) || '/' : url.pathname;
  return `${origin}${path.startsWith('/') ? '' : '/'}${path}${url.search}`;
}
