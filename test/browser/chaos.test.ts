/** The randomised fault run (`npm run chaos`) in short: one storm by a seed that has every kind of fault, and a wipe after it. */
import { expect, it, onTestFailed } from 'vitest';
import { FAULTS, REQUESTS } from '../chaos/plan.ts';
import { runChaos } from '../chaos/run.ts';

const SEED = 1;

it('a short storm leaves every invariant whole', { timeout: 400_000 }, async () => {
  const lines: string[] = [];
  // Also when it takes too long, which is when the lines tell what it waited for.
  onTestFailed(() => void process.stdout.write(`${lines.join('\n')}\n`));
  const pace = { stormMs: 25_000, faultEveryMs: 1_250, requestEveryMs: 150, callEveryMs: 450, wipeEvery: 1 };
  const report = await runChaos({ seed: SEED, runMs: 0, ...pace, say: (line) => lines.push(line) });
  expect(report.violations.map(({ text }) => text)).toEqual([]);
  for (const fault of [...Object.keys(FAULTS), 'wipe-storage']) expect(report.countOf(`faults ${fault}`), fault).toBeGreaterThan(0);
  for (const kind of Object.keys(REQUESTS)) expect(report.countOf(`requests ${kind}`), kind).toBeGreaterThan(0);
  // Most requests are answered, whatever is done: a run in which nothing is would prove nothing.
  expect(report.countOf('ended: answered')).toBeGreaterThan(report.countOf('ended: excused') + report.countOf('ended: with its tab'));
});
