import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useSwerve } from '../harness/swerve.ts';
import { answering, jsonOf, serveGuests } from './guests.ts';

const swerve = useSwerve();
let panel: Page;

beforeAll(async () => {
  panel = await swerve.openPanel();
  await serveGuests(panel, { wagi: { guest: 'headers' }, component: { guest: 'stream-rust' } });
});

const STATUSES = [301, 302, 303, 307, 308];
/** Beside `/wagi/answer`, as each kind of Location names it. */
const LOCATIONS: Record<string, () => string> = {
  'a relative path': () => 'env?x=1',
  'an absolute path': () => '/wagi/env?x=1',
  'a whole address': () => new URL('wagi/env?x=1', swerve.app.url).href,
  'a scheme-relative address': () => `//${new URL(swerve.app.url).host}/wagi/env?x=1`,
};

const redirecting = (status: number, location: string): string =>
  answering('wagi', { Status: `${status}`, Location: location, 'Content-Type': 'text/plain' }, 'moved');

async function follow(
  path: string,
  init: { method?: string; body?: string; redirect?: 'manual' | 'error' } = {},
): Promise<{ status: number; url: string; redirected: boolean; type: string; text: string }> {
  return panel.evaluate(
    async ([path, init]) => {
      const response = await fetch(path, init);
      return { status: response.status, url: response.url, redirected: response.redirected, type: response.type, text: await response.text() };
    },
    [path, init] as const,
  );
}

describe('fetch', () => {
  it.each(STATUSES)('follows %i', async (status) => {
    const answer = await follow(redirecting(status, 'env?x=1'));
    expect(answer).toMatchObject({ status: 200, redirected: true, url: new URL('wagi/env?x=1', swerve.app.url).href });
    expect(JSON.parse(answer.text)).toMatchObject({ QUERY_STRING: 'x=1', REQUEST_METHOD: 'GET' });
  });

  it.each(Object.keys(LOCATIONS))('follows %s', async (kind) => {
    const answer = await follow(redirecting(302, LOCATIONS[kind]!()));
    expect(answer).toMatchObject({ status: 200, redirected: true, url: new URL('wagi/env?x=1', swerve.app.url).href });
  });

  it.each([
    { status: 301, method: 'GET', bytes: 0 },
    { status: 302, method: 'GET', bytes: 0 },
    { status: 303, method: 'GET', bytes: 0 },
    { status: 307, method: 'POST', bytes: 5 },
    { status: 308, method: 'POST', bytes: 5 },
  ])('after a POST, $status is followed with $method', async ({ status, method, bytes }) => {
    const answer = await follow(redirecting(status, 'count'), { method: 'POST', body: '12345' });
    expect(JSON.parse(answer.text)).toMatchObject({ method, bytes });
  });

  it('of a component is followed too', async () => {
    const answer = await follow('component/redirect?to=env');
    expect(answer).toMatchObject({ status: 200, redirected: true, url: new URL('component/env', swerve.app.url).href });
  });

  it('is opaque with redirect: manual, and fails with redirect: error', async () => {
    expect(await follow(redirecting(302, 'env'), { redirect: 'manual' })).toMatchObject({ type: 'opaqueredirect', status: 0 });
    swerve.expectConsole(/ERR_FAILED/);
    await expect(follow(redirecting(302, 'env'), { redirect: 'error' })).rejects.toThrow('Failed to fetch');
  });

  it('without a Location it is an answer like any other', async () => {
    expect(await follow(answering('wagi', { Status: '302', 'Content-Type': 'text/plain' }, 'nowhere'))).toMatchObject({ status: 302, text: 'nowhere' });
  });
});

describe('a navigation', () => {
  it.each(STATUSES)('follows %i', async (status) => {
    const page = await swerve.open(redirecting(status, 'env?x=1'));
    expect(page.url()).toBe(new URL('wagi/env?x=1', swerve.app.url).href);
    expect(await jsonOf(page)).toMatchObject({ QUERY_STRING: 'x=1' });
    await page.close();
  });

  it.each(Object.keys(LOCATIONS))('follows %s', async (kind) => {
    const page = await swerve.open(redirecting(302, LOCATIONS[kind]!()));
    expect(page.url()).toBe(new URL('wagi/env?x=1', swerve.app.url).href);
    await page.close();
  });

  it('goes from the POST of a form to the page that 303 names', async () => {
    const page = await swerve.open('component/');
    await page.setContent(`<form method="post" action="/${redirecting(303, 'env?done')}"><button>Send</button></form>`);
    await page.click('button');
    await page.waitForURL('**/wagi/env?done');
    expect(await jsonOf(page)).toMatchObject({ REQUEST_METHOD: 'GET' });
    await page.close();
  });

  it('keeps the fragment', async () => {
    const page = await swerve.open(`${redirecting(302, 'env?x=1')}#there`);
    expect(page.url()).toBe(new URL('wagi/env?x=1#there', swerve.app.url).href);
    await page.close();
  });
});
