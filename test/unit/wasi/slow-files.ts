import type { FileSystem } from '../../../src/wasi/file-system.ts';

/** `files` as a volume would be that answers later: each operation does its work, and answers, in a later turn. */
export function slowFiles(files: FileSystem): FileSystem {
  return new Proxy(files, {
    get(target, name) {
      if (name === 'mayWait') return true;
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return async (...args: unknown[]) => {
        await new Promise((resolve) => setTimeout(resolve));
        return Reflect.apply(value, target, args);
      };
    },
  });
}
