import { APP_API_VERSION } from '../../core/app.ts';
import { RuntimeError } from '../../core/errors.ts';
import type { VolumeFile } from '../../core/volume.ts';
import type { ApiClient } from './client.ts';

/** A volume by its name. */
export interface VolumeKey {
  readonly namespace: string;
  readonly name: string;
}

/** A volume as the API tells of it. */
export interface VolumeObject {
  metadata: { name: string; namespace: string; uid: string; creationTimestamp: string };
  status: { sizeBytes: number; files: number };
}

/** A file on its way into a volume. `path`: from its root, without `/` at its start. */
export interface VolumeUpload {
  path: string;
  bytes: Blob;
}

/** The part of the REST API that is about volumes. Throws as {@link ApiClient} does. */
export class VolumeApi {
  readonly #client: ApiClient;

  constructor(client: ApiClient) {
    this.#client = client;
  }

  async list(): Promise<VolumeObject[]> {
    return ((await (await this.#client.request(`apis/${APP_API_VERSION}/volumes`)).json()) as { items: VolumeObject[] }).items;
  }

  async create({ namespace, name }: VolumeKey): Promise<void> {
    await this.#client.request(`apis/${APP_API_VERSION}/namespaces/${namespace}/volumes`, {
      method: 'POST',
      body: JSON.stringify({ metadata: { name } }),
      headers: { 'content-type': 'application/json' },
    });
  }

  async delete(key: VolumeKey): Promise<void> {
    await this.#client.request(rootOf(key), { method: 'DELETE' });
  }

  /** What is in a directory; empty: in the root. @throws RuntimeError `resource-not-found` */
  async listFiles(key: VolumeKey, path: string, { recursive = false } = {}): Promise<VolumeFile[]> {
    const response = await this.#client.request(`${filesOf(key, path)}${recursive ? '?recursive=true' : ''}`);
    if (!response.headers.get('content-type')?.startsWith('application/json')) {
      await response.body?.cancel();
      throw new RuntimeError('request-invalid', `${path} is a file.`);
    }
    return ((await response.json()) as { items: VolumeFile[] }).items;
  }

  /** @throws RuntimeError `resource-not-found` */
  async openFile(key: VolumeKey, path: string): Promise<ReadableStream<Uint8Array>> {
    const { body } = await this.#client.request(filesOf(key, path));
    return body ?? new Blob([]).stream();
  }

  async writeFile(key: VolumeKey, path: string, bytes: Blob): Promise<void> {
    await this.#client.request(filesOf(key, path), { method: 'PUT', body: bytes });
  }

  /** All of `files` at one instant, or none of them. */
  async writeFiles(key: VolumeKey, files: readonly VolumeUpload[]): Promise<void> {
    const form = new FormData();
    for (const { path, bytes } of files) form.append(path, bytes);
    await this.#client.request(filesOf(key), { method: 'POST', body: form });
  }

  async deleteFile(key: VolumeKey, path: string): Promise<void> {
    await this.#client.request(filesOf(key, path), { method: 'DELETE' });
  }
}

function rootOf({ namespace, name }: VolumeKey): string {
  return `apis/${APP_API_VERSION}/namespaces/${namespace}/volumes/${name}`;
}

function filesOf(key: VolumeKey, path = ''): string {
  return `${rootOf(key)}/files${path === '' ? '' : `/${path.split('/').map(encodeURIComponent).join('/')}`}`;
}
