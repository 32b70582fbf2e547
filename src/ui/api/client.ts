import { APP_API_VERSION, type App, type AppSpecInput } from '../../core/app.ts';
import type { OriginMode } from '../../core/app-origin.ts';
import type { CapabilityName } from '../../core/capabilities.ts';
import { SYSTEM_PREFIX } from '../../core/deployment.ts';
import { RuntimeError } from '../../core/errors.ts';
import type { Digest } from '../../core/ids.ts';
import type { LiveLine, LiveResourceName } from '../../core/live-line.ts';
import type { LogLine } from '../../core/log-line.ts';
import type { ModuleReport } from '../../core/module.ts';
import type { Resource } from '../../core/resource.ts';
import type { RequestDetail, RequestRecord } from '../../core/traffic.ts';
import { errorFromBody, type Problem } from './api-error.ts';
import { readJsonLines } from './json-lines.ts';

/** The collections that can be listed and watched, in every namespace. Paths below `_swerve/`. */
const COLLECTIONS: Readonly<Record<LiveResourceName, string>> = {
  apps: `apis/${APP_API_VERSION}/apps`,
  pods: 'api/v1/pods',
  nodes: 'api/v1/nodes',
};

const NDJSON_TYPE = 'application/x-ndjson';

/** One line of the answer to a module upload. */
export type UploadProgress = {
  type: 'progress';
  phase: 'receiving' | 'checking' | 'transpiling' | 'storing';
  /** Received so far; in later phases the whole. */
  bytes?: number;
};
type UploadLine = UploadProgress | { type: 'done'; status: number; module: ModuleReport } | { type: 'error'; status: number; problem: Problem };

/** `isNew`: these bytes were not stored before. */
export interface UploadResult {
  module: ModuleReport;
  isNew: boolean;
}

/** A Kubernetes list: the objects, and the version to watch from. */
export interface ResourceList<T extends Resource> {
  metadata: { resourceVersion: string };
  items: T[];
}

/** What {@link ApiClient.createApp} takes: `metadata` and the spec as a person wrote it. */
export interface AppManifest {
  namespace: string;
  name: string;
  labels?: Record<string, string>;
  spec: AppSpecInput;
}

/**
 * The panel's only way to the cluster: the REST API under `_swerve/` (design: "one door"). Every method throws
 * RuntimeError; a lost line to the service worker is `host-unavailable`. An aborted call throws what `fetch` throws.
 */
export class ApiClient {
  readonly #root: URL;
  #streams = new AbortController();
  #mayStream: Promise<void> = Promise.resolve();
  #release: () => void = () => {};

  constructor(base: URL) {
    this.#root = new URL(SYSTEM_PREFIX, base);
  }

  /** Ends every watch and followed log, and lets none begin before {@link releaseStreams}. */
  holdStreams(): void {
    this.#mayStream = new Promise((resolve) => {
      this.#release = resolve;
    });
    this.#streams.abort();
    this.#streams = new AbortController();
  }

  releaseStreams(): void {
    this.#release();
  }

  async list<T extends Resource>(resource: LiveResourceName, signal: AbortSignal): Promise<ResourceList<T>> {
    const response = await this.#send(COLLECTIONS[resource], { signal });
    return (await response.json()) as ResourceList<T>;
  }

  /**
   * Everything that is live, through one request: what changed after `versions`, and the samples of traffic. In batches;
   * there is always a first sample at once. Ends when the service worker ends it.
   */
  async *watchAll(versions: Readonly<Record<LiveResourceName, string>>, signal: AbortSignal): AsyncGenerator<LiveLine[]> {
    yield* this.#stream<LiveLine>(`watch?${new URLSearchParams({ ...versions, traffic: '1', allowWatchBookmarks: 'true' })}`, NDJSON_TYPE, signal);
  }

  async createApp({ namespace, name, labels, spec }: AppManifest): Promise<App> {
    const app = { apiVersion: APP_API_VERSION, kind: 'App', metadata: { name, namespace, ...(labels && { labels }) }, spec };
    return this.#sendJson<App>(appsOf(namespace), 'POST', app);
  }

  /** Writes `app` if it is still the version that was read. @throws RuntimeError `resource-conflict`, `resource-invalid` with causes */
  async replaceApp(app: { metadata: App['metadata']; spec: AppSpecInput }): Promise<App> {
    const { namespace, name } = app.metadata;
    return this.#sendJson<App>(`${appsOf(namespace)}/${name}`, 'PUT', { apiVersion: APP_API_VERSION, kind: 'App', ...app });
  }

  /** What {@link replaceApp} would store, and with which conditions; stores nothing. @throws RuntimeError as a write would */
  async checkApp(app: { metadata: { namespace: string; name: string } }, signal: AbortSignal): Promise<App> {
    const { namespace, name } = app.metadata;
    return this.#sendJson<App>(`${appsOf(namespace)}/${name}?dryRun=All`, 'PUT', app, { signal });
  }

  /** How Apps are served here; null: nobody has found out yet. */
  async readOriginMode(): Promise<OriginMode | null> {
    const response = await this.#send('origins/mode', {});
    return (await response.json()) as OriginMode | null;
  }

  async readApp(namespace: string, name: string): Promise<App> {
    const response = await this.#send(`${appsOf(namespace)}/${name}`, {});
    return (await response.json()) as App;
  }

  async deleteApp(namespace: string, name: string): Promise<void> {
    await this.#send(`${appsOf(namespace)}/${name}`, { method: 'DELETE' });
  }

  /** Makes an App that was deleted anew: same spec, labels and annotations. @throws RuntimeError `resource-exists`, `resource-invalid` */
  async restoreApp({ metadata: { name, namespace, labels, annotations }, spec }: App): Promise<App> {
    const metadata = { name, namespace, ...(labels && { labels }), ...(annotations && { annotations }) };
    return this.#sendJson<App>(appsOf(namespace), 'POST', { apiVersion: APP_API_VERSION, kind: 'App', metadata, spec });
  }

  /** Lets the App run another stored module, with those changes of its spec that the module needs; all else stays as it is. */
  async setModule({ namespace, name }: App['metadata'], digest: Digest, spec: Partial<AppSpecInput> = {}): Promise<App> {
    return this.#sendJson<App>(`${appsOf(namespace)}/${name}`, 'PATCH', { spec: { ...spec, source: { digest } } }, { type: 'application/merge-patch+json' });
  }

  /** Grants an App `grant` of `capability`, over what it holds of it; null takes that back. */
  async setGrant({ namespace, name }: App['metadata'], capability: CapabilityName, grant: Readonly<Record<string, unknown>> | null): Promise<App> {
    const patch = { spec: { capabilities: { [capability]: grant } } };
    return this.#sendJson<App>(`${appsOf(namespace)}/${name}`, 'PATCH', patch, { type: 'application/merge-patch+json' });
  }

  /** Lines of an App's log in batches: the last `tailLines`, then new ones as they are written. */
  async *followLog(namespace: string, name: string, signal: AbortSignal, tailLines = 200): AsyncGenerator<LogLine[]> {
    yield* this.#stream<LogLine>(`${appsOf(namespace)}/${name}/log?follow=true&tailLines=${tailLines}`, NDJSON_TYPE, signal);
  }

  /** The last requests of an App, newest first. */
  async listRequests(namespace: string, name: string): Promise<RequestRecord[]> {
    const response = await this.#send(`${appsOf(namespace)}/${name}/requests`, {});
    return ((await response.json()) as { items: RequestRecord[] }).items;
  }

  /** The last requests of an App, oldest first, then each whenever it changed. In batches, the first of them empty. */
  async *watchRequests(namespace: string, name: string, signal: AbortSignal): AsyncGenerator<RequestRecord[]> {
    const body = await this.#open(`${appsOf(namespace)}/${name}/requests?watch=1`, NDJSON_TYPE, signal);
    yield [];
    yield* readJsonLines<RequestRecord>(body);
  }

  /** One request with its headers and the beginnings of its bodies. @throws RuntimeError `resource-not-found` when it is no longer kept */
  async getRequest(namespace: string, name: string, id: string): Promise<RequestDetail> {
    const response = await this.#send(`${appsOf(namespace)}/${name}/requests/${id}`, {});
    return (await response.json()) as RequestDetail;
  }

  /** Reports of every stored module, newest first. */
  async listModules(): Promise<ModuleReport[]> {
    const response = await this.#send('modules', {});
    return ((await response.json()) as { items: ModuleReport[] }).items;
  }

  async getModule(digest: Digest): Promise<ModuleReport> {
    const response = await this.#send(`modules/${digest}`, {});
    return (await response.json()) as ModuleReport;
  }

  async deleteModule(digest: Digest): Promise<void> {
    await this.#send(`modules/${digest}`, { method: 'DELETE' });
  }

  /** Stores a module; `onProgress` hears every phase. Idempotent: bytes are named by digest. @throws RuntimeError `module-invalid` with found, runs, fix */
  async uploadModule(file: Blob, onProgress: (progress: UploadProgress) => void, signal: AbortSignal): Promise<UploadResult> {
    await assertReadable(file);
    const response = await this.#send('modules', {
      method: 'POST',
      body: file,
      signal,
      headers: { accept: NDJSON_TYPE, 'content-type': 'application/wasm' },
    });
    for await (const lines of readJsonLines<UploadLine>(bodyOf(response))) {
      for (const line of lines) {
        if (line.type === 'progress') onProgress(line);
        else if (line.type === 'done') return { module: line.module, isNew: line.status === 201 };
        else throw errorFromBody(line.status, line.problem);
      }
    }
    throw new RuntimeError('internal', 'The upload ended without an answer. Try again.');
  }

  /** One request below `_swerve/`, for what has no method of its own here. Never an answer with an error's status: that is thrown. */
  request(path: string, init: RequestInit = {}): Promise<Response> {
    return this.#send(path, init);
  }

  async *#stream<T>(path: string, type: string, signal: AbortSignal): AsyncGenerator<T[]> {
    yield* readJsonLines<T>(await this.#open(path, type, signal));
  }

  async #open(path: string, type: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array>> {
    await this.#mayStream;
    return bodyOf(await this.#send(path, { signal: AbortSignal.any([signal, this.#streams.signal]), headers: { accept: type } }));
  }

  async #sendJson<T>(
    path: string,
    method: string,
    body: unknown,
    { type = 'application/json', signal }: { type?: string; signal?: AbortSignal } = {},
  ): Promise<T> {
    const response = await this.#send(path, { method, body: JSON.stringify(body), headers: { 'content-type': type }, ...(signal && { signal }) });
    return (await response.json()) as T;
  }

  async #send(path: string, init: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(new URL(path, this.#root), { cache: 'no-store', ...init });
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw lostLine(error);
    }
    if (response.ok) return response;
    throw errorFromBody(response.status, await readErrorBody(response));
  }
}

function lostLine(cause: unknown): RuntimeError {
  return new RuntimeError('host-unavailable', 'The service worker did not answer. Reload this page.', { cause });
}

/** A file that cannot be read would look like a lost service worker. @throws RuntimeError `request-invalid` */
async function assertReadable(file: Blob): Promise<void> {
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch (cause) {
    throw new RuntimeError('request-invalid', 'The browser cannot read this file. It may have been moved, changed or locked since it was chosen.', { cause });
  }
}

async function readErrorBody(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    // An answer that is not JSON did not come from the API; its status is all there is to say.
    return null;
  }
}

function appsOf(namespace: string): string {
  return `apis/${APP_API_VERSION}/namespaces/${namespace}/apps`;
}

function bodyOf(response: Response): ReadableStream<Uint8Array> {
  if (response.body === null) throw new RuntimeError('internal', 'The API answered without a body.');
  return response.body;
}
