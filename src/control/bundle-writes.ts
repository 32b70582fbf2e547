import type { App } from '../core/app.ts';
import { RuntimeError } from '../core/errors.ts';
import type { ResourceWrite } from '../store/resources.ts';
import { type AppInput, parseApp } from './app-input.ts';
import { type AppWriter, appKey, prepareChange, prepareNew, readApp, tellGrants } from './app-writes.ts';
import type { Cause } from './causes.ts';

/** Apps that are written together at most: each is admitted first, and all lie in one transaction. */
export const BUNDLE_MAX_ITEMS = 2_000;

const DEFAULT_NAMESPACE = 'default';

/** Reads the Apps of a request body, `{ items: [App, …] }`. @throws RuntimeError `request-invalid`; `resource-invalid`, its fields below `items[0]` */
export function parseBundle(body: unknown): AppInput[] {
  const items = typeof body === 'object' && body !== null && 'items' in body ? body.items : undefined;
  if (!Array.isArray(items)) throw new RuntimeError('request-invalid', 'the body must be a JSON object with "items": a list of Apps of swerve.dev/v1');
  if (items.length > BUNDLE_MAX_ITEMS)
    throw new RuntimeError('request-invalid', `a bundle may hold ${BUNDLE_MAX_ITEMS} Apps at most; this one holds ${items.length}`);
  const inputs: AppInput[] = [];
  const problems = new Problems();
  for (const [index, item] of items.entries()) {
    const input = problems.collect(index, () => parseApp(item, { namespace: namespaceOf(item), name: null }));
    if (input === null) continue;
    if (input.name === '')
      problems.add(index, [{ reason: 'FieldValueRequired', message: 'Required value: an App of a bundle has a name', field: 'metadata.name' }]);
    if (inputs.some(({ name, namespace }) => name === input.name && namespace === input.namespace)) {
      problems.add(index, [{ reason: 'FieldValueDuplicate', message: `Duplicate value: "${input.namespace}/${input.name}"`, field: 'metadata.name' }]);
    }
    inputs.push(input);
  }
  problems.throwIfAny();
  return inputs;
}

/**
 * Admits all Apps and writes them in one transaction, or none. One with a resourceVersion replaces what is stored at
 * that version; one without must be new. `dryRun`: everything but the writing.
 * @throws RuntimeError `resource-invalid`, `resource-exists`, `resource-not-found`, `resource-conflict`, `storage-full`, `storage-failed`: nothing was written
 */
export async function writeBundle(writer: AppWriter, inputs: readonly AppInput[], dryRun: boolean): Promise<App[]> {
  const writes: ResourceWrite<App>[] = [];
  const replaced: { before: App; at: number }[] = [];
  const problems = new Problems();
  for (const [index, input] of inputs.entries()) {
    try {
      const { before, ...write } = await prepare(writer, input);
      writes.push(write);
      if (before !== null) replaced.push({ before, at: index });
    } catch (error) {
      problems.take(index, error);
    }
  }
  problems.throwIfAny();
  if (dryRun) return writes.map(({ resource }) => resource);
  const stored = await writer.store.resources.writeAll(writes);
  for (const { before, at } of replaced) await tellGrants(writer, before, stored[at] ?? before);
  return stored;
}

async function prepare(writer: AppWriter, input: AppInput): Promise<ResourceWrite<App> & { before: App | null }> {
  const key = appKey(input.namespace, input.name);
  if (input.resourceVersion === '') {
    if ((await writer.store.resources.get(key)) !== null) throw new RuntimeError('resource-exists', `App ${input.namespace}/${input.name} exists already`);
    const { candidate, options } = await prepareNew(writer, input);
    return { resource: candidate, preconditions: null, options, before: null };
  }
  const before = await readApp(writer, key);
  const { candidate, options } = await prepareChange(writer, before, input);
  return { resource: candidate, preconditions: { resourceVersion: input.resourceVersion, uid: candidate.metadata.uid }, options, before };
}

/** What is wrong with the items, all of it, each field below that of its item. */
class Problems {
  readonly #causes: Cause[] = [];

  collect<T>(index: number, parse: () => T): T | null {
    try {
      return parse();
    } catch (error) {
      this.take(index, error);
      return null;
    }
  }

  /** Keeps what is wrong with fields; throws anything else on. */
  take(index: number, error: unknown): void {
    const known = RuntimeError.from(error);
    const { causes } = known.details;
    if (known.code === 'request-invalid') this.add(index, [{ reason: 'FieldValueInvalid', message: known.message, field: '' }]);
    else if (known.code === 'resource-invalid' && Array.isArray(causes)) this.add(index, causes as Cause[]);
    else throw error;
  }

  add(index: number, causes: readonly Cause[]): void {
    for (const cause of causes) this.#causes.push({ ...cause, field: `items[${index}]${cause.field === '' ? '' : `.${cause.field}`}` });
  }

  throwIfAny(): void {
    if (this.#causes.length === 0) return;
    const list = this.#causes.map(({ field, message }) => `${field}: ${message}`);
    throw new RuntimeError('resource-invalid', `the bundle is invalid: ${list.join(', ')}`, { details: { causes: this.#causes } });
  }
}

function namespaceOf(item: unknown): string {
  const metadata = typeof item === 'object' && item !== null && 'metadata' in item ? item.metadata : undefined;
  const namespace = typeof metadata === 'object' && metadata !== null && 'namespace' in metadata ? metadata.namespace : undefined;
  return typeof namespace === 'string' && namespace !== '' ? namespace : DEFAULT_NAMESPACE;
}
