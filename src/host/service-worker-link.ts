import { RuntimeError } from '../core/errors.ts';
import type { VisibleChange } from '../core/visible-change.ts';
import {
  type FromHost,
  type HostFeatures,
  type HostId,
  hostLockName,
  type InstanceAnnouncement,
  type ToHost,
  type ToServiceWorker,
  type ToWindow,
} from '../protocol/sw-host.ts';
import { PROTOCOL_VERSION } from '../protocol/version.ts';
import { readCookies, watchCookies, writeCookies } from './document-cookies.ts';

export interface LinkDeps {
  host: HostId;
  features: HostFeatures;
  /** Address that tells people which window it is. */
  url: string;
  /** Kept request that this boot document was made for. */
  kept: string | null;
  warm: { namespace: string; app: string } | null;
  announceInstances(handover: boolean): { announcement: InstanceAnnouncement; port: MessagePort }[];
  receive(message: ToHost): void;
}

/** Called a "leaving" document until this much later, when it is evidently still there. */
const STAYING_AFTER_MS = 3_000;

/** The window's end of the control port: announces the window, again after every restart of the service worker. */
export class ServiceWorkerLink {
  readonly #deps: LinkDeps;
  readonly #registration: ServiceWorkerRegistration;
  readonly #startedAtMs = Date.now();
  #port: MessagePort | null = null;
  #announcedTo: ServiceWorker | null = null;
  #leavingTimer: ReturnType<typeof setTimeout> | undefined;

  private constructor(deps: LinkDeps, registration: ServiceWorkerRegistration) {
    this.#deps = deps;
    this.#registration = registration;
  }

  /** Acquires the host's lock for as long as this document lives, then announces it. */
  static async open(deps: LinkDeps, registration: ServiceWorkerRegistration): Promise<ServiceWorkerLink> {
    const link = new ServiceWorkerLink(deps, registration);
    // The lock first: the service worker takes a window without it for dead.
    await link.#holdLock();
    navigator.serviceWorker.addEventListener('message', (event: MessageEvent<ToWindow>) => {
      if (event.data?.type === 'announce-yourself') link.#announce(event.source instanceof ServiceWorker ? event.source : null);
    });
    navigator.serviceWorker.addEventListener('controllerchange', () => link.#announce(navigator.serviceWorker.controller));
    navigator.serviceWorker.startMessages();
    link.#watchDocument();
    link.#announce(null);
    return link;
  }

  /** Resolves once the lock is held. A page that an App serves can steal it: then it is acquired anew, and this window announced, for the service worker takes it for dead. */
  #holdLock(): Promise<void> {
    return new Promise((resolve, reject) => {
      let isHeld = false;
      navigator.locks
        .request(hostLockName(this.#deps.host), () => {
          isHeld = true;
          resolve();
          return new Promise<never>(() => {}); // Never let go: the browser does, when the document is gone.
        })
        .catch((error: unknown) => {
          if (!isHeld) reject(error);
          else
            this.#holdLock().then(
              () => this.#announce(null),
              () => {}, // The document is going.
            );
        });
    });
  }

  send(message: FromHost, transfer: Transferable[] = []): void {
    this.#port?.postMessage(message, transfer);
  }

  #announce(to: ServiceWorker | null): void {
    const worker = to ?? this.#registration.active;
    if (!worker) return;
    this.#port?.close();
    const { port1, port2 } = new MessageChannel();
    this.#port = port1;
    port1.onmessage = (event: MessageEvent<ToHost>) => this.#receive(event.data);
    // Another version took over: what the earlier one asked for, it still awaits. The same one asks only after a restart.
    const instances = this.#deps.announceInstances(this.#announcedTo !== null && this.#announcedTo !== worker);
    this.#announcedTo = worker;
    const message: ToServiceWorker = {
      type: 'announce',
      version: PROTOCOL_VERSION,
      host: this.#deps.host,
      features: this.#deps.features,
      url: this.#deps.url,
      visibility: document.visibilityState,
      startedAtMs: this.#startedAtMs,
      instances: instances.map(({ announcement }) => announcement),
      ...(this.#deps.kept === null ? {} : { kept: this.#deps.kept }),
      ...(this.#deps.warm === null ? {} : { warm: this.#deps.warm }),
    };
    worker.postMessage(message, [port2, ...instances.map(({ port }) => port)]);
  }

  #receive(message: ToHost): void {
    if (message.type === 'ping') this.send({ type: 'pong', seq: message.seq });
    else if (message.type === 'hold') this.#registration.active?.postMessage({ type: 'hold' } satisfies ToServiceWorker);
    else if (message.type === 'tell-cookies') void this.#tellCookies();
    else if (message.type === 'write-cookies') void this.#writeCookies(message.job, message.changes);
    else if (message.type === 'refused') console.warn('swerve: this tab is not a host:', RuntimeError.fromWire(message.error).message);
    else this.#deps.receive(message);
  }

  #watchDocument(): void {
    addEventListener('beforeunload', () => {
      this.send({ type: 'leaving' });
      clearTimeout(this.#leavingTimer);
      this.#leavingTimer = setTimeout(() => this.send({ type: 'staying' }), STAYING_AFTER_MS);
    });
    // From the back/forward cache, with its lock kept or not: a fresh announcement sets everything right.
    addEventListener('pageshow', (event) => {
      if (event.persisted) this.#announce(null);
    });
    watchCookies(() => void this.#tellCookies());
    document.addEventListener('visibilitychange', () => this.send({ type: 'visibility', visibility: document.visibilityState }));
  }

  /** What scripts see of the cookies. A document that may not read its cookies has none to tell of. */
  async #tellCookies(): Promise<void> {
    const cookies = await readCookies().catch(() => null);
    if (cookies !== null) this.send({ type: 'cookies', url: location.href, cookies });
  }

  async #writeCookies(job: number, changes: VisibleChange[]): Promise<void> {
    const refused = await writeCookies(changes).catch(() => changes.map((_, place) => place));
    this.send({ type: 'cookies-written', job, refused });
    await this.#tellCookies();
  }
}
