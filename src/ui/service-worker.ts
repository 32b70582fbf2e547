import { Workbox } from 'workbox-window';
import { changesBetween } from '../core/changelog.ts';
import type { ToServiceWorker } from '../protocol/sw-host.ts';
import type { BuildNews, BuildStored, FromPanel } from '../protocol/sw-panel.ts';
import type { ApiClient } from './api/client.ts';
import { BASE } from './links.ts';
import type { Platform } from './state/platform.ts';
import type { ReloadGuard } from './state/reload-guard.ts';

/** A service worker that claims its pages does so at once; past this the page was loaded around it. */
const CLAIM_MS = 4_000;
/** Panels that let go of their streams take them up again after this, update or no update. */
const UPDATE_MS = 30_000;
/** An open panel looks for a new version this often. */
const LOOK_MS = 3_600_000;
/** A build that does not know the question of what it is never answers it. */
const NEWS_MS = 2_000;
/** What could not be stored, or went silent because the service worker was stopped, is asked for again after this. */
const STORE_AGAIN_MS = 60_000;
/** Where panels tell each other that one of them updates. */
const PANELS_CHANNEL = 'swerve/panels';

type Streams = Pick<ApiClient, 'holdStreams' | 'releaseStreams'>;

/**
 * Registers the service worker of this deployment and keeps `platform` told of it. Resolves once it controls this page,
 * so that `_swerve/` is answered by it and not by the network; never resolves when it cannot.
 */
export async function startServiceWorker(platform: Platform, streams: Streams, guard: Pick<ReloadGuard, 'risks' | 'giveUp'>): Promise<void> {
  const container = navigator.serviceWorker as ServiceWorkerContainer | undefined;
  if (container === undefined) {
    platform.set({ worker: { name: 'unsupported', isSecureContext } });
    return new Promise(() => {});
  }
  const workbox = new Workbox(new URL('sw.js', BASE).href, { updateViaCache: 'none' });
  watchForUpdates(workbox, platform, streams, guard);
  const first = container.controller;
  const isServed = first?.scriptURL === new URL('sw.js', BASE).href;
  if (first === null) void tellFirst(container, platform);
  const registering = register(workbox, platform, { isServed });
  if (isServed) {
    // Chromium 156 answers a further register() only when the page has been quiet for seconds (docs/platform-notes, "Updates that hang").
    void registering.then(() => container.controller !== first && platform.set({ update: 'replaced' }));
  } else {
    if (!(await registering)) return new Promise(() => {});
    await untilControlled(container, platform);
  }
  platform.set({ worker: { name: 'active' } });
  void untilStored(container, platform);
}

/** A browser that was never here has no cluster yet: the panel need not wait to know what is in it. */
async function tellFirst(container: ServiceWorkerContainer, platform: Platform): Promise<void> {
  // A browser that refuses to say refuses to register too, and that is told.
  const registrations = await container.getRegistrations().catch(() => null);
  if (registrations === null) return;
  const own = registrations.find(({ scope }) => scope === BASE.href);
  if (own?.active == null && platform.worker.name === 'starting') platform.set({ worker: { name: 'starting', isFirst: true } });
}

/** Has the service worker store what it left out to be there sooner, and asks again until all of this build is stored. */
async function untilStored(container: ServiceWorkerContainer, platform: Platform): Promise<void> {
  for (;;) {
    const end = await askToComplete(container, platform);
    if (end === 'whole') return;
    if (end === 'failed') await untilOnline(STORE_AGAIN_MS);
  }
}

/** `silent`: it takes long, or the service worker was stopped in the middle. */
function askToComplete({ controller }: ServiceWorkerContainer, platform: Platform): Promise<'whole' | 'failed' | 'silent'> {
  const { port1, port2 } = new MessageChannel();
  const question: FromPanel = { type: 'complete' };
  return new Promise((resolve) => {
    const settle = (end: 'whole' | 'failed' | 'silent'): void => {
      clearTimeout(timer);
      port1.close();
      resolve(end);
    };
    const timer = setTimeout(() => settle('silent'), STORE_AGAIN_MS);
    port1.onmessage = ({ data: { state } }: MessageEvent<BuildStored>) => {
      platform.set({ stored: state === 'whole' ? 'whole' : 'partial' });
      if (state !== 'partial') settle(state);
    };
    controller?.postMessage(question, [port2]);
  });
}

/** Resolves when the network comes back, or after `timeoutMs`: that it was not away says little of the server. */
function untilOnline(timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const settle = (): void => {
      clearTimeout(timer);
      removeEventListener('online', settle);
      resolve();
    };
    const timer = setTimeout(settle, timeoutMs);
    addEventListener('online', settle);
  });
}

/** Registers the service worker and looks for newer ones from then on. `isServed`: it answers this page already. False: there is none that could, as `platform` was told. */
async function register(workbox: Workbox, platform: Platform, { isServed }: { isServed: boolean }): Promise<boolean> {
  try {
    const registration = await workbox.register({ immediate: true });
    if (registration === undefined) throw new Error('the browser gave no registration');
    const wasActive = registration.active !== null;
    if (!isServed) await untilActive(registration);
    keepLooking(registration, wasActive);
  } catch (error) {
    if (navigator.serviceWorker.controller === null) {
      platform.set({ worker: { name: 'failed', reason: error instanceof Error ? error.message : String(error) } });
      return false;
    }
    // Offline, or the new script is broken: the version that is installed goes on serving.
    console.warn('service worker update failed', error);
  }
  return true;
}

/**
 * A waiting worker is not activated while the active one still answers anything (Service Workers, "Try Activate"; Chromium
 * gives it five minutes), and watches never end by themselves. So every panel lets go of its streams when one of them updates.
 */
function watchForUpdates(workbox: Workbox, platform: Platform, streams: Streams, guard: Pick<ReloadGuard, 'risks' | 'giveUp'>): void {
  const panels = new BroadcastChannel(PANELS_CHANNEL);
  let isTaken = false;
  /** What the person was told that the reload loses. */
  let accepted = new Set<string>();
  const letGo = (): void => {
    streams.holdStreams();
    setTimeout(() => streams.releaseStreams(), UPDATE_MS);
  };
  panels.addEventListener('message', letGo);
  workbox.addEventListener('waiting', () => {
    platform.offerUpdate(() => {
      isTaken = true;
      accepted = new Set(guard.risks);
      platform.set({ update: 'taking' });
      panels.postMessage('updating');
      letGo();
      const message: ToServiceWorker = { type: 'skip-waiting' };
      void navigator.serviceWorker.getRegistration(BASE.href).then((registration) => registration?.waiting?.postMessage(message));
    });
    void readNews(platform);
  });
  workbox.addEventListener('controlling', (event) => {
    streams.releaseStreams();
    // The wait may have been long: what was begun meanwhile is not lost unasked.
    if (isTaken && guard.risks.every((risk) => accepted.has(risk))) {
      guard.giveUp();
      location.reload();
    } else if (event.isUpdate) platform.set({ update: 'replaced' });
  });
}

/** Finds out what the update changes. What it brings is known only to the waiting worker, for the panel itself is of the build before. */
async function readNews(platform: Platform): Promise<void> {
  const registration = await navigator.serviceWorker.getRegistration(BASE.href);
  const [current, next] = await Promise.all([askForNews(registration?.active), askForNews(registration?.waiting)]);
  const releases = next === null ? [] : changesBetween(current?.releases ?? [], next.releases);
  platform.set({ news: { from: current?.version ?? null, to: next?.version ?? null, releases } });
}

function askForNews(worker: ServiceWorker | null | undefined): Promise<BuildNews | null> {
  if (!worker) return Promise.resolve(null);
  const { port1, port2 } = new MessageChannel();
  const question: FromPanel = { type: 'changes' };
  worker.postMessage(question, [port2]);
  return new Promise((resolve) => {
    const settle = (news: BuildNews | null): void => {
      clearTimeout(timer);
      port1.close();
      resolve(news);
    };
    const timer = setTimeout(() => settle(null), NEWS_MS);
    port1.onmessage = (event: MessageEvent<BuildNews>) => settle(event.data);
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

function untilActive(registration: ServiceWorkerRegistration): Promise<void> {
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
