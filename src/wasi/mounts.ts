import { RuntimeError } from '../core/errors.ts';
import type { InstanceMount, InstanceSpec } from '../core/instance-spec.ts';
import { fileTimesOf } from './deterministic.ts';
import { FileError, type FileSystem, type Preopen } from './file-system.ts';
import { FileTree } from './files.ts';
import { readOnly } from './read-only-files.ts';

/** The directories that the guests of one instance are given. */
export interface Mounts {
  /** One of their file systems may have to be waited for. */
  readonly mayWait: boolean;
  /** Those of one guest. What guests can write is made anew for each of them. */
  forGuest(): readonly Preopen[];
}

/**
 * `spec.files` as a read-only `/`, then `spec.mounts`; nothing else, and nothing at all where there are none.
 * @throws RuntimeError `resource-invalid` when paths contradict each other
 */
export function createMounts(spec: Pick<InstanceSpec, 'files' | 'mounts' | 'deterministic'>): Mounts {
  const times = fileTimesOf(spec);
  const shared: Preopen[] = spec.files.length > 0 ? [{ name: '/', files: treeOf('spec.files', spec.files, times) }] : [];
  const mounts = spec.mounts ?? [];
  if (mounts.length === 0) return { mayWait: false, forGuest: () => shared };
  const make = () => [...shared, ...mounts.map((mount) => ({ name: mount.path, files: mounted(mount, times) }))];
  // Made once before any guest asks: paths that contradict each other are the instance's fault.
  const mayWait = make().some(({ files }) => files.mayWait);
  return { mayWait, forGuest: make };
}

function mounted({ path, source, readOnly: isReadOnly }: InstanceMount, times: ReturnType<typeof fileTimesOf>): FileSystem {
  const files = treeOf(`the mount ${path}`, source.files, { isWritable: true, maxBytes: source.maxBytes, ...times });
  return isReadOnly ? readOnly(files) : files;
}

function treeOf(what: string, ...args: Parameters<typeof FileTree.fromFiles>): FileTree {
  try {
    return FileTree.fromFiles(...args);
  } catch (cause) {
    if (!(cause instanceof FileError)) throw cause;
    if (cause.code === 'insufficient-space') throw new RuntimeError('resource-invalid', `${what}: the files are longer than its limit allows`, { cause });
    throw new RuntimeError('resource-invalid', `${what}: two paths contradict each other (${cause.code}); name each path once, and none below another file`, {
      cause,
    });
  }
}
