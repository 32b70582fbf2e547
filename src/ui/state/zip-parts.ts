import { RuntimeError } from '../../core/errors.ts';
import { formatBytes } from '../text.ts';
import { APPS_FILE, ARCHIVE_LIMITS } from './archive.ts';
import { type BundleParts, isBelow, type Part, pathFrom, plainPath, refusal } from './bundle-parts.ts';
import { findSymlink } from './zip-links.ts';

interface Entry extends Part {
  /** As the archive spells it. */
  name: string;
}

const GROUP_BYTES = 33_554_432;
/** Put there by tools, and nobody's. */
const IGNORED = /(^|\/)(__MACOSX\/|\.DS_Store$)/;

/**
 * Lists the parts of a zip archive, and refuses it for any that leads out of it, is a link or is there twice, and for what
 * it would unpack to. Nothing is unpacked yet. @throws RuntimeError `request-invalid`, `body-too-large`
 */
export async function openZip(file: Blob, { isBundle = true } = {}): Promise<BundleParts> {
  if (file.size > ARCHIVE_LIMITS.archiveBytes) {
    throw new RuntimeError(
      'body-too-large',
      `This file has ${formatBytes(file.size)}. An archive may have ${formatBytes(ARCHIVE_LIMITS.archiveBytes)} at most; export Apps one by one instead.`,
    );
  }
  const data = await readWhole(file);
  const { unzipSync } = await import('fflate');
  const entries = new Map<string, Entry>();
  let files = 0;
  let unpackedBytes = 0;
  unpacking(() =>
    unzipSync(data, {
      filter: ({ name, originalSize }) => {
        files += 1;
        // Thrown from here, for the list itself can be endless.
        if (files > ARCHIVE_LIMITS.entries) throw refusal(`The archive holds more than ${ARCHIVE_LIMITS.entries} files, and nothing of it was read.`);
        unpackedBytes += originalSize;
        if (!(unpackedBytes <= ARCHIVE_LIMITS.unpackedBytes)) {
          throw refusal(`Unpacked, the archive would be over ${formatBytes(ARCHIVE_LIMITS.unpackedBytes)}. Nothing of it was read.`);
        }
        const path = plainPath(name);
        if (path === null) throw refusal(`The archive holds the file "${shown(name)}", whose path leads out of it. Nothing of it was read.`);
        if (entries.has(path)) throw refusal(`The archive holds "${shown(name)}" twice. Nothing of it was read.`);
        if (!name.endsWith('/') && !IGNORED.test(path)) entries.set(path, { name, path, sizeBytes: originalSize });
        return false;
      },
    }),
  );
  const link = findSymlink(data);
  if (link !== null) throw refusal(`The archive holds the link "${shown(link)}". Links are not followed: pack the file itself. Nothing was read.`);
  const root = isBundle ? rootOf(entries) : '';
  const below = (folder: string): Entry[] => [...entries.values()].filter(({ path }) => path.startsWith(root) && isBelow(path.slice(root.length), folder));
  return {
    async list(folder) {
      return below(folder).map(({ path, sizeBytes }) => ({ path: path.slice(root.length), sizeBytes }));
    },
    async *open(folder) {
      // The library goes through the whole list for each call.
      for (const group of groupsOf(below(folder))) {
        const names = new Set(group.map(({ name }) => name));
        const unpacked = unpacking(() => unzipSync(data, { filter: (candidate) => names.has(candidate.name) }));
        for (const { name, path, sizeBytes } of group) {
          const bytes = unpacked[name] as Uint8Array<ArrayBuffer> | undefined;
          if (bytes === undefined || bytes.length !== sizeBytes) throw damaged();
          yield { path: pathFrom(folder, path.slice(root.length)), bytes: new Blob([bytes]) };
        }
      }
    },
    async read(path, maxBytes) {
      const entry = entries.get(root + path);
      if (entry === undefined) return null;
      const { name, sizeBytes } = entry;
      if (sizeBytes > maxBytes) throw refusal(`${path} has ${formatBytes(sizeBytes)}; at most ${formatBytes(maxBytes)} are taken.`);
      const unpacked = unpacking(() => unzipSync(data, { filter: (candidate) => candidate.name === name }))[name];
      if (unpacked === undefined || unpacked.length !== sizeBytes) throw damaged();
      return unpacked as Uint8Array<ArrayBuffer>;
    },
  };
}

/** In groups that are unpacked together: few enough to hold in memory, not one by one. */
function* groupsOf(entries: readonly Entry[]): Generator<Entry[]> {
  let group: Entry[] = [];
  let bytes = 0;
  for (const entry of entries) {
    if (group.length > 0 && bytes + entry.sizeBytes > GROUP_BYTES) {
      yield group;
      [group, bytes] = [[], 0];
    }
    group.push(entry);
    bytes += entry.sizeBytes;
  }
  if (group.length > 0) yield group;
}

/** The one folder that holds everything, with its slash, as when a folder was packed rather than what is in it; else nothing. */
function rootOf(entries: ReadonlyMap<string, Entry>): string {
  if (entries.has(APPS_FILE)) return '';
  const [first = ''] = entries.keys();
  const root = first.slice(0, first.indexOf('/') + 1);
  return root !== '' && entries.has(root + APPS_FILE) && [...entries.keys()].every((path) => path.startsWith(root)) ? root : '';
}

async function readWhole(file: Blob): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await file.arrayBuffer());
  } catch (cause) {
    throw refusal('The browser cannot read this file. It may have been moved, changed or locked since it was chosen.', cause);
  }
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
  return refusal('This is not a zip archive that can be read: it is another sort of file, encrypted, or was cut or damaged on the way.', cause);
}

function shown(name: string): string {
  return name.slice(0, 100);
}
