import type { AppTraffic } from '../core/traffic.ts';
import type { RequestTrace, TracedApp } from './request-trace.ts';

const LATENCIES_KEPT = 64;

/** What one App does in the present interval, and its requests that are kept. */
export class AppTally {
  readonly app: TracedApp;
  /** Oldest first. */
  readonly kept = new Set<RequestTrace>();
  inFlight = 0;
  responseBytes = 0;
  #requests = 0;
  #errors = 0;
  #latenciesMs: number[] = [];
  #instances = new Map<string, AppTraffic['instances'][number]>();
  /** Of the interval. Weak: it must not keep the bodies of requests that are kept no longer. */
  #counted = new WeakSet<RequestTrace>();

  constructor(app: TracedApp) {
    this.app = app;
  }

  /** Nothing is under way and nothing happened since the last `take`. */
  get isQuiet(): boolean {
    return this.inFlight === 0 && this.#requests === 0 && this.responseBytes === 0;
  }

  /** Nothing is under way, nothing happened, and no request is kept. */
  get isEmpty(): boolean {
    return this.isQuiet && this.kept.size === 0;
  }

  /** Counts a request that was answered. */
  count(trace: RequestTrace): void {
    const { latencyMs, isError, instance, host } = trace;
    if (latencyMs === null) return;
    this.#requests += 1;
    if (isError) this.#errors += 1;
    this.#counted.add(trace);
    // A fair choice of all of the interval, however many come (reservoir sampling).
    const slot = this.#requests <= LATENCIES_KEPT ? this.#latenciesMs.length : Math.floor(Math.random() * this.#requests);
    if (slot < LATENCIES_KEPT) this.#latenciesMs[slot] = latencyMs;
    if (instance === null || host === null) return;
    const served = this.#instances.get(instance);
    if (served) served.requests += 1;
    else this.#instances.set(instance, { instance, host, requests: 1 });
  }

  /** Takes back a request that broke off and is made once more before anybody saw it, while `trace` still tells what was counted. One of an earlier interval stays: it was told already. */
  uncount(trace: RequestTrace): void {
    if (!this.#counted.delete(trace)) return;
    const { latencyMs, isError, instance } = trace;
    this.#requests -= 1;
    if (isError) this.#errors -= 1;
    // Any one of the same length is as good.
    const slot = latencyMs === null ? -1 : this.#latenciesMs.indexOf(latencyMs);
    if (slot >= 0) this.#latenciesMs.splice(slot, 1);
    const served = instance === null ? undefined : this.#instances.get(instance);
    if (served === undefined) return;
    served.requests -= 1;
    if (served.requests === 0) this.#instances.delete(served.instance);
  }

  /** The interval so far; the next one begins. */
  take(): AppTraffic {
    const { namespace, name: app, uid } = this.app;
    const traffic: AppTraffic = {
      namespace,
      app,
      uid,
      requests: this.#requests,
      errors: this.#errors,
      inFlight: this.inFlight,
      responseBytes: this.responseBytes,
      latenciesMs: this.#latenciesMs,
      instances: [...this.#instances.values()],
    };
    this.#requests = 0;
    this.#errors = 0;
    this.responseBytes = 0;
    this.#latenciesMs = [];
    this.#instances = new Map();
    this.#counted = new WeakSet();
    return traffic;
  }
}
