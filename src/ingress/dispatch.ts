import { RuntimeError } from '../core/errors.ts';
import type { WireRequestHead } from '../protocol/sw-instance.ts';
import type { AppPool, AppTarget } from './app-pool.ts';
import type { Cluster } from './cluster.ts';
import type { Exchange, InstanceReply } from './exchange.ts';
import type { HostLink } from './host-link.ts';
import type { PreparedBody } from './request-body.ts';
import type { RequestTrace } from './request-trace.ts';

/** A request that matched a route, ready to be sent to an instance. */
export interface DispatchRequest {
  head: WireRequestHead;
  body: PreparedBody;
  target: AppTarget;
  limits: { timeoutMs: number; durationMs: number; requestBytes: number };
  signal: AbortSignal | null;
  /** How long to wait for a window when none is known. */
  hostWaitMs: number;
  trace?: RequestTrace;
}

export interface DispatchResult {
  reply: InstanceReply;
  /** The window whose worker is still producing the body. */
  host: HostLink;
  /** Resolves when the guest has finished and the body was delivered or dropped. */
  finished: Promise<void>;
}

/** RFC 9110 §9.2.2. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/** Without an acknowledgement within this the request is taken elsewhere (design §5, "Host liveness"). */
const ACCEPT_TIMEOUT_MS = 1_000;
const MAX_ATTEMPTS = 3;
/** How long a request waits for a window to announce itself: a page that is just loading, or one asked after a restart of the service worker. */
export const HOST_WAIT_MS = 5_000;

/**
 * Sends a request to an instance of its App and resolves with the head of the answer. A request whose instance is lost
 * is sent again when it is safe to repeat: idempotent method, nothing of its body taken.
 * @throws RuntimeError with the code the caller should see
 */
export async function dispatch(cluster: Cluster, request: DispatchRequest): Promise<DispatchResult> {
  const startMs = performance.now();
  const leftMs = () => request.limits.timeoutMs - (performance.now() - startMs);
  const isIdempotent = IDEMPOTENT.has(request.head.method);
  const pool = cluster.pool(request.target);
  for (let attempt = 1; ; attempt += 1) {
    if (pool.instances.size === 0) await requireHost(cluster, request, leftMs());
    const sent = await send(pool, request, isIdempotent, leftMs).catch((error: unknown) => {
      // The last window went before any guest had begun with the request: look for another window.
      if (error instanceof RuntimeError && error.code === 'host-unavailable') return null;
      throw error;
    });
    if (!sent) {
      // Waited for here: instances in windows that are passed over would have this loop spin, and so keep out the message that ends it.
      await requireHost(cluster, request, leftMs());
      continue;
    }
    const { exchange, host, stopListening } = sent;
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

async function requireHost(cluster: Cluster, request: DispatchRequest, leftMs: number): Promise<void> {
  if (await cluster.findHost(Math.min(request.hostWaitMs, leftMs))) return;
  throw new RuntimeError('host-unavailable', 'no open tab of this origin can run the App; open the Swerve panel in a tab and try again');
}

/** An exchange that its instance has accepted. It is cancelled with the caller's signal until `stopListening`. */
interface Sent {
  exchange: Exchange;
  host: HostLink;
  stopListening(): void;
}

async function send(pool: AppPool, request: DispatchRequest, isIdempotent: boolean, leftMs: () => number): Promise<Sent> {
  for (let attempt = 1; ; attempt += 1) {
    if (request.signal?.aborted) throw new RuntimeError('request-invalid', 'the caller went away');
    const waitMs = leftMs();
    // Timers are whole milliseconds: what is left below one is nothing.
    if (waitMs < 1) throw notAccepted(request);
    const waitedSinceMs = performance.now();
    const instance = await pool.acquire({ deadlineMs: waitMs, signal: request.signal }).catch((error: unknown) => {
      // Asked, but silent: that is no full queue.
      throw attempt > 1 && error instanceof RuntimeError && error.code === 'instance-saturated' ? notAccepted(request) : error;
    });
    instance.reserved -= 1;
    if (!instance.line) continue;
    request.trace?.sent(instance, waitedSinceMs);
    const limits = { headTimeoutMs: Math.max(leftMs(), 1), ...request.limits };
    const exchange = instance.line.send(request.head, request.body.stream, request.body.stream !== null || !isIdempotent, limits, request.trace);
    const onAbort = () => exchange.cancel();
    const stopListening = () => request.signal?.removeEventListener('abort', onAbort);
    request.signal?.addEventListener('abort', onAbort, { once: true });
    if (await exchange.waitAccepted(Math.min(ACCEPT_TIMEOUT_MS, Math.max(leftMs(), 1)))) {
      instance.host.noteAck(performance.now() - exchange.sentAtMs);
      return { exchange, host: instance.host, stopListening };
    }
    stopListening();
    if (request.signal?.aborted) throw new RuntimeError('request-invalid', 'the caller went away');
    // Withdrawn with its body whole, so any request may go elsewhere: nobody has begun it.
    exchange.withdraw();
    if (pool.instances.has(instance.id)) pool.stall(instance);
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
