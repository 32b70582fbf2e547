import { APP_API_VERSION, type App } from '../../core/app.ts';
import { RuntimeError } from '../../core/errors.ts';
import type { Digest } from '../../core/ids.ts';
import type { StorageReport } from '../../core/storage.ts';
import type { ArchivedApp } from '../state/archive.ts';
import type { ApiClient, UploadResult } from './client.ts';

type Bytes = ReadableStream<Uint8Array>;

/** The part of the REST API that is about everything at once: usage, reset, export and import. Throws as {@link ApiClient} does. */
export class StorageApi {
  readonly #client: ApiClient;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  async readStorage(): Promise<StorageReport> {
    return (await this.#client.request('storage')).json();
  }

  /** Removes everything. */
  async reset(): Promise<void> {
    await this.#send('storage', 'DELETE', { confirm: 'everything' });
  }

  /** Version of Swerve. */
  async readVersion(): Promise<string> {
    return (await (await this.#client.request('version')).json()).swerve;
  }

  async listApps(signal: AbortSignal): Promise<App[]> {
    return (await this.#client.list<App>('apps', signal)).items;
  }

  /** Null: there is no such App. */
  async readApp(namespace: string, name: string): Promise<App | null> {
    try {
      return await (await this.#client.request(pathOf(namespace, name))).json();
    } catch (error) {
      return nullWhenNotFound(error);
    }
  }

  async listDigests(): Promise<Set<Digest>> {
    return new Set((await this.#client.listModules()).map(({ digest }) => digest));
  }

  /** The bytes of a module; null when it is not stored. */
  openModule(digest: Digest, signal: AbortSignal): Promise<Bytes | null> {
    return this.#open(`modules/${digest}?bytes=1`, signal);
  }

  /** An App's log as text; null when there is no such App. */
  openLog(namespace: string, name: string, signal: AbortSignal): Promise<Bytes | null> {
    return this.#open(`${pathOf(namespace, name)}/log`, signal);
  }

  uploadModule(bytes: Blob, signal: AbortSignal): Promise<UploadResult> {
    return this.#client.uploadModule(bytes, () => {}, signal);
  }

  deleteModule(digest: Digest): Promise<void> {
    return this.#client.deleteModule(digest);
  }

  /** What the server would store for `app`, over one of that name or as a new one. Nothing is written. @throws RuntimeError `resource-invalid` with causes, and others */
  async checkApp(app: ArchivedApp, isThere: boolean): Promise<App> {
    const { namespace, name } = app;
    const path = isThere ? pathOf(namespace, name) : pathOf(namespace);
    return (await this.#send(`${path}?dryRun=All`, isThere ? 'PUT' : 'POST', toObject(app))).json();
  }

  /**
   * Writes all Apps in one transaction, or none. One without preconditions must be new; another must still be of that uid
   * and at that version. @throws RuntimeError `resource-exists`, `resource-conflict`, `resource-invalid` and others
   */
  async writeBundle(items: readonly { app: ArchivedApp; preconditions: { uid?: string; resourceVersion?: string } }[]): Promise<void> {
    await this.#send(`apis/${APP_API_VERSION}/bundles`, 'POST', { items: items.map(({ app, preconditions }) => toObject(app, preconditions)) });
  }

  #send(path: string, method: string, body: unknown): Promise<Response> {
    return this.#client.request(path, { method, body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  }

  async #open(path: string, signal: AbortSignal): Promise<Bytes | null> {
    try {
      return (await this.#client.request(path, { signal })).body;
    } catch (error) {
      return nullWhenNotFound(error);
    }
  }
}

function nullWhenNotFound(error: unknown): null {
  if (RuntimeError.from(error).code === 'resource-not-found') return null;
  throw error;
}

function pathOf(namespace: string, name = ''): string {
  return `apis/${APP_API_VERSION}/namespaces/${namespace}/apps${name === '' ? '' : `/${name}`}`;
}

function toObject({ namespace, name, labels, annotations, spec }: ArchivedApp, preconditions: object = {}): object {
  return { apiVersion: APP_API_VERSION, kind: 'App', metadata: { namespace, name, labels, annotations, ...preconditions }, spec };
}
