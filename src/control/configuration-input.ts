import { type ConfigurationKind, SECRET_MASK } from '../core/configuration.ts';
import { RuntimeError } from '../core/errors.ts';
import { fromBase64 } from '../store/secret-box.ts';
import { type Cause, forbiddenCause, invalidCause } from './causes.ts';
import { asObject, type MetadataInput, type ObjectTarget, parseMetadata } from './metadata-input.ts';

/** A value of a Secret as a client wrote it; `keep`: it wrote the mask back, so what is stored stays. */
export type SecretValue = { readonly keep: true } | { readonly keep: false; readonly bytes: Uint8Array<ArrayBuffer> };

export interface ConfigMapInput extends MetadataInput {
  kind: 'ConfigMap';
  data: Record<string, string>;
}

export interface SecretInput extends MetadataInput {
  kind: 'Secret';
  type: string;
  values: Map<string, SecretValue>;
}

export type ConfigurationInput = ConfigMapInput | SecretInput;

const KEY = /^[-._a-zA-Z0-9]{1,253}$/;
const KEY_RULE = 'a key must be 1 to 253 of alphanumeric characters, "-", "_" and "."';
/** Of keys and values together (Kubernetes, `MaxSecretSize`). */
const MAX_BYTES = 1_048_576;
const DEFAULT_TYPE = 'Opaque';
/** Where `kubectl apply` keeps what it was given, the values of Secrets as they are. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';
/** The mask as `data` has it. */
export const MASK_BASE64 = btoa(SECRET_MASK);

/** The object is not valid, for the reasons in `details.causes`. */
export function invalidConfiguration(kind: ConfigurationKind, name: string, causes: readonly Cause[]): RuntimeError {
  const list = causes.map(({ field, message }) => `${field}: ${message}`);
  const text = list.length === 1 ? list[0] : `[${list.join(', ')}]`;
  return new RuntimeError('resource-invalid', `${kind} "${name}" is invalid: ${text}`, { details: { name, causes } });
}

/**
 * Reads the ConfigMap or Secret of a request body (Kubernetes core/v1). No message tells a value of a Secret.
 * @throws RuntimeError `request-invalid` (not such an object, or not the one of the address), `resource-invalid`
 */
export function parseConfiguration(kind: ConfigurationKind, body: unknown, target: ObjectTarget): ConfigurationInput {
  const object = asObject(body);
  if (object === null) throw new RuntimeError('request-invalid', `the body must be a JSON object: a ${kind} of v1`);
  const { apiVersion = 'v1', kind: written = kind } = object;
  if (apiVersion !== 'v1' || written !== kind) {
    throw new RuntimeError(
      'request-invalid',
      `the object is ${JSON.stringify(written)} of ${JSON.stringify(apiVersion)}, but this address takes "${kind}" of "v1"`,
    );
  }
  const causes: Cause[] = [];
  const metadata = parseMetadata(object, target, causes);
  // Kubernetes acts on it; taking it and not acting would be a promise that nobody keeps.
  if (object['immutable'] === true) causes.push(forbiddenCause('immutable', 'Swerve does not act on immutable; leave it out'));
  const input = kind === 'ConfigMap' ? parseConfigMap(object, metadata, causes) : parseSecret(object, metadata, causes);
  if (causes.length > 0) throw invalidConfiguration(kind, metadata.name || metadata.generateName, causes);
  return input;
}

function parseConfigMap(object: Record<string, unknown>, metadata: MetadataInput, causes: Cause[]): ConfigMapInput {
  const binary = asObject(object['binaryData'] ?? {});
  if (binary === null || Object.keys(binary).length > 0) {
    causes.push(forbiddenCause('binaryData', 'values become text of guests; put bytes into a Secret, or into a file of the App'));
  }
  const data = membersOf(object['data'], 'data', causes);
  let sizeBytes = 0;
  for (const [key, value] of data) {
    if (typeof value !== 'string') causes.push(typeCause(`data[${key}]`, JSON.stringify(value)));
    else sizeBytes += key.length + new TextEncoder().encode(value).length;
  }
  checkSize('data', sizeBytes, causes);
  return { ...metadata, kind: 'ConfigMap', data: Object.fromEntries(data) as Record<string, string> };
}

function parseSecret(object: Record<string, unknown>, metadata: MetadataInput, causes: Cause[]): SecretInput {
  const { type = DEFAULT_TYPE } = object;
  if (typeof type !== 'string') causes.push(typeCause('type', JSON.stringify(type)));
  const values = new Map<string, SecretValue>();
  const put = (key: string, bytes: Uint8Array<ArrayBuffer>, isMask: boolean) => values.set(key, isMask ? { keep: true } : { keep: false, bytes });
  for (const [key, value] of membersOf(object['data'], 'data', causes)) {
    const bytes = typeof value === 'string' ? bytesOf(value) : null;
    if (bytes === null) causes.push(invalidCause(`data[${key}]`, SECRET_MASK, 'must be base64; plain text goes into stringData'));
    else put(key, bytes, value === MASK_BASE64);
  }
  // stringData goes before data, and is never given out (Kubernetes API, Secret).
  for (const [key, value] of membersOf(object['stringData'], 'stringData', causes)) {
    if (typeof value === 'string') put(key, new TextEncoder().encode(value), value === SECRET_MASK);
    else causes.push(typeCause(`stringData[${key}]`, SECRET_MASK));
  }
  const sizeBytes = Array.from(values, ([key, value]) => key.length + (value.keep ? 0 : value.bytes.length)).reduce((sum, size) => sum + size, 0);
  checkSize('data', sizeBytes, causes);
  const annotations = maskAnnotations(metadata.annotations);
  return { ...metadata, annotations, kind: 'Secret', type: String(type), values };
}

function membersOf(value: unknown, field: string, causes: Cause[]): [string, unknown][] {
  if (value === undefined || value === null) return [];
  const object = asObject(value);
  if (object === null) {
    causes.push({ reason: 'FieldValueTypeInvalid', message: 'Invalid value: must be an object of keys and values', field });
    return [];
  }
  const members = Object.entries(object);
  for (const [key] of members) if (!KEY.test(key)) causes.push(invalidCause(field, key, KEY_RULE));
  return members;
}

function typeCause(field: string, shown: string): Cause {
  return { reason: 'FieldValueTypeInvalid', message: `Invalid value: ${shown}: must be a string (quote it in YAML)`, field };
}

function checkSize(field: string, sizeBytes: number, causes: Cause[]): void {
  if (sizeBytes > MAX_BYTES) causes.push({ reason: 'FieldValueTooLong', message: `Too long: may not be more than ${MAX_BYTES} bytes`, field });
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> | null {
  try {
    return fromBase64(base64);
  } catch {
    return null;
  }
}

/** What kubectl compares with later, its values masked: it needs the keys, and sends every value that is not the mask. */
function maskAnnotations(annotations: Record<string, string>): Record<string, string> {
  const applied = annotations[LAST_APPLIED];
  if (applied === undefined) return annotations;
  const masked = (members: unknown, mask: string) => Object.fromEntries(Object.keys(asObject(members) ?? {}).map((key) => [key, mask]));
  let object: Record<string, unknown> | null = null;
  try {
    object = asObject(JSON.parse(applied));
  } catch {
    // What cannot be read cannot be masked either: it goes.
  }
  const { [LAST_APPLIED]: _, ...others } = annotations;
  if (object === null) return others;
  if (object['data'] !== undefined) object['data'] = masked(object['data'], MASK_BASE64);
  if (object['stringData'] !== undefined) object['stringData'] = masked(object['stringData'], SECRET_MASK);
  return { ...others, [LAST_APPLIED]: JSON.stringify(object) };
}
