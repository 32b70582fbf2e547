import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { PREVIEW1_CASES, PREVIEW1_GUEST, ROOT_MAX_BYTES } from '../../guests/preview1-cases.ts';
import { useSwerve } from '../harness/swerve.ts';
import { pageScript, preparePrograms, type Run } from './programs.ts';
import type {} from './waiting-files-runner.ts';

/** What wasi-testsuite covers of preview 1, by a guest of our own. */
describe('the preview 1 guest', () => {
  const swerve = useSwerve();
  let panel: Page;
  let run: Run;
  beforeAll(async () => {
    panel = await swerve.openPanel();
    run = await preparePrograms(panel);
    await panel.addScriptTag({ type: 'module', content: await pageScript('./waiting-files-runner.ts') });
    await panel.waitForFunction(() => 'runOnWaitingFiles' in globalThis);
  });

  describe('in the instance worker', () => {
    it.each(PREVIEW1_CASES)('$name', async ({ args, env, root, exitCode, stdout }) => {
      expect(await run({ file: PREVIEW1_GUEST, args, env, root })).toEqual({ answers: [], exitCode, stdout, stderr: '', failure: null });
    });
  });

  it.each(['slow', 'volume'] as const)('is suspended by files that answer later, case by case: %s', async (on) => {
    const moduleBase64 = (await readFile(PREVIEW1_GUEST)).toString('base64');
    // `sizes` asks for more than its root may hold; what a volume holds is the browser's to say.
    const cases = PREVIEW1_CASES.flatMap(({ name, args, root }) => (root && !(on === 'volume' && name === 'sizes') ? [{ name, args, root }] : []));
    const results = await panel.evaluate(
      async ({ cases, moduleBase64, maxBytes, on }) => {
        const results: Record<string, unknown> = {};
        for (const { name, args, root } of cases) results[name] = await globalThis.runOnWaitingFiles({ moduleBase64, args, root, maxBytes, on });
        return results;
      },
      { cases, moduleBase64, maxBytes: ROOT_MAX_BYTES, on },
    );
    expect(results).toEqual(Object.fromEntries(cases.map(({ name }) => [name, { outcome: { kind: 'exit', code: 0 }, lines: [] }])));
  });
});
