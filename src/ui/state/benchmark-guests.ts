import type { App, AppSpecInput } from '../../core/app.ts';
import { RuntimeError } from '../../core/errors.ts';
import type { Digest } from '../../core/ids.ts';
import type { ApiClient } from '../api/client.ts';
import { download } from '../api/download.ts';
import { ROUTE } from '../benchmark/plan.ts';
import { hrefOfRoute } from '../links.ts';
import type { Sample } from '../sample.ts';
import { SAMPLES } from '../samples.ts';
import type { ModuleCache } from './module-cache.ts';
import type { StoredModules } from './stored-modules.ts';

/** The Apps of the benchmark live here, and nothing else does. */
export const BENCHMARK_NAMESPACE = 'swerve-benchmark';
const TEMPORARY = { 'swerve.dev/temporary': 'benchmark' };
/** On an App whose module the benchmark itself has stored: whoever finds the App after a crash knows that the module can go too. */
const OWN_MODULE_LABEL = 'swerve.dev/temporary-module';

/** The Apps that are measured: which sample of the gallery each runs, and how. */
const GUESTS: readonly { name: string; sample: string; spec: Partial<AppSpecInput>; path: string }[] = [
  { name: 'wagi', sample: 'hello-c', spec: {}, path: 'wagi?format=json' },
  { name: 'fresh', sample: 'stream', spec: {}, path: 'fresh/time' },
  { name: 'reused', sample: 'stream', spec: { reuse: true }, path: 'reused/time' },
];

interface BenchmarkGuestsParts {
  client: ApiClient;
  modules: ModuleCache;
  storedModules: StoredModules;
}

/** Makes the benchmark's temporary Apps of the gallery's samples, and takes them away again with all that they brought. */
export class BenchmarkGuests {
  readonly #parts: BenchmarkGuestsParts;
  /** What was not stored before. */
  readonly #ownModules = new Set<Digest>();

  constructor(parts: BenchmarkGuestsParts) {
    this.#parts = parts;
  }

  /** Stores the modules, makes the Apps and asks each once. `onStep` hears what is being done. @throws RuntimeError; then some may be there: {@link remove} */
  async make(onStep: (doing: string) => void, signal: AbortSignal): Promise<void> {
    const stored = new Map<string, { digest: Digest; isNew: boolean }>();
    for (const { name, sample: sampleName, spec, path } of GUESTS) {
      const sample = SAMPLES.find((one) => one.name === sampleName);
      if (sample === undefined) throw new RuntimeError('internal', `The gallery has no sample ${sampleName}.`);
      onStep(`Making an App of “${sample.title}”`);
      const module = stored.get(sampleName) ?? (await this.#store(sample, signal));
      stored.set(sampleName, module);
      signal.throwIfAborted();
      await this.#parts.client.createApp({
        namespace: BENCHMARK_NAMESPACE,
        name,
        labels: { ...TEMPORARY, ...(module.isNew && { [OWN_MODULE_LABEL]: 'true' }) },
        spec: { ...sample.spec, ...spec, source: { digest: module.digest }, routes: [{ path: `/${ROUTE}/${name}` }] },
      });
      await askOnce(`/${ROUTE}/${path}`, signal);
    }
  }

  /** Deletes the Apps of the benchmark, also those of one that was cut off, and the modules that it stored. Idempotent. @throws RuntimeError */
  async remove(): Promise<void> {
    const { client } = this.#parts;
    const { items } = await client.list<App>('apps', new AbortController().signal);
    const apps = items.filter(isOfBenchmark);
    for (const { metadata } of apps) await ignoring('resource-not-found', client.deleteApp(metadata.namespace, metadata.name));
    for (const { metadata, spec } of apps) if (metadata.labels?.[OWN_MODULE_LABEL] === 'true') this.#ownModules.add(spec.source.digest);
    for (const digest of this.#ownModules) await this.#deleteModule(digest);
  }

  /** An upload that was begun is waited for: of one that was cut off nobody knows whether it was stored. */
  async #store({ wasmUrl }: Sample, signal: AbortSignal): Promise<{ digest: Digest; isNew: boolean }> {
    const file = await download(new URL(wasmUrl, document.baseURI), () => {}, signal);
    const { module, isNew } = await this.#parts.client.uploadModule(file, () => {}, new AbortController().signal);
    if (isNew) this.#ownModules.add(module.digest);
    return { digest: module.digest, isNew };
  }

  async #deleteModule(digest: Digest): Promise<void> {
    const { modules, storedModules } = this.#parts;
    // Somebody may have made an App of it meanwhile: then it is theirs.
    await ignoring('module-in-use', ignoring('resource-not-found', storedModules.delete(digest)));
    modules.forget(digest);
    this.#ownModules.delete(digest);
  }
}

/** Whether the benchmark has made `app`. */
export function isOfBenchmark({ metadata }: Pick<App, 'metadata'>): boolean {
  return metadata.namespace === BENCHMARK_NAMESPACE && Object.entries(TEMPORARY).every(([name, value]) => metadata.labels?.[name] === value);
}

async function askOnce(path: string, signal: AbortSignal): Promise<void> {
  const answer = await fetch(hrefOfRoute({ path }), { cache: 'no-store', signal });
  const text = await answer.text();
  if (!answer.ok) throw new RuntimeError('internal', `${path} answered ${answer.status}: ${text.slice(0, 200)}`);
}

async function ignoring(code: RuntimeError['code'], work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (RuntimeError.from(error).code !== code) throw error;
  }
}
