import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RequestRecord } from '../../../src/core/traffic.ts';
import { callApi, createApp, fetchIn, untilCondition, uploadModule } from '../harness/api.ts';
import { stopServiceWorkers } from '../harness/cdp.ts';
import { useSwerve } from '../harness/swerve.ts';
import { closeAllTabs, navigationOf, untilAnswered } from '../harness/tabs.ts';
import { waitFor } from '../harness/wait.ts';
import { exampleFile, guestFile } from '../harness/wasm-files.ts';

const swerve = useSwerve({ ownOrigins: true });
const CONTROL_WORKER = '/sw.js';
const APP_WORKER = '/app-sw.js';
const APPS = ['hello-c', 'stream-rust'] as const;

/** Address of `path` at the origin of `app`. */
function at(app: string, path = ''): string {
  const url = new URL(path, swerve.app.url);
  url.host = `${app}.${url.host}`;
  return url.href;
}

let panel: Page;

beforeAll(async () => {
  panel = await swerve.openPanel();
  for (const name of APPS) {
    const { digest } = await uploadModule(panel, exampleFile(name));
    await createApp(panel, { name, source: { digest }, routes: [{ path: `/${name}` }], limits: { timeoutMs: 3000 } });
  }
  for (const name of APPS) await untilCondition(panel, name, { type: 'OriginReady' });
});

async function openApp(app: string, path = ''): Promise<Page> {
  const page = await swerve.context.newPage();
  await page.goto(at(app, path), { waitUntil: 'commit' });
  await untilAnswered(page);
  return page;
}

describe('an App at an origin of its own', () => {
  it('is at its root, and a page there serves its requests when the panel is closed', async () => {
    const page = await openApp('hello-c', 'a/b?name=Ada');
    expect(await navigationOf(page)).toEqual({ status: 200, contentType: 'text/html', url: at('hello-c', 'a/b?name=Ada') });
    expect(await page.textContent('h1')).toContain('Ada');
    await panel.close();
    expect(await page.evaluate(async () => (await fetch('/?format=json&name=Bo')).json())).toMatchObject({ name: 'Bo', method: 'GET' });
    panel = await swerve.openPanel();
    await page.close();
  });

  it('is where a navigation to its path of the control origin leads, while the panel may fetch that path', async () => {
    const page = await swerve.open('hello-c/x?name=Cy');
    await untilAnswered(page);
    expect(page.url()).toBe(at('hello-c', 'x?name=Cy'));
    expect((await fetchIn(panel, 'hello-c?format=json&name=Di')).text).toContain('Di');
    await page.close();
  });

  it.each([
    ['its own service worker', [APP_WORKER]],
    ["the cluster's", [CONTROL_WORKER]],
    ['both', [APP_WORKER, CONTROL_WORKER]],
  ])('answers every request when %s was stopped', async (_, scripts) => {
    const page = await openApp('hello-c');
    for (let round = 0; round < 3; round += 1) {
      for (const script of scripts) await stopServiceWorkers(page, script);
      const answers = await page.evaluate(async () => {
        const post = async () => (await fetch('/', { method: 'POST', body: 'a body' })).text();
        return Promise.all([fetch('/?format=json&name=Fy').then(async (response) => (await response.json()).name), post(), post()]);
      });
      expect(answers).toEqual(['Fy', 'a body', 'a body']);
    }
    await page.close();
  });
});

describe('its instances are lent to its origin', () => {
  it("which streams on when the cluster's service worker is stopped", async () => {
    const page = await openApp('stream-rust', 'env');
    const streamed = page.evaluate(async () => {
      // Until its instances are idle once, requests go by the cluster.
      for (let round = 0; round < 5; round += 1) await (await fetch('/env')).text();
      const response = await fetch('/events?n=40&ms=50');
      Object.assign(window, { streams: true });
      return (await response.text()).match(/"of":40/g)?.length;
    });
    await page.waitForFunction(() => 'streams' in window);
    await stopServiceWorkers(page, CONTROL_WORKER);
    expect(await streamed).toBe(40);
    await page.close();
  });

  it('and what they serve is seen at the cluster', async () => {
    const page = await openApp('stream-rust', 'env');
    await page.evaluate(async () => {
      for (let round = 0; round < 8; round += 1) await (await fetch('/echo', { method: 'POST', body: `body ${round}` })).text();
    });
    const seen = await waitFor('the requests', async () => {
      const { items } = await callApi<{ items: RequestRecord[] }>(panel, 'GET', 'apis/swerve.dev/v1/namespaces/default/apps/stream-rust/requests');
      const own = items.filter(({ method, origin, state }) => method === 'POST' && origin === new URL(at('stream-rust')).origin && state === 'done');
      return own.length >= 8 && own;
    });
    expect(seen[0]).toMatchObject({ status: 200, path: '/echo', requestBytes: 6, responseBytes: 6, instance: expect.stringContaining('stream-rust') });
    await page.close();
  });

  it('and have the limits of the App there too', async () => {
    const page = await openApp('stream-rust', 'env');
    const statuses = await page.evaluate(async () => {
      for (let round = 0; round < 5; round += 1) await (await fetch('/env')).text();
      const late = await fetch('/sleep?ms=60000');
      return [late.status, late.headers.get('swerve-error'), (await fetch('/env')).status];
    });
    expect(statuses).toEqual([504, 'handler-timeout', 200]);
    await page.close();
  });
});

it('an App at an origin of its own calls another by its inner name, and by no other', async () => {
  const { digest } = await uploadModule(panel, guestFile('forward'));
  const { host } = new URL(swerve.app.url);
  const allow = ['http://hello-c.default.svc.cluster.local', `http://*.${host}`, `http://${host}`];
  await createApp(panel, { name: 'caller', source: { digest }, routes: [{ path: '/caller' }], capabilities: { http: { allow } } });
  await untilCondition(panel, 'caller', { type: 'OriginReady' });
  const page = await openApp('caller', 'many?n=0');
  const send = (to: string) =>
    page.evaluate(async (to) => {
      const response = await fetch(`/pass?to=${encodeURIComponent(to)}`);
      return [response.status, await response.text()];
    }, to);
  const [status, text] = await send('http://hello-c.default.svc.cluster.local/?format=json&name=Flo');
  expect(status).toBe(200);
  expect(text).toContain('Flo');
  for (const address of [at('hello-c'), at('caller'), new URL('_swerve/api/v1/pods', swerve.app.url).href])
    expect(await send(address)).toEqual([502, 'ErrorCode::HttpRequestDenied']);
  await page.close();
});

describe('with no window open, and every service worker stopped', () => {
  it('a navigation is answered as the App answers it', async () => {
    const last = await openApp('hello-c');
    await closeAllTabs(swerve);
    expect(last.isClosed()).toBe(true);
    const blank = await swerve.context.newPage();
    await stopServiceWorkers(blank);
    const page = await openApp('hello-c', '?name=Ed');
    expect(await navigationOf(page)).toMatchObject({ status: 200, contentType: 'text/html' });
    expect(await page.textContent('h1')).toContain('Ed');
    await page.close();
  });
});
