import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callApi, createApp, deleteApp, fetchIn, uploadModule } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { untilAnswered } from '../harness/tabs.ts';
import { exampleFile } from '../harness/wasm-files.ts';

/** What documents that Apps serve may not do: use the API, or a panel of theirs (design §8). */

const APPS = '/_swerve/apis/swerve.dev/v1/namespaces/default/apps';

const swerve = useSwerve();
let panel: Page;
let served: Page;
let digest: `sha256:${string}`;

beforeAll(async () => {
  panel = await swerve.openPanel();
  ({ digest } = await uploadModule(panel, exampleFile('hello-c')));
  await createApp(panel, {
    name: 'hello',
    source: { digest },
    routes: [{ path: '/hello' }, { path: '/index.html', match: 'exact' }],
    env: { SECRET: 'whisper' },
  });
});

beforeEach(async () => {
  await served?.close();
  served = await swerve.open('hello/');
  await untilAnswered(served);
});

const SEEN = { status: 403, code: 'api-forbidden' };

/** Status and code of a request to the API that a script of `page` makes. */
const tryIn = (page: Page, init: { method?: string; body?: string; mode?: RequestMode; keepalive?: boolean } = {}, path = APPS) =>
  page.evaluate(
    async ([path, init]) => {
      const response = await fetch(path, init);
      return { status: response.status, code: response.headers.get('swerve-error') };
    },
    [path, init] as const,
  );

describe('a script in a page that an App served', () => {
  it.each([
    ['reads', {}, APPS],
    ['lists tabs', {}, '/_swerve/api/v1/nodes'],
    ['reads modules', {}, '/_swerve/modules'],
    ['writes', { method: 'POST', body: '{}' }, APPS],
    ['writes as it goes', { method: 'POST', body: '{}', keepalive: true }, APPS],
    ['deletes', { method: 'DELETE' }, `${APPS}/hello`],
    ['asks what there is', { method: 'OPTIONS' }, APPS],
    ['asks for an address that is none', {}, '/_swerve/nothing'],
  ] as const)('is refused when it %s', async (_what, init, path) => {
    expect(await tryIn(served, init, path)).toEqual(SEEN);
  });

  it('is refused by other ways than fetch as well', async () => {
    const { xhr, events, script } = await served.evaluate(async (path) => {
      const request = new XMLHttpRequest();
      request.open('GET', path);
      await new Promise((resolve) => {
        request.onloadend = resolve;
        request.send();
      });
      const events = await new Promise((resolve) => {
        const source = new EventSource(`${path}?watch=1`);
        source.onopen = () => resolve('open');
        source.onerror = () => resolve('refused');
      });
      const script = await new Promise((resolve) => {
        const element = document.createElement('script');
        element.onload = () => resolve('loaded');
        element.onerror = () => resolve('refused');
        element.src = path;
        document.head.append(element);
      });
      navigator.sendBeacon('/_swerve/modules', new Blob(['x']));
      return { xhr: request.status, events, script };
    }, APPS);
    expect({ xhr, events, script }).toEqual({ xhr: 403, events: 'refused', script: 'refused' });
  });

  it('is refused under an address that looks like the panel', async () => {
    await served.evaluate(() => history.replaceState(null, '', '/_swerve/'));
    expect(await tryIn(served)).toEqual(SEEN);
    await served.evaluate(() => history.replaceState(null, '', '/'));
    expect(await tryIn(served)).toEqual(SEEN);
  });

  it('is refused in a worker', async () => {
    const seen = await served.evaluate(
      (path) =>
        new Promise((resolve) => {
          const source = `fetch(${JSON.stringify(new URL(path, location.href).href)}).then((r) => postMessage({ status: r.status, code: r.headers.get('swerve-error') }))`;
          const worker = new Worker(URL.createObjectURL(new Blob([source])));
          worker.onmessage = ({ data }) => resolve(data);
        }),
      APPS,
    );
    expect(seen).toEqual(SEEN);
  });

  it.each(['/hello/', 'about:blank', 'srcdoc'])('is refused in a frame of %s', async (source) => {
    const seen = await served.evaluate(
      async ([source, path]) => {
        const frame = document.createElement('iframe');
        if (source === 'srcdoc') frame.srcdoc = '<p>framed';
        else frame.src = source;
        const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
        document.body.append(frame);
        await loaded;
        const response = await (frame.contentWindow as Window & typeof globalThis).fetch(new URL(path, location.href));
        return { status: response.status, code: response.headers.get('swerve-error') };
      },
      [source, APPS] as const,
    );
    // No service worker controls a frame that was never navigated: its requests go to the server, which knows no API.
    expect(seen).toEqual(source === 'about:blank' ? { status: 404, code: null } : SEEN);
  });

  it('is refused though its page was served where the panel might be', async () => {
    const page = await swerve.open('index.html');
    await untilAnswered(page);
    expect(await page.textContent('h1')).toContain('Hello');
    expect(await tryIn(page)).toEqual(SEEN);
    await page.close();
  });
});

describe('an answer of the API', () => {
  it('cannot be framed by the page of an App, nor asked for by its forms', async () => {
    for (const how of ['frame', 'form'] as const) {
      const text = await served.evaluate(
        async ([how, path]) => {
          const frame = document.createElement('iframe');
          frame.name = `target-${how}`;
          if (how === 'frame') frame.src = path;
          const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
          document.body.append(frame);
          if (how === 'form') {
            await loaded;
            const form = Object.assign(document.createElement('form'), { method: 'post', action: '/_swerve/modules', target: frame.name });
            document.body.append(form);
            const answered = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
            form.submit();
            await answered;
          } else await loaded;
          return frame.contentDocument?.body.textContent ?? '';
        },
        [how, APPS] as const,
      );
      expect(text).not.toContain('whisper');
      expect(text).toMatch(/may not use the Swerve API|no access/);
    }
  });

  it('cannot be read through a window that the page of an App opened', async () => {
    const [popup] = await Promise.all([
      served.waitForEvent('popup'),
      served.evaluate((path) => void Object.assign(window, { popup: window.open(path) }), `${APPS}/hello`),
    ]);
    await popup.waitForLoadState();
    const text = await served.evaluate(() => {
      try {
        return (window as unknown as { popup: Window }).popup.document.body.textContent;
      } catch (error) {
        return String(error);
      }
    });
    expect(text).not.toContain('whisper');
    await popup.close();
  });
});

describe('the panel', () => {
  it.each(['/_swerve/', '/_swerve/index.html', '/'])('at %s cannot be framed by the page of an App', async (path) => {
    swerve.allowConsole(/frame-ancestors|Refused to frame|violates the following Content Security Policy|Framing .* violates/);
    const seen = await served.evaluate(async (path) => {
      const frame = document.createElement('iframe');
      frame.src = path;
      const loaded = new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
      document.body.append(frame);
      await loaded;
      try {
        return frame.contentDocument?.querySelector('swerve-app') ? 'framed' : 'empty';
      } catch {
        return 'blocked';
      }
    }, path);
    expect(seen).not.toBe('framed');
  });

  it.each(['/_swerve/', '/_swerve/index.html', '/'])('at %s cannot be steered through a window that the page of an App opened', async (path) => {
    const [popup] = await Promise.all([
      served.waitForEvent('popup'),
      served.evaluate((path) => void Object.assign(window, { popup: window.open(path) }), path),
    ]);
    await popup.locator('swerve-app').waitFor({ state: 'attached' });
    expect(await popup.evaluate(() => window.opener)).toBeNull();
    const reached = await served.evaluate(() => {
      try {
        return (window as unknown as { popup: Window }).popup.document.querySelector('swerve-app') ? 'reached' : 'not there';
      } catch {
        return 'blocked';
      }
    });
    expect(reached).not.toBe('reached');
    await popup.close();
  });

  it('keeps its rights while Apps come and go, and loses them with the address when an App claims that', async () => {
    const other = await swerve.open('_swerve/');
    expect((await fetchIn(panel, APPS.slice(1))).status).toBe(200);
    await createApp(panel, { name: 'root', source: { digest }, routes: [{ path: '/' }] });
    const root = await swerve.open('');
    await untilAnswered(root);
    expect(await root.textContent('h1')).toContain('Hello');
    expect(await tryIn(root)).toEqual(SEEN);
    expect((await fetchIn(other, APPS.slice(1))).status).toBe(200);
    await deleteApp(other, 'root');
    expect((await callApi<{ items: unknown[] }>(panel, 'GET', APPS.slice('/_swerve/'.length))).items.length).toBe(1);
    for (const page of [root, other]) await page.close();
  });
});
