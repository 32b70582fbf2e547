import type { Diagnostics } from '../core/diagnostics.ts';
import { RuntimeError } from '../core/errors.ts';
import type { DocumentCookie, InstanceAnnouncement, TerminateReason } from '../protocol/sw-host.ts';
import { AppPool, type AppTarget, type Caller, type PooledInstance } from './app-pool.ts';
import { type HostInfo, HostLink } from './host-link.ts';
import type { Mailbox } from './mailbox.ts';

export interface ClusterDeps {
  /** Asks every window to announce itself but those with these client ids; resolves to how many windows there are, those included. */
  askWindows(known: ReadonlySet<string>): Promise<number>;
  /** Resolves once the window's Web Lock was granted to us, which means that the window is gone. */
  waitHostGone(hostId: string, signal: AbortSignal): Promise<void>;
  /** A document saw its cookies change. */
  onDocumentCookies(url: string, cookies: DocumentCookie[]): void;
  /** Lines with that lock have lost their other end. Only pages at an App's own origin open any. */
  onLineLost?(lock: string): void;
  /** As of PoolEvents. */
  onCalls?(caller: Caller, port: MessagePort): { close(): void };
  /** What runs an App of that uid now; null when it was deleted. For instances announced before their App was asked for. */
  targetOf(uid: string): AppTarget | null;
}

/** A live window answers a ping in a few milliseconds, unless the machine is busy. */
const DOUBT_MS = 150;

/**
 * The hosts and instances that this service worker knows of. Nothing here must survive the worker: after a restart the
 * windows are asked and announce themselves, with fresh ports for what they still run.
 */
export class Cluster {
  readonly hosts = new Map<string, HostLink>();
  readonly #pools = new Map<string, AppPool>();
  readonly #deps: ClusterDeps;
  readonly #hostWaiters = new Set<(host: HostLink) => void>();
  readonly #listeners = new Set<() => void>();
  readonly #hostLocks = new Map<string, AbortController>();

  constructor(deps: ClusterDeps) {
    this.#deps = deps;
  }

  /** Takes a window in. An earlier line of the same window is replaced. */
  addHost(info: HostInfo, port: MessagePort, instances: readonly { announcement: InstanceAnnouncement; port: MessagePort }[]): HostLink {
    this.#forget(info.id, 'the window announced itself anew');
    const host = new HostLink(info, port, {
      onInstanceReady: (link, announcement, instancePort) => this.#instanceReady(link, announcement, instancePort),
      onInstanceFailed: (_link, id, error) => this.#poolOf(id)?.startFailed(id, error),
      onInstanceEnded: (_link, id, reason) => this.#poolOf(id)?.remove(id, endedError(reason)),
      onLent: (_link, id, instancePort) => this.#poolOf(id)?.lent(id, instancePort),
      onLineLost: (lock) => this.#deps.onLineLost?.(lock),
      onCookies: (url, cookies) => this.#deps.onDocumentCookies(url, cookies),
      onSilent: (link) => {
        for (const pool of this.#pools.values()) pool.abandonStarts(link);
        this.#changed();
      },
      onChanged: (link) => {
        if (link.isLeaving && this.hasStayingHost()) for (const pool of this.#pools.values()) pool.recallFrom(link);
        if (link.isResponsive) for (const waiter of [...this.#hostWaiters]) waiter(link);
        for (const pool of this.#pools.values()) pool.pump();
        this.#changed();
      },
    });
    this.hosts.set(info.id, host);
    const lock = new AbortController();
    this.#hostLocks.set(info.id, lock);
    void this.#deps.waitHostGone(info.id, lock.signal).then(
      () => {
        host.markGone();
        if (this.hosts.get(info.id) === host) this.#forget(info.id, 'the tab that ran it was closed');
      },
      () => {}, // Aborted: the window was forgotten for another reason.
    );
    for (const { announcement, port: instancePort } of instances) this.#instanceReady(host, announcement, instancePort);
    for (const waiter of [...this.#hostWaiters]) waiter(host);
    for (const pool of this.#pools.values()) pool.pump();
    this.#changed();
    return host;
  }

  /** The pool of the App that `target` describes, brought up to its generation. */
  pool(target: AppTarget): AppPool {
    const known = this.#pools.get(target.spec.uid);
    if (known) {
      if (known.target.spec.generation !== target.spec.generation) known.retarget(target);
      return known;
    }
    const pool = new AppPool(target, {
      chooseHost: () => this.chooseHost(),
      hasStayingHost: () => this.hasStayingHost(),
      onCalls: (caller, port) => this.#deps.onCalls?.(caller, port) ?? port,
      onChanged: () => this.#changed(),
    });
    this.#pools.set(target.spec.uid, pool);
    return pool;
  }

  /** Ends the pools of Apps that are gone or changed. Called when resources were written. */
  reconcile(): void {
    for (const [uid, pool] of this.#pools) {
      const target = this.#deps.targetOf(uid);
      if (target) {
        if (target.spec.generation !== pool.target.spec.generation) pool.retarget(target);
      } else {
        pool.close();
        this.#pools.delete(uid);
      }
    }
  }

  /** The window that should run one more instance: responsive, not leaving, fewest instances, quickest to answer. */
  chooseHost(): HostLink | null {
    const load = new Map<HostLink, number>();
    for (const pool of this.#pools.values()) {
      for (const instance of pool.instances.values()) load.set(instance.host, (load.get(instance.host) ?? 0) + 1);
    }
    const score = (host: HostLink) => (host.isLeaving ? 1_000_000 : 0) + (load.get(host) ?? 0) * 1_000 + Math.min(host.ackMs, 999);
    let best: HostLink | null = null;
    for (const host of this.hosts.values()) {
      if (host.isResponsive && (best === null || score(host) < score(best))) best = host;
    }
    return best;
  }

  /** A responsive window, as soon as there is one; null when there is none within `waitMs`. Windows that were passed over get a moment to speak, then those that are not known are asked too. `isComing`: a window is loading that the browser does not list yet. */
  async findHost(waitMs: number, isComing = false): Promise<HostLink | null> {
    const known = this.chooseHost();
    if (known) return known;
    const doubtedMs = this.hosts.size > 0 ? Math.min(DOUBT_MS, waitMs) : 0;
    if (doubtedMs > 0) {
      const spoke = await this.#awaitHost(doubtedMs, () => {});
      if (spoke) return spoke;
    }
    return this.#awaitHost(waitMs - doubtedMs, (giveUp) => {
      // No window at all: no use waiting.
      // One that is known was pinged and will speak as soon as it runs. To announce itself anew would cut what it serves, and on a busy machine it is merely slow.
      this.#deps.askWindows(new Set([...this.hosts.values()].map(({ info }) => info.clientId))).then(
        (count) => {
          if (count === 0 && !isComing) giveUp();
        },
        () => giveUp(), // The browser does not list its windows: it is shutting down.
      );
    });
  }

  #awaitHost(waitMs: number, start: (giveUp: () => void) => void): Promise<HostLink | null> {
    return new Promise((resolve) => {
      const settle = (host: HostLink | null) => {
        clearTimeout(timer);
        this.#hostWaiters.delete(settle);
        resolve(host);
      };
      const timer = setTimeout(() => settle(null), waitMs);
      this.#hostWaiters.add(settle);
      start(() => settle(null));
    });
  }

  /** Fires when the document of `clientId` is gone; null for one that is no host, whose end nobody tells us. */
  goneSignal(clientId: string): AbortSignal | null {
    return this.hostOf(clientId)?.gone ?? null;
  }

  /** The window whose document is `clientId`; null: it has not announced itself. */
  hostOf(clientId: string): HostLink | null {
    for (const host of this.hosts.values()) if (host.info.clientId === clientId) return host;
    return null;
  }

  allInstances(): { pool: AppPool; instance: PooledInstance }[] {
    return [...this.#pools.values()].flatMap((pool) => [...pool.instances.values()].map((instance) => ({ pool, instance })));
  }

  /** The mailbox of that token; null when its line is gone, or was another service worker's. */
  findMailbox(token: string): Mailbox | null {
    for (const pool of this.#pools.values()) {
      for (const { line } of pool.instances.values()) if (line?.mailbox?.token === token) return line.mailbox;
    }
    return null;
  }

  /** What it holds in memory. */
  figures(): Omit<Diagnostics, 'keptRequests' | 'keptAnswers'> {
    const instances = this.allInstances().map(({ instance }) => instance);
    const sum = <T>(list: Iterable<T>, count: (one: T) => number): number => [...list].reduce((total, one) => total + count(one), 0);
    return {
      hosts: this.hosts.size,
      instances: instances.length,
      lines: sum(instances, ({ line }) => (line === null ? 0 : 1)),
      exchanges: sum(instances, ({ line }) => line?.inFlight ?? 0),
      reserved: sum(instances, ({ reserved }) => reserved),
      queued: sum(this.#pools.values(), ({ queued }) => queued),
      hostWaiters: this.#hostWaiters.size,
      transpiling: sum(this.hosts.values(), ({ transpiling }) => transpiling),
    };
  }

  /** Calls `listener` after any change of hosts or instances; returns the way to stop it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Whether a responsive window is there that is not about to go. */
  hasStayingHost(): boolean {
    for (const host of this.hosts.values()) if (host.isResponsive && !host.isLeaving) return true;
    return false;
  }

  #instanceReady(host: HostLink, announcement: InstanceAnnouncement, port: MessagePort): void {
    const target = this.#deps.targetOf(announcement.uid);
    if (!target) {
      host.terminate(announcement.id, 'retired');
      port.close();
      return;
    }
    this.pool(target).addReady(announcement, host, port);
  }

  #poolOf(instance: string): AppPool | undefined {
    for (const pool of this.#pools.values()) if (pool.instances.has(instance)) return pool;
    return undefined;
  }

  #forget(hostId: string, reason: string): void {
    const host = this.hosts.get(hostId);
    if (!host) return;
    this.hosts.delete(hostId);
    this.#hostLocks.get(hostId)?.abort();
    this.#hostLocks.delete(hostId);
    host.close();
    const error = new RuntimeError('host-lost', reason);
    for (const pool of this.#pools.values()) pool.removeHost(host, error);
    this.#changed();
  }

  #changed(): void {
    for (const listener of this.#listeners) listener();
  }
}

function endedError(reason: TerminateReason | 'crashed'): RuntimeError {
  return reason === 'crashed'
    ? new RuntimeError('handler-trap', "the instance's worker crashed")
    : new RuntimeError('host-lost', `the instance was terminated (${reason})`);
}
