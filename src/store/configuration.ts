import type { ConfigurationKind, ConfigurationRef, StoredConfiguration } from '../core/configuration.ts';
import { RuntimeError } from '../core/errors.ts';
import type { InstanceSpec } from '../core/instance-spec.ts';
import type { Database } from './database.ts';
import { ResourceRepository } from './resources.ts';
import { SecretBox } from './secret-box.ts';

const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

type Reads = Pick<ResourceRepository, 'get'>;

/**
 * `spec` with what it refers to filled in, of ConfigMaps and Secrets as they are now. Called where guests run, so that the values of
 * Secrets are in no other realm and cross no port. What the App says itself goes before what it refers to.
 * @throws RuntimeError `app-not-ready` when something that it needs is not there, `storage-failed`
 */
export async function withConfiguration(spec: InstanceSpec, database: () => Database): Promise<InstanceSpec> {
  const { envFrom = [], configFrom = [] } = spec;
  if (envFrom.length === 0 && configFrom.length === 0) return spec;
  const resources = new ResourceRepository(database());
  const box = new SecretBox(database());
  const [variables, config] = await Promise.all([envFrom, configFrom].map((refs) => valuesOf(spec.namespace, refs, resources, box)));
  // Kubernetes passes over keys that cannot be names of variables too.
  const env = Object.fromEntries(Object.entries(variables ?? {}).filter(([name, value]) => ENV_NAME.test(name) && !value.includes('\0')));
  return { ...spec, env: { ...env, ...spec.env }, config: { ...config, ...spec.config } };
}

/** Those of `refs` that are not there and would have to be, as `kind/name`. @throws RuntimeError `storage-failed` */
export async function missingConfiguration(namespace: string, refs: readonly ConfigurationRef[], resources: Reads): Promise<string[]> {
  const needed = refs.filter(({ optional }) => !optional);
  const found = await Promise.all(needed.map(({ kind, name }) => resources.get({ kind, namespace, name })));
  return [...new Set(needed.filter((_ref, index) => found[index] === null).map(({ kind, name }) => `${kind} ${namespace}/${name}`))];
}

async function valuesOf(namespace: string, refs: readonly ConfigurationRef[], resources: Reads, box: SecretBox): Promise<Record<string, string>> {
  const missing = await missingConfiguration(namespace, refs, resources);
  if (missing.length > 0) {
    throw new RuntimeError('app-not-ready', `the App reads ${missing.join(' and ')}, which ${missing.length === 1 ? 'does' : 'do'} not exist`);
  }
  const parts = await Promise.all(refs.map(({ kind, name, prefix }) => readValues(kind, namespace, name, prefix, resources, box)));
  return Object.fromEntries(parts.flat());
}

async function readValues(
  kind: ConfigurationKind,
  namespace: string,
  name: string,
  prefix: string,
  resources: Reads,
  box: SecretBox,
): Promise<[string, string][]> {
  const stored = await resources.get<StoredConfiguration>({ kind, namespace, name });
  if (stored === null) return [];
  if (stored.kind === 'ConfigMap') return Object.entries(stored.spec.data).map(([key, value]) => [`${prefix}${key}`, value]);
  return Promise.all(
    Object.entries(stored.spec.sealed).map(async ([key, sealed]): Promise<[string, string]> => {
      const plain = await box.open({ namespace, name, key }, sealed);
      try {
        return [`${prefix}${key}`, new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(plain)];
      } catch (cause) {
        throw new RuntimeError('app-not-ready', `the value "${key}" of the Secret ${namespace}/${name} is not UTF-8, so no guest can be given it as text`, {
          cause,
        });
      }
    }),
  );
}
