import { RuntimeError } from '../core/errors.ts';
import { InstanceLine } from '../ingress/instance-line.ts';
import type { CallLine } from '../line/request-server.ts';
import type { FromInstance, RequestId } from '../protocol/sw-instance.ts';
import type { ClusterReply, ClusterRequest } from '../wasi/handler.ts';

/** A call ends with the request that it belongs to, whose deadlines hold; what the guest asked for beside, its host keeps. */
const DAY_MS = 86_400_000;
/** A service worker accepts at once. One that was stopped says nothing, and what runs over a loan goes on without it. */
const ACCEPT_TIMEOUT_MS = 5_000;
const LIMITS = { headTimeoutMs: DAY_MS, timeoutMs: DAY_MS, durationMs: DAY_MS, requestBytes: Number.MAX_SAFE_INTEGER };

/**
 * An instance's way to other Apps: a line in the other direction, whose far end is the service worker's ingress. It is opened
 * over the line of the requests when the first call is made, and ends with it.
 */
export class ClusterCallLine implements CallLine {
  readonly #port: MessagePort;
  #line: InstanceLine | null = null;

  /** `port`: the line of the requests that the calls belong to. */
  constructor(port: MessagePort) {
    this.#port = port;
  }

  /** Sends `request` on behalf of the request `from`. @throws RuntimeError what the service worker refused it with; `host-lost` */
  async call(from: RequestId, { method, url, headers, body, bodyLength, signal }: ClusterRequest): Promise<ClusterReply> {
    const head = {
      method,
      url,
      // The service worker finds out which App and route it is.
      pathWithQuery: '/',
      route: { path: '/', match: 'prefix' as const, prefix: '', rewrite: null },
      headers: headers.map(([name, value]): [string, string] => [name, value]),
      bodyLength,
      from,
    };
    const exchange = this.#open().send(head, body, body !== null, LIMITS);
    if (!(await exchange.waitAccepted(ACCEPT_TIMEOUT_MS))) {
      exchange.withdraw();
      throw signal.aborted ? signal.reason : new RuntimeError('host-lost', 'the service worker of the cluster was stopped meanwhile');
    }
    const cancel = () => exchange.cancel();
    signal.addEventListener('abort', cancel, { once: true });
    void exchange.finished.finally(() => signal.removeEventListener('abort', cancel));
    if (signal.aborted) cancel();
    return exchange.reply;
  }

  /** Idempotent. */
  close(): void {
    this.#line?.close(new RuntimeError('host-lost', 'the line to the service worker was closed'));
    this.#line = null;
  }

  #open(): InstanceLine {
    if (this.#line) return this.#line;
    const { port1, port2 } = new MessageChannel();
    this.#port.postMessage({ type: 'calls' } satisfies FromInstance, [port1]);
    this.#line = new InstanceLine(port2, { onSpoke: () => {}, onRoom: () => {}, onOverdue: () => {} });
    return this.#line;
  }
}
