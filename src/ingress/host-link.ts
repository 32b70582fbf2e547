import { RuntimeError } from '../core/errors.ts';
import type { InstanceSpec } from '../core/instance-spec.ts';
import type { VisibleChange } from '../core/visible-change.ts';
import type {
  DocumentCookie,
  FromHost,
  HostFeatures,
  HostId,
  InstanceAnnouncement,
  InstanceId,
  TerminateReason,
  ToHost,
  TranspiledComponent,
} from '../protocol/sw-host.ts';

export interface HostLinkEvents {
  onInstanceReady(host: HostLink, instance: InstanceAnnouncement, port: MessagePort): void;
  onInstanceFailed(host: HostLink, instance: InstanceId, error: RuntimeError): void;
  onInstanceEnded(host: HostLink, instance: InstanceId, reason: TerminateReason | 'crashed'): void;
  /** Its document saw its cookies change. */
  onCookies(url: string, cookies: DocumentCookie[]): void;
  /** A line to the instance, to be given away. */
  onLent(host: HostLink, instance: InstanceId, port: MessagePort): void;
  /** It did not answer in time: what was to start there must start elsewhere. */
  onSilent(host: HostLink): void;
  /** Lines with that lock have lost their other end. */
  onLineLost(lock: string): void;
  /** Its state (leaving, responsive) changed. */
  onChanged(host: HostLink): void;
}

export interface HostInfo {
  id: HostId;
  clientId: string;
  url: string;
  features: HostFeatures;
  visibility: 'visible' | 'hidden';
  startedAtMs: number;
}

/** How long a window may take to transpile a component before it is given up. */
const TRANSPILE_DEADLINE_MS = 120_000;
/** A window that says nothing for this long when spoken to is frozen. */
const SILENCE_MS = 1_000;

/** A request waits for this, so a window that is busy is not waited for: what was known of its cookies is used. */
const TELL_COOKIES_MS = 250;

/** A frame may have to load first, and a service worker to start. */
const OPEN_LINE_DEADLINE_MS = 5_000;

/** `lock` names the life of the service worker at the other end. */
export interface LineToCluster {
  port: MessagePort;
  lock: string;
}

interface Job<T> {
  resolve(result: T): void;
  reject(error: RuntimeError): void;
}

/** The service worker's end of one window's control port. */
export class HostLink {
  readonly info: HostInfo;
  /** The document is being replaced: its workers die when the next one commits. */
  isLeaving = false;
  visibility: 'visible' | 'hidden';
  /** False from an unanswered request until the window speaks again: a frozen tab keeps its lock but runs nothing. */
  isResponsive = true;
  /** Exponentially weighted mean of how long its instances take to acknowledge a request. */
  ackMs = 1;

  readonly #port: MessagePort;
  readonly #jobs = new Map<number, Job<TranspiledComponent>>();
  readonly #lineJobs = new Map<number, Job<LineToCluster>>();
  readonly #cookieWrites = new Map<number, (refused: number[] | null) => void>();
  readonly #cookieReaders = new Set<() => void>();
  readonly #events: HostLinkEvents;
  readonly #gone = new AbortController();
  #nextJob = 1;
  #pingSeq = 0;
  #silence: ReturnType<typeof setTimeout> | undefined;

  constructor(info: HostInfo, port: MessagePort, events: HostLinkEvents) {
    this.info = info;
    this.visibility = info.visibility;
    this.#port = port;
    this.#events = events;
    port.onmessage = (event: MessageEvent<FromHost>) => {
      this.#spoke();
      const message = event.data;
      switch (message.type) {
        case 'instance-ready': {
          const instancePort = event.ports[0];
          if (instancePort) events.onInstanceReady(this, message.instance, instancePort);
          return;
        }
        case 'instance-failed':
          events.onInstanceFailed(this, message.instance, RuntimeError.fromWire(message.error));
          return;
        case 'instance-ended':
          events.onInstanceEnded(this, message.instance, message.reason);
          return;
        case 'leaving':
          this.isLeaving = true;
          events.onChanged(this);
          return;
        case 'staying':
          this.isLeaving = false;
          events.onChanged(this);
          return;
        case 'transpiled':
          take(this.#jobs, message.job)?.resolve(message.artifact);
          return;
        case 'transpile-failed':
          take(this.#jobs, message.job)?.reject(RuntimeError.fromWire(message.error));
          return;
        case 'cookies':
          events.onCookies(message.url, message.cookies);
          for (const settle of [...this.#cookieReaders]) settle();
          return;
        case 'cookies-written':
          this.#cookieWrites.get(message.job)?.(message.refused);
          return;
        case 'visibility':
          this.visibility = message.visibility;
          events.onChanged(this);
          return;
        case 'line':
          if (event.ports[0]) take(this.#lineJobs, message.job)?.resolve({ port: event.ports[0], lock: message.lock });
          return;
        case 'line-failed':
          take(this.#lineJobs, message.job)?.reject(RuntimeError.fromWire(message.error));
          return;
        case 'line-lost':
          events.onLineLost(message.lock);
          return;
        case 'lent':
          if (event.ports[0]) events.onLent(this, message.instance, event.ports[0]);
          return;
        case 'pong':
          return;
      }
    };
  }

  /** Fires when the document is gone, not when it merely announces itself anew. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  /** Components that it is making runnable. */
  get transpiling(): number {
    return this.#jobs.size;
  }

  markGone(): void {
    this.#gone.abort();
  }

  post(message: ToHost): void {
    this.#port.postMessage(message);
  }

  /** Asks for an instance. A window that does not even answer the ping beside it is frozen, and passed over. */
  spawn(instance: InstanceId, spec: InstanceSpec): void {
    this.post({ type: 'spawn', instance, spec });
    this.#ask();
  }

  terminate(instance: InstanceId, reason: TerminateReason): void {
    this.post({ type: 'terminate', instance, reason });
  }

  /** Passes the window over until it speaks; the ping makes a live one speak at once. */
  doubt(): void {
    this.isResponsive = false;
    this.post({ type: 'ping', seq: this.#pingSeq++ });
  }

  /** @throws RuntimeError `module-invalid` with the transpiler's message; `host-unavailable` when the window went or took too long */
  transpile(bytes: Blob): Promise<TranspiledComponent> {
    return this.#start(this.#jobs, TRANSPILE_DEADLINE_MS, `the window did not transpile the component within ${TRANSPILE_DEADLINE_MS / 1000} s`, (job) =>
      this.post({ type: 'transpile', job, bytes }),
    );
  }

  /** Has the page open a line to the cluster, for a service worker in its life `worker`. @throws RuntimeError `host-unavailable`, or why the cluster refused */
  openLine(worker: string): Promise<LineToCluster> {
    return this.#start(this.#lineJobs, OPEN_LINE_DEADLINE_MS, `the page reached no cluster within ${OPEN_LINE_DEADLINE_MS / 1000} s`, (job) => {
      this.post({ type: 'open-line', job, worker });
      this.#ask();
    });
  }

  /** Has the document write cookies for its scripts. Resolves to the places in `changes` of those that its browser refused; null when the window did not do it. */
  writeCookies(changes: VisibleChange[]): Promise<number[] | null> {
    const job = this.#nextJob++;
    return new Promise((resolve) => {
      const settle = (refused: number[] | null): void => {
        clearTimeout(timer);
        this.#cookieWrites.delete(job);
        resolve(refused);
      };
      const timer = setTimeout(() => settle(null), SILENCE_MS);
      this.#cookieWrites.set(job, settle);
      this.post({ type: 'write-cookies', job, changes });
    });
  }

  /** Has the document tell what its scripts see of the cookies; resolves once `onCookies` had it, or when the window is too busy to say. */
  tellCookies(): Promise<void> {
    return new Promise((resolve) => {
      const settle = (): void => {
        clearTimeout(timer);
        this.#cookieReaders.delete(settle);
        resolve();
      };
      const timer = setTimeout(settle, TELL_COOKIES_MS);
      this.#cookieReaders.add(settle);
      this.post({ type: 'tell-cookies' });
    });
  }

  noteAck(ackMs: number): void {
    this.ackMs += (ackMs - this.ackMs) / 8;
  }

  /** The window is gone. */
  close(): void {
    clearTimeout(this.#silence);
    this.#port.onmessage = null;
    this.#port.close();
    for (const job of this.#jobs.values())
      job.reject(new RuntimeError('host-unavailable', 'the window that transpiled the component was closed; upload it again'));
    this.#jobs.clear();
    for (const job of this.#lineJobs.values()) job.reject(new RuntimeError('host-unavailable', 'the page that was opening a line was closed'));
    this.#lineJobs.clear();
    for (const settle of [...this.#cookieWrites.values()]) settle(null);
    for (const settle of [...this.#cookieReaders]) settle();
  }

  /** The result of the job that `ask` asks for; after `withinMs` it fails as `host-unavailable`, for the reason `late`. */
  #start<T>(jobs: Map<number, Job<T>>, withinMs: number, late: string, ask: (job: number) => void): Promise<T> {
    const job = this.#nextJob++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => take(jobs, job)?.reject(new RuntimeError('host-unavailable', late)), withinMs);
      jobs.set(job, {
        resolve: (result) => {
          clearTimeout(timer);
          resolve(result);
        },
        reject: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      });
      ask(job);
    });
  }

  /** A window that does not even answer a ping is frozen. */
  #ask(): void {
    this.post({ type: 'ping', seq: this.#pingSeq++ });
    this.#silence ??= setTimeout(() => {
      this.#silence = undefined;
      this.isResponsive = false;
      for (const job of this.#lineJobs.values()) job.reject(new RuntimeError('host-unavailable', 'the page that was to open a line is frozen'));
      this.#lineJobs.clear();
      this.#events.onSilent(this);
    }, SILENCE_MS);
  }

  #spoke(): void {
    clearTimeout(this.#silence);
    this.#silence = undefined;
    if (this.isResponsive) return;
    this.isResponsive = true;
    this.#events.onChanged(this);
  }
}

function take<T>(jobs: Map<number, Job<T>>, job: number): Job<T> | undefined {
  const waiting = jobs.get(job);
  jobs.delete(job);
  return waiting;
}
