import type { App } from '../../core/app.ts';
import { RuntimeError } from '../../core/errors.ts';
import type { ApiClient } from '../api/client.ts';
import { download } from '../api/download.ts';
import { hrefOfRoute } from '../links.ts';
import type { Sample } from '../sample.ts';
import type { Collection } from './collection.ts';
import type { ModuleCache } from './module-cache.ts';
import { Observable } from './observable.ts';

/** Says on an App which sample it was made of. */
const SAMPLE_LABEL = 'swerve.dev/sample';
const NAMESPACE = 'default';

/** What the App answered when it was asked for the first time. */
export interface FirstAnswer {
  status: number;
  /** Until the whole body was there. */
  durationMs: number;
  bytes: number;
}

/** Where one sample stands. */
export type SampleStep =
  | { name: 'offered' }
  | { name: 'starting'; doing: 'Waiting' | 'Loading' | 'Checking' | 'Translating' | 'Starting' | 'Asking' }
  /** `answer`: null when this page did not see it. */
  | { name: 'running'; app: App; answer: FirstAnswer | null }
  | { name: 'failed'; error: RuntimeError };

interface SampleRunsParts {
  client: ApiClient;
  apps: Collection<App>;
  modules: ModuleCache;
  /** Resolves once there is a service worker to run them. */
  ready: Promise<void>;
}

/** The gallery's guests: from one click to an answer. */
export class SampleRuns extends Observable {
  readonly #parts: SampleRunsParts;
  readonly #steps = new Map<string, SampleStep>();
  /** By uid of the App. */
  readonly #answers = new Map<string, FirstAnswer>();

  constructor(parts: SampleRunsParts) {
    super();
    this.#parts = parts;
  }

  stepOf(sample: Sample): SampleStep {
    const step = this.#steps.get(sample.name);
    if (step?.name === 'starting') return step;
    const app = this.#appOf(sample);
    if (app !== undefined) return { name: 'running', app, answer: this.#answers.get(app.metadata.uid) ?? null };
    return step?.name === 'failed' ? step : { name: 'offered' };
  }

  /** Whether `app` is a sample that was started from this page. */
  isOwn({ metadata }: App): boolean {
    return this.#steps.has(metadata.labels?.[SAMPLE_LABEL] ?? '');
  }

  /** Stores the module if need be, makes the App and asks it once. Does not throw: see {@link stepOf}. Does nothing while it is under way. */
  async start(sample: Sample): Promise<void> {
    if (this.#steps.get(sample.name)?.name === 'starting') return;
    try {
      const app = await this.#run(sample);
      this.#set(sample, { name: 'starting', doing: 'Asking' });
      this.#answers.set(app.metadata.uid, await ask(app));
      this.#set(sample, { name: 'offered' });
    } catch (error) {
      this.#set(sample, { name: 'failed', error: RuntimeError.from(error) });
    }
  }

  async #run(sample: Sample): Promise<App> {
    const { client, apps, modules, ready } = this.#parts;
    const { signal } = new AbortController();
    this.#set(sample, { name: 'starting', doing: 'Waiting' });
    await ready;
    this.#set(sample, { name: 'starting', doing: 'Loading' });
    const file = await download(new URL(sample.wasmUrl, document.baseURI), () => {}, signal);
    const { module } = await client.uploadModule(
      file,
      ({ phase }) => this.#set(sample, { name: 'starting', doing: phase === 'transpiling' ? 'Translating' : 'Checking' }),
      signal,
    );
    modules.put(module);
    this.#set(sample, { name: 'starting', doing: 'Starting' });
    const name = freeName(sample.name, apps.items);
    const app = await client.createApp({
      namespace: NAMESPACE,
      name,
      labels: { [SAMPLE_LABEL]: sample.name },
      spec: { ...sample.spec, source: { digest: module.digest }, routes: [{ path: `/${name}` }] },
    });
    apps.apply([{ type: 'ADDED', object: app }]);
    return app;
  }

  #appOf({ name }: Sample): App | undefined {
    return this.#parts.apps.items.find(({ metadata }) => metadata.labels?.[SAMPLE_LABEL] === name);
  }

  #set({ name }: Sample, step: SampleStep): void {
    this.#steps.set(name, step);
    this.changed();
  }
}

/** `wanted`, with a number after it when an App has that name or answers there. */
export function freeName(wanted: string, apps: readonly App[]): string {
  const taken = new Set(apps.flatMap(({ metadata, spec }) => [metadata.name, ...spec.routes.map(({ path }) => path.slice(1))]));
  let name = wanted;
  for (let number = 2; taken.has(name); number++) name = `${wanted}-${number}`;
  return name;
}

async function ask(app: App): Promise<FirstAnswer> {
  const [route] = app.spec.routes;
  const beganMs = performance.now();
  const response = await fetch(hrefOfRoute({ path: route?.path ?? '/' }), { cache: 'no-store', headers: { accept: 'text/html' } });
  const bytes = (await response.arrayBuffer()).byteLength;
  return { status: response.status, durationMs: performance.now() - beganMs, bytes };
}
