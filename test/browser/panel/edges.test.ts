/** What only shows at the edges: the longest names, narrow and low windows, what covers what, what the focus loses. */
import type { Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createApp, fetchIn, uploadModule } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { exampleFile } from '../harness/wasm-files.ts';

const LONG_NAME = 'n'.repeat(63);
const LONG_PATH = `/${'p'.repeat(200)}`;
const DESKTOP = { width: 1280, height: 800 };

const swerve = useSwerve();
let page: Page;

const go = async (hash: string, heading: string | RegExp) => {
  await page.evaluate((hash) => void location.assign(hash), hash);
  await page.getByRole('heading', { level: 1, name: heading }).waitFor();
};
/** Whether what is seen at the middle of `locator` is itself. */
const isUncovered = (locator: Locator) =>
  locator.evaluate((element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    let top = document.elementFromPoint(x + width / 2, y + height / 2);
    while (top?.shadowRoot?.elementFromPoint(x + width / 2, y + height / 2)) {
      const inner = top.shadowRoot.elementFromPoint(x + width / 2, y + height / 2);
      if (inner === null || inner === top) break;
      top = inner;
    }
    return top === element;
  });
const boxOf = async (locator: Locator) => {
  const box = await locator.boundingBox();
  if (box === null) throw new Error('it is not shown');
  return box;
};

beforeAll(async () => {
  page = await swerve.openPanel();
  await page.setViewportSize(DESKTOP);
  await swerve.context.grantPermissions(['clipboard-read', 'clipboard-write']);
});

it('a card that is dismissed hands the focus on', async () => {
  await page.getByRole('heading', { name: /Drop a/ }).waitFor();
  const input = page.locator('input[type=file]').first();
  await input.setInputFiles([exampleFile('hello-c'), exampleFile('clock')]);
  await page.getByRole('button', { name: 'Run it' }).nth(1).waitFor();
  await page.getByRole('button', { name: 'Dismiss hello-c.wasm' }).press('Enter');
  const next = page.getByRole('heading', { name: 'clock.wasm' });
  await expect.poll(() => next.evaluate((heading) => heading.matches(':focus'))).toBe(true);
  await page.getByRole('button', { name: 'Dismiss clock.wasm' }).press('Enter');
  const hero = page.getByRole('heading', { level: 1 });
  await expect.poll(() => hero.evaluate((heading) => heading.matches(':focus'))).toBe(true);
});

describe('with names and paths as long as they may be', () => {
  beforeAll(async () => {
    const { digest } = await uploadModule(page, exampleFile('hello-c'));
    await createApp(page, { name: 'plain', source: { digest }, routes: [{ path: '/plain' }] });
    await createApp(page, { name: 'late', source: { digest }, routes: [{ path: '/plain' }] });
    await createApp(page, { name: LONG_NAME, source: { digest }, routes: [{ path: LONG_PATH }] });
    await fetchIn(page, `${LONG_PATH.slice(1)}?${'q'.repeat(200)}`);
  });

  it.each([
    ['#/', 'Swerve cluster'],
    [`#/apps/default/${LONG_NAME}`, LONG_NAME],
    [`#/apps/default/${LONG_NAME}/requests`, LONG_NAME],
    [`#/apps/default/${LONG_NAME}/settings`, LONG_NAME],
    [`#/console?method=GET&path=${encodeURIComponent(LONG_PATH)}`, 'Request console'],
    ['#/cluster', 'Cluster'],
    ['#/storage', 'Storage'],
  ])('%s is no wider than its window', async (hash, heading) => {
    await go(hash, heading);
    // The name is there, in a list, a table or a choice.
    await page.getByText(LONG_NAME).first().waitFor({ state: 'attached' });
    for (const width of [360, 768, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      await expect
        .poll(() => page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.offsetWidth), { message: `at ${width}` })
        .toBe(0);
    }
    await page.setViewportSize(DESKTOP);
  });
});

describe('the bar that saves the settings', () => {
  it.each([DESKTOP, { width: 360, height: 780 }])('covers no field that was refused, and no message covers it: %o', async (size) => {
    await page.setViewportSize(size);
    await go('#/apps/default/plain/settings', 'plain');
    await page.getByRole('button', { name: /^Copy http/ }).click();
    const messages = page.getByRole('region', { name: 'Messages' });
    const message = messages.getByText(/^Copied/).last();
    await message.waitFor();
    const save = page.getByRole('button', { name: 'Save', exact: true });
    const { y, height } = await boxOf(message);
    expect(y + height).toBeLessThanOrEqual((await boxOf(save)).y);
    await messages.getByRole('button', { name: 'Dismiss this message' }).last().click();

    swerve.allowConsole(/422/);
    const memory = page.getByRole('region', { name: 'Settings' }).getByLabel('Memory limit (MiB)', { exact: true });
    await memory.fill('99999');
    await page.getByText('Must be less than or equal to 4096').first().waitFor();
    await page.evaluate(() => scrollTo(0, 0));
    await save.press('Enter');
    await expect.poll(() => memory.evaluate((input) => input.matches(':focus'))).toBe(true);
    await expect.poll(() => isUncovered(memory)).toBe(true);
    await page.getByRole('button', { name: 'Discard changes' }).click();
    await page.setViewportSize(DESKTOP);
  });
});

it('an App whose address is taken leads to its settings, not to the other App', async () => {
  await go('#/apps/default/late', 'late');
  const actions = page.locator('swerve-app-actions');
  expect(await actions.getByRole('link', { name: 'Open late' }).count()).toBe(0);
  await actions.getByRole('link', { name: 'Change its route' }).click();
  await page.getByLabel('Settings as YAML').waitFor();
  await page.goto(new URL('#/', swerve.app.url).href);
  await page.getByRole('link', { name: 'Change the route of late' }).click();
  await page.getByLabel('Settings as YAML').waitFor();
});

it('what came of a replay is told beside that request alone', async () => {
  await fetchIn(page, 'plain?first');
  await go('#/apps/default/plain/requests', 'plain');
  const rows = page.getByRole('grid', { name: 'Requests' }).getByRole('row').filter({ hasText: '/plain?first' });
  await rows.first().click();
  const detail = page.getByRole('region', { name: /^GET/ });
  await detail.getByRole('button', { name: 'Replay' }).click();
  const note = detail.getByText('This is the request that was sent again.');
  await note.waitFor();
  await expect.poll(() => rows.count()).toBe(2);
  await rows.last().click();
  await expect.poll(() => note.count()).toBe(0);
  await rows.first().click();
  await note.waitFor();
});

it('the list of keys tells each of them once', async () => {
  await go('#/', 'Swerve cluster');
  await page.keyboard.press('?');
  const dialog = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await dialog.waitFor();
  const keys = (await dialog.locator('dd').allTextContents()).map((text) => text.trim());
  expect(keys.length).toBeGreaterThan(5);
  expect([...new Set(keys)]).toEqual(keys);
  await dialog.getByRole('button', { name: 'Close' }).click();
});

it("in a system's forced colours the tab that is open looks unlike the others, and states keep their dots", async () => {
  await page.emulateMedia({ forcedColors: 'active' });
  await go('#/apps/default/plain', 'plain');
  const tab = (name: string) => page.getByRole('navigation', { name: 'Parts of plain' }).getByRole('link', { name });
  const line = (locator: Locator) => locator.evaluate((element) => getComputedStyle(element).borderBlockEndColor);
  expect(await line(tab('Overview'))).not.toBe(await line(tab('Logs')));
  const dot = page.locator('swerve-status-badge i').first();
  const [own, around] = await dot.evaluate((element) => [getComputedStyle(element).backgroundColor, getComputedStyle(document.body).backgroundColor]);
  expect(own).not.toBe(around);
  await page.emulateMedia({ forcedColors: 'none' });
});
