import type { App } from '../core/app.ts';
import type { AppPlace } from '../core/app-origin.ts';
import { RuntimeError } from '../core/errors.ts';
import { newId } from '../core/ids.ts';
import type { RouteMatch } from '../http/route-table.ts';
import type { AppTarget } from '../ingress/app-pool.ts';
import { AppDestination, type AppDestinationDeps } from '../ingress/destination.ts';
import { type Activity, RequestServer } from '../line/request-server.ts';
import type { FromInstance, LoanNews, LoanOffer, ServedApp } from '../protocol/sw-instance.ts';
import type { Handler } from '../wasi/handler.ts';
import { forward } from './forward.ts';
import { Lender } from './lender.ts';

export interface OriginLinesDeps {
  destinations: AppDestinationDeps;
  /** @throws RuntimeError why nothing serves the address */
  resolve(request: { method: string; url: string }): Promise<{ match: RouteMatch; target: AppTarget }>;
  /** Has a window post `hold`, whose event {@link OriginLines.idle} then lasts. */
  askForHold(): void;
}

interface Line {
  origin: string;
  worker: string;
  server: RequestServer;
  port: MessagePort;
}

/** Most answers are there sooner, and a message less is a tenth of what the line costs a request. Far below what its other end waits. */
const ACCEPT_WITHIN_MS = 20;

/** The browser stops a service worker about 30 s after its last event, and a message on a port is none. */
const EVENT_DUE_MS = 10_000;

/** The lines over which the service workers of Apps' own origins send their requests. */
export class OriginLines {
  /** Web Lock that this service worker holds while it lives. */
  readonly lock = `swerve/worker/${newId('control')}`;
  readonly #deps: OriginLinesDeps;
  /** The newest of an origin last. */
  readonly #lines = new Set<Line>();
  /** By origin: what its service worker, in its present life, was lent. */
  readonly #lenders = new Map<string, { worker: string; lender: Lender }>();
  readonly #activity: Activity = { busy: 0, idleSinceMs: 0 };
  readonly #idleWaiters = new Set<() => void>();
  #isHeld = false;
  #lastEventMs = performance.now();
  #holdTimer: ReturnType<typeof setTimeout> | null = null;
  #isLocked: Promise<void> | null = null;

  constructor(deps: OriginLinesDeps) {
    this.#deps = deps;
    deps.destinations.cluster.subscribe(() => {
      for (const { lender } of this.#lenders.values()) lender.lendMore();
    });
  }

  /** Serves the requests that come over `port`, of `origin` alone. Lines of an earlier life of its service worker end, with all that was under way on them. */
  async connect(origin: string, worker: string, port: MessagePort): Promise<void> {
    await this.#hold();
    const earlier = [...this.#lines].filter((line) => line.origin === origin);
    for (const line of earlier) {
      // The one before may yet be sent requests, until its other end has this one.
      if (line.worker === worker && (line.server.isBusy || line === earlier.at(-1))) continue;
      line.server.close();
      this.#lines.delete(line);
    }
    if (this.#lenders.get(origin)?.worker !== worker) this.#endLoans(origin);
    const options = { acceptWithinMs: ACCEPT_WITHIN_MS, onLoan: (news: LoanNews) => this.#lenders.get(origin)?.lender.receive(news) };
    const line: Line = { origin, worker, port, server: new RequestServer(this.#handlerOf(origin, worker), port, this.#activity, options) };
    this.#lines.add(line);
    await this.#tell(line);
  }

  /** The routes or an App changed: what the origins know of their App may have, too. */
  changed(): void {
    for (const line of this.#lines) void this.#tell(line);
  }

  /** Resolves once nothing is under way. To be called from an event that shall last so long. */
  idle(): Promise<void> {
    this.noteEvent();
    if (this.#activity.busy === 0) return Promise.resolve();
    this.#isHeld = true;
    return new Promise<void>((resolve) => this.#idleWaiters.add(resolve));
  }

  /** The browser counts from here. */
  noteEvent(): void {
    this.#lastEventMs = performance.now();
  }

  /** Lines that are open, and requests on them. */
  figures(): { originLines: number; originRequests: number } {
    return { originLines: this.#lines.size, originRequests: this.#activity.busy };
  }

  /** A frame queues for it, and is granted it when this service worker was stopped. */
  #hold(): Promise<void> {
    this.#isLocked ??= new Promise((resolve, reject) => {
      navigator.locks
        .request(this.lock, () => {
          resolve();
          return new Promise<never>(() => {}); // Never let go: the browser does.
        })
        .catch(reject);
    });
    return this.#isLocked;
  }

  async #tell(line: Line): Promise<void> {
    try {
      const { match } = await this.#deps.resolve({ method: 'GET', url: `${line.origin}/` });
      const { metadata, spec } = match.app;
      const app: ServedApp = {
        namespace: metadata.namespace,
        name: metadata.name,
        timeoutMs: spec.limits.timeoutMs,
        durationMs: spec.limits.durationMs,
        requestBytes: spec.limits.requestBytes,
        queue: spec.limits.queue,
        bufferRequest: spec.bufferRequest,
        hostScript: spec.document.hostScript,
      };
      line.port.postMessage({ type: 'app', app } satisfies FromInstance);
    } catch {
      // Nothing is there (any more): a request will be told so.
    }
  }

  #handlerOf(origin: string, worker: string): Handler {
    let last: AppDestination | null = null;
    return {
      handle: async (request, response) => {
        this.#began();
        try {
          // A page of the origin can hold the line itself and write on it what it likes.
          if (new URL(request.url).origin !== origin)
            throw new RuntimeError('api-forbidden', `a line of ${origin} takes requests for ${origin} alone, not for ${request.url}`);
          const { match, target } = await this.#deps.resolve(request);
          last = new AppDestination(this.#deps.destinations, match, target);
          await forward(request, response, last);
          if (isWholeOrigin(match)) this.#lenderOf(origin, worker, match.app, target)?.lendIdle();
        } finally {
          // The server counts it until it has said `done`, which follows at once.
          setTimeout(() => this.#ended());
        }
      },
      prepare: () => {},
      noteHostScript: (reason) => last?.noteHostScript(reason),
      memoryBytes: null,
    };
  }

  /** null: another life of its service worker has taken over. */
  #lenderOf(origin: string, worker: string, app: App, target: AppTarget): Lender | null {
    const newest = this.#newest(origin);
    if (newest?.worker !== worker) return null;
    const pool = this.#deps.destinations.cluster.pool(target);
    const known = this.#lenders.get(origin);
    if (known?.lender.pool === pool) return known.lender;
    known?.lender.end();
    const offer = (message: LoanOffer, port?: MessagePort) => this.#newest(origin)?.port.postMessage(message, port ? [port] : []);
    const lender = new Lender(origin, app, pool, this.#deps.destinations.traffic, offer);
    this.#lenders.set(origin, { worker, lender });
    return lender;
  }

  #endLoans(origin: string): void {
    this.#lenders.get(origin)?.lender.end();
    this.#lenders.delete(origin);
  }

  #newest(origin: string): Line | undefined {
    return [...this.#lines].filter((line) => line.origin === origin).at(-1);
  }

  #began(): void {
    if (this.#isHeld || this.#holdTimer !== null) return;
    const dueMs = EVENT_DUE_MS - (performance.now() - this.#lastEventMs);
    this.#holdTimer = setTimeout(
      () => {
        this.#holdTimer = null;
        if (this.#activity.busy > 0 && !this.#isHeld) this.#deps.askForHold();
      },
      Math.max(dueMs, 0),
    );
  }

  #ended(): void {
    if (this.#activity.busy > 0) return;
    this.#isHeld = false;
    for (const resolve of this.#idleWaiters) resolve();
    this.#idleWaiters.clear();
  }
}

/** Whether the App answers all of its origin as it is asked: nobody has to find a route then. */
function isWholeOrigin({ route, prefix }: RouteMatch): boolean {
  return route.path === '/' && route.match === 'prefix' && prefix === '' && route.rewrite === undefined && route.methods === undefined;
}

/** Why an App that is at `place` does not answer by path at all; null: it does. */
export function refusalAt(place: AppPlace, { namespace, name }: { namespace: string; name: string }): RuntimeError | null {
  if (place.at !== 'nowhere') return null;
  return new RuntimeError(
    'app-not-ready',
    `the App ${namespace}/${name} insists on an origin of its own (spec.document.origin: own) and cannot have one: ${place.reason}`,
  );
}
