/** The shell: ways between the views, commands, keys, themes, and what is shown when a part does not load. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createApp, fetchIn, readApp, untilCondition, uploadModule } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { exampleFile } from '../harness/wasm-files.ts';

const swerve = useSwerve();
let page: Page;

const link = (name: string) => page.getByRole('navigation', { name: 'Views' }).getByRole('link', { name });
const current = () => page.getByRole('navigation', { name: 'Views' }).locator('[aria-current=page]').textContent();
const hash = () => new URL(page.url()).hash;
const palette = () => page.getByRole('dialog', { name: 'Search and run' });
const field = () => palette().getByRole('combobox');
/** The option that Enter would run, as the field says it. */
const chosen = () =>
  field().evaluate((input) => {
    const id = input.getAttribute('aria-activedescendant');
    const option = (input.getRootNode() as ShadowRoot).getElementById(id ?? '');
    return option?.getAttribute('aria-selected') === 'true' ? (option.querySelector('.title')?.textContent ?? '') : '';
  });

beforeAll(async () => {
  page = await swerve.openPanel();
  const { digest } = await uploadModule(page, exampleFile('hello-c'));
  for (const name of ['hello', 'twin']) await createApp(page, { name, source: { digest }, routes: [{ path: `/${name}` }] });
  await untilCondition(page, 'hello');
});

describe('the ways between views', () => {
  it('each leads to its view, is marked, and hands the focus to its heading', async () => {
    for (const [name, title] of [
      ['Console', /console/i],
      ['Cluster', 'Cluster'],
      ['Storage', 'Storage'],
      ['Browser', 'This browser'],
    ] as const) {
      await link(name).click();
      const heading = page.getByRole('heading', { level: 1, name: title });
      await heading.waitFor();
      await expect.poll(() => heading.evaluate((element) => element.matches(':focus'))).toBe(true);
      expect(await current()).toBe(name);
    }
    await link('Apps').click();
    await page.getByRole('link', { name: 'hello', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'hello' }).waitFor();
    expect(await current()).toBe('Apps');
  });

  it('the first Tab offers to skip them', async () => {
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'hello' }).waitFor();
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.getByRole('heading', { level: 1, name: 'hello' }).evaluate((element) => element.matches(':focus'))).toBe(true);
  });

  it('the pulse tells of hosts and traffic', async () => {
    const pulse = page.getByRole('link', { name: /^Cluster: 1 host / });
    await pulse.waitFor();
    await expect
      .poll(async () => {
        await fetchIn(page, 'hello');
        return pulse.textContent();
      })
      .toMatch(/[1-9]\d*\.\d req\/s/);
  });

  it('a view whose code does not load says so, and can be tried again', async () => {
    const other = await swerve.context.newPage();
    await other.route(/console-view-/, (route) => route.abort());
    // Past the service worker, which has the code: this is about a browser that does not.
    const session = await swerve.context.newCDPSession(other);
    await session.send('Network.enable');
    await session.send('Network.setBypassServiceWorker', { bypass: false });
    await other.goto(swerve.app.url);
    await other.getByRole('link', { name: 'hello', exact: true }).waitFor();
    await session.send('Network.setBypassServiceWorker', { bypass: true });
    swerve.allowConsole(/Failed to load resource|Failed to fetch/);
    await other.getByRole('link', { name: 'Console', exact: true }).click();
    await other.getByRole('heading', { name: 'This view did not load' }).waitFor();
    await other.unroute(/console-view-/);
    await other.getByRole('button', { name: 'Try again' }).click();
    await other.getByRole('heading', { level: 1, name: /console/i }).waitFor();
    await other.close();
  });
});

describe('the palette', () => {
  it('Ctrl-K opens it from anywhere; Escape closes it and gives the focus back', async () => {
    await page.goto(new URL('#/cluster', swerve.app.url).href);
    await link('Cluster').focus();
    await page.keyboard.press('Control+k');
    await expect.poll(() => field().evaluate((input) => input.matches(':focus'))).toBe(true);
    await page.keyboard.press('Escape');
    await palette().waitFor({ state: 'detached' });
    expect(await link('Cluster').evaluate((element) => element.matches(':focus'))).toBe(true);
  });

  it('finds what is meant by a few letters; arrows choose, Enter runs', async () => {
    await page.getByRole('button', { name: 'Search and run' }).click();
    await expect.poll(() => field().evaluate((input) => input.matches(':focus'))).toBe(true);
    await page.keyboard.type('hel');
    await expect.poll(chosen).toBe('hello');
    await page.keyboard.type(' sett');
    await expect.poll(chosen).toBe('hello: settings');
    await page.keyboard.press('ArrowUp');
    expect(await chosen()).not.toBe('hello: settings');
    await page.keyboard.press('ArrowDown');
    expect(await chosen()).toBe('hello: settings');
    await page.keyboard.press('Enter');
    await palette().waitFor({ state: 'detached' });
    await expect.poll(hash).toBe('#/apps/default/hello/settings');
  });

  it('what was used lately stands first', async () => {
    await page.keyboard.press('Control+k');
    await palette()
      .getByRole('group', { name: 'Recent' })
      .getByRole('option', { name: /hello: settings/ })
      .waitFor();
    expect(await chosen()).toBe('hello: settings');
    await field().fill('qqqq');
    await palette()
      .getByText(/Nothing fits/)
      .waitFor();
    await page.keyboard.press('Escape');
  });

  it('deletes an App, which can be taken back from the keyboard', async () => {
    await page.keyboard.press('Control+k');
    await field().fill('delete twin');
    await expect.poll(chosen).toBe('Delete twin');
    await page.keyboard.press('Enter');
    await page
      .getByRole('status')
      .getByText(/Deleted twin/)
      .waitFor();
    await page.keyboard.press('u');
    await page.getByRole('status').getByText('twin is back.').waitFor();
    expect((await readApp(page, 'twin')).metadata.name).toBe('twin');
  });
});

describe('keys', () => {
  it('two letters go to a view', async () => {
    await page.keyboard.press('g');
    await page.keyboard.press('s');
    await page.getByRole('heading', { level: 1, name: 'Storage' }).waitFor();
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await page.getByRole('link', { name: 'hello', exact: true }).waitFor();
  });

  it('none of them works while somebody types, or over a dialog', async () => {
    const search = page.getByRole('searchbox').or(page.getByRole('textbox')).or(page.getByRole('combobox')).first();
    await search.focus();
    await page.keyboard.type('gs');
    expect(hash()).toBe('#/');
    await search.fill('');
    await search.blur();
    await page.keyboard.press('?');
    const keys = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
    await keys.getByText('Storage').waitFor();
    await page.keyboard.type('gc');
    expect(hash()).toBe('#/');
    await page.keyboard.press('Escape');
    await keys.waitFor({ state: 'detached' });
  });
});

describe('the theme', () => {
  const paper = (of: Page) => of.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);

  it('is the one of the system, until another is chosen, which holds for other tabs and after a reload', async () => {
    await page.emulateMedia({ colorScheme: 'light' });
    const light = await paper(page);
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await paper(page);
    expect(dark).not.toBe(light);
    const other = await swerve.openPanel();
    await other.emulateMedia({ colorScheme: 'light' });
    await page.getByRole('radio', { name: 'Light' }).check();
    expect(await paper(page)).toBe(light);
    await page.getByRole('radio', { name: 'Dark' }).check();
    await expect.poll(() => paper(other)).toBe(dark);
    await other.reload();
    expect(await paper(other)).toBe(dark);
    await other.close();
    await page.getByRole('radio', { name: 'As the system' }).check();
    await page.emulateMedia({ colorScheme: 'light' });
    expect(await paper(page)).toBe(light);
  });
});
