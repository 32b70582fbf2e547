/** A new release while tabs are open: nothing changes unasked, and what is asked for loses nothing. */
import { readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callApi, createApp, fetchIn, uploadModule } from '../harness/api.ts';
import { copyBuild } from '../harness/app.ts';
import { useSwerve } from '../harness/swerve.ts';
import { closeAllTabs } from '../harness/tabs.ts';
import { exampleFile } from '../harness/wasm-files.ts';
import { untilInFlight } from '../http/guests.ts';

const swerve = useSwerve();
const releases: Awaited<ReturnType<typeof copyBuild>>[] = [];
let minor = 1;
let page: Page;

/** The same build under the next version number and with every hashed name changed, as a release in which every file differs. */
async function nextRelease(): Promise<{ dist: string; version: string }> {
  const version = `0.${minor + 1}.0`;
  const build = await copyBuild(async (folder) => {
    const assets = await readdir(join(folder, '_swerve/assets'));
    const names = new Map(assets.map((name) => [name, name.replace(/-[\w-]{8}\.(\w+)$/, (_, extension) => `-release${minor}.${extension}`)]));
    for (const [name, renamed] of names) await rename(join(folder, '_swerve/assets', name), join(folder, '_swerve/assets', renamed));
    for (const file of await readdir(folder, { recursive: true })) {
      if (!/\.(js|html)$/.test(file)) continue;
      let text = await readFile(join(folder, file), 'utf8');
      for (const [name, renamed] of names) text = text.replaceAll(name, renamed);
      if (file === 'sw.js') text = text.replaceAll('0.1.0', version).replaceAll(/(revision["']?:\s*["'`])[0-9a-f]/g, `$1r${minor}`);
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
});

beforeEach(async () => {
  await closeAllTabs(swerve);
  page = await swerve.openPanel();
  await page.getByRole('region', { name: 'Apps' }).waitFor();
});
afterAll(async () => {
  for (const { remove } of releases) await remove();
});

describe('a new release', () => {
  it('waits to be asked for: until then all goes on as it was, also over a reload', async () => {
    const before = await versionOf(page);
    await release();
    expect(await versionOf(page)).toBe(before);
    expect((await fetchIn(page, 'hello')).text).toContain('Kept, world');
    await page.reload();
    await notice(page).waitFor();
    expect(await versionOf(page)).toBe(before);
    await page.locator('input[type=file]').setInputFiles(exampleFile('hello-rust'));
    await page.getByRole('button', { name: 'Run it' }).click();
    await page.getByRole('link', { name: 'Open hello-rust' }).waitFor();
    expect((await fetchIn(page, 'hello-rust')).status).toBe(200);
  });

  it('is in force after "Update and reload", with every App still there and answering', async () => {
    const version = await release();
    await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: 'Update and reload' }).click()]);
    await page.getByRole('link', { name: 'Open hello', exact: true }).waitFor();
    await expect.poll(() => versionOf(page)).toBe(version);
    expect(await page.evaluate(() => [...document.scripts].map(({ src }) => src).join())).toContain(`panel-release${minor - 1}.js`);
    expect(await notice(page).count()).toBe(0);
    for (const path of ['hello', 'stream/time']) expect((await fetchIn(page, path)).status).toBe(200);
    // Whole, not by luck of the HTTP cache: the new build answers without its server too.
    await swerve.app.stop();
    try {
      await page.reload();
      await page.getByRole('link', { name: 'Open hello', exact: true }).waitFor();
      expect((await fetchIn(page, 'hello')).text).toContain('Kept, world');
    } finally {
      await swerve.app.restart(releases.at(-1)?.dist);
    }
  });

  it('taken in one tab: another is told, and goes on being answered', async () => {
    const other = await swerve.openPanel();
    await other.getByRole('link', { name: 'Open hello', exact: true }).waitFor();
    const version = await release();
    await notice(other).waitFor();
    await page.getByRole('button', { name: 'Update and reload' }).click();
    await other.getByText('Swerve was updated in another tab.').waitFor();
    await expect.poll(() => versionOf(other)).toBe(version);
    expect((await fetchIn(other, 'hello')).text).toContain('Kept, world');
    const { digest } = await uploadModule(other, exampleFile('misbehave'));
    await createApp(other, { name: 'late', source: { digest }, routes: [{ path: '/late' }] });
    expect((await fetchIn(other, 'late/ok')).status).toBe(200);
    await page.getByRole('link', { name: 'Open late' }).waitFor();
    await Promise.all([other.waitForEvent('load'), other.getByRole('button', { name: 'Reload' }).click()]);
    await other.getByRole('link', { name: 'Open late' }).waitFor();
    expect(await other.getByText('Swerve was updated').count()).toBe(0);
  });

  it('taken in the only tab: an old tab that is left alone as the only host still serves', async () => {
    const other = await swerve.openPanel();
    await other.getByRole('link', { name: 'Open hello', exact: true }).waitFor();
    const version = await release();
    await page.getByRole('button', { name: 'Update and reload' }).click();
    await other.getByText('Swerve was updated in another tab.').waitFor();
    await expect.poll(() => versionOf(other)).toBe(version);
    await page.close();
    page = other;
    expect((await fetchIn(other, 'hello-rust')).status).toBe(200);
    expect((await fetchIn(other, 'stream/time')).status).toBe(200);
  });

  it('leaves an old tab able to start instances, even if the HTTP cache has lost the files of its build', async () => {
    const other = await swerve.openPanel();
    await other.getByRole('link', { name: 'Open hello', exact: true }).waitFor();
    // With the log the panel holds as many streams open as it ever does: it still learns of the release.
    await page.goto(new URL('#/apps/default/hello', swerve.app.url).href);
    await page.getByRole('log').waitFor();
    const version = await release();
    await page.getByRole('button', { name: 'Update and reload' }).click();
    await other.getByText('Swerve was updated in another tab.').waitFor();
    await expect.poll(() => versionOf(other)).toBe(version);
    await (await swerve.context.newCDPSession(other)).send('Network.clearBrowserCache');
    await page.close();
    const answer = await fetchIn(other, 'hello');
    expect(answer.status, answer.text).toBe(200);
    await uploadModule(other, exampleFile('misbehave-http'));
  });

  it('does not cut off a request that another tab waits for', async () => {
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
    const reloaded = page.waitForEvent('load', { timeout: 20_000 });
    await page.getByRole('button', { name: 'Update and reload' }).click();
    await page.getByText('Updating as soon as the requests that are under way have ended').waitFor();
    expect(await versionOf(other)).not.toBe(version);
    expect(await slow).toMatchObject({ status: 200 });
    expect(await events).toBe(10);
    // Not asked for by polling: the browser replaces a service worker when it is idle, and each question would put that off.
    await reloaded;
    expect(await versionOf(other)).toBe(version);
  });
});
