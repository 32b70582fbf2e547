/** The parts of a build, and what each weighs on the wire. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';

/** @typedef {'service worker' | "App's service worker" | 'host script' | 'page script' | 'panel, first load' | 'instance worker' | 'transpiler worker' | 'sample guests' | 'everything else'} Part */

const CODE = /\.(js|css|html|wasm)$/;

/**
 * Each part of the build in `dist` with its files and their compressed (gzip -9) bytes. A file that two parts load counts in both.
 * @param {string} dist
 * @returns {Map<Part, Map<string, number>>}
 * @throws Error when a part cannot be found by its file name
 */
export function measureParts(dist) {
  const files = builtFiles(dist);
  /** @type {Map<Part, Set<string>>} */
  const parts = new Map();
  /** @param {Part} part @param {string | undefined} entry */
  const addPart = (part, entry) => {
    /** @type {Set<string>} */
    const found = new Set();
    if (entry === undefined) throw new Error(`The build has no ${part}: scripts/build-parts.mjs looks for it by its file name, which must have changed.`);
    follow(dist, files, entry, found);
    parts.set(part, found);
  };
  /** @param {RegExp} pattern */
  const entryLike = (pattern) => files.find((file) => pattern.test(basename(file)));

  addPart(
    'service worker',
    files.find((file) => file === 'sw.js'),
  );
  addPart(
    'host script',
    files.find((file) => file === '_swerve/host.js'),
  );
  addPart(
    'panel, first load',
    files.find((file) => file === 'index.html'),
  );
  addPart(
    "App's service worker",
    files.find((file) => file === 'app-sw.js'),
  );
  addPart(
    'page script',
    files.find((file) => file === '_swerve/page.js'),
  );
  addPart('instance worker', entryLike(/^instance.*\.js$/));
  addPart('transpiler worker', entryLike(/^transpiler.*\.js$/));
  // The wasm of the transpiler is most of it, and is fetched by address.
  const isSample = (/** @type {string} */ file) => file.startsWith('_swerve/assets/samples/');
  for (const file of files) if (file.startsWith('_swerve/assets/') && file.endsWith('.wasm') && !isSample(file)) parts.get('transpiler worker')?.add(file);
  parts.set('sample guests', new Set(files.filter(isSample)));

  const counted = new Set([...parts.values()].flatMap((set) => [...set]));
  parts.set('everything else', new Set(files.filter((file) => !counted.has(file))));

  const compressedBytes = (/** @type {string} */ file) => gzipSync(readFileSync(join(dist, file)), { level: 9 }).length;
  return new Map([...parts].map(([part, members]) => [part, new Map([...members].map((file) => [file, compressedBytes(file)]))]));
}

/** Files of the build by path from `dist`, with forward slashes. @param {string} dist @returns {string[]} */
function builtFiles(dist) {
  return readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && CODE.test(entry.name))
    .map((entry) => relative(dist, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
}

/** Built files that `file` loads at once: static imports, and what a page names. `import()` and `new URL()` come later, when they are needed. @param {string} dist @param {readonly string[]} files @param {string} file @param {Set<string>} found */
function follow(dist, files, file, found) {
  if (found.has(file) || !files.includes(file)) return;
  found.add(file);
  const text = readFileSync(join(dist, file), 'utf8');
  const names = file.endsWith('.html')
    ? text.matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)
    : text.matchAll(/(?:^|[;}\s])(?:import|export)\s*(?:[\w$\s{},*]*?\s*from\s*)?["'](\.{1,2}\/[^"']+)["']/g);
  for (const [, name] of names) if (name) follow(dist, files, join(dirname(file), name).replaceAll('\\', '/'), found);
}
