import { FileError, type FileErrorCode } from '../../core/file-error.ts';
import type { Preopen } from '../file-system.ts';
import type { Mounts } from '../mounts.ts';
import { Descriptor, DirectoryEntryStream } from './filesystem-descriptor.ts';
import type { GuestContext } from './guest-context.ts';
import type { IoError } from './io-error.ts';

/** wasi:filesystem/types (WIT: wasi-filesystem/types.wit, 0.2). */
export const filesystemTypes = {
  Descriptor,
  DirectoryEntryStream,
  filesystemErrorCode: (error: IoError): FileErrorCode | undefined => (error.cause instanceof FileError ? error.cause.code : undefined),
};

/** wasi:filesystem/preopens (WIT: wasi-filesystem/preopens.wit, 0.2). */
export function createPreopens(context: GuestContext, mounts: Mounts) {
  let preopens: readonly Preopen[] | null = null;
  return {
    getDirectories: (): [Descriptor, string][] => {
      preopens ??= mounts.forGuest();
      return preopens.map(({ name, files }, at) => {
        const flags = files.isReadOnly ? { read: true } : { read: true, mutateDirectory: true };
        return [new Descriptor({ files, device: at + 1 }, files.root, flags, context, true), name];
      });
    },
  };
}
