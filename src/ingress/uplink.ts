import { RuntimeError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import type { ServedApp } from '../protocol/sw-instance.ts';
import type { Cluster } from './cluster.ts';
import type { DispatchRequest, Lease, LineSource } from './dispatch.ts';
import type { HostLink, LineToCluster } from './host-link.ts';
import { InstanceLine } from './instance-line.ts';
import { LoanTraces } from './loan-traces.ts';
import { Loans } from './loans.ts';

/** A line that is silent this often in a row has no cluster at its end. */
const MAX_SILENT = 5;

/** A page that stays opens a line in a few tens of milliseconds, unless the machine is busy. */
const LEAVING_OPEN_MS = 1_000;

interface OpenLine {
  line: InstanceLine;
  /** The page that opened it, and whose frame watches over its other end. */
  host: HostLink;
  /** Names the life of the service worker at its other end. */
  lock: string;
}

/**
 * The one line of an App's own origin to the cluster, opened by whichever page of the origin is there. It outlives the
 * page that opened it, but another page then opens the next: only the frame of a page that lives is told when the service
 * worker at the other end was stopped.
 */
export class Uplink implements LineSource {
  readonly #pages: Cluster;
  /** Names this life of the service worker, so that the cluster can end what it did for an earlier one. */
  readonly #worker = newId('worker');
  #open: OpenLine | null = null;
  /** That, and those on which something is still under way. */
  readonly #lines = new Set<OpenLine>();
  #opening: Promise<OpenLine> | null = null;
  #silent = 0;
  #app: ServedApp | null = null;
  /** Of the requests that go over loans. */
  readonly traces = new LoanTraces((reports) => this.#open?.line.tell({ type: 'loan-used', reports }));
  readonly #loans = new Loans((news) => this.#open?.line.tell(news), this.traces);

  /** `pages`: the documents of this origin. */
  constructor(pages: Cluster) {
    this.#pages = pages;
  }

  /** What the cluster said last of the App that is served here; null: it was not asked yet. */
  get app(): ServedApp | null {
    return this.#app;
  }

  /** Whether a request could be sent within `waitMs`. */
  async canServe(waitMs: number): Promise<boolean> {
    return this.#open !== null || (await this.#pages.findHost(waitMs)) !== null;
  }

  /** @throws RuntimeError `host-unavailable`, `instance-saturated`, or why the cluster refuses a line */
  async acquire(request: DispatchRequest, leftMs: () => number): Promise<Lease> {
    const lent = this.#app && (await this.#loans.acquire(request, this.#app, leftMs));
    if (lent) return lent;
    // It was sent over a loan that was lost. What becomes of it now the cluster traces.
    if (request.trace?.instance)
      request.trace.failed(new RuntimeError('host-lost', 'the instance was lost before it had answered; the request was sent again'));
    const waitMs = Math.min(request.hostWaitMs, leftMs());
    // Its page is gone, so nobody would tell that its other end is: another page opens the next, but is not waited for.
    if (this.#open?.host.gone.aborted && this.#pages.chooseHost() !== null) this.#reopen(waitMs).catch(() => {});
    const open = this.#open ?? (await this.#openFor(request, waitMs));
    if (request.signal?.aborted) throw new RuntimeError('request-invalid', 'the caller went away');
    return {
      line: open.line,
      host: null,
      trace: null,
      taken: () => {},
      accepted: () => {
        this.#silent = 0;
      },
      silent: () => {
        // The many requests of one line that is silent are one sign.
        if (this.#open !== open) return;
        this.#open = null;
        this.#silent += 1;
        if (this.#silent < MAX_SILENT) return;
        this.#silent = 0;
        throw new RuntimeError('host-unavailable', 'the cluster does not answer; reload this page');
      },
    };
  }

  /** The service worker at the other end of lines with that lock was stopped. */
  lost(lock: string): void {
    for (const open of this.#lines) {
      if (open.lock !== lock) continue;
      if (open === this.#open) this.#loans.recallAll();
      this.#close(open, "the cluster's service worker was stopped");
    }
  }

  noteHostScript(reason: string | null): void {
    this.#open?.line.noteHostScript(reason);
  }

  /** A page that is being left may never load its frame; a navigation then takes the way of one that has no page. */
  async #openFor({ canBoot }: DispatchRequest, waitMs: number): Promise<OpenLine> {
    const opening = this.#reopen(waitMs);
    if (!canBoot) return opening;
    let timer: ReturnType<typeof setInterval> | undefined;
    const left = new Promise<never>((_, reject) => {
      timer = setInterval(() => {
        if (!this.#pages.hasStayingHost()) reject(new RuntimeError('host-unavailable', 'the only page is being left, and opened no line'));
      }, LEAVING_OPEN_MS);
    });
    opening.catch(() => {}); // Told below, unless nobody waits for it any more.
    return Promise.race([opening, left]).finally(() => clearInterval(timer));
  }

  #reopen(waitMs: number): Promise<OpenLine> {
    this.#opening ??= this.#connect(waitMs).finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  async #connect(waitMs: number): Promise<OpenLine> {
    for (;;) {
      const host = await this.#pages.findHost(waitMs);
      if (!host) throw new RuntimeError('host-unavailable', 'no open page of this App can reach its cluster; reload it');
      const line = await host.openLine(this.#worker).catch((error: unknown) => {
        // It froze or was closed: another page may do it.
        if (host.gone.aborted || !host.isResponsive) return null;
        throw error;
      });
      if (line) return this.#take(host, line);
    }
  }

  #take(host: HostLink, { port, lock }: LineToCluster): OpenLine {
    const line: InstanceLine = new InstanceLine(port, {
      onSpoke: () => {},
      onRoom: () => this.#closeIdle(),
      onOverdue: () => {}, // Its deadlines are the cluster's.
      onLoan: (offer, loanPort) => this.#loans.receive(offer, loanPort),
      onApp: (app) => {
        if (this.#open === open) this.#app = app;
      },
    });
    const open: OpenLine = { line, host, lock };
    this.#lines.add(open);
    this.#open = open;
    this.#closeIdle();
    return open;
  }

  /** What is under way on a line that was replaced goes on there. */
  #closeIdle(): void {
    for (const open of this.#lines) if (open !== this.#open && open.line.inFlight === 0) this.#close(open, 'the line was replaced');
  }

  #close(open: OpenLine, why: string): void {
    this.#lines.delete(open);
    if (this.#open === open) this.#open = null;
    open.line.close(new RuntimeError('host-lost', why));
  }
}
