import { APP_API_VERSION } from '../../core/app.ts';
import { type Digest, digestOf, isDigest, NAME_MAX_LENGTH, NAME_PATTERN } from '../../core/ids.ts';
import { formatBytes } from '../text.ts';
import { APPS_FILE, ARCHIVE_FORMAT, ARCHIVE_LIMITS, type ArchivedApp, type ArchiveInfo, INFO_FILE, keyOfApp } from './archive.ts';
import { type ManifestEntry, readManifest } from './bundle-manifest.ts';
import { type BundleParts, type Part, pathFrom, plainPath, refusal } from './bundle-parts.ts';
import { openZip } from './zip-parts.ts';

/** A module of an archive; its bytes are what its digest says. */
export interface ArchivedModule {
  digest: Digest;
  bytes: Blob;
  /** Of the file in the archive: `app.wasm`. Empty for one that is named by its digest. */
  path: string;
}

/** A volume of an archive: the files that go into it. */
export interface ArchivedVolume {
  namespace: string;
  name: string;
  files: readonly Part[];
  /** The content of the files, in the order of `files`. */
  open(): AsyncGenerator<{ path: string; bytes: Blob }>;
}

/** An archive or a bundle, read whole and checked in itself: whether the Apps can run is for the server to say. */
export interface Archive {
  /** null: not written by an export, but by hand or by a tool. Such a bundle is installed as a whole. */
  info: ArchiveInfo | null;
  apps: ArchivedApp[];
  modules: ArchivedModule[];
  volumes: ArchivedVolume[];
  /** Where a field of the App `key` stands: `swerve.yaml, line 12`. */
  placeOf(key: string, field: string): string;
}

const MODULE_FILE = /^modules\/([0-9a-f]{64})\.wasm$/;
/** As the API takes for one file of an App. */
const FILE_MAX_BYTES = 1_048_576;

/**
 * Reads a bundle: a zip archive, or the files of a folder. `onModule` hears of each module as it is checked.
 * @throws RuntimeError `request-invalid`, `body-too-large`, with what is wrong, where, and the way out
 */
export async function readArchive(source: Blob | BundleParts, onModule: (done: number, of: number) => void = () => {}): Promise<Archive> {
  const parts = source instanceof Blob ? await openZip(source) : source;
  const manifest = await readText(parts, APPS_FILE, ARCHIVE_LIMITS.appsBytes);
  const infoText = await readText(parts, INFO_FILE, ARCHIVE_LIMITS.infoBytes);
  if (manifest === null) {
    throw refusal(`There is no ${APPS_FILE} at the top level of it. Swerve reads from that file what is to be installed; an export writes one.`);
  }
  const info = infoText === null ? null : parseInfo(infoText);
  const reader = new ArchiveReader(parts, onModule);
  await reader.readAll(readManifest(manifest));
  await reader.readModules(info !== null);
  const { apps, modules, volumes, entries } = reader;
  if (info === null && apps.size === 0 && volumes.size === 0) {
    throw refusal(`${APPS_FILE} names no App and no volume. Each document of it is one, from "apiVersion: ${APP_API_VERSION}" on.`);
  }
  return { info, apps: [...apps.values()], modules, volumes: [...volumes.values()], placeOf: (key, field) => entries.get(key)?.placeOf(field) ?? APPS_FILE };
}

class ArchiveReader {
  readonly apps = new Map<string, ArchivedApp>();
  /** The document of each App. */
  readonly entries = new Map<string, ManifestEntry>();
  readonly modules: ArchivedModule[] = [];
  readonly volumes = new Map<string, ArchivedVolume>();
  readonly #parts: BundleParts;
  readonly #onModule: (done: number, of: number) => void;
  /** Modules that were read as files, by path. */
  readonly #byPath = new Map<string, ArchivedModule>();
  #filesBytes = 0;
  #volumeBytes = 0;

  constructor(parts: BundleParts, onModule: (done: number, of: number) => void) {
    this.#parts = parts;
    this.#onModule = onModule;
  }

  async readAll(entries: readonly ManifestEntry[]): Promise<void> {
    for (const entry of entries) {
      if (asObject(entry.value)?.['kind'] === 'Volume') {
        await this.#readVolume(entry);
        continue;
      }
      const app = toApp(entry);
      const key = keyOfApp(app);
      if (this.apps.has(key)) throw refusal(`${entry.placeOf('metadata.name')}: the App ${key} is there twice.`);
      this.entries.set(key, entry);
      this.apps.set(key, { ...app, spec: { ...(await this.#withFiles(app.spec, entry)), source: await this.#sourceOf(app.spec, entry) } });
      if (this.apps.size > ARCHIVE_LIMITS.apps) throw refusal(`${APPS_FILE} holds more than ${ARCHIVE_LIMITS.apps} Apps. Bring them in in parts.`);
    }
  }

  async #readVolume(entry: ManifestEntry): Promise<void> {
    const { placeOf } = entry;
    const { name, namespace, spec } = namedObject(entry, 'Volume');
    const key = keyOfApp({ namespace, name });
    if (this.volumes.has(key)) throw refusal(`${placeOf('metadata.name')}: the volume ${key} is there twice.`);
    if (this.volumes.size >= ARCHIVE_LIMITS.volumes) throw refusal(`${APPS_FILE} holds more than ${ARCHIVE_LIMITS.volumes} volumes. Bring them in in parts.`);
    const source = asObject(spec?.['source']);
    const [unknown] = [
      ...Object.keys(spec ?? {}).filter((field) => field !== 'source'),
      ...Object.keys(source ?? {})
        .filter((field) => field !== 'folder')
        .map((field) => `source.${field}`),
    ];
    if (unknown !== undefined)
      throw refusal(`${placeOf(`spec.${unknown}`)}: spec.${unknown} is no field of a Volume. Its files are those of spec.source.folder.`);
    const folder = source === null ? null : pathAt(source['folder'], 'spec.source.folder', entry);
    const listed = folder === null ? [] : await this.#parts.list(folder);
    if (folder !== null && listed.length === 0)
      throw refusal(`${placeOf('spec.source.folder')}: spec.source.folder names "${folder}", in which there is no file.`);
    this.#volumeBytes += listed.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    if (this.#volumeBytes > ARCHIVE_LIMITS.unpackedBytes)
      throw refusal(`${placeOf('spec.source.folder')}: the files of the volumes are over ${formatBytes(ARCHIVE_LIMITS.unpackedBytes)}.`);
    const parts = this.#parts;
    this.volumes.set(key, {
      namespace,
      name,
      files: listed.map(({ path, sizeBytes }) => ({ path: pathFrom(folder ?? '', path), sizeBytes })),
      async *open() {
        if (folder !== null) yield* parts.open(folder);
      },
    });
  }

  /** Modules that are named by their digest: all that there are, or those that Apps name. */
  async readModules(isAll: boolean): Promise<void> {
    const paths = isAll
      ? (await this.#parts.list('modules')).map(({ path }) => path).filter((path) => !this.#byPath.has(path))
      : [...new Set([...this.apps.values()].map(({ spec }) => fileOfDigest((spec['source'] as { digest: Digest }).digest)))];
    for (const [index, path] of paths.entries()) {
      this.#onModule(index, paths.length);
      const [, hex] = MODULE_FILE.exec(path) ?? [];
      if (hex === undefined) throw refusal(`${path} is not named by its digest: modules/ and 64 lower-case hex digits, then .wasm.`);
      const bytes = await this.#parts.read(path, ARCHIVE_LIMITS.moduleBytes);
      // The module may be stored here already.
      if (bytes === null) continue;
      const digest = await digestOf(bytes);
      if (digest !== `sha256:${hex}`) {
        throw refusal(`${path} does not hold what its name says: its digest is ${digest}. The archive was damaged or changed; export it again.`);
      }
      this.#put({ digest, bytes: new Blob([bytes], { type: 'application/wasm' }), path: '' });
    }
  }

  /** `spec.source` as the API takes it: a file of the bundle is named by its digest. */
  async #sourceOf(spec: Record<string, unknown>, entry: ManifestEntry): Promise<Record<string, unknown>> {
    const { file, ...source } = asObject(spec['source']) ?? {};
    const { digest } = source;
    if (file === undefined) {
      if (typeof digest === 'string' && isDigest(digest)) return source;
      throw refusal(
        `${entry.placeOf('spec.source.digest')}: spec.source.digest must name a module, "sha256:" and 64 lower-case hex digits, or spec.source.file one of the files beside ${APPS_FILE}.`,
      );
    }
    const field = 'spec.source.file';
    const path = pathAt(file, field, entry);
    let module = this.#byPath.get(path);
    if (module === undefined) {
      this.#onModule(this.#byPath.size, this.#byPath.size + 1);
      const bytes = await this.#readAt(path, field, entry, ARCHIVE_LIMITS.moduleBytes);
      module = { digest: await digestOf(bytes), bytes: new Blob([bytes], { type: 'application/wasm' }), path };
      this.#byPath.set(path, module);
      this.#put(module);
    }
    if (digest !== undefined && digest !== module.digest) {
      throw refusal(`${entry.placeOf('spec.source.digest')}: spec.source.digest is not that of ${path}, which is ${module.digest}. Leave one of the two out.`);
    }
    return { ...source, digest: module.digest };
  }

  /** `spec.files[]` as the API takes them: what is a file of the bundle becomes its text, or its bytes as base64. */
  async #withFiles(spec: Record<string, unknown>, entry: ManifestEntry): Promise<Record<string, unknown>> {
    const { files } = spec;
    if (!Array.isArray(files)) return spec;
    const read: unknown[] = [];
    for (const [index, item] of files.entries()) {
      const object = asObject(item);
      if (object?.['file'] === undefined) {
        read.push(item);
        continue;
      }
      const { file, ...rest } = object;
      const field = `spec.files[${index}].file`;
      const bytes = await this.#readAt(pathAt(file, field, entry), field, entry, FILE_MAX_BYTES);
      this.#filesBytes += bytes.length;
      if (this.#filesBytes > ARCHIVE_LIMITS.appsBytes) throw refusal(`${entry.placeOf(field)}: the files of all Apps are too many for a bundle.`);
      read.push({ ...rest, ...contentOf(bytes) });
    }
    return { ...spec, files: read };
  }

  async #readAt(path: string, field: string, entry: ManifestEntry, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
    const bytes = await this.#parts.read(path, maxBytes);
    if (bytes === null) throw refusal(`${entry.placeOf(field)}: ${field} names "${path}", which is not there. Paths begin at the folder of ${APPS_FILE}.`);
    return bytes;
  }

  #put(module: ArchivedModule): void {
    if (!this.modules.some(({ digest }) => digest === module.digest)) this.modules.push(module);
  }
}

async function readText(parts: BundleParts, path: string, maxBytes: number): Promise<string | null> {
  const bytes = await parts.read(path, maxBytes);
  if (bytes === null) return null;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw refusal(`${path} is not text (UTF-8).`, cause);
  }
}

function parseInfo(text: string): ArchiveInfo {
  let info: unknown;
  try {
    info = JSON.parse(text);
  } catch (cause) {
    throw refusal(`${INFO_FILE} is not JSON. The archive was damaged or changed; export it again.`, cause);
  }
  const { format, createdAt, swerve, counts } = asObject(info) ?? {};
  if (typeof format !== 'number' || typeof createdAt !== 'string' || typeof swerve !== 'string' || asObject(counts) === null) {
    throw refusal(`${INFO_FILE} does not say what the archive is. Choose a file that Swerve exported.`);
  }
  if (format > ARCHIVE_FORMAT) {
    throw refusal(
      `The archive was written by a newer Swerve (${swerve.slice(0, 40)}, format ${format}); this one reads format ${ARCHIVE_FORMAT}. Update Swerve here first.`,
    );
  }
  return info as ArchiveInfo;
}

function toApp(entry: ManifestEntry): ArchivedApp {
  const { name, namespace, metadata, spec } = namedObject(entry, 'App');
  if (spec === null) throw refusal(`${entry.placeOf('spec')}: spec must say what the App is: its source and its routes.`);
  // What is wrong within labels and annotations the server says.
  const labels = (metadata['labels'] ?? {}) as Record<string, string>;
  const annotations = (metadata['annotations'] ?? {}) as Record<string, string>;
  return { name, namespace, labels, annotations, spec };
}

/** An object of `kind` with a good name. @throws RuntimeError `request-invalid` */
function namedObject(
  { value, placeOf }: ManifestEntry,
  kind: 'App' | 'Volume',
): { name: string; namespace: string; metadata: Record<string, unknown>; spec: Record<string, unknown> | null } {
  const object = asObject(value);
  if (object === null || object['kind'] !== kind || object['apiVersion'] !== APP_API_VERSION) {
    const field = object !== null && object['kind'] === kind ? 'apiVersion' : 'kind';
    throw refusal(`${placeOf(field)}: this is not an App of ${APP_API_VERSION}. Apps and Volumes are installed, and nothing else.`);
  }
  const metadata = asObject(object['metadata']) ?? {};
  const { name, namespace = 'default' } = metadata;
  for (const [field, text] of Object.entries({ name, namespace })) {
    if (typeof text !== 'string' || text.length > NAME_MAX_LENGTH || !NAME_PATTERN.test(text)) {
      throw refusal(
        `${placeOf(`metadata.${field}`)}: metadata.${field} must be lower-case letters, digits and dashes, at most ${NAME_MAX_LENGTH}, with a letter or a digit at both ends.`,
      );
    }
  }
  return { name: name as string, namespace: namespace as string, metadata, spec: asObject(object['spec']) };
}

/** The path that `value` names, in its plain form. @throws RuntimeError `request-invalid` */
function pathAt(value: unknown, field: string, { placeOf }: ManifestEntry): string {
  const path = typeof value === 'string' ? plainPath(value) : null;
  if (path !== null && path !== '') return path;
  throw refusal(`${placeOf(field)}: ${field} must be a path below the folder of ${APPS_FILE}, for example "app.wasm".`);
}

function contentOf(bytes: Uint8Array): { text: string } | { base64: string } {
  try {
    // Without ignoreBOM a byte order mark would be taken off.
    return { text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    // It is no text.
    let binary = '';
    for (const byte of bytes) binary += String.fromCharCode(byte);
    return { base64: btoa(binary) };
  }
}

function fileOfDigest(digest: Digest): string {
  return `modules/${digest.slice('sha256:'.length)}.wasm`;
}

function asObject(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
}
