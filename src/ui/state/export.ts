import type { App } from '../../core/app.ts';
import { RuntimeError } from '../../core/errors.ts';
import type { Digest } from '../../core/ids.ts';
import type { StorageApi } from '../api/storage-api.ts';
import type { VolumeApi, VolumeKey } from '../api/volume-api.ts';
import { keyOfApp } from './archive.ts';
import { Observable } from './observable.ts';

/** An archive, and what to call it. */
export interface ExportedFile {
  name: string;
  blob: Blob;
}

/** How far an export is. */
export interface ExportProgress {
  doneBytes: number;
  /** Of the modules and volumes; logs come on top. */
  totalBytes: number;
}

/** The bar moves at most once per this many bytes. */
const PROGRESS_STEP_BYTES = 1_048_576;

/** Packs Apps, modules, volumes and logs into one archive. One export at a time. */
export class ExportState extends Observable {
  readonly #api: StorageApi;
  readonly #volumes: VolumeApi;
  #progress: ExportProgress | null = null;
  #error: RuntimeError | null = null;
  #abort = new AbortController();

  constructor(api: StorageApi, volumes: VolumeApi) {
    super();
    this.#api = api;
    this.#volumes = volumes;
  }

  /** Null while nothing is exported. */
  get progress(): ExportProgress | null {
    return this.#progress;
  }
  /** Why the last export failed; null after one that did not. */
  get error(): RuntimeError | null {
    return this.#error;
  }

  /** Every App with its log, every module and every volume. Null when it failed ({@link error} says why), was cancelled, or another one runs. */
  exportEverything(): Promise<ExportedFile | null> {
    return this.#run(null);
  }

  /** The Apps `namespace/name` with their logs, the modules that they run now and the volumes that they mount. Null as for {@link exportEverything}. */
  exportApps(keys: readonly string[]): Promise<ExportedFile | null> {
    return this.#run(new Set(keys));
  }

  cancel(): void {
    this.#abort.abort();
  }

  async #run(keys: ReadonlySet<string> | null): Promise<ExportedFile | null> {
    if (this.#progress !== null) return null;
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.#error = null;
    this.#setProgress({ doneBytes: 0, totalBytes: 0 });
    try {
      return await this.#pack(keys, signal);
    } catch (error) {
      if (!signal.aborted) this.#error = RuntimeError.from(error);
      return null;
    } finally {
      this.#setProgress(null);
    }
  }

  async #pack(keys: ReadonlySet<string> | null, signal: AbortSignal): Promise<ExportedFile> {
    const [all, volumes, { modules }, swerve, { writeArchive }] = await Promise.all([
      this.#api.listApps(signal),
      this.#volumes.list(),
      this.#api.readStorage(),
      this.#api.readVersion(),
      import('./archive-writer.ts'),
    ]);
    const apps = keys === null ? all : all.filter(({ metadata }) => keys.has(keyOfApp(metadata)));
    if (keys !== null && apps.length === 0) throw new RuntimeError('resource-not-found', 'The App was deleted meanwhile. There is nothing to export.');
    const used = new Set<Digest>(apps.map(({ spec }) => spec.source.digest));
    const packed = modules.filter(({ digest }) => keys === null || used.has(digest));
    const mounted = new Set(apps.flatMap(({ metadata, spec }) => (spec.volumes ?? []).map(({ name }) => `${metadata.namespace}/${name}`)));
    const packedVolumes = volumes.filter(({ metadata }) => keys === null || mounted.has(keyOfApp(metadata)));
    const volumeBytes = packedVolumes.reduce((sum, { status }) => sum + status.sizeBytes, 0);
    const totalBytes = volumeBytes + packed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const atMs = Date.now();
    let doneBytes = 0;
    const blob = await writeArchive(
      {
        swerve,
        atMs,
        apps,
        modules: packed.map(({ digest }) => ({ digest, open: () => this.#api.openModule(digest, signal) })),
        volumes: await Promise.all(packedVolumes.map(({ metadata }) => this.#filesOf(metadata))),
        logs: apps.map(({ metadata: { namespace, name } }) => ({ namespace, app: name, open: () => this.#api.openLog(namespace, name, signal) })),
      },
      (bytes) => {
        signal.throwIfAborted();
        doneBytes += bytes;
        if (doneBytes - (this.#progress?.doneBytes ?? 0) >= PROGRESS_STEP_BYTES) this.#setProgress({ doneBytes, totalBytes });
      },
    );
    return { name: fileName(apps, keys, atMs), blob };
  }

  /** Links stay out: an import takes none. */
  async #filesOf({
    namespace,
    name,
  }: VolumeKey): Promise<{ namespace: string; name: string; files: { path: string; open: () => Promise<ReadableStream<Uint8Array>> }[] }> {
    const key = { namespace, name };
    const files = (await this.#volumes.listFiles(key, '', { recursive: true })).filter(({ kind }) => kind === 'regular-file').map(({ path }) => path.slice(1));
    return { ...key, files: files.map((path) => ({ path, open: () => this.#volumes.openFile(key, path) })) };
  }

  #setProgress(progress: ExportProgress | null): void {
    this.#progress = progress;
    this.changed();
  }
}

/** `swerve-2026-11-21.zip`, or `swerve-hello-2026-11-21.zip` for one App. */
function fileName(apps: readonly App[], keys: ReadonlySet<string> | null, atMs: number): string {
  const [first] = apps;
  const subject = keys === null || first === undefined ? '' : apps.length === 1 ? `${first.metadata.name}-` : `${apps.length}-apps-`;
  return `swerve-${subject}${new Date(atMs).toISOString().slice(0, 10)}.zip`;
}
