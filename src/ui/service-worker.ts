import { Workbox } from 'workbox-window';
import type { ToServiceWorker } from '../protocol/sw-host.ts';
import type { ApiClient } from './api/client.ts';
import { BASE } from './links.ts';
import type { Platform } from './state/platform.ts';

/** A service worker that claims its pages does so at once; past this the page was loaded around it. */
const CLAIM_MS = 4_000;
/** Panels that let go of their streams take them up again after this, update or no update. */
const UPDATE_MS = 30_000;
/** An open panel looks for a new version this often. */
const LOOK_MS = 3_600_000;
/** Where panels tell each other that one of them updates. */
const PANELS_CHANNEL = 'swerve/panels';

type Streams = Pick<ApiClient, 'holdStreams' | 'releaseStreams'>;

/**
 * Registers the service worker of this deployment and keeps `platform` told of it. Resolves once it controls this page,
 * so that `_swerve/` is answered by it and not by the network; never resolves when it cannot.
 */
export async function startServiceWorker(platform: Platform, streams: Streams): Promise<void> {
  const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (container === undefined) {
    platform.set({ worker: { name: 'unsupported', isSecureContext } });
    return new Promise(() => {});
  }
  const workbox = new Workbox(new URL('sw.js', BASE).href, { updateViaCache: 'none' });
  watchForUpdates(workbox, platform, streams);
  try {
    const registration = await workbox.register({ immediate: true });
    if (registration === undefined) throw new Error('the browser gave no registration');
    const wasActive = registration.active !== null;
    await untilActive(registration, platform);
    keepLooking(registration, wasActive);
  } catch (error) {
    if (container.controller === null) {
      platform.set({ worker: { name: 'failed', reason: error instanceof Error ? error.message : String(error) } });
      return new Promise(() => {});
    }
    // Offline, or the new script is broken: the version that is installed goes on serving.
    console.warn('service worker update failed', error);
  }
  await untilControlled(container, platform);
  platform.set({ worker: { name: 'active' } });
}

/**
 * A waiting worker is not activated while the active one still answers anything (Service Workers, "Try Activate"; Chromium
 * gives it five minutes), and watches never end by themselves. So every panel lets go of its streams when one of them updates.
 */
function watchForUpdates(workbox: Workbox, platform: Platform, streams: Streams): void {
  const panels = new BroadcastChannel(PANELS_CHANNEL);
  let isTaken = false;
  const letGo = (): void => {
    streams.holdStreams();
    setTimeout(() => streams.releaseStreams(), UPDATE_MS);
  };
  panels.addEventListener('message', letGo);
  workbox.addEventListener('waiting', () => {
    platform.offerUpdate(() => {
      isTaken = true;
      platform.set({ update: 'taking' });
      panels.postMessage('updating');
      letGo();
      const message: ToServiceWorker = { type: 'skip-waiting' };
      void navigator.serviceWorker.getRegistration(BASE.href).then((registration) => registration?.waiting?.postMessage(message));
    });
  });
  workbox.addEventListener('controlling', (event) => {
    streams.releaseStreams();
    if (isTaken) location.reload();
    else if (event.isUpdate) platform.set({ update: 'replaced' });
  });
}

/** The browser's own look for an update waits until the worker is idle, which one that serves watches seldom is. */
function keepLooking(registration: ServiceWorkerRegistration, isDue: boolean): void {
  let lookedAtMs = Number.NEGATIVE_INFINITY;
  const look = (): void => {
    if (document.visibilityState === 'hidden' || performance.now() - lookedAtMs < LOOK_MS) return;
    lookedAtMs = performance.now();
    registration.update().catch(() => {
      // Offline, or the new script does not load: what is installed goes on serving, and it is tried again.
    });
  };
  if (isDue) look();
  else lookedAtMs = performance.now();
  document.addEventListener('visibilitychange', look);
  setInterval(look, LOOK_MS);
}

function untilActive(registration: ServiceWorkerRegistration, platform: Platform): Promise<void> {
  const worker = registration.active ?? registration.waiting ?? registration.installing;
  return new Promise((resolve, reject) => {
    if (worker === null) {
      reject(new Error('it was removed while it was being installed'));
      return;
    }
    const check = (): void => {
      if (worker.state === 'activated') resolve();
      else if (worker.state === 'redundant') reject(new Error('its installation failed; the browser console says why'));
    };
    worker.addEventListener('statechange', check);
    if (worker.state !== 'activated') platform.set({ worker: { name: 'starting' } });
    check();
  });
}

function untilControlled(container: ServiceWorkerContainer, platform: Platform): Promise<void> {
  if (container.controller !== null) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => platform.set({ worker: { name: 'bypassed' } }), CLAIM_MS);
    container.addEventListener(
      'controllerchange',
      () => {
        clearTimeout(timer);
        resolve();
      },
      { once: true },
    );
  });
}
