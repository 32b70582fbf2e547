import { ERRORS, type RuntimeError } from '../../core/errors.ts';
import { errorHeaders } from './answers.ts';

/** `error` as a problem document (RFC 9457): `code` and the error's details are extension members. */
export function toProblem(error: RuntimeError): Record<string, unknown> {
  return { ...error.details, type: 'about:blank', title: ERRORS[error.code].title, status: error.status, detail: error.message, code: error.code };
}

/** The answer for an error outside the Kubernetes-shaped part of the API. */
export function problemAnswer(error: RuntimeError): Response {
  const headers = { ...errorHeaders(error), 'content-type': 'application/problem+json', 'cache-control': 'no-store' };
  return new Response(JSON.stringify(toProblem(error)), { status: error.status, headers });
}
