import type { RequestPhases, RequestRecord } from '../../core/traffic.ts';

/** One part of a request. */
export type Phase = 'queue' | 'start' | 'guest' | 'body';

/** A part as a piece of a bar. */
export interface PhaseSegment {
  phase: Phase;
  ms: number;
  /** Where it begins and how long it is, in percent of the scale; never past its end. */
  startPercent: number;
  widthPercent: number;
}

/** In the order that a request goes through them. */
export const PHASES: readonly { phase: Phase; key: keyof RequestPhases; label: string; explanation: string }[] = [
  { phase: 'queue', key: 'queueMs', label: 'Queue', explanation: 'waited for a tab, or for an instance that was free' },
  { phase: 'start', key: 'startMs', label: 'Start', explanation: 'waited for an instance to start' },
  { phase: 'guest', key: 'guestMs', label: 'Guest', explanation: 'the guest worked, until the head of its answer' },
  { phase: 'body', key: 'bodyMs', label: 'Body', explanation: 'from the head to the last byte' },
];

/** What remains in sight of a part that took some time, but next to none of the scale. */
const LEAST_PERCENT = 0.6;
const SCALE_STEPS = [1, 2, 5] as const;
/** The bars of the slowest requests may go past the scale, so that one of them does not make all others vanish. */
const SCALE_QUANTILE = 0.95;
const LEAST_SCALE_MS = 5;

/** Time until the last byte, or as far as the request has come. */
export function durationOf(phases: RequestPhases): number {
  return PHASES.reduce((sum, { key }) => sum + (phases[key] ?? 0), 0);
}

/** The parts that were reached, one after the other, on a scale of `scaleMs`. Parts that took no time are left out. */
export function segmentsOf(phases: RequestPhases, scaleMs: number): PhaseSegment[] {
  const segments: PhaseSegment[] = [];
  let startMs = 0;
  for (const { phase, key } of PHASES) {
    const ms = phases[key] ?? 0;
    const startPercent = percentOf(startMs, scaleMs);
    startMs += ms;
    if (ms <= 0 || startPercent >= 100) continue;
    const widthPercent = Math.min(100 - startPercent, Math.max(LEAST_PERCENT, percentOf(startMs, scaleMs) - startPercent));
    segments.push({ phase, ms, startPercent, widthPercent });
  }
  return segments;
}

/** A round scale on which nearly all of `records` fit, whose steps are so wide apart that it seldom changes. */
export function scaleOf(records: readonly Pick<RequestRecord, 'phases'>[]): number {
  const durations = records.map(({ phases }) => durationOf(phases)).sort((a, b) => a - b);
  return roundUp(Math.max(LEAST_SCALE_MS, durations[Math.ceil(SCALE_QUANTILE * durations.length) - 1] ?? 0));
}

/** The least of 1, 2, 5, 10, 20, 50, … that is not below `value`; also below one: 0.1, 0.2, 0.5. */
export function roundUp(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const step = SCALE_STEPS.find((candidate) => candidate * power >= value * (1 - 1e-9));
  return step === undefined ? 10 * power : step * power;
}

function percentOf(ms: number, scaleMs: number): number {
  return Math.min(100, (ms / scaleMs) * 100);
}

/** "0.4 ms", "12 ms", "1.25 s": three digits that tell. */
export function formatMs(ms: number): string {
  if (ms >= 9_995) return `${(ms / 1000).toFixed(1)} s`;
  if (ms >= 999.5) return `${(ms / 1000).toFixed(2)} s`;
  return `${ms >= 9.95 ? Math.round(ms) : Number(ms.toFixed(1))} ms`;
}

/** What a bar shows, in words: "12 ms: queue 2 ms, guest 10 ms". */
export function describePhases(phases: RequestPhases): string {
  const parts = PHASES.filter(({ key }) => (phases[key] ?? 0) > 0).map(({ key, label }) => `${label.toLowerCase()} ${formatMs(phases[key] ?? 0)}`);
  return parts.length === 0 ? 'nothing measured yet' : `${formatMs(durationOf(phases))}: ${parts.join(', ')}`;
}
