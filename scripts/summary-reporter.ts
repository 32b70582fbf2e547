import { writeFileSync } from 'node:fs';
import type { Reporter, SerializedError, TestModule } from 'vitest/node';

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

function count(modules: readonly TestModule[], unhandled: readonly SerializedError[]): Counts {
  // An error outside of any test fails the run, so it is counted like a test: "0 failed" must mean that all is well.
  const counts = { passed: 0, failed: unhandled.length, skipped: 0 };
  for (const module of modules) {
    if (module.errors().length > 0) counts.failed += 1;
    for (const suite of module.children.allSuites()) if (suite.errors().length > 0) counts.failed += 1;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === 'pending') counts.failed += 1;
      else counts[state] += 1;
    }
  }
  return counts;
}

/** Why tests were skipped, where they say so, each reason with how many gave it. */
function skipReasons(modules: readonly TestModule[]): Map<string, number> {
  const reasons = new Map<string, number>();
  for (const module of modules) {
    for (const test of module.children.allTests('skipped')) {
      const result = test.result();
      const note = result.state === 'skipped' ? result.note : undefined;
      if (note) reasons.set(note, (reasons.get(note) ?? 0) + 1);
    }
  }
  return reasons;
}

/** Says why tests were skipped, then ends the output with `N passed, N failed[, N skipped]`, or writes the counts to the file that `SWERVE_SUMMARY_FILE` names. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandled: readonly SerializedError[]): void {
    const counts = count(modules, unhandled);
    for (const [reason, tests] of skipReasons(modules)) console.info(`${tests} skipped: ${reason}`);
    const file = process.env['SWERVE_SUMMARY_FILE'];
    if (file) {
      writeFileSync(file, JSON.stringify(counts));
      return;
    }
    process.on('exit', () => console.info(`${counts.passed} passed, ${counts.failed} failed${counts.skipped > 0 ? `, ${counts.skipped} skipped` : ''}`));
  }
}
