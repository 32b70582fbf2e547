// node examples/fetch-js/build.mjs [out.wasm]
// Needs the npm packages @bytecodealliance/componentize-js, 0.23.0, and @bytecodealliance/preview2-shim,
// 0.25 or 0.26, which the former imports without declaring it as a dependency.
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { componentize } from '@bytecodealliance/componentize-js';
import { _addPreopen, preopens } from '@bytecodealliance/preview2-shim/filesystem';

const fromHere = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Writes the component to `outPath` and resolves with that path. Takes 5 to 12 s; the file has 12 MB. */
export async function buildFetchJs(outPath = fromHere('fetch-js.wasm')) {
  // Since 0.26.1 the shim lets nothing see the disk until told to, and ComponentizeJS does not tell it before it reads WIT.
  if (preopens.getDirectories().length === 0) _addPreopen('/', '/');
  const { component } = await componentize({
    sourcePath: fromHere('handler.js'),
    witPath: fromHere('wit'),
    worldName: 'handler',
  });
  await writeFile(outPath, component);
  return outPath;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  console.log(await buildFetchJs(process.argv[2]));
}
