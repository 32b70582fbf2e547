import { RuntimeError } from '../../core/errors.ts';
import type { VolumeApi, VolumeKey, VolumeUpload } from '../api/volume-api.ts';
import { keyOfApp } from './archive.ts';
import type { Archive } from './archive-reader.ts';
import type { PlannedVolume } from './import-plan.ts';

/** What would become of the volumes of an archive. A bundle brings all of its; of an export what is here stays unless a person says so. */
export async function planVolumes(api: VolumeApi, { info, volumes }: Archive): Promise<PlannedVolume[]> {
  const planned: PlannedVolume[] = [];
  for (const volume of volumes) {
    const there = await pathsOf(api, volume);
    const sizeBytes = volume.files.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    const replaced = volume.files.map(({ path }) => path).filter((path) => there?.has(path));
    planned.push({ key: keyOfApp(volume), volume, sizeBytes, state: there === null ? 'new' : 'here', replaced, isChosen: there === null || info === null });
  }
  return planned;
}

/**
 * Fills a volume, at one instant; resolves to what takes that back: a volume that was made is deleted, files that were
 * there get their content again, and what is new goes. @throws RuntimeError, and then nothing is left of it
 */
export async function fillVolume(api: VolumeApi, { volume }: PlannedVolume): Promise<() => Promise<void>> {
  const { namespace, name } = volume;
  const key = { namespace, name };
  const there = await pathsOf(api, key);
  const files: VolumeUpload[] = [];
  for await (const file of volume.open()) files.push(file);
  const undo = there === null ? () => api.delete(key) : await restorerOf(api, key, there, files);
  if (there === null) await api.create(key);
  try {
    if (files.length > 0) await api.writeFiles(key, files);
  } catch (error) {
    if (there === null) await api.delete(key);
    throw error;
  }
  return undo;
}

async function restorerOf(api: VolumeApi, key: VolumeKey, there: ReadonlySet<string>, files: readonly VolumeUpload[]): Promise<() => Promise<void>> {
  const before: VolumeUpload[] = [];
  const added = new Set<string>();
  for (const { path } of files) {
    if (there.has(path)) before.push({ path, bytes: await new Response(await api.openFile(key, path)).blob() });
    else added.add(topOf(path, there));
  }
  return async () => {
    if (before.length > 0) await api.writeFiles(key, before);
    for (const path of added) await api.deleteFile(key, path);
  };
}

/** The first of the directories down to `path`, or `path` itself, that was not there. */
function topOf(path: string, there: ReadonlySet<string>): string {
  for (let end = path.indexOf('/'); end !== -1; end = path.indexOf('/', end + 1)) {
    if (!there.has(path.slice(0, end))) return path.slice(0, end);
  }
  return path;
}

/** null: there is no such volume. */
async function pathsOf(api: VolumeApi, { namespace, name }: VolumeKey): Promise<Set<string> | null> {
  try {
    return new Set((await api.listFiles({ namespace, name }, '', { recursive: true })).map(({ path }) => path.slice(1)));
  } catch (error) {
    if (RuntimeError.from(error).code === 'resource-not-found') return null;
    throw error;
  }
}
