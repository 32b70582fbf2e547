import { RuntimeError } from '../core/errors.ts';
import type { WireRequestHead } from '../protocol/sw-instance.ts';
import type { Exchange, InstanceReply } from './exchange.ts';
import type { HostLink } from './host-link.ts';
import type { InstanceLine } from './instance-line.ts';
import type { PreparedBody } from './request-body.ts';
import type { RequestTrace } from './request-trace.ts';

/** A request on its way to whoever answers it. */
export interface DispatchRequest {
  head: WireRequestHead;
  body: PreparedBody;
  limits: { timeoutMs: number; durationMs: number; requestBytes: number };
  signal: AbortSignal | null;
  /** How long to wait for a window when none is known. */
  hostWaitMs: number;
  /** A navigation for which a boot document can still be made: it does not wait for a window that goes. One that a boot document waits for has nowhere else to go. */
  canBoot: boolean;
  /** A window is loading of which this origin cannot know yet: wait although there is none. */
  isHostComing: boolean;
  /** Calls of Apps, one from within the other, that led to it; 0 unless given: it comes from outside. */
  depth?: number;
  trace: RequestTrace | null;
}

export interface DispatchResult {
  reply: InstanceReply;
  /** The window whose worker is still producing the body; null: none that the answer depends on. */
  host: HostLink | null;
  /** Resolves when the guest has finished and the body was delivered or dropped. */
  finished: Promise<void>;
}

/** A line with room for one request. */
export interface Lease {
  line: InstanceLine;
  host: HostLink | null;
  /** What notes how it goes; null: nobody. The request's own unless given. */
  trace?: RequestTrace | null;
  /** Those of the request unless given. */
  limits?: DispatchRequest['limits'];
  /** The request is being sent: room is no longer kept for it. */
  taken(): void;
  /** It was accepted `ackMs` after it was sent. */
  accepted(ackMs: number): void;
  /** It was not accepted in time: the line is to be passed over. */
  silent(): void;
}

/** Where requests can be sent. */
export interface LineSource {
  /** A line with room, at once or within `leftMs()` as of now; its room is the caller's, who sends at once. @throws RuntimeError why there is none */
  acquire(request: DispatchRequest, leftMs: () => number): Promise<Lease>;
}

/** RFC 9110 §9.2.2. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/** Without an acknowledgement within this the request is taken elsewhere (design §5, "Host liveness"). */
const ACCEPT_TIMEOUT_MS = 1_000;
const MAX_ATTEMPTS = 3;
/** How long a request waits for a window to announce itself: a page that is just loading, or one asked after a restart of the service worker. */
export const HOST_WAIT_MS = 5_000;
/** A navigation looks for a live window this long before a boot document takes its place. */
export const NAVIGATION_HOST_WAIT_MS = 300;

/**
 * Sends a request over a line and resolves with the head of the answer. A request whose line is lost is sent again when
 * it is safe to repeat: idempotent method, nothing of its body taken.
 * @throws RuntimeError with the code the caller should see
 */
export async function dispatch(source: LineSource, request: DispatchRequest): Promise<DispatchResult> {
  const startMs = performance.now();
  const leftMs = () => request.limits.timeoutMs - (performance.now() - startMs);
  const isIdempotent = IDEMPOTENT.has(request.head.method);
  for (let attempt = 1; ; attempt += 1) {
    const { exchange, host, stopListening } = await send(source, request, isIdempotent, leftMs);
    try {
      const reply = await exchange.reply;
      return { reply, host, finished: exchange.finished.finally(stopListening) };
    } catch (cause) {
      const error = RuntimeError.from(cause);
      const canRepeat = error.code === 'host-lost' && isIdempotent && exchange.isBodyWhole;
      if (!canRepeat || attempt >= MAX_ATTEMPTS) throw error.code === 'host-lost' ? lostError(error, isIdempotent) : error;
    }
  }
}

/** An exchange that the other end has accepted. It is cancelled with the caller's signal until `stopListening`. */
interface Sent {
  exchange: Exchange;
  host: HostLink | null;
  stopListening(): void;
}

async function send(source: LineSource, request: DispatchRequest, isIdempotent: boolean, leftMs: () => number): Promise<Sent> {
  for (let attempt = 1; ; attempt += 1) {
    if (request.signal?.aborted) throw new RuntimeError('request-invalid', 'the caller went away');
    // Timers are whole milliseconds: what is left below one is nothing.
    if (leftMs() < 1) throw notAccepted(request);
    const lease = await source.acquire(request, leftMs).catch((error: unknown) => {
      // Asked, but silent: that is no full queue.
      throw attempt > 1 && error instanceof RuntimeError && error.code === 'instance-saturated' ? notAccepted(request) : error;
    });
    lease.taken();
    const spentMs = request.limits.timeoutMs - leftMs();
    const rules = lease.limits ?? request.limits;
    const limits = { headTimeoutMs: Math.max(rules.timeoutMs - spentMs, 1), ...rules };
    const trace = lease.trace === undefined ? request.trace : lease.trace;
    const exchange = lease.line.send(request.head, request.body.stream, request.body.stream !== null || !isIdempotent, limits, trace, request.depth);
    const onAbort = () => exchange.cancel();
    const stopListening = () => request.signal?.removeEventListener('abort', onAbort);
    request.signal?.addEventListener('abort', onAbort, { once: true });
    if (await exchange.waitAccepted(Math.min(ACCEPT_TIMEOUT_MS, Math.max(leftMs(), 1)))) {
      lease.accepted(performance.now() - exchange.sentAtMs);
      return { exchange, host: lease.host, stopListening };
    }
    stopListening();
    if (request.signal?.aborted) throw new RuntimeError('request-invalid', 'the caller went away');
    // Withdrawn with its body whole, so any request may go elsewhere: nobody has begun it.
    exchange.withdraw();
    lease.silent();
  }
}

function notAccepted(request: DispatchRequest): RuntimeError {
  return new RuntimeError('handler-timeout', `no instance accepted the request within spec.limits.timeoutMs (${request.limits.timeoutMs} ms)`);
}

function lostError(error: RuntimeError, isIdempotent: boolean): RuntimeError {
  const why = isIdempotent
    ? 'it was not repeated because part of its body was gone, or it had been lost several times'
    : 'it was not repeated because its method is not idempotent';
  return new RuntimeError('host-lost', `${error.message}; ${why}`, { cause: error });
}
