import type { App } from '../core/app.ts';
import type { RouteMatch } from '../http/route-table.ts';
import type { WireHeaders } from '../protocol/sw-instance.ts';
import { AppLines } from './app-lines.ts';
import type { AppTarget } from './app-pool.ts';
import type { Cluster } from './cluster.ts';
import { type DispatchRequest, dispatch } from './dispatch.ts';
import { drain } from './drain.ts';
import type { InstanceReply } from './exchange.ts';
import type { PreparedBody } from './request-body.ts';
import type { RequestTrace, TracedRequest } from './request-trace.ts';
import type { TrafficLog } from './traffic-log.ts';

/** A request as its guest shall see it. */
export interface OutgoingRequest {
  method: string;
  /** Public absolute address. */
  url: string;
  headers: WireHeaders;
  body: PreparedBody;
  isNavigation: boolean;
  /** As of {@link DispatchRequest}. */
  canBoot: boolean;
  signal: AbortSignal | null;
  /** How long to wait for a window when none is known. */
  hostWaitMs: number;
  /** As of {@link DispatchRequest}; false unless given. */
  isHostComing?: boolean;
  /** As of {@link DispatchRequest}. */
  depth?: number;
  /** null: it is not traced here. */
  trace: RequestTrace | null;
}

export interface Outcome {
  reply: InstanceReply;
  /** Resolves when the guest has finished and the body was delivered or dropped. */
  finished: Promise<void>;
}

/** Where the ingress of an origin sends a fetch event: one App, as far as an origin has to know it. */
export interface Destination {
  readonly namespace: string;
  readonly name: string;
  /** Bytes that a request body may have. */
  readonly requestBytes: number;
  readonly bufferRequest: boolean;
  /** Whether its documents may be given the host script. */
  readonly hostScript: boolean;
  /** A request came in. The caller ends the trace. null: it is not traced here. */
  begin(request: TracedRequest): RequestTrace | null;
  /** The head of the answer, as soon as it is there. @throws RuntimeError with the code the caller should see */
  send(request: OutgoingRequest): Promise<Outcome>;
  /** A document could not take the host script (`reason`), or could (null). */
  noteHostScript(reason: string | null): void;
}

export interface AppDestinationDeps {
  cluster: Cluster;
  traffic: TrafficLog;
  noteHostScript(app: App, reason: string | null): void;
}

/** An App of this cluster. */
export class AppDestination implements Destination {
  readonly #deps: AppDestinationDeps;
  readonly #match: RouteMatch;
  readonly #target: AppTarget;

  constructor(deps: AppDestinationDeps, match: RouteMatch, target: AppTarget) {
    this.#deps = deps;
    this.#match = match;
    this.#target = target;
  }

  get app(): App {
    return this.#match.app;
  }

  get namespace(): string {
    return this.app.metadata.namespace;
  }

  get name(): string {
    return this.app.metadata.name;
  }

  get requestBytes(): number {
    return this.app.spec.limits.requestBytes;
  }

  get bufferRequest(): boolean {
    return this.app.spec.bufferRequest;
  }

  get hostScript(): boolean {
    return this.app.spec.document.hostScript;
  }

  begin(request: TracedRequest): RequestTrace {
    return this.#deps.traffic.begin(this.app, request);
  }

  noteHostScript(reason: string | null): void {
    this.#deps.noteHostScript(this.app, reason);
  }

  async send(request: OutgoingRequest): Promise<Outcome> {
    const { route, prefix, pathWithQuery } = this.#match;
    request.trace?.describe(request.headers, request.body.stream !== null, request.signal);
    const toInstance: DispatchRequest = {
      head: {
        method: request.method,
        url: request.url,
        pathWithQuery,
        route: { path: route.path, match: route.match, prefix, rewrite: route.rewrite ?? null },
        headers: request.headers,
        bodyLength: request.body.length,
      },
      body: request.body,
      limits: this.app.spec.limits,
      signal: request.signal,
      hostWaitMs: request.hostWaitMs,
      canBoot: request.canBoot,
      isHostComing: request.isHostComing ?? false,
      depth: request.depth ?? 0,
      trace: request.trace,
    };
    const lines = new AppLines(this.#deps.cluster, this.#target);
    for (let isRepeat = false; ; isRepeat = true) {
      const { reply, host, finished } = await dispatch(lines, toInstance);
      if (reply.body === null || !request.isNavigation || !host?.isLeaving) return { reply, finished };
      host.post({ type: 'progress', phase: 'receiving' });
      const drained = await drain(reply.body);
      // Nothing of it was handed out yet, so a repeatable request may be made once more.
      if (drained.failure === null || request.method !== 'GET' || isRepeat)
        return { reply: { status: reply.status, headers: reply.headers, body: drained.stream }, finished };
    }
  }
}
