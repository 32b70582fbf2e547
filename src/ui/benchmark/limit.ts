/**
 * A frame whose requests a bare service worker answers: the limit of the platform, measured in the same page and the same
 * minute as Swerve. See public/_swerve/bench/limit.js for its paths.
 */
export interface Limit {
  /** A request that the bare service worker answers. */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  /** Takes the frame, its worker and the service worker away. */
  close(): Promise<void>;
}

const START_DEADLINE_MS = 10_000;

/** Registers the bare service worker below `base` (the panel's folder `_swerve/`). @throws Error when the browser cannot fetch or start it */
export async function openLimit(base: URL): Promise<Limit> {
  const folder = folderOf(base);
  const script = new URL('limit.js', folder);
  const registration = await navigator.serviceWorker.register(script, { scope: folder.href, updateViaCache: 'none' });
  const frame = document.createElement('iframe');
  let worker: Worker | undefined;
  const close = async (): Promise<void> => {
    worker?.terminate();
    frame.remove();
    await registration.unregister();
  };
  try {
    await untilActive(registration);
    frame.hidden = true;
    frame.src = new URL('page', folder).href;
    const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
    document.documentElement.append(frame);
    await loaded;
    const inside = frame.contentWindow as Window & typeof globalThis;
    worker = new inside.Worker(script);
    await joinWorker(registration, worker);
    return { fetch: (path, init) => inside.fetch(new URL(path, folder), { cache: 'no-store', ...init }), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Takes away what a page that went before it could {@link Limit.close} has left registered. */
export async function removeLimit(base: URL): Promise<void> {
  const scope = folderOf(base).href;
  // Where there is none for this folder, the browser gives the one of a folder above it.
  const registration = await navigator.serviceWorker.getRegistration(scope);
  if (registration?.scope === scope) await registration.unregister();
}

function folderOf(base: URL): URL {
  return new URL('bench/', base);
}

async function untilActive(registration: ServiceWorkerRegistration): Promise<void> {
  const worker = registration.active ?? registration.waiting ?? registration.installing;
  if (!worker) throw new Error('the bare service worker was not installed');
  if (worker.state === 'activated') return;
  await new Promise<void>((resolve, reject) => {
    worker.addEventListener('statechange', () => {
      if (worker.state === 'activated') resolve();
      if (worker.state === 'redundant') reject(new Error('the bare service worker could not be started'));
    });
  });
}

/** Resolves when the worker has heard from the service worker. */
async function joinWorker(registration: ServiceWorkerRegistration, worker: Worker): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const ready = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the bare service worker and its worker did not find each other')), START_DEADLINE_MS);
    worker.onmessage = () => {
      clearTimeout(timer);
      resolve();
    };
  });
  worker.postMessage(null, [port1]);
  registration.active?.postMessage(null, [port2]);
  await ready;
}
