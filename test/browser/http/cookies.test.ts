import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { fetchIn } from '../harness/api.ts';
import { stopServiceWorkers } from '../harness/cdp.ts';
import { useSwerve } from '../harness/swerve.ts';
import { answering, jsonOf, serveGuests } from './guests.ts';

const swerve = useSwerve();
let panel: Page;

beforeAll(async () => {
  panel = await swerve.openPanel();
  await serveGuests(panel, { wagi: { guest: 'headers' }, other: { guest: 'headers', routes: [{ path: '/other' }] }, component: { guest: 'stream-rust' } });
});

/** Names that no test before has used. */
let serial = 0;
let name = '';
beforeEach(() => {
  serial += 1;
  name = `cookie${serial}`;
});

const set = (...cookies: string[]) => fetchIn(panel, answering('wagi', { 'Content-Type': 'text/plain', 'Set-Cookie': cookies }, 'set'));
const visible = (page = panel) => page.evaluate(() => document.cookie.split('; '));

const setByScript = (cookie: string) =>
  panel.evaluate((cookie) => {
    // biome-ignore lint/suspicious/noDocumentCookie: what pages do is what is tested
    document.cookie = cookie;
  }, cookie);

/** The cookies that a guest at `path` is sent. */
async function sent(path = 'wagi/env', page = panel): Promise<string[]> {
  const { HTTP_COOKIE } = JSON.parse((await fetchIn(page, path)).text) as { HTTP_COOKIE?: string };
  return HTTP_COOKIE?.split('; ') ?? [];
}

describe('a cookie that a guest sets', () => {
  it('comes back with the next request, and scripts see it', async () => {
    await set(`${name}=a b; Path=/`);
    expect(await sent()).toContain(`${name}=a b`);
    expect(await visible()).toContain(`${name}=a b`);
  });

  it('comes back to guests alone when it is HttpOnly', async () => {
    const answer = await set(`${name}=secret; Path=/; HttpOnly`);
    expect(Object.keys(answer.headers)).not.toContain('set-cookie');
    expect(JSON.stringify(answer)).not.toContain('secret');
    expect(await sent()).toContain(`${name}=secret`);
    expect(await visible()).not.toContain(`${name}=secret`);
  });

  it('may come with others in one answer', async () => {
    await set(`${name}a=1; Path=/`, `${name}b=2; Path=/; HttpOnly`, `${name}c=3; Path=/`);
    expect(await sent()).toEqual(expect.arrayContaining([`${name}a=1`, `${name}b=2`, `${name}c=3`]));
  });

  it('is set by a component too', async () => {
    await fetchIn(panel, 'component/headers');
    expect(await sent()).toEqual(expect.arrayContaining(['stream-first=1', 'stream-second=2']));
    expect(await visible()).toContain('stream-first=1');
    const { headers } = JSON.parse((await fetchIn(panel, 'component/headers')).text) as { headers: [string, string][] };
    const cookie = headers.filter(([header]) => header === 'cookie');
    expect(cookie).toHaveLength(1);
    expect(cookie[0]![1]).toContain('stream-second=2');
  });

  it('is changed by the next of its name', async () => {
    await set(`${name}=1; Path=/`);
    await set(`${name}=2; Path=/`);
    expect((await sent()).filter((one) => one.startsWith(`${name}=`))).toEqual([`${name}=2`]);
    expect((await visible()).filter((one) => one.startsWith(`${name}=`))).toEqual([`${name}=2`]);
  });

  it.each(['Path=/', 'Path=/; HttpOnly'])('goes with Max-Age=0 (%s)', async (attributes) => {
    await set(`${name}=1; ${attributes}`);
    expect(await sent()).toContain(`${name}=1`);
    await set(`${name}=; ${attributes}; Max-Age=0`);
    expect(await sent()).not.toContain(`${name}=1`);
    expect(await visible()).not.toContain(`${name}=1`);
  });

  it('goes when its Max-Age is over', async () => {
    await set(`${name}=1; Path=/; Max-Age=1; HttpOnly`, `${name}v=1; Path=/; Max-Age=1`);
    expect(await sent()).toEqual(expect.arrayContaining([`${name}=1`, `${name}v=1`]));
    await panel.waitForTimeout(1_100);
    expect((await sent()).filter((one) => one.startsWith(name))).toEqual([]);
  });

  it.each(['', '; HttpOnly'])('goes only where its Path covers%s', async (attribute) => {
    await set(`${name}=1; Path=/other${attribute}`);
    expect(await sent('other/env')).toContain(`${name}=1`);
    expect(await sent('wagi/env')).not.toContain(`${name}=1`);
    expect(await visible()).not.toContain(`${name}=1`);
  });

  it('without a Path belongs to the folder of the address that set it', async () => {
    await set(`${name}=1`);
    expect(await sent('wagi/env')).toContain(`${name}=1`);
    expect(await sent('other/env')).not.toContain(`${name}=1`);
  });

  it('is set by a navigation and by a redirect on its way', async () => {
    const page = await swerve.open(answering('wagi', { Status: '302', Location: 'env', 'Set-Cookie': `${name}=1; Path=/; HttpOnly` }));
    expect((await jsonOf(page)).HTTP_COOKIE).toContain(`${name}=1`);
    await page.close();
  });

  it('is refused for another site', async () => {
    await set(`${name}=1; Path=/; Domain=example.com`);
    expect(await sent()).not.toContain(`${name}=1`);
  });
});

describe('a cookie that a script sets', () => {
  it('reaches guests, changed and deleted too', async () => {
    await setByScript(`${name}=script; path=/`);
    expect(await sent()).toContain(`${name}=script`);
    await setByScript(`${name}=changed; path=/`);
    expect((await sent()).filter((one) => one.startsWith(`${name}=`))).toEqual([`${name}=changed`]);
    await setByScript(`${name}=; path=/; max-age=0`);
    expect(await sent()).not.toContain(`${name}=changed`);
  });

  it('changes what a guest has set', async () => {
    await set(`${name}=guest; Path=/`);
    await setByScript(`${name}=script; path=/`);
    expect((await sent()).filter((one) => one.startsWith(`${name}=`))).toEqual([`${name}=script`]);
  });

  it('cannot take the place of an HttpOnly one', async () => {
    await set(`${name}=guest; Path=/; HttpOnly`);
    await setByScript(`${name}=script; path=/`);
    expect(await sent()).toContain(`${name}=guest`);
  });
});

describe('cookies outlive', () => {
  it('a stop of the service worker, and a reload', async () => {
    await set(`${name}=kept; Path=/; HttpOnly`, `${name}v=kept; Path=/; Max-Age=3600`);
    await stopServiceWorkers(panel);
    expect(await sent()).toEqual(expect.arrayContaining([`${name}=kept`, `${name}v=kept`]));
    await panel.reload();
    expect(await sent()).toEqual(expect.arrayContaining([`${name}=kept`, `${name}v=kept`]));
  });
});
