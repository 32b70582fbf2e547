/** What may go, in every engine: the server, every tab, the tab that serves, the service workers. In a browser of its own: WebKitGTK's driver fell silent here after earlier cold navigations. */
import { expect, it } from 'vitest';
import { untilControlled } from '../browser/harness/swerve.ts';
import { waitFor } from '../browser/harness/wait.ts';
import { exampleFile } from '../browser/harness/wasm-files.ts';
import { instancesOf, untilInFlight } from '../browser/http/guests.ts';
import { textOf } from './harness/find-deep.ts';
import { serveFiles } from './harness/guests.ts';
import { describeEngines, untilAnswered } from './harness/use-engine.ts';

describeEngines('what is lost', (swerve) => {
  swerve.before(async () => {
    await serveFiles(await swerve.openPanel(), {
      hello: { file: exampleFile('hello-c') },
      component: { file: exampleFile('stream-rust'), scale: { max: 1 } },
    });
  });

  // First: at an origin of its own no App has been visited until here.
  it('with the server stopped and every tab closed, App and panel open, reload and answer', async () => {
    await swerve.closeTabs();
    await swerve.app.stop();
    try {
      const page = await swerve.open(swerve.addressOf('hello?name=Plane'));
      expect(await textOf(page)).toContain('Plane');
      await page.reload();
      await untilAnswered(page);
      expect(await textOf(page)).toContain('Plane');
      const panel = await swerve.open('');
      await untilControlled(panel);
      expect(await panel.title()).toContain('Swerve');
      expect((await swerve.ask('component/count', { method: 'POST', body: 'four' })).text).toContain('"bytes":4');
    } finally {
      await swerve.app.restart();
    }
  });

  it('a tab that is closed while it serves: another answers', async () => {
    await swerve.closeTabs();
    // The only tab, so that the only instance is there: a page of the App, whose frame serves, or the panel.
    const first = swerve.mode === 'own' ? await swerve.open(swerve.addressOf('component')) : await swerve.openPanel();
    expect(await first.evaluate(async (address) => (await fetch(address)).status, swerve.addressOf('component/time'))).toBe(200);
    const panel = await swerve.openPanel();
    const [name] = await waitFor('one instance', async () => {
      const { names } = await instancesOf(panel, 'component');
      return names.length === 1 && names;
    });
    const answer = swerve.ask('component/sleep?ms=1000');
    await untilInFlight(panel, 'component', 1);
    await swerve.closeTab(first);
    expect((await answer).status).toBe(200);
    await waitFor('its instance to be gone', async () => !(await instancesOf(panel, 'component')).names.includes(name!));
  });

  it('service workers that are stopped: the next request is answered, and one under way ends', async (context) => {
    const { stopServiceWorkers } = swerve.engine;
    if (!stopServiceWorkers) return context.skip("this engine's protocol cannot stop a service worker");
    const panel = await swerve.openPanel();
    const answers = async () => expect((await swerve.ask('component/time')).status).toBe(200);
    await answers();
    for (const which of swerve.mode === 'path' ? (['all'] as const) : (['control', 'app', 'all'] as const)) {
      await stopServiceWorkers(which);
      await answers();
    }
    const inFlight = swerve.ask('component/sleep?ms=1000').then(
      ({ status }) => status,
      () => 'failed',
    );
    await untilInFlight(panel, 'component', 1);
    await stopServiceWorkers('all');
    // Chromium dispatches a request once more whose service worker was stopped; an engine may also fail it.
    expect([200, 'failed']).toContain(await inFlight);
    await answers();
  });
});
