/** The benchmark in the panel: it measures by the code of `npm run bench`, tells every figure, and leaves nothing behind. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, expect, it } from 'vitest';
import type { Result } from '../../../src/ui/benchmark/measures.ts';
import { callApi, createApp, fetchIn, uploadModule } from '../harness/api.ts';
import { axeViolations } from '../harness/axe.ts';
import { useSwerve } from '../harness/swerve.ts';
import { exampleFile } from '../harness/wasm-files.ts';

const swerve = useSwerve();
const LIMITS = /\/limit(\/|$)/;
let page: Page;
/** A module that was stored before, which the benchmark runs too. */
let ownDigest: string;

beforeAll(async () => {
  page = await swerve.openPanel();
  ({ digest: ownDigest } = await uploadModule(page, exampleFile('stream-rust')));
  await createApp(page, { name: 'mine', source: { digest: ownDigest as `sha256:${string}` }, routes: [{ path: '/mine' }] });
});
beforeEach(async () => {
  await page.evaluate(() => void location.assign('#/benchmark'));
  await page.getByRole('button', { name: 'Run the benchmark' }).waitFor();
});

/** All that a run could leave. */
async function whatIsThere(): Promise<{ apps: string[]; modules: string[]; registrations: number; frames: number }> {
  const { items: apps } = await callApi<{ items: { metadata: { name: string } }[] }>(page, 'GET', 'apis/swerve.dev/v1/apps');
  const { items: modules } = await callApi<{ items: { digest: string }[] }>(page, 'GET', 'modules');
  const registrations = await page.evaluate(async () => (await navigator.serviceWorker.getRegistrations()).length);
  return { apps: apps.map(({ metadata }) => metadata.name), modules: modules.map(({ digest }) => digest), registrations, frames: page.frames().length - 1 };
}
const untouched = () => ({ apps: ['mine'], modules: [ownDigest], registrations: 1, frames: 0 });

async function start(rounds: string): Promise<void> {
  await page.getByLabel('Rounds').selectOption(rounds);
  await page.getByRole('button', { name: 'Run the benchmark' }).click();
}
const measuring = () => page.getByText(/^Round 1 of/).waitFor();

it('every case has figures and its share of the limit, in words, in a table and as JSON', async () => {
  await page.evaluate(() => void location.assign('#/browser'));
  await page.getByRole('link', { name: 'Benchmark' }).click();
  await start('1');
  await measuring();
  // Headless tabs are never hidden: the page is told so as the browser would tell it.
  await page.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await page.getByText('Done: 1 round.').waitFor({ timeout: 60_000 });
  await page
    .getByText(/^One request at a time, Swerve answers in [\d.]+( to [\d.]+)? ms; the browser itself takes [\d.]+ ms: [\d.]+( to [\d.]+)? times\.$/)
    .waitFor();
  for (const name of ['One request at a time', '8 requests at once', '32 requests at once']) {
    const rows = await page.getByRole('table', { name }).getByRole('row').allInnerTexts();
    expect(rows).toHaveLength(6);
    expect(rows[1]).toMatch(/Bare service worker/);
    for (const app of rows.slice(3))
      expect(app).toMatch(
        /Swerve answers in [\d.,]+ ms; the browser itself takes [\d.,]+ ms: [\d.,]+ times\.[\s\S]*[\d.,]+ ms[\s\S]*[\d.,]+\/s[\s\S]*[\d.,]+ times/,
      );
  }
  const streams = await page
    .getByRole('table', { name: /^Long bodies/ })
    .getByRole('row')
    .allInnerTexts();
  expect(streams).toHaveLength(5);
  for (const way of ['sends', 'takes in'])
    expect(streams.join()).toMatch(new RegExp(`Swerve ${way} [\\d.,]+ MB/s; the browser itself [\\d.,]+ MB/s: \\d+ %\\.`));

  await page.getByText(/^This tab was hidden for a while/).waitFor();

  const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Save as JSON' }).click()]);
  expect(download.suggestedFilename()).toMatch(/^swerve-benchmark-\d{4}-\d\d-\d\d\.json$/);
  const saved = JSON.parse(await readFile(await download.path(), 'utf8')) as { rounds: number; machine: { swerve: string }; results: Result[] };
  expect([saved.rounds, saved.machine.swerve]).toEqual([1, (await callApi<{ swerve: string }>(page, 'GET', 'version')).swerve]);
  expect(saved.results).toHaveLength(3 * 5 * 2 + 4);
  expect(saved.results.map(({ id }) => id)).toContain('requests/8/wagi/p50');
  for (const { id, median, ratio } of saved.results) {
    expect(median, id).toBeGreaterThan(0);
    if (LIMITS.test(id)) expect(ratio, id).toBeNull();
    else expect(ratio, id).toBeGreaterThan(0);
  }
  expect(await whatIsThere()).toEqual(untouched());
});

it('axe finds nothing wrong with the figures, in light and dark, and they fit a phone', async () => {
  const found: string[] = [];
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 800 });
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      found.push(...(await axeViolations(page)).map((violation) => `${width}, ${colorScheme}: ${violation}`));
    }
    if (await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)) found.push(`${width}: scrolls sideways`);
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  await page.setViewportSize({ width: 1280, height: 800 });
  expect(found).toEqual([]);
});

it('a run that is cancelled takes away what it made', async () => {
  await start('9');
  await measuring();
  const during = await whatIsThere();
  expect(during.apps.toSorted()).toEqual(['fresh', 'mine', 'reused', 'wagi']);
  expect([during.modules.length, during.registrations, during.frames]).toEqual([2, 2, 1]);
  await page.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText(/^Cancelled: /).waitFor();
  expect(await whatIsThere()).toEqual(untouched());
  expect((await fetchIn(page, 'mine/time')).status).toBe(200);
});

it('so does one whose view is left, and two at once are refused', async () => {
  await start('9');
  await measuring();
  const other = await swerve.open('#/benchmark');
  await other.getByRole('button', { name: 'Run the benchmark' }).click();
  await other.getByText(/^The benchmark is running in another tab\./).waitFor();
  await other.close();
  await page.evaluate(() => void location.assign('#/cluster'));
  await expect.poll(whatIsThere).toEqual(untouched());
});

it('what the run of a closed tab has left goes when the view is opened again', async () => {
  await start('9');
  await measuring();
  const next = await swerve.open('#/storage');
  await next.getByRole('heading', { level: 1, name: 'Storage' }).waitFor();
  await page.close();
  page = next;
  expect((await whatIsThere()).apps).toHaveLength(4);
  await page.evaluate(() => void location.assign('#/benchmark'));
  await expect.poll(whatIsThere).toEqual(untouched());
});

it('without the server it says what to do, and leaves nothing', async () => {
  swerve.allowConsole(/ERR_CONNECTION_REFUSED|Failed to load resource|unknown error occurred when fetching the script/);
  await swerve.app.stop();
  try {
    await start('1');
    await page.getByRole('alert').getByText('Check that you are online and the server answers, then run it again.').waitFor();
    expect(await whatIsThere()).toEqual(untouched());
  } finally {
    await swerve.app.restart();
  }
});
