import { FileError, type FileErrorCode } from '../file-system.ts';
import type { FileTree } from '../files.ts';
import { Descriptor, DirectoryEntryStream } from './filesystem-descriptor.ts';
import type { GuestContext } from './guest-context.ts';
import type { IoError } from './io-error.ts';

/** wasi:filesystem/types (WIT: wasi-filesystem/types.wit, 0.2). */
export const filesystemTypes = {
  Descriptor,
  DirectoryEntryStream,
  filesystemErrorCode: (error: IoError): FileErrorCode | undefined => (error.cause instanceof FileError ? error.cause.code : undefined),
};

/** wasi:filesystem/preopens (WIT: wasi-filesystem/preopens.wit, 0.2): `files` as `/`, or nothing. */
export function createPreopens(context: GuestContext, files: FileTree | null) {
  return {
    getDirectories: (): [Descriptor, string][] =>
      files ? [[new Descriptor(files, files.root, files.isReadOnly ? { read: true } : { read: true, mutateDirectory: true }, context), '/']] : [],
  };
}
