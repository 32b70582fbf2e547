import { type AppTraffic, TRAFFIC_INTERVAL_MS, TRAFFIC_SAMPLES_KEPT, type TrafficSample } from '../../core/traffic.ts';
import { Observable } from './observable.ts';

/** One second of one App. */
export interface AppSecond {
  readonly requests: number;
  readonly errors: number;
  /** Of the requests of this second; null without any. */
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
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

/** All Apps together, in one second or over a while. */
export interface TrafficTotal {
  requests: number;
  errors: number;
}

const RATE_SECONDS = 5;
const SUMMARY_SECONDS = 60;
const NOTHING: AppSecond = { requests: 0, errors: 0, p50Ms: null, p95Ms: null };

/** A sample as it is asked for: many Apps, each by its uid, and all together. */
interface Interval extends TrafficTotal {
  atMs: number;
  sample: TrafficSample;
  byUid: ReadonlyMap<string, AppTraffic>;
  inFlight: number;
}

/** By the object, which never changes: charts ask for the same seconds every second. */
const known = new WeakMap<AppTraffic, AppSecond>();

function secondOf(app: AppTraffic | undefined): AppSecond {
  if (app === undefined) return NOTHING;
  let second = known.get(app);
  if (second === undefined) {
    const { requests, errors, latenciesMs } = app;
    second = { requests, errors, p50Ms: quantile(latenciesMs, 0.5), p95Ms: quantile(latenciesMs, 0.95) };
    known.set(app, second);
  }
  return second;
}

/** The last two minutes of traffic, a second at a time. What is asked of one App does not depend on how many there are. */
export class Traffic extends Observable {
  /** Oldest first; the seconds without a sample are missing. */
  #intervals: Interval[] = [];
  readonly #listeners = new Set<(sample: TrafficSample) => void>();

  /** Takes samples in the order that they were made in; what is known already is passed over. */
  add(samples: readonly TrafficSample[]): void {
    const newestMs = this.#intervals.at(-1)?.atMs ?? Number.NEGATIVE_INFINITY;
    const fresh = samples.filter(({ atMs }) => atMs > newestMs);
    if (fresh.length === 0) return;
    this.#intervals = [...this.#intervals, ...fresh.map(intervalOf)].slice(-TRAFFIC_SAMPLES_KEPT);
    for (const sample of fresh) for (const listener of this.#listeners) listener(sample);
    this.changed();
  }

  /** Oldest first. */
  get samples(): readonly TrafficSample[] {
    return this.#intervals.map(({ sample }) => sample);
  }

  /** Calls `listener` with each new sample; returns the way to stop it. */
  listen(listener: (sample: TrafficSample) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The last `count` seconds of the App before `nowMs`, oldest first: always `count` long. */
  secondsOf(uid: string, nowMs: number, count = TRAFFIC_SAMPLES_KEPT): AppSecond[] {
    return this.#seconds(nowMs, count, NOTHING, ({ byUid }) => secondOf(byUid.get(uid)));
  }

  /** The last `count` seconds of all Apps together, as {@link secondsOf}. */
  totalSeconds(nowMs: number, count: number): TrafficTotal[] {
    return this.#seconds<TrafficTotal>(nowMs, count, { requests: 0, errors: 0 }, (interval) => interval);
  }

  /** The last minute of every App that had traffic in it, by uid: in one pass, for many Apps at once. */
  summaries(nowMs: number): Map<string, Pick<TrafficSummary, 'requests' | 'errors' | 'p95Ms'>> {
    const totals = new Map<string, { requests: number; errors: number; latenciesMs: number[] }>();
    for (const { byUid } of this.#lately(nowMs)) {
      for (const { uid, requests, errors, latenciesMs } of byUid.values()) {
        const total = totals.get(uid) ?? { requests: 0, errors: 0, latenciesMs: [] };
        totals.set(uid, total);
        total.requests += requests;
        total.errors += errors;
        total.latenciesMs.push(...latenciesMs);
      }
    }
    return new Map([...totals].map(([uid, { requests, errors, latenciesMs }]) => [uid, { requests, errors, p95Ms: quantile(latenciesMs, 0.95) }]));
  }

  /** The App's last minute. */
  summaryOf(uid: string, nowMs: number): TrafficSummary {
    const latenciesMs: number[] = [];
    const summary = { requestsPerSecond: 0, requests: 0, errors: 0 };
    for (const { atMs, byUid } of this.#lately(nowMs)) {
      const app = byUid.get(uid);
      if (app === undefined) continue;
      summary.requests += app.requests;
      summary.errors += app.errors;
      if (ageSeconds(atMs, nowMs) < RATE_SECONDS) summary.requestsPerSecond += app.requests / RATE_SECONDS;
      latenciesMs.push(...app.latenciesMs);
    }
    const inFlight = this.#lately(nowMs).at(-1)?.byUid.get(uid)?.inFlight ?? 0;
    latenciesMs.sort((a, b) => a - b);
    return { ...summary, inFlight, p50Ms: rank(latenciesMs, 0.5), p95Ms: rank(latenciesMs, 0.95) };
  }

  /** The last minute of all Apps together. */
  totalOf(nowMs: number): TrafficTotal & Pick<TrafficSummary, 'requestsPerSecond' | 'inFlight'> {
    const total = { requestsPerSecond: 0, requests: 0, errors: 0, inFlight: 0 };
    for (const { atMs, requests, errors, inFlight } of this.#lately(nowMs)) {
      // Of the newest second, which comes last.
      total.inFlight = inFlight;
      total.requests += requests;
      total.errors += errors;
      if (ageSeconds(atMs, nowMs) < RATE_SECONDS) total.requestsPerSecond += requests / RATE_SECONDS;
    }
    return total;
  }

  #lately(nowMs: number): Interval[] {
    return this.#intervals.filter(({ atMs }) => ageSeconds(atMs, nowMs) < SUMMARY_SECONDS);
  }

  #seconds<T>(nowMs: number, count: number, nothing: T, read: (interval: Interval) => T): T[] {
    const seconds = new Array<T>(count).fill(nothing);
    for (const interval of this.#intervals) {
      const index = count - 1 - Math.floor(ageSeconds(interval.atMs, nowMs));
      if (index >= 0 && index < count) seconds[index] = read(interval);
    }
    return seconds;
  }
}

function intervalOf(sample: TrafficSample): Interval {
  const { atMs, apps } = sample;
  const interval = { atMs, sample, byUid: new Map(apps.map((app) => [app.uid, app])), requests: 0, errors: 0, inFlight: 0 };
  for (const { requests, errors, inFlight } of apps) {
    interval.requests += requests;
    interval.errors += errors;
    interval.inFlight += inFlight;
  }
  return interval;
}

function ageSeconds(atMs: number, nowMs: number): number {
  return (nowMs - atMs) / TRAFFIC_INTERVAL_MS;
}

/** Nearest rank; null of nothing. */
export function quantile(values: readonly number[], q: number): number | null {
  return values.length < 2
    ? (values[0] ?? null)
    : rank(
        [...values].sort((a, b) => a - b),
        q,
      );
}

function rank(sorted: readonly number[], q: number): number | null {
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? null;
}
