import * as v from 'valibot';
import { APP_API_VERSION, type AppSpec, AppSpecSchema, type AppStatus } from '../core/app.ts';
import { RuntimeError } from '../core/errors.ts';
import { type Cause, causesOf, requiredCause } from './causes.ts';
import { asObject, type MetadataInput, type ObjectTarget, parseMetadata } from './metadata-input.ts';

/** An App as a client wrote it, checked, its defaults filled in. */
export interface AppInput extends MetadataInput {
  spec: AppSpec;
}

/** Where the request was sent: what the body must agree with. */
export type AppTarget = ObjectTarget;

/** The App is not valid, for the reasons in `details.causes`. */
export function invalidApp(name: string, causes: readonly Cause[]): RuntimeError {
  const list = causes.map(({ field, message }) => `${field}: ${message}`);
  const text = list.length === 1 ? list[0] : `[${list.join(', ')}]`;
  return new RuntimeError('resource-invalid', `App.swerve.dev "${name}" is invalid: ${text}`, { details: { name, causes } });
}

/**
 * Reads the App of a request body. `apiVersion` and `kind` may be absent, `status` and the metadata that the server
 * owns are passed over. @throws RuntimeError `request-invalid` (not an App, or not the one of the address), `resource-invalid`
 */
export function parseApp(body: unknown, target: AppTarget): AppInput {
  const object = asObject(body);
  if (object === null) throw new RuntimeError('request-invalid', 'the body must be a JSON object: an App of swerve.dev/v1');
  checkType(object);
  const causes: Cause[] = [];
  const metadata = parseMetadata(object, target, causes);
  const spec = v.safeParse(AppSpecSchema, object['spec']);
  if (!spec.success) causes.push(...(object['spec'] === undefined ? [requiredCause('spec')] : causesOf(spec.issues, 'spec')));
  if (!spec.success || causes.length > 0) throw invalidApp(metadata.name || metadata.generateName, causes);
  return { ...metadata, spec: spec.output };
}

const ConditionSchema = v.object({
  type: v.pipe(v.string(), v.minLength(1, 'must not be empty')),
  status: v.picklist(['True', 'False', 'Unknown']),
  reason: v.optional(v.string(), ''),
  message: v.optional(v.string(), ''),
  lastTransitionTime: v.pipe(v.string(), v.isoTimestamp('must be an RFC 3339 time')),
  observedGeneration: v.exactOptional(v.pipe(v.number(), v.integer())),
});

const StatusSchema = v.looseObject({
  observedGeneration: v.exactOptional(v.pipe(v.number(), v.integer())),
  conditions: v.exactOptional(v.array(ConditionSchema)),
});

/** Reads the status of a write to the status subresource; absent: an empty one. @throws RuntimeError `resource-invalid` */
export function parseAppStatus(value: unknown, name: string): AppStatus {
  const status = v.safeParse(StatusSchema, value ?? {});
  if (!status.success) throw invalidApp(name, causesOf(status.issues, 'status'));
  return status.output;
}

function checkType(object: Record<string, unknown>): void {
  const { apiVersion = APP_API_VERSION, kind = 'App' } = object;
  if (apiVersion === APP_API_VERSION && kind === 'App') return;
  throw new RuntimeError(
    'request-invalid',
    `the object is ${JSON.stringify(kind)} of ${JSON.stringify(apiVersion)}, but this address takes "App" of "${APP_API_VERSION}"`,
  );
}
