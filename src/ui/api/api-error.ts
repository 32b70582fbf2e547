import { ERRORS, type ErrorCode, RuntimeError } from '../../core/errors.ts';
import type { KubernetesStatus } from '../../core/resource.ts';

/** RFC 9457 problem as Swerve writes it, extension members included. */
export interface Problem {
  title?: string;
  detail?: string;
  code?: string;
  /** Of a refused module: what the file is, what Swerve runs, what to do. */
  found?: string;
  runs?: string | string[];
  fix?: string;
}

/** One field that the server refused: `spec.routes[0].path`. */
export interface FieldCause {
  field: string;
  message: string;
}

const CODE_OF_STATUS: Readonly<Record<number, ErrorCode>> = {
  400: 'request-invalid',
  403: 'api-forbidden',
  404: 'resource-not-found',
  405: 'method-not-allowed',
  409: 'resource-conflict',
  410: 'watch-expired',
  413: 'body-too-large',
  415: 'media-type-unsupported',
  422: 'resource-invalid',
  503: 'host-unavailable',
  504: 'handler-timeout',
  507: 'storage-full',
};

/** The error behind an answer's body: a Kubernetes `Status` (details.causes) or a problem (details: found, runs, fix). */
export function errorFromBody(status: number, body: unknown): RuntimeError {
  if (isStatus(body)) {
    const code = body.reason === 'AlreadyExists' ? 'resource-exists' : codeOf(status);
    return new RuntimeError(code, body.message ?? ERRORS[code].title, { details: { causes: body.details?.causes ?? [] } });
  }
  const problem: Problem = typeof body === 'object' && body !== null ? body : {};
  const code = problem.code !== undefined && Object.hasOwn(ERRORS, problem.code) ? (problem.code as ErrorCode) : codeOf(status);
  const { found, runs, fix } = problem;
  return new RuntimeError(code, problem.detail ?? problem.title ?? `The API answered ${status}.`, {
    details: { title: problem.title ?? ERRORS[code].title, found, runs, fix },
  });
}

/** Fields that the server refused; empty for errors of another sort. */
export function fieldCauses(error: RuntimeError): FieldCause[] {
  const { causes } = error.details;
  return Array.isArray(causes) ? (causes as FieldCause[]) : [];
}

function codeOf(status: number): ErrorCode {
  return CODE_OF_STATUS[status] ?? 'internal';
}

function isStatus(body: unknown): body is KubernetesStatus {
  return typeof body === 'object' && body !== null && 'kind' in body && body.kind === 'Status';
}
