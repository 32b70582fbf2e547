/// <reference lib="webworker" />
import { hostLockName, type ToWindow } from '../protocol/sw-host.ts';

declare const self: ServiceWorkerGlobalScope;

/** Documents that were answered without the host script: asking them is no use, and waiting for them costs time. */
let hostless = new Set<string>();

export function markHostless(clientId: string): void {
  hostless.add(clientId);
}

/** Many requests may find at once that no window is known. A window that announces itself twice would cut what it began to serve between. */
const ASK_AGAIN_MS = 1_000;
/** The last time that there was a window to ask. That there was none is never remembered: the next document may be there already. */
let asked: { atMs: number; count: Promise<number> } | null = null;

/** Asks every window of the origin that can be a host to announce itself, controlled or not, but for those whose client id is in `known`; resolves to how many there are, those included. */
export function askWindows(known: ReadonlySet<string>): Promise<number> {
  const nowMs = performance.now();
  if (asked && nowMs - asked.atMs <= ASK_AGAIN_MS) return asked.count;
  const asking = { atMs: nowMs, count: postToWindows(known) };
  asked = asking;
  const forget = () => {
    if (asked === asking) asked = null;
  };
  asking.count.then((count) => count === 0 && forget(), forget);
  return asking.count;
}

async function postToWindows(known: ReadonlySet<string>): Promise<number> {
  const all = await self.clients.matchAll({ type: 'window', includeUncontrolled: true });
  hostless = new Set(all.filter(({ id }) => hostless.has(id)).map(({ id }) => id));
  const windows = all.filter(({ id }) => !hostless.has(id));
  const message: ToWindow = { type: 'announce-yourself' };
  for (const client of windows) if (!known.has(client.id)) client.postMessage(message);
  return windows.length;
}

/** Resolves when the window's lock is granted to us: the browser took it from the window, so the window is gone. */
export async function waitHostGone(hostId: string, signal: AbortSignal): Promise<void> {
  await navigator.locks.request(hostLockName(hostId), { signal }, () => {});
}
