/** The plane, in every engine: no server, no tab, and everything answers. In a browser of its own: WebKitGTK's driver fell silent here after earlier cold navigations. */
import { expect, it } from 'vitest';
import { fetchIn } from '../browser/harness/api.ts';
import { untilControlled } from '../browser/harness/swerve.ts';
import { exampleFile } from '../browser/harness/wasm-files.ts';
import { textOf } from './harness/find-deep.ts';
import { serveFiles } from './harness/guests.ts';
import { describeEngines, untilAnswered } from './harness/use-engine.ts';

describeEngines('offline', (swerve) => {
  swerve.before(async () => {
    await serveFiles(await swerve.openPanel(), { hello: { file: exampleFile('hello-c') }, component: { file: exampleFile('stream-rust') } });
  });

  it('with the server stopped and every tab closed, App and panel open, reload and answer', async () => {
    await swerve.closeTabs();
    await swerve.app.stop();
    try {
      const page = await swerve.open('hello?name=Plane');
      expect(await textOf(page)).toContain('Plane');
      await page.reload();
      await untilAnswered(page);
      expect(await textOf(page)).toContain('Plane');
      const panel = await swerve.open('');
      await untilControlled(panel);
      expect(await panel.title()).toContain('Swerve');
      expect((await fetchIn(panel, 'component/count', { method: 'POST', body: 'four' })).text).toContain('"bytes":4');
    } finally {
      await swerve.app.restart();
    }
  });
});
