/// <reference lib="webworker" />
import { PrecacheController } from 'workbox-precaching';
import { SYSTEM_PREFIX } from '../core/deployment.ts';

/** A file of the build. `isLater`: nobody needs it to open the panel or to answer a request (vite.config.ts); the list has these last, the most useful first. */
interface BuildEntry {
  url: string;
  revision: string | null;
  isLater?: true;
}

declare const self: ServiceWorkerGlobalScope;

/** Fetches of the background at once: what a person asks for meanwhile finds the line free enough. */
const MAX_AT_ONCE = 2;

// Workbox declares the list for every realm, without what vite.config.ts adds.
const entries = self.__WB_MANIFEST as BuildEntry[];
const precache = new PrecacheController();
precache.addToCacheList(entries);
/** Cache keys by address. */
const later = new Map(entries.filter(({ isLater }) => isLater).map(({ url }) => keyed(url)));

/** Chromium's static routing API, not yet in TypeScript's libraries: https://w3c.github.io/ServiceWorker/#register-router-method */
interface RoutingInstallEvent extends ExtendableEvent {
  addRoutes?: (rules: { condition: { urlPattern: string }; source: { cacheName: string } }[]) => Promise<void>;
}

/**
 * Puts the build into the cache, and lets hashed assets bypass the service worker where the engine has static routing
 * (platform facts, row "static routing"). An update is whole before it takes over. The first build that comes is only what
 * a stranger needs to begin, who else would wait for all of it: {@link completeAssets} stores the rest (decision 0013).
 */
export async function installAssets(event: ExtendableEvent, base: URL): Promise<void> {
  const isFirst = self.registration.active === null;
  if (isFirst) await Promise.all(entries.filter(({ isLater }) => !isLater).map((entry) => installOne(event, entry)));
  else await precache.install(event);
  const routing = event as RoutingInstallEvent;
  // Hashed assets never change, so their cache entry is always right; all else needs the service worker's own judgement.
  await routing.addRoutes?.([
    { condition: { urlPattern: new URL(`${SYSTEM_PREFIX}assets/*`, base).href }, source: { cacheName: precache.strategy.cacheName } },
  ]);
}

async function installOne(event: ExtendableEvent, entry: BuildEntry): Promise<void> {
  const one = new PrecacheController();
  one.addToCacheList([entry]);
  await one.install(event);
}

function keyed(url: string): [string, string] {
  const address = new URL(url, self.location.href).href;
  return [address, precache.getCacheKeyForURL(address) ?? address];
}

/** Whether every file of this build is stored, so that all of it works without a network. */
export async function areAssetsComplete(): Promise<boolean> {
  return (await missingFiles()).length === 0;
}

let completing: Promise<void> | null = null;

/** Stores what the first install left out and nobody has asked for yet. Call it again after a failure. @throws what `fetch` and Cache Storage throw */
export function completeAssets(): Promise<void> {
  completing ??= fetchMissing().finally(() => {
    completing = null;
  });
  return completing;
}

async function missingFiles(): Promise<string[]> {
  const cache = await caches.open(precache.strategy.cacheName);
  const stored = new Set((await cache.keys()).map(({ url }) => url));
  return [...later].filter(([, key]) => !stored.has(key)).map(([address]) => address);
}

async function fetchMissing(): Promise<void> {
  const waiting = (await missingFiles()).values();
  // They share one iterator: each takes the next when it is done with one.
  const fetchNext = async (): Promise<void> => {
    for (const address of waiting) await keep(address, 'low');
  };
  await Promise.all(Array.from({ length: MAX_AT_ONCE }, fetchNext));
}

const underWay = new Map<string, Promise<void>>();

/** Fetches one of the files that come later into the cache, once however many ask. */
function keep(address: string, priority: RequestPriority): Promise<void> {
  const known = underWay.get(address);
  if (known !== undefined) return known;
  const fetching = fetchIntoCache(address, priority).finally(() => underWay.delete(address));
  underWay.set(address, fetching);
  return fetching;
}

async function fetchIntoCache(address: string, priority: RequestPriority): Promise<void> {
  const key = later.get(address) ?? address;
  const response = await fetch(address, { cache: key === address ? 'default' : 'no-cache', credentials: 'same-origin', priority });
  // A server with another build by now has no such file, and some answer that with their home page.
  const isPage = response.headers.get('content-type')?.startsWith('text/html') === true;
  if (!response.ok || response.redirected || isPage) throw new Error(`the server has no ${address} (any more): status ${response.status}`);
  const cache = await caches.open(precache.strategy.cacheName);
  await cache.put(key, response);
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
  if (cached) return cached;
  if (later.has(address)) {
    try {
      await keep(address, 'high');
      const kept = await precache.matchPrecache(address);
      if (kept) return kept;
    } catch {
      // Not to be stored (a full disk), or not to be had: the network says which.
    }
  }
  // Evicted by the browser: the network may still have it.
  return fetch(url, { cache: 'no-cache' });
}

function isHashedAsset(url: URL): boolean {
  return url.pathname.includes(`/${SYSTEM_PREFIX}assets/`);
}

/** A file of the build before this one, for a tab that still runs it. */
async function earlierFile(address: string): Promise<Response | null> {
  const cache = await caches.open(precache.strategy.cacheName);
  return (await cache.match(address)) ?? null;
}
