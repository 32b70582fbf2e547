import { ERRORS, type ErrorCode } from '../../core/errors.ts';
import { adviceFor } from './request-advice.ts';

/** What Swerve answered in the place of an App, and what can be done. */
export interface AnswerProblem {
  code: ErrorCode;
  title: string;
  /** What was wrong this time; empty when the answer does not say. */
  detail: string;
  advice: string;
}

/** Where the advice for a request of the list does not fit one that is being written. */
const CONSOLE_ADVICE: Partial<Readonly<Record<ErrorCode, string>>> = {
  'route-not-found': 'Choose an App above the tabs, or give one a route to this path in its settings.',
  'request-invalid': 'Change the request and send it again; no App was asked.',
  'method-not-allowed': 'Choose another method.',
  'api-forbidden': 'Choose a path of an App.',
};

/** The header that tells Swerve's own answers from those of guests (http/problem.ts). */
export const ERROR_HEADER = 'swerve-error';

/** The problem behind an answer whose header `swerve-error` is `code`; null for an answer of a guest. `text`: of its body, JSON when it is all there. */
export function problemOf(code: string | null, text: string): AnswerProblem | null {
  if (code === null || !Object.hasOwn(ERRORS, code)) return null;
  const known = code as ErrorCode;
  return { code: known, title: ERRORS[known].title, detail: detailOf(text), advice: CONSOLE_ADVICE[known] ?? adviceFor(known) };
}

function detailOf(text: string): string {
  try {
    const body: unknown = JSON.parse(text);
    const { detail, message } = (body ?? {}) as { detail?: unknown; message?: unknown };
    return typeof detail === 'string' ? detail : typeof message === 'string' ? message : '';
  } catch {
    // A page, or nothing yet: the code says enough.
    return '';
  }
}
