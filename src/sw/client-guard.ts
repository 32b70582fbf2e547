/// <reference lib="webworker" />
import { SYSTEM_PREFIX } from '../core/deployment.ts';

declare const self: ServiceWorkerGlobalScope;

/** Documents at the base that are the panel, whatever serves the base by now. Lost with the service worker: then only the panel's permanent address counts. */
const panelsAtBase = new Set<string>();

/** The document of `clientId` is the panel. */
export function markPanel(clientId: string): void {
  if (clientId) panelsAtBase.add(clientId);
}

/** What was at the base before this service worker was there came from the server, and is the panel. */
export async function markFirstPanels(base: URL): Promise<void> {
  for (const client of await self.clients.matchAll({ type: 'window', includeUncontrolled: true })) {
    if (new URL(client.url).pathname === base.pathname) markPanel(client.id);
  }
}

/**
 * True when the request comes from the panel, from a person's own top-level navigation, or from no document at all (the
 * DevTools of this service worker). Pages that Apps serve share the panel's origin; this keeps them from the API. It is
 * a fence, not a wall: same-origin pages can reach the database itself (design §8).
 */
export async function mayUseApi(event: FetchEvent, base: URL, isPanelAtBase: () => Promise<boolean>): Promise<boolean> {
  const { request } = event;
  if (request.mode === 'navigate') return request.method === 'GET' && request.destination === 'document';
  const client = event.clientId ? await self.clients.get(event.clientId) : undefined;
  if (!client) return false;
  // The panel is never framed: its header forbids that, but the server's copy of it may come without the header.
  if (client instanceof WindowClient && client.frameType === 'nested') return false;
  const url = new URL(client.url);
  if (url.origin !== base.origin) return false;
  const panel = new URL(SYSTEM_PREFIX, base).pathname;
  if (url.pathname === panel || url.pathname === `${panel}index.html`) return true;
  // Not `index.html` beside it: whether that is the panel's or an App's nobody here can tell.
  return url.pathname === base.pathname && (panelsAtBase.has(client.id) || (await isPanelAtBase()));
}
