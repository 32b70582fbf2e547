/// <reference lib="webworker" />
import { hostLockName, type ToWindow } from '../protocol/sw-host.ts';

declare const self: ServiceWorkerGlobalScope;

/** Asks every window of the origin to announce itself, controlled or not; resolves to how many there are. */
export async function askWindows(): Promise<number> {
  const windows = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  const message: ToWindow = { type: 'announce-yourself' };
  for (const client of windows) client.postMessage(message);
  return windows.length;
}

/** Resolves when the window's lock is granted to us: the browser took it from the window, so the window is gone. */
export async function waitHostGone(hostId: string, signal: AbortSignal): Promise<void> {
  await navigator.locks.request(hostLockName(hostId), { signal }, () => {});
}
