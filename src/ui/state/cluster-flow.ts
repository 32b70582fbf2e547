import { TRAFFIC_INTERVAL_MS, type TrafficSample } from '../../core/traffic.ts';

/** One dot that runs from the ingress to a host, or ends at the ingress when no instance answered. */
export interface FlowDot {
  host: string | null;
  instance: string | null;
  isError: boolean;
  /** After the first one. */
  delayMs: number;
}

/** The dots of one sample. */
export interface Flow {
  dots: FlowDot[];
  /** How many requests one dot stands for. */
  requestsPerDot: number;
}

const RATE_SECONDS = 5;
/** A prime, so that stepping by it comes by every dot. */
const STRIDE = 7919;

/** Dots for what was served in `sample`, at most `most` of them, spread over `durationMs`. */
export function flowOf(sample: TrafficSample, most: number, durationMs: number): Flow {
  const total = sample.apps.reduce((sum, { requests }) => sum + requests, 0);
  const requestsPerDot = Math.max(1, Math.ceil(total / most));
  const dots = sample.apps.flatMap(({ requests, errors, instances }) => {
    const answered = instances.flatMap(({ instance, host, requests: count }) => repeated(count, { host, instance }));
    const refused = repeated(Math.max(0, requests - answered.length), { host: null, instance: null });
    const all: Pick<FlowDot, 'host' | 'instance'>[] = [...answered, ...refused];
    // Which ones failed is not known; those that no instance answered did. Counted from the end: few errors among many requests are not what is left out.
    return all
      .map((request, index) => ({ ...request, isError: index >= all.length - errors }))
      .filter((_, index) => (all.length - 1 - index) % requestsPerDot === 0);
  });
  // Apps take turns, or each would run in a block of its own.
  const mixed = dots.map((_, index) => dots[(index * STRIDE) % dots.length]).filter((dot) => dot !== undefined);
  const shown = mixed.slice(0, most);
  const stepMs = durationMs / Math.max(1, shown.length);
  return { dots: shown.map((dot, index) => ({ ...dot, delayMs: Math.round(index * stepMs) })), requestsPerDot };
}

function repeated<T>(count: number, value: T): T[] {
  return Array.from({ length: count }, () => value);
}

/** Requests a second that the instances of each host answered, over the last samples. */
export class HostRates {
  #samples: readonly TrafficSample[] = [];

  add(sample: TrafficSample): void {
    this.#samples = [...this.#samples, sample].slice(-RATE_SECONDS);
  }

  /** By host; those without requests are missing. */
  at(nowMs: number): Map<string, number> {
    const rates = new Map<string, number>();
    for (const { atMs, apps } of this.#samples) {
      if (nowMs - atMs >= RATE_SECONDS * TRAFFIC_INTERVAL_MS) continue;
      for (const { instances } of apps) {
        for (const { host, requests } of instances) rates.set(host, (rates.get(host) ?? 0) + requests / RATE_SECONDS);
      }
    }
    return rates;
  }
}
