import type { Result } from '../benchmark/measures.ts';

/** What one run has measured. */
export interface BenchmarkRun {
  atMs: number;
  /** That were asked for. */
  rounds: number;
  /** That the figures are of. */
  roundsDone: number;
  results: readonly Result[];
  /** What failed and was left out from then on, with the reason: by id of its step, `requests/8/wagi`. */
  broken: ReadonlyMap<string, Broken>;
  /** The tab was hidden meanwhile, which slows it down. */
  wasHidden: boolean;
  machine: Machine;
}

/** A case that could not be measured. */
export interface Broken {
  title: string;
  reason: string;
}

/** Where it was measured. */
export interface Machine {
  /** Threads that the processor runs at once, as far as the browser tells. */
  cores: number;
  userAgent: string;
  /** Version of Swerve. */
  swerve: string;
  /** Tabs that could serve. */
  hosts: number;
}

/** The run as a file: `npm run bench -- --compare FILE` takes it too. */
export function jsonOfRun({ atMs, rounds, roundsDone, results, broken, wasHidden, machine }: BenchmarkRun): string {
  const failed = broken.size === 0 ? {} : { failed: Object.fromEntries(broken) };
  return `${JSON.stringify({ version: 1, atMs, machine, rounds: roundsDone, roundsAsked: rounds, wasHidden, ...failed, results }, null, 2)}\n`;
}

/** `swerve-benchmark-2026-11-21.json`. */
export function fileNameOfRun({ atMs }: Pick<BenchmarkRun, 'atMs'>): string {
  return `swerve-benchmark-${new Date(atMs).toISOString().slice(0, 10)}.json`;
}
