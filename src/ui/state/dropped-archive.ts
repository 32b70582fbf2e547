import { INFO_FILE } from './archive.ts';
import type { Dropped } from './uploads.ts';

/** A zip names its entries where each begins, and all of them at its end. */
const PEEK_BYTES = 65_536;

/** The one zip that was dropped, when it is an archive of Apps or, with `isExpected`, in any case; else null. */
export async function archiveAmong(dropped: Dropped, isExpected: boolean): Promise<File | null> {
  if (dropped.kind !== 'entries' || dropped.entries.length !== 1) return null;
  const [entry] = dropped.entries;
  if (entry?.kind !== 'file' || !/\.zip$/i.test(entry.name)) return null;
  try {
    const file = await entry.file();
    return isExpected || (await namesInfo(file)) ? file : null;
  } catch {
    // It cannot be read: the upload says so.
    return null;
  }
}

async function namesInfo(file: File): Promise<boolean> {
  const ends = [file.slice(0, PEEK_BYTES), file.slice(Math.max(0, file.size - PEEK_BYTES))];
  const texts = await Promise.all(ends.map((part) => part.text()));
  return texts.some((text) => text.includes(INFO_FILE));
}
