import type { App, AppSpecInput } from '../../core/app.ts';
import type { CapabilityName } from '../../core/capabilities.ts';
import { systemClock } from '../../core/clock.ts';
import { RuntimeError } from '../../core/errors.ts';
import { type Digest, NAME_MAX_LENGTH, NAME_PATTERN } from '../../core/ids.ts';
import type { ModuleReport } from '../../core/module.ts';
import type { RequestRecord } from '../../core/traffic.ts';
import { fieldCauses } from '../api/api-error.ts';
import type { ApiClient } from '../api/client.ts';
import { APP_LABEL, type HostNode, type InstancePod } from '../api/kinds.ts';
import { reflect } from '../api/reflector.ts';
import { StorageApi } from '../api/storage-api.ts';
import { VolumeApi } from '../api/volume-api.ts';
import { BASE } from '../links.ts';
import { type AppDraft, errorsOfCauses, type FieldErrors, inPlainWords, specOfDraft } from './app-draft.ts';
import { AppOrder } from './app-order.ts';
import { recallSeen } from './badge.ts';
import type { Benchmark } from './benchmark.ts';
import { Collection } from './collection.ts';
import { Commands } from './commands.ts';
import type { RequestConsole } from './console.ts';
import { archiveAmong } from './dropped-archive.ts';
import { Editors } from './editors.ts';
import { ExportState } from './export.ts';
import type { GrantDraft } from './grants.ts';
import { ImportState } from './import.ts';
import { Installation } from './install.ts';
import { LogTail } from './log-tail.ts';
import { ModuleCache } from './module-cache.ts';
import { Origins } from './origins.ts';
import { untilVisible } from './pause.ts';
import { Platform } from './platform.ts';
import { ReloadGuard } from './reload-guard.ts';
import { recall, remember } from './remembered.ts';
import { toneOfRequest } from './request-filter.ts';
import { RequestList } from './request-list.ts';
import { SampleRuns } from './sample-runs.ts';
import { StorageState } from './storage.ts';
import { StoredModules } from './stored-modules.ts';
import { Theme } from './theme.ts';
import { findThisHost } from './this-host.ts';
import { Toasts } from './toasts.ts';
import { Traffic } from './traffic.ts';
import { Trouble } from './trouble.ts';
import { deleteWithUndo } from './undo.ts';
import { Unsaved } from './unsaved.ts';
import { type AppKey, type Dropped, type Upload, UploadQueue } from './uploads.ts';
import { VolumeFiles } from './volume-files.ts';
import { Volumes } from './volumes.ts';

/** Apps made in the panel live here. */
export const DEFAULT_NAMESPACE = 'default';

/** The rule of the API, without its technical terms. */
const NAME_RULE = `Use lower-case letters, digits and dashes, at most ${NAME_MAX_LENGTH}, with a letter or a digit at both ends.`;
/** Deployments below different paths of one origin share its storage. */
const ORDER_KEY = `order${BASE.pathname}`;
const DIGEST_PREFIX = 'sha256:';
/** Digits of its digest that name a module whose file name nobody knows. */
const NAMED_DIGITS = 8;

/** The one store of the panel: copies of the cluster's collections, what is under way, and what a person can do. */
export class PanelStore {
  readonly apps = new Collection<App>();
  readonly pods = new Collection<InstancePod>();
  readonly nodes = new Collection<HostNode>();
  readonly platform = new Platform();
  readonly traffic = new Traffic();
  readonly origins: Origins;
  readonly toasts = new Toasts();
  readonly commands = new Commands();
  readonly theme = new Theme();
  readonly unsaved = new Unsaved();
  readonly editors: Editors;
  readonly install = new Installation(this.traffic);
  readonly trouble = new Trouble(this.apps, this.traffic, recallSeen());
  readonly appOrder = new AppOrder(this.apps, this.traffic, { recall: () => recall(ORDER_KEY), remember: (order) => remember(ORDER_KEY, order) });
  readonly uploads: UploadQueue;
  readonly reloadGuard: ReloadGuard;
  readonly samples: SampleRuns;
  readonly modules: ModuleCache;
  readonly storedModules: StoredModules;
  readonly storage: StorageState;
  readonly exports: ExportState;
  readonly imports: ImportState;
  readonly volumes: Volumes;
  readonly volumeFiles: VolumeFiles;
  readonly #client: ApiClient;
  #console: Promise<RequestConsole> | null = null;
  #benchmark: Promise<Benchmark> | null = null;
  #thisHost: string | null = null;
  #isThisHostSought = false;
  #knownInUse: string | null = null;

  constructor(client: ApiClient) {
    this.#client = client;
    this.origins = new Origins(client);
    this.uploads = new UploadQueue(client, this.platform.ready);
    this.reloadGuard = new ReloadGuard(this.uploads, this.traffic, this.unsaved);
    this.modules = new ModuleCache(client);
    this.storedModules = new StoredModules(client);
    const storageApi = new StorageApi(client);
    this.storage = new StorageState(storageApi, this.platform);
    const volumeApi = new VolumeApi(client);
    this.exports = new ExportState(storageApi, volumeApi);
    this.imports = new ImportState(storageApi, volumeApi);
    this.volumes = new Volumes(volumeApi);
    this.volumeFiles = new VolumeFiles(volumeApi);
    this.editors = new Editors(client, this.apps, this.unsaved);
    this.samples = new SampleRuns({ client, apps: this.apps, modules: this.modules, ready: this.platform.ready });
  }

  /** The request console, the same one for the life of this page; loads it when it is first opened. */
  openConsole(): Promise<RequestConsole> {
    this.#console ??= import('./console.ts').then(({ RequestConsole }) => {
      // Deployments below different paths of one origin share its storage.
      const key = `console${BASE.pathname}`;
      return new RequestConsole(BASE, { recall: () => recall(key), remember: (value) => remember(key, value) });
    });
    return this.#console;
  }

  /** The benchmark, the same one for the life of this page; loads it when it is first opened. */
  openBenchmark(): Promise<Benchmark> {
    const { modules, storedModules, nodes } = this;
    this.#benchmark ??= import('./benchmark.ts').then(({ Benchmark }) => new Benchmark({ client: this.#client, modules, storedModules, nodes }));
    return this.#benchmark;
  }

  /** The host of this tab once it is known. */
  get thisHost(): string | null {
    return this.#thisHost;
  }

  /** Whether the host of this tab was looked for among the hosts that are known. */
  get isThisHostSought(): boolean {
    return this.#isThisHostSought;
  }

  /** Keeps the collections and the traffic up to date until `signal` fires. Call once the service worker controls this page. */
  start(signal: AbortSignal): void {
    void reflect(this.#client, this, { signal, pause: untilVisible, clock: systemClock });
    this.nodes.subscribe(() => void this.#findThisHost());
    void this.platform.readPersistence();
    this.origins.follow(signal);
    this.apps.subscribe(() => this.#refreshStored());
    addEventListener('beforeunload', (event) => this.unsaved.isAny && event.preventDefault(), { signal });
    // Modules cannot be watched. What other tabs did is seen when a person comes back to this one.
    document.addEventListener('visibilitychange', () => void (document.visibilityState === 'visible' && this.storedModules.refresh()), { signal });
  }

  /** Takes in what was dropped, chosen or pasted, and asks the browser to keep what is stored. False for an address that is none. */
  takeIn(dropped: Dropped, target: AppKey | null = null): boolean {
    if (dropped.kind === 'address' && !this.uploads.addUrl(dropped.text, target)) return false;
    if (dropped.kind === 'entries') void this.uploads.addDropped(dropped.entries, target);
    if (dropped.kind === 'folder') this.uploads.addFolder(dropped.files);
    void this.platform.askForPersistence();
    return true;
  }

  /**
   * Opens what was dropped as a bundle when it is one; resolves to the view that shows it, else to null. `isExpected`: any
   * zip is taken for one, so that the import says what is wrong with it.
   */
  async takeArchive(dropped: Dropped, { isExpected = false }: { isExpected?: boolean } = {}): Promise<'home' | 'storage' | null> {
    const bundle = await archiveAmong(dropped, isExpected);
    if (bundle === null) return null;
    await this.platform.ready;
    void this.imports.open(bundle);
    void this.platform.askForPersistence();
    return bundle.isExport || isExpected ? 'storage' : 'home';
  }

  /** Takes `upload` off the list. What it alone brought in is deleted again, so that nothing unseen fills the disk. */
  discardUpload(upload: Upload): void {
    this.uploads.dismiss(upload.id);
    const { step } = upload;
    if (step.name !== 'stored') return;
    if (!step.isNew || this.apps.items.some(({ spec }) => spec.source.digest === step.module.digest)) {
      void this.storedModules.refresh();
      return;
    }
    this.storedModules.delete(step.module.digest).catch((error: unknown) => {
      console.warn('module of a discarded file was kept', error);
      void this.storedModules.refresh();
    });
  }

  /** Runs the module of `upload` as an App. `app` is null when it was refused, and `errors` say why. */
  async runUpload(upload: Upload, draft: AppDraft, grants: GrantDraft = {}): Promise<{ app: App | null; errors: FieldErrors }> {
    if (upload.step.name !== 'stored') return { app: null, errors: {} };
    const { module } = upload.step;
    const { spec, errors } = specOfDraft(draft, module.digest);
    if (Object.keys(errors).length > 0) return { app: null, errors };
    try {
      const granted = Object.keys(grants).length === 0 ? {} : { capabilities: grants as AppSpecInput['capabilities'] & object };
      const app = await this.#client.createApp({ namespace: DEFAULT_NAMESPACE, name: draft.name.trim(), spec: { ...spec, ...granted } });
      this.modules.put(module);
      this.apps.apply([{ type: 'ADDED', object: app }]);
      this.uploads.dismiss(upload.id);
      return { app, errors: {} };
    } catch (error) {
      const errors = refusals(error);
      if (errors.name !== undefined && !NAME_PATTERN.test(draft.name.trim())) errors.name = NAME_RULE;
      return { app: null, errors };
    }
  }

  /** Runs the module of `upload` as `app` from now on. Resolves to the App, or to what the server refused. */
  async replaceWithUpload(upload: Upload, app: App): Promise<{ app: App | null; error: string | null }> {
    if (upload.step.name !== 'stored') return { app: null, error: null };
    const { module } = upload.step;
    // An ABI that was chosen by hand for the module before may be one that the new one does not have.
    const abi = app.spec.abi !== 'auto' && app.spec.abi !== module.abi ? { abi: 'auto' as const } : {};
    try {
      const replaced = await this.#client.setModule(app.metadata, module.digest, abi);
      this.modules.put(module);
      this.apps.apply([{ type: 'MODIFIED', object: replaced }]);
      this.uploads.dismiss(upload.id);
      return { app: replaced, error: null };
    } catch (error) {
      const causes = fieldCauses(RuntimeError.from(error)).map(({ message }) => message);
      return { app: null, error: causes.length > 0 ? causes.join(' ') : RuntimeError.from(error).message };
    }
  }

  /** Deletes `app`, and for a while offers to take that back. Its module stays stored. Resolves to whether it was deleted. */
  async deleteAppWithUndo(app: App): Promise<boolean> {
    const { namespace, name } = app.metadata;
    const inFlight = this.instancesOf(namespace, name).reduce((sum, { status }) => sum + (status?.requests?.inFlight ?? 0), 0);
    const isOrigin = this.origins.placeOf(app).at === 'own';
    return deleteWithUndo({ client: this.#client, apps: this.apps, toasts: this.toasts }, app, { inFlight, isOrigin });
  }

  /** Grants `app` something of `capability`, or takes it back (null). Resolves to what the server refused; null: nothing. */
  async setGrant(app: App, capability: CapabilityName, grant: Readonly<Record<string, unknown>> | null): Promise<string | null> {
    try {
      const changed = await this.#client.setGrant(app.metadata, capability, grant);
      this.apps.apply([{ type: 'MODIFIED', object: changed }]);
      return null;
    } catch (thrown) {
      const error = RuntimeError.from(thrown);
      return (
        fieldCauses(error)
          .map(({ message }) => inPlainWords(message))
          .join(' ') || error.message
      );
    }
  }

  /** Has `app` run another stored module; all else stays. @throws RuntimeError what the API said */
  async runModule(app: App, digest: Digest): Promise<void> {
    const changed = await this.#client.setModule(app.metadata, digest);
    this.apps.apply([{ type: 'MODIFIED', object: changed }]);
  }

  /** Removes everything that is stored, and what the panel still holds of it. @throws RuntimeError what the API said: then nothing was removed */
  async reset(): Promise<void> {
    const digests = this.storedModules.items.map(({ digest }) => digest);
    await this.storage.reset();
    for (const digest of digests) this.modules.forget(digest);
    for (const { id, step } of this.uploads.items) if (step.name === 'stored') this.uploads.dismiss(id);
    await Promise.all([this.imports.cancel(), this.storedModules.refresh(), this.volumes.refresh()]);
  }

  /** Stored modules that no App runs and that are not being proposed right now, newest first. Empty until the Apps are known. */
  unusedModules(): ModuleReport[] {
    if (!this.apps.isLoaded) return [];
    const used = this.#digestsInUse();
    for (const { step } of this.uploads.items) if (step.name === 'stored') used.add(step.module.digest);
    return this.storedModules.items.filter(({ digest }) => !used.has(digest));
  }

  /** Proposes a stored module as an App, as if its file had been dropped. */
  offerModule(module: ModuleReport): void {
    this.uploads.offer(module, `module-${module.digest.slice(DIGEST_PREFIX.length, DIGEST_PREFIX.length + NAMED_DIGITS)}`);
  }

  instancesOf(namespace: string, name: string): InstancePod[] {
    return this.pods.items.filter(({ metadata }) => metadata.namespace === namespace && metadata.labels?.[APP_LABEL] === name);
  }

  takenNames(): Set<string> {
    return new Set(this.apps.items.filter(({ metadata }) => metadata.namespace === DEFAULT_NAMESPACE).map(({ metadata }) => metadata.name));
  }

  /** A log that nobody follows yet; the caller runs `follow`. */
  openLog(tailLines?: number): LogTail {
    return new LogTail(this.#client, tailLines);
  }

  /** Those of the last requests of an App that went wrong, newest first. @throws RuntimeError */
  async readFailedRequests(namespace: string, name: string): Promise<RequestRecord[]> {
    return (await this.#client.listRequests(namespace, name)).filter((record) => toneOfRequest(record) === 'bad');
  }

  /** Requests that nobody follows yet; the caller runs `follow`. */
  openRequests(): RequestList {
    return new RequestList(this.#client);
  }

  /** A module can have come to be unused, or have gone, when Apps run other modules than before. */
  #refreshStored(): void {
    const inUse = [...this.#digestsInUse()].sort().join();
    if (inUse === this.#knownInUse) return;
    this.#knownInUse = inUse;
    void this.storedModules.refresh();
  }

  #digestsInUse(): Set<Digest> {
    return new Set(this.apps.items.map(({ spec }) => spec.source.digest));
  }

  async #findThisHost(): Promise<void> {
    if (this.#thisHost !== null) return;
    this.#thisHost = await findThisHost();
    if (this.#thisHost === null && this.#isThisHostSought) return;
    this.#isThisHostSought = true;
    this.nodes.apply([]);
  }
}

function refusals(error: unknown): FieldErrors {
  const known = RuntimeError.from(error);
  if (known.code === 'resource-exists') return { name: 'An App of this name exists already. Choose another name.' };
  const errors = errorsOfCauses(fieldCauses(known));
  return Object.keys(errors).length > 0 ? errors : { form: known.message };
}
