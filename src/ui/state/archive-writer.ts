import { APP_API_VERSION, type App } from '../../core/app.ts';
import type { Digest } from '../../core/ids.ts';
import { APPS_FILE, ARCHIVE_FORMAT, ARCHIVE_FORMAT_WITHOUT_VOLUMES, type ArchivedApp, type ArchiveInfo, archivedApp, INFO_FILE } from './archive.ts';
import { chunksOf, createZip, LOW_LEVEL, TEXT_LEVEL } from './zip-writer.ts';

/** Bytes that come when they are asked for; null: there are none any more. */
type Open = () => Promise<ReadableStream<Uint8Array> | null>;

/** What goes into an archive. */
export interface ArchiveContents {
  /** Version of Swerve. */
  swerve: string;
  /** Unix epoch, milliseconds. */
  atMs: number;
  apps: readonly App[];
  modules: readonly { digest: Digest; open: Open }[];
  logs: readonly { namespace: string; app: string; open: Open }[];
  /** `files[].path`: from the volume's root, without `/` at its start. */
  volumes: readonly { namespace: string; name: string; files: readonly { path: string; open: Open }[] }[];
}

/** The archive of `contents`. `onBytes` hears how many bytes went in. Logs that are empty are left out. @throws RuntimeError `body-too-large`, or what the streams throw */
export async function writeArchive(contents: ArchiveContents, onBytes: (bytes: number) => void = () => {}): Promise<Blob> {
  const [{ stringify }, zip] = await Promise.all([import('yaml'), createZip(contents.atMs, onBytes)]);
  const text = (value: string): Uint8Array[] => [new TextEncoder().encode(value)];

  const options = { lineWidth: 0, aliasDuplicateObjects: false };
  const documents = [...contents.volumes.map(toVolumeDocument), ...contents.apps.map((app) => toDocument(archivedApp(app)))].map((document) =>
    stringify(document, options),
  );
  // A file without Apps is a file all the same: an import asks for it.
  await zip.put(APPS_FILE, TEXT_LEVEL, text(documents.length === 0 ? '# No Apps.\n' : documents.join('---\n')));
  const info: ArchiveInfo = {
    format: contents.volumes.length === 0 ? ARCHIVE_FORMAT_WITHOUT_VOLUMES : ARCHIVE_FORMAT,
    createdAt: new Date(contents.atMs).toISOString(),
    swerve: contents.swerve,
    counts: { apps: contents.apps.length, modules: 0, logs: 0, ...(contents.volumes.length > 0 && { volumes: contents.volumes.length }) },
  };
  for (const { digest, open } of contents.modules) {
    const stream = await open();
    if (stream === null) continue;
    info.counts.modules += 1;
    await zip.put(`modules/${digest.slice('sha256:'.length)}.wasm`, LOW_LEVEL, chunksOf(stream));
  }
  for (const volume of contents.volumes) {
    for (const { path, open } of volume.files) {
      const stream = await open();
      if (stream !== null) await zip.put(`${folderOf(volume)}/${path}`, TEXT_LEVEL, chunksOf(stream), { keepsEmpty: true });
    }
  }
  for (const { namespace, app, open } of contents.logs) {
    const stream = await open();
    if (stream === null) continue;
    if ((await zip.put(`logs/${namespace}/${app}.log`, TEXT_LEVEL, chunksOf(stream))) > 0) info.counts.logs += 1;
  }
  await zip.put(INFO_FILE, TEXT_LEVEL, text(`${JSON.stringify(info, null, 2)}\n`));
  return zip.finish();
}

function toVolumeDocument(volume: ArchiveContents['volumes'][number]): object {
  const { namespace, name, files } = volume;
  const spec = files.length === 0 ? {} : { spec: { source: { folder: folderOf(volume) } } };
  return { apiVersion: APP_API_VERSION, kind: 'Volume', metadata: { name, namespace }, ...spec };
}

function folderOf({ namespace, name }: { namespace: string; name: string }): string {
  return `volumes/${namespace}/${name}`;
}

function toDocument({ namespace, name, labels, annotations, spec }: ArchivedApp): object {
  const metadata = {
    name,
    namespace,
    ...(Object.keys(labels).length > 0 ? { labels } : {}),
    ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
  };
  return { apiVersion: APP_API_VERSION, kind: 'App', metadata, spec };
}
