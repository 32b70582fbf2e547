/// <reference lib="webworker" />
import { SYSTEM_PREFIX } from '../core/deployment.ts';
import { RuntimeError } from '../core/errors.ts';
import type { Share } from '../protocol/sw-panel.ts';
import { toStorageError } from '../store/storage-error.ts';

/** Address below `_swerve/` of the share target in the manifest, and of what was shared. */
export const SHARE_PATH = 'share';
const CACHE_NAME = 'swerve-shares';
/** What no panel has taken after this long is dropped. */
const MAX_AGE_MS = 7 * 86_400_000;
/** Names of the parts, as the manifest's `share_target.params` has them. */
const FIELDS = { files: 'files', texts: ['url', 'text', 'title'] } as const;

/**
 * What the system shares with Swerve, kept in Cache Storage until the panel has it: each file at `share/<id>/<index>`, then
 * the {@link Share} itself at `share/<id>`. It is written last, so what is listed is whole. An id begins with its time.
 */
export class SharedFiles {
  readonly #root: URL;
  readonly #panelUrl: string;

  constructor(base: URL) {
    this.#root = new URL(`${SYSTEM_PREFIX}${SHARE_PATH}`, base);
    this.#panelUrl = new URL(`${SYSTEM_PREFIX}#/`, base).href;
  }

  /** Keeps what a share navigation carries and sends the document on to the panel. @throws RuntimeError `request-invalid`, `api-forbidden`, `storage-full`, `storage-failed` */
  async receive(request: Request, isPanel: (url: URL) => Promise<boolean>): Promise<Response> {
    // The system's share has no referrer. A page that names itself and is not the panel is made by somebody else.
    if (request.referrer !== '' && !(await isPanel(new URL(request.referrer)))) {
      throw new RuntimeError('api-forbidden', 'only the system and the panel may share with Swerve, not a page');
    }
    const { files, url } = await readShare(request);
    await this.#dropOld();
    const id = `${Date.now()}-${crypto.randomUUID()}`;
    try {
      await this.#keep(id, files, url);
    } catch (error) {
      await this.#delete(id);
      throw await toStorageError(error, { what: 'what was shared', sizeBytes: files.reduce((sum, { size }) => sum + size, 0) });
    }
    return Response.redirect(this.#panelUrl, 303);
  }

  /** Answers the panel: GET `share` lists, GET `share/<id>/<index>` gives a file, DELETE `share/<id>` drops. `path` is what follows `share`. */
  async answer(request: Request, path: string): Promise<Response> {
    const [, id, index] = path.split('/');
    if (request.method === 'GET' && path === '') return Response.json({ items: await this.#list() }, { headers: { 'cache-control': 'no-store' } });
    if (request.method === 'DELETE' && id !== undefined && index === undefined) {
      await this.#delete(id);
      return new Response(null, { status: 204 });
    }
    const cache = await caches.open(CACHE_NAME);
    const found = request.method === 'GET' && index !== undefined ? await cache.match(this.#urlOf(id, index)) : undefined;
    // Never as what it says it is: an HTML file would run as a document of this origin.
    if (found) return new Response(found.body, { headers: { 'content-type': 'application/octet-stream', 'x-content-type-options': 'nosniff' } });
    throw new RuntimeError('resource-not-found', 'nothing of that name was shared, or the panel has taken it');
  }

  async #keep(id: string, files: readonly File[], url: string | null): Promise<void> {
    const cache = await caches.open(CACHE_NAME);
    for (const [index, file] of files.entries()) await cache.put(this.#urlOf(id, String(index)), new Response(file));
    const share: Share = { id, url, files: files.map(({ name, type, size }) => ({ name, type, sizeBytes: size })) };
    await cache.put(this.#urlOf(id), Response.json(share));
  }

  async #list(): Promise<Share[]> {
    await this.#dropOld();
    const cache = await caches.open(CACHE_NAME);
    const indexes = (await this.#entries()).filter(({ index }) => index === undefined);
    const found = await Promise.all(indexes.map(({ url }) => cache.match(url)));
    return Promise.all(found.filter((response) => response !== undefined).map((response) => response.json() as Promise<Share>));
  }

  /** The share itself goes first: without it its files are no longer listed. */
  async #delete(id: string): Promise<void> {
    const cache = await caches.open(CACHE_NAME);
    await cache.delete(this.#urlOf(id));
    for (const entry of await this.#entries()) if (entry.id === id) await cache.delete(entry.url);
  }

  async #dropOld(): Promise<void> {
    const oldestMs = Date.now() - MAX_AGE_MS;
    const ids = new Set((await this.#entries()).map(({ id }) => id));
    for (const id of ids) if (Number.parseInt(id, 10) < oldestMs) await this.#delete(id);
  }

  /** Those of this deployment: Cache Storage belongs to the whole origin. */
  async #entries(): Promise<{ url: string; id: string; index: string | undefined }[]> {
    const prefix = `${this.#root.href}/`;
    const urls = (await (await caches.open(CACHE_NAME)).keys()).map(({ url }) => url).filter((url) => url.startsWith(prefix));
    return urls.map((url) => {
      const [id = '', index] = url.slice(prefix.length).split('/');
      return { url, id, index };
    });
  }

  #urlOf(...parts: (string | undefined)[]): string {
    return [this.#root.href, ...parts.filter((part) => part !== undefined)].join('/');
  }
}

async function readShare(request: Request): Promise<{ files: File[]; url: string | null }> {
  if (request.mode !== 'navigate' || request.destination !== 'document') {
    throw new RuntimeError('request-invalid', 'what the system shares comes as a navigation of its own, not as a fetch and not in a frame');
  }
  let form: FormData;
  try {
    form = await request.formData();
  } catch (cause) {
    throw new RuntimeError('request-invalid', 'what was shared did not arrive as a form with files (multipart/form-data)', { cause });
  }
  // A form without a chosen file sends one that has no name and no bytes.
  const files = form.getAll(FIELDS.files).filter((part) => part instanceof File && (part.name !== '' || part.size > 0)) as File[];
  const url = FIELDS.texts.map((name) => webAddressIn(form.get(name))).find((found) => found !== null) ?? null;
  if (files.length === 0 && url === null) {
    throw new RuntimeError(
      'request-invalid',
      'what was shared has no file and no web address in it; share a .wasm file, an export of Swerve, or a link to one',
    );
  }
  return { files, url };
}

/** The first http(s) address in a text; null: there is none. */
export function webAddressIn(text: unknown): string | null {
  if (typeof text !== 'string') return null;
  for (const [found] of text.matchAll(/https?:\/\/[^\s<>"']+/gi)) {
    const address = found.replace(/[.,;:!?)\]}]+$/, '');
    if (URL.canParse(address)) return address;
  }
  return null;
}
