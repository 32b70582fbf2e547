/**
 * Fails when a part of the build outgrows its budget. What loads with every page or request is held tight; what loads once,
 * when it is first needed, is held loosely. A budget is raised in the commit that needs it, with the reason there.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

/** Compressed (gzip -9) kilobytes of 1000 bytes. @type {Record<Part, number>} */
const BUDGETS_KB = {
  'service worker': 90,
  'host script': 30,
  'panel, first load': 150,
  'instance worker': 60,
  'transpiler worker': 1_600,
  // Precached with the panel, loaded one at a time by a click in the gallery.
  'sample guests': 250,
  // The views that are opened by a click, each with what it needs of the element library.
  'everything else': 230,
};

/** @typedef {'service worker' | 'host script' | 'panel, first load' | 'instance worker' | 'transpiler worker' | 'sample guests' | 'everything else'} Part */

const dist = resolve(fileURLToPath(new URL('..', import.meta.url)), env['SWERVE_DIST'] ?? 'dist');
const CODE = /\.(js|css|html|wasm)$/;

/** Files of the build by path from `dist`, with forward slashes. @returns {string[]} */
function builtFiles() {
  return readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && CODE.test(entry.name))
    .map((entry) => relative(dist, join(entry.parentPath, entry.name)).replaceAll('\\', '/'));
}

/** Built files that `file` loads at once: static imports, and what a page names. `import()` and `new URL()` come later, when they are needed. @param {string} file @param {Set<string>} found */
function follow(file, found) {
  if (found.has(file) || !files.includes(file)) return;
  found.add(file);
  const text = readFileSync(join(dist, file), 'utf8');
  const names = file.endsWith('.html')
    ? text.matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g)
    : text.matchAll(/(?:^|[;}\s])(?:import|export)\s*(?:[\w$\s{},*]*?\s*from\s*)?["'](\.{1,2}\/[^"']+)["']/g);
  for (const [, name] of names) if (name) follow(join(dirname(file), name).replaceAll('\\', '/'), found);
}

/** @param {string} path */
function compressedBytes(path) {
  return gzipSync(readFileSync(join(dist, path)), { level: 9 }).length;
}

const files = builtFiles();
/** @type {Map<Part, Set<string>>} */
const parts = new Map();
/** @param {Part} part @param {string | undefined} entry */
function addPart(part, entry) {
  /** @type {Set<string>} */
  const found = new Set();
  if (entry === undefined) throw new Error(`The build has no ${part}: scripts/check-size.mjs looks for it by its file name, which must have changed.`);
  follow(entry, found);
  parts.set(part, found);
}

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
addPart('instance worker', entryLike(/^instance.*\.js$/));
addPart('transpiler worker', entryLike(/^transpiler.*\.js$/));
// The wasm of the transpiler is most of it, and is fetched by address.
const isSample = (/** @type {string} */ file) => file.startsWith('_swerve/assets/samples/');
for (const file of files) if (file.startsWith('_swerve/assets/') && file.endsWith('.wasm') && !isSample(file)) parts.get('transpiler worker')?.add(file);
parts.set('sample guests', new Set(files.filter(isSample)));

const counted = new Set([...parts.values()].flatMap((set) => [...set]));
parts.set('everything else', new Set(files.filter((file) => !counted.has(file) && !file.startsWith('examples/'))));

let isOver = false;
console.log(`${'part'.padEnd(20)}${'gzip kB'.padStart(9)}${'budget'.padStart(9)}  files`);
for (const [part, members] of parts) {
  const kilobytes = [...members].reduce((sum, file) => sum + compressedBytes(file), 0) / 1000;
  const budget = BUDGETS_KB[part];
  const over = kilobytes > budget;
  if (over) isOver = true;
  console.log(`${part.padEnd(20)}${kilobytes.toFixed(1).padStart(9)}${String(budget).padStart(9)}  ${members.size}${over ? '  OVER' : ''}`);
  if (over) for (const file of members) console.log(`  ${(compressedBytes(file) / 1000).toFixed(1).padStart(8)}  ${file}`);
}
if (isOver) {
  console.error('A part is over its budget. Find what made it grow (a new import?), or raise the budget in scripts/check-size.mjs and say why in the commit.');
  process.exitCode = 1;
}
