import type { RuntimeError } from '../core/errors.ts';
import type { RequestDetail, RequestPhases, RequestRecord, RequestState } from '../core/traffic.ts';
import type { LoanReport, WireHeaders } from '../protocol/sw-instance.ts';
import type { AppTally } from './app-tally.ts';
import { BodyStart } from './body-start.ts';

/** The App of a request. */
export interface TracedApp {
  namespace: string;
  name: string;
  uid: string;
}

/** What is known of a request when it comes in. */
export interface TracedRequest {
  method: string;
  url: string;
  isNavigation: boolean;
}

/** The instance that a request was sent to. `askedMs` and `readyMs`: when its start was asked for, and when it was there; monotonic. */
export interface TracedInstance {
  readonly id: string;
  readonly host: { readonly info: { readonly id: string } };
  readonly askedMs: number;
  readonly readyMs: number;
}

/** Who keeps the traces. */
export interface TraceEvents {
  onChanged(trace: RequestTrace): void;
  onReceived(trace: RequestTrace, bytes: number): void;
  onEnded(trace: RequestTrace): void;
  /** It goes on. It still tells of its end. */
  onReopened(trace: RequestTrace): void;
}

/**
 * What the ingress tells of one request while it serves it. Called for every request, so each call only takes note;
 * what people read is made when they ask. After its end further calls change nothing, but for `sent`: a navigation that
 * broke off before anybody saw it may be made once more.
 */
export class RequestTrace {
  readonly id: string;
  readonly tally: AppTally;
  readonly #events: TraceEvents;
  readonly #request: TracedRequest;
  #atMs = Date.now();
  #beganMs = performance.now();
  #state: RequestState = 'running';
  #status: number | null = null;
  #error: RequestRecord['error'] = null;
  #instance: TracedInstance | null = null;
  #startMs = 0;
  #sentMs: number | null = null;
  #headMs: number | null = null;
  #endedMs: number | null = null;
  #requestHeaders: WireHeaders = [];
  #responseHeaders: WireHeaders | null = null;
  #requestBytes: number | null = null;
  #responseBytes = 0;
  #requestStart: BodyStart | null = null;
  #responseStart: BodyStart | null = null;
  #signal: AbortSignal | null = null;

  constructor(id: string, tally: AppTally, request: TracedRequest, events: TraceEvents) {
    this.id = id;
    this.tally = tally;
    this.#request = request;
    this.#events = events;
  }

  get instance(): string | null {
    return this.#instance?.id ?? null;
  }

  get host(): string | null {
    return this.#instance?.host.info.id ?? null;
  }

  /** Until the head; null: there was none, because its caller went away. */
  get latencyMs(): number | null {
    if (this.#headMs !== null) return span(this.#beganMs, this.#headMs);
    return this.#error === null ? null : span(this.#beganMs, this.#endedMs);
  }

  get isError(): boolean {
    const brokeOff = this.#state === 'failed' && this.#headMs !== null;
    return brokeOff || (this.#status ?? 0) >= 500;
  }

  /** The guest will get these headers; the array must not change any more. `signal` fires when its caller goes away. */
  describe(headers: WireHeaders, hasBody: boolean, signal: AbortSignal | null): void {
    this.#requestHeaders = headers;
    this.#requestBytes = hasBody ? 0 : null;
    this.#signal = signal;
  }

  /** Sent to `instance`, which was waited for since `waitedSinceMs` (monotonic). */
  sent(instance: TracedInstance, waitedSinceMs: number): void {
    if (this.#state !== 'running') {
      this.#events.onReopened(this);
      this.#state = 'running';
      this.#error = null;
      this.#endedMs = null;
    }
    this.#instance = instance;
    this.#sentMs = performance.now();
    if (instance.readyMs > waitedSinceMs) this.#startMs += instance.readyMs - Math.max(waitedSinceMs, instance.askedMs);
    this.#headMs = null;
    this.#status = null;
    this.#responseHeaders = null;
    this.#responseBytes = 0;
    this.#responseStart = null;
    this.#events.onChanged(this);
  }

  /** A piece of the request's body. Kept: it must not be written to any more. */
  requestPiece(bytes: Uint8Array): void {
    this.#requestBytes = (this.#requestBytes ?? 0) + bytes.byteLength;
    this.#requestStart ??= new BodyStart();
    this.#requestStart.add(bytes);
    this.#events.onChanged(this);
  }

  head(status: number, headers: WireHeaders): void {
    this.#headMs = performance.now();
    this.#status = status;
    this.#responseHeaders = headers;
    this.#events.onChanged(this);
  }

  /** A piece of the answer's body. Kept: it must not be written to any more. */
  responsePiece(bytes: Uint8Array): void {
    if (this.#state !== 'running') return;
    this.#responseBytes += bytes.byteLength;
    this.#responseStart ??= new BodyStart();
    this.#responseStart.add(bytes);
    this.#events.onReceived(this, bytes.byteLength);
  }

  /** The answer is whole. Does nothing before its head. */
  done(): void {
    if (this.#headMs !== null) this.#end('done');
  }

  /** The answer broke off after its head. Does nothing before it: the request may be sent again. */
  brokeOff({ code, message }: RuntimeError): void {
    if (this.#headMs === null || this.#state !== 'running') return;
    this.#end('failed', { code, message });
  }

  /** Swerve answered in the App's place, unless the caller is gone. */
  failed(error: RuntimeError): void {
    if (this.#state !== 'running') return;
    if (this.#signal?.aborted) {
      this.cancelled();
      return;
    }
    this.#status = error.status;
    this.#headMs = null;
    this.#responseHeaders = null;
    this.#end('failed', { code: error.code, message: error.message });
  }

  cancelled(): void {
    this.#end('cancelled');
  }

  record(): RequestRecord {
    const { namespace, name, uid } = this.tally.app;
    const { method, url, isNavigation } = this.#request;
    const { origin, pathname, search } = new URL(url);
    return {
      id: this.id,
      namespace,
      app: name,
      uid,
      atMs: this.#atMs,
      method,
      origin,
      path: pathname + search,
      isNavigation,
      state: this.#state,
      status: this.#status,
      error: this.#error,
      host: this.host,
      instance: this.instance,
      phases: this.#phases(),
      requestBytes: this.#requestBytes,
      responseBytes: this.#responseBytes,
    };
  }

  detail(): RequestDetail {
    return {
      ...this.record(),
      requestHeaders: this.#requestHeaders,
      responseHeaders: this.#responseHeaders,
      requestBody: this.#requestStart?.preview() ?? null,
      responseBody: this.#responseStart?.preview() ?? null,
    };
  }

  get isRunning(): boolean {
    return this.#state === 'running';
  }

  /** For the service worker that lent the instance. */
  report(request: number, memoryBytes: number | null): LoanReport {
    const sinceBegan = (ms: number | null): number | null => (ms === null ? null : ms - this.#beganMs);
    return {
      request,
      instance: this.instance ?? '',
      ...this.#request,
      atMs: this.#atMs,
      state: this.#state,
      status: this.#status,
      error: this.#error,
      sentMs: sinceBegan(this.#sentMs) ?? 0,
      headMs: sinceBegan(this.#headMs),
      endedMs: sinceBegan(this.#endedMs),
      requestHeaders: this.#requestHeaders,
      responseHeaders: this.#responseHeaders,
      requestBytes: this.#requestBytes,
      responseBytes: this.#responseBytes,
      requestStart: this.#requestStart?.toWire() ?? null,
      responseStart: this.#responseStart?.toWire() ?? null,
      memoryBytes,
    };
  }

  /** Takes over what another service worker reports of the request. */
  adopt(report: LoanReport, instance: TracedInstance): void {
    if (this.#state !== 'running') return;
    const { atMs, sentMs, headMs, status, requestHeaders, responseHeaders, requestBytes, responseBytes, requestStart, responseStart } = report;
    this.#atMs = atMs;
    this.#beganMs = performance.now() - Math.max(Date.now() - atMs, 0);
    this.#instance = instance;
    this.#sentMs = this.#beganMs + sentMs;
    this.#headMs = headMs === null ? null : this.#beganMs + headMs;
    this.#status = status;
    this.#requestHeaders = requestHeaders;
    this.#responseHeaders = responseHeaders;
    this.#requestBytes = requestBytes;
    const receivedBytes = responseBytes - this.#responseBytes;
    this.#responseBytes = responseBytes;
    this.#requestStart = BodyStart.fromWire(requestStart);
    this.#responseStart = BodyStart.fromWire(responseStart);
    this.#events.onReceived(this, receivedBytes);
    if (report.state !== 'running') this.#end(report.state, report.error, report.endedMs === null ? undefined : this.#beganMs + report.endedMs);
  }

  #phases(): RequestPhases {
    const [began, sent, head, ended] = [this.#beganMs, this.#sentMs, this.#headMs, this.#endedMs];
    if (sent === null) return { queueMs: span(began, ended), startMs: null, guestMs: null, bodyMs: null };
    return {
      queueMs: span(began + this.#startMs, sent),
      startMs: span(0, this.#startMs),
      guestMs: span(sent, head ?? ended),
      bodyMs: head === null ? null : span(head, ended),
    };
  }

  #end(state: RequestState, error: RequestRecord['error'] = null, endedMs = performance.now()): void {
    if (this.#state !== 'running') return;
    this.#state = state;
    this.#error = error;
    this.#endedMs = endedMs;
    this.#events.onEnded(this);
  }
}

/** Tenths of a millisecond are as good as clocks are here. */
function span(fromMs: number, toMs: number | null): number | null {
  return toMs === null ? null : Math.round((toMs - fromMs) * 10) / 10;
}
