/// <reference lib="webworker" />
import { PrecacheController } from 'workbox-precaching';
import { SYSTEM_PREFIX } from '../core/deployment.ts';

declare const self: ServiceWorkerGlobalScope & { __WB_MANIFEST: (string | { url: string; revision: string | null })[] };

const precache = new PrecacheController();
precache.addToCacheList(self.__WB_MANIFEST);

/** Chromium's static routing API, not yet in TypeScript's libraries: https://w3c.github.io/ServiceWorker/#register-router-method */
interface RoutingInstallEvent extends ExtendableEvent {
  addRoutes?: (rules: { condition: { urlPattern: string }; source: { cacheName: string } }[]) => Promise<void>;
}

/** Puts the whole build into the cache, and lets hashed assets bypass the service worker where the engine has static routing (platform facts, row "static routing"). */
export async function installAssets(event: ExtendableEvent, base: URL): Promise<void> {
  await precache.install(event);
  const routing = event as RoutingInstallEvent;
  // Hashed assets never change, so their cache entry is always right; all else needs the service worker's own judgement.
  await routing.addRoutes?.([
    { condition: { urlPattern: new URL(`${SYSTEM_PREFIX}assets/*`, base).href }, source: { cacheName: precache.strategy.cacheName } },
  ]);
}

/** Drops what earlier builds left. */
export async function activateAssets(event: ExtendableEvent): Promise<void> {
  await precache.activate(event);
}

/** The file of this build at `url`, from the cache; null when the build has none there. */
export async function buildFile(url: URL): Promise<Response | null> {
  const address = url.origin + url.pathname;
  if (!precache.getCacheKeyForURL(address)) return null;
  const cached = await precache.matchPrecache(address);
  // Evicted by the browser: the network may still have it.
  return cached ?? fetch(url, { cache: 'no-cache' });
}
