import type { Diagnostics } from '../core/diagnostics.ts';
import { RuntimeError } from '../core/errors.ts';
import type { HostScriptPermission } from '../http/content-security-policy.ts';
import { checkStatus, toGuestHeaders, toResponseHeaders } from '../http/header-policy.ts';
import { dropLength, shouldInject, withHostScript } from '../http/host-script.ts';
import { problemResponse, wantsHtml } from '../http/problem.ts';
import { bootDocument, keptIdOf } from './boot-document.ts';
import type { Destination } from './destination.ts';
import { HOST_WAIT_MS, NAVIGATION_HOST_WAIT_MS } from './dispatch.ts';
import type { HostLink } from './host-link.ts';
import { KeptAnswers, type KeptNavigation, type KeptNavigationStore } from './kept-answers.ts';
import { type PreparedBody, prepareBody } from './request-body.ts';
import type { RequestTrace } from './request-trace.ts';

/** What the ingress is handed: it reaches for no storage and no global of its own, so that it can serve any origin. */
export interface IngressDeps {
  windows: Windows;
  base: URL;
  hostScriptUrl: string;
  panelUrl: string;
  kept: KeptNavigationStore;
  traces: Traces;
  cookies: {
    /** The Cookie header for the request; null: none. */
    header(request: CookieContext): Promise<string | null>;
    /** Keeps what the answer sets; resolves once it is stored. */
    remember(setCookies: readonly string[], url: string): Promise<void>;
  };
  /** What serves an address as of now; null: nothing does. */
  resolve(request: { method: string; url: string }): Promise<Destination | null>;
  /** Why a document with that `Content-Security-Policy` (null: none) cannot take the host script, or with which nonce it can. */
  hostScriptAllowed(policy: string | null, documentUrl: string): HostScriptPermission;
}

/** The windows of the origin. */
export interface Windows {
  /** Whether requests can be sent somewhere, or could be within `waitMs`. */
  canServe(waitMs: number): Promise<boolean>;
  /** Whether a window is there that is not about to go. */
  hasStayingHost(): boolean;
  /** Fires when the document of `clientId` is gone; null: nobody will tell. */
  goneSignal(clientId: string): AbortSignal | null;
}

/** Keeps the trace of a navigation that goes on once its boot document is there. */
export interface Traces {
  park(keptId: string, trace: RequestTrace): void;
  unpark(keptId: string): RequestTrace | null;
}

export interface CookieContext {
  url: string;
  method: string;
  isNavigation: boolean;
  isTopLevel: boolean;
  referrer: string;
}

/** A fetch event that matched a route. */
export interface IngressEvent {
  request: Request;
  destination: Destination;
  /** The document that asks; empty: none, or not told. */
  clientId: string;
  /** Keeps the service worker running until the promise settles. */
  waitUntil(promise: Promise<unknown>): void;
}

interface Answerable {
  method: string;
  url: string;
  headers: [string, string][];
  body: PreparedBody;
  destination: Destination;
  isNavigation: boolean;
  /** As of DispatchRequest. */
  canBoot: boolean;
  /** A navigation of a frame inside a document. */
  isFramed: boolean;
  html: boolean;
  signal: AbortSignal | null;
  trace: RequestTrace | null;
}

/** RFC 9110 §15.4, the redirects that browsers follow. */
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Takes requests that matched a route to their answers (design §1 and §5). */
export class Ingress {
  readonly #deps: IngressDeps;
  readonly #kept: KeptAnswers;
  readonly #hostDocuments = new WeakSet<Response>();

  constructor(deps: IngressDeps) {
    this.#deps = deps;
    this.#kept = new KeptAnswers(deps.kept);
  }

  /** Always resolves: a failure becomes a problem response. */
  async handle(event: IngressEvent): Promise<Response> {
    const { request } = event;
    const html = wantsHtml(request);
    const isNavigation = request.mode === 'navigate';
    let trace: RequestTrace | null = null;
    try {
      const keptId = isNavigation ? keptIdOf(this.#deps.base, request.referrer) : null;
      if (keptId !== null) {
        const kept = this.#kept.takeAnswer(keptId);
        if (kept) return kept;
      }
      trace = this.#begin(event);
      const headers = await this.#guestHeaders(request, isNavigation);
      return isNavigation ? await this.#navigate(event, headers, html, trace) : await this.#fetch(event, headers, html, trace);
    } catch (error) {
      (trace ?? this.#begin(event))?.failed(RuntimeError.from(error));
      return this.problem(error, html, request.method === 'HEAD');
    }
  }

  /** True for an answer whose document will announce itself as a host. */
  makesHost(response: Response): boolean {
    return this.#hostDocuments.has(response);
  }

  /** What it holds in memory. */
  figures(): Pick<Diagnostics, 'keptRequests' | 'keptAnswers'> {
    return this.#kept.figures();
  }

  /** A boot document became a host: runs its kept request there and sends the document on to the answer. */
  async runKept(id: string, host: HostLink, waitUntil: (promise: Promise<unknown>) => void): Promise<void> {
    // Its document is made to be replaced.
    host.isLeaving = true;
    const kept = await this.#kept.takeRequest(id);
    const trace = this.#deps.traces.unpark(id);
    if (kept) {
      host.post({ type: 'progress', phase: 'running' });
      this.#kept.putAnswer(id, await this.#keptAnswer(kept, trace, waitUntil));
    }
    host.post({ type: 'answer-ready' });
  }

  /** The error as the caller should see it: a page for a person, problem+json for a program, neither for HEAD. */
  problem(error: unknown, html: boolean, head = false): Response {
    const known = RuntimeError.from(error);
    const { retryAfterSeconds } = known.details;
    const headers = typeof retryAfterSeconds === 'number' ? { 'retry-after': String(retryAfterSeconds) } : {};
    return problemResponse(known, { html, head, instance: crypto.randomUUID(), panelUrl: this.#deps.panelUrl, headers });
  }

  #begin({ request, destination }: Pick<IngressEvent, 'request' | 'destination'>): RequestTrace | null {
    return destination.begin({ method: request.method, url: request.url, isNavigation: request.mode === 'navigate' });
  }

  async #keptAnswer(kept: KeptNavigation, parked: RequestTrace | null, waitUntil: (promise: Promise<unknown>) => void): Promise<Response> {
    let trace = parked;
    try {
      const destination = await this.#deps.resolve(kept);
      if (!destination) throw new RuntimeError('route-not-found', 'the App of this address was deleted meanwhile');
      const body: PreparedBody = kept.body ? { stream: kept.body.stream(), length: kept.body.size } : { stream: null, length: null };
      // The service worker was stopped since the request came in.
      trace ??= destination.begin({ method: kept.method, url: kept.url, isNavigation: true });
      return await this.#answer(
        { ...kept, destination, body, isNavigation: true, canBoot: false, isFramed: false, html: true, signal: null, trace },
        waitUntil,
      );
    } catch (error) {
      trace?.failed(RuntimeError.from(error));
      return this.problem(error, true);
    }
  }

  async #fetch(
    { request, destination, clientId, waitUntil }: IngressEvent,
    headers: [string, string][],
    html: boolean,
    trace: RequestTrace | null,
  ): Promise<Response> {
    const { method, url } = request;
    const body = await prepareBody(request, { buffer: destination.bufferRequest, maxBytes: destination.requestBytes });
    const signal = this.#callerSignal(request, clientId);
    return this.#answer({ method, url, headers, body, destination, isNavigation: false, canBoot: false, isFramed: false, html, signal, trace }, waitUntil);
  }

  /** Fires when nobody waits for the answer any more. Chromium tells of an aborted fetch only once its body flows, so the end of its document counts too. */
  #callerSignal(request: Request, clientId: string): AbortSignal {
    // What was sent with `keepalive` is meant to outlive its document.
    const gone = request.keepalive ? null : this.#deps.windows.goneSignal(clientId);
    return gone ? AbortSignal.any([request.signal, gone]) : request.signal;
  }

  /** A navigation is served by a live window; without one a boot document takes its place and becomes the window. */
  async #navigate(
    { request, destination, waitUntil }: IngressEvent,
    headers: [string, string][],
    html: boolean,
    trace: RequestTrace | null,
  ): Promise<Response> {
    const { method, url, signal } = request;
    // A form is whole when it is sent, so nothing is lost by having its body at hand for both ways.
    const body = await formBody(request, destination.requestBytes);
    const { base, hostScriptUrl, windows } = this.#deps;
    const bootInstead = async () => {
      const keptId = await this.#kept.keep({ method, url, headers, body });
      if (trace) this.#deps.traces.park(keptId, trace);
      const response = bootDocument(base, keptId, hostScriptUrl, destination.name);
      this.#hostDocuments.add(response);
      return response;
    };
    if (!(await windows.canServe(NAVIGATION_HOST_WAIT_MS))) return bootInstead();
    try {
      const prepared: PreparedBody = { stream: body?.stream() ?? null, length: body?.size ?? null };
      const isFramed = request.destination !== 'document';
      return await this.#answer(
        { method, url, headers, body: prepared, destination, isNavigation: true, canBoot: true, isFramed, html, signal, trace },
        waitUntil,
      );
    } catch (error) {
      // The last window went while this was under way, before any guest had begun with it.
      if (error instanceof RuntimeError && error.code === 'host-unavailable') return bootInstead();
      throw error;
    }
  }

  async #answer(request: Answerable, waitUntil: (promise: Promise<unknown>) => void): Promise<Response> {
    const { destination, isNavigation, canBoot, trace } = request;
    const { reply, finished } = await destination.send({ ...request, hostWaitMs: canBoot ? NAVIGATION_HOST_WAIT_MS : HOST_WAIT_MS });
    waitUntil(finished);
    try {
      checkStatus(reply.status);
      const { headers, setCookie } = toResponseHeaders(reply.headers, request.url);
      if (setCookie.length > 0) await this.#deps.cookies.remember(setCookie, request.url);
      const scripted = reply.body && isNavigation ? this.#withHostScript(reply.body, headers, reply.status, request) : null;
      const response = new Response(scripted ?? reply.body, { status: reply.status, headers });
      // Chromium drops the body of a redirect that it follows: no caller has gone away.
      if (reply.body === null || REDIRECTS.has(reply.status)) trace?.done();
      if (scripted) this.#hostDocuments.add(response);
      return response;
    } catch (error) {
      trace?.failed(RuntimeError.from(error));
      reply.body?.cancel().catch(() => {}); // It may have broken already, which may be why we are here.
      throw error;
    }
  }

  /** The one change to a guest's answer (design, invariant 4): an HTML document gets the script that makes its tab a host. null: this one does not. */
  #withHostScript(
    body: ReadableStream<Uint8Array<ArrayBuffer>>,
    headers: Headers,
    status: number,
    request: Answerable,
  ): ReadableStream<Uint8Array<ArrayBuffer>> | null {
    const { destination } = request;
    if (!destination.hostScript) return null;
    // A page of frames in frames would be as many hosts, each with workers. Without another tab the frame has to serve itself.
    if (request.isFramed && this.#deps.windows.hasStayingHost()) return null;
    const choice = shouldInject({ isDocumentNavigation: true, status, headers });
    if (!choice.inject) return null;
    const permission = this.#deps.hostScriptAllowed(headers.get('content-security-policy'), request.url);
    if (!permission.allowed) {
      destination.noteHostScript(permission.reason);
      return null;
    }
    const nonce = permission.nonce === null ? '' : ` nonce="${permission.nonce}"`;
    const scriptTag = `<script type="module" async src="${this.#deps.hostScriptUrl}" data-swerve-app="${destination.namespace}/${destination.name}"${nonce}></script>`;
    dropLength(headers);
    return withHostScript(body, {
      scriptTag,
      charset: choice.charset,
      onResult: (result) => destination.noteHostScript(result.outcome === 'inserted' ? null : result.reason),
    });
  }

  async #guestHeaders(request: Request, isNavigation: boolean): Promise<[string, string][]> {
    const cookie = await this.#deps.cookies.header({
      url: request.url,
      method: request.method,
      isNavigation,
      isTopLevel: request.destination === 'document',
      referrer: request.referrer,
    });
    // A client that could have another origin never reaches this service worker, but for navigations, whose referrer tells.
    const origin = isNavigation ? (URL.canParse(request.referrer) ? new URL(request.referrer).origin : null) : new URL(request.url).origin;
    return toGuestHeaders({
      headers: request.headers,
      method: request.method,
      url: request.url,
      referrer: request.referrer,
      cookie,
      origin,
      userAgent: navigator.userAgent,
      acceptLanguage: navigator.languages.join(', '),
    });
  }
}

/** The body of a form; null: none. @throws RuntimeError `body-too-large` */
async function formBody(request: Request, maxBytes: number): Promise<Blob | null> {
  if (request.method === 'GET' || request.method === 'HEAD') return null;
  const body = await request.blob();
  if (body.size > maxBytes) {
    throw new RuntimeError('body-too-large', `the request body has ${body.size} bytes; the App accepts ${maxBytes} (spec.limits.requestBytes)`, {
      details: { limit: maxBytes },
    });
  }
  return body.size > 0 ? body : null;
}
