import * as v from 'valibot';
import { NAME_MAX_LENGTH } from './ids.ts';
import type { Resource } from './resource.ts';

/** ConfigMaps and Secrets, and how Apps refer to them. */

/** The kinds that hold configuration (Kubernetes core/v1). */
export type ConfigurationKind = 'ConfigMap' | 'Secret';

/** A ConfigMap as it is stored. */
export type StoredConfigMap = Resource<{ data: Record<string, string> }> & { kind: 'ConfigMap' };
/** A Secret as it is stored: its values are sealed, each for its place. */
export type StoredSecret = Resource<{ type: string; sealed: Record<string, SealedValue> }> & { kind: 'Secret' };
export type StoredConfiguration = StoredConfigMap | StoredSecret;

/** AES-GCM of one value of a Secret. Both are base64. */
export interface SealedValue {
  iv: string;
  ciphertext: string;
}

/** What stands for every value of a Secret in all that Swerve gives out; written back it leaves the value as it is. */
export const SECRET_MASK = '********';

/** One ConfigMap or Secret that an App reads as a whole. */
export interface ConfigurationRef {
  readonly kind: ConfigurationKind;
  readonly name: string;
  /** Goes before each key. */
  readonly prefix: string;
  /** The App runs without it too. */
  readonly optional: boolean;
}

const OBJECT_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const name = v.pipe(v.string(), v.maxLength(NAME_MAX_LENGTH), v.regex(OBJECT_NAME, 'must be the name of a ConfigMap or Secret of the same namespace'));
const reference = v.strictObject({ name, optional: v.exactOptional(v.boolean()) });

/** `spec.envFrom`, as in a container of Kubernetes. */
export const EnvFromSchema = v.pipe(
  v.array(
    v.pipe(
      v.strictObject({
        configMapRef: v.exactOptional(reference),
        secretRef: v.exactOptional(reference),
        prefix: v.exactOptional(v.pipe(v.string(), v.maxLength(253), v.regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, 'must begin an environment variable name'))),
      }),
      v.check(
        ({ configMapRef, secretRef }) => (configMapRef === undefined) !== (secretRef === undefined),
        'must have configMapRef or secretRef, and not both, for example { configMapRef: { name: settings } }',
      ),
    ),
  ),
  v.maxLength(64),
);

/** `spec.capabilities.config.from`. */
export const ConfigFromSchema = v.pipe(
  v.array(
    v.pipe(
      v.strictObject({ configMap: v.exactOptional(name), secret: v.exactOptional(name), optional: v.exactOptional(v.boolean()) }),
      v.check(
        ({ configMap, secret }) => (configMap === undefined) !== (secret === undefined),
        'must have configMap or secret, and not both, for example { configMap: settings }',
      ),
    ),
  ),
  v.maxLength(64),
);

/** What `from` refers to, in its order: of a key that comes twice the later counts. */
export function configRefs(from: v.InferOutput<typeof ConfigFromSchema>): ConfigurationRef[] {
  return from.flatMap(({ configMap, secret, optional = false }) => {
    const [kind, name] = configMap === undefined ? (['Secret', secret] as const) : (['ConfigMap', configMap] as const);
    return name === undefined ? [] : [{ kind, name, prefix: '', optional }];
  });
}

/** What `envFrom` refers to, in its order: of a key that comes twice the later counts. */
export function envRefs(envFrom: v.InferOutput<typeof EnvFromSchema>): ConfigurationRef[] {
  return envFrom.flatMap(({ configMapRef, secretRef, prefix = '' }) => {
    const [kind, { name, optional = false } = {}] = configMapRef === undefined ? (['Secret', secretRef] as const) : (['ConfigMap', configMapRef] as const);
    return name === undefined ? [] : [{ kind, name, prefix, optional }];
  });
}
