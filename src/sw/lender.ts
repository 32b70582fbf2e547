import type { App } from '../core/app.ts';
import type { AppPool, Loan, PooledInstance } from '../ingress/app-pool.ts';
import type { RequestTrace } from '../ingress/request-trace.ts';
import type { TrafficLog } from '../ingress/traffic-log.ts';
import type { LoanNews, LoanOffer, LoanReport } from '../protocol/sw-instance.ts';

/** After others had need of what was in use, nothing is lent for this long: both would go on to take it from each other. */
const REST_MS = 2_000;
/** Requests under way that can be told of. */
const REPORTED_MAX = 4_096;
/** Of the headers of one message, and of its address. */
const HEAD_MAX_LENGTH = 131_072;

/** A service worker that lives has heard of a recall by then. */
const ANSWER_MS = 1_000;

interface LentInstance extends Loan {
  readonly instance: PooledInstance;
  slots: number;
  inFlight: number;
  /** Set while it is recalled: takes it back from one who is not there any more. */
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Lends instances of one App to the service worker of an origin that it is served at, and notes what that does with them. */
export class Lender {
  readonly app: App;
  readonly pool: AppPool;
  readonly #origin: string;
  readonly #traffic: TrafficLog;
  readonly #offer: (offer: LoanOffer, port?: MessagePort) => void;
  readonly #lent = new Map<string, LentInstance>();
  readonly #running = new Map<number, { trace: RequestTrace; lent: LentInstance }>();
  #restsUntilMs = 0;

  constructor(origin: string, app: App, pool: AppPool, traffic: TrafficLog, offer: (offer: LoanOffer, port?: MessagePort) => void) {
    this.#origin = origin;
    this.app = app;
    this.pool = pool;
    this.#traffic = traffic;
    this.#offer = offer;
  }

  /** Lends what nobody else has need of now. */
  lendIdle(): void {
    if (performance.now() < this.#restsUntilMs) return;
    for (const instance of this.pool.lendable()) this.#lend(instance);
  }

  /** Instances have come or gone: those of an App whose requests go there are lent as they come. */
  lendMore(): void {
    if (this.#lent.size > 0) this.lendIdle();
  }

  receive(news: LoanNews): void {
    switch (news.type) {
      case 'loan-used':
        if (Array.isArray(news.reports)) for (const report of news.reports) this.#note(report);
        return;
      case 'loan-grow':
        this.pool.grow();
        return;
      case 'loan-silent':
        this.#lent.get(news.instance)?.instance.host.doubt();
        return;
      case 'loan-overdue': {
        const lent = this.#lent.get(news.instance);
        if (lent) this.pool.terminate(lent.instance, 'deadline');
        return;
      }
      case 'loan-busy': {
        const lent = this.#lent.get(news.instance);
        if (!lent || lent.timer === undefined) return;
        if (this.pool.queued > 0) this.#restsUntilMs = performance.now() + REST_MS;
        lent.slots = Math.min(lent.slots, Math.max(Number(news.inFlight) || 1, 1));
        this.#awaitReturn(lent, this.pool.target.durationMs);
        this.pool.pump();
        return;
      }
      case 'loan-returned':
        this.#takeBack(this.#lent.get(news.instance));
        return;
    }
  }

  /** Whoever it lent to is there no more. */
  end(): void {
    for (const lent of [...this.#lent.values()]) this.#takeBack(lent);
    for (const { trace } of this.#running.values()) trace.cancelled();
    this.#running.clear();
  }

  #lend(instance: PooledInstance): void {
    const { id, host, concurrency: slots } = instance;
    const lent: LentInstance = {
      instance,
      slots,
      inFlight: 0,
      timer: undefined,
      opened: (port, isWhole) => {
        if (lent.timer !== undefined) port.close();
        else this.#offer({ type: 'loan', instance: id, host: host.info.id, slots, isWhole }, port);
      },
      recall: () => {
        if (lent.timer !== undefined) return;
        this.#awaitReturn(lent, ANSWER_MS);
        this.#offer({ type: 'loan-recalled', instance: id });
      },
      lost: (error) => {
        clearTimeout(lent.timer);
        this.#lent.delete(id);
        this.#offer({ type: 'loan-lost', instance: id, error: error.toWire() });
      },
    };
    this.#lent.set(id, lent);
    this.pool.lend(instance, lent);
  }

  #awaitReturn(lent: LentInstance, withinMs: number): void {
    clearTimeout(lent.timer);
    lent.timer = setTimeout(() => this.#takeBack(lent), withinMs);
  }

  #takeBack(lent: LentInstance | undefined): void {
    if (!lent || !this.#lent.delete(lent.instance.id)) return;
    clearTimeout(lent.timer);
    this.pool.returned(lent.instance.id, lent);
  }

  #note(report: LoanReport): void {
    if (!isReport(report, this.#origin)) return;
    const lent = this.#running.get(report.request)?.lent ?? this.#lent.get(report.instance);
    if (!lent) return;
    const isEnded = report.state !== 'running';
    let running = this.#running.get(report.request);
    if (!running) {
      if (this.#running.size >= REPORTED_MAX) return;
      const { method, url, isNavigation } = report;
      running = { lent, trace: this.#traffic.begin(this.app, { method, url, isNavigation }) };
      this.#running.set(report.request, running);
      lent.inFlight += 1;
    }
    running.trace.adopt(report, lent.instance);
    if (!isEnded) return;
    this.#running.delete(report.request);
    lent.inFlight -= 1;
    if (report.endedMs !== null) lent.instance.line?.noteServed(report.endedMs - report.sentMs, report.memoryBytes);
  }
}

/** Whether people can be shown it: a page of the origin can hold the line itself, and write on it what it likes. */
function isReport(value: unknown, origin: string): value is LoanReport {
  if (typeof value !== 'object' || value === null) return false;
  const report = value as Record<keyof LoanReport, unknown>;
  const { instance, method, url, isNavigation, state, error, requestHeaders, responseHeaders, requestStart, responseStart } = report;
  return (
    [report.request, report.atMs, report.sentMs, report.responseBytes].every(Number.isFinite) &&
    [report.status, report.headMs, report.endedMs, report.requestBytes, report.memoryBytes].every((number) => number === null || Number.isFinite(number)) &&
    typeof instance === 'string' &&
    typeof method === 'string' &&
    method.length <= HEAD_MAX_LENGTH &&
    typeof url === 'string' &&
    url.length <= HEAD_MAX_LENGTH &&
    URL.canParse(url) &&
    new URL(url).origin === origin &&
    typeof isNavigation === 'boolean' &&
    ['running', 'done', 'failed', 'cancelled'].includes(state as string) &&
    (error === null || isNamedError(error)) &&
    areHeaders(requestHeaders) &&
    (responseHeaders === null || areHeaders(responseHeaders)) &&
    isStart(requestStart) &&
    isStart(responseStart)
  );
}

function isNamedError(value: unknown): boolean {
  const { code, message } = value as { code?: unknown; message?: unknown };
  return typeof code === 'string' && typeof message === 'string' && code.length + message.length <= HEAD_MAX_LENGTH;
}

function areHeaders(value: unknown): boolean {
  if (!Array.isArray(value)) return false;
  let length = 0;
  for (const header of value) {
    if (!Array.isArray(header) || header.length !== 2 || typeof header[0] !== 'string' || typeof header[1] !== 'string') return false;
    length += header[0].length + header[1].length;
  }
  return length <= HEAD_MAX_LENGTH;
}

function isStart(value: unknown): boolean {
  return value === null || (typeof value === 'object' && (value as { bytes?: unknown }).bytes instanceof Uint8Array);
}
