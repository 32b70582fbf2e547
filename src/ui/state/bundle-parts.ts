import { RuntimeError } from '../../core/errors.ts';

/** One file of a bundle. */
export interface Part {
  /** Below the bundle's root: `site/index.php`. */
  path: string;
  sizeBytes: number;
}

/** The files of a bundle, wherever they lie: in a zip archive or in a folder. */
export interface BundleParts {
  /** Every file below `folder`; empty: all of them. @throws RuntimeError `request-invalid` when they are too many */
  list(folder: string): Promise<Part[]>;
  /** null: there is none of that path. @throws RuntimeError `request-invalid` when it is over `maxBytes`, or cannot be read */
  read(path: string, maxBytes: number): Promise<Uint8Array<ArrayBuffer> | null>;
  /** The content of every file below `folder`, each with its path from there. @throws as {@link list} and {@link read} do */
  open(folder: string): AsyncGenerator<{ path: string; bytes: Blob }>;
}

/** `path` from `folder` on. */
export function pathFrom(folder: string, path: string): string {
  return folder === '' ? path : path.slice(folder.length + 1);
}

/** `path` in its plain form, `./a//b` as `a/b`; null when it leads out of the bundle or is no path at all. */
export function plainPath(path: string): string | null {
  if (path.startsWith('/') || path.includes('\\') || path.includes('\0') || /^[A-Za-z]:/.test(path)) return null;
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
  return segments.includes('..') ? null : segments.join('/');
}

/** Whether `path` lies below `folder`; everything lies below the empty one. */
export function isBelow(path: string, folder: string): boolean {
  return folder === '' || path.startsWith(`${folder}/`);
}

/** What is wrong with a bundle, and the way out. */
export function refusal(message: string, cause?: unknown): RuntimeError {
  return new RuntimeError('request-invalid', message, cause === undefined ? {} : { cause });
}
