import { APP_API_VERSION, type App, configurationRefs } from '../core/app.ts';
import type { Clock } from '../core/clock.ts';
import { RuntimeError } from '../core/errors.ts';
import { toTimestamp } from '../core/resource.ts';
import { missingConfiguration } from '../store/configuration.ts';
import { equalJson } from '../store/equal-json.ts';
import { prepareReplace } from '../store/resource-writes.ts';
import type { ResourceKey, WriteOptions } from '../store/resources.ts';
import type { Store } from '../store/store.ts';
import { admitApp } from './admission.ts';
import { appStatus } from './app-conditions.ts';
import type { AppIndex } from './app-index.ts';
import { type AppInput, invalidApp } from './app-input.ts';
import { missingVolumes } from './app-volumes.ts';
import { drawName } from './draw-name.ts';
import { grantChanges } from './grants.ts';
import { keepRevisions, revisionsWith } from './revisions.ts';
import { routeClashes } from './route-clashes.ts';
import { timeOrderedUid } from './uid.ts';
import { findWhereabouts } from './whereabouts.ts';

/** What writing an App needs. */
export interface AppWriter {
  readonly store: Pick<Store, 'resources' | 'modules' | 'origins' | 'logs' | 'volumes'>;
  /** Of the deployment. */
  readonly base: URL;
  /** Which routes are taken. Brought up to date before it is asked. */
  readonly apps: Pick<AppIndex, 'sync' | 'routes'>;
  readonly clock: Clock;
}

/** An App that was admitted, and what must hold when it is written. */
export interface Prepared {
  candidate: App;
  options: WriteOptions;
}

/** Races with other writers that a write without a precondition of its own goes through again. */
const ATTEMPTS = 10;

export function appKey(namespace: string, name: string): ResourceKey {
  return { kind: 'App', namespace, name };
}

/**
 * Admits and stores a new App with its first conditions; resolves to it as stored. `dryRun`: everything but the storing.
 * @throws RuntimeError `resource-invalid`, `resource-exists`, `storage-full`, `storage-failed`
 */
export async function createApp(writer: AppWriter, input: AppInput, dryRun: boolean): Promise<App> {
  for (let attempt = 1; ; attempt += 1) {
    const name = input.name || drawName(input.generateName);
    const { candidate, options } = await prepareNew(writer, { ...input, name });
    try {
      if (!dryRun) return await writer.store.resources.create(candidate, options);
      if ((await writer.store.resources.get(appKey(input.namespace, name))) === null) return candidate;
      throw new RuntimeError('resource-exists', `App ${input.namespace}/${name} exists already`);
    } catch (error) {
      const nameWasDrawn = input.name === '' && error instanceof RuntimeError && error.code === 'resource-exists';
      if (!nameWasDrawn || attempt >= ATTEMPTS) throw error;
    }
  }
}

/**
 * Changes a stored App to what `next` makes of it, and resolves to it as stored. Without a resourceVersion in the input a
 * lost race is run again from the newest state. `next` must be pure.
 * @throws RuntimeError `resource-not-found`, `resource-conflict`, `resource-invalid`, `storage-full`, `storage-failed`, or what `next` throws
 */
export async function replaceApp(writer: AppWriter, key: ResourceKey, next: (current: App) => AppInput, dryRun: boolean): Promise<App> {
  for (let attempt = 1; ; attempt += 1) {
    const current = await readApp(writer, key);
    const input = next(current);
    const { candidate, options } = await prepareChange(writer, current, input);
    if (dryRun) return candidate;
    try {
      const stored = await writer.store.resources.replace(candidate, { resourceVersion: current.metadata.resourceVersion }, options);
      await tellGrants(writer, current, stored);
      return stored;
    } catch (error) {
      const isRace = error instanceof RuntimeError && error.code === 'resource-conflict' && input.resourceVersion === '';
      if (!isRace || attempt >= ATTEMPTS) throw error;
    }
  }
}

/** What would be stored for a new App of that name. @throws RuntimeError `resource-invalid` */
export async function prepareNew(writer: AppWriter, input: AppInput): Promise<Prepared> {
  const nowMs = writer.clock.nowMs();
  const app: App = {
    apiVersion: APP_API_VERSION,
    kind: 'App',
    metadata: {
      name: input.name,
      namespace: input.namespace,
      uid: timeOrderedUid(nowMs, crypto.getRandomValues(new Uint8Array(10))),
      resourceVersion: '',
      generation: 1,
      creationTimestamp: toTimestamp(nowMs),
      ...metadataOf(input),
    },
    spec: input.spec,
  };
  return admit(writer, app, app);
}

/** What would be stored over `current`. @throws RuntimeError `resource-conflict`, `resource-invalid` */
export async function prepareChange(writer: AppWriter, current: App, input: AppInput): Promise<Prepared> {
  checkPreconditions(current, input);
  const app = prepareReplace(current, { ...current, metadata: withInput(current, input), spec: input.spec });
  const specChanged = !equalJson(current.spec, app.spec);
  // Labels can be changed also while the module is missing: only a new spec is admitted anew.
  return specChanged ? await admit(writer, app, current) : { candidate: app, options: {} };
}

/** Changes the status of a stored App as {@link replaceApp} changes the rest. */
export async function replaceAppStatus(
  writer: AppWriter,
  key: ResourceKey,
  next: (current: App) => { status: NonNullable<App['status']>; uid: string; resourceVersion: string },
  dryRun: boolean,
): Promise<App> {
  for (let attempt = 1; ; attempt += 1) {
    const current = await readApp(writer, key);
    const { status: written, ...preconditions } = next(current);
    checkPreconditions(current, preconditions);
    const status = keepRevisions(current, written);
    if (dryRun) return { ...current, status };
    try {
      return await writer.store.resources.updateStatus<App>(key, status, { resourceVersion: current.metadata.resourceVersion });
    } catch (error) {
      const isRace = error instanceof RuntimeError && error.code === 'resource-conflict' && preconditions.resourceVersion === '';
      if (!isRace || attempt >= ATTEMPTS) throw error;
    }
  }
}

/** @throws RuntimeError `resource-not-found` */
export async function readApp({ store }: AppWriter, key: ResourceKey): Promise<App> {
  const app = await store.resources.get<App>(key);
  if (app === null) throw new RuntimeError('resource-not-found', `there is no App ${key.namespace}/${key.name}`, { details: { ...key } });
  return app;
}

/**
 * Checks that `app` can run, and gives it the status that it would have: `Ready` is true right after a good write, and a
 * module other than that of `current` is a revision.
 */
async function admit({ store, base, apps, clock }: AppWriter, app: App, current: App): Promise<Prepared> {
  const { digest } = app.spec.source;
  const [module, where, missing, unmade] = await Promise.all([
    store.modules.get(digest),
    findWhereabouts(app, store.origins, base),
    missingConfiguration(app.metadata.namespace, configurationRefs(app.spec), store.resources),
    missingVolumes(app, store.volumes),
    apps.sync(),
  ]);
  const causes = admitApp(app.spec, module);
  if (causes.length > 0) throw invalidApp(app.metadata.name, causes);
  const nowMs = clock.nowMs();
  const revisions = revisionsWith(current, digest, { atMs: nowMs, sizeBytes: module?.sizeBytes });
  const status = { ...appStatus(app, module, routeClashes(app, apps.routes), where, nowMs, missing, unmade), revisions };
  return { candidate: { ...app, status }, options: { requiredModule: digest } };
}

/** Lines in the App's log for what it was granted and what was taken back. */
export async function tellGrants({ store, clock }: AppWriter, before: App, { metadata, spec }: App): Promise<void> {
  const atMs = clock.nowMs();
  const lines = grantChanges(before.spec.capabilities, spec.capabilities).map((text) => ({ atMs, stream: 'system' as const, text, instance: '' }));
  // The write has succeeded whatever becomes of the log.
  if (lines.length > 0) await store.logs.append(metadata.namespace, metadata.name, lines).catch(() => {});
}

function checkPreconditions(current: App, { uid, resourceVersion }: { uid: string; resourceVersion: string }): void {
  const { metadata } = current;
  if (uid !== '' && uid !== metadata.uid) {
    throw new RuntimeError('resource-conflict', `the uid in the precondition is ${uid}, the App's is ${metadata.uid}`, { details: { name: metadata.name } });
  }
  if (resourceVersion !== '' && resourceVersion !== metadata.resourceVersion) {
    throw new RuntimeError('resource-conflict', `it is at resourceVersion ${metadata.resourceVersion}, not ${resourceVersion}`, {
      details: { name: metadata.name, resourceVersion: metadata.resourceVersion },
    });
  }
}

function metadataOf({ labels, annotations }: AppInput): Partial<Pick<App['metadata'], 'labels' | 'annotations'>> {
  return {
    ...(Object.keys(labels).length > 0 ? { labels } : {}),
    ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
  };
}

function withInput(current: App, input: AppInput): App['metadata'] {
  const { labels: _labels, annotations: _annotations, ...kept } = current.metadata;
  return { ...kept, ...metadataOf(input) };
}
