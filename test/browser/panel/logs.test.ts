/** The log of one App: it follows, it is searched, it is held, it is taken away. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createApp, fetchIn, uploadModule } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { exampleFile } from '../harness/wasm-files.ts';

const swerve = useSwerve();
let page: Page;

const log = () => page.getByRole('log', { name: 'Log' });
const filter = () => page.getByRole('searchbox', { name: 'Filter by text' });
const count = () => page.getByRole('group', { name: 'Which lines' }).getByRole('status').textContent();
const distance = () => log().evaluate((list) => Math.round(list.scrollHeight - list.scrollTop - list.clientHeight));

beforeAll(async () => {
  page = await swerve.openPanel();
  await swerve.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const { digest } = await uploadModule(page, exampleFile('misbehave'));
  await createApp(page, { name: 'misbehave', source: { digest }, routes: [{ path: '/misbehave' }], limits: { timeoutMs: 60_000 } });
  await page.goto(new URL('#/apps/default/misbehave/logs', swerve.app.url).href);
});

it('what the guest writes to stderr is there as it happens', async () => {
  await log().getByText('Nothing was written yet').waitFor();
  expect((await fetchIn(page, 'misbehave/stderr?n=2')).status).toBe(200);
  for (const line of ['line 1', 'line 2']) await log().getByText(line, { exact: true }).waitFor();
  await log().getByText('stderr', { exact: true }).first().waitFor();
  expect((await fetchIn(page, 'misbehave/trap')).status).toBe(502);
  await log()
    .getByText(/unreachable/)
    .waitFor();
});

it('a long log follows its end, until a person scrolls up', async () => {
  await fetchIn(page, 'misbehave/stderr?n=150');
  await log().getByText('line 150', { exact: true }).waitFor();
  await expect.poll(distance).toBeLessThan(2);
  await log().hover();
  await page.mouse.wheel(0, -600);
  await page.getByRole('button', { name: 'Follow new lines' }).waitFor();
  const before = await count();
  await fetchIn(page, 'misbehave/stderr?n=160');
  await expect.poll(count).not.toBe(before);
  expect(await distance()).toBeGreaterThan(500);
  expect(await log().getByText('line 160', { exact: true }).count()).toBe(0);
  await page.getByRole('button', { name: 'Follow new lines' }).click();
  await log().getByText('line 160', { exact: true }).waitFor();
  await expect.poll(distance).toBeLessThan(2);
});

describe('what is shown', () => {
  it('is chosen by text, which is marked where it is found', async () => {
    await filter().fill('LINE 15');
    await expect.poll(count).toMatch(/^13 of \d+$/);
    expect(await log().locator('mark').first().textContent()).toBe('line 15');
    await filter().fill('no such text');
    await log().getByText('No line is like that.').waitFor();
    await filter().fill('');
  });

  it('is chosen by stream and by level', async () => {
    await page.getByLabel('Stream').selectOption('system');
    await expect.poll(() => log().getByText('stderr', { exact: true }).count()).toBe(0);
    await log().getByText('system', { exact: true }).first().waitFor();
    await page.getByLabel('Stream').selectOption('all');
    await page.getByLabel('Level').selectOption('error');
    await expect.poll(() => log().getByText('line 160', { exact: true }).count()).toBe(0);
    await page.getByLabel('Level').selectOption('all');
    await log().getByText('line 160', { exact: true }).waitFor();
  });

  it('is chosen by instance', async () => {
    const instances = () => page.getByLabel('Instance').locator('option').allTextContents();
    const [, first = ''] = await instances();
    // With another deadline every instance is another one.
    const body = JSON.stringify({ spec: { limits: { timeoutMs: 300 } } });
    const headers = { 'content-type': 'application/merge-patch+json' };
    await fetchIn(page, '_swerve/apis/swerve.dev/v1/namespaces/default/apps/misbehave', { method: 'PATCH', headers, body });
    expect((await fetchIn(page, 'misbehave/loop')).status).toBe(504);
    await expect.poll(async () => (await instances()).length).toBeGreaterThan(2);
    await page.getByLabel('Instance').selectOption(first);
    await expect.poll(count).toMatch(/^\d+ of \d+$/);
    await log().getByText('line 160', { exact: true }).waitFor();
    expect(
      await log()
        .getByText(/deadline/)
        .count(),
    ).toBe(0);
    await page.getByLabel('Instance').selectOption('');
    await log()
      .getByText(/deadline/)
      .waitFor();
  });

  it('is held while it is paused, and what came is counted', async () => {
    await page.getByRole('button', { name: 'Pause' }).click();
    const before = await count();
    await fetchIn(page, 'misbehave/stderr?n=7');
    await page.getByRole('button', { name: 'Resume (7 new)' }).waitFor();
    expect(await count()).toBe(before);
    await page.getByRole('button', { name: /^Resume/ }).click();
    await log().getByText('line 7', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Pause', exact: true }).waitFor();
  });
});

it('long lines are wrapped or run on', async () => {
  const isWider = () => log().evaluate((list) => list.scrollWidth > list.clientWidth);
  const size = page.viewportSize();
  await page.setViewportSize({ width: 360, height: 700 });
  expect((await fetchIn(page, 'misbehave/loop')).status).toBe(504);
  await log()
    .getByText(/deadline/)
    .last()
    .waitFor();
  await expect.poll(isWider).toBe(false);
  await page.getByRole('button', { name: 'Wrap' }).click();
  await expect.poll(isWider).toBe(true);
  await page.getByRole('button', { name: 'Wrap' }).click();
  if (size !== null) await page.setViewportSize(size);
});

it('what is shown can be copied and saved', async () => {
  await filter().fill('line 160');
  await page.getByRole('button', { name: 'Copy', exact: true }).click();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  expect(copied).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z stderr misbehave-\S+ line 160\n$/);
  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download' }).click()]);
  expect(download.suggestedFilename()).toBe('misbehave.log');
  expect(await readFile(await download.path(), 'utf8')).toBe(copied);
  await filter().fill('');
});

it('two thousand lines are there to be scrolled, and few of them in the document', async () => {
  await page.getByRole('button', { name: 'Clear view' }).click();
  await expect.poll(count).toBe('0 lines');
  await fetchIn(page, 'misbehave/stderr?n=1900');
  await log().getByText('line 1900', { exact: true }).waitFor();
  await expect.poll(count).toBe('1900 lines');
  await log().evaluate(async (list) => {
    while (list.scrollTop > 0) {
      list.scrollTop -= 3 * list.clientHeight;
      await new Promise(requestAnimationFrame);
    }
  });
  await log().getByText('line 1', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Follow new lines' }).waitFor();
  expect(
    await log()
      .getByText(/^line \d+$/)
      .count(),
  ).toBeLessThan(120);
  // A library that leaves a node behind for every line that went by makes a long log slower and slower.
  expect(await log().evaluate((list) => list.querySelector('.all')?.childNodes.length)).toBeLessThan(400);
});
