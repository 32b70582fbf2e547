import { RuntimeError } from '../core/errors.ts';
import { NAME_MAX_LENGTH, NAME_PATTERN } from '../core/ids.ts';
import { type Cause, forbiddenCause, invalidCause, requiredCause } from './causes.ts';

/** The metadata of an object as a client wrote it, checked. */
export interface MetadataInput {
  /** Empty when `generateName` is to make one. */
  name: string;
  generateName: string;
  namespace: string;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** Preconditions; empty: none. */
  uid: string;
  resourceVersion: string;
}

/** Where the request was sent: what the body must agree with. */
export interface ObjectTarget {
  namespace: string;
  /** null for a create: the body names it. */
  name: string | null;
}

const LABEL_PART = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const DNS_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const ANNOTATIONS_MAX_BYTES = 262_144;
const NAME_RULE =
  'a lowercase RFC 1123 label must consist of lower case alphanumeric characters or "-", and must start and end with an alphanumeric character (at most 63)';

/**
 * Reads `object.metadata`; what is wrong with it is added to `causes`. What the server owns is passed over.
 * @throws RuntimeError `request-invalid` (it is not the object of the address)
 */
export function parseMetadata(object: Record<string, unknown>, target: ObjectTarget, causes: Cause[]): MetadataInput {
  const metadata = object['metadata'] === undefined ? {} : asObject(object['metadata']);
  if (metadata === null) throw new RuntimeError('request-invalid', 'metadata must be an object');

  const text = (field: string): string => {
    const value = metadata[field];
    if (value === undefined || value === null) return '';
    if (typeof value !== 'string') throw new RuntimeError('request-invalid', `metadata.${field} must be a string`);
    return value;
  };
  const [name, namespace, generateName] = [text('name'), text('namespace'), text('generateName')];
  if (namespace !== '' && namespace !== target.namespace) {
    throw new RuntimeError(
      'request-invalid',
      `the namespace of the provided object (${namespace}) does not match the namespace sent on the request (${target.namespace})`,
    );
  }
  if (target.name !== null && name !== '' && name !== target.name) {
    throw new RuntimeError('request-invalid', `the name of the object (${name}) does not match the name on the URL (${target.name})`);
  }

  const finalName = target.name ?? name;
  causes.push(...nameCauses(finalName, generateName, target.namespace));
  const labels = stringMap(metadata['labels'], 'metadata.labels', causes);
  for (const [key, value] of Object.entries(labels)) {
    causes.push(...keyCauses('metadata.labels', key));
    if (value !== '' && (value.length > 63 || !LABEL_PART.test(value))) {
      causes.push(
        invalidCause(
          'metadata.labels',
          value,
          'a label value must be empty or at most 63 alphanumeric characters, "-", "_" or ".", and start and end with an alphanumeric character',
        ),
      );
    }
  }
  const annotations = stringMap(metadata['annotations'], 'metadata.annotations', causes);
  let annotationsLength = 0;
  for (const [key, value] of Object.entries(annotations)) {
    causes.push(...keyCauses('metadata.annotations', key.toLowerCase()));
    annotationsLength += key.length + value.length;
  }
  if (annotationsLength > ANNOTATIONS_MAX_BYTES) {
    causes.push({ reason: 'FieldValueTooLong', message: `Too long: may not be more than ${ANNOTATIONS_MAX_BYTES} bytes`, field: 'metadata.annotations' });
  }
  // Kubernetes would act on these; taking them and not acting would be a promise that nobody keeps.
  for (const field of ['finalizers', 'ownerReferences']) {
    const value = metadata[field];
    if (Array.isArray(value) && value.length > 0) causes.push(forbiddenCause(`metadata.${field}`, `Swerve does not act on ${field}; leave them out`));
  }

  return { name: finalName, generateName, namespace: target.namespace, labels, annotations, uid: text('uid'), resourceVersion: text('resourceVersion') };
}

function nameCauses(name: string, generateName: string, namespace: string): Cause[] {
  const causes: Cause[] = [];
  if (name === '' && generateName === '') causes.push(requiredCause('metadata.name', 'name or generateName is required'));
  if (name !== '' && !isLabel(name)) causes.push(invalidCause('metadata.name', name, NAME_RULE));
  // Five characters are added to it.
  if (name === '' && generateName !== '' && !isLabel(`${generateName}00000`)) causes.push(invalidCause('metadata.generateName', generateName, NAME_RULE));
  if (!isLabel(namespace)) causes.push(invalidCause('metadata.namespace', namespace, NAME_RULE));
  return causes;
}

function isLabel(name: string): boolean {
  return name.length <= NAME_MAX_LENGTH && NAME_PATTERN.test(name);
}

function keyCauses(field: string, key: string): Cause[] {
  const slash = key.lastIndexOf('/');
  const prefix = slash < 0 ? null : key.slice(0, slash);
  const part = key.slice(slash + 1);
  if ((prefix === null || (prefix.length <= 253 && DNS_NAME.test(prefix))) && part.length <= 63 && LABEL_PART.test(part)) return [];
  return [invalidCause(field, key, 'a key must be at most 63 alphanumeric characters, "-", "_" or ".", with an optional DNS name and "/" before it')];
}

function stringMap(value: unknown, field: string, causes: Cause[]): Record<string, string> {
  if (value === undefined || value === null) return {};
  const object = asObject(value);
  if (object === null) {
    causes.push({ reason: 'FieldValueTypeInvalid', message: `Invalid value: ${JSON.stringify(value)}: must be an object`, field });
    return {};
  }
  const strings: Record<string, string> = {};
  for (const [key, item] of Object.entries(object)) {
    if (typeof item === 'string') strings[key] = item;
    else
      causes.push({
        reason: 'FieldValueTypeInvalid',
        message: `Invalid value: ${JSON.stringify(item)}: must be a string (quote it in YAML)`,
        field: `${field}[${key}]`,
      });
  }
  return strings;
}

/** `value` when it is a JSON object, else null. */
export function asObject(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
}
