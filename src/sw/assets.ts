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

/** Where the list is kept of what was outdated already when the build before this one took over. */
const OUTDATED_LIST = 'outdated.json';

/**
 * Drops what earlier builds left, but for the build just before this one while a tab is open: such a tab still loads its
 * worker scripts by their old names, and a server has only the new ones.
 */
export async function activateAssets(base: URL): Promise<void> {
  const cache = await caches.open(precache.strategy.cacheName);
  const listUrl = new URL(`${SYSTEM_PREFIX}${OUTDATED_LIST}`, base).href;
  const current = new Set([...precache.getURLsToCacheKeys().values(), listUrl]);
  const outdated = (await cache.keys()).map(({ url }) => url).filter((url) => !current.has(url));
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const known = await cache.match(listUrl);
  const before = new Set<string>(known ? ((await known.json()) as string[]) : []);
  const dropped = windows.length === 0 ? outdated : outdated.filter((url) => before.has(url));
  await Promise.all(dropped.map((url) => cache.delete(url)));
  await cache.put(listUrl, Response.json(outdated.filter((url) => !dropped.includes(url))));
}

/** The file of this build at `url`, from the cache; null when the build has none there. */
export async function buildFile(url: URL): Promise<Response | null> {
  const address = url.origin + url.pathname;
  if (!precache.getCacheKeyForURL(address)) return isHashedAsset(url) ? earlierFile(address) : null;
  const cached = await precache.matchPrecache(address);
  // Evicted by the browser: the network may still have it.
  return cached ?? fetch(url, { cache: 'no-cache' });
}

function isHashedAsset(url: URL): boolean {
  return url.pathname.includes(`/${SYSTEM_PREFIX}assets/`);
}

/** A file of the build before this one, for a tab that still runs it. */
async function earlierFile(address: string): Promise<Response | null> {
  const cache = await caches.open(precache.strategy.cacheName);
  return (await cache.match(address)) ?? null;
}
