/**
 * Uploads damaged modules to a real cluster and has them judged in Node as well, more of them than every test run does:
 * `npm run fuzz -- --seed 7 --count 30000`. The same seed makes the same files. `--judge` leaves the browser out.
 */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { argv, env, execPath } from 'node:process';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  args: argv.slice(2),
  options: { seed: { type: 'string', default: '1' }, count: { type: 'string', default: '10000' }, judge: { type: 'boolean', default: false } },
});
for (const name of /** @type {const} */ (['seed', 'count'])) {
  if (!/^[1-9]\d{0,8}$/.test(values[name])) throw new Error(`--${name} is a whole number above 0, not ${values[name]}`);
}
const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const files = values.judge ? ['--project', 'unit', 'test/unit/hostile/judge.test.ts'] : ['--project', 'browser', 'test/browser/hostile/malformed.test.ts'];
const { status } = spawnSync(execPath, [vitest, 'run', ...files], {
  stdio: 'inherit',
  env: { ...env, SWERVE_FUZZ_SEED: values.seed, SWERVE_FUZZ_COUNT: values.count },
});
process.exitCode = status ?? 1;
