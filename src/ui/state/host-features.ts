import type { FeatureGroup, Presence } from './browser-features.ts';
import type { HostView } from './host-view.ts';

/** One thing that a host has or lacks. */
export interface HostFeature {
  name: string;
  presence: Presence;
}

/** What decides whether a guest runs, by the names that the view of this browser uses. */
const OF_ENGINE: ReadonlySet<string> = new Set(['SIMD', 'Exceptions', 'Garbage collection', 'Memories of 64 bits', 'Private file system']);
/** What may differ from document to document. */
const OF_DOCUMENT: ReadonlySet<string> = new Set(['Shared memory and threads']);

/**
 * What `host` has. It tells of JSPI itself. All tabs of a cluster are tabs of one browser, so what was measured here holds for
 * it too, unless it says that it is another one (developer tools can make a tab say so).
 */
export function featuresOfHost(host: HostView, measured: readonly FeatureGroup[], userAgentHere: string): HostFeature[] {
  const told: HostFeature[] = host.canSuspend === null ? [] : [{ name: 'JSPI', presence: host.canSuspend ? 'yes' : 'no' }];
  if (host.userAgent !== userAgentHere) return told;
  const found = measured.flatMap(({ features }) => features).filter(({ name }) => OF_ENGINE.has(name) || (host.isThisTab && OF_DOCUMENT.has(name)));
  return [...told, ...found.map(({ name, presence }) => ({ name, presence }))];
}
