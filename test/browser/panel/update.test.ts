/** A new release while tabs are open: nothing changes unasked, and what is asked for loses nothing. */
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callApi, createApp, fetchIn, uploadModule } from '../harness/api.ts';
import { copyBuild } from '../harness/app.ts';
import { useSwerve } from '../harness/swerve.ts';
import { exampleFile } from '../harness/wasm-files.ts';
import { untilInFlight } from '../http/guests.ts';

const swerve = useSwerve();
const releases: Awaited<ReturnType<typeof copyBuild>>[] = [];
let minor = 1;
let page: Page;

/** Where the first entry of the changelog begins in the built service worker. */
const FIRST_ENTRY = /sections:\[\{title:(["'`])\w+\1,items:\[/;
const newsOf = (version: string) => `What ${version} brings.`;

/** The same build under the next version number and with every hashed name changed, as a release in which every file differs; its changelog has one entry more. */
async function nextRelease(): Promise<{ dist: string; version: string }> {
  const version = `0.${minor + 1}.0`;
  const build = await copyBuild(async (folder) => {
    const assets = await readdir(join(folder, '_swerve/assets'));
    const names = new Map(assets.map((name) => [name, name.replace(/\.(\w+)$/, (_, extension) => `-release${minor}.${extension}`)]));
    for (const [name, renamed] of names) await rename(join(folder, '_swerve/assets', name), join(folder, '_swerve/assets', renamed));
    for (const file of await readdir(folder, { recursive: true })) {
      if (!/\.(js|html)$/.test(file)) continue;
      let text = await readFile(join(folder, file), 'utf8');
      for (const [name, renamed] of names) text = text.replaceAll(name, renamed);
      if (file === 'sw.js') {
        text = text.replaceAll('0.1.0', version).replaceAll(/(revision["']?:\s*["'`])[0-9a-f]/g, `$1r${minor}`);
        text = text.replace(FIRST_ENTRY, (start) => `${start}"${newsOf(version)}",`);
      }
      await writeFile(join(folder, file), text);
    }
  });
  minor += 1;
  releases.push(build);
  return { dist: build.dist, version };
}

const versionOf = async (tab: Page) => (await callApi<{ swerve: string }>(tab, 'GET', 'version')).swerve;
const notice = (tab: Page) => tab.getByText('A new version of Swerve is ready.');
/** Looks for a new release, as the browser does by itself now and then; resolves once the newest is installed, which is when another look finds nothing. */
const look = (tab: Page) =>
  tab.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    for (;;) {
      await registration.update();
      if (registration.installing === null) break;
      while (registration.installing !== null) await new Promise((resolve) => setTimeout(resolve, 25));
    }
    if (registration.waiting === null) throw new Error('the browser found no new release');
  });

async function release(): Promise<string> {
  const { dist, version } = await nextRelease();
  await swerve.app.restart(dist);
  await look(page);
  await notice(page).waitFor();
  return version;
}

beforeAll(async () => {
  page = await swerve.openPanel();
  const { digest: hello } = await uploadModule(page, exampleFile('hello-c'));
  await createApp(page, { name: 'hello', source: { digest: hello }, routes: [{ path: '/hello' }], env: { GREETING: 'Kept' } });
  const { digest: stream } = await uploadModule(page, exampleFile('stream-rust'));
  await createApp(page, { name: 'stream', source: { digest: stream }, routes: [{ path: '/stream' }] });
  await page.getByRole('region', { name: 'Apps' }).waitFor();
});
afterAll(async () => {
  for (const { remove } of releases) await remove();
});

const link = (tab: Page, name: string) => tab.getByRole('link', { name: `Open ${name}`, exact: true });
const take = (tab: Page) => tab.getByRole('button', { name: 'Update and reload' });

describe('a new release in one tab', () => {
  let before: string;
  let version: string;

  it('says what it brings and waits to be asked for: until then all goes on as it was, also over a reload', async () => {
    before = await versionOf(page);
    version = await release();
    const offer = page.getByRole('status', { name: 'Update' });
    await offer.getByText(`${before} → ${version}`).waitFor();
    await offer.getByText('What changed').click();
    // The rest of its changelog is in the running build already.
    expect(await offer.getByRole('listitem').allTextContents()).toEqual([newsOf(version)]);
    expect(await versionOf(page)).toBe(before);
    expect((await fetchIn(page, 'hello')).text).toContain('Kept, world');
    await page.getByRole('button', { name: 'Later' }).click();
    await notice(page).waitFor({ state: 'detached' });
    await page.reload();
    await notice(page).waitFor();
    expect(await versionOf(page)).toBe(before);
    await page.locator('input[type=file]').setInputFiles(exampleFile('hello-rust'));
    await page.getByRole('button', { name: 'Run it' }).click();
    await link(page, 'hello-rust').waitFor();
    expect((await fetchIn(page, 'hello-rust')).status).toBe(200);
  });

  it('is held back by a form that is not saved, with a warning, and goes on once it is', async () => {
    await page.goto(new URL('#/apps/default/hello/settings', swerve.app.url).href);
    const settings = page.getByRole('region', { name: 'Settings' });
    await settings.getByLabel('Environment').fill('GREETING=Unsaved');
    await take(page).click();
    await page.getByRole('alert').getByText('Reloading now would lose the settings of hello.').waitFor();
    expect(await take(page).count()).toBe(0);
    expect(await versionOf(page)).toBe(before);
    await settings.getByRole('button', { name: 'Discard changes' }).click();
    await Promise.all([page.waitForEvent('load'), take(page).click()]);
    await expect.poll(() => versionOf(page)).toBe(version);
    await expect.poll(() => settings.getByLabel('Environment').inputValue()).toBe('GREETING=Kept');
  });

  it('is in force then, with every App still there and answering', async () => {
    await page.goto(new URL('#/', swerve.app.url).href);
    for (const name of ['hello', 'stream', 'hello-rust']) await link(page, name).waitFor();
    expect(await page.evaluate(() => [...document.scripts].map(({ src }) => src).join())).toMatch(new RegExp(`panel-[\\w-]+-release${minor - 1}\\.js`));
    expect(await notice(page).count()).toBe(0);
    for (const path of ['hello', 'stream/time']) expect((await fetchIn(page, path)).status).toBe(200);
    // Whole, not by luck of the HTTP cache: the new build answers without its server too.
    await swerve.app.stop();
    try {
      await page.reload();
      await link(page, 'hello').waitFor();
      expect((await fetchIn(page, 'hello')).text).toContain('Kept, world');
    } finally {
      await swerve.app.restart(releases.at(-1)?.dist);
    }
  });
});

describe('taken in one tab, while another is open', () => {
  let other: Page;

  it('the other is told, and goes on being answered', async () => {
    other = await swerve.openPanel();
    await link(other, 'hello').waitFor();
    // With the log the panel holds as many streams open as it ever does: it still learns of the release.
    await page.goto(new URL('#/apps/default/hello/logs', swerve.app.url).href);
    await page.getByRole('log').waitFor();
    const version = await release();
    await notice(other).waitFor();
    await take(page).click();
    await other.getByText('Swerve was updated in another tab.').waitFor();
    await expect.poll(() => versionOf(other)).toBe(version);
    expect((await fetchIn(other, 'hello')).text).toContain('Kept, world');
    const { digest } = await uploadModule(other, exampleFile('misbehave'));
    await createApp(other, { name: 'late', source: { digest }, routes: [{ path: '/late' }] });
    expect((await fetchIn(other, 'late/ok')).status).toBe(200);
    await page.goto(new URL('#/', swerve.app.url).href);
    await link(page, 'late').waitFor();
  });

  it('the other, left alone as the only host, starts instances, even if the HTTP cache has lost the files of its build', async () => {
    await (await swerve.context.newCDPSession(other)).send('Network.clearBrowserCache');
    await page.close();
    page = other;
    for (const path of ['hello-rust', 'stream/time', 'hello']) {
      const answer = await fetchIn(other, path);
      expect(answer.status, answer.text).toBe(200);
    }
    await uploadModule(other, exampleFile('misbehave-http'));
  });

  it('the other becomes the new one when it is reloaded', async () => {
    await Promise.all([other.waitForEvent('load'), other.getByRole('button', { name: 'Reload' }).click()]);
    await link(other, 'late').waitFor();
    expect(await other.getByText('Swerve was updated').count()).toBe(0);
    expect(await other.evaluate(() => [...document.scripts].map(({ src }) => src).join())).toContain(`-release${minor - 1}.js`);
  });
});

it('a new release does not cut off a request that another tab waits for', async () => {
  const other = await swerve.openPanel();
  const version = await release();
  const slow = other.evaluate(async () => {
    const response = await fetch('/stream/sleep?ms=2500');
    return { status: response.status, text: await response.text() };
  });
  const events = other.evaluate(async () => {
    const response = await fetch('/stream/events?n=10&ms=250');
    return (await response.text()).split('"of":10').length - 1;
  });
  await untilInFlight(other, 'stream', 2);
  await page.getByText('It waits for what is under way: 2 requests.').waitFor();
  const reloaded = page.waitForEvent('load', { timeout: 20_000 });
  await take(page).click();
  await page.getByText('Updating as soon as the requests that are under way have ended').waitFor();
  expect(await versionOf(other)).not.toBe(version);
  expect(await slow).toMatchObject({ status: 200 });
  expect(await events).toBe(10);
  // Not asked for by polling: the browser replaces a service worker when it is idle, and each question would put that off.
  await reloaded;
  expect(await versionOf(other)).toBe(version);
});
