import { deploymentBase, SYSTEM_PREFIX } from '../core/deployment.ts';
import { NAME_PATTERN } from '../core/ids.ts';

/** The base of this deployment. Not the document's address: the panel is both at the base and at `<base>_swerve/`. */
export const BASE: URL = deploymentBase(import.meta.url);

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

/** Address of the panel's first view. */
export function hrefOfHome(): string {
  return '#/';
}

/** Address of the view of one App. */
export function hrefOfApp(namespace: string, name: string): string {
  return `#/apps/${namespace}/${name}`;
}

/** Public address of a route: below the deployment's base, on the route's own host when it names one. */
export function hrefOfRoute(route: { path: string; host?: string | undefined }, base: URL = BASE): string {
  const url = new URL(`.${route.path}`, base);
  if (route.host !== undefined) url.hostname = route.host;
  return url.href;
}

/** Address of a file of the build, for example `icon.svg`. */
export function hrefOfAsset(file: string): string {
  return new URL(SYSTEM_PREFIX + file, BASE).href;
}
