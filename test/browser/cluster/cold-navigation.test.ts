import { stat } from 'node:fs/promises';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createApp, uploadModule } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { closeAllTabs, navigationOf, untilAnswered } from '../harness/tabs.ts';
import { exampleFile } from '../harness/wasm-files.ts';

const swerve = useSwerve();

beforeAll(async () => {
  const panel = await swerve.openPanel();
  for (const name of ['hello-c', 'stream-rust', 'misbehave']) {
    const { digest } = await uploadModule(panel, exampleFile(name));
    await createApp(panel, { name, source: { digest }, routes: [{ path: `/${name}` }], limits: { timeoutMs: 2000 } });
  }
});

beforeEach(() => closeAllTabs(swerve));

async function openCold(path: string) {
  const page = await swerve.open(path);
  await untilAnswered(page);
  return page;
}

/** A form on another site, sent to `path`. */
async function postCold(path: string, fields: Record<string, string>) {
  const page = await swerve.context.newPage();
  const inputs = Object.entries(fields).map(([name, value]) => `<input name="${name}" value="${value}">`);
  await page.setContent(`<form method="post" action="${new URL(path, swerve.app.url).href}">${inputs.join('')}<button>Send</button></form>`);
  await page.click('button');
  await page.waitForURL(new URL(path, swerve.app.url).href);
  await untilAnswered(page);
  return page;
}

describe('a navigation while no tab is open', () => {
  it('is answered with the HTML of the module, whose page then serves its own requests', async () => {
    const page = await openCold('hello-c?name=Ada');
    expect(await navigationOf(page)).toEqual({ status: 200, contentType: 'text/html', url: new URL('hello-c?name=Ada', swerve.app.url).href });
    expect(await page.textContent('h1')).toContain('Ada');
    const json = await page.evaluate(async () => (await fetch('hello-c?format=json&name=Bo')).json());
    expect(json).toMatchObject({ name: 'Bo', method: 'GET' });
  });

  it('keeps fragment and history: one entry, the address as it was asked for', async () => {
    const page = await openCold('hello-c?name=Ada#there');
    expect(page.url()).toBe(new URL('hello-c?name=Ada#there', swerve.app.url).href);
    expect(await page.evaluate(() => history.length)).toBe(2); // about:blank and this
  });

  it('is answered with JSON as it is', async () => {
    const page = await openCold('stream-rust/env');
    expect(await navigationOf(page)).toMatchObject({ status: 200, contentType: 'application/json' });
    expect(JSON.parse(await page.innerText('pre'))).toMatchObject({ args: [] });
  });

  it('carries the status of the module', async () => {
    const page = await openCold('stream-rust/status?code=404');
    expect(await navigationOf(page)).toMatchObject({ status: 404 });
  });

  it('follows a redirect of the module', async () => {
    const page = await openCold('stream-rust/redirect?to=/hello-c');
    await page.waitForURL(new URL('hello-c', swerve.app.url).href);
    await untilAnswered(page);
    expect(await page.textContent('h1')).toContain('Hello');
  });

  it('sends a form once, with its body', async () => {
    const page = await postCold('stream-rust/count', { name: 'Ada', city: 'London' });
    expect(await navigationOf(page)).toMatchObject({ status: 200, contentType: 'application/json' });
    expect(JSON.parse(await page.innerText('pre'))).toMatchObject({ bytes: 'name=Ada&city=London'.length });
  });

  it('leaves a download to the browser and says so', async () => {
    const page = await swerve.context.newPage();
    const download = page.waitForEvent('download');
    await page.goto(new URL('stream-rust/bytes?n=1000', swerve.app.url).href);
    const file = await (await download).path();
    expect((await stat(file)).size).toBe(1000);
    await page.getByRole('status').getByText('download').waitFor();
  });

  it('shows a page that says what failed', async () => {
    const page = await openCold('misbehave/trap');
    expect(await navigationOf(page)).toMatchObject({ status: 502, contentType: 'text/html' });
    expect(await page.innerText('body')).toContain('unreachable');
  });

  it('shows the deadline as 504', async () => {
    const page = await openCold('misbehave/loop');
    expect(await navigationOf(page)).toMatchObject({ status: 504, contentType: 'text/html' });
  });

  it('works for two tabs at the same address at once, each with its own answer', async () => {
    const [first, second] = await Promise.all([openCold('stream-rust/random'), openCold('stream-rust/random')]);
    const [one, two] = await Promise.all([first.innerText('body'), second.innerText('body')]);
    expect(one).not.toBe(two);
  });

  it('works offline with the server stopped', async () => {
    await swerve.app.stop();
    await swerve.context.setOffline(true);
    try {
      const page = await openCold('hello-c?name=Plane');
      expect(await page.textContent('h1')).toContain('Plane');
      const panel = await swerve.open('');
      await panel.getByRole('region', { name: 'Apps' }).waitFor();
    } finally {
      await swerve.context.setOffline(false);
      await swerve.app.restart();
    }
  });
});
