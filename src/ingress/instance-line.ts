import { RuntimeError } from '../core/errors.ts';
import type { MailboxFrame } from '../protocol/line-mailbox.ts';
import type { FromInstance, LoanNews, LoanOffer, RequestId, ServedApp, ToInstance, WireRequestHead } from '../protocol/sw-instance.ts';
import { Deadlines } from './deadlines.ts';
import { Exchange, type ExchangeLimits } from './exchange.ts';
import { Mailbox } from './mailbox.ts';
import type { RequestTrace } from './request-trace.ts';

export interface LineEvents {
  /** The instance said something: it lives. */
  onSpoke(): void;
  /** A request was accepted or has finished: there may be room. */
  onRoom(): void;
  /** An overdue guest does not stop: terminate its worker. */
  onOverdue(): void;
  /** Guests there call other Apps, over `port`. Answers how to end that, which happens with the line. */
  onCalls?(port: MessagePort): { close(): void };
  /** The other end is the cluster, and tells of the App that it serves here. */
  onApp?(app: ServedApp): void;
  /** The same, of what it lends. */
  onLoan?(offer: LoanOffer, port: MessagePort | null): void;
}

const REPLY_SAMPLES = 64;

const MAILBOX_TYPES: ReadonlySet<ToInstance['type']> = new Set<MailboxFrame['type']>(['chunk', 'end', 'abort', 'credit', 'cancel']);

/** What a guest that runs may be sent. */
function isForMailbox(message: ToInstance): message is MailboxFrame {
  return MAILBOX_TYPES.has(message.type);
}

/** The service worker's end of one instance's MessagePort: sends requests, routes what comes back to their exchanges. */
export class InstanceLine {
  readonly #port: MessagePort;
  /** Of an instance whose guests block their worker; null: all goes by port. */
  readonly mailbox: Mailbox | null;
  readonly #events: LineEvents;
  readonly #exchanges = new Map<RequestId, Exchange>();
  /** Of those that are deeper than 0. */
  readonly #depths = new Map<RequestId, number>();
  #calls: { close(): void } | null = null;
  readonly #deadlines = new Deadlines();
  #nextId: RequestId = 1;
  #isClosed = false;
  served = 0;
  /** Linear memory of the guest that served last; null before the first. */
  memoryBytes: number | null = null;
  #replyMs: number[] = [];

  /** `blocks`: guests of the instance block their worker while they wait, so what they are sent goes by mailbox. */
  constructor(port: MessagePort, events: LineEvents, blocks = false) {
    this.#port = port;
    this.#events = events;
    this.mailbox = blocks ? new Mailbox() : null;
    if (this.mailbox) port.postMessage({ type: 'mailbox', token: this.mailbox.token } satisfies ToInstance);
    port.onmessage = (event: MessageEvent<FromInstance>) => {
      events.onSpoke();
      if (event.data.type === 'app') {
        events.onApp?.(event.data.app);
        return;
      }
      if (event.data.type === 'loan' || event.data.type === 'loan-recalled' || event.data.type === 'loan-lost') {
        events.onLoan?.(event.data, event.ports[0] ?? null);
        return;
      }
      if (event.data.type === 'calls') {
        const [calls] = event.ports;
        this.#calls?.close();
        this.#calls = (calls && events.onCalls?.(calls)) ?? null;
        return;
      }
      if (event.data.type === 'done') this.memoryBytes = event.data.memoryBytes ?? this.memoryBytes;
      this.#exchanges.get(event.data.id)?.receive(event.data);
    };
  }

  /** Median of the last requests from sending to their end, milliseconds; null before the first. */
  medianReplyMs(): number | null {
    const sorted = this.#replyMs.filter((ms) => ms !== undefined).sort((a, b) => a - b);
    return sorted[Math.floor(sorted.length / 2)] ?? null;
  }

  get inFlight(): number {
    return this.#exchanges.size;
  }

  /** Age of the oldest request that was not acknowledged yet; 0 when there is none. */
  oldestUnacceptedMs(nowMs: number): number {
    let oldestMs = 0;
    for (const exchange of this.#exchanges.values()) {
      if (!exchange.isAccepted) oldestMs = Math.max(oldestMs, nowMs - exchange.sentAtMs);
    }
    return oldestMs;
  }

  /** How many calls of Apps led to the request; null: it is not under way. */
  depthOf(id: RequestId): number | null {
    return this.#exchanges.has(id) ? (this.#depths.get(id) ?? 0) : null;
  }

  /** `depth`: as of DispatchRequest. */
  send(
    head: WireRequestHead,
    body: ReadableStream<Uint8Array> | null,
    hold: boolean,
    limits: ExchangeLimits,
    trace: RequestTrace | null = null,
    depth = 0,
  ): Exchange {
    if (this.#isClosed) throw new RuntimeError('host-lost', 'the instance is gone');
    const id = this.#nextId++;
    const events = {
      onAccepted: () => this.#events.onRoom(),
      onOverdue: () => this.#events.onOverdue(),
      onDone: () => {
        this.#exchanges.delete(id);
        this.#depths.delete(id);
        this.mailbox?.forget(id);
        // One that was taken elsewhere was not served here.
        if (exchange.isAccepted) {
          this.served += 1;
          this.#replyMs[this.served % REPLY_SAMPLES] = performance.now() - exchange.sentAtMs;
        }
        this.#events.onRoom();
      },
    };
    const exchange: Exchange = new Exchange(
      id,
      (message, transfer) => this.#post(message, transfer ?? []),
      this.#deadlines,
      head,
      body,
      hold,
      limits,
      events,
      trace,
    );
    this.#exchanges.set(id, exchange);
    if (depth > 0) this.#depths.set(id, depth);
    return exchange;
  }

  /** Tells the cluster that a document could not take the host script (`reason`), or could (null). */
  noteHostScript(reason: string | null): void {
    if (!this.#isClosed) this.#post({ type: 'host-script', reason }, []);
  }

  /** Tells the cluster of what it lent. */
  tell(news: LoanNews): void {
    if (!this.#isClosed) this.#port.postMessage(news);
  }

  /** Notes a request that reached the instance over a loan. */
  noteServed(replyMs: number, memoryBytes: number | null): void {
    this.served += 1;
    this.#replyMs[this.served % REPLY_SAMPLES] = replyMs;
    this.memoryBytes = memoryBytes ?? this.memoryBytes;
  }

  /** Ends the line: every exchange under way is lost with `error`. Idempotent. */
  close(error: RuntimeError): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const exchange of [...this.#exchanges.values()]) exchange.lose(error);
    this.mailbox?.close();
    this.#calls?.close();
    this.#port.onmessage = null;
    this.#port.close();
  }

  #post(message: ToInstance, transfer: Transferable[]): void {
    if (this.mailbox && isForMailbox(message)) {
      this.mailbox.put(message);
      // A guest that has not begun is cancelled by port; one that runs, by mailbox.
      if (message.type !== 'cancel') return;
    }
    this.#port.postMessage(message, transfer);
  }
}
