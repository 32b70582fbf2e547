import { routeAddress } from '../core/app-address.ts';
import { deploymentBase, SYSTEM_PREFIX } from '../core/deployment.ts';
import { NAME_PATTERN } from '../core/ids.ts';

/** The base of this deployment. Not the document's address: the panel is both at the base and at `<base>_swerve/`. */
export const BASE: URL = deploymentBase(import.meta.url);

/** The parts of the view of one App. */
export const APP_TABS = ['overview', 'requests', 'logs', 'instances', 'settings', 'versions'] as const;
export type AppTab = (typeof APP_TABS)[number];
/** Views without a parameter, at `#/<name>`. */
const PLAIN_VIEWS = ['console', 'cluster', 'storage', 'browser', 'benchmark'] as const;
type PlainView = (typeof PLAIN_VIEWS)[number];

/** What the panel shows; kept in the hash, so that it survives a reload and can be shared. */
export type View =
  | { name: 'home' }
  | { name: 'app'; namespace: string; app: string; tab: AppTab }
  | { name: 'volume'; namespace: string; volume: string; path: string }
  | { name: PlainView }
  | { name: 'unknown' };

/** The view that `hash` stands for: `#/`, `#/apps/default/hello`, `#/apps/default/hello/logs`, `#/console?path=/hello`. */
export function viewOfHash(hash: string): View {
  const [path = ''] = hash.replace(/^#\/?/, '').split('?');
  const [kind = '', namespace, app, tab = 'overview', ...more] = path.replace(/\/$/, '').split('/');
  if (kind === 'volumes' && namespace !== undefined && app !== undefined) return volumeOf(path) ?? { name: 'unknown' };
  if (namespace === undefined) {
    if (kind === '' || kind === 'apps') return { name: 'home' };
    return PLAIN_VIEWS.some((name) => name === kind) ? { name: kind as PlainView } : { name: 'unknown' };
  }
  const isApp = kind === 'apps' && app !== undefined && more.length === 0 && NAME_PATTERN.test(namespace) && NAME_PATTERN.test(app);
  return isApp && APP_TABS.some((name) => name === tab) ? { name: 'app', namespace, app, tab: tab as AppTab } : { name: 'unknown' };
}

function volumeOf(path: string): View | null {
  const [, namespace = '', volume = '', ...segments] = path.replace(/\/$/, '').split('/');
  if (!NAME_PATTERN.test(namespace) || !NAME_PATTERN.test(volume)) return null;
  try {
    return { name: 'volume', namespace, volume, path: segments.map(decodeURIComponent).join('/') };
  } catch {
    // A percent sign that encodes nothing.
    return null;
  }
}

/** What follows the view in `hash`: `path` of `#/console?path=/hello`. */
export function parametersOfHash(hash: string): URLSearchParams {
  return new URLSearchParams(hash.split('?')[1] ?? '');
}

/** Address of a volume's files; `path`: a directory in it. */
export function hrefOfVolume(namespace: string, name: string, path = ''): string {
  return `#/volumes/${namespace}/${name}${path === '' ? '' : `/${path.split('/').map(encodeURIComponent).join('/')}`}`;
}

/** Address of the panel's first view. */
export function hrefOfHome(): string {
  return '#/';
}

/** Address of the view of one App, or of a part of it. */
export function hrefOfApp(namespace: string, name: string, tab: AppTab = 'overview'): string {
  return `#/apps/${namespace}/${name}${tab === 'overview' ? '' : `/${tab}`}`;
}

/** Address of one request in the list of an App's requests. */
export function hrefOfRequest(namespace: string, name: string, id: string): string {
  return `${hrefOfApp(namespace, name, 'requests')}?${new URLSearchParams({ id })}`;
}

/** Address of the log of an App, of one of its instances alone. */
export function hrefOfInstanceLog(namespace: string, name: string, instance: string): string {
  return `${hrefOfApp(namespace, name, 'logs')}?${new URLSearchParams({ instance })}`;
}

/** Address of a view without a parameter. */
export function hrefOfView(name: PlainView): string {
  return `#/${name}`;
}

/** Address of the request console, filled in. `path`: of the request, below the deployment's base. */
export function hrefOfConsole({ method = 'GET', path }: { method?: string; path: string }): string {
  return `#/console?${new URLSearchParams({ method, path })}`;
}

/** Public address of a route on the origin of the panel. */
export function hrefOfRoute(route: { path: string; host?: string | undefined }, base: URL = BASE): string {
  return routeAddress(route, base);
}

/** Address of a file of the build, for example `icon.svg`. */
export function hrefOfAsset(file: string): string {
  return new URL(SYSTEM_PREFIX + file, BASE).href;
}
