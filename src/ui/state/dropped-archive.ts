import { APPS_FILE, INFO_FILE } from './archive.ts';
import type { BundleParts } from './bundle-parts.ts';
import type { DropEntry } from './file-walk.ts';
import { ChosenParts, DroppedParts, isBundleFolder } from './folder-parts.ts';
import type { Dropped } from './uploads.ts';

/** A zip names its entries where each begins, and all of them at its end. */
const PEEK_BYTES = 65_536;

/** What was handed over, and is a bundle by the look of it. */
export interface BundleSource {
  name: string;
  content: File | BundleParts;
  /** Written by an export. */
  isExport: boolean;
}

/** The one bundle that was dropped: a zip, a folder, or the files of one. With `isExpected` any zip counts as one. */
export async function archiveAmong(dropped: Dropped, isExpected: boolean): Promise<BundleSource | null> {
  try {
    switch (dropped.kind) {
      case 'entries':
        return await amongEntries(dropped.entries, isExpected);
      case 'folder':
        return amongChosen(dropped.files);
      case 'address':
        return null;
    }
  } catch {
    // It cannot be read: the upload says so.
    return null;
  }
}

async function amongEntries(entries: readonly DropEntry[], isExpected: boolean): Promise<BundleSource | null> {
  const [entry] = entries;
  if (entries.some(({ kind, name }) => kind === 'file' && name === APPS_FILE)) {
    return { name: APPS_FILE, content: new DroppedParts({ kind: 'folder', name: '', entries: async () => [...entries] }), isExport: false };
  }
  if (entry === undefined || entries.length !== 1) return null;
  if (entry.kind === 'folder') return (await isBundleFolder(entry)) ? { name: entry.name, content: new DroppedParts(entry), isExport: false } : null;
  if (!/\.zip$/i.test(entry.name)) return null;
  const file = await entry.file();
  const [isExport, isBundle] = await namesAny(file, [INFO_FILE, APPS_FILE]);
  return isExpected || isExport || isBundle ? { name: file.name, content: file, isExport: isExport === true } : null;
}

function amongChosen(files: readonly File[]): BundleSource | null {
  const manifest = files.find(({ webkitRelativePath }) => /^[^/]+\/[^/]+$/.test(webkitRelativePath) && webkitRelativePath.endsWith(`/${APPS_FILE}`));
  if (manifest === undefined) return null;
  return { name: manifest.webkitRelativePath.split('/')[0] ?? '', content: new ChosenParts(files), isExport: false };
}

async function namesAny(file: File, names: readonly string[]): Promise<boolean[]> {
  const ends = [file.slice(0, PEEK_BYTES), file.slice(Math.max(0, file.size - PEEK_BYTES))];
  const texts = await Promise.all(ends.map((part) => part.text()));
  return names.map((name) => texts.some((text) => text.includes(name)));
}
