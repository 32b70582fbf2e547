/** Where Apps are: at origins of their own, or all on that of the panel. The panel finds out, says so, and its links lead there. */
import type { Page } from 'playwright-core';
import { describe, expect, inject, it } from 'vitest';
import { startServer } from '../../../scripts/serve.mjs';
import type { OriginMode, OriginRecord } from '../../../src/core/app-origin.ts';
import { callApi, createApp, deleteApp, readApp, untilCondition, uploadModule } from '../harness/api.ts';
import { axeViolations } from '../harness/axe.ts';
import { untilControlled, untilStored, useSwerve } from '../harness/swerve.ts';
import { exampleFile } from '../harness/wasm-files.ts';

const swerve = useSwerve();

interface Known {
  mode: OriginMode | null;
  items: OriginRecord[];
}

const readOrigins = (page: Page) => callApi<Known>(page, 'GET', 'origins');
const row = (page: Page, name: string) => page.getByRole('region', { name: 'Apps' }).getByRole('row').filter({ hasText: name });
const goTo = (page: Page, hash: string) => page.evaluate((hash) => location.assign(hash), hash);

/** The panel at `url`, once it is known how Apps are served there. */
async function openPanelAt(url: string): Promise<Page> {
  const page = await swerve.context.newPage();
  await page.goto(url);
  await untilControlled(page);
  await untilStored(page);
  await expect.poll(async () => (await readOrigins(page)).mode?.mode, { timeout: 30_000 }).toBeDefined();
  return page;
}

async function deploy(page: Page, name: string, document: { origin?: 'own' | 'shared' } = {}): Promise<void> {
  const { digest } = await uploadModule(page, exampleFile('hello-c'));
  await createApp(page, { name, source: { digest }, routes: [{ path: `/${name}` }], document });
}

it('an App has an origin of its own: links lead there, its first visit works without a server, and nothing is left of it', async () => {
  const { app } = swerve;
  const page = await openPanelAt(app.siteUrl);
  expect((await readOrigins(page)).mode).toMatchObject({ mode: 'own' });
  await deploy(page, 'hello');
  await deploy(page, 'beside', { origin: 'shared' });
  const own = new URL(app.siteUrl);
  own.hostname = `hello.${own.hostname}`;

  await row(page, 'hello').getByRole('link', { name: 'Open hello' }).waitFor();
  expect(await row(page, 'hello').getByRole('link', { name: 'Open hello' }).getAttribute('href')).toBe(own.href);
  expect(await row(page, 'hello').getByRole('link', { name: own.host }).getAttribute('href')).toBe(own.href);
  expect(await row(page, 'beside').getByRole('link', { name: 'Open beside' }).getAttribute('href')).toBe(`${app.siteUrl}beside`);
  await goTo(page, '#/apps/default/hello');
  await page.getByRole('list', { name: 'Addresses' }).getByRole('link', { name: own.href }).waitFor();
  expect(await page.getByRole('list', { name: 'Addresses' }).getByRole('link').count()).toBe(1);
  expect(await page.getByRole('link', { name: 'Open hello' }).getAttribute('href')).toBe(own.href);

  const installed = await untilCondition(page, 'hello', { type: 'OriginReady' });
  expect(installed.status?.address).toBe(own.href);
  expect((await readOrigins(page)).items).toMatchObject([{ origin: own.origin, app: 'hello', state: 'installed' }]);
  expect((await readApp(page, 'beside')).status?.conditions?.map(({ type }) => type)).not.toContain('OriginReady');
  expect(await page.locator('iframe').count()).toBe(0);

  await app.stop();
  const visit = await swerve.context.newPage();
  await visit.goto(`${own.href}asked/here`);
  await visit.getByText('Hello, world').waitFor();
  await visit.evaluate(() => localStorage.setItem('left', 'behind'));
  await visit.close();
  await app.restart();

  await goTo(page, '#/apps/default/hello/requests');
  await page.getByRole('row').filter({ hasText: '/asked/here' }).click();
  expect(await page.getByRole('link', { name: 'Open in a tab' }).getAttribute('href')).toBe(`${own.href}asked/here`);
  expect(await page.getByRole('button', { name: 'Replay' }).isDisabled()).toBe(true);

  await deleteApp(page, 'hello');
  await expect.poll(async () => (await readOrigins(page)).items, { timeout: 30_000 }).toEqual([]);
  const after = await swerve.context.newPage();
  await after.route('**/page.js', (route) => route.abort());
  await after.goto(own.href);
  expect(await after.evaluate(async () => [localStorage.getItem('left'), (await navigator.serviceWorker.getRegistrations()).length])).toEqual([null, 0]);
  swerve.allowConsole(/page\.js|ERR_FAILED/);
  await after.close();
  await page.close();
});

it('origins are kept by the host in a page of an App too', async () => {
  const first = await openPanelAt(swerve.app.siteUrl);
  await deploy(first, 'stays');
  await deploy(first, 'goes');
  await untilCondition(first, 'stays', { type: 'OriginReady' });
  await untilCondition(first, 'goes', { type: 'OriginReady' });
  const page = await swerve.context.newPage();
  await page.goto(swerve.app.siteUrl.replace('//', '//stays.'));
  await page.getByText('Hello, world').waitFor();
  // It has the lock once the panel is gone, and keeps it from the next one.
  await first.close();
  const frame = page.frames().find((frame) => frame.url().endsWith('/_swerve/frame.html'));
  await expect.poll(() => frame?.evaluate(async () => (await navigator.locks.query()).held?.some(({ name }) => name === 'swerve/origins'))).toBe(true);
  const panel = await openPanelAt(swerve.app.siteUrl);
  const opened: string[] = [];
  page.on('framenavigated', (frame) => opened.push(new URL(frame.url()).hostname));
  await deleteApp(panel, 'goes');
  await expect.poll(async () => (await readOrigins(panel)).items.map(({ app }) => app), { timeout: 30_000 }).toEqual(['stays']);
  expect(opened).toContain('goes.swerve.localhost');
  await deleteApp(panel, 'stays');
  await expect.poll(async () => (await readOrigins(panel)).items, { timeout: 30_000 }).toEqual([]);
  await panel.close();
  await page.close();
});

it('the page about this browser says how Apps are served, and looks again', async () => {
  const page = await openPanelAt(swerve.app.siteUrl);
  await goTo(page, '#/browser');
  const where = page.getByRole('region', { name: 'Where Apps are' });
  await where.getByText('Each at an origin of its own').waitFor();
  await page.setViewportSize({ width: 360, height: 760 });
  expect(await axeViolations(page)).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  const before = (await readOrigins(page)).mode?.checkedAtMs ?? 0;
  await where.getByRole('button', { name: 'Look again' }).click();
  await expect.poll(async () => (await readOrigins(page)).mode?.checkedAtMs, { timeout: 30_000 }).toBeGreaterThan(before);
  await page.close();
});

describe('on one origin', () => {
  it('links are paths, and why is said where an App is shown', async () => {
    const { url } = swerve.app;
    const page = await openPanelAt(url);
    expect((await readOrigins(page)).mode).toMatchObject({ mode: 'shared', reason: expect.stringContaining('swerve.localhost') });
    await page.locator('input[type=file]').setInputFiles(exampleFile('hello-c'));
    const card = page.getByRole('article', { name: 'hello-c.wasm' });
    await card.getByText('run on this origin, beside this panel').waitFor();
    await card.getByRole('button', { name: 'Run it' }).click();
    expect(await row(page, 'hello-c').getByRole('link', { name: 'Open hello-c' }).getAttribute('href')).toBe(`${url}hello-c`);
    expect((await readApp(page, 'hello-c')).status?.address).toBe(`${url}hello-c`);
    await goTo(page, '#/apps/default/hello-c');
    await page.getByText('It shares the origin of this panel: subdomains of localhost').waitFor();

    await goTo(page, '#/apps/default/hello-c/settings');
    await page.locator('summary', { hasText: 'Pages' }).click();
    await page.getByLabel('Origin', { exact: true }).selectOption('own');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('No origin of its own', { exact: true }).waitFor();
    expect((await readApp(page, 'hello-c')).spec.document.origin).toBe('own');
    expect(await untilCondition(page, 'hello-c', { status: 'False' })).not.toHaveProperty('status.address');
    expect(await page.getByRole('link', { name: 'Open hello-c' }).count()).toBe(0);
    expect(await page.evaluate(async () => (await fetch('/hello-c')).status)).toBe(503);
    swerve.allowConsole(/503/);
    await page.close();
  });

  it('a server that does not serve subdomains is told from one that is away', async () => {
    swerve.allowConsole(/frame-ancestors|Refused to frame|violates the following Content Security Policy|ERR_/);
    const port = Number(new URL(swerve.app.url).port);
    const page = await openPanelAt(swerve.app.siteUrl);
    const look = async () => {
      await goTo(page, '#/browser');
      await page.getByRole('button', { name: 'Look again' }).click();
    };
    await swerve.app.stop();
    await look();
    await page.getByText('The server could not be reached').waitFor({ timeout: 40_000 });
    expect((await readOrigins(page)).mode).toMatchObject({ mode: 'own' });

    const plain = await startServer({ port, dir: inject('distDir'), site: 'example.com' });
    try {
      await look();
      await page.getByText('All on the origin of this panel, at their paths: the server answers at').waitFor({ timeout: 40_000 });
    } finally {
      await plain.stop();
      await swerve.app.restart();
    }
    await look();
    await page.getByText('Each at an origin of its own').waitFor({ timeout: 40_000 });
    await page.close();
  });
});
