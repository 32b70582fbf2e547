import { stat } from 'node:fs/promises';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApp, uploadModule } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { closeAllTabs, navigationOf, untilAnswered } from '../harness/tabs.ts';
import { exampleFile } from '../harness/wasm-files.ts';

const swerve = useSwerve();

beforeAll(async () => {
  const panel = await swerve.openPanel();
  for (const name of ['hello-c', 'stream-rust']) {
    const { digest } = await uploadModule(panel, exampleFile(name));
    await createApp(panel, { name, source: { digest }, routes: [{ path: `/${name}` }] });
  }
});

beforeEach(() => closeAllTabs(swerve));

describe('the only tab', () => {
  it('navigates from page to page of an App without a boot document', async () => {
    const page = await swerve.open('hello-c?name=One');
    await untilAnswered(page);
    for (const name of ['Two', 'Three', 'Four']) {
      const documents: string[] = [];
      page.on('response', async (response) => {
        if (response.request().isNavigationRequest()) documents.push(await response.text().catch(() => ''));
      });
      await page.goto(new URL(`hello-c?name=${name}`, swerve.app.url).href);
      expect(await page.textContent('h1')).toContain(name);
      expect(documents.filter((text) => text.includes('swerve-boot'))).toEqual([]);
      page.removeAllListeners('response');
    }
  });

  it('gets a whole answer though its old document goes: 8 MiB that take a while', async () => {
    const page = await swerve.open('stream-rust/');
    await untilAnswered(page);
    const download = page.waitForEvent('download');
    await page.evaluate(() => {
      location.href = '/stream-rust/bytes?n=8388608';
    });
    const { size } = await stat(await (await download).path());
    expect(size).toBe(8_388_608);
  });

  it('gets a streamed document whole', async () => {
    const page = await swerve.open('stream-rust/');
    await untilAnswered(page);
    await page.goto(new URL('stream-rust/events?n=5&ms=100', swerve.app.url).href);
    expect((await page.innerText('body')).match(/data:/g)?.length).toBe(5);
    expect(await navigationOf(page)).toMatchObject({ status: 200, contentType: 'text/event-stream' });
  });

  it('serves what its new document asks for at once', async () => {
    const page = await swerve.open('hello-c');
    await untilAnswered(page);
    // Before the host script of that document has run, and so before it is a host.
    await page.addInitScript(() => {
      const asked = fetch('/hello-c?format=json&name=Now').then(async (response) => ({ status: response.status, body: await response.json() }));
      Object.assign(window, { asked });
    });
    for (let round = 0; round < 5; round += 1) {
      await page.reload();
      expect(await page.evaluate(() => (window as unknown as { asked: Promise<unknown> }).asked)).toMatchObject({ status: 200, body: { name: 'Now' } });
    }
  });
});
