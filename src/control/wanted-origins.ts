import type { App } from '../core/app.ts';
import { customLabel } from '../core/app-address.ts';
import { appOfLabel, type OriginMode, originAt, PROBE_LABEL, placeOf } from '../core/app-origin.ts';

/** Whose an origin is. */
export interface OriginOwner {
  namespace: string;
  app: string;
  uid: string;
}

/**
 * Every origin that `apps` have in a deployment at `base`, and whose it is: each App's own, and the hosts that routes name one
 * label below the site. A name that an App is called by is that App's alone; one that two name, the older one's.
 */
export function wantedOrigins(apps: Iterable<App>, base: URL, mode: OriginMode | null): Map<string, OriginOwner> {
  const wanted = new Map<string, OriginOwner>();
  const custom: { label: string; app: App }[] = [];
  const names = new Set<string>();
  if (mode?.mode !== 'own') return wanted;
  for (const app of apps) {
    names.add(`${app.metadata.namespace}/${app.metadata.name}`);
    const place = placeOf(app, base, mode);
    if (place.at === 'nowhere') continue;
    if (place.at === 'own') wanted.set(place.origin, ownerOf(app));
    for (const { host } of app.spec.routes) {
      const label = customLabel(host, base);
      if (label !== null && label !== PROBE_LABEL) custom.push({ label, app });
    }
  }
  custom.sort((a, b) => (ageOf(a.app) < ageOf(b.app) ? -1 : 1));
  for (const { label, app } of custom) {
    const named = appOfLabel(label);
    const origin = originAt(base, label);
    if (!wanted.has(origin) && !(named && names.has(`${named.namespace}/${named.name}`))) wanted.set(origin, ownerOf(app));
  }
  return wanted;
}

function ownerOf({ metadata }: App): OriginOwner {
  return { namespace: metadata.namespace, app: metadata.name, uid: metadata.uid };
}

function ageOf({ metadata: { creationTimestamp, uid } }: App): string {
  return `${creationTimestamp} ${uid}`;
}
