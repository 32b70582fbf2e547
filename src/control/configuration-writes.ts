import { type App, configurationRefs } from '../core/app.ts';
import type { Clock } from '../core/clock.ts';
import type { ConfigurationKind, SealedValue, StoredConfiguration, StoredSecret } from '../core/configuration.ts';
import { RuntimeError } from '../core/errors.ts';
import { toTimestamp } from '../core/resource.ts';
import { prepareReplace } from '../store/resource-writes.ts';
import type { ResourceKey, WritePreconditions } from '../store/resources.ts';
import type { Store } from '../store/store.ts';
import { requiredCause } from './causes.ts';
import { type ConfigurationInput, invalidConfiguration, MASK_BASE64, type SecretInput } from './configuration-input.ts';
import { drawName } from './draw-name.ts';
import { timeOrderedUid } from './uid.ts';

/** What writing a ConfigMap or Secret needs. */
export interface ConfigurationWriter {
  readonly store: Pick<Store, 'resources' | 'logs' | 'secrets'>;
  readonly clock: Clock;
}

const ATTEMPTS = 10;

/**
 * Stores a new ConfigMap or Secret; resolves to it as stored. Apps that read it get a new generation with it. `dryRun`: everything but the storing.
 * @throws RuntimeError `resource-invalid`, `resource-exists`, `storage-full`, `storage-failed`
 */
export async function createConfiguration(writer: ConfigurationWriter, input: ConfigurationInput, dryRun: boolean): Promise<StoredConfiguration> {
  const name = input.name || drawName(input.generateName);
  const nowMs = writer.clock.nowMs();
  const metadata = {
    name,
    namespace: input.namespace,
    uid: timeOrderedUid(nowMs, crypto.getRandomValues(new Uint8Array(10))),
    resourceVersion: '',
    generation: 1,
    creationTimestamp: toTimestamp(nowMs),
    ...labelsOf(input),
  };
  const made = await toStored(writer, { ...input, name }, metadata, null);
  if (dryRun) {
    if ((await writer.store.resources.get({ kind: input.kind, namespace: input.namespace, name })) === null) return made;
    throw new RuntimeError('resource-exists', `${input.kind} ${input.namespace}/${name} exists already`);
  }
  const readers = new Readers(input.kind, name);
  const stored = await writer.store.resources.create(made, { renews: readers.renews });
  await tell(writer, readers, stored, 'created');
  return stored;
}

/**
 * Changes a stored ConfigMap or Secret to what `next` makes of it; resolves to it as stored. `next` must be pure.
 * @throws RuntimeError `resource-not-found`, `resource-conflict`, `resource-invalid`, `storage-full`, `storage-failed`, or what `next` throws
 */
export async function replaceConfiguration(
  writer: ConfigurationWriter,
  key: ResourceKey & { kind: ConfigurationKind },
  next: (current: StoredConfiguration) => ConfigurationInput,
  dryRun: boolean,
): Promise<StoredConfiguration> {
  for (let attempt = 1; ; attempt += 1) {
    const current = await readConfiguration(writer, key);
    const input = next(current);
    checkPreconditions(current, input);
    const { labels: _labels, annotations: _annotations, ...kept } = current.metadata;
    const changed = prepareReplace(current, await toStored(writer, { ...input, name: key.name }, { ...kept, ...labelsOf(input) }, current));
    if (dryRun) return changed;
    const readers = new Readers(key.kind, key.name);
    try {
      const stored = await writer.store.resources.replace(changed, { resourceVersion: current.metadata.resourceVersion }, { renews: readers.renews });
      await tell(writer, readers, stored, 'changed');
      return stored;
    } catch (error) {
      const isRace = error instanceof RuntimeError && error.code === 'resource-conflict' && input.resourceVersion === '';
      if (!isRace || attempt >= ATTEMPTS) throw error;
    }
  }
}

/** Deletes a ConfigMap or Secret; resolves to its last state. @throws RuntimeError `resource-not-found`, `resource-conflict`, `storage-failed` */
export async function deleteConfiguration(
  writer: ConfigurationWriter,
  key: ResourceKey & { kind: ConfigurationKind },
  preconditions: WritePreconditions,
): Promise<StoredConfiguration> {
  const readers = new Readers(key.kind, key.name);
  const gone = await writer.store.resources.delete<StoredConfiguration>(key, preconditions, { renews: readers.renews });
  await tell(writer, readers, gone, 'deleted');
  return gone;
}

/** @throws RuntimeError `resource-not-found` */
export async function readConfiguration({ store }: Pick<ConfigurationWriter, 'store'>, key: ResourceKey): Promise<StoredConfiguration> {
  const stored = await store.resources.get<StoredConfiguration>(key);
  if (stored === null) throw new RuntimeError('resource-not-found', `there is no ${key.kind} ${key.namespace}/${key.name}`, { details: { ...key } });
  return stored;
}

/** `stored` as Kubernetes has it (core/v1), the values of a Secret masked. */
export function toConfigurationObject(stored: StoredConfiguration): Record<string, unknown> {
  const { apiVersion, kind } = stored;
  const { generation: _, ...metadata } = stored.metadata;
  if (stored.kind === 'ConfigMap') return { apiVersion, kind, metadata, data: stored.spec.data };
  return { apiVersion, kind, metadata, type: stored.spec.type, data: Object.fromEntries(Object.keys(stored.spec.sealed).map((key) => [key, MASK_BASE64])) };
}

/** The Apps that read one ConfigMap or Secret: told by the store which they are while it writes. */
class Readers {
  readonly apps = new Map<string, App>();
  readonly #kind: ConfigurationKind;
  readonly #name: string;

  constructor(kind: ConfigurationKind, name: string) {
    this.#kind = kind;
    this.#name = name;
  }

  readonly renews = (app: App): boolean => {
    const reads = configurationRefs(app.spec).some(({ kind, name }) => kind === this.#kind && name === this.#name);
    if (reads) this.apps.set(app.metadata.name, app);
    return reads;
  };
}

/** A line in the log of each App whose instances are replaced. It names no value. */
async function tell({ store, clock }: ConfigurationWriter, { apps }: Readers, { kind, metadata }: StoredConfiguration, what: string): Promise<void> {
  const text = `The ${kind} ${metadata.name} was ${what}: new instances read it, those of before finish their requests and end.`;
  const line = { atMs: clock.nowMs(), stream: 'system' as const, text, instance: '' };
  // The write has succeeded whatever becomes of the log.
  await Promise.all(Array.from(apps.values(), ({ metadata: app }) => store.logs.append(app.namespace, app.name, [line]).catch(() => 0)));
}

async function toStored(
  writer: ConfigurationWriter,
  input: ConfigurationInput,
  metadata: StoredConfiguration['metadata'],
  current: StoredConfiguration | null,
): Promise<StoredConfiguration> {
  if (input.kind === 'ConfigMap') return { apiVersion: 'v1', kind: 'ConfigMap', metadata, spec: { data: input.data } };
  const sealed = await sealValues(writer, input, current?.kind === 'Secret' ? current : null);
  return { apiVersion: 'v1', kind: 'Secret', metadata, spec: { type: input.type, sealed } };
}

/** A value that is as it was keeps its seal: sealed anew it would look like a change, and restart whoever reads it. */
async function sealValues({ store }: ConfigurationWriter, input: SecretInput, current: StoredSecret | null): Promise<Record<string, SealedValue>> {
  const { namespace, name } = input;
  const sealed: Record<string, SealedValue> = {};
  for (const [key, value] of input.values) {
    const before = current === null ? undefined : Object.entries(current.spec.sealed).find(([known]) => known === key)?.[1];
    const place = { namespace, name, key };
    if (value.keep) {
      if (before === undefined) {
        throw invalidConfiguration('Secret', name, [requiredCause(`data[${key}]`, 'what was written is the mask that Swerve shows in place of values')]);
      }
      sealed[key] = before;
    } else {
      sealed[key] = before !== undefined && (await holds(store, place, before, value.bytes)) ? before : await store.secrets.seal(place, value.bytes);
    }
  }
  return sealed;
}

async function holds(
  store: ConfigurationWriter['store'],
  place: Parameters<Store['secrets']['open']>[0],
  sealed: SealedValue,
  bytes: Uint8Array,
): Promise<boolean> {
  // What does not open any more is written anew.
  const known = await store.secrets.open(place, sealed).catch(() => null);
  return known !== null && known.length === bytes.length && known.every((byte, index) => byte === bytes[index]);
}

function checkPreconditions({ kind, metadata }: StoredConfiguration, { uid, resourceVersion }: ConfigurationInput): void {
  const details = { name: metadata.name, resourceVersion: metadata.resourceVersion };
  if (uid !== '' && uid !== metadata.uid) {
    throw new RuntimeError('resource-conflict', `the uid in the precondition is ${uid}, the ${kind}'s is ${metadata.uid}`, { details });
  }
  if (resourceVersion !== '' && resourceVersion !== metadata.resourceVersion) {
    throw new RuntimeError('resource-conflict', `it is at resourceVersion ${metadata.resourceVersion}, not ${resourceVersion}`, { details });
  }
}

function labelsOf({ labels, annotations }: ConfigurationInput): Partial<Pick<StoredConfiguration['metadata'], 'labels' | 'annotations'>> {
  return {
    ...(Object.keys(labels).length > 0 ? { labels } : {}),
    ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
  };
}
