import type { App } from '../core/app.ts';
import { customLabel } from '../core/app-address.ts';
import { type OriginMode, originAt, PROBE_LABEL, placeOf } from '../core/app-origin.ts';

/** Whose an origin is. */
export interface OriginOwner {
  namespace: string;
  app: string;
  uid: string;
}

/**
 * Every origin that `apps` have in a deployment at `base`, and whose it is: each App's own, and the hosts that its routes
 * name one label below the site. A name that two Apps lay claim to is that of the App called so, else of the older one.
 */
export function wantedOrigins(apps: Iterable<App>, base: URL, mode: OriginMode | null): Map<string, OriginOwner> {
  const wanted = new Map<string, OriginOwner>();
  const custom: { origin: string; app: App }[] = [];
  for (const app of apps) {
    const place = placeOf(app, base, mode);
    if (place.at !== 'own') continue;
    wanted.set(place.origin, ownerOf(app));
    for (const { host } of app.spec.routes) {
      const label = customLabel(host, base);
      if (label !== null && label !== PROBE_LABEL) custom.push({ origin: originAt(base, label), app });
    }
  }
  custom.sort((a, b) => (ageOf(a.app) < ageOf(b.app) ? -1 : 1));
  for (const { origin, app } of custom) if (!wanted.has(origin)) wanted.set(origin, ownerOf(app));
  return wanted;
}

function ownerOf({ metadata }: App): OriginOwner {
  return { namespace: metadata.namespace, app: metadata.name, uid: metadata.uid };
}

function ageOf({ metadata: { creationTimestamp, uid } }: App): string {
  return `${creationTimestamp} ${uid}`;
}
