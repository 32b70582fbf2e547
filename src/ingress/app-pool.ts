import { RuntimeError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import type { InstanceSpec } from '../core/instance-spec.ts';
import type { InstanceAnnouncement, InstanceId, TerminateReason } from '../protocol/sw-host.ts';
import { FINAL_START_ERRORS } from '../protocol/sw-host.ts';
import { LENT_REQUEST, type RequestId } from '../protocol/sw-instance.ts';
import type { HostLink } from './host-link.ts';
import { InstanceLine, type LineEvents } from './instance-line.ts';

/** One App generation as the ingress runs it. */
export interface AppTarget {
  spec: InstanceSpec;
  maxInstances: number;
  maxQueued: number;
  /** Of one request, streams included. */
  durationMs: number;
}

export type InstanceState = 'starting' | 'ready' | 'stalled' | 'retiring';

/** The room of an instance that another service worker uses, over a line of its own. */
export interface Loan {
  /** Requests that it may have under way. */
  readonly slots: number;
  /** Requests under way that were told of. */
  readonly inFlight: number;
  /** The line is there. `isWhole`: every instance that the App may have is lent. */
  opened(port: MessagePort, isWhole: boolean): void;
  /** Asks for it back: {@link AppPool.returned} follows. Idempotent. */
  recall(): void;
  /** The instance is gone. */
  lost(error: RuntimeError): void;
}

/** One instance as the ingress knows it. */
export interface PooledInstance {
  id: InstanceId;
  host: HostLink;
  state: InstanceState;
  generation: number;
  concurrency: number;
  startedAtMs: number;
  /** When its start was asked for, and when it was there. Monotonic; the same for one that was not asked for here. */
  askedMs: number;
  readyMs: number;
  /** null while it starts. */
  line: InstanceLine | null;
  loan: Loan | null;
  /** Handed out by `acquire`, but nothing was sent yet: whoever got it takes one off when it sends. */
  reserved: number;
}

interface Waiter {
  resolve(instance: PooledInstance): void;
  reject(error: RuntimeError): void;
}

/** An instance whose guests call other Apps. */
export interface Caller {
  /** Of its App. */
  readonly uid: string;
  /** How many calls of Apps led to a request of it; null: that is not under way. */
  depthOf(id: RequestId): number | null;
}

export interface PoolEvents {
  /** Gives the window that should run one more instance, null when there is none now. */
  chooseHost(): HostLink | null;
  /** Whether a responsive window is there that is not about to go. Asked for every request: must be cheap. */
  hasStayingHost(): boolean;
  /** Guests of an instance call other Apps over `port`. Answers how to end that. */
  onCalls?(caller: Caller, port: MessagePort): { close(): void };
  onChanged(): void;
}

/** Younger unacknowledged requests than this do not speak against an instance: its answer is merely under way. */
const FRESH_UNACCEPTED_MS = 20;

/**
 * The instances of one App and the requests that wait for one. Choice (design §5): ready and idle first, least loaded
 * next; then start one, up to the App's maximum; then queue, bounded; then `instance-saturated`. One addition: while
 * every instance is busy and there is room for another, it is started beside, so that a guest that computes does not
 * hold up those behind it.
 */
export class AppPool {
  target: AppTarget;
  readonly instances = new Map<InstanceId, PooledInstance>();
  readonly #events: PoolEvents;
  readonly #waiters = new Set<Waiter>();
  #isClosed = false;

  constructor(target: AppTarget, events: PoolEvents) {
    this.target = target;
    this.#events = events;
  }

  get queued(): number {
    return this.#waiters.size;
  }

  /** An instance with room, at once or once there is one; the room is kept for the caller, who takes it off `reserved` when it sends. @throws RuntimeError `instance-saturated`, or why none could be started */
  acquire(options: { deadlineMs: number; signal: AbortSignal | null }): Promise<PooledInstance> {
    if (this.#isClosed) return Promise.reject(deletedError());
    const found = this.#pick();
    // Back within a hop, when nothing is under way on it: sooner than another could be started. `pump` follows, and starts what is missing.
    const isRecalled = !found && this.#recallAll();
    if (!isRecalled && (!found || (found.line?.inFlight ?? 0) > 0)) this.#startIfRoom();
    if (found) {
      found.reserved += 1;
      return Promise.resolve(found);
    }
    // Nobody would ever call: no window that could serve now or start something.
    if (this.#events.chooseHost() === null) return Promise.reject(new RuntimeError('host-unavailable', 'no responsive tab of this origin is open'));
    if (this.#waiters.size >= this.target.maxQueued + this.#lentSlots() && this.#startingCount() === 0) {
      return Promise.reject(
        new RuntimeError(
          'instance-saturated',
          `all ${this.target.maxInstances} instances are busy and ${this.target.maxQueued} requests wait already (spec.scale.max, spec.limits.queue)`,
        ),
      );
    }
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        resolve: (instance) => {
          leave();
          instance.reserved += 1;
          resolve(instance);
        },
        reject: (error) => {
          leave();
          reject(error);
        },
      };
      const onAbort = () => waiter.reject(new RuntimeError('request-invalid', 'the caller went away'));
      const leave = () => {
        clearTimeout(timer);
        options.signal?.removeEventListener('abort', onAbort);
        this.#waiters.delete(waiter);
      };
      options.signal?.addEventListener('abort', onAbort, { once: true });
      const timer = setTimeout(
        () => waiter.reject(new RuntimeError('instance-saturated', `no instance became free within ${Math.round(options.deadlineMs)} ms`)),
        options.deadlineMs,
      );
      this.#waiters.add(waiter);
    });
  }

  /** Hands free room to those who wait, and starts more when they outnumber it. */
  pump(): void {
    for (const waiter of this.#waiters) {
      const instance = this.#pick();
      if (!instance) break;
      waiter.resolve(instance);
    }
    if (this.#waiters.size > 0) this.#startIfRoom();
  }

  /** One instance ahead of need on `host`, unless one runs or starts elsewhere already. */
  warm(host: HostLink): void {
    for (const instance of this.instances.values()) {
      if (!instance.host.isLeaving && instance.state !== 'retiring') return;
    }
    this.#start(host);
  }

  /** It did not acknowledge a request in time: passed over until it speaks again, and so is its window until that does. */
  stall(instance: PooledInstance): void {
    if (instance.state === 'ready') instance.state = 'stalled';
    instance.host.doubt();
    this.#events.onChanged();
    this.pump();
  }

  addReady(announcement: InstanceAnnouncement, host: HostLink, port: MessagePort): void {
    const events: LineEvents = {
      onSpoke: () => {
        if (instance.state === 'stalled') {
          instance.state = 'ready';
          this.#events.onChanged();
          this.pump();
        }
      },
      onRoom: () => {
        this.#retireIfIdle(instance);
        this.pump();
      },
      onOverdue: () => this.terminate(instance, 'deadline'),
      onCalls: (calls) => this.#events.onCalls?.(caller, calls) ?? calls,
    };
    const line = new InstanceLine(port, events, announcement.blocks === true);
    // What came over a loan came from outside.
    const depthOf = (id: RequestId) => (id === LENT_REQUEST ? (instance.loan ? 0 : null) : line.depthOf(id));
    const caller: Caller = { uid: this.target.spec.uid, depthOf };
    const readyMs = performance.now();
    const known = this.instances.get(announcement.id);
    const instance: PooledInstance = {
      id: announcement.id,
      host,
      state: announcement.generation === this.target.spec.generation ? 'ready' : 'retiring',
      generation: announcement.generation,
      concurrency: announcement.concurrency,
      startedAtMs: announcement.startedAtMs,
      askedMs: known?.askedMs ?? readyMs,
      readyMs: known?.line ? known.readyMs : readyMs,
      line,
      loan: known?.loan ?? null,
      reserved: 0,
    };
    known?.line?.close(new RuntimeError('host-lost', 'the window opened a new line to the instance'));
    this.instances.set(announcement.id, instance);
    // A supervisor's restart and a start of ours can meet: the App's maximum holds.
    const ready = [...this.instances.values()].filter((other) => other.state === 'ready' && other.host.isResponsive && !other.host.isLeaving).length;
    if (instance.state === 'retiring' || ready > this.target.maxInstances) this.terminate(instance, 'retired');
    this.pump();
    this.#events.onChanged();
  }

  startFailed(id: InstanceId, error: RuntimeError): void {
    this.instances.delete(id);
    // Others may still serve; nobody can when the reason is final or all that is left is on its way out.
    const mayServe = [...this.instances.values()].some(({ state }) => state !== 'retiring');
    if (FINAL_START_ERRORS.has(error.code) || !mayServe) {
      for (const waiter of [...this.#waiters]) waiter.reject(error);
    }
    this.#events.onChanged();
  }

  /** The instance is gone with its worker or window. */
  remove(id: InstanceId, error: RuntimeError): void {
    const instance = this.instances.get(id);
    if (!instance) return;
    this.instances.delete(id);
    instance.line?.close(error);
    instance.loan?.lost(error);
    this.pump();
    if (this.instances.size === 0 && this.#events.chooseHost() === null) {
      for (const waiter of [...this.#waiters]) waiter.reject(new RuntimeError('host-unavailable', 'the last tab that could run the App was closed'));
    }
    this.#events.onChanged();
  }

  /** The window is frozen: what was to start on it starts elsewhere. Should it wake and finish its start, that instance is taken in or ended. */
  abandonStarts(host: HostLink): void {
    for (const instance of [...this.instances.values()]) {
      if (instance.host === host && instance.state === 'starting') this.remove(instance.id, new RuntimeError('host-lost', 'the tab is frozen'));
    }
  }

  removeHost(host: HostLink, error: RuntimeError): void {
    for (const instance of [...this.instances.values()]) {
      if (instance.host === host) this.remove(instance.id, error);
    }
  }

  /** The worker is ended, now: what it served is lost with a reason that says so. */
  terminate(instance: PooledInstance, reason: TerminateReason): void {
    instance.host.terminate(instance.id, reason);
    const why = reason === 'deadline' ? 'its instance was terminated because a request on it passed its deadline' : 'its instance was terminated';
    this.remove(instance.id, new RuntimeError('host-lost', why));
  }

  /** Instances with nothing under way, whose room nobody waits for. */
  lendable(): PooledInstance[] {
    if (this.#waiters.size > 0) return [];
    return [...this.instances.values()].filter(
      ({ state, host, line, loan, reserved }) =>
        state === 'ready' && host.isResponsive && !host.isLeaving && line !== null && line.mailbox === null && loan === null && line.inFlight + reserved === 0,
    );
  }

  /** Gives all room of the instance away, until it is {@link returned}. */
  lend(instance: PooledInstance, loan: Loan): void {
    instance.loan = loan;
    instance.host.post({ type: 'lend', instance: instance.id, slots: loan.slots, durationMs: this.target.durationMs });
  }

  /** The line that was asked for by {@link lend} is there. */
  lent(id: InstanceId, port: MessagePort): void {
    const loan = this.instances.get(id)?.loan;
    if (!loan) {
      port.close();
      return;
    }
    const all = [...this.instances.values()];
    loan.opened(port, all.length >= this.target.maxInstances && all.every((instance) => instance.loan !== null));
  }

  /** What was lent is free again. */
  returned(id: InstanceId, loan: Loan): void {
    const instance = this.instances.get(id);
    if (instance?.loan !== loan) return;
    instance.loan = null;
    instance.host.post({ type: 'take-back', instance: id });
    this.#retireIfIdle(instance);
    this.pump();
  }

  /** Whoever uses what was lent could use more. */
  grow(): void {
    this.#startIfRoom();
  }

  /** A window is about to go, and others are not: nothing new is to be sent to its instances. */
  recallFrom(host: HostLink): void {
    for (const instance of this.instances.values()) if (instance.host === host) instance.loan?.recall();
  }

  /** False: nothing is lent. */
  #recallAll(): boolean {
    let isLent = false;
    for (const { loan } of this.instances.values()) {
      loan?.recall();
      isLent ||= loan !== null;
    }
    return isLent;
  }

  #retireIfIdle(instance: PooledInstance): void {
    if (instance.state !== 'retiring') return;
    if (instance.loan) instance.loan.recall();
    else if (!instance.line || instance.line.inFlight === 0) this.terminate(instance, 'retired');
  }

  /** A new generation of the App: older instances finish what they serve and end. */
  retarget(target: AppTarget): void {
    this.target = target;
    for (const instance of [...this.instances.values()]) {
      if (instance.generation === target.spec.generation) continue;
      instance.state = 'retiring';
      this.#retireIfIdle(instance);
    }
    this.pump();
  }

  /** The App was deleted: what it served ends, what waited for it is told. */
  close(): void {
    this.#isClosed = true;
    for (const waiter of [...this.#waiters]) waiter.reject(deletedError());
    for (const instance of [...this.instances.values()]) this.terminate(instance, 'retired');
  }

  #pick(): PooledInstance | null {
    const nowMs = performance.now();
    let best: PooledInstance | null = null;
    // A leaving tab takes what it serves with it: only when there is no other tab is it asked.
    const canAvoidLeaving = this.#events.hasStayingHost();
    for (const instance of this.instances.values()) {
      if (canAvoidLeaving && instance.host.isLeaving) continue;
      if (instance.state !== 'ready' || !instance.line || !instance.host.isResponsive) continue;
      if (loadOf(instance) >= instance.concurrency || instance.line.oldestUnacceptedMs(nowMs) > FRESH_UNACCEPTED_MS) continue;
      if (best === null || isBetter(instance, best)) best = instance;
    }
    return best;
  }

  /** Room that may come back. */
  #lentSlots(): number {
    let sum = 0;
    for (const { loan } of this.instances.values()) sum += loan?.slots ?? 0;
    return sum;
  }

  #startingCount(): number {
    let count = 0;
    for (const instance of this.instances.values()) if (instance.state === 'starting') count += 1;
    return count;
  }

  #startIfRoom(): void {
    if (this.#isClosed) return;
    let running = 0;
    const leaving: PooledInstance[] = [];
    for (const instance of this.instances.values()) {
      if (!instance.host.isResponsive) continue;
      if (instance.state === 'starting') return;
      if (instance.state === 'retiring') continue;
      if (instance.host.isLeaving) leaving.push(instance);
      else running += 1;
    }
    if (running >= this.target.maxInstances) return;
    const host = this.#events.chooseHost();
    // What a leaving tab runs does not count: it cannot serve for long. When it would be the one to start more, there is no other.
    if (host && running + leaving.filter((instance) => instance.host === host).length < this.target.maxInstances) this.#start(host);
  }

  #start(host: HostLink): void {
    const id = newId(this.target.spec.name);
    this.instances.set(id, {
      id,
      host,
      state: 'starting',
      generation: this.target.spec.generation,
      concurrency: 0,
      startedAtMs: Date.now(),
      askedMs: performance.now(),
      readyMs: Number.POSITIVE_INFINITY,
      line: null,
      loan: null,
      reserved: 0,
    });
    host.spawn(id, this.target.spec);
    this.#events.onChanged();
  }
}

function deletedError(): RuntimeError {
  return new RuntimeError('route-not-found', 'the App was deleted');
}

/** Requests under way, those just about to be sent, and room that was given away. */
function loadOf(instance: PooledInstance): number {
  return (instance.line?.inFlight ?? 0) + instance.reserved + (instance.loan?.slots ?? 0);
}

function isBetter(a: PooledInstance, b: PooledInstance): boolean {
  if (a.host.isLeaving !== b.host.isLeaving) return !a.host.isLeaving;
  const loadA = loadOf(a);
  const loadB = loadOf(b);
  if (loadA !== loadB) return loadA < loadB;
  return a.host.ackMs < b.host.ackMs;
}
