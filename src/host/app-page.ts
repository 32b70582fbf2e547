/**
 * Realm: window, at an App's own origin. Runs in documents of the App, to which the origin's service worker added it, and
 * in its boot documents; holds the hidden frame of the control origin that is the host, and opens lines through it. Also
 * the script of the one document of ours there, which a server answers until that service worker is there, and which the
 * control origin holds in a frame to install or clear the origin.
 *
 * Runs inside documents of strangers: no globals, no styles, nothing drawn outside documents of ours.
 */
import { RuntimeError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import { APP_PAGE_PATH, controlOriginOf } from '../protocol/app-origin.ts';
import type { FromHost, ToHost } from '../protocol/sw-host.ts';
import { BootView } from './boot-view.ts';
import { HostFrame } from './host-frame.ts';
import { answerControl, installWorker } from './origin-setup.ts';
import { ServiceWorkerLink } from './service-worker-link.ts';

const PAGE_MARK = Symbol.for('swerve.page');
/** A page that was about to be replaced and is still there this much later stays. */
const STAYING_AFTER_MS = 3_000;

const control = controlOriginOf(new URL(location.href));

async function startPage(registration: ServiceWorkerRegistration): Promise<void> {
  const boot = document.querySelector<HTMLMetaElement>('meta[name="swerve-boot"]');
  const view = boot ? new BootView(boot.dataset['url'] ?? location.href) : null;
  let link: ServiceWorkerLink | null = null;
  const send = (message: FromHost, transfer?: Transferable[]) => link?.send(message, transfer);
  const frame = new HostFrame(control, (lock) => send({ type: 'line-lost', lock }));
  // A boot document is made to be replaced.
  if (boot) void frame.tell('swerve:leaving');
  let stayingTimer: ReturnType<typeof setTimeout> | undefined;
  addEventListener('beforeunload', () => {
    void frame.tell('swerve:leaving');
    clearTimeout(stayingTimer);
    stayingTimer = setTimeout(() => void frame.tell('swerve:staying'), STAYING_AFTER_MS);
  });

  async function openLine(job: number, worker: string): Promise<void> {
    try {
      const { port, lock } = await frame.connect(worker);
      send({ type: 'line', job, lock }, [port]);
    } catch (error) {
      send({ type: 'line-failed', job, error: RuntimeError.from(error).toWire() });
    }
  }

  function receive(message: ToHost): void {
    if (message.type === 'open-line') void openLine(message.job, message.worker);
    else if (message.type === 'progress') view?.show(message.phase);
    else if (message.type === 'answer-ready') view?.goToAnswer();
  }

  link = await ServiceWorkerLink.open(
    {
      host: newId('page'),
      features: { jspi: false, userAgent: navigator.userAgent },
      url: location.href,
      kept: boot?.content ?? null,
      warm: null,
      announceInstances: () => [],
      receive,
    },
    registration,
  );
}

async function start(): Promise<void> {
  const isOurs = document.querySelector('meta[name="swerve-app-origin"]') !== null;
  if (isOurs && parent !== window) {
    if (location.pathname === `/${APP_PAGE_PATH}`) answerControl(control);
    return;
  }
  if (isOurs) {
    // What a server answers in place of the service worker, which will answer the same address.
    await installWorker();
    if (location.pathname !== `/${APP_PAGE_PATH}`) location.reload();
    return;
  }
  await startPage(await navigator.serviceWorker.ready);
}

const marked = globalThis as { [PAGE_MARK]?: true };
if ('serviceWorker' in navigator && !marked[PAGE_MARK]) {
  marked[PAGE_MARK] = true;
  start().catch((error: unknown) => console.error('swerve: this page has no line to its cluster', error));
}
