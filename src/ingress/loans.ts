import { RuntimeError } from '../core/errors.ts';
import type { LoanNews, LoanOffer, ServedApp } from '../protocol/sw-instance.ts';
import type { DispatchRequest, Lease } from './dispatch.ts';
import { InstanceLine } from './instance-line.ts';
import type { LoanTraces } from './loan-traces.ts';
import type { TracedInstance } from './request-trace.ts';

interface LentInstance extends TracedInstance {
  readonly line: InstanceLine;
  readonly slots: number;
  /** Nothing more may be sent to it. */
  isRecalled: boolean;
  /** Taken, and about to be sent. */
  reserved: number;
}

/** A window that a loan's instance runs in has no link to here. */
const NO_WAIT = { askedMs: 0, readyMs: 0 };

/**
 * The instances that the cluster has lent to this origin: requests go to them without passing by the cluster's service worker. It
 * lends the room of idle instances, so that its choice and the App's limits hold; what finds no room here goes by the
 * cluster, unless all that the App may have is here.
 */
export class Loans {
  readonly #tell: (news: LoanNews) => void;
  readonly #traces: LoanTraces;
  readonly #lent = new Map<string, LentInstance>();
  /** The first has waited longest. null: there is nothing to wait for here any more. */
  readonly #waiters = new Set<(lent: LentInstance | null) => void>();
  #isWhole = false;
  #hasAskedForMore = false;

  constructor(tell: (news: LoanNews) => void, traces: LoanTraces) {
    this.#tell = tell;
    this.#traces = traces;
  }

  /** Requests under way on what is lent. */
  get inFlight(): number {
    let sum = 0;
    for (const { line } of this.#lent.values()) sum += line.inFlight;
    return sum;
  }

  receive(offer: LoanOffer, port: MessagePort | null): void {
    switch (offer.type) {
      case 'loan':
        if (port) this.#take(offer, port);
        return;
      case 'loan-recalled':
        this.#recall(offer.instance);
        return;
      case 'loan-lost':
        this.#lose(offer.instance, RuntimeError.fromWire(offer.error));
        return;
    }
  }

  /** Room for the request; null: it is to go by the cluster. @throws RuntimeError `instance-saturated` */
  async acquire(request: DispatchRequest, app: ServedApp, leftMs: () => number): Promise<Lease | null> {
    // The cluster knows which window is about to go, and what to do when it is the last.
    if (request.head.isNavigation) return null;
    const best = this.#waiters.size === 0 ? this.#pick() : null;
    if (best) return this.#lease(best, request, app);
    if (!this.#isWhole) return null;
    if (this.#waiters.size >= app.queue) {
      throw new RuntimeError('instance-saturated', `all instances are busy and ${app.queue} requests wait already (spec.scale.max, spec.limits.queue)`);
    }
    const spentMs = request.limits.timeoutMs - leftMs();
    const lent = await this.#room(app.timeoutMs - spentMs, request.signal);
    if (lent) lent.reserved -= 1;
    return lent && this.#lease(lent, request, app);
  }

  /** The cluster that lent them is there no more: what is under way ends as it would have. */
  recallAll(): void {
    for (const instance of [...this.#lent.keys()]) this.#recall(instance);
  }

  #take({ instance, host, slots, isWhole }: Extract<LoanOffer, { type: 'loan' }>, port: MessagePort): void {
    this.#lose(instance, new RuntimeError('host-lost', 'the instance was lent anew'));
    const line = new InstanceLine(port, {
      onSpoke: () => {},
      onRoom: () => this.#roomed(lent),
      onOverdue: () => this.#tell({ type: 'loan-overdue', instance }),
    });
    const lent: LentInstance = { ...NO_WAIT, id: instance, host: { info: { id: host } }, line, slots, isRecalled: false, reserved: 0 };
    this.#lent.set(instance, lent);
    this.#isWhole = isWhole;
    this.#hasAskedForMore = false;
    this.#wake();
  }

  #pick(): LentInstance | null {
    let best: LentInstance | null = null;
    for (const lent of this.#lent.values()) {
      const load = loadOf(lent);
      if (!lent.isRecalled && load < lent.slots && (best === null || load < loadOf(best))) best = lent;
    }
    return best;
  }

  #lease(lent: LentInstance, request: DispatchRequest, app: ServedApp): Lease {
    // As the cluster does: while all are busy and there is room for another, it is started beside.
    if (loadOf(lent) > 0 && !this.#isWhole && !this.#hasAskedForMore) {
      this.#hasAskedForMore = true;
      this.#tell({ type: 'loan-grow' });
    }
    lent.reserved += 1;
    const { trace } = request;
    if (trace?.isRunning) this.#traces.sent(trace, lent, lent.line);
    const { timeoutMs, durationMs, requestBytes } = app;
    return {
      line: lent.line,
      host: null,
      trace,
      limits: { timeoutMs, durationMs, requestBytes },
      taken: () => {
        lent.reserved -= 1;
      },
      accepted: () => {},
      silent: () => {
        this.#tell({ type: 'loan-silent', instance: lent.id });
        this.#recall(lent.id);
      },
    };
  }

  #roomed(lent: LentInstance): void {
    if (lent.isRecalled) this.#giveBack(lent);
    this.#wake();
  }

  #recall(instance: string): void {
    const lent = this.#lent.get(instance);
    if (!lent) {
      // Its line is still on the way: nobody will wait for that.
      this.#tell({ type: 'loan-returned', instance });
      return;
    }
    lent.isRecalled = true;
    this.#isWhole = false;
    this.#giveBack(lent);
    this.#wake();
  }

  #giveBack(lent: LentInstance): void {
    const inFlight = loadOf(lent);
    if (inFlight === 0) this.#return(lent);
    else this.#tell({ type: 'loan-busy', instance: lent.id, inFlight });
  }

  #return(lent: LentInstance): void {
    if (this.#lent.get(lent.id) !== lent) return;
    this.#lent.delete(lent.id);
    this.#isWhole = false;
    lent.line.close(new RuntimeError('host-lost', 'the instance was given back'));
    // What it did is told before it is somebody else's.
    this.#traces.flush();
    this.#tell({ type: 'loan-returned', instance: lent.id });
    this.#wake();
  }

  #lose(instance: string, error: RuntimeError): void {
    const lent = this.#lent.get(instance);
    if (!lent) return;
    this.#lent.delete(instance);
    this.#isWhole = false;
    lent.line.close(error);
    this.#wake();
  }

  /** Hands room to those who wait, or sends them away when others have room too. */
  #wake(): void {
    for (const waiter of this.#waiters) {
      const lent = this.#isWhole ? this.#pick() : null;
      if (this.#isWhole && lent === null) return;
      if (lent) lent.reserved += 1;
      waiter(lent);
    }
  }

  /** Room, kept for the caller, once there is some; null: it is to go by the cluster. @throws RuntimeError `instance-saturated`, or because the caller went away */
  #room(waitMs: number, signal: AbortSignal | null): Promise<LentInstance | null> {
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', onAbort);
        this.#waiters.delete(waiter);
      };
      const waiter = (lent: LentInstance | null) => {
        leave();
        resolve(lent);
      };
      const onAbort = () => {
        leave();
        reject(new RuntimeError('request-invalid', 'the caller went away'));
      };
      const timer = setTimeout(
        () => {
          leave();
          reject(new RuntimeError('instance-saturated', `no instance became free within ${Math.round(waitMs)} ms`));
        },
        Math.max(waitMs, 0),
      );
      signal?.addEventListener('abort', onAbort, { once: true });
      this.#waiters.add(waiter);
    });
  }
}

function loadOf({ line, reserved }: LentInstance): number {
  return line.inFlight + reserved;
}
