import { expect, it } from 'vitest';
import { PACE, runChaos } from './run.ts';

const seed = Number(process.env['SWERVE_CHAOS_SEED'] ?? 1);
const minutes = Number(process.env['SWERVE_CHAOS_MINUTES'] ?? 5);
const pace = Number(process.env['SWERVE_CHAOS_PACE'] ?? 1);

it('the invariants hold', { timeout: minutes * 60_000 + 600_000 }, async () => {
  const say = (line: string): void => void process.stdout.write(`${line}\n`);
  const { faultEveryMs, requestEveryMs, callEveryMs } = PACE;
  const hastened = { faultEveryMs: faultEveryMs / pace, requestEveryMs: requestEveryMs / pace, callEveryMs: callEveryMs / pace };
  const report = await runChaos({ seed, runMs: minutes * 60_000, ...PACE, ...hastened, say });
  report.summarize(`npm run chaos -- --seed ${seed} --minutes ${minutes} --pace ${pace}`);
  const file = process.env['SWERVE_CHAOS_JSON'];
  if (file) await report.writeJson(file, { seed, minutes, pace });
  expect(report.violations.map(({ text }) => text)).toEqual([]);
});
