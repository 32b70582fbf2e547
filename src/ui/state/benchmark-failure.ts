import { RuntimeError } from '../../core/errors.ts';

/** What went wrong, and what a person can do about it. */
export interface Failure {
  found: string;
  fix: string;
}

/** The service worker that Swerve is compared with could not be had, or does not answer. */
export class LimitFailure extends Error {
  constructor(cause: unknown) {
    super('the bare service worker failed', { cause });
  }
}

/** Why a run of the benchmark has ended early, in plain words. */
export function explainFailure(error: unknown): Failure {
  if (error instanceof LimitFailure) return explainLimit(error.cause);
  const { code, details, message } = RuntimeError.from(error);
  const { found, fix } = details;
  if (typeof found === 'string' && typeof fix === 'string') return { found, fix };
  if (code === 'storage-full') return { found: message, fix: 'Make room in the Storage view, then run it again.' };
  return { found: message, fix: 'Reload this page and run it again.' };
}

function explainLimit(cause: unknown): Failure {
  // What registering throws when the script does not come (Service Workers, "Update": a network error).
  if (cause instanceof TypeError) {
    return {
      found: 'The service worker without Swerve, which everything is compared with, could not be loaded.',
      fix: 'Browsers fetch a new service worker from the server, also where Swerve itself works without it. Check that you are online and the server answers, then run it again.',
    };
  }
  const reason = cause instanceof Error ? cause.message : String(cause);
  return { found: `The service worker without Swerve, which everything is compared with, failed: ${reason}.`, fix: 'Reload this page and run it again.' };
}
