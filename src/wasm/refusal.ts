import { RuntimeError } from '../core/errors.ts';

/** Why a file cannot run, in three plain sentences' worth of text for the upload dialog, the CLI and the API. */
export interface Refusal {
  /** What the file is: one sentence. */
  readonly found: string;
  /** What to do about it. */
  readonly fix: string;
  /** Byte of the file at which it stops making sense. */
  readonly offset?: number;
  readonly cause?: unknown;
}

/** What Swerve can run: `details.runs` of every refusal. */
export const RUNS =
  'Swerve runs WASI preview 1 commands (core modules that export _start) and WASI 0.2 components that export wasi:http/incoming-handler@0.2 or wasi:cli/run@0.2.';

/** The `module-invalid` error for `refusal`; its `details` are `{ found, runs, fix, offset? }`. */
export function refusalError(refusal: Refusal): RuntimeError {
  const { found, fix, offset, cause } = refusal;
  return new RuntimeError('module-invalid', `${found} ${RUNS} ${fix}`, {
    details: offset === undefined ? { found, runs: RUNS, fix } : { found, runs: RUNS, fix, offset },
    cause,
  });
}

const QUOTED_MAX_LENGTH = 80;

/** A name out of a file, made safe to show: in quotes, control characters escaped, cut at 80 characters. */
export function quoted(name: string): string {
  return JSON.stringify(name.length > QUOTED_MAX_LENGTH ? `${name.slice(0, QUOTED_MAX_LENGTH)}…` : name);
}

/** `a, b, c and 4 more`: at most `shown` of `names`, each quoted. */
export function listed(names: readonly string[], shown = 4): string {
  const head = names.slice(0, shown).map(quoted);
  const rest = names.length - head.length;
  return rest > 0 ? `${head.join(', ')} and ${rest} more` : head.join(', ');
}
