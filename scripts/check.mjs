/**
 * All that must hold before a change is done, in one run: static checks, build, sizes, unit tests, browser tests and the engines. A step that
 * fails does not hide the next ones. The last line is the sum of the tests.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { env, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const require = createRequire(import.meta.url);

/** @param {string} name of a package @param {string} file of that package, run by node: `npx` would cost a second each time */
function tool(name, file) {
  return join(dirname(require.resolve(`${name}/package.json`)), file);
}

/** @param {string} title @param {string[]} args @param {NodeJS.ProcessEnv} [extraEnv] @returns {boolean} */
function run(title, args, extraEnv = {}) {
  console.log(`\n== ${title}`);
  const startedAtMs = Date.now();
  const { status } = spawnSync(execPath, args, { cwd: root, stdio: 'inherit', env: { ...env, ...extraEnv } });
  console.log(`== ${title}: ${status === 0 ? 'ok' : 'FAILED'} (${((Date.now() - startedAtMs) / 1000).toFixed(1)} s)`);
  return status === 0;
}

const vitest = tool('vitest', 'vitest.mjs');

/** @type {string[]} */
const failed = [];
/** @param {string} title @param {string[]} args @returns {boolean} */
function step(title, args) {
  const isDone = run(title, args);
  if (!isDone) failed.push(title);
  return isDone;
}

step('format and lint', [tool('@biomejs/biome', 'bin/biome'), 'ci', '.']);
step('types', ['scripts/check-types.mjs']);
const isBuilt = step('build', [tool('vite', 'bin/vite.js'), 'build', '--logLevel', 'warn']);
if (isBuilt) step('size', ['scripts/check-size.mjs']);

const scratch = mkdtempSync(join(tmpdir(), 'swerve-check-'));
const summary = join(scratch, 'summary.json');
const projects = isBuilt ? ['--project', 'unit', '--project', 'browser', '--project', 'engines'] : ['--project', 'unit'];
const isTested = run('tests', [vitest, 'run', ...projects], { SWERVE_SUMMARY_FILE: summary, SWERVE_DIST: join(root, 'dist') });

/** @type {{ passed: number, failed: number, skipped: number }} */
let counts = { passed: 0, failed: 1, skipped: 0 };
try {
  counts = JSON.parse(readFileSync(summary, 'utf8'));
} catch {
  // No file: the runner ended before its tests did.
  console.log('The test runner ended without a result, which is counted as one failure.');
}
rmSync(scratch, { recursive: true });
if (!isTested && counts.failed === 0) failed.push('tests');

console.log('');
if (!isBuilt) console.log('The browser tests did not run, because the build failed.');
if (failed.length > 0) console.log(`FAILED: ${failed.join(', ')}. What went wrong is said above.`);
console.log(`${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}`);
process.exitCode = isTested && failed.length === 0 ? 0 : 1;
