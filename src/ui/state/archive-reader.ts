import { APP_API_VERSION } from '../../core/app.ts';
import { RuntimeError } from '../../core/errors.ts';
import { type Digest, digestOf, NAME_MAX_LENGTH, NAME_PATTERN } from '../../core/ids.ts';
import { formatBytes } from '../text.ts';
import { APPS_FILE, ARCHIVE_FORMAT, ARCHIVE_LIMITS, type ArchivedApp, type ArchiveInfo, INFO_FILE, keyOfApp } from './archive.ts';

/** A module of an archive; its bytes are what its digest says. */
export interface ArchivedModule {
  digest: Digest;
  bytes: Blob;
}

/** An archive, read whole and checked in itself: whether the Apps can run is for the server to say. */
export interface Archive {
  info: ArchiveInfo;
  apps: ArchivedApp[];
  modules: ArchivedModule[];
}

interface Entry {
  name: string;
  unpackedBytes: number;
}

const MODULE_FILE = /^modules\/([0-9a-f]{64})\.wasm$/;
const ANY_MODULE_FILE = /^modules\/.+/;
const DIGEST_TEXT = /^sha256:[0-9a-f]{64}$/;

/** Reads an archive. `onModule` hears of each module as it is checked. @throws RuntimeError `request-invalid`, `body-too-large`, with what is wrong and the way out */
export async function readArchive(file: Blob, onModule: (done: number, of: number) => void = () => {}): Promise<Archive> {
  if (file.size > ARCHIVE_LIMITS.archiveBytes) {
    throw new RuntimeError(
      'body-too-large',
      `This file has ${formatBytes(file.size)}. An archive may have ${formatBytes(ARCHIVE_LIMITS.archiveBytes)} at most; export Apps one by one instead.`,
    );
  }
  const zip = await openZip(await readWhole(file));
  const info = parseInfo(zip.readText(INFO_FILE, ARCHIVE_LIMITS.infoBytes));
  const apps = await parseApps(zip.readText(APPS_FILE, ARCHIVE_LIMITS.appsBytes));
  const names = zip.entries.map(({ name }) => name).filter((name) => ANY_MODULE_FILE.test(name) && !name.endsWith('/'));
  const modules: ArchivedModule[] = [];
  for (const name of names) {
    onModule(modules.length, names.length);
    modules.push(await readModule(zip, name));
  }
  return { info, apps, modules };
}

async function readWhole(file: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (cause) {
    throw new RuntimeError('request-invalid', 'The browser cannot read this file. It may have been moved, changed or locked since it was chosen.', { cause });
  }
}

interface OpenZip {
  entries: Entry[];
  /** One part, unpacked; null: there is none of that name. */
  read(name: string, maxBytes: number): Uint8Array<ArrayBuffer> | null;
  readText(name: string, maxBytes: number): string;
}

/** Lists the parts, and refuses the archive for any that is not as Swerve writes it. Nothing is unpacked yet. */
async function openZip(data: Uint8Array<ArrayBuffer>): Promise<OpenZip> {
  const { unzipSync } = await import('fflate');
  const entries: Entry[] = [];
  let unpackedBytes = 0;
  unpacking(() =>
    unzipSync(data, {
      filter: ({ name, originalSize }) => {
        // Thrown from here, for the list itself can be endless.
        if (entries.length >= ARCHIVE_LIMITS.entries) throw refusal(`The archive holds more than ${ARCHIVE_LIMITS.entries} files. It was not made by Swerve.`);
        unpackedBytes += originalSize;
        if (!(unpackedBytes <= ARCHIVE_LIMITS.unpackedBytes)) {
          throw refusal(`Unpacked, the archive would be over ${formatBytes(ARCHIVE_LIMITS.unpackedBytes)}. It was not made by Swerve.`);
        }
        checkName(name, entries);
        entries.push({ name, unpackedBytes: originalSize });
        return false;
      },
    }),
  );
  const read = (name: string, maxBytes: number): Uint8Array<ArrayBuffer> | null => {
    const entry = entries.find((candidate) => candidate.name === name);
    if (entry === undefined) return null;
    if (entry.unpackedBytes > maxBytes) throw refusal(`${name} has ${formatBytes(entry.unpackedBytes)}; at most ${formatBytes(maxBytes)} are taken.`);
    const unpacked = unpacking(() => unzipSync(data, { filter: (candidate) => candidate.name === name }))[name];
    if (unpacked === undefined || unpacked.length !== entry.unpackedBytes) throw damaged();
    return unpacked as Uint8Array<ArrayBuffer>;
  };
  return {
    entries,
    read,
    readText(name, maxBytes) {
      const bytes = read(name, maxBytes);
      if (bytes === null) {
        throw refusal(
          `The archive has no ${name} at its top level. Choose a file that Swerve exported; one that was unpacked must be packed again without a folder around it.`,
        );
      }
      try {
        return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
      } catch (cause) {
        throw new RuntimeError('request-invalid', `${name} is not text (UTF-8). The archive was damaged or changed; export it again.`, { cause });
      }
    },
  };
}

function checkName(name: string, entries: readonly Entry[]): void {
  const isOutside = name.startsWith('/') || name.includes('\\') || name.includes('\0') || /^[A-Za-z]:/.test(name) || name.split('/').includes('..');
  if (isOutside)
    throw refusal(`The archive holds the file "${name.slice(0, 100)}", whose path leads out of it. It was not made by Swerve, and nothing of it was read.`);
  if (entries.some((entry) => entry.name === name))
    throw refusal(`The archive holds "${name.slice(0, 100)}" twice. It was not made by Swerve, and nothing of it was read.`);
}

async function readModule(zip: OpenZip, name: string): Promise<ArchivedModule> {
  const [, hex] = MODULE_FILE.exec(name) ?? [];
  if (hex === undefined) throw refusal(`${name} is not named by its digest: modules/ and 64 lower-case hex digits, then .wasm.`);
  const bytes = zip.read(name, ARCHIVE_LIMITS.moduleBytes);
  if (bytes === null) throw damaged();
  const digest = await digestOf(bytes);
  if (digest !== `sha256:${hex}`) {
    throw refusal(`${name} does not hold what its name says: its digest is ${digest}. The archive was damaged or changed; export it again.`);
  }
  return { digest, bytes: new Blob([bytes], { type: 'application/wasm' }) };
}

function parseInfo(text: string): ArchiveInfo {
  let info: unknown;
  try {
    info = JSON.parse(text);
  } catch (cause) {
    throw new RuntimeError('request-invalid', `${INFO_FILE} is not JSON. The archive was damaged or changed; export it again.`, { cause });
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

async function parseApps(text: string): Promise<ArchivedApp[]> {
  const { LineCounter, parseAllDocuments } = await import('yaml');
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter, prettyErrors: false });
  const apps = new Map<string, ArchivedApp>();
  for (const document of 'empty' in documents ? [] : documents) {
    const lineAt = (offset: number): string => `${APPS_FILE}, line ${lineCounter.linePos(offset).line}`;
    const [error] = document.errors;
    if (error !== undefined) throw refusal(`${lineAt(error.pos[0])}: ${error.message}`);
    const where = lineAt(document.contents?.range?.[0] ?? document.range[0]);
    let value: unknown;
    try {
      // Bounds how often anchors are repeated: a few lines can stand for gigabytes.
      value = document.toJS({ maxAliasCount: 100 });
    } catch (cause) {
      throw new RuntimeError('request-invalid', `${where}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    }
    if (value === null) continue;
    const app = toApp(value, where);
    const key = keyOfApp(app);
    if (apps.has(key)) throw refusal(`${where}: the App ${key} is in the archive twice.`);
    apps.set(key, app);
    if (apps.size > ARCHIVE_LIMITS.apps) throw refusal(`The archive holds more than ${ARCHIVE_LIMITS.apps} Apps. Import them in parts.`);
  }
  return [...apps.values()];
}

function toApp(value: unknown, where: string): ArchivedApp {
  const object = asObject(value);
  if (object === null || object['kind'] !== 'App' || object['apiVersion'] !== APP_API_VERSION) {
    throw refusal(`${where}: this is not an App of ${APP_API_VERSION}. Only Apps are imported.`);
  }
  const metadata = asObject(object['metadata']) ?? {};
  const { name, namespace = 'default' } = metadata;
  for (const [field, text] of Object.entries({ name, namespace })) {
    if (typeof text !== 'string' || text.length > NAME_MAX_LENGTH || !NAME_PATTERN.test(text)) {
      throw refusal(
        `${where}: metadata.${field} must be lower-case letters, digits and dashes, at most ${NAME_MAX_LENGTH}, with a letter or a digit at both ends.`,
      );
    }
  }
  const spec = asObject(object['spec']);
  const digest = asObject(spec?.['source'])?.['digest'];
  if (spec === null || typeof digest !== 'string' || !DIGEST_TEXT.test(digest)) {
    throw refusal(`${where}: spec.source.digest must name a module: "sha256:" and 64 lower-case hex digits.`);
  }
  // What is wrong within labels and annotations the server says.
  const labels = (metadata['labels'] ?? {}) as Record<string, string>;
  const annotations = (metadata['annotations'] ?? {}) as Record<string, string>;
  return { name: name as string, namespace: namespace as string, labels, annotations, spec };
}

/** Runs a call of the zip library, whose errors are about bytes. */
function unpacking<T>(call: () => T): T {
  try {
    return call();
  } catch (cause) {
    if (cause instanceof RuntimeError) throw cause;
    throw damaged(cause);
  }
}

function damaged(cause?: unknown): RuntimeError {
  return new RuntimeError(
    'request-invalid',
    'This is not a zip archive that can be read: it is another sort of file, encrypted, or was cut or damaged on the way. Choose a file that Swerve exported.',
    {
      cause,
    },
  );
}

function refusal(message: string): RuntimeError {
  return new RuntimeError('request-invalid', message);
}

function asObject(value: unknown): Record<string, unknown> | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null;
}
