import { TRAFFIC_INTERVAL_MS, TRAFFIC_SAMPLES_KEPT, type TrafficSample } from '../../core/traffic.ts';
import { Observable } from './observable.ts';

/** One second of one App. */
export interface AppSecond {
  requests: number;
  errors: number;
  /** Of the requests of this second; null without any. */
  p50Ms: number | null;
  p95Ms: number | null;
}

/** One App over a while. */
export interface TrafficSummary {
  /** Over the last five seconds. */
  requestsPerSecond: number;
  /** Over the last minute. */
  requests: number;
  errors: number;
  p50Ms: number | null;
  p95Ms: number | null;
  /** Now. */
  inFlight: number;
}

const RATE_SECONDS = 5;
const SUMMARY_SECONDS = 60;

/** The last two minutes of traffic, a second at a time. */
export class Traffic extends Observable {
  /** Oldest first; the seconds without a sample are missing. */
  #samples: TrafficSample[] = [];
  readonly #listeners = new Set<(sample: TrafficSample) => void>();

  /** Takes samples in the order that they were made in; what is known already is passed over. */
  add(samples: readonly TrafficSample[]): void {
    const newestMs = this.#samples.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY;
    const fresh = samples.filter(({ atMs }) => atMs > newestMs);
    if (fresh.length === 0) return;
    this.#samples = [...this.#samples, ...fresh].slice(-TRAFFIC_SAMPLES_KEPT);
    for (const sample of fresh) for (const listener of this.#listeners) listener(sample);
    this.changed();
  }

  /** Calls `listener` with each new sample; returns the way to stop it. */
  listen(listener: (sample: TrafficSample) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The last `count` seconds of the App before `nowMs`, oldest first: always `count` long. */
  secondsOf(uid: string, nowMs: number, count = TRAFFIC_SAMPLES_KEPT): AppSecond[] {
    const seconds = Array.from({ length: count }, (): AppSecond => ({ requests: 0, errors: 0, p50Ms: null, p95Ms: null }));
    for (const sample of this.#samples) {
      const index = count - 1 - Math.floor((nowMs - sample.atMs) / TRAFFIC_INTERVAL_MS);
      const app = sample.apps.find((candidate) => candidate.uid === uid);
      if (app === undefined || index < 0 || index >= count) continue;
      seconds[index] = { requests: app.requests, errors: app.errors, p50Ms: quantile(app.latenciesMs, 0.5), p95Ms: quantile(app.latenciesMs, 0.95) };
    }
    return seconds;
  }

  /** The App's last minute; of all Apps together for null. */
  summaryOf(uid: string | null, nowMs: number): TrafficSummary {
    const latenciesMs: number[] = [];
    const summary = { requestsPerSecond: 0, requests: 0, errors: 0, inFlight: 0 };
    for (const sample of this.#samples) {
      const ageSeconds = (nowMs - sample.atMs) / TRAFFIC_INTERVAL_MS;
      if (ageSeconds >= SUMMARY_SECONDS) continue;
      for (const app of sample.apps) {
        if (uid !== null && app.uid !== uid) continue;
        summary.requests += app.requests;
        summary.errors += app.errors;
        if (ageSeconds < RATE_SECONDS) summary.requestsPerSecond += app.requests / RATE_SECONDS;
        latenciesMs.push(...app.latenciesMs);
        if (sample === this.#samples.at(-1)) summary.inFlight += app.inFlight;
      }
    }
    return { ...summary, p50Ms: quantile(latenciesMs, 0.5), p95Ms: quantile(latenciesMs, 0.95) };
  }
}

/** Nearest rank; null of nothing. */
export function quantile(values: readonly number[], q: number): number | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? null;
}
