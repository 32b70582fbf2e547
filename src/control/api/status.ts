import { ERRORS, type ErrorCode, type RuntimeError } from '../../core/errors.ts';
import type { KubernetesStatus } from '../../core/resource.ts';
import type { Cause } from '../causes.ts';

/** The kind of object that a request was about, for the words of its errors. */
export interface ApiResource {
  /** Empty for the core group. */
  group: string;
  version: string;
  kind: string;
  plural: string;
}

export const APPS: ApiResource = { group: 'swerve.dev', version: 'v1', kind: 'App', plural: 'apps' };
export const VOLUMES: ApiResource = { group: 'swerve.dev', version: 'v1', kind: 'Volume', plural: 'volumes' };
export const NODES: ApiResource = { group: '', version: 'v1', kind: 'Node', plural: 'nodes' };
export const PODS: ApiResource = { group: '', version: 'v1', kind: 'Pod', plural: 'pods' };
export const CONFIG_MAPS: ApiResource = { group: '', version: 'v1', kind: 'ConfigMap', plural: 'configmaps' };
export const SECRETS: ApiResource = { group: '', version: 'v1', kind: 'Secret', plural: 'secrets' };

/** What the request named. `name` is empty for a collection. */
export interface StatusSubject {
  resource: ApiResource;
  name: string;
}

const REASONS: Partial<Record<ErrorCode, string>> = {
  'request-invalid': 'BadRequest',
  'api-forbidden': 'Forbidden',
  'route-not-found': 'NotFound',
  'resource-not-found': 'NotFound',
  'method-not-allowed': 'MethodNotAllowed',
  'resource-conflict': 'Conflict',
  'module-in-use': 'Conflict',
  'volume-in-use': 'Conflict',
  'resource-exists': 'AlreadyExists',
  'watch-expired': 'Expired',
  'body-too-large': 'RequestEntityTooLarge',
  'media-type-unsupported': 'UnsupportedMediaType',
  'resource-invalid': 'Invalid',
  'module-invalid': 'Invalid',
  'storage-full': 'InsufficientStorage',
};

/** `error` as a Kubernetes Status, in the words that kubectl and client libraries know where there are such words. */
export function toStatus(error: RuntimeError, subject: StatusSubject | null = null): KubernetesStatus {
  const { status: code } = ERRORS[error.code];
  const details: NonNullable<KubernetesStatus['details']> = {};
  const name = subject?.name || (typeof error.details['name'] === 'string' ? error.details['name'] : '');
  if (subject) {
    details.group = subject.resource.group;
    details.kind = error.code === 'resource-invalid' ? subject.resource.kind : subject.resource.plural;
  }
  if (name) details.name = name;
  if (Array.isArray(error.details['causes'])) details.causes = error.details['causes'] as Cause[];
  const reason = REASONS[error.code] ?? (code === 503 ? 'ServiceUnavailable' : code === 504 ? 'Timeout' : 'InternalError');
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', message: messageOf(error, subject, name), reason, details, code };
}

/** The answer to a deletion. */
export function deletedStatus(subject: StatusSubject, uid: string): KubernetesStatus {
  const { group, plural } = subject.resource;
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details: { name: subject.name, group, kind: plural, uid }, code: 200 };
}

function messageOf(error: RuntimeError, subject: StatusSubject | null, name: string): string {
  if (subject === null) return error.code === 'route-not-found' ? 'the server could not find the requested resource' : error.message;
  const { group, plural } = subject.resource;
  const object = `${plural}${group && `.${group}`} "${name}"`;
  switch (error.code) {
    case 'resource-not-found':
      return `${object} not found`;
    case 'resource-exists':
      return `${object} already exists`;
    case 'resource-conflict':
      return `Operation cannot be fulfilled on ${object}: the object has been modified; please apply your changes to the latest version and try again (${error.message})`;
    default:
      return error.message;
  }
}
