import { RuntimeError } from '../core/errors.ts';
import { APP_WORKER_PATH, type FromAppOrigin, type ToAppOrigin } from '../protocol/app-origin.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import { HostFrame } from './host-frame.ts';

/** Registers the service worker of this origin, or updates it; resolves once it answers. @throws what the browser throws */
export async function installWorker(): Promise<void> {
  const registration = await navigator.serviceWorker.register(`/${APP_WORKER_PATH}`, { scope: '/', updateViaCache: 'none' });
  if (registration.active) await registration.update();
  const installing = registration.installing ?? registration.waiting;
  if (!installing) return;
  await new Promise<void>((resolve, reject) => {
    const settle = (): void => {
      if (installing.state === 'activated') resolve();
      if (installing.state === 'redundant') reject(new RuntimeError('storage-failed', 'the service worker of this origin could not be installed'));
    };
    installing.addEventListener('statechange', settle);
    settle();
  });
}

/** Answers the control origin, which holds this document in a hidden frame: installs, clears and probes this origin for it. */
export function answerControl(control: URL): void {
  let frame: HostFrame | null = null;
  const post = (message: FromAppOrigin): void => parent.postMessage(message, control.origin);
  const run: { [K in ToAppOrigin['type']]: (message: Extract<ToAppOrigin, { type: K }>) => Promise<void> } = {
    'swerve:install': () => installWorker(),
    'swerve:clear': () => clearOrigin(),
    'swerve:probe': async ({ nonce }) => {
      // Asked here because it does not show below: WebKitGTK takes names below `localhost` for sites of their own, and a frame of the control origin
      // in a page of an App then finds no cluster; but the frame below this one is in a page of the control origin.
      if ((await document.hasStorageAccess?.()) === false)
        throw new RuntimeError('engine-unsupported', "this browser takes the origin of an App for another site than the panel's");
      frame ??= new HostFrame(control, () => {});
      await frame.probe(nonce);
    },
  };
  addEventListener('message', (event: MessageEvent<ToAppOrigin>) => {
    if (event.origin !== control.origin || event.source !== parent) return;
    const message = event.data;
    if (!Object.hasOwn(run, message?.type)) return;
    const job = run[message.type] as (message: ToAppOrigin) => Promise<void>;
    job(message).then(
      () => post({ type: 'swerve:done', job: message.job }),
      (error: unknown) => post({ type: 'swerve:failed', job: message.job, error: RuntimeError.from(error).toWire() }),
    );
  });
  post({ type: 'swerve:app-origin-ready', version: PROTOCOL_VERSION });
}

/** Removes all that this origin has stored: nothing of an App that was deleted is left for the next of its name. */
async function clearOrigin(): Promise<void> {
  for (const registration of await navigator.serviceWorker.getRegistrations()) await registration.unregister();
  for (const name of await caches.keys()) await caches.delete(name);
  for (const { name } of await indexedDB.databases()) if (name !== undefined) await deleteDatabase(name);
  localStorage.clear();
  for (const { name } of (await (window as { cookieStore?: { getAll(): Promise<{ name: string }[]> } }).cookieStore?.getAll()) ?? []) expireCookie(name);
  const directory = await navigator.storage.getDirectory?.();
  if (directory)
    for await (const name of (directory as unknown as { keys(): AsyncIterable<string> }).keys()) await directory.removeEntry(name, { recursive: true });
}

/** Resolves when it is gone, or will be once the last page that has it open is closed. */
function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.deleteDatabase(name);
    request.onsuccess = () => resolve();
    request.onblocked = () => resolve();
    request.onerror = () => reject(request.error);
  });
}

function expireCookie(name: string): void {
  // biome-ignore lint/suspicious/noDocumentCookie: cookieStore.delete does not take every name that document.cookie does
  document.cookie = `${name}=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT`;
}
