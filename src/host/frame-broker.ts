import { labelBelow, originAt } from '../core/app-origin.ts';
import { RuntimeError } from '../core/errors.ts';
import { type FromFrame, PROBE_CHANNEL, type ProbeFrame, type ToFrame } from '../protocol/app-origin.ts';
import type { FromHost, LineAnswer, ToServiceWorker } from '../protocol/sw-host.ts';

/** A service worker may have to start first. */
const CONNECT_DEADLINE_MS = 5_000;
/** Of a page that says more than that within {@link WINDOW_MS} the rest is not heard: each is a message to the service worker that all Apps share. */
const MAX_MESSAGES = 20;
const WINDOW_MS = 10_000;

/** What the broker needs of the host that its document is; null: this browser has no cluster. */
export interface BrokerDeps {
  base: URL;
  registration: ServiceWorkerRegistration | null;
  send(message: FromHost): void;
}

/**
 * What a page of an App may ask of its host frame: to be connected, as the page of the origin that the browser says it
 * has, and to be left. Opens the line between the service workers of both origins.
 */
export function brokerLines({ base, registration, send }: BrokerDeps): void {
  const watched = new Set<string>();
  let heardAtMs: number[] = [];

  function isTooMuch(): boolean {
    const nowMs = performance.now();
    heardAtMs = heardAtMs.filter((atMs) => nowMs - atMs < WINDOW_MS);
    // What is not heard is not kept either: there may be a million of them.
    if (heardAtMs.length >= MAX_MESSAGES) return true;
    heardAtMs.push(nowMs);
    return false;
  }

  async function connect(origin: string, { job, version, worker }: Extract<ToFrame, { type: 'swerve:connect' }>): Promise<void> {
    const post = (message: FromFrame, transfer: Transferable[] = []): void => parent.postMessage(message, origin, transfer);
    try {
      const { port1, port2 } = new MessageChannel();
      const lock = await askCluster({ type: 'connect-origin', version, origin, worker: String(worker) }, port1);
      post({ type: 'swerve:connected', job, lock }, [port2]);
      watch(lock, () => post({ type: 'swerve:line-lost', lock }));
    } catch (error) {
      post({ type: 'swerve:refused', job, error: RuntimeError.from(error).toWire() });
    }
  }

  /** Resolves to the lock that the service worker holds while it lives. */
  function askCluster(message: ToServiceWorker, line: MessagePort): Promise<string> {
    const worker = registration?.active;
    if (!worker) throw new RuntimeError('route-not-found', `this browser has no cluster: open ${base.href} and install the App there`);
    return new Promise((resolve, reject) => {
      const { port1, port2 } = new MessageChannel();
      const timer = setTimeout(
        () =>
          reject(new RuntimeError('host-unavailable', `the cluster's service worker did not answer within ${CONNECT_DEADLINE_MS / 1000} s; reload this page`)),
        CONNECT_DEADLINE_MS,
      );
      port1.onmessage = ({ data }: MessageEvent<LineAnswer>) => {
        clearTimeout(timer);
        port1.close();
        if (data.type === 'connected') resolve(data.lock);
        else reject(RuntimeError.fromWire(data.error));
      };
      worker.postMessage(message, [line, port2]);
    });
  }

  /** Being granted the lock means that the service worker was stopped. */
  function watch(lock: string, onLost: () => void): void {
    if (watched.has(lock)) return;
    watched.add(lock);
    navigator.locks
      .request(lock, () => {
        watched.delete(lock);
        onLost();
      })
      .catch(() => {}); // The document is going.
  }

  addEventListener('message', (event: MessageEvent<ToFrame | ProbeFrame | null>) => {
    if (event.source !== parent || !isAppOrigin(event.origin, base) || isTooMuch()) return;
    const message = event.data;
    if (message?.type === 'swerve:connect') void connect(event.origin, message);
    else if (message?.type === 'swerve:leaving') send({ type: 'leaving' });
    else if (message?.type === 'swerve:staying') send({ type: 'staying' });
    else if (message?.type === 'swerve:probe-frame') new BroadcastChannel(PROBE_CHANNEL).postMessage(message.nonce);
  });
  // Says nothing but that there is someone to ask: the page of an origin that is none of ours may hear it too.
  parent.postMessage({ type: 'swerve:frame-ready' } satisfies FromFrame, '*');
}

/** Whether `origin` is one label below that of the deployment at `base`. */
function isAppOrigin(origin: string, base: URL): boolean {
  if (!URL.canParse(origin)) return false;
  const label = labelBelow(base, new URL(origin).host);
  return label !== null && originAt(base, label) === origin;
}
