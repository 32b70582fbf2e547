import { FileError } from '../core/file-error.ts';
import type { FileSystem, NodeRef } from './file-system.ts';
import { andThen, type Soon } from './soon.ts';

/** `files` without its changes: each fails with `read-only`, as it would on a disk that is mounted so. Others may write what is read here. */
export function readOnly(files: FileSystem): FileSystem {
  const refuse = (): never => {
    throw new FileError('read-only');
  };
  return {
    root: files.root,
    isReadOnly: true,
    mayWait: files.mayWait,
    lookup: (base, path, follow) => files.lookup(base, path, follow),

    open(base, path, options) {
      const isExclusive = options.create === true && options.exclusive === true;
      if (options.create && options.directory) throw new FileError('invalid');
      const isChange = options.write === true || options.truncate === true;
      if (!options.create && !isChange) return files.open(base, path, options);
      // What an open for a change meets first decides how it is refused; that it exists, or is a directory, counts before the disk.
      return andThen(found(files, base, path, options.follow && !isExclusive), (node) => {
        if (!node) throw new FileError(options.create ? 'read-only' : 'no-entry');
        if (isExclusive) throw new FileError('exist');
        if (isChange && node.kind !== 'symbolic-link') throw new FileError(node.kind === 'directory' ? 'is-directory' : 'read-only');
        const { follow, directory = false } = options;
        return files.open(base, path, { follow, directory });
      });
    },

    close: (node) => files.close(node),
    stat: (node) => files.stat(node),
    parentOf: (directory) => files.parentOf(directory),
    read: (file, offset, maxBytes) => files.read(file, offset, maxBytes),
    list: (directory, cookie) => files.list(directory, cookie),
    readlink: (base, path) => files.readlink(base, path),
    sync: () => {},
    write: refuse,
    resize: refuse,
    setTimes: refuse,
    createDirectory: refuse,
    removeDirectory: refuse,
    unlink: refuse,
    link: refuse,
    symlink: refuse,
    rename: refuse,
  };
}

/** The node at `path`; null when there is none. */
function found(files: FileSystem, ...path: Parameters<FileSystem['lookup']>): Soon<NodeRef | null> {
  const none = (error: unknown) => {
    if (error instanceof FileError && error.code === 'no-entry') return null;
    throw error;
  };
  try {
    const node = files.lookup(...path);
    return node instanceof Promise ? node.catch(none) : node;
  } catch (error) {
    return none(error);
  }
}
