/** What Swerve is for, in every engine: a file in, an address that answers, the same bytes everywhere. */
import { expect, it } from 'vitest';
import { createApp, fetchIn, untilCondition } from '../browser/harness/api.ts';
import { exampleFile } from '../browser/harness/wasm-files.ts';
import type { Tab } from './harness/engine.ts';
import { uploadFile } from './harness/upload.ts';
import { describeEngines } from './harness/use-engine.ts';

describeEngines('a file to an address', (swerve) => {
  let panel: Tab;
  swerve.before(async () => {
    panel = await swerve.openPanel();
  });

  it('installs: the service worker is in control', async () => {
    expect(await panel.evaluate(() => navigator.serviceWorker.controller?.state)).toBe('activated');
    expect(await panel.title()).toContain('Swerve');
  });

  it.each(['hello-c', 'hello-rust', 'stream-rust'])('uploads %s, and it answers', async (name) => {
    const { digest } = await uploadFile(panel, exampleFile(name));
    await createApp(panel, { name, source: { digest }, routes: [{ path: `/${name}` }] });
    await untilCondition(panel, name);
    const answer = await fetchIn(panel, `${name}?name=Ada`);
    expect(answer, answer.text).toMatchObject({ status: 200 });
  });
});
