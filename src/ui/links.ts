import { NAME_PATTERN } from '../core/ids.ts';

/** What the panel shows; kept in the hash, so that it survives a reload and can be shared. */
export type View = { name: 'home' } | { name: 'app'; namespace: string; app: string } | { name: 'unknown' };

/** The view that `hash` stands for: `#/apps/default/hello`. */
export function viewOfHash(hash: string): View {
  const path = hash.replace(/^#\/?/, '').replace(/\/$/, '');
  if (path === '' || path === 'apps') return { name: 'home' };
  const [kind, namespace, app, ...more] = path.split('/');
  const isApp = kind === 'apps' && namespace !== undefined && app !== undefined && more.length === 0 && NAME_PATTERN.test(namespace) && NAME_PATTERN.test(app);
  return isApp ? { name: 'app', namespace, app } : { name: 'unknown' };
}

/** Address of a view. Not a bare hash: the document has a `<base>`, against which the browser would resolve it. */
export function hrefOfHome(): string {
  return `${location.pathname}${location.search}#/`;
}

/** Address of the view of one App. */
export function hrefOfApp(namespace: string, name: string): string {
  return `${location.pathname}${location.search}#/apps/${namespace}/${name}`;
}

/** Public address of a route: below the deployment's base, on the route's own host when it names one. */
export function hrefOfRoute(route: { path: string; host?: string | undefined }, baseUri: string = document.baseURI): string {
  const url = new URL(`.${route.path}`, new URL('.', baseUri));
  if (route.host !== undefined) url.hostname = route.host;
  return url.href;
}
