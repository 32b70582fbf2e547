/**
 * Fails when a part of the build outgrows its budget. What loads with every page or request is held tight; what loads once,
 * when it is first needed, is held loosely. A budget is raised in the commit that needs it, with the reason there.
 */
import { resolve } from 'node:path';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { measureParts } from './build-parts.mjs';

/** Compressed (gzip -9) kilobytes of 1000 bytes. @type {Record<import('./build-parts.mjs').Part, number>} */
const BUDGETS_KB = {
  // It writes volumes, whose files the API reads and writes.
  'service worker': 125,
  "App's service worker": 50,
  'host script': 30,
  'page script': 10,
  'panel, first load': 150,
  // WASI 0.2 and 0.3 next to each other in one component, their files and what they send.
  'instance worker': 70,
  'transpiler worker': 1_600,
  // Precached with the panel, loaded one at a time by a click in the gallery.
  'sample guests': 250,
  // The views that are opened by a click, each with what it needs of the element library, and the controllers, with all of the store.
  'everything else': 250,
};

const dist = resolve(fileURLToPath(new URL('..', import.meta.url)), env['SWERVE_DIST'] ?? 'dist');
let isOver = false;
console.log(`${'part'.padEnd(22)}${'gzip kB'.padStart(9)}${'budget'.padStart(9)}  files`);
for (const [part, files] of measureParts(dist)) {
  const kilobytes = [...files.values()].reduce((sum, bytes) => sum + bytes, 0) / 1000;
  const budget = BUDGETS_KB[part];
  const over = kilobytes > budget;
  if (over) isOver = true;
  console.log(`${part.padEnd(22)}${kilobytes.toFixed(1).padStart(9)}${String(budget).padStart(9)}  ${files.size}${over ? '  OVER' : ''}`);
  if (over) for (const [file, bytes] of files) console.log(`  ${(bytes / 1000).toFixed(1).padStart(8)}  ${file}`);
}
if (isOver) {
  console.error('A part is over its budget. Find what made it grow (a new import?), or raise the budget in scripts/check-size.mjs and say why in the commit.');
  process.exitCode = 1;
}
