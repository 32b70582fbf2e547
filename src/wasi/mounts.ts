import { RuntimeError } from '../core/errors.ts';
import { FileError } from '../core/file-error.ts';
import type { InstanceMount, InstanceSpec } from '../core/instance-spec.ts';
import { fileTimesOf } from './deterministic.ts';
import type { FileSystem, Preopen } from './file-system.ts';
import { FileTree } from './files.ts';
import type { HandlerHost } from './handler.ts';
import { readOnly } from './read-only-files.ts';
import { VolumeFiles } from './volume-files.ts';

/** The directories that the guests of one instance are given. */
export interface Mounts {
  /** One of their file systems may have to be waited for. */
  readonly mayWait: boolean;
  /** Those of one guest. What guests can write is made anew for each of them. */
  forGuest(): readonly Preopen[];
}

/**
 * `spec.files` as a read-only `/`, then `spec.mounts`; nothing else, and nothing at all where there are none.
 * @throws RuntimeError `resource-invalid` when paths contradict each other, `engine-unsupported` for a volume where guests cannot be suspended
 */
export function createMounts(
  spec: Pick<InstanceSpec, 'namespace' | 'files' | 'mounts' | 'deterministic'>,
  host: Pick<HandlerHost, 'canSuspend' | 'database'>,
): Mounts {
  const times = fileTimesOf(spec);
  const shared: Preopen[] = spec.files.length > 0 ? [{ name: '/', files: treeOf('spec.files', spec.files, times) }] : [];
  const makers = (spec.mounts ?? []).map((mount) => makerOf(mount, spec, host));
  if (makers.length === 0) return { mayWait: false, forGuest: () => shared };
  const make = () => [...shared, ...makers.map((mounted) => mounted())];
  // Made once before any guest asks: paths that contradict each other are the instance's fault.
  const mayWait = make().some(({ files }) => files.mayWait);
  return { mayWait, forGuest: make };
}

/** Makes the directory of one guest. */
function makerOf(
  { path, source, readOnly: isReadOnly }: InstanceMount,
  spec: Pick<InstanceSpec, 'namespace' | 'deterministic'>,
  host: Pick<HandlerHost, 'canSuspend' | 'database'>,
): () => Preopen {
  const viewed = (files: FileSystem): Preopen => ({ name: path, files: isReadOnly ? readOnly(files) : files });
  if (source.kind === 'scratch')
    return () => viewed(treeOf(`the mount ${path}`, source.files, { isWritable: true, maxBytes: source.maxBytes, ...fileTimesOf(spec) }));
  if (!host.canSuspend) {
    throw new RuntimeError(
      'engine-unsupported',
      `the App mounts the volume ${source.name}, and this browser cannot suspend WebAssembly (JSPI), which reading one needs. Use Chrome or Edge 137, Firefox 153, Safari 27 or newer`,
    );
  }
  const preopen = viewed(new VolumeFiles(host.database(), { namespace: spec.namespace, name: source.name }));
  return () => preopen;
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
