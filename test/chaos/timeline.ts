import type { FaultKind } from './plan.ts';

/** A fault as it was done, on the storm's clock (`performance.now()` of the runner). */
export interface DoneFault {
  number: number;
  kind: FaultKind | 'wipe-storage';
  /** Number of the tab that it was done to; null: not to one tab. */
  tab: number | null;
  startMs: number;
  /** When its cause was over; infinite while it lasts. */
  endMs: number;
}

/** How long after its end a fault may still show. */
const AFTERMATH_MS = 2_500;

/** What a fault takes away from whom, by the platform's own rules; anything beyond is a violation. */
interface Reach {
  /** Requests of that tab may fail without an answer (the tab is gone), or of every tab (the service worker is). */
  networkErrors: 'own' | 'all';
  /** Instances may go: answers that had begun may break off, and what may not be repeated gets a 5xx. */
  takesInstances: boolean;
}

const REACH: Record<DoneFault['kind'], Reach> = {
  'close-tab': { networkErrors: 'own', takesInstances: true },
  // Chromium may run the service worker in the renderer that dies.
  'crash-tab': { networkErrors: 'all', takesInstances: true },
  'reload-tab': { networkErrors: 'own', takesInstances: true },
  'cold-start': { networkErrors: 'all', takesInstances: true },
  'freeze-tab': { networkErrors: 'own', takesInstances: true },
  'halt-tab': { networkErrors: 'own', takesInstances: true },
  'throttle-tab': { networkErrors: 'own', takesInstances: false },
  'kill-worker': { networkErrors: 'own', takesInstances: true },
  'hang-guest': { networkErrors: 'own', takesInstances: false },
  'stop-service-worker': { networkErrors: 'all', takesInstances: true },
  'update-service-worker': { networkErrors: 'all', takesInstances: true },
  'fill-storage': { networkErrors: 'own', takesInstances: false },
  'wipe-storage': { networkErrors: 'all', takesInstances: true },
};

/** The faults of a run, so that what was seen can be told from what nobody caused. */
export class Timeline {
  readonly faults: DoneFault[] = [];
  readonly #stalledMs: (startMs: number, endMs: number) => number;

  /** `stalledMs` tells how long the machine stood still between two times. */
  constructor(stalledMs: (startMs: number, endMs: number) => number) {
    this.#stalledMs = stalledMs;
  }

  /** A fault begins; `ended` says that its cause is over. */
  begin(kind: DoneFault['kind'], tab: number | null): DoneFault & { ended(): void } {
    const fault = { number: this.faults.length + 1, kind, tab, startMs: performance.now(), endMs: Number.POSITIVE_INFINITY, ended: () => {} };
    fault.ended = () => {
      fault.endMs = performance.now();
    };
    this.faults.push(fault);
    return fault;
  }

  /** Faults that could show between the two times. */
  during(startMs: number, endMs: number): DoneFault[] {
    return this.faults.filter((fault) => fault.startMs <= endMs && fault.endMs + AFTERMATH_MS >= startMs);
  }

  /** Whether a fault explains that a request of `tab` got no answer at all. */
  explainsNoAnswer(tab: number, startMs: number, endMs: number): boolean {
    return this.during(startMs, endMs).some(({ kind, tab: hit }) => REACH[kind].networkErrors === 'all' || (hit === tab && hit !== null));
  }

  /** Whether a fault explains an answer that broke off, or a 502 or 503 in its place. */
  explainsLoss(startMs: number, endMs: number): boolean {
    return this.during(startMs, endMs).some(({ kind }) => REACH[kind].takesInstances);
  }

  /** How long, between the two times, the clock of `tab` stood still or every answer began anew: a deadline is later by that. */
  standstillMs(tab: number, startMs: number, endMs: number): number {
    let totalMs = this.#stalledMs(startMs, endMs);
    for (const { kind, tab: hit, startMs: fromMs, endMs: toMs } of this.faults) {
      const stands = (kind === 'halt-tab' || kind === 'freeze-tab' || kind === 'throttle-tab') && hit === tab;
      const overlapMs = Math.min(toMs + (stands ? AFTERMATH_MS : 0), endMs) - Math.max(fromMs, startMs);
      if (stands && overlapMs > 0) totalMs += overlapMs;
      // The browser sends what was under way anew to the next service worker, which cannot know of the time before.
      if (REACH[kind].networkErrors === 'all' && fromMs <= endMs && toMs >= startMs) totalMs = Math.max(totalMs, Math.min(toMs, endMs) - startMs);
    }
    return totalMs;
  }
}
