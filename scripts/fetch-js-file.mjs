import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { execPath, pid } from 'node:process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));

/** Path of the component of `examples/fetch-js`. Compiling it takes some 10 s, so it is kept in `.cache/` by the hash of all that it is made from. @returns {Promise<string>} */
export async function fetchJsFile() {
  const source = join(root, 'examples/fetch-js');
  const compiler = join(root, 'node_modules/@bytecodealliance/componentize-js/package.json');
  const hash = createHash('sha256').update(await readFile(compiler));
  for (const entry of (await readdir(source, { recursive: true, withFileTypes: true })).sort((a, b) =>
    join(a.parentPath, a.name) < join(b.parentPath, b.name) ? -1 : 1,
  )) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !path.endsWith('.wasm')) hash.update(path.slice(source.length)).update(await readFile(path));
  }
  const cached = join(root, '.cache', `fetch-js-${hash.digest('hex').slice(0, 16)}.wasm`);
  if (existsSync(cached)) return cached;
  await mkdir(join(root, '.cache'), { recursive: true });
  const unfinished = `${cached}.${pid}.part`;
  await promisify(execFile)(execPath, [join(source, 'build.mjs'), unfinished], { cwd: root });
  // Renamed when whole, so that a run that was cut short leaves no half module behind.
  await rename(unfinished, cached);
  return cached;
}
