import type { HostNode } from '../api/kinds.ts';

/** One open tab, as the panel shows it. */
export interface HostView {
  id: string;
  isThisTab: boolean;
  /** True: it answers. False: it is frozen or throttled. null: nobody has asked yet. */
  isResponsive: boolean | null;
  /** Why it is not responsive, in words of the controller. */
  message: string;
  /** Address of the document; empty when it is not known. */
  url: string;
  /** null: not known. */
  canSuspend: boolean | null;
  userAgent: string;
  /** Unix epoch, milliseconds. */
  sinceMs: number;
}

const PREFIX = 'swerve.dev/';

/** `node` as the panel shows it; `thisHost` is the host of this tab. */
export function viewOfHost(node: HostNode, thisHost: string | null): HostView {
  const { metadata, status } = node;
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const read = (name: string): string | undefined => metadata.annotations?.[PREFIX + name] ?? metadata.labels?.[PREFIX + name];
  const jspi = read('jspi');
  return {
    id: metadata.name,
    isThisTab: metadata.name === thisHost,
    isResponsive: ready === undefined ? null : ready.status === 'True',
    message: ready?.status === 'True' ? '' : (ready?.message ?? ''),
    url: read('url') ?? '',
    canSuspend: jspi === undefined ? null : jspi === 'true',
    userAgent: read('user-agent') ?? '',
    sinceMs: Date.parse(metadata.creationTimestamp),
  };
}
