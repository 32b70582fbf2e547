import { ERRORS } from '../../src/core/errors.ts';
import type { Outcome } from './page-sender.ts';
import type { Timeline } from './timeline.ts';
import type { Errand } from './traffic.ts';

/**
 * What a request came to. `answered`: right, by the App or the right error. `error`: a defined error that a fault explains.
 * `unexplained`: a defined error with no fault near. `excused`: no answer, or one that broke off, by a fault that takes
 * answers away. `violation`: anything else.
 */
export interface Verdict {
  verdict: 'answered' | 'aborted' | 'error' | 'unexplained' | 'excused' | 'violation';
  detail: string;
}

/** Beyond its deadline a request has this long. */
export const GRACE_MS = 1_000;

/** Codes that say that an App or a route is not there or cannot be: never right for an App that is there all the time. */
const NEVER = new Set([
  'internal',
  'route-not-found',
  'resource-not-found',
  'method-not-allowed',
  'api-forbidden',
  'app-not-ready',
  'module-invalid',
  'request-invalid',
]);

/** Judges what the page of `tab` saw between the two times. */
export function judge(
  errand: Pick<Errand, 'check' | 'rightCodes' | 'headDeadlineMs' | 'deadlineMs' | 'request'>,
  outcome: Outcome,
  timeline: Timeline,
  seen: { tab: number; startMs: number; endMs: number },
): Verdict {
  const { status, code, failure } = outcome;
  const { tab, startMs, endMs } = seen;
  const late = lateness(errand, outcome, timeline.standstillMs(tab, startMs, endMs));
  if (late !== null) return { verdict: 'violation', detail: late };
  if (failure !== null) {
    if (failure.name === 'AbortError' && errand.request.abortAfterMs !== undefined) return { verdict: 'aborted', detail: '' };
    const detail = `${failure.stage === 'head' ? 'no answer' : `${status} broke off after ${outcome.bytes} bytes`}: ${failure.name} ${failure.message}`;
    const isExplained = timeline.explainsNoAnswer(tab, startMs, endMs) || (failure.stage === 'body' && timeline.explainsLoss(startMs, endMs));
    return { verdict: isExplained ? 'excused' : 'violation', detail };
  }
  if (code === null) {
    const wrong = errand.check(outcome);
    if (wrong === null) return { verdict: 'answered', detail: '' };
    return { verdict: 'violation', detail: `${status}: ${wrong}; the answer: ${outcome.text.slice(0, 300)}` };
  }
  const detail = `${status} ${code}: ${problemOf(outcome.text)}`;
  if (errand.rightCodes.includes(code)) return { verdict: 'answered', detail };
  if (!(code in ERRORS) || ERRORS[code as keyof typeof ERRORS].status !== status || NEVER.has(code)) return { verdict: 'violation', detail };
  return { verdict: timeline.explainsLoss(startMs, endMs) || timeline.during(startMs, endMs).length > 0 ? 'error' : 'unexplained', detail };
}

function lateness(
  { headDeadlineMs, deadlineMs }: Pick<Errand, 'headDeadlineMs' | 'deadlineMs'>,
  { headMs, endMs, pauseMs }: Outcome,
  standstillMs: number,
): string | null {
  // A page whose own event loop stood still learns of the end late.
  const allowedMs = GRACE_MS + pauseMs + standstillMs;
  if ((headMs ?? endMs) > headDeadlineMs + allowedMs)
    return `its head came after ${Math.round(headMs ?? endMs)} ms; its deadline was ${headDeadlineMs} ms (allowed ${Math.round(allowedMs)} ms beyond)`;
  if (endMs > deadlineMs + allowedMs)
    return `it ended after ${Math.round(endMs)} ms; its deadline was ${deadlineMs} ms (allowed ${Math.round(allowedMs)} ms beyond)`;
  return null;
}

function problemOf(text: string): string {
  try {
    const { detail, message } = JSON.parse(text) as { detail?: string; message?: string };
    return detail ?? message ?? text.slice(0, 200);
  } catch {
    return text.slice(0, 200); // A HEAD, or not ours.
  }
}
