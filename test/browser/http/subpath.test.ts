import { beforeAll, describe, expect, it } from 'vitest';
import { fetchIn } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { closeAllTabs, untilAnswered } from '../harness/tabs.ts';
import { answering, serveGuests } from './guests.ts';

const BASE = '/sub/path/';
const swerve = useSwerve({ base: BASE });

beforeAll(async () => {
  const panel = await swerve.openPanel();
  await serveGuests(panel, { wagi: { guest: 'headers' }, hello: { guest: 'hello-c' }, component: { guest: 'stream-rust' } });
});

describe(`the same build at ${BASE}`, () => {
  it('has its panel there and under _swerve/', async () => {
    for (const path of ['', '_swerve/']) {
      const page = await swerve.open(path);
      await page.waitForSelector('swerve-app');
      expect(new URL(page.url()).pathname).toBe(`${BASE}${path}`);
      await page.close();
    }
  });

  it('is an app of its own: identity, start, scope and share target lie below it', async () => {
    const panel = await swerve.openPanel();
    const session = await swerve.context.newCDPSession(panel);
    const { manifest, errors } = (await session.send('Page.getAppManifest')) as unknown as { manifest: Record<string, unknown>; errors: unknown[] };
    const address = (path: string) => new URL(path, swerve.app.url).href;
    expect(errors).toEqual([]);
    expect(manifest).toMatchObject({
      id: address('_swerve/'),
      startUrl: address('_swerve/#/'),
      scope: swerve.app.url,
      shareTarget: { action: address('_swerve/share') },
    });
    await panel.close();
  });

  it('answers at routes below it', async () => {
    const panel = await swerve.openPanel();
    const env = JSON.parse((await fetchIn(panel, 'wagi/env?x=1')).text);
    expect(env).toMatchObject({ SCRIPT_NAME: `${BASE}wagi`, PATH_INFO: '/env', REQUEST_URI: `${BASE}wagi/env?x=1` });
    expect((await fetchIn(panel, 'component/echo', { method: 'POST', body: 'hello' })).text).toBe('hello');
    expect((await fetchIn(panel, 'nowhere')).headers).toMatchObject({ 'swerve-error': 'route-not-found' });
    await panel.close();
  });

  it('follows redirects and keeps cookies there', async () => {
    const panel = await swerve.openPanel();
    const path = answering('wagi', { Status: '302', Location: `${BASE}wagi/env`, 'Set-Cookie': ['own=1; HttpOnly', `seen=2; Path=${BASE}`] });
    const env = JSON.parse((await fetchIn(panel, path)).text);
    expect(env.HTTP_COOKIE).toContain('own=1');
    expect(env.HTTP_COOKIE).toContain('seen=2');
    expect(await panel.evaluate(() => document.cookie)).toBe('seen=2');
    await panel.close();
  });

  it('makes the tabs of its documents hosts', async () => {
    const page = await swerve.open('hello?name=Ada');
    expect(await page.getAttribute('script[data-swerve-app]', 'src')).toBe(new URL('_swerve/host.js', swerve.app.url).href);
    expect(await page.evaluate(async () => (await fetch('hello?format=json')).json())).toMatchObject({ language: 'C' });
    await page.close();
  });

  it('answers a cold navigation', async () => {
    await closeAllTabs(swerve);
    const page = await swerve.open('hello?name=Cold');
    await untilAnswered(page);
    expect(await page.textContent('h1')).toContain('Cold');
    expect(page.url()).toBe(new URL('hello?name=Cold', swerve.app.url).href);
  });

  it('leaves addresses outside of it to the server', async () => {
    const page = await swerve.openPanel();
    const status = await page.evaluate(async () => {
      const response = await fetch('/elsewhere');
      return { status: response.status, error: response.headers.get('swerve-error') };
    });
    expect(status).toEqual({ status: 404, error: null });
    await page.close();
  });
});
