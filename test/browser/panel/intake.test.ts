/** What reaches the panel from outside of its page: files that the system opens, and what is shared with the app. */

import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchIn } from '../harness/api.ts';
import { crashTab } from '../harness/cdp.ts';
import { useSwerve } from '../harness/swerve.ts';
import { exampleFile } from '../harness/wasm-files.ts';

const swerve = useSwerve();
let page: Page;
let elsewhere: Server;
let linked = '';
/** The site of the link answers only once this is true. */
let isAnswering = false;

beforeAll(async () => {
  page = await swerve.openPanel();
  await page.getByRole('heading', { level: 1 }).waitFor();
  const hello = await readFile(exampleFile('hello-c'));
  elsewhere = createServer((_, response) => {
    if (isAnswering) response.writeHead(200, { 'access-control-allow-origin': '*', 'content-type': 'application/wasm' }).end(hello);
  });
  await new Promise<void>((resolve) => elsewhere.listen(0, 'localhost', resolve));
  linked = `http://localhost:${(elsewhere.address() as AddressInfo).port}/linked.wasm`;
});
afterAll(() => {
  elsewhere.closeAllConnections();
  elsewhere.close();
});

/** What the system does when something is shared: a form navigation to the address in the manifest. */
async function share(from: Page, fields: Record<string, string>, files: string[] = []): Promise<void> {
  const input = await from.evaluateHandle((fields) => {
    const form = document.createElement('form');
    Object.assign(form, { method: 'post', enctype: 'multipart/form-data', action: new URL('_swerve/share', `${location.origin}/`).href });
    for (const [name, value] of Object.entries(fields)) form.append(Object.assign(document.createElement('input'), { type: 'hidden', name, value }));
    const input = Object.assign(document.createElement('input'), { type: 'file', name: 'files', multiple: true });
    form.append(input);
    document.body.append(form);
    return input;
  }, fields);
  await input.setInputFiles(files);
  await Promise.all([from.waitForEvent('load'), input.evaluate((input) => input.form?.submit())]);
}

const card = (tab: Page, name: string) => tab.getByRole('article', { name });
const waiting = async (tab: Page) => (JSON.parse((await fetchIn(tab, '_swerve/share')).text) as { items: unknown[] }).items.length;

describe('what is shared', () => {
  it('a .wasm file ends in the panel, ready to run, and answers', async () => {
    await share(page, { title: 'A module' }, [exampleFile('hello-c')]);
    expect(page.url()).toBe(new URL('_swerve/#/', swerve.app.url).href);
    await card(page, 'hello-c.wasm').getByRole('button', { name: 'Run it' }).click();
    await page.getByRole('link', { name: 'Open hello-c' }).waitFor();
    expect((await fetchIn(page, 'hello-c?name=Share')).text).toContain('Share');
    await expect.poll(() => waiting(page)).toBe(0);
  });

  it('several files come in one share; what cannot run says so', async () => {
    await share(page, {}, [exampleFile('hello-rust'), new URL('../../../package.json', import.meta.url).pathname]);
    await card(page, 'hello-rust.wasm').getByRole('button', { name: 'Run it' }).waitFor();
    await page.getByRole('heading', { name: 'package.json cannot run here' }).waitFor();
    await expect.poll(() => waiting(page)).toBe(0);
  });

  it('a link in a text is fetched; a tab that crashes meanwhile loses nothing', async () => {
    const tab = await swerve.openPanel();
    await share(tab, { text: `Have a look: ${linked}.` });
    await card(tab, 'linked.wasm').waitFor();
    await page.close();
    await crashTab(tab);
    await tab.close();
    isAnswering = true;
    page = await swerve.openPanel();
    await card(page, 'linked.wasm').getByRole('button', { name: 'Run it' }).waitFor();
    await expect.poll(() => waiting(page)).toBe(0);
  });

  it('without a file or an address it is answered with what to share instead', async () => {
    const tab = await swerve.openPanel();
    await share(tab, { text: 'just words' });
    await tab.getByText('what was shared has no file and no web address in it').waitFor();
    await tab.getByRole('link', { name: 'Open the panel' }).click();
    await tab.getByRole('link', { name: 'Open hello-c' }).waitFor();
    await tab.close();
  });

  it('is not for pages of Apps: they can neither read it nor share', async () => {
    const app = await swerve.open('hello-c');
    for (const [method, path] of [
      ['GET', '_swerve/share'],
      ['GET', '_swerve/share/1/0'],
      ['DELETE', '_swerve/share/1'],
      ['POST', '_swerve/share'],
    ] as const) {
      const answer = await fetchIn(app, path, { method });
      expect([path, answer.headers['swerve-error']]).toEqual([path, 'api-forbidden']);
    }
    await share(app, { url: linked }, [exampleFile('hello-c')]);
    await app.getByRole('heading', { name: 'Pages served by an App may not use the Swerve API.' }).waitFor();
    expect(await waiting(page)).toBe(0);
    await app.close();
  });
});

describe('what the system opens', () => {
  it('lands in the panel that is open, in whatever view, and runs', async () => {
    const tab = await swerve.context.newPage();
    // A headless browser is no installed app, so nothing launches it. The seam is the browser's own call of the consumer;
    // the file is a real one of the browser's, from its private file system.
    await tab.addInitScript(() => {
      const { launchQueue } = globalThis as unknown as { launchQueue: { setConsumer(consumer: unknown): void } };
      const own = launchQueue.setConsumer.bind(launchQueue);
      launchQueue.setConsumer = (consumer) => {
        own(consumer);
        Object.assign(globalThis, { launch: consumer });
      };
    });
    await tab.goto(new URL('_swerve/#/cluster', swerve.app.url).href);
    await tab.waitForFunction(() => 'launch' in globalThis);
    await tab.evaluate(async (bytes) => {
      const folder = await navigator.storage.getDirectory();
      const handle = await folder.getFileHandle('opened.wasm', { create: true });
      const writer = await handle.createWritable();
      await writer.write(await (await fetch(bytes)).arrayBuffer());
      await writer.close();
      const gone = await folder.getFileHandle('gone.wasm', { create: true });
      await folder.removeEntry('gone.wasm');
      (globalThis as unknown as { launch(params: unknown): void }).launch({ targetURL: location.href, files: [handle, gone] });
    }, linked);
    await card(tab, 'opened.wasm').getByLabel('Name').fill('opened');
    await card(tab, 'opened.wasm').getByRole('button', { name: 'Run it' }).click();
    await tab.getByRole('link', { name: 'Open opened' }).waitFor();
    expect((await fetchIn(tab, 'opened')).status).toBe(200);
    await tab.getByRole('alert').getByText('The browser could not read gone.wasm').waitFor();
    await tab.getByRole('alert').getByRole('button', { name: 'Dismiss' }).click();
    expect(await tab.getByText('could not read').count()).toBe(0);
    await tab.close();
  });
});
