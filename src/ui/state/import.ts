import { APP_CONDITIONS, type App } from '../../core/app.ts';
import { RuntimeError } from '../../core/errors.ts';
import type { Digest } from '../../core/ids.ts';
import { fieldCauses } from '../api/api-error.ts';
import type { StorageApi } from '../api/storage-api.ts';
import type { VolumeApi } from '../api/volume-api.ts';
import { type ArchivedApp, type ArchiveInfo, archivedApp, keyOfApp } from './archive.ts';
import type { Archive } from './archive-reader.ts';
import type { BundleParts } from './bundle-parts.ts';
import { asksOf, changedFields, digestOfApp, keptModules, type PlannedApp, type PlannedModule, type PlannedVolume } from './import-plan.ts';
import { fillVolume, planVolumes } from './import-volumes.ts';
import { Observable } from './observable.ts';

/** Where an import stands. */
export type ImportStep =
  | { name: 'idle' }
  | { name: 'reading'; what: string }
  /** Nothing was changed. */
  | { name: 'refused'; error: RuntimeError; leftovers: readonly string[] }
  /** The new modules are stored; Apps are as they were. */
  | { name: 'preview'; info: ArchiveInfo | null; modules: readonly PlannedModule[]; volumes: readonly PlannedVolume[]; apps: readonly PlannedApp[] }
  | { name: 'applying'; apps: number; volumes: number }
  | { name: 'done'; created: number; replaced: number; modules: number; volumes: number }
  /** It failed midway, and what it had done was taken back, but for `leftovers`. */
  | { name: 'undone'; error: RuntimeError; leftovers: readonly string[] };

/** Races with the controllers, which write statuses, that a write goes through again. */
const ATTEMPTS = 5;

/**
 * Brings an archive or a bundle into the cluster: reads and checks all of it, shows what would happen, and does it whole or
 * not at all: its modules are stored for the preview, and its Apps written in one transaction.
 */
export class ImportState extends Observable {
  readonly #api: StorageApi;
  readonly #volumes: VolumeApi;
  #step: ImportStep = { name: 'idle' };
  #fileName = '';
  #isExport = true;
  /** Stored by this import, and by nobody before. */
  #stored: Digest[] = [];
  /** How the volumes get back to what they were. */
  #undoes: { what: string; undo: () => Promise<void> }[] = [];
  /** What the Apps of the preview were when it was made, by key. */
  #current = new Map<string, App>();
  #abort = new AbortController();

  constructor(api: StorageApi, volumes: VolumeApi) {
    super();
    this.#api = api;
    this.#volumes = volumes;
  }

  get step(): ImportStep {
    return this.#step;
  }
  /** Of the archive that is or was read last. */
  get fileName(): string {
    return this.#fileName;
  }
  /** True while it must not be disturbed: another file has to wait. */
  get isBusy(): boolean {
    return this.#step.name === 'reading' || this.#step.name === 'applying';
  }

  /** Of what is or was brought in last: whether an export wrote it. */
  get isExport(): boolean {
    return this.#isExport;
  }

  /** Reads and checks a bundle, and stores its new modules, up to a preview. Does not throw: see {@link step}. */
  async open({ name, content, isExport }: { name: string; content: File | BundleParts; isExport: boolean }): Promise<void> {
    if (this.isBusy) return;
    await this.cancel();
    this.#fileName = name;
    this.#isExport = isExport;
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    this.#set({ name: 'reading', what: 'Reading the archive' });
    try {
      const { readArchive } = await import('./archive-reader.ts');
      const archive = await readArchive(content, (done, of) => this.#set({ name: 'reading', what: `Checking module ${done + 1} of ${of}` }));
      const modules = await this.#storeModules(archive, signal);
      const apps = await this.#checkApps(archive, modules, signal);
      const volumes = await planVolumes(this.#volumes, archive);
      signal.throwIfAborted();
      this.#set({ name: 'preview', info: archive.info, modules, volumes, apps });
    } catch (error) {
      const leftovers = await this.#undoAll();
      this.#set(signal.aborted && leftovers.length === 0 ? { name: 'idle' } : { name: 'refused', error: RuntimeError.from(error), leftovers });
    }
  }

  /** Whether the App of the preview is to be brought in. */
  choose(key: string, isChosen: boolean): void {
    if (this.#step.name !== 'preview') return;
    this.#set({ ...this.#step, apps: this.#step.apps.map((planned) => (planned.key === key ? { ...planned, isChosen } : planned)) });
  }

  /** Whether the volume of the preview is to be brought in. */
  chooseVolume(key: string, isChosen: boolean): void {
    if (this.#step.name !== 'preview') return;
    this.#set({ ...this.#step, volumes: this.#step.volumes.map((planned) => (planned.key === key ? { ...planned, isChosen } : planned)) });
  }

  /** Lets go of the archive: what was stored for the preview is removed again. */
  async cancel(): Promise<void> {
    if (this.#step.name === 'applying') return;
    this.#abort.abort();
    // What is being read sees the signal and cleans up by itself.
    if (this.#step.name === 'reading') return;
    const isPreview = this.#step.name === 'preview';
    this.#set({ name: 'idle' });
    if (!isPreview) return;
    const leftovers = await this.#undoAll();
    if (leftovers.length > 0) this.#set({ name: 'undone', error: new RuntimeError('internal', 'The import was cancelled.'), leftovers });
  }

  /** Fills the chosen volumes and writes the chosen Apps. When that fails all that this import did is taken back. */
  async apply(): Promise<void> {
    if (this.#step.name !== 'preview') return;
    const { apps, modules, volumes } = this.#step;
    const chosen = apps.filter(({ isChosen }) => isChosen);
    const filled = volumes.filter(({ isChosen }) => isChosen);
    this.#set({ name: 'applying', apps: chosen.length, volumes: filled.length });
    try {
      for (const planned of filled) this.#undoes.push({ what: `volume ${planned.key}`, undo: await fillVolume(this.#volumes, planned) });
      if (chosen.length > 0) await this.#write(chosen.map(({ app }) => app));
    } catch (error) {
      this.#set({ name: 'undone', error: RuntimeError.from(error), leftovers: await this.#undoAll() });
      return;
    }
    const kept = keptModules(apps, modules);
    await this.#dropModulesBut(new Set(kept.map(({ digest }) => digest)));
    [this.#stored, this.#undoes] = [[], []];
    const replaced = chosen.filter(({ state }) => state === 'changed').length;
    this.#set({ name: 'done', created: chosen.length - replaced, replaced, modules: kept.length, volumes: filled.length });
  }

  async #storeModules(archive: Archive, signal: AbortSignal): Promise<PlannedModule[]> {
    const here = await this.#api.listDigests();
    const planned: PlannedModule[] = [];
    for (const [index, { digest, bytes, path }] of archive.modules.entries()) {
      this.#set({ name: 'reading', what: `Storing module ${index + 1} of ${archive.modules.length}` });
      const module = { digest, path, sizeBytes: bytes.size, reason: '' };
      if (here.has(digest)) {
        planned.push({ ...module, state: 'here' });
        continue;
      }
      try {
        const { isNew } = await this.#api.uploadModule(bytes, signal);
        if (isNew) this.#stored.push(digest);
        planned.push({ ...module, state: isNew ? 'new' : 'here' });
      } catch (error) {
        const known = RuntimeError.from(error);
        if (signal.aborted || known.code !== 'module-invalid') throw error;
        const { found } = known.details;
        planned.push({ ...module, state: 'refused', reason: typeof found === 'string' ? found : known.message });
      }
    }
    return planned;
  }

  async #checkApps(archive: Archive, modules: readonly PlannedModule[], signal: AbortSignal): Promise<PlannedApp[]> {
    const [here, current] = await Promise.all([this.#api.listDigests(), this.#api.listApps(signal)]);
    this.#current = new Map(current.map((app) => [keyOfApp(app.metadata), app]));
    const planned: PlannedApp[] = [];
    for (const [index, app] of archive.apps.entries()) {
      this.#set({ name: 'reading', what: `Checking App ${index + 1} of ${archive.apps.length}` });
      planned.push(await this.#checkApp(app, here, modules, archive));
      signal.throwIfAborted();
    }
    // A bundle is installed as it is. Of an export, which may be an old one, what is here stays unless a person says so.
    if (archive.info === null) for (const app of planned) app.isChosen = app.state === 'new' || app.state === 'changed';
    return planned;
  }

  async #checkApp(app: ArchivedApp, here: ReadonlySet<Digest>, modules: readonly PlannedModule[], { placeOf }: Archive): Promise<PlannedApp> {
    const key = keyOfApp(app);
    const before = this.#current.get(key);
    const base = { key, app, changes: [], asks: [], reason: '', warning: '', isChosen: false };
    const digest = digestOfApp(app);
    if (!here.has(digest)) {
      const refused = modules.find((module) => module.digest === digest)?.reason;
      const reason = refused === undefined ? `Its module ${digest} is neither in the archive nor stored here.` : `Its module was refused: ${refused}`;
      return { ...base, state: 'refused', reason };
    }
    try {
      const after = await this.#api.checkApp(app, before !== undefined);
      const known = { ...base, warning: warningOf(after), asks: asksOf(after) };
      if (before === undefined) return { ...known, state: 'new', isChosen: true };
      const changes = changedFields(archivedApp(before), archivedApp(after));
      return changes.length === 0 ? { ...base, state: 'same' } : { ...known, state: 'changed', changes };
    } catch (error) {
      const known = RuntimeError.from(error);
      if (known.code !== 'resource-invalid' && known.code !== 'request-invalid') throw error;
      const causes = fieldCauses(known).map(({ field, message }) => `${placeOf(key, field)}, ${field}: ${message}`);
      return { ...base, state: 'refused', reason: causes.length > 0 ? causes.join(' ') : known.message };
    }
  }

  /** All in one transaction of the store, so that nothing is to be taken back. */
  async #write(apps: readonly ArchivedApp[]): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const items: { app: ArchivedApp; preconditions: { uid?: string; resourceVersion?: string } }[] = [];
      for (const app of apps) {
        const before = this.#current.get(keyOfApp(app));
        const { uid, resourceVersion } = before === undefined ? {} : await this.#unchanged(before);
        items.push({ app, preconditions: uid === undefined || resourceVersion === undefined ? {} : { uid, resourceVersion } });
      }
      try {
        return await this.#api.writeBundle(items);
      } catch (error) {
        if (RuntimeError.from(error).code !== 'resource-conflict' || attempt >= ATTEMPTS) throw error;
      }
    }
  }

  /** Its newest version, when only its status was written since the preview. @throws RuntimeError `resource-conflict` */
  async #unchanged(before: App): Promise<{ uid: string; resourceVersion: string }> {
    const { namespace, name, uid } = before.metadata;
    const app = await this.#api.readApp(namespace, name);
    if (app?.metadata.uid === uid && changedFields(archivedApp(before), archivedApp(app)).length === 0) return app.metadata;
    throw new RuntimeError('resource-conflict', `The App ${namespace}/${name} was changed or deleted since the preview was made. Choose the archive again.`);
  }

  async #dropModulesBut(kept: ReadonlySet<Digest>): Promise<void> {
    // One that stays is listed as unused: no harm.
    await Promise.all(this.#stored.filter((digest) => !kept.has(digest)).map((digest) => this.#removeModule(digest).catch(() => {})));
  }

  /** Takes back what was stored; resolves to what could not be. */
  async #undoAll(): Promise<string[]> {
    const leftovers: string[] = [];
    for (const { what, undo } of this.#undoes.reverse()) {
      try {
        await undo();
      } catch (error) {
        leftovers.push(`${what}: ${RuntimeError.from(error).message}`);
      }
    }
    this.#undoes = [];
    for (const digest of this.#stored) {
      try {
        await this.#removeModule(digest);
      } catch (error) {
        leftovers.push(`module ${digest}: ${RuntimeError.from(error).message}`);
      }
    }
    this.#stored = [];
    return leftovers;
  }

  /** An App that somebody made of it meanwhile keeps it, and one that is gone already is no loss. */
  async #removeModule(digest: Digest): Promise<void> {
    try {
      await this.#api.deleteModule(digest);
    } catch (error) {
      const { code } = RuntimeError.from(error);
      if (code !== 'module-in-use' && code !== 'resource-not-found') throw error;
    }
  }

  #set(step: ImportStep): void {
    this.#step = step;
    this.changed();
  }
}

function warningOf({ status }: App): string {
  const bad = status?.conditions?.find(({ type, status: state }) => type === APP_CONDITIONS.routesAccepted && state === 'False');
  return bad?.message ?? '';
}
