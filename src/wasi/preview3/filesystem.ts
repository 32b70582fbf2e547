import type { Mounts } from '../mounts.ts';
import type { GuestContext } from '../preview2/guest-context.ts';
import { Descriptor3 } from './filesystem-descriptor.ts';

/** wasi:filesystem/types (WIT: wasi-filesystem/types.wit, 0.3). */
export const filesystemTypes3 = { Descriptor: Descriptor3 };

/** wasi:filesystem/preopens (WIT: wasi-filesystem/preopens.wit, 0.3): what was mounted, or nothing. */
export function createPreopens3(context: GuestContext, mounts: Mounts) {
  let preopens: ReturnType<Mounts['forGuest']> | null = null;
  return {
    getDirectories(): [Descriptor3, string][] {
      preopens ??= mounts.forGuest();
      return preopens.map(({ name, files }) => {
        const flags = files.isReadOnly ? { read: true } : { read: true, mutateDirectory: true };
        return [new Descriptor3(files, files.root, flags, context, false), name];
      });
    },
  };
}
