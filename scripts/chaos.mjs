/** `npm run chaos`: faults at random on a real cluster in a real browser. What runs is test/chaos/; the same seed makes the same plan. */
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { env, execPath } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const USAGE = `npm run chaos -- [--seed N] [--minutes M] [--pace P] [--json FILE]

  --seed N      what happens, and when; by chance unless given
  --minutes M   storms begin for so long (5 unless given; a fraction will do)
  --pace P      so many times as much traffic, and faults so much closer to each other (1 unless given)
  --json FILE   writes all figures there`;

/** @param {string | undefined} text @param {string} name @param {number} fallback @param {RegExp} pattern */
function numberOf(text, name, fallback, pattern) {
  if (text === undefined) return fallback;
  if (!pattern.test(text)) throw new Error(`--${name} is ${JSON.stringify(text)}: it must be a ${name === 'seed' ? 'whole ' : ''}number`);
  return Number(text);
}

function main() {
  const { values } = parseArgs({ options: { seed: { type: 'string' }, minutes: { type: 'string' }, pace: { type: 'string' }, json: { type: 'string' } } });
  const seed = numberOf(values.seed, 'seed', Math.floor(Math.random() * 1_000_000), /^\d{1,9}$/);
  const minutes = numberOf(values.minutes, 'minutes', 5, /^\d+(\.\d+)?$/);
  const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
  const chosen = {
    SWERVE_CHAOS_SEED: String(seed),
    SWERVE_CHAOS_MINUTES: String(minutes),
    SWERVE_CHAOS_PACE: String(numberOf(values.pace, 'pace', 1, /^\d+(\.\d+)?$/)),
    ...(values.json === undefined ? {} : { SWERVE_CHAOS_JSON: resolve(values.json) }),
  };
  const root = fileURLToPath(new URL('..', import.meta.url));
  const { status } = spawnSync(execPath, [vitest, 'run', '--project', 'chaos'], { cwd: root, stdio: 'inherit', env: { ...env, ...chosen } });
  return status ?? 1;
}

try {
  process.exitCode = main();
} catch (error) {
  console.error(`${error instanceof Error ? error.message : error}\n\n${USAGE}`);
  process.exitCode = 2;
}
