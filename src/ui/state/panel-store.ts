import type { App } from '../../core/app.ts';
import { systemClock } from '../../core/clock.ts';
import { RuntimeError } from '../../core/errors.ts';
import { type Digest, NAME_MAX_LENGTH, NAME_PATTERN } from '../../core/ids.ts';
import type { ModuleReport } from '../../core/module.ts';
import { fieldCauses } from '../api/api-error.ts';
import type { ApiClient } from '../api/client.ts';
import { APP_LABEL, type HostNode, type InstancePod } from '../api/kinds.ts';
import { reflect } from '../api/reflector.ts';
import { type AppDraft, errorsOfCauses, type FieldErrors, specOfDraft } from './app-draft.ts';
import { Collection } from './collection.ts';
import { LogTail } from './log-tail.ts';
import { ModuleCache } from './module-cache.ts';
import { untilVisible } from './pause.ts';
import { Platform } from './platform.ts';
import { StoredModules } from './stored-modules.ts';
import { findThisHost } from './this-host.ts';
import { Traffic } from './traffic.ts';
import { type Upload, UploadQueue } from './uploads.ts';

/** Apps made in the panel live here. */
export const DEFAULT_NAMESPACE = 'default';

/** The rule of the API, without its technical terms. */
const NAME_RULE = `Use lower-case letters, digits and dashes, at most ${NAME_MAX_LENGTH}, with a letter or a digit at both ends.`;
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
  readonly uploads: UploadQueue;
  readonly modules: ModuleCache;
  readonly storedModules: StoredModules;
  readonly #client: ApiClient;
  #thisHost: string | null = null;
  #isThisHostSought = false;
  #knownInUse: string | null = null;

  constructor(client: ApiClient) {
    this.#client = client;
    this.uploads = new UploadQueue(client);
    this.modules = new ModuleCache(client);
    this.storedModules = new StoredModules(client);
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
    this.apps.subscribe(() => this.#refreshStored());
    // Modules cannot be watched. What other tabs did is seen when a person comes back to this one.
    document.addEventListener('visibilitychange', () => void (document.visibilityState === 'visible' && this.storedModules.refresh()), { signal });
  }

  /** Takes files in, and asks the browser to keep what is stored. `folders` are names of what was dropped and is no file. */
  addFiles(files: readonly File[], folders: readonly string[] = []): void {
    if (folders.length > 0) this.uploads.refuseFolders(folders);
    if (files.length === 0) return;
    this.uploads.add(files);
    void this.platform.askForPersistence();
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
  async runUpload(upload: Upload, draft: AppDraft): Promise<{ app: App | null; errors: FieldErrors }> {
    if (upload.step.name !== 'stored') return { app: null, errors: {} };
    const { module } = upload.step;
    const { spec, errors } = specOfDraft(draft, module.digest);
    if (Object.keys(errors).length > 0) return { app: null, errors };
    try {
      const app = await this.#client.createApp({ namespace: DEFAULT_NAMESPACE, name: draft.name.trim(), spec });
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

  /** Writes the settings of `draft` over `app`, if nobody else has changed it since. Resolves to the refusals. */
  async saveApp(app: App, draft: AppDraft): Promise<FieldErrors> {
    const { spec, errors } = specOfDraft(draft, app.spec.source.digest, app.spec);
    if (Object.keys(errors).length > 0) return errors;
    try {
      const saved = await this.#client.replaceApp({ metadata: app.metadata, spec });
      this.apps.apply([{ type: 'MODIFIED', object: saved }]);
      return {};
    } catch (error) {
      return refusals(error);
    }
  }

  /** Deletes `app`, and its module too when asked. @throws RuntimeError what the API said */
  async deleteApp(app: App, options: { withModule: boolean }): Promise<void> {
    const { namespace, name } = app.metadata;
    const { digest } = app.spec.source;
    await this.#client.deleteApp(namespace, name);
    this.apps.apply([{ type: 'DELETED', object: app }]);
    if (!options.withModule) return;
    await this.storedModules.delete(digest);
    this.modules.forget(digest);
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

  /** Whether an App other than `app` runs the same module. */
  isModuleShared(app: App): boolean {
    return this.apps.items.some((other) => other.metadata.uid !== app.metadata.uid && other.spec.source.digest === app.spec.source.digest);
  }

  instancesOf(namespace: string, name: string): InstancePod[] {
    return this.pods.items.filter(({ metadata }) => metadata.namespace === namespace && metadata.labels?.[APP_LABEL] === name);
  }

  takenNames(): Set<string> {
    return new Set(this.apps.items.filter(({ metadata }) => metadata.namespace === DEFAULT_NAMESPACE).map(({ metadata }) => metadata.name));
  }

  /** A log that nobody follows yet; the caller runs `follow`. */
  openLog(): LogTail {
    return new LogTail(this.#client);
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
  if (known.code === 'resource-conflict') return { form: 'Not saved: the App was changed elsewhere while you edited it. What you typed is still here.' };
  const errors = errorsOfCauses(fieldCauses(known));
  return Object.keys(errors).length > 0 ? errors : { form: known.message };
}
