/**
 * Runs WebAssembly/wasi-testsuite in a real Chromium, each program in a dedicated worker as an App's instance:
 * `npm run conformance -- --suite <checkout of its branch prod/testsuite-base> [--only rust/fd_]`. A line per program, then the
 * counts; fails when a program fails that docs/wasi-support.md does not list with its reason, or passes although it does.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { argv, env, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const { values } = parseArgs({ args: argv.slice(2), options: { suite: { type: 'string' }, only: { type: 'string' } } });
const suite = values.suite ?? env['WASI_TESTSUITE'];
if (!suite || !existsSync(join(suite, 'tests'))) {
  throw new Error(
    `${suite ? `${suite} has no folder "tests"` : 'No suite was named'}. Check out the branch prod/testsuite-base of WebAssembly/wasi-testsuite and name its folder: npm run conformance -- --suite <folder>`,
  );
}
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const only = values.only ? ['-t', values.only] : [];
const { status } = spawnSync(
  execPath,
  [
    vitest,
    'run',
    '--project',
    'browser',
    '--reporter',
    'verbose',
    '--reporter',
    './scripts/summary-reporter.ts',
    ...only,
    'test/browser/conformance/suite.test.ts',
  ],
  { cwd: fileURLToPath(new URL('..', import.meta.url)), stdio: 'inherit', env: { ...env, WASI_TESTSUITE: resolve(suite) } },
);
process.exitCode = status ?? 1;
