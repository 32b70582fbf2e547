/** What a guest may not do, in every engine: run for ever, take all memory, crash without end. */
import { expect, it } from 'vitest';
import { createApp, untilCondition } from '../browser/harness/api.ts';
import { waitFor } from '../browser/harness/wait.ts';
import { exampleFile, guestFile } from '../browser/harness/wasm-files.ts';
import type { Tab } from './harness/engine.ts';
import { serveFiles, uploadFile } from './harness/guests.ts';
import { describeEngines, skipWithout } from './harness/use-engine.ts';

describeEngines('limits', (swerve) => {
  let panel: Tab;
  swerve.before(async () => {
    panel = await swerve.openPanel();
    const limits = { timeoutMs: 1_200, memoryMiB: 32, requestBytes: 1_000 };
    await serveFiles(panel, {
      hello: { file: exampleFile('hello-c') },
      wagi: { file: exampleFile('misbehave'), limits, restart: { maxRestarts: 100 } },
      http: { file: exampleFile('misbehave-http'), limits, restart: { maxRestarts: 100 } },
      crashing: { file: exampleFile('misbehave'), limits: { timeoutMs: 300 }, restart: { maxRestarts: 1, windowSeconds: 60 } },
    });
  });

  it.each(['wagi', 'http'])('%s: memory grows to the limit and no further', async (app) => {
    expect((await swerve.ask(`${app}/alloc?mib=8`)).status).toBe(200);
    const over = await swerve.ask(`${app}/alloc?mib=64`);
    expect(over.status).toBe(507);
    expect(JSON.parse(over.text).memoryMib).toBeLessThanOrEqual(32);
  });

  it.each(['wagi', 'http'])('%s: a body over requestBytes is refused with 413', async (app) => {
    expect((await swerve.ask(`${app}/ok`, { method: 'POST', body: 'x'.repeat(1_000) })).status).toBe(200);
    const refused = await swerve.ask(`${app}/ok`, { method: 'POST', body: 'x'.repeat(1_001) });
    expect(refused).toMatchObject({ status: 413, headers: { 'swerve-error': 'body-too-large' } });
  });

  it.each(['trap', 'recurse', 'exit?code=3', 'nohead', 'empty', 'status?code=103'])(
    'a guest that fails by %s is answered with 502, and the next is well',
    async (mode) => {
      expect((await swerve.ask(`wagi/${mode}`)).status).toBe(502);
      expect((await swerve.ask('wagi/ok')).status).toBe(200);
    },
  );

  it('a module that needs more memory than its App has is refused by name', async () => {
    const { digest } = await uploadFile(panel, guestFile('big-min-memory'));
    await expect(createApp(panel, { name: 'big', source: { digest }, routes: [{ path: '/big' }] })).rejects.toThrow(
      /answered 422.*spec\.limits\.memoryMiB.*512/s,
    );
  });

  // The worker's end is the same wherever its App is served: at an origin of its own one kind is enough.
  it.each(swerve.mode === 'own' ? ['wagi'] : ['wagi', 'http'])(
    '%s: an endless loop is answered with 504, the next request is served, and other Apps do not notice',
    async (app) => {
      const [looped, other] = await Promise.all([swerve.ask(`${app}/loop`), swerve.ask('hello')]);
      expect(looped).toMatchObject({ status: 504, headers: { 'content-type': 'application/problem+json', 'swerve-error': 'handler-timeout' } });
      expect(other.status).toBe(200);
      expect((await swerve.ask(`${app}/ok`)).status).toBe(200);
    },
  );

  it('an App that crashes too often is held back, and serves again', async (context) => {
    skipWithout('loops-end', context, swerve);
    const held = await waitFor(
      'the App to be held back',
      async () => {
        const answer = await swerve.ask('crashing/loop');
        return answer.headers['swerve-error'] === 'app-crash-loop' ? answer : null;
      },
      { deadlineMs: 30_000 },
    );
    expect(held).toMatchObject({ status: 503, headers: { 'retry-after': expect.stringMatching(/^\d+$/) } });
    await waitFor('the App to serve again', async () => (await swerve.ask('crashing/ok')).status === 200, { deadlineMs: 30_000 });
    await untilCondition(panel, 'crashing');
  });
});
