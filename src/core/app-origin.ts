import type { App } from './app.ts';

/** Where Apps of this deployment are served. Found out by a window, kept in the store, because a service worker cannot tell. */
export type OriginMode =
  /** Each App at an origin of its own, a subdomain of this one. */
  | { mode: 'own'; checkedAtMs: number }
  /** All of them on the control origin, below their paths; `reason` is for people. */
  | { mode: 'shared'; reason: string; checkedAtMs: number };

/** What is known of one App's origin. */
export interface OriginRecord {
  /** `http://hello.swerve.localhost:8080` */
  origin: string;
  namespace: string;
  app: string;
  uid: string;
  /** `installed`: its service worker is there, so the first visit works offline. `clearing`: its App is gone, and what it stored is to be removed. */
  state: 'installed' | 'failed' | 'clearing';
  /** The version of the protocol that what was installed speaks. Another than the cluster's: it has to be installed again. */
  protocol?: number;
  /** Why it failed; for people. */
  message?: string;
  atMs: number;
}

/** Where one App is served, and why. */
export type AppPlace =
  | { at: 'own'; origin: string }
  /** On the control origin, below its routes; `reason`: why not at an origin of its own, null when nobody asked for one. */
  | { at: 'shared'; reason: string | null }
  /** It insists on what it cannot have. */
  | { at: 'nowhere'; reason: string };

type AppName = Pick<App['metadata'], 'namespace' | 'name'>;

const DEFAULT_NAMESPACE = 'default';
const SEPARATOR = '--';
/** RFC 1035 §2.3.4. */
const MAX_LABEL_LENGTH = 63;
/** Label of the name by which a window finds out whether subdomains are served; no App can have it. */
export const PROBE_LABEL = 'swerve--probe';

/**
 * The DNS label of an App's own origin: `hello`, in another namespace `hello--team`; an App whose name has `--` in it is
 * named with its namespace always. `reason`: there is none, and why.
 */
function labelOf({ namespace, name }: AppName): { label: string } | { reason: string } {
  if (namespace.includes(SEPARATOR))
    return { reason: `the name of the namespace "${namespace}" has "${SEPARATOR}" in it, which separates an App from its namespace in a host name` };
  const label = namespace === DEFAULT_NAMESPACE && !name.includes(SEPARATOR) ? name : `${name}${SEPARATOR}${namespace}`;
  if (label.length > MAX_LABEL_LENGTH)
    return { reason: `the host name "${label}" would have ${label.length} characters before its first dot; ${MAX_LABEL_LENGTH} are allowed` };
  if (label.startsWith('xn--')) return { reason: `a host name that begins with "xn--" is read as Punycode, and "${label}" is none` };
  if (label === PROBE_LABEL) return { reason: `"${label}" is the name by which Swerve looks whether subdomains are served` };
  return { label };
}

/** The App that a label names, by the rule of {@link placeOf}; null: none can have it. */
export function appOfLabel(label: string): AppName | null {
  const at = label.lastIndexOf(SEPARATOR);
  const app = at < 0 ? { namespace: DEFAULT_NAMESPACE, name: label } : { namespace: label.slice(at + SEPARATOR.length), name: label.slice(0, at) };
  const own = labelOf(app);
  return 'label' in own && own.label === label ? app : null;
}

/** Why no App of a deployment at `base` can have an origin of its own, whatever its server does; null: it may be. */
export function siteRefusal(base: URL): string | null {
  if (base.pathname !== '/') return `Swerve is not at the root of ${base.host} but at ${base.pathname}, and a subdomain has only a root`;
  if (/^\d+(\.\d+){3}$/.test(base.hostname) || base.hostname.startsWith('[')) return `${base.hostname} is an address, not a name, and has no subdomains`;
  if (!base.hostname.includes('.')) {
    const way = base.hostname === 'localhost' ? `; those of ${base.protocol}//swerve.localhost${base.port && `:${base.port}`}/ do` : '';
    return `subdomains of ${base.hostname} do not share a site with it${way}`;
  }
  return null;
}

/** The label of `host` (with its port) when it is a subdomain, one label deep, of the host of the deployment at `base`; else null. */
export function labelBelow(base: URL, host: string): string | null {
  if (!host.endsWith(`.${base.host}`)) return null;
  const label = host.slice(0, -base.host.length - 1);
  return label === '' || label.includes('.') ? null : label;
}

/** The origin that a label of the deployment at `base` has. */
export function originAt(base: URL, label: string): string {
  return `${base.protocol}//${label}.${base.host}`;
}

/** Where the App is served in a deployment at `base` that serves Apps as `mode` says; null: nobody has found out yet, which counts as shared. */
export function placeOf(app: { metadata: AppName; spec: { document: Pick<App['spec']['document'], 'origin'> } }, base: URL, mode: OriginMode | null): AppPlace {
  const wish = app.spec.document.origin;
  if (wish === 'shared') return { at: 'shared', reason: null };
  const own = labelOf(app.metadata);
  const reason =
    mode === null ? 'it is not known yet whether subdomains are served' : mode.mode === 'shared' ? mode.reason : 'reason' in own ? own.reason : null;
  if (reason === null && 'label' in own) return { at: 'own', origin: originAt(base, own.label) };
  return wish === 'own' ? { at: 'nowhere', reason: reason ?? '' } : { at: 'shared', reason };
}
