/** The requests of one App as they come, and one of them closely. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createApp, fetchIn, uploadModule } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { exampleFile, guestFile } from '../harness/wasm-files.ts';

const swerve = useSwerve();
let page: Page;

const grid = () => page.getByRole('grid', { name: 'Requests' });
const rows = () => grid().getByRole('row').filter({ hasNotText: 'Method' });
const row = (text: string | RegExp) => rows().filter({ hasText: text });
const detail = (name: string | RegExp) => page.getByRole('region', { name });
const paths = () => rows().locator('.path').allTextContents();
const answer = (type: string, body: string) =>
  `echo/x?head=${encodeURIComponent(`Content-Type: ${type}\nX-Two: a\nX-Two: b\n`)}&body=${encodeURIComponent(body)}`;

beforeAll(async () => {
  page = await swerve.openPanel();
  await swerve.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const { digest } = await uploadModule(page, guestFile('headers'));
  await createApp(page, { name: 'echo', source: { digest }, routes: [{ path: '/echo' }] });
  const { digest: misbehave } = await uploadModule(page, exampleFile('misbehave'));
  await createApp(page, { name: 'misbehave', source: { digest: misbehave }, routes: [{ path: '/misbehave' }], limits: { timeoutMs: 60_000 } });
});

describe('the list', () => {
  it('shows requests as they come, the newest first', async () => {
    await page.goto(new URL('#/apps/default/misbehave/requests', swerve.app.url).href);
    await grid().getByText('No request was kept.').waitFor();
    await fetchIn(page, 'misbehave/ok');
    await row('/misbehave/ok').waitFor();
    await fetchIn(page, 'misbehave/status?code=404', { method: 'POST', body: 'x' });
    await fetchIn(page, 'misbehave/trap');
    await expect.poll(paths).toEqual(['/misbehave/trap', '/misbehave/status?code=404', '/misbehave/ok']);
    const cells = row('/misbehave/status').getByRole('gridcell');
    await expect.poll(() => cells.first().textContent()).toBe('404');
    await expect.poll(() => cells.nth(1).textContent()).toBe('POST');
    await expect.poll(() => cells.nth(4).textContent()).toMatch(/^[\d.]+ m?s$/);
    await expect.poll(() => row('/misbehave/ok').getByRole('img').getAttribute('aria-label')).toMatch(/ms: .*guest [\d.]+ ms/);
    await expect.poll(() => row('/misbehave/trap').getByRole('gridcell').first().textContent()).toBe('502 failed');
  });

  it('one that is under way is there before its end', async () => {
    const dripping = fetchIn(page, 'misbehave/drip?n=6&ms=100');
    await row('/misbehave/drip').getByText('200 running', { exact: true }).waitFor();
    await page.getByLabel('Status', { exact: true }).selectOption('running');
    expect(await paths()).toEqual(['/misbehave/drip?n=6&ms=100']);
    await dripping;
    await expect.poll(paths).toEqual([]);
    await page.getByLabel('Status', { exact: true }).selectOption('all');
    await row('/misbehave/drip').getByText('200', { exact: true }).waitFor();
  });

  it('is filtered by path, status and method', async () => {
    await page.getByRole('searchbox', { name: 'Filter by path' }).fill('TRAP');
    await expect.poll(paths).toEqual(['/misbehave/trap']);
    await page.getByText(/^1 of \d+$/).waitFor();
    await page.getByRole('searchbox', { name: 'Filter by path' }).fill('');
    await page.getByLabel('Status', { exact: true }).selectOption('4xx');
    await expect.poll(paths).toEqual(['/misbehave/status?code=404']);
    await page.getByLabel('Method').selectOption('GET');
    await grid().getByText('No request is like that.').waitFor();
    await page.getByLabel('Status', { exact: true }).selectOption('all');
    await page.getByLabel('Method').selectOption('all');
  });

  it('is held while it is paused, and what came is counted', async () => {
    await page.getByRole('button', { name: 'Pause' }).click();
    const before = await paths();
    await fetchIn(page, 'misbehave/ok?held=1');
    await fetchIn(page, 'misbehave/ok?held=2');
    await page.getByRole('button', { name: 'Resume (2 new)' }).waitFor();
    expect(await paths()).toEqual(before);
    await page.getByRole('button', { name: /^Resume/ }).click();
    await expect.poll(paths).toEqual(['/misbehave/ok?held=2', '/misbehave/ok?held=1', ...before]);
    await page.getByRole('button', { name: 'Clear' }).click();
    await expect.poll(paths).toEqual([]);
  });

  it('holds many and keeps few in the document; the place that is read stays', async () => {
    await page.evaluate(async () => {
      for (let n = 1; n <= 120; n += 1) await fetch(`/misbehave/ok?n=${n}`).then((response) => response.text());
    });
    await row('?n=120').waitFor();
    expect(await rows().count()).toBeLessThan(60);
    await grid().evaluate((list) => {
      list.scrollTop = 1500;
    });
    const seen = () =>
      grid().evaluate((list) => {
        const top = list.getBoundingClientRect().top + 40;
        const shown = [...list.querySelectorAll('.rows .row')].find((element) => element.getBoundingClientRect().top > top);
        return shown?.querySelector('.path')?.textContent;
      });
    await expect.poll(seen).toMatch(/n=/);
    const before = await seen();
    await fetchIn(page, 'misbehave/ok?late=no');
    await page.getByText('121 kept').waitFor();
    await expect.poll(seen).toBe(before);
    await grid().evaluate((list) => {
      list.scrollTop = 0;
    });
    await row('late=no').waitFor();
  });
});

describe('one of them', () => {
  it('tells its timings, headers and bodies', async () => {
    await page.goto(new URL('#/apps/default/echo/requests', swerve.app.url).href);
    await fetchIn(page, answer('application/json', '{"a":[1,2]}'), {
      method: 'POST',
      body: 'plain text',
      headers: { 'content-type': 'text/plain', 'x-mine': 'yes' },
    });
    await row('/echo/x').click();
    const shown = detail(/^POST \/echo\/x/);
    await shown
      .getByRole('table', { name: 'Timings' })
      .getByRole('row', { name: /^Guest.* ms$/ })
      .waitFor();
    await shown.getByRole('group', { name: 'Request headers' }).getByText('x-mine').waitFor();
    await expect.poll(() => shown.getByLabel('Request body', { exact: true }).textContent()).toBe('plain text');
    expect(
      await shown
        .getByRole('group', { name: 'Response headers' })
        .getByText(/^x-two$/i)
        .count(),
    ).toBe(2);
    expect(await shown.getByLabel('Response body', { exact: true }).textContent()).toBe('{\n  "a": [\n    1,\n    2\n  ]\n}');
    await shown.getByText('this tab', { exact: true }).waitFor();
    await shown.getByRole('button', { name: 'Copy response headers' }).click();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^x-two: a$/im);
    await shown.getByRole('button', { name: 'Copy as curl' }).click();
    await page.getByText('Copied the command.').waitFor();
    const command = await page.evaluate(() => navigator.clipboard.readText());
    expect(command).toContain("--header 'x-mine: yes'");
    expect(command).toContain("--data-raw 'plain text'");
    expect(await shown.getByRole('link', { name: 'Open in console' }).getAttribute('href')).toMatch(/^#\/console\?method=POST&path=%2Fecho%2Fx/);
  });

  it('is sent again and found in the list', async () => {
    const before = new URL(page.url()).hash;
    await detail(/^POST/)
      .getByText(/A replay leaves these headers to the browser: .*user-agent/)
      .waitFor();
    await detail(/^POST/).getByRole('button', { name: 'Replay' }).click();
    await detail(/^POST/).getByText('This is the request that was sent again.').waitFor();
    expect(new URL(page.url()).hash).not.toBe(before);
    await expect.poll(() => row('/echo/x').count()).toBe(2);
    await detail(/^POST/).getByRole('group', { name: 'Request headers' }).getByText('x-mine').waitFor();
    await expect.poll(() => detail(/^POST/).getByLabel('Request body', { exact: true }).textContent()).toBe('plain text');
  });

  it('an image is shown; a long body says that it is cut, and cannot be sent again', async () => {
    const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="8"/>';
    await fetchIn(page, answer('image/svg+xml', svg), { method: 'PUT', body: 'y'.repeat(20_000) });
    await row('PUT').click();
    const shown = detail(/^PUT/);
    await shown.getByRole('img', { name: 'Response body' }).waitFor();
    expect(await shown.getByRole('img', { name: 'Response body' }).evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(8);
    await shown.getByText('Cut: only the first 16 KiB were kept.').waitFor();
    expect(await shown.getByRole('button', { name: 'Replay' }).isDisabled()).toBe(true);
    await shown.getByText('It cannot be sent again: Only the start of its body was kept.').waitFor();
  });

  it('bytes that are no text are shown as such', async () => {
    await fetchIn(page, 'echo/range');
    await row('/echo/range').click();
    await expect.poll(() => detail('GET /echo/range').getByLabel('Response body', { exact: true }).textContent()).toMatch(/^00000000 {2}00 01 02 03/);
  });

  it('what went wrong has a code and a way out', async () => {
    await page.goto(new URL('#/apps/default/misbehave/requests', swerve.app.url).href);
    await fetchIn(page, 'misbehave/trap');
    await row('/misbehave/trap').click();
    const error = detail('GET /misbehave/trap').getByRole('note', { name: 'Error' });
    await error.getByText('handler-trap', { exact: true }).waitFor();
    await error.getByText('The log holds the last words of the guest.').waitFor();
    await detail('GET /misbehave/trap').getByText('The guest sent none: Swerve answered in its place.').waitFor();
  });
});

describe('without a mouse', () => {
  const isFocused = (locator: ReturnType<typeof grid>) => locator.evaluate((element) => element.matches(':focus'));

  it('arrows move, Enter opens and leads there, Escape closes and leads back', async () => {
    await fetchIn(page, 'misbehave/ok?first=1');
    // Told of in the stream: a row that came after `Home` would not be the one that `Home` chose.
    await row('first=1').waitFor();
    await page.getByRole('button', { name: 'Close request' }).click();
    await expect.poll(() => isFocused(grid())).toBe(true);
    const current = () =>
      grid().evaluate(
        (list) => (list.getRootNode() as ShadowRoot).getElementById(list.getAttribute('aria-activedescendant') ?? '')?.querySelector('.path')?.textContent,
      );
    await grid().press('Home');
    await expect.poll(current).toBe('/misbehave/ok?first=1');
    await grid().press('ArrowDown');
    await expect.poll(current).toBe('/misbehave/trap');
    await grid().press('Enter');
    const heading = page.getByRole('heading', { name: 'GET /misbehave/trap' });
    await expect.poll(() => isFocused(heading)).toBe(true);
    await page.keyboard.press('Escape');
    await heading.waitFor({ state: 'detached' });
    await expect.poll(() => isFocused(grid())).toBe(true);
  });

  it('with one open beside the list, arrows open the next', async () => {
    await row('first=1').click();
    await detail('GET /misbehave/ok?first=1').waitFor();
    await grid().press('ArrowDown');
    await detail('GET /misbehave/trap').waitFor();
    // One step in the history for all that were looked at.
    await page.goBack();
    await detail('GET /misbehave/trap').waitFor({ state: 'detached' });
    await grid().waitFor();
  });
});

it('on a phone one of them takes the place of the list, and Back gives it back', async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  await row('first=1').click();
  await detail('GET /misbehave/ok?first=1').waitFor();
  await grid().waitFor({ state: 'hidden' });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
  await page.goBack();
  await grid().waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
});
