import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useSwerve } from '../harness/swerve.ts';
import { preparePrograms, type Run } from './programs.ts';
import { readKnownFailures, readRoot, readSuite } from './suite.ts';

/** WebAssembly/wasi-testsuite, each program in a dedicated worker that serves it as it would serve an App. Also `npm run conformance`. */
const folder = process.env['WASI_TESTSUITE'];
const NO_03 = 'needs WASI 0.3, which Swerve does not have yet';

if (!folder) {
  describe('wasi-testsuite', () => {
    it('is run where WASI_TESTSUITE names a checkout of its branch prod/testsuite-base', (test) => test.skip('WASI_TESTSUITE is not set'));
  });
} else {
  const programs = await readSuite(folder);
  const known = await readKnownFailures();

  describe('wasi-testsuite', () => {
    const swerve = useSwerve();
    const counts = { passed: 0, failed: 0, known: 0, notRun: 0 };
    let run: Run;
    beforeAll(async () => {
      run = await preparePrograms(await swerve.openPanel());
    });
    afterAll(() => {
      const { passed, failed, known: knownFailures, notRun } = counts;
      const of = (wasi: string) => programs.filter((program) => program.wasi === wasi).length;
      process.stdout.write(
        `wasi-testsuite: preview 1: ${passed} of ${of('preview 1')} passed, ${failed} failed, ${knownFailures} failed as docs/wasi-support.md says; 0.3: ${notRun} of ${of('0.3')} not run (${NO_03})\n`,
      );
    });

    it('has the programs that docs/wasi-support.md lists', () => {
      const names = new Set(programs.map(({ name }) => name));
      expect([...known.keys()].filter((name) => !names.has(name))).toEqual([]);
    });

    for (const { name, file, wasi, args, env, root, exitCode, stdout, stderr } of programs) {
      it(`${name} (${wasi})`, async (test) => {
        if (wasi === '0.3') {
          counts.notRun += 1;
          test.skip(NO_03);
        }
        const result = await run({ file, args: [name, ...args], env, root: root === null ? null : await readRoot(root) });
        const expected = { exitCode, failure: null, ...(stdout !== null && { stdout }), ...(stderr !== null && { stderr }) };
        const reason = known.get(name);
        try {
          expect(result).toMatchObject(expected);
        } catch (error) {
          counts[reason === undefined ? 'failed' : 'known'] += 1;
          if (reason === undefined) throw error;
          test.skip(`fails, as docs/wasi-support.md says: ${reason}`);
        }
        counts.passed += 1;
        // Else the list would keep what has long been mended.
        expect(reason, 'passes, so docs/wasi-support.md must not list it as failing').toBeUndefined();
      });
    }
  });
}
