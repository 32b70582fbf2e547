import type { App } from '../core/app.ts';
import { TRAFFIC_INTERVAL_MS, TRAFFIC_SAMPLES_KEPT, type TrafficSample } from '../core/traffic.ts';
import { AppTally } from './app-tally.ts';
import { RequestTrace, type TracedRequest } from './request-trace.ts';

/** Requests that are kept of one App, and of all together. */
export const REQUESTS_PER_APP = 200;
export const REQUESTS_IN_ALL = 1_000;

/** A navigation whose boot document has not come back by then was given up. */
const PARKED_MAX_MS = 60_000;

type Listener<T> = (value: T) => void;

/**
 * The last requests and the last samples of traffic, in memory: gone when the browser stops the service worker. An
 * interval ends with the first event after it, so that there is a timer only while somebody listens and a request is
 * under way or has just ended.
 */
export class TrafficLog {
  readonly #apps = new Map<string, AppTally>();
  /** Oldest first. */
  readonly #kept = new Map<string, RequestTrace>();
  readonly #parked = new Map<string, { trace: RequestTrace; sinceMs: number }>();
  readonly #sampleListeners = new Set<Listener<TrafficSample>>();
  readonly #requestListeners = new Map<string, Set<Listener<RequestTrace>>>();
  /** Ids stay unique over restarts of the service worker. */
  readonly #idPrefix = crypto.randomUUID().slice(0, 8);
  #nextId = 1;
  #samples: TrafficSample[] = [];
  /** End of the present interval, monotonic, and the same as Unix epoch. */
  #endsMs = 0;
  #endsAtMs = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;

  /** A request has come in. The caller ends the trace. */
  begin({ metadata }: App, request: TracedRequest): RequestTrace {
    this.#roll();
    let tally = this.#apps.get(metadata.uid);
    if (!tally) {
      tally = new AppTally(metadata);
      this.#apps.set(metadata.uid, tally);
    }
    const trace = new RequestTrace(`${this.#idPrefix}-${this.#nextId++}`, tally, request, this);
    tally.inFlight += 1;
    tally.kept.add(trace);
    this.#kept.set(trace.id, trace);
    if (tally.kept.size > REQUESTS_PER_APP) this.#drop(tally.kept.values().next().value);
    else if (this.#kept.size > REQUESTS_IN_ALL) this.#drop(this.#kept.values().next().value);
    this.#arm();
    this.onChanged(trace);
    return trace;
  }

  /** Keeps the trace of a request that goes on once its boot document is there. */
  park(id: string, trace: RequestTrace): void {
    this.#parked.set(id, { trace, sinceMs: performance.now() });
  }

  /** The trace that was parked under `id`, once. */
  unpark(id: string): RequestTrace | null {
    const parked = this.#parked.get(id);
    this.#parked.delete(id);
    return parked?.trace ?? null;
  }

  /** Oldest first. */
  samples(): readonly TrafficSample[] {
    this.#roll();
    return this.#samples;
  }

  /** Calls `listener` with each new sample, about one a second while there is traffic; returns the way to stop it. */
  onSample(listener: Listener<TrafficSample>): () => void {
    this.#sampleListeners.add(listener);
    this.#arm();
    return () => {
      this.#sampleListeners.delete(listener);
      if (this.#sampleListeners.size > 0 || this.#timer === null) return;
      clearTimeout(this.#timer);
      this.#timer = null;
    };
  }

  /** The requests of the App of that uid that are kept, oldest first. */
  requests(uid: string): RequestTrace[] {
    this.#roll();
    return [...(this.#apps.get(uid)?.kept ?? [])];
  }

  request(id: string): RequestTrace | null {
    return this.#kept.get(id) ?? null;
  }

  /** Calls `listener` with a request of the App of that uid whenever it has changed; returns the way to stop it. */
  onRequest(uid: string, listener: Listener<RequestTrace>): () => void {
    const listeners = this.#requestListeners.get(uid) ?? new Set();
    this.#requestListeners.set(uid, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#requestListeners.get(uid) === listeners) this.#requestListeners.delete(uid);
    };
  }

  /** The App of that uid is gone: its requests are not kept any longer. What it did in the present interval, and what is still under way, counts. */
  forget(uid: string): void {
    const tally = this.#apps.get(uid);
    for (const trace of [...(tally?.kept ?? [])]) this.#drop(trace);
  }

  onChanged(trace: RequestTrace): void {
    if (this.#requestListeners.size === 0) return;
    for (const listener of this.#requestListeners.get(trace.tally.app.uid) ?? []) listener(trace);
  }

  onReceived(trace: RequestTrace, bytes: number): void {
    this.#roll();
    trace.tally.responseBytes += bytes;
    this.onChanged(trace);
  }

  onEnded(trace: RequestTrace): void {
    this.#roll();
    trace.tally.inFlight -= 1;
    trace.tally.count(trace);
    this.onChanged(trace);
  }

  onReopened(trace: RequestTrace): void {
    this.#roll();
    trace.tally.inFlight += 1;
    trace.tally.uncount(trace);
  }

  #drop(trace: RequestTrace | undefined): void {
    if (!trace) return;
    const { tally } = trace;
    this.#kept.delete(trace.id);
    tally.kept.delete(trace);
    if (tally.isEmpty) this.#apps.delete(tally.app.uid);
  }

  /** Ends the interval if it is over. Called before anything is counted. */
  #roll(): void {
    const nowMs = performance.now();
    if (nowMs < this.#endsMs) return;
    const atMs = this.#endsAtMs;
    const nowAtMs = Date.now();
    this.#endsAtMs = (Math.floor(nowAtMs / TRAFFIC_INTERVAL_MS) + 1) * TRAFFIC_INTERVAL_MS;
    this.#endsMs = nowMs + this.#endsAtMs - nowAtMs;
    const active = [...this.#apps.values()].filter(({ isQuiet }) => !isQuiet);
    if (active.length > 0) {
      const sample: TrafficSample = { atMs, apps: active.map((tally) => tally.take()) };
      for (const tally of active) if (tally.isEmpty) this.#apps.delete(tally.app.uid);
      this.#samples = [...this.#samples, sample].slice(-TRAFFIC_SAMPLES_KEPT);
      for (const listener of this.#sampleListeners) listener(sample);
    }
    for (const [id, { trace, sinceMs }] of this.#parked) {
      if (nowMs - sinceMs > PARKED_MAX_MS) {
        this.#parked.delete(id);
        trace.cancelled();
      }
    }
  }

  #arm(): void {
    if (this.#timer !== null || this.#sampleListeners.size === 0) return;
    if ([...this.#apps.values()].every(({ isQuiet }) => isQuiet)) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        this.#roll();
        this.#arm();
      },
      Math.max(1, this.#endsMs - performance.now()),
    );
  }
}
