/** Documents, in every engine: navigations with and without a tab open, forms, a new release. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { callApi } from '../browser/harness/api.ts';
import { copyBuild } from '../browser/harness/app.ts';
import { untilControlled } from '../browser/harness/swerve.ts';
import { waitFor } from '../browser/harness/wait.ts';
import { exampleFile, guestFile } from '../browser/harness/wasm-files.ts';
import { answering } from '../browser/http/guests.ts';
import type { Tab } from './harness/engine.ts';
import { press, textOf } from './harness/find-deep.ts';
import { serveFiles } from './harness/guests.ts';
import { describeEngines, untilAnswered } from './harness/use-engine.ts';

/** What the document of `tab` was answered with. The status as it should be, where the engine does not tell it (WebKitGTK 2.50, of any answer of a service worker). */
async function navigationOf(tab: Tab, status = 200): Promise<{ status: number; contentType: string; url: string }> {
  const seen = await tab.evaluate(() => {
    const [entry] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[];
    return { status: entry?.responseStatus ?? 0, contentType: document.contentType, url: location.href };
  });
  return seen.status === 0 ? { ...seen, status } : seen;
}

describeEngines('documents', (swerve) => {
  const open = (target: string): Promise<Tab> => swerve.open(swerve.addressOf(target));
  const openCold = async (target: string): Promise<Tab> => {
    await swerve.closeTabs();
    return open(target);
  };
  const nameSeenBy = (tab: Tab) => tab.evaluate(async (address) => (await fetch(address)).json(), swerve.addressOf('hello?format=json&name=Bo'));

  swerve.before(async () => {
    await serveFiles(await swerve.openPanel(), {
      hello: { file: exampleFile('hello-c') },
      wagi: { file: guestFile('headers') },
      component: { file: exampleFile('stream-rust') },
      misbehave: { file: exampleFile('misbehave'), limits: { timeoutMs: 1_200 } },
    });
  });

  it('a page opens beside the panel, and its own requests are answered', async () => {
    const page = await open('hello?name=Ada');
    expect(await navigationOf(page)).toEqual({ status: 200, contentType: 'text/html', url: swerve.addressOf('hello?name=Ada') });
    expect(await textOf(page)).toContain('Ada');
    expect(await nameSeenBy(page)).toMatchObject({ name: 'Bo', method: 'GET' });
  });

  it('a click in the only tab leads on to the next document', async () => {
    const page = await openCold('hello?name=Ada');
    await page.evaluate((href) => {
      const link = document.createElement('a');
      link.href = href;
      document.body.append(link);
      setTimeout(() => link.click());
    }, swerve.addressOf('hello?name=Grace'));
    await waitFor('the next document', async () => (await textOf(page)).includes('Grace'), { deadlineMs: 20_000 });
    expect(await navigationOf(page)).toMatchObject({ status: 200, url: swerve.addressOf('hello?name=Grace') });
    await page.reload();
    await untilAnswered(page);
    expect(await textOf(page)).toContain('Grace');
  });

  it('cold: with no tab open, HTML is answered as it is, and its requests too', async () => {
    const page = await openCold('hello?name=Ada#there');
    expect(await navigationOf(page)).toEqual({ status: 200, contentType: 'text/html', url: swerve.addressOf('hello?name=Ada#there') });
    expect(await nameSeenBy(page)).toMatchObject({ name: 'Bo' });
  });

  it('cold: JSON has its type', async () => {
    const page = await openCold('component/env');
    expect(await navigationOf(page)).toMatchObject({ status: 200, contentType: 'application/json' });
    expect(JSON.parse(await textOf(page))).toMatchObject({ args: [] });
  });

  it('cold: the status is that of the guest', async () => {
    const page = await openCold(answering('wagi', { Status: '404', 'Content-Type': 'text/html' }, '<h1>Nothing here</h1>'));
    expect(await navigationOf(page, 404)).toMatchObject({ status: 404, contentType: 'text/html' });
    expect(await textOf(page)).toContain('Nothing here');
  });

  it.each([
    { what: 'its App', to: 'component/env', text: '"args"' },
    { what: 'another App', to: 'hello', text: 'Hello' },
  ])('cold: a redirect of the guest to $what is followed', async ({ to, text }) => {
    const location = swerve.mode === 'path' || to.startsWith('component') ? swerve.pathOf(to) : swerve.addressOf(to);
    const page = await openCold(`component/redirect?to=${location}`);
    await waitFor('the redirect', async () => (await page.address()) === swerve.addressOf(to));
    await untilAnswered(page);
    expect(await textOf(page)).toContain(text);
  });

  it('cold: a form is sent once, with its body', async () => {
    await swerve.closeTabs();
    const page = await swerve.openBlank();
    await page.evaluate((action) => {
      const form = Object.assign(document.createElement('form'), { method: 'post', action });
      form.append(Object.assign(document.createElement('input'), { name: 'name', value: 'Ada Lovelace' }));
      document.body.append(form);
      // Later: what asks for it must be answered before its document goes.
      setTimeout(() => form.submit());
    }, swerve.addressOf('wagi/count'));
    await untilAnswered(page);
    expect(await navigationOf(page)).toMatchObject({ status: 200, url: swerve.addressOf('wagi/count') });
    expect(JSON.parse(await textOf(page))).toMatchObject({ method: 'POST', bytes: 'name=Ada+Lovelace'.length });
  });

  it('cold: a guest that traps, and one that never ends, show what failed', async () => {
    const trapped = await openCold('misbehave/trap');
    expect(await navigationOf(trapped, 502)).toMatchObject({ status: 502, contentType: 'text/html' });
    expect(await textOf(trapped)).toMatch(/unreachable/i);
    const looped = await openCold('misbehave/loop');
    expect(await navigationOf(looped, 504)).toMatchObject({ status: 504, contentType: 'text/html' });
  });

  it('a new release waits until it is taken, then answers, and what was stored is there', async () => {
    await swerve.closeTabs();
    const panel = await swerve.openPanel();
    const versionOf = async () => (await callApi<{ swerve: string }>(panel, 'GET', 'version')).swerve;
    expect(await versionOf()).toBe('0.1.0');
    const release = await copyBuild(async (folder) => {
      const script = join(folder, 'sw.js');
      await writeFile(script, (await readFile(script, 'utf8')).replaceAll('0.1.0', '0.2.0'));
    });
    try {
      await swerve.app.restart(release.dist);
      await panel.evaluate(async () => {
        const registration = await navigator.serviceWorker.ready;
        await registration.update();
        const worker = registration.installing ?? registration.waiting;
        if (!worker) throw new Error('the browser found no new release');
        while (worker.state === 'installing') await new Promise((resolve) => worker.addEventListener('statechange', resolve, { once: true }));
      });
      expect(await versionOf()).toBe('0.1.0');
      await panel.evaluate(() => void Object.assign(globalThis, { isBefore: true }));
      await press(panel, 'Update and reload');
      // It waits for what is under way, and for the active worker to fall silent.
      await waitFor('the panel to reload', () => panel.evaluate(() => !('isBefore' in globalThis) && document.readyState === 'complete'), {
        deadlineMs: 45_000,
      });
      await untilControlled(panel);
      await waitFor('the new release', async () => (await versionOf()) === '0.2.0');
      expect((await swerve.ask('hello?format=json&name=Ada')).text).toContain('Ada');
    } finally {
      // Served anew first: its files may still be asked for.
      await swerve.app.restart();
      await release.remove();
    }
  });
});
