import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { useSwerve } from '../harness/swerve.ts';
import { preparePrograms, type Run } from './programs.ts';
import { readKnownFailures, readRoot, readSuite } from './suite.ts';

/** WebAssembly/wasi-testsuite, each program in a dedicated worker that serves it as it would serve an App. Also `npm run conformance`. */
const folder = process.env['WASI_TESTSUITE'];

if (!folder) {
  describe('wasi-testsuite', () => {
    it('is run where WASI_TESTSUITE names a checkout of its branch prod/testsuite-base', (test) => test.skip('WASI_TESTSUITE is not set'));
  });
} else {
  const programs = await readSuite(folder);
  const known = await readKnownFailures();

  describe('wasi-testsuite', () => {
    const swerve = useSwerve();
    const counts = { 'preview 1': { passed: 0, failed: 0, known: 0 }, '0.3': { passed: 0, failed: 0, known: 0 } };
    let run: Run;
    beforeAll(async () => {
      run = await preparePrograms(await swerve.openPanel());
    });
    afterAll(() => {
      const said = Object.entries(counts).map(([wasi, { passed, failed, known: knownFailures }]) => {
        const all = programs.filter((program) => program.wasi === wasi).length;
        return `${wasi}: ${passed} of ${all} passed, ${failed} failed, ${knownFailures} failed as docs/wasi-support.md says`;
      });
      process.stdout.write(`wasi-testsuite: ${said.join('; ')}\n`);
    });

    it('has the programs that docs/wasi-support.md lists', () => {
      const names = new Set(programs.map(({ name }) => name));
      expect([...known.keys()].filter((name) => !names.has(name))).toEqual([]);
    });

    for (const { name, file, wasi, args, env, root, exitCode, stdout, stderr, steps, requests, answers } of programs) {
      it(`${name} (${wasi})`, async (test) => {
        const result = await run({ file, args, env, root: root === null ? null : await readRoot(root), steps, requests });
        const expected = { exitCode, failure: null, ...(stdout !== null && { stdout }), ...(stderr !== null && { stderr }), ...(requests && { answers }) };
        const reason = known.get(name);
        try {
          expect(result).toMatchObject(expected);
        } catch (error) {
          counts[wasi][reason === undefined ? 'failed' : 'known'] += 1;
          if (reason === undefined) throw error;
          test.skip(`fails, as docs/wasi-support.md says: ${reason}`);
        }
        counts[wasi].passed += 1;
        // Else the list would keep what has long been mended.
        expect(reason, 'passes, so docs/wasi-support.md must not list it as failing').toBeUndefined();
      });
    }
  });
}
