/** Every view of the panel, looked at by axe in both themes and on both a wide and a narrow window; and that nothing jumps while data arrives. */
import { readFile } from 'node:fs/promises';
import type { RunOptions } from 'axe-core';
import { strToU8, zipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createApp, fetchIn, untilCondition, uploadModule } from '../harness/api.ts';
import { axeViolations } from '../harness/axe.ts';
import { jumpsOf } from '../harness/jumps.ts';
import { useSwerve } from '../harness/swerve.ts';
import { exampleFile } from '../harness/wasm-files.ts';

const swerve = useSwerve();
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 360, height: 740 };

const ONLY_CONTRAST: RunOptions = { runOnly: { type: 'rule', values: ['color-contrast'] } };

let page: Page;
/** Requests that left the origin. */
const foreign: string[] = [];

interface Shown {
  name: string;
  hash: string;
  /** Resolves once there is something to look at; opens what must be opened. */
  show: (page: Page) => Promise<void>;
  hide?: (page: Page) => Promise<void>;
}

const heading = (name: string | RegExp) => (page: Page) => page.getByRole('heading', { level: 1, name }).waitFor();

const EMPTY: readonly Shown[] = [{ name: 'home, empty', hash: '#/', show: heading(/Drop a/) }];

const FILLED: readonly Shown[] = [
  { name: 'home, with Apps', hash: '#/', show: (page) => page.getByRole('link', { name: 'hello', exact: true }).waitFor() },
  ...['', '/requests', '/logs', '/instances', '/settings', '/versions'].map((tab) => ({
    name: `App${tab}`,
    hash: `#/apps/default/hello${tab}`,
    show: heading('hello'),
  })),
  { name: 'console', hash: '#/console', show: heading(/console/i) },
  { name: 'cluster', hash: '#/cluster', show: heading('Cluster') },
  { name: 'storage', hash: '#/storage', show: (page) => page.getByRole('region', { name: 'Volumes' }).getByRole('link', { name: 'site' }).waitFor() },
  { name: 'volume', hash: '#/volumes/default/site', show: (page) => page.getByRole('button', { name: 'Edit index.html' }).waitFor() },
  {
    name: 'volume, a file in the editor',
    hash: '#/volumes/default/site/css',
    show: async (page) => {
      await page.getByRole('button', { name: 'Edit site.css' }).click();
      await page.getByRole('textbox', { name: 'css/site.css' }).waitFor();
    },
  },
  {
    name: 'bundle, before it is installed',
    hash: '#/',
    show: async (page) => {
      const yaml = 'apiVersion: swerve.dev/v1\nkind: App\nmetadata: { name: packed }\nspec:\n  source: { file: hello.wasm }\n  routes: [{ path: /packed }]\n';
      const bundle = zipSync({ 'swerve.yaml': strToU8(yaml), 'hello.wasm': await readFile(exampleFile('hello-c')) });
      await page.locator('input[name=files]').setInputFiles({ name: 'packed.zip', mimeType: 'application/zip', buffer: Buffer.from(bundle) });
      await page.getByRole('button', { name: 'Install 1 App' }).waitFor();
    },
    hide: async (page) => {
      await page.getByRole('region', { name: 'Install packed.zip' }).getByRole('button', { name: 'Cancel' }).click();
    },
  },
  {
    name: 'browser',
    hash: '#/browser',
    show: (page) => page.getByRole('heading', { name: 'JSPI' }).waitFor(),
  },
  { name: 'unknown', hash: '#/nowhere/at/all', show: heading(/nothing at this address/) },
  {
    name: 'palette',
    hash: '#/cluster',
    show: async (page) => {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: /Search views/ }).fill('hello');
      await page
        .getByRole('option', { name: /^hello/ })
        .first()
        .waitFor();
    },
    hide: (page) => page.keyboard.press('Escape'),
  },
  {
    name: 'dialog',
    hash: '#/cluster',
    show: async (page) => {
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor();
    },
    hide: (page) => page.keyboard.press('Escape'),
  },
];

/** What axe says of each in all four guises. Rules that do not hang on colour or width are asked once for each width. */
async function look(shown: Shown): Promise<string[]> {
  const found: string[] = [];
  await page.setViewportSize(DESKTOP);
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
  await page.evaluate((hash) => void location.assign(hash), shown.hash);
  await shown.show(page);
  for (const [viewport, size] of [
    ['desktop', DESKTOP],
    ['phone', PHONE],
  ] as const) {
    await page.setViewportSize(size);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const options = colorScheme === 'light' ? {} : ONLY_CONTRAST;
      for (const violation of await axeViolations(page, options)) found.push(`${viewport}, ${colorScheme}: ${violation}`);
    }
    if (await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)) found.push(`${viewport}: scrolls sideways`);
  }
  await shown.hide?.(page);
  return found;
}

describe('axe finds nothing', () => {
  it.each(EMPTY)('$name', async (shown) => {
    swerve.context.on('request', (request) => {
      if (/^https?:/.test(request.url()) && new URL(request.url()).origin !== new URL(swerve.app.url).origin) foreign.push(request.url());
    });
    page = await swerve.openPanel();
    expect(await look(shown)).toEqual([]);
  });

  describe('in a cluster that serves', () => {
    beforeAll(async () => {
      const { digest } = await uploadModule(page, exampleFile('hello-c'));
      await createApp(page, { name: 'hello', source: { digest }, routes: [{ path: '/hello' }] });
      await untilCondition(page, 'hello');
      const volumes = '_swerve/apis/swerve.dev/v1/namespaces/default/volumes';
      await fetchIn(page, volumes, { method: 'POST', body: '{"metadata":{"name":"site"}}', headers: { 'content-type': 'application/json' } });
      for (const path of ['index.html', 'css/site.css']) await fetchIn(page, `${volumes}/site/files/${path}`, { method: 'PUT', body: 'body {}' });
      for (let requests = 0; requests < 5; requests += 1) await fetchIn(page, 'hello');
    });

    it.each(FILLED)('$name', async (shown) => {
      expect(await look(shown)).toEqual([]);
    });
  });
});

it('and none of them has asked another origin for anything', () => {
  expect(foreign).toEqual([]);
});

describe('nothing jumps', () => {
  it.each([
    ['wide', DESKTOP],
    ['narrow', PHONE],
  ])('while a view loads, and while requests and lines of a log arrive: %s', async (_, size) => {
    await page.setViewportSize(size);
    const { digest } = await uploadModule(page, exampleFile('misbehave'));
    const name = `noisy-${size.width}`;
    await createApp(page, { name, source: { digest }, routes: [{ path: `/${name}` }] });
    await untilCondition(page, name);
    for (const view of ['#/', `#/apps/default/${name}`, `#/apps/default/${name}/logs`, `#/apps/default/${name}/requests`]) {
      await page.evaluate((hash) => void location.assign(hash), view);
      await page.reload();
      await (view === '#/' ? page.getByRole('link', { name, exact: true }) : page.getByRole('heading', { level: 1, name })).waitFor();
      for (let requests = 0; requests < 10; requests += 1) await fetchIn(page, `${name}/stderr?n=3`);
      // The samples of traffic come once a second: the pulse has counted when it tells of them.
      await page.getByRole('link', { name: /^Cluster: .*[1-9]\d*\.\d req\/s/ }).waitFor();
      expect(await jumpsOf(page), view).toEqual([]);
    }
  });
});
