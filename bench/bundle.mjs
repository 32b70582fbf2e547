/** The project's own TypeScript, made ready for Node.js and for a page. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'vite';

/** The code of the module at `path` (from this folder) and all that it imports, as one ES module. @param {string} path */
export async function bundle(path) {
  const entry = fileURLToPath(new URL(path, import.meta.url));
  const result = await build({
    configFile: false,
    logLevel: 'warn',
    build: { write: false, minify: false, target: 'es2024', lib: { entry, formats: ['es'], fileName: 'bundle' }, rollupOptions: { external: /^node:/ } },
  });
  const [output] = Array.isArray(result) ? result : [result];
  if (!output || !('output' in output)) throw new Error(`vite answered nothing for ${path}`);
  return output.output[0].code;
}

/** Imports such a module here. @template T @param {string} path @returns {Promise<T>} */
export async function importBundled(path) {
  const folder = await mkdtemp(join(tmpdir(), 'swerve-bench-'));
  try {
    const file = join(folder, 'module.mjs');
    await writeFile(file, await bundle(path));
    return await import(pathToFileURL(file).href);
  } finally {
    await rm(folder, { recursive: true });
  }
}
