/** The overview: what the list of Apps tells, how it is searched, sorted and walked through, and how it bears a thousand Apps. */
import type { Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { APP_API_VERSION } from '../../../src/core/app.ts';
import { createApp, fetchIn, untilCondition, uploadModule } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { waitFor } from '../harness/wait.ts';
import { exampleFile } from '../harness/wasm-files.ts';

const MANY = 1_000;
/** As many as a window shows, and some beyond its edges. */
const FEW_ROWS = 60;

const swerve = useSwerve();
let page: Page;
let hello: string;

const list = () => page.getByRole('grid', { name: 'Apps' });
const row = (name: string) =>
  list()
    .getByRole('row')
    .filter({ has: page.getByRole('link', { name, exact: true }) });
const link = (name: string) => list().getByRole('link', { name, exact: true });
const search = () => page.getByRole('searchbox', { name: 'Search Apps' });
const column = (name: string) => list().getByRole('columnheader', { name });
/** Names in the order in which they stand, from top to bottom. */
const names = async () => {
  const rows = await list()
    .getByRole('rowheader')
    .evaluateAll((headers) =>
      headers.map((header) => ({ name: header.querySelector('a')?.textContent ?? '', top: header.firstElementChild?.getBoundingClientRect().top ?? 0 })),
    );
  return rows.sort((a, b) => a.top - b.top).map(({ name }) => name);
};
const hasFocus = (locator: Locator) => locator.evaluate((element) => element.matches(':focus'));
const cell = (name: string, index: number) => row(name).getByRole('gridcell').nth(index);

beforeAll(async () => {
  // An offer to install, which comes with the first answer, would push the page down.
  await swerve.context.addInitScript(() => addEventListener('beforeinstallprompt', (event) => event.stopImmediatePropagation(), { capture: true }));
  page = await swerve.openPanel();
  const { digest } = await uploadModule(page, exampleFile('hello-c'));
  hello = digest;
  const { digest: misbehave } = await uploadModule(page, exampleFile('misbehave'));
  await createApp(page, { name: 'alpha', source: { digest }, routes: [{ path: '/alpha' }, { path: '/first' }] });
  await createApp(page, { name: 'beta', source: { digest: misbehave }, routes: [{ path: '/beta' }] });
  await createApp(page, { name: 'gamma', namespace: 'shop', source: { digest }, routes: [{ path: '/gamma' }] });
  await createApp(page, { name: 'late', source: { digest }, routes: [{ path: '/alpha' }] });
  const limits = { limits: { timeoutMs: 100 }, restart: { maxRestarts: 0, windowSeconds: 60 } };
  await createApp(page, { name: 'broken', source: { digest: misbehave }, routes: [{ path: '/broken' }], ...limits });
  await waitFor('the App broken to crash', async () => {
    // On a busy machine the first ones can be over before its instance has started.
    await fetchIn(page, 'broken/loop');
    return untilCondition(page, 'broken', { status: 'False', deadlineMs: 2_000 });
  });
  await page.goto('about:blank');
  await page.goto(swerve.app.url);
  await link('alpha').waitFor();
});

describe('a row', () => {
  it('tells the state of its App, and why when something is wrong', async () => {
    await cell('alpha', 0).getByText('Ready', { exact: true }).waitFor();
    await row('late').getByText('Route is taken', { exact: true }).waitFor();
    await row('late')
      .getByText(/is held by the App default\/alpha/)
      .waitFor();
    await row('broken').getByText('Crashing', { exact: true }).waitFor();
    await row('broken')
      .getByText(/did not stop/)
      .waitFor();
  });

  it('tells its routes, each to open, and its namespace', async () => {
    for (const path of ['alpha', 'first'])
      expect(
        await row('alpha')
          .getByRole('link', { name: `/${path}`, exact: true })
          .getAttribute('href'),
      ).toBe(new URL(path, swerve.app.url).href);
    await row('gamma').getByText('shop', { exact: true }).waitFor();
    expect(await list().getByRole('link', { name: 'Open gamma' }).getAttribute('href')).toBe(new URL('gamma', swerve.app.url).href);
  });

  it('tells requests, latency and errors as they come, in figures, as a chart and in words, and nothing moves for it', async () => {
    await row('beta').getByRole('img', { name: 'No requests in the last minute' }).waitFor();
    expect(await cell('beta', 1).textContent()).toMatch(/^\s*0\/s\s*$/);
    const shifts = await watchShifts();
    for (const path of ['beta/ok', 'beta/ok', 'beta/status?code=500', 'alpha', 'gamma']) await fetchIn(page, path);
    await row('beta')
      .getByRole('img', { name: /^3 requests in the last minute, at most \d in one second, 1 error$/ })
      .waitFor();
    expect(await cell('beta', 1).textContent()).toMatch(/0\.6\/s\s*3 in 1 min/);
    expect(await cell('beta', 2).textContent()).toMatch(/p50 (<1|\d+) ms\s*p95 (<1|\d+) ms/);
    expect(await cell('beta', 3).textContent()).toMatch(/1\s*33 %/);
    // Some more, so that figures become wider and bars higher.
    for (let i = 0; i < 12; i += 1) await fetchIn(page, 'beta/status?code=503');
    await row('beta')
      .getByRole('img', { name: /^15 requests .* 13 errors$/ })
      .waitFor();
    expect(await shifts()).toEqual([]);
  });
});

describe('search', () => {
  it.each([
    ['gam', ['gamma']],
    ['/first', ['alpha']],
    ['crashing', ['broken']],
    ['default ready', ['alpha', 'beta']],
  ])('%s finds %j', async (query, found) => {
    await search().fill(query);
    await expect.poll(names).toEqual(found);
    await page.getByRole('status').getByText(`${found.length} of 5`).waitFor();
  });

  it('says when nothing matches, and how to see all again', async () => {
    await search().fill('nobody');
    await page.getByText('No App matches “nobody”.').waitFor();
    await page.getByRole('button', { name: 'Clear search' }).click();
    await expect.poll(names).toHaveLength(5);
    expect(await hasFocus(search())).toBe(true);
  });
});

describe('the order', () => {
  const order = ['alpha', 'beta', 'broken', 'gamma', 'late'];

  it.each([
    ['App', 'descending', order.toReversed()],
    ['State', 'ascending', ['broken', 'late', 'alpha', 'beta', 'gamma']],
    ['Requests', 'descending', ['beta', 'alpha']],
    ['Errors', 'descending', ['beta']],
  ])('by %s', async (name, direction, first) => {
    await column(name).getByRole('button').click();
    await expect.poll(async () => (await names()).slice(0, first.length)).toEqual(first);
    expect(await column(name).getAttribute('aria-sort')).toBe(direction);
    expect(await list().locator('[aria-sort]').count()).toBe(1);
  });

  it('by latency, and the other way round with one more click', async () => {
    const idle = ['late'];
    await column('Latency').getByRole('button').click();
    await expect.poll(async () => (await names()).at(-1)).toEqual(idle[0]);
    await column('Latency').getByRole('button').click();
    await expect.poll(async () => (await names())[0]).toEqual(idle[0]);
    expect(await column('Latency').getAttribute('aria-sort')).toBe('ascending');
  });

  it('is the same after a reload', async () => {
    await page.getByRole('combobox', { name: 'Sort by' }).selectOption('State');
    const before = await names();
    await page.reload();
    await link('alpha').waitFor();
    expect(await names()).toEqual(before);
    expect(await column('State').getAttribute('aria-sort')).toBe('ascending');
    expect(await page.getByRole('combobox', { name: 'Sort by' }).inputValue()).toBe('state');
    await column('App').getByRole('button').click();
    await expect.poll(names).toEqual(order);
  });
});

describe('the keyboard', () => {
  it('goes from the search field into the list, through it and to the ends of it', async () => {
    await page.getByRole('heading', { name: 'Apps', exact: true }).focus();
    await page.keyboard.press('/');
    expect(await hasFocus(search())).toBe(true);
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => hasFocus(link('alpha'))).toBe(true);
    for (const [key, name] of [
      ['ArrowDown', 'beta'],
      ['j', 'broken'],
      ['k', 'beta'],
      ['End', 'late'],
      ['ArrowUp', 'gamma'],
      ['Home', 'alpha'],
    ] as const) {
      await page.keyboard.press(key);
      await expect.poll(() => hasFocus(link(name)), { message: `${key} leads to ${name}` }).toBe(true);
    }
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => hasFocus(list().getByRole('link', { name: 'Open alpha' }))).toBe(true);
    await page.keyboard.press('ArrowRight');
    await expect.poll(() => hasFocus(page.getByRole('button', { name: 'Actions for alpha' }))).toBe(true);
  });

  it('j comes to the list from elsewhere, Enter opens an App', async () => {
    await page.getByRole('heading', { name: 'Apps', exact: true }).focus();
    await page.keyboard.press('j');
    await expect.poll(() => hasFocus(link('alpha'))).toBe(true);
    await page.keyboard.press('j');
    await expect.poll(() => hasFocus(link('beta'))).toBe(true);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'beta' }).waitFor();
    await page.goBack();
    await link('beta').waitFor();
  });

  it.each(['Shift+F10', 'ContextMenu'])('%s opens the menu of an App, and Escape leads back to it', async (keys) => {
    await link('gamma').focus();
    await page.keyboard.press(keys);
    await expect.poll(() => hasFocus(page.getByRole('menuitem', { name: 'Open page' }))).toBe(true);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByRole('menuitem', { name: 'Settings' }).isVisible()).toBe(false);
    await expect.poll(() => row('gamma').evaluate((element) => element.matches(':focus-within'))).toBe(true);
    await page.keyboard.press('ArrowUp');
    await expect.poll(() => row('broken').evaluate((element) => element.matches(':focus-within'))).toBe(true);
  });
});

it('in a narrow window every App is a card, with all that a row tells', async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  const card = page
    .getByRole('list')
    .getByRole('listitem')
    .filter({ has: page.getByRole('link', { name: 'beta', exact: true }) });
  for (const text of [/^Ready$/, /\/s$/, /^p50$/, /^p95$/, /^13 errors$/]) await card.getByText(text).first().waitFor();
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
  await page.setViewportSize({ width: 1280, height: 800 });
  await list().waitFor();
});

describe(`${MANY} Apps`, () => {
  beforeAll(async () => {
    await createMany(page, MANY - 5);
    await page.reload();
    await link('alpha').waitFor();
  });

  it('are all there, and only those in sight are rendered, however far one scrolls', async () => {
    expect(await list().getAttribute('aria-rowcount')).toBe(String(MANY + 1));
    const counts = [await countRows()];
    for (let screen = 0; screen < 8; screen += 1) {
      await page.mouse.move(640, 400);
      await page.mouse.wheel(0, screen < 4 ? 700 : 20_000);
      await expect.poll(() => page.evaluate(() => scrollY)).toBeGreaterThan(0);
      counts.push(await countRows());
    }
    expect(Math.max(...counts)).toBeLessThan(FEW_ROWS);
    await page.evaluate(() => scrollTo(0, 0));
  });

  it('stand in order for a screen reader, each with its place', async () => {
    await page.evaluate(() => scrollTo(0, 6_000));
    await expect.poll(async () => (await names()).length > 0 && !(await names()).includes('alpha')).toBe(true);
    const places = await list()
      .getByRole('rowgroup')
      .last()
      .evaluate((group) => {
        const root = group.getRootNode() as ShadowRoot;
        const owned = (group.getAttribute('aria-owns') ?? '').split(' ').map((id) => root.getElementById(id));
        return {
          places: owned.map((element) => Number(element?.getAttribute('aria-rowindex'))),
          shown: group.querySelectorAll('[role=row]:not([hidden])').length,
        };
      });
    expect(places.places).toEqual([...places.places].sort((a, b) => a - b));
    expect(places.places).toHaveLength(places.shown);
    await page.evaluate(() => scrollTo(0, 0));
  });

  it('the last is a key away, and opens', async () => {
    await link('alpha').focus();
    await page.keyboard.press('End');
    const last = link(`load-${MANY - 6}`);
    await expect.poll(() => hasFocus(last)).toBe(true);
    expect(
      await last.evaluate((element) => {
        const { top, bottom } = element.getBoundingClientRect();
        return top > 0 && bottom < innerHeight;
      }),
    ).toBe(true);
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: `load-${MANY - 6}` }).waitFor();
    await page.goBack();
    await list().waitFor();
  });

  it('the focus stays with its App while others scroll by', async () => {
    await page.evaluate(() => scrollTo(0, 0));
    await link('beta').focus();
    await page.mouse.move(640, 400);
    await page.mouse.wheel(0, 9_000);
    await expect.poll(async () => (await names()).some((name) => /^load-1[0-9][0-9]$/.test(name))).toBe(true);
    expect(await hasFocus(link('beta'))).toBe(true);
    await page.keyboard.press('ArrowDown');
    await expect.poll(() => hasFocus(link('broken'))).toBe(true);
  });

  it('one of them is found by its name and by its route', async () => {
    await search().fill('load-777');
    await expect.poll(names).toEqual(['load-777']);
    await search().fill('/many/42');
    await page
      .getByRole('status')
      .getByText(`11 of ${MANY.toLocaleString('en')}`)
      .waitFor();
    await search().fill('');
  });

  it('a new one has its place at once, and nothing else moves', async () => {
    await createApp(page, { name: 'zeta', source: { digest: hello as `sha256:${string}` }, routes: [{ path: '/zeta' }] });
    await expect.poll(() => list().getAttribute('aria-rowcount')).toBe(String(MANY + 2));
    expect((await fetchIn(page, 'zeta')).status).toBe(200);
    await search().fill('zeta');
    await row('zeta')
      .getByRole('img', { name: /^1 request in the last minute/ })
      .waitFor();
  });
});

/** Gives the way to what has moved on the page since. A figure that ends where it ended and has become wider has not moved. */
async function watchShifts(): Promise<() => Promise<string[]>> {
  await page.evaluate(() => {
    interface Shift extends PerformanceEntry {
      sources: { previousRect: DOMRect; currentRect: DOMRect }[];
    }
    const seen: string[] = [];
    const note = (shifts: PerformanceEntry[]) => {
      for (const { previousRect: from, currentRect: to } of (shifts as Shift[]).flatMap(({ sources }) => sources)) {
        const isWider = Math.abs(from.right - to.right) <= 1 && Math.abs(from.y - to.y) <= 1;
        if (!isWider) seen.push(`${JSON.stringify(from)} to ${JSON.stringify(to)}`);
      }
    };
    const observer = new PerformanceObserver((records) => note(records.getEntries()));
    observer.observe({ type: 'layout-shift' });
    Object.assign(globalThis, {
      takeShifts: () => {
        note(observer.takeRecords());
        observer.disconnect();
        return seen;
      },
    });
  });
  return () => page.evaluate(() => (globalThis as unknown as { takeShifts: () => string[] }).takeShifts());
}

/** Rows that exist, hidden ones too. */
function countRows(): Promise<number> {
  return list()
    .getByRole('rowgroup')
    .last()
    .evaluate((group) => group.childElementCount);
}

/** Several at a time: one after the other, each would wait for the disk. */
function createMany(from: Page, count: number): Promise<void> {
  return from.evaluate(
    async ([apiVersion, digest, count]) => {
      const { scope } = await navigator.serviceWorker.ready;
      let next = 0;
      const create = async () => {
        while (next < count) {
          const index = next;
          next += 1;
          const spec = { source: { digest }, routes: [{ path: `/many/${index}` }] };
          const body = JSON.stringify({ metadata: { name: `load-${index}` }, spec });
          const headers = { 'content-type': 'application/json' };
          const { status } = await fetch(new URL(`_swerve/apis/${apiVersion}/namespaces/default/apps`, scope), { method: 'POST', headers, body });
          if (status !== 201) throw new Error(`load-${index} was answered with ${status}`);
        }
      };
      await Promise.all(Array.from({ length: 25 }, create));
    },
    [APP_API_VERSION, hello, count] as const,
  );
}
