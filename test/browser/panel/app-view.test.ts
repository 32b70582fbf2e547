/** The view of one App: its header, its tabs, what it tells at a glance, its instances. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createApp, fetchIn, uploadModule } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { exampleFile } from '../harness/wasm-files.ts';

const swerve = useSwerve();
let page: Page;
/** Answers of the API that the panel is still reading: what it streams. */
const open = new Set<string>();

const view = async (name: string, tab = '') => {
  await page.goto(new URL(`#/apps/default/${name}${tab === '' ? '' : `/${tab}`}`, swerve.app.url).href);
  await page.getByRole('heading', { level: 1, name }).waitFor();
};
const region = (name: string) => page.getByRole('region', { name, exact: true });
const tabs = (name: string) => page.getByRole('navigation', { name: `Parts of ${name}` });

beforeAll(async () => {
  page = await swerve.openPanel();
  page.on('request', (request) => /_swerve\/.*(watch|follow)/.test(request.url()) && open.add(request.url()));
  page.on('requestfinished', (request) => open.delete(request.url()));
  page.on('requestfailed', (request) => open.delete(request.url()));
  await page.reload();
  const { digest: hello } = await uploadModule(page, exampleFile('hello-c'));
  await createApp(page, { name: 'hello', source: { digest: hello }, routes: [{ path: '/hello' }, { path: '/hi' }] });
  await createApp(page, { name: 'twin', source: { digest: hello }, routes: [{ path: '/twin' }] });
  const { digest: misbehave } = await uploadModule(page, exampleFile('misbehave'));
  await createApp(page, { name: 'misbehave', source: { digest: misbehave }, routes: [{ path: '/misbehave' }] });
  const { digest: stream } = await uploadModule(page, exampleFile('stream-rust'));
  await createApp(page, { name: 'stream', source: { digest: stream }, routes: [{ path: '/stream' }] });
});

describe('the way to it', () => {
  it('a click on its name opens its view, and its heading has the focus; Back leads to the list', async () => {
    await page.getByRole('link', { name: 'hello', exact: true }).click();
    const heading = page.getByRole('heading', { level: 1, name: 'hello' });
    await heading.waitFor();
    await expect.poll(() => heading.evaluate((element) => element.matches(':focus'))).toBe(true);
    expect(await page.title()).toBe('hello · Swerve');
    await page.goBack();
    await page.getByRole('link', { name: 'Open hello' }).waitFor();
  });

  it('each tab has an address that a reload keeps and Back leaves', async () => {
    await view('hello');
    await tabs('hello').getByRole('link', { name: 'Logs' }).click();
    expect(new URL(page.url()).hash).toBe('#/apps/default/hello/logs');
    const current = tabs('hello').locator('[aria-current="page"]');
    await expect.poll(() => current.allTextContents()).toEqual(['Logs']);
    await page.reload();
    await region('Log').waitFor();
    expect(await region('Traffic').count()).toBe(0);
    await page.goBack();
    await region('Traffic').waitFor();
    await expect.poll(() => current.allTextContents()).toEqual(['Overview']);
  });

  it('no tab holds more than one stream beside the one of the panel', async () => {
    await view('hello');
    for (const [tab, address] of [
      ['Overview', /follow=true/],
      ['Requests', /requests\?watch/],
      ['Logs', /follow=true/],
      ['Instances', null],
      ['Settings', null],
      ['Versions', null],
    ] as const) {
      await tabs('hello').getByRole('link', { name: tab }).click();
      const expected = [/_swerve\/watch/, ...(address === null ? [] : [address])];
      await expect
        .poll(() => [...open].map((url) => expected.findIndex((pattern) => pattern.test(url))).sort(), { message: tab })
        .toEqual(expected.map((_, index) => index));
    }
  });

  it('an App that is not there says so', async () => {
    await page.goto(new URL('#/apps/default/nobody', swerve.app.url).href);
    await page.getByRole('heading', { level: 1, name: 'There is no App nobody' }).waitFor();
  });
});

describe('its header', () => {
  it('names its addresses, each to open and to copy', async () => {
    await swerve.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await view('hello');
    const addresses = page.getByRole('list', { name: 'Addresses' });
    const hi = new URL('hi', swerve.app.url).href;
    expect(await addresses.getByRole('link', { name: hi }).getAttribute('href')).toBe(hi);
    await addresses.getByRole('button', { name: `Copy ${hi}` }).click();
    await page.getByText(`Copied ${hi}`).waitFor();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(hi);
  });

  it('its menu leads to the console, copies a curl command and exports it', async () => {
    const choose = async (item: string) => {
      await page.getByRole('button', { name: 'Actions for hello' }).click();
      await page.getByRole('menuitem', { name: item }).click();
    };
    await choose('Copy as curl');
    await expect.poll(() => page.evaluate(() => navigator.clipboard.readText())).toBe(`curl ${new URL('hello', swerve.app.url).href}`);
    const [download] = await Promise.all([page.waitForEvent('download'), choose('Export')]);
    expect(download.suggestedFilename()).toMatch(/^swerve-hello-.*\.zip$/);
    await choose('Open in console');
    await expect.poll(() => new URL(page.url()).hash).toBe('#/console?method=GET&path=%2Fhello');
  });
});

describe('at a glance', () => {
  it('its traffic is told in numbers, charts and words', async () => {
    await view('misbehave');
    await region('Traffic').getByRole('img', { name: 'Requests per second: none in the last two minutes.' }).waitFor();
    for (const path of ['misbehave/ok', 'misbehave/stderr?n=2', 'misbehave/status?code=500']) await fetchIn(page, path);
    await region('Traffic')
      .getByRole('img', { name: /^Requests per second: 3 in the last two minutes.* 1 of them errors\.$/ })
      .waitFor();
    await region('Traffic')
      .getByRole('img', { name: /^Time until the head: lately a median of/ })
      .waitFor();
    expect(await region('Traffic').getByText('In the last minute').locator('xpath=..').textContent()).toMatch(/3\s*requests/);
  });

  it('what went wrong last and the end of the log are there, and lead on', async () => {
    expect((await fetchIn(page, 'misbehave/trap?x=1')).status).toBe(502);
    const failure = region('Last errors').getByRole('link', { name: '502 failed GET /misbehave/trap?x=1' });
    await failure.waitFor();
    await region('Recent log lines').getByText('line 2', { exact: true }).waitFor();
    await region('Recent log lines')
      .getByText(/unreachable/)
      .waitFor();
    await failure.click();
    await page.getByRole('region', { name: 'GET /misbehave/trap?x=1' }).getByText('handler-trap').waitFor();
  });

  it('its conditions and its module are told in words', async () => {
    await view('stream');
    await region('Conditions').getByRole('heading', { name: 'Ready to serve' }).waitFor();
    const denied = region('Conditions').getByRole('listitem').filter({ hasText: 'Every import is granted' });
    expect(await denied.textContent()).toMatch(/No.*wasi:http\/outgoing-handler/s);
    await region('Module')
      .getByText(/serves HTTP/)
      .waitFor();
  });
});

it('its instances appear with the first request, and lead to their log', async () => {
  await view('twin', 'instances');
  await region('Instances').getByText('None runs now').waitFor();
  await fetchIn(page, 'twin');
  const instance = region('Instances').getByRole('listitem');
  await instance.getByText('Serving', { exact: true }).waitFor();
  await instance.getByText('in this tab', { exact: true }).waitFor();
  const fact = (term: string) => instance.getByText(term, { exact: true }).locator('xpath=following-sibling::dd').textContent();
  await expect.poll(() => fact('Served')).toBe('1');
  expect(await fact('Under way')).toBe('0');
  expect(await fact('Median')).toMatch(/ms$/);
  await instance.getByRole('link', { name: /^Log of twin-/ }).click();
  await region('Log').waitFor();
  expect(await page.getByLabel('Instance').inputValue()).toMatch(/^twin-/);
});

it('every tab reads well to a screen reader', async () => {
  await fetchIn(page, 'twin');
  for (const [tab, expected] of Object.entries({
    '': [
      '- link "All Apps"',
      '- heading "twin" [level=1]',
      '- link "Open twin"',
      '- button "Actions for twin"',
      '- link "Overview"',
      '- region "Traffic"',
      '- region "Module"',
    ],
    requests: ['- region "Requests"', '- grid "Requests"', '- searchbox "Filter by path"', '- button "Pause"'],
    logs: ['- region "Log"', '- log "Log"', '- searchbox "Filter by text"', '- combobox "Level"', '- button "Wrap" [pressed]'],
    instances: ['- region "Instances"', '- listitem'],
    settings: ['- region "Settings"', '- textbox "Environment"', '- textbox "Settings as YAML"', '- button "Save"'],
    versions: ['- region "Versions"', 'Runs now'],
  })) {
    await view('twin', tab);
    await expect
      .poll(() => page.locator('main').ariaSnapshot(), { message: tab })
      .toSatisfy((snapshot: string) => expected.every((part) => snapshot.includes(part)));
    // Every control has a name: a nameless one would stand there bare.
    expect(await page.locator('main').ariaSnapshot(), tab).not.toMatch(/- (button|link|textbox|searchbox|combobox|checkbox|grid)\b(?! ")/);
  }
});

describe('on a narrow screen', () => {
  const TABS = { '': 'Overview', requests: 'Requests', logs: 'Logs', instances: 'Instances', settings: 'Settings', versions: 'Versions' };

  it('nothing is wider than the window, and the tab that is shown is in sight among the others, also after a reload', async () => {
    const size = page.viewportSize();
    await page.setViewportSize({ width: 360, height: 740 });
    try {
      await fetchIn(page, `misbehave/status?code=404&${'long'.repeat(80)}`);
      for (const [tab, label] of Object.entries(TABS)) {
        await view('misbehave', tab);
        const current = tabs('misbehave').getByRole('link', { name: label });
        await expect.poll(() => current.getAttribute('aria-current'), { message: label }).toBe('page');
        await page.reload();
        await current.waitFor();
        await expect
          .poll(() => current.evaluate((link) => Math.max(link.getBoundingClientRect().right - innerWidth, -link.getBoundingClientRect().left)), {
            message: label,
          })
          .toBeLessThanOrEqual(0);
        await expect.poll(() => page.locator('main').ariaSnapshot(), { message: label }).not.toMatch(/Loading|Opening|Reading/);
        expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), label).toBeLessThanOrEqual(0);
      }
      await view('misbehave', 'requests');
      await page.getByRole('grid', { name: 'Requests' }).getByRole('row').filter({ hasText: 'longlong' }).first().click();
      await page
        .getByRole('region', { name: /^GET .*longlong/ })
        .getByRole('heading', { name: /^Response body/ })
        .waitFor();
      expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), 'one request').toBeLessThanOrEqual(0);
    } finally {
      if (size !== null) await page.setViewportSize(size);
    }
  });
});
