import { assertNever, RuntimeError } from '../core/errors.ts';
import type { MailboxFrame } from '../protocol/line-mailbox.ts';
import type { FromInstance, LoanNews, RequestId, ToInstance } from '../protocol/sw-instance.ts';
import type { ClusterReply, ClusterRequest, GuestRequest, Handler } from '../wasi/handler.ts';
import { PortResponse, PortSource } from './port-pipes.ts';

interface ServedRequest {
  /** Runs the guest; null once it runs. */
  start: (() => void) | null;
  body: PortSource | null;
  response: PortResponse;
  abort: AbortController;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** Blocks this worker until the mailbox `token` has something, or `waitMs` have passed. null: the line is lost. */
export type TakeFrames = (token: string, waitMs: number) => MailboxFrame[] | null;

/** What a line's end is doing, for whoever watches over it. */
export interface Activity {
  busy: number;
  idleSinceMs: number;
}

export interface RequestServerOptions {
  /** For an engine that cannot suspend guests. */
  takeFrames?: TakeFrames | null;
  /** A request that is not held is acknowledged by the head of its answer, when that comes within this; 0: at once, always. */
  acceptWithinMs?: number;
  /** Others are refused while so many are under way: whoever holds the other end is not known to count. Unlimited unless given. */
  maxRequests?: number;
  /** A request is cancelled after this: the other end, whose deadlines come first, is gone. */
  maxDurationMs?: number;
  /** What is said on the line of loans. */
  onLoan?(news: LoanNews): void;
  /** How guests reach other Apps. Closed with the line. */
  calls?: CallLine;
}

/** Calls to other Apps, on behalf of requests of a line. */
export interface CallLine {
  /** @throws RuntimeError what the call was refused with; `host-lost` */
  call(from: RequestId, request: ClusterRequest): Promise<ClusterReply>;
  close(): void;
}

/** Serves the requests of one line to a service worker with one handler. */
export class RequestServer {
  readonly #handler: Handler;
  readonly #port: MessagePort;
  readonly #activity: Activity;
  readonly #requests = new Map<RequestId, ServedRequest>();
  readonly #takeFrames: TakeFrames | null;
  readonly #acceptWithinMs: number;
  readonly #maxRequests: number;
  readonly #maxDurationMs: number | null;
  readonly #onLoan: ((news: LoanNews) => void) | undefined;
  readonly #calls: CallLine | null;
  #mailbox: string | null = null;

  constructor(handler: Handler, port: MessagePort, activity: Activity, options: RequestServerOptions = {}) {
    const { takeFrames = null, acceptWithinMs = 0, maxRequests = Number.POSITIVE_INFINITY, maxDurationMs = null, onLoan, calls = null } = options;
    this.#acceptWithinMs = acceptWithinMs;
    this.#maxRequests = maxRequests;
    this.#maxDurationMs = maxDurationMs;
    this.#onLoan = onLoan;
    this.#handler = handler;
    this.#port = port;
    this.#activity = activity;
    this.#takeFrames = takeFrames;
    this.#calls = calls;
    port.onmessage = (event: MessageEvent<ToInstance>) => this.#receive(event.data);
  }

  get isBusy(): boolean {
    return this.#requests.size > 0;
  }

  /** The line was replaced (the service worker was restarted): nobody waits for these answers any more. */
  close(): void {
    this.#port.onmessage = null;
    for (const id of [...this.#requests.keys()]) this.#cancel(id);
    this.#calls?.close();
    this.#port.close();
  }

  #receive(message: ToInstance): void {
    switch (message.type) {
      case 'request':
        this.#accept(message);
        return;
      case 'go':
        this.#start(message.id);
        return;
      case 'cancel':
        this.#cancel(message.id);
        return;
      case 'credit':
        this.#requests.get(message.id)?.response.giveCredit(message.bytes);
        return;
      case 'chunk':
      case 'end':
      case 'abort':
        this.#requests.get(message.id)?.body?.receive(message);
        return;
      case 'mailbox':
        this.#mailbox = message.token;
        return;
      case 'host-script':
        this.#handler.noteHostScript?.(message.reason);
        return;
      case 'loan-used':
      case 'loan-grow':
      case 'loan-busy':
      case 'loan-returned':
      case 'loan-silent':
      case 'loan-overdue':
        this.#onLoan?.(message);
        return;
      default:
        assertNever(message);
    }
  }

  #accept(message: Extract<ToInstance, { type: 'request' }>): void {
    const { id, head } = message;
    if (this.#requests.size >= this.#maxRequests) {
      const error = new RuntimeError('instance-saturated', `at most ${this.#maxRequests} requests may be under way on this line`);
      this.#port.postMessage({ type: 'failed', id, error: error.toWire() } satisfies FromInstance);
      this.#port.postMessage({ type: 'done', id } satisfies FromInstance);
      return;
    }
    let hasSpoken = false;
    const post = (reply: FromInstance, transfer: Transferable[] = []) => {
      hasSpoken = true;
      this.#port.postMessage(reply, transfer);
    };
    const acknowledge = () => {
      if (!hasSpoken) post({ type: 'accepted', id });
    };
    if (this.#acceptWithinMs === 0 || message.hold) acknowledge();
    else setTimeout(acknowledge, this.#acceptWithinMs);
    const body = message.hasBody ? new PortSource(id, post) : null;
    const response = new PortResponse(id, post, head.method);
    const abort = new AbortController();
    const request: GuestRequest = {
      method: head.method,
      url: head.url,
      pathWithQuery: head.pathWithQuery,
      route: head.route,
      headers: head.headers,
      body,
      bodyLength: head.bodyLength,
      isNavigation: head.isNavigation === true,
      canBoot: head.canBoot === true,
      signal: abort.signal,
      ...(this.#calls && { callCluster: (call: ClusterRequest) => this.#callCluster(id, call) }),
      ...(head.from !== undefined && { from: head.from }),
      ...(this.#takeFrames && { block: (timeoutMs: number | null) => this.#block(id, timeoutMs) }),
    };
    this.#activity.busy += 1;
    const timer = this.#maxDurationMs === null ? undefined : setTimeout(() => this.#cancel(id), this.#maxDurationMs);
    this.#requests.set(id, { start: () => void this.#serve(id, request, response, post), body, response, abort, timer });
    if (!message.hold) this.#start(id);
  }

  #start(id: RequestId): void {
    const served = this.#requests.get(id);
    const start = served?.start;
    if (!served || !start) return;
    served.start = null;
    start();
  }

  async #serve(id: RequestId, request: GuestRequest, response: PortResponse, post: (reply: FromInstance) => void): Promise<void> {
    try {
      await this.#handler.handle(request, response);
      if (response.headSent) response.finish();
      else post({ type: 'failed', id, error: new RuntimeError('handler-response-invalid', 'the handler finished without an answer').toWire() });
    } catch (error) {
      const failure = RuntimeError.from(error);
      if (response.headSent) response.abort(failure);
      else post({ type: 'failed', id, error: failure.toWire() });
    }
    request.body?.cancel();
    this.#finish(id, post);
  }

  #cancel(id: RequestId): void {
    const served = this.#requests.get(id);
    if (!served) return;
    const error = new RuntimeError('request-invalid', 'the request was cancelled: its caller went away or its deadline passed');
    if (served.start) {
      this.#finish(id, (reply) => this.#port.postMessage(reply));
      return;
    }
    served.abort.abort(error);
    served.body?.fail(error);
    served.response.fail(error);
  }

  async #callCluster(id: RequestId, call: ClusterRequest): Promise<ClusterReply> {
    if (!this.#calls || !this.#requests.has(id)) throw new RuntimeError('host-lost', 'the request that the call belongs to is over');
    return this.#calls.call(id, call);
  }

  /** Called from within the running guest, so nothing but this reaches it: neither messages nor promises. */
  #block(id: RequestId, timeoutMs: number | null): void {
    const served = this.#requests.get(id);
    // Nothing would ever come for it, and it would ask for ever.
    if (!served) throw new RuntimeError('internal', 'a guest waits whose request is over');
    served.response.flush();
    const frames = this.#mailbox === null ? null : (this.#takeFrames?.(this.#mailbox, timeoutMs ?? Number.POSITIVE_INFINITY) ?? null);
    if (frames === null) this.#cancel(id);
    else for (const frame of frames) this.#receive(frame);
  }

  #finish(id: RequestId, post: (reply: FromInstance) => void): void {
    clearTimeout(this.#requests.get(id)?.timer);
    if (!this.#requests.delete(id)) return;
    const { memoryBytes } = this.#handler;
    post(memoryBytes === null ? { type: 'done', id } : { type: 'done', id, memoryBytes });
    this.#activity.busy -= 1;
    this.#activity.idleSinceMs = Date.now();
    // In a task of its own, after the answer is on its way: the next request finds its guest made.
    if (this.#activity.busy === 0) setTimeout(() => this.#prepare());
  }

  #prepare(): void {
    if (this.#activity.busy > 0) return;
    (async () => this.#handler.prepare())().catch(() => {}); // The same failure meets the next request, which can report it.
  }
}
