/** The panel as a window of the system: its title, its icon, the number on the app's icon, and the offer to install it. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createApp, deleteApp, fetchIn, uploadModule } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { closeAllTabs, untilAnswered } from '../harness/tabs.ts';
import { exampleFile } from '../harness/wasm-files.ts';

const swerve = useSwerve();
let page: Page;

beforeAll(async () => {
  await swerve.context.addInitScript(() => {
    // The real functions, which show nothing here: what they are called with is all there is to see.
    const badges: number[] = [];
    Object.assign(globalThis, { badges });
    const { setAppBadge, clearAppBadge } = Navigator.prototype;
    Navigator.prototype.setAppBadge = function (count) {
      badges.push(count ?? -1);
      return setAppBadge.call(this, count);
    };
    Navigator.prototype.clearAppBadge = function () {
      badges.push(0);
      return clearAppBadge.call(this);
    };
  });
  page = await swerve.openPanel();
  const { digest } = await uploadModule(page, exampleFile('hello-c'));
  await createApp(page, { name: 'hello', source: { digest }, routes: [{ path: '/hello' }] });
  await page.getByRole('link', { name: 'Open hello', exact: true }).waitFor();
});

const go = (tab: Page, hash: string) => tab.goto(new URL(hash, swerve.app.url).href);
const badge = () => page.evaluate(() => (globalThis as unknown as { badges: number[] }).badges.at(-1));
const icon = (tab: Page) => tab.evaluate(() => new URL(document.querySelector<HTMLLinkElement>('link[rel=icon]')?.href ?? '').pathname);

describe('the offer to install', () => {
  const offer = () => page.getByRole('note', { name: 'Install Swerve' });
  /** Chromium fires this event of its own accord too, headless or not, at a moment of its choice; the test needs one at a known moment. */
  const browserWouldInstall = () => page.evaluate(() => void dispatchEvent(new Event('beforeinstallprompt', { cancelable: true })));

  it('comes after the first answer of an App, not before, and a no is for good', async () => {
    await browserWouldInstall();
    await page.getByRole('region', { name: 'Apps' }).waitFor();
    expect(await offer().count()).toBe(0);
    expect((await fetchIn(page, 'hello')).status).toBe(200);
    await offer()
      .getByRole('button', { name: /do not offer to install again/ })
      .click();
    await offer().waitFor({ state: 'detached' });
    await page.reload();
    await page.getByRole('link', { name: 'Open hello', exact: true }).waitFor();
    await browserWouldInstall();
    expect(await offer().count()).toBe(0);
  });
});

describe('title, icon and badge', () => {
  it('name the view while all is well', async () => {
    expect(await page.title()).toBe('Apps · Swerve');
    expect(await icon(page)).toBe('/_swerve/favicon.svg');
    await go(page, '#/apps/default/hello');
    await expect.poll(() => page.title()).toBe('hello · Swerve');
    await go(page, '#/cluster');
    await expect.poll(() => page.title()).toBe('Cluster · Swerve');
    expect(await badge()).toBe(0);
  });

  it('tell of an App that is not Ready; to look at it takes the number off, and its end all of it', async () => {
    const { digest } = await uploadModule(page, exampleFile('hello-rust'));
    // Its route is taken: it cannot be Ready.
    await createApp(page, { name: 'second', source: { digest }, routes: [{ path: '/hello' }] });
    await expect.poll(() => page.title()).toBe('(1) Cluster · Swerve');
    expect(await icon(page)).toBe('/_swerve/favicon-trouble.svg');
    await expect.poll(badge).toBe(1);
    await go(page, '#/apps/default/hello');
    await expect.poll(() => page.title()).toBe('(1) hello · Swerve');
    expect(await badge()).toBe(1);
    await go(page, '#/apps/default/second');
    await expect.poll(badge).toBe(0);
    expect(await page.title()).toBe('(1) second · Swerve');
    await page.reload();
    await page.getByRole('heading', { level: 1, name: 'second' }).waitFor();
    await go(page, '#/cluster');
    await expect.poll(() => page.title()).toBe('(1) Cluster · Swerve');
    expect(await badge()).toBe(0);
    await deleteApp(page, 'second');
    await expect.poll(() => page.title()).toBe('Cluster · Swerve');
    expect(await icon(page)).toBe('/_swerve/favicon.svg');
  });

  it('are the App’s own on its pages, from the boot document on', async () => {
    await closeAllTabs(swerve);
    const app = await swerve.context.newPage();
    // Read at once: the browser forgets the bytes of a document that another has replaced.
    const boot = app.waitForResponse((response) => response.url().endsWith('/hello')).then((response) => response.text());
    await app.goto(new URL('hello', swerve.app.url).href);
    expect(await boot).toContain('<title>hello</title>');
    await untilAnswered(app);
    expect(await app.title()).toBe('Hello from C');
    expect(await app.locator('link[rel~=icon]').count()).toBe(0);
    page = app;
  });
});

describe('the network', () => {
  it('is told to be away, and to be back', async () => {
    page = await swerve.openPanel();
    const status = page.getByRole('status');
    await page.getByRole('link', { name: 'Open hello', exact: true }).waitFor();
    await swerve.context.setOffline(true);
    const told = status.getByText('Offline — everything here keeps working');
    await told.waitFor();
    const heightOfBar = async () => (await page.getByRole('banner').boundingBox())?.height;
    for (const width of [360, 768, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      // One line: the bar is as high as without the note.
      await expect.poll(heightOfBar, { message: `at ${width}` }).toBeLessThan(60);
    }
    await swerve.context.setOffline(false);
    await status.getByText('Back online').waitFor();
    expect(await status.getByText('Offline').count()).toBe(0);
  });
});
