// node examples/files/pack.mjs FOLDER [NAME] > app.json
// Prints an App that serves the files of FOLDER, to be sent to the API. The digest is that of files.wasm beside this file.
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath } from 'node:url';

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * `spec.files` of all that lies below `folder`, without hidden files: text where the bytes are UTF-8, base64 where they are not.
 * @param {string} folder
 * @returns {Promise<({ path: string, text: string } | { path: string, base64: string })[]>}
 */
export async function filesOf(folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const places = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const paths = places.map((place) => ({ place, path: `/${relative(folder, place).split(sep).join('/')}` }));
  const shown = paths.filter(({ path }) => !/\/\.(?!well-known\/)/.test(path)).sort((a, b) => (a.path < b.path ? -1 : 1));
  return Promise.all(shown.map(async ({ place, path }) => ({ path, ...contentOf(await readFile(place)) })));
}

/** @param {Buffer} bytes */
function contentOf(bytes) {
  try {
    return { text: decoder.decode(bytes) };
  } catch {
    // Not UTF-8: a picture, a font.
    return { base64: bytes.toString('base64') };
  }
}

if (argv[1] !== undefined && resolve(argv[1]) === fileURLToPath(import.meta.url)) {
  const [, , folder, name = 'site'] = argv;
  if (folder === undefined) throw new Error('Which folder? node examples/files/pack.mjs FOLDER [NAME]');
  const digest = createHash('sha256')
    .update(await readFile(new URL('files.wasm', import.meta.url)))
    .digest('hex');
  const spec = { source: { digest: `sha256:${digest}` }, routes: [{ path: `/${name}` }], files: await filesOf(folder) };
  console.log(JSON.stringify({ apiVersion: 'swerve.dev/v1', kind: 'App', metadata: { name }, spec }));
}
