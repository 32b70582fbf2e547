import type { HostNode } from '../api/kinds.ts';

/** One open tab, as the panel shows it. */
export interface HostView {
  id: string;
  isThisTab: boolean;
  /** True: it answers. False: it is frozen or throttled. null: nobody has asked yet. */
  isResponsive: boolean | null;
  /** Nobody sees the tab, so that the browser slows it down. */
  isHidden: boolean;
  /** Why it is not responsive, in words of the controller. */
  message: string;
  /** Address of the document; empty when it is not known. */
  url: string;
  /** null: not known. */
  canSuspend: boolean | null;
  /** "Chromium 156"; empty when its user agent says nothing known. */
  engine: string;
  userAgent: string;
  /** Unix epoch, milliseconds. */
  sinceMs: number;
}

const PREFIX = 'swerve.dev/';

/** The first that matches: browsers name those that they descend from too. */
const ENGINES: readonly [name: string, pattern: RegExp][] = [
  ['Firefox', /Firefox\/(\d+)/],
  ['Edge', /Edg\w*\/(\d+)/],
  ['Opera', /OPR\/(\d+)/],
  ['Chromium', /Chrom(?:e|ium)\/(\d+)/],
  ['Safari', /Version\/([\d.]+).*Safari\//],
];

/** `node` as the panel shows it; `thisHost` is the host of this tab. */
export function viewOfHost(node: HostNode, thisHost: string | null): HostView {
  const { metadata, status } = node;
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const read = (name: string): string | undefined => metadata.annotations?.[PREFIX + name] ?? metadata.labels?.[PREFIX + name];
  const jspi = read('jspi');
  const userAgent = read('user-agent') ?? '';
  return {
    id: metadata.name,
    isThisTab: metadata.name === thisHost,
    isResponsive: ready === undefined ? null : ready.status === 'True',
    isHidden: read('visibility') === 'hidden',
    message: ready?.status === 'True' ? '' : (ready?.message ?? ''),
    url: read('url') ?? '',
    canSuspend: jspi === undefined ? null : jspi === 'true',
    engine: engineOf(userAgent),
    userAgent,
    sinceMs: Date.parse(metadata.creationTimestamp),
  };
}

/** What a person knows the tab by: the path that it shows, or the host where that is not the panel's. `panelUrl`: where this panel is. */
export function titleOfHost({ url, id }: Pick<HostView, 'url' | 'id'>, panelUrl: string): string {
  if (!URL.canParse(url)) return id;
  const { host, origin, pathname, search } = new URL(url);
  if (origin !== new URL(panelUrl).origin) return host;
  return url.split('#')[0] === panelUrl.split('#')[0] ? `Panel (${pathname})` : pathname + search;
}

function engineOf(userAgent: string): string {
  for (const [name, pattern] of ENGINES) {
    const version = pattern.exec(userAgent)?.[1];
    if (version !== undefined) return `${name} ${version}`;
  }
  return '';
}
