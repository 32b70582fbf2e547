/// <reference lib="webworker" />
import { SYSTEM_PREFIX } from '../core/deployment.ts';

declare const self: ServiceWorkerGlobalScope;

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
  const url = new URL(client.url);
  if (url.origin !== base.origin) return false;
  const panel = new URL(SYSTEM_PREFIX, base).pathname;
  if (url.pathname === panel || url.pathname === `${panel}index.html`) return true;
  // Not `index.html` beside it: whether that is the panel's or an App's nobody here can tell.
  return url.pathname === base.pathname && (await isPanelAtBase());
}
