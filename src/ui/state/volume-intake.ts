import type { VolumeUpload } from '../api/volume-api.ts';
import { ARCHIVE_LIMITS } from './archive.ts';
import { plainPath, refusal } from './bundle-parts.ts';
import type { DropEntry } from './file-walk.ts';
import { ChosenParts, DroppedParts } from './folder-parts.ts';
import { tarFiles } from './tar-entries.ts';
import type { Dropped } from './uploads.ts';
import { openZip } from './zip-parts.ts';

/**
 * The files that what was dropped stands for: a file as it is, a folder with its name before its files, and of a `.zip`,
 * `.tar.gz` or `.tar` what is in it. @throws RuntimeError `request-invalid`, `body-too-large`, naming what cannot be taken
 */
export async function filesToStore(dropped: Dropped): Promise<VolumeUpload[]> {
  const files = new Map<string, VolumeUpload>();
  const add = ({ path, bytes }: VolumeUpload): void => {
    if (files.has(path)) throw refusal(`"${path}" was dropped twice.`);
    files.set(path, { path, bytes });
    if (files.size > ARCHIVE_LIMITS.entries) throw refusal(`These are more than ${ARCHIVE_LIMITS.entries} files. Bring them in in parts.`);
  };
  switch (dropped.kind) {
    case 'entries':
      for (const entry of dropped.entries) for await (const file of filesOf(entry)) add(file);
      break;
    case 'folder': {
      const root = dropped.files[0]?.webkitRelativePath.split('/')[0] ?? '';
      for await (const file of new ChosenParts(dropped.files).open('')) add({ ...file, path: `${root}/${file.path}` });
      break;
    }
    case 'address':
      throw refusal('A volume takes files, folders and archives, and no addresses.');
  }
  return [...files.values()];
}

async function* filesOf(entry: DropEntry): AsyncGenerator<VolumeUpload> {
  if (entry.kind === 'folder') {
    for await (const { path, bytes } of new DroppedParts(entry).open('')) yield { path: `${entry.name}/${path}`, bytes };
    return;
  }
  const file = await entry.file();
  if (/\.zip$/i.test(file.name)) yield* (await openZip(file, { isBundle: false })).open('');
  else if (/\.(tar\.gz|tgz)$/i.test(file.name)) yield* tarFiles(file.stream().pipeThrough(new DecompressionStream('gzip')));
  else if (/\.tar$/i.test(file.name)) yield* tarFiles(file.stream());
  else yield { path: plainPath(file.name) ?? 'file', bytes: file };
}
