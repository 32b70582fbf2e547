import type { App } from '../../../src/core/app.ts';
import { Deadlines } from '../../../src/ingress/deadlines.ts';
import { Exchange, type ExchangeLimits } from '../../../src/ingress/exchange.ts';
import { TrafficLog } from '../../../src/ingress/traffic-log.ts';
import type { ToInstance, WireRequestHead } from '../../../src/protocol/sw-instance.ts';

export const REQUEST_HEAD: WireRequestHead = {
  method: 'GET',
  url: 'https://example.org/hello',
  pathWithQuery: '/hello',
  route: { path: '/hello', match: 'prefix', prefix: '/hello', rewrite: null },
  headers: [],
  bodyLength: null,
};

export const LIMITS: ExchangeLimits = { headTimeoutMs: 10_000, timeoutMs: 10_000, durationMs: 60_000, requestBytes: 10_000_000 };

const ID = 7;

/** An exchange whose instance is the test: `posted` is what the instance would have received, `told` what the line was told. */
export function startExchange(options: { method?: string; body?: ReadableStream<Uint8Array> | null; hold?: boolean; limits?: Partial<ExchangeLimits> } = {}) {
  const posted: ToInstance[] = [];
  const told: string[] = [];
  const app = { metadata: { namespace: 'default', name: 'hello', uid: 'uid' } } as App;
  const trace = new TrafficLog().begin(app, { method: options.method ?? 'GET', url: REQUEST_HEAD.url, isNavigation: false });
  const exchange = new Exchange(
    ID,
    // As a port does: what is transferred is gone on this side.
    (message, transfer) => void posted.push(structuredClone(message, { transfer: transfer ?? [] })),
    new Deadlines(),
    { ...REQUEST_HEAD, method: options.method ?? 'GET' },
    options.body ?? null,
    options.hold ?? false,
    { ...LIMITS, ...options.limits },
    { onOverdue: () => told.push('overdue'), onDone: () => told.push('done'), onAccepted: () => told.push('accepted') },
    trace,
  );
  return {
    exchange,
    posted,
    told,
    trace,
    types: () => posted.map((message) => message.type),
    chunks: () => posted.flatMap((message) => (message.type === 'chunk' ? [message.bytes] : [])),
    accept: () => exchange.receive({ type: 'accepted', id: ID }),
    head: (status = 200, bytes: Uint8Array<ArrayBuffer> | null = null, end = false) =>
      exchange.receive({ type: 'head', id: ID, status, headers: [['content-type', 'text/plain']], bytes, end }),
    chunk: (bytes: Uint8Array<ArrayBuffer>) => exchange.receive({ type: 'chunk', id: ID, bytes }),
    end: () => exchange.receive({ type: 'end', id: ID }),
    credit: (bytes: number) => exchange.receive({ type: 'credit', id: ID, bytes }),
    abort: () => exchange.receive({ type: 'abort', id: ID, error: { code: 'handler-trap', message: 'unreachable' } }),
    fail: () => exchange.receive({ type: 'failed', id: ID, error: { code: 'handler-trap', message: 'unreachable', details: { exitCode: 3 } } }),
    done: () => exchange.receive({ type: 'done', id: ID }),
  };
}

/** A body of pieces of `sizes` bytes, the n-th filled with n, that is made only as it is read. */
export function meteredBody(sizes: readonly number[]) {
  let taken = 0;
  let isCancelled = false;
  const stream = new ReadableStream<Uint8Array<ArrayBuffer>>(
    {
      pull(controller) {
        const size = sizes[taken];
        if (size === undefined) controller.close();
        else controller.enqueue(new Uint8Array(size).fill(++taken));
      },
      cancel() {
        isCancelled = true;
      },
    },
    { highWaterMark: 0 },
  );
  return {
    stream,
    get taken() {
      return taken;
    },
    get isCancelled() {
      return isCancelled;
    },
  };
}

export const bytesOf = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text);

/** Lets promises, streams and messages that are under way arrive. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
