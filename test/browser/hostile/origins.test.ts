import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { FRAME_PATH, PROBE_CHANNEL } from '../../../src/protocol/app-origin.ts';
import { CHANGES_CHANNEL } from '../../../src/protocol/broadcast.ts';
import { PROTOCOL_VERSION } from '../../../src/protocol/version.ts';
import { callApi, createApp, deleteApp, fetchIn, untilCondition, uploadModule } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { untilAnswered } from '../harness/tabs.ts';
import { waitFor } from '../harness/wait.ts';
import { exampleFile, guestFile } from '../harness/wasm-files.ts';
import { answering, instancesOf } from '../http/guests.ts';
import { driveLine, type Loot, loot, plant, readBy, sendBy } from './attacks.ts';
import { askInLanes, p99, sampleCalm, slowdown, stormBeside } from './storm.ts';

/**
 * What a page at its App's own origin can do to the panel, the cluster and other Apps: nothing, because the browser keeps
 * origins apart. Each attack is also made where it should work, by the same code, so that none fails for another reason.
 * docs/security.md lists each by its name; test/browser/hostile/pages.test.ts is the same for path mode.
 */

const APPS = '_swerve/apis/swerve.dev/v1/namespaces/default/apps';
/** In the `env` of the App that is attacked, and so in the database, the API and what it answers. */
const SECRET = 'whisper';
const SESSION = 's3cret';
const PAGE = '<!doctype html><title>A page</title><h1>A page</h1><body>';

const swerve = useSwerve({ ownOrigins: true });
let panel: Page;
/** Another document of the control origin: where attacks on that work. */
let second: Page;
let evil: Page;
let bank: Page;

const control = (path = '') => new URL(path, swerve.app.url).href;
/** Address at an App's own origin of what begins with its name. */
function at(target: string): string {
  const [app = '', ...path] = target.split('/');
  const url = new URL(path.join('/'), swerve.app.url);
  url.host = `${app}.${url.host}`;
  return url.href;
}
/** Address of a page that the App `app` answers with; it must run the `headers` guest. */
const pageAt = (app: string, head: Record<string, string | string[]> = {}) => at(answering(app, { 'Content-Type': 'text/html', ...head }, PAGE));

async function open(url: string): Promise<Page> {
  const page = await swerve.context.newPage();
  await page.goto(url, { waitUntil: 'commit' });
  await untilAnswered(page);
  return page;
}

beforeAll(async () => {
  panel = await swerve.openPanel();
  const { digest: headers } = await uploadModule(panel, guestFile('headers'));
  const { digest: hello } = await uploadModule(panel, exampleFile('hello-c'));
  const apps = { evil: { digest: headers }, bank: { digest: headers, env: { SECRET } }, calm: { digest: hello }, honest: { digest: hello } };
  for (const [name, { digest, ...spec }] of Object.entries(apps)) await createApp(panel, { name, source: { digest }, routes: [{ path: `/${name}` }], ...spec });
  for (const name of Object.keys(apps)) await untilCondition(panel, name, { type: 'OriginReady' });
  second = await swerve.open('_swerve/');
  bank = await open(pageAt('bank', { 'Set-Cookie': [`open=seen`, `session=${SESSION}; HttpOnly`] }));
  evil = await open(pageAt('evil'));
  await second.evaluate(plant, 'of-control');
  await bank.evaluate(plant, 'of-bank');
});

/** The cluster is whole: both Apps answer, and the panel is told of all. */
async function expectWhole(): Promise<void> {
  expect(await evil.evaluate(async () => (await fetch('/env')).status)).toBe(200);
  await expectOthersWhole();
}

async function expectOthersWhole(): Promise<void> {
  expect(await bank.evaluate(async () => (await (await fetch('/env')).json()).HTTP_COOKIE.split('; ').sort())).toEqual([
    'of-bank=of-bank',
    'open=seen',
    `session=${SESSION}`,
  ]);
  const { items } = await callApi<{ items: { metadata: { name: string } }[] }>(panel, 'GET', APPS.slice('_swerve/'.length));
  expect(items.map(({ metadata }) => metadata.name).sort()).toEqual(['bank', 'calm', 'evil', 'honest']);
}

describe('what is stored', () => {
  let found: Record<'control' | 'bank' | 'evil', Loot>;
  beforeAll(async () => {
    found = { control: await second.evaluate(loot), bank: await bank.evaluate(loot), evil: await evil.evaluate(loot) };
  });

  it.each<[kind: keyof Loot, ofControl: () => string, ofBank: () => string]>([
    ['indexedDB', () => SECRET, () => SESSION],
    ['caches', () => 'of-control', () => 'of-bank'],
    ['files', () => 'of-control', () => 'of-bank'],
    ['localStorage', () => 'of-control', () => 'of-bank'],
    ['cookies', () => 'of-control', () => 'of-bank'],
    ['registrations', () => control(), () => at('bank')],
  ])('%s: neither of the control origin nor of another App', (kind, ofControl, ofBank) => {
    expect(found.control[kind]).toContain(ofControl());
    expect(found.bank[kind]).toContain(ofBank());
    for (const secret of [ofControl(), ofBank()]) expect(found.evil[kind].split(',')).not.toContain(secret);
    if (kind !== 'registrations') for (const secret of [ofControl(), ofBank()]) expect(found.evil[kind]).not.toContain(secret);
  });
});

describe('the API', () => {
  it.each(['fetch', 'fetch with credentials', 'fetch without CORS', 'XMLHttpRequest', 'a worker'])('is not read by %s', async (way) => {
    swerve.allowConsole(/CORS policy|net::ERR_FAILED/);
    expect(await panel.evaluate(readBy, [way === 'a worker' ? 'fetch' : way, control(APPS)] as [string, string])).toContain(SECRET);
    const own = await evil.evaluate(readBy, [way, at('evil/env')] as [string, string]);
    expect(own).toContain('QUERY_STRING');
    expect(await evil.evaluate(readBy, [way, control(APPS)] as [string, string])).not.toContain(SECRET);
  });

  it('is not followed by EventSource, nor is another App', async () => {
    swerve.allowConsole(/CORS policy|MIME type|net::ERR_FAILED/);
    const events = (app: string) => at(answering(app, { 'Content-Type': 'text/event-stream' }, 'data: 1\n\n'));
    expect(await evil.evaluate(readBy, ['EventSource', events('evil')] as [string, string])).toBe('opened');
    for (const address of [control('_swerve/watch'), events('bank')])
      expect(await evil.evaluate(readBy, ['EventSource', address] as [string, string])).toBe('failed');
  });

  it.each(['a frame', 'a popup'])('is not read in %s', async (way) => {
    swerve.allowConsole(/frame-ancestors|violates the following Content Security Policy|Refused to frame|Framing|Failed to load resource/);
    expect(await evil.evaluate(readBy, [way, at('evil/env')] as [string, string])).toContain('QUERY_STRING');
    expect(await evil.evaluate(readBy, [way, control(APPS)] as [string, string])).not.toContain(SECRET);
    expect(await evil.evaluate(readBy, [way, control('_swerve/')] as [string, string])).not.toContain('swerve-app');
  });

  it.each(['sendBeacon', 'fetch without CORS', 'a form'])('is not written by %s', async (way) => {
    swerve.allowConsole(/CORS policy|Failed to load resource/);
    const module = (await readFile(exampleFile('clock'))).toString('base64');
    const modules = async () => (await callApi<{ items: { digest: string }[] }>(panel, 'GET', 'modules')).items.map(({ digest }) => digest);
    const before = await modules();
    await evil.evaluate(sendBy, [way, control('_swerve/modules'), module] as [string, string, string]);
    if (way === 'a form') {
      // A form may be sent to another App: the same code gets there, but without the cookies that are no stranger's.
      await evil.evaluate(sendBy, [way, at('bank/env'), module] as [string, string, string]);
      const frames = await waitFor('the answer to the form', async () => {
        const texts = await Promise.all(evil.frames().map((frame) => frame.evaluate(() => document.body.textContent ?? '').catch(() => '')));
        return texts.some((text) => text.includes('"REQUEST_METHOD":"POST"')) && texts;
      });
      for (const secret of ['"digest"', SESSION]) expect(frames.join()).not.toContain(secret);
    } else {
      await panel.evaluate(sendBy, [way, control('_swerve/modules'), module] as [string, string, string]);
      const [added] = await waitFor('the module that the panel sent', async () => {
        const more = (await modules()).filter((digest) => !before.includes(digest));
        return more.length > 0 && more;
      });
      await callApi(panel, 'DELETE', `modules/${added}`);
    }
    expect(await modules()).toEqual(before);
    await expectWhole();
  });
});

describe('the service workers', () => {
  it("are neither found, unregistered nor replaced: not the cluster's, not another App's", async () => {
    swerve.allowConsole(/Failed to register|MIME type|bad HTTP response/);
    const tries = (page: Page) =>
      page.evaluate(
        async ([own, ...others]) => {
          const outcome = async (attempt: () => Promise<unknown>) => attempt().then(Boolean, (error: Error) => error.name);
          const outcomes = [
            await outcome(() => navigator.serviceWorker.getRegistration(own)),
            await outcome(() => navigator.serviceWorker.register('/app-sw.js')),
          ];
          const refused: unknown[] = [];
          for (const other of others) {
            refused.push(await outcome(() => navigator.serviceWorker.getRegistration(other)));
            for (const script of ['sw.js', 'app-sw.js']) {
              refused.push(await outcome(() => navigator.serviceWorker.register(new URL(script, other).href, { scope: other })));
              refused.push(await outcome(() => navigator.serviceWorker.register(`/${script}`, { scope: other })));
            }
          }
          // Its own server hands out the build alone.
          for (const script of ['/sw.js', '/answer?head=Content-Type%3A%20text%2Fjavascript%0A&body=1'])
            refused.push(await outcome(() => navigator.serviceWorker.register(script)));
          return { outcomes, refused };
        },
        [at('evil'), control(), at('bank')] as const,
      );
    const { outcomes, refused } = await tries(evil);
    expect(outcomes).toEqual([true, true]);
    expect(new Set(refused)).toEqual(new Set(['SecurityError']));
    // Where they are one's own both work, the first step of ending and of replacing one.
    expect(await second.evaluate(async (scope) => (await navigator.serviceWorker.getRegistration(scope))?.scope, control())).toBe(control());
    expect(await bank.evaluate(async () => (await navigator.serviceWorker.register('/app-sw.js')).scope)).toBe(at('bank'));
    await expectWhole();
  });
});

describe('channels and locks of the cluster', () => {
  it.each([CHANGES_CHANNEL, PROBE_CHANNEL])('nothing is heard on %s, and nobody hears', async (name) => {
    const listen = (page: Page) =>
      page.evaluate((name) => {
        const heard: string[] = [];
        const channel = new BroadcastChannel(name);
        channel.onmessage = ({ data }) => heard.push(JSON.stringify(data));
        Object.assign(globalThis, { heard, channel });
      }, name);
    const post = (page: Page, mark: string) =>
      page.evaluate((mark) => (globalThis as unknown as { channel: BroadcastChannel }).channel.postMessage({ mark }), mark);
    const heardBy = (page: Page) => page.evaluate(() => (globalThis as unknown as { heard: string[] }).heard.join());
    for (const page of [panel, evil]) await listen(page);
    await second.evaluate((name) => Object.assign(globalThis, { channel: new BroadcastChannel(name) }), name);
    await post(evil, 'of-evil');
    await post(second, 'of-control');
    await waitFor('the channel to be heard', async () => (await heardBy(panel)).includes('of-control'));
    expect(await heardBy(panel)).not.toContain('of-evil');
    expect(await heardBy(evil)).toBe('');
    for (const page of [panel, second, evil]) await page.evaluate(() => (globalThis as unknown as { channel: BroadcastChannel }).channel.close());
  });

  it('no lock is seen or stolen', async () => {
    const names = (page: Page) => page.evaluate(async () => ((await navigator.locks.query()).held ?? []).map(({ name }) => name ?? ''));
    const ofCluster = await names(second);
    expect(ofCluster).toContain('swerve/leader');
    expect((await names(evil)).filter((name) => ofCluster.includes(name))).toEqual([]);

    // One of ours in the place of the leader's, which would be taken back.
    await panel.evaluate(() => {
      Object.assign(globalThis, { isStolen: false });
      navigator.locks.request('of-control', () => new Promise(() => {})).catch(() => Object.assign(globalThis, { isStolen: true }));
    });
    const steal = (page: Page) => page.evaluate(() => navigator.locks.request('of-control', { steal: true }, () => true));
    const isStolen = () => panel.evaluate(() => (globalThis as unknown as { isStolen: boolean }).isStolen);
    expect(await steal(evil)).toBe(true);
    expect(await steal(bank)).toBe(true);
    expect(await isStolen()).toBe(false);
    expect(await steal(second)).toBe(true);
    await waitFor('the lock to be stolen', isStolen);
  });
});

describe('the host frame', () => {
  const headOf = (url: string, headers: [string, string][] = []) => ({
    method: 'GET',
    url,
    pathWithQuery: new URL(url).pathname,
    route: { path: '/', match: 'prefix', prefix: '', rewrite: null },
    headers,
    bodyLength: null,
  });
  const ask = (more: object = {}): object => ({ type: 'swerve:connect', job: 1, version: PROTOCOL_VERSION, worker: 'a page', ...more });
  const drive = (page: Page, head: object, { asked = ask(), waitMs = 10_000 } = {}) =>
    page.evaluate(driveLine, { frameUrl: control(FRAME_PATH), ask: asked, head, waitMs });

  it('gives a page a line to its own App', async () => {
    expect(await drive(evil, headOf(at('evil/env')))).toMatchObject({ connected: 'yes', status: 200, text: expect.stringContaining('"HTTP_HOST":"evil.') });
    expect(await drive(bank, headOf(at('bank/env')))).toMatchObject({ connected: 'yes', status: 200, text: expect.stringContaining(SECRET) });
  });

  it.each<[what: string, head: () => object, asked?: () => object]>([
    ['the address of another App', () => headOf(at('bank/env'))],
    ['the address of the API', () => headOf(control(APPS))],
    ['a path of another App at the control origin', () => headOf(control('bank/env'))],
    [
      'its own address and the headers of another App',
      () =>
        headOf(at('evil/env'), [
          ['host', new URL(at('bank')).host],
          ['origin', at('bank').slice(0, -1)],
        ]),
    ],
    [
      'its own address and the path and route of another App',
      () => ({ ...headOf(at('evil/env')), pathWithQuery: '/bank/env', route: { path: '/bank', match: 'prefix', prefix: '/bank', rewrite: '/' } }),
    ],
    ['a forged identity', () => headOf(at('bank/env')), () => ask({ origin: at('bank').slice(0, -1), app: 'bank', namespace: 'default', uid: 'bank' })],
    ['an address that is none', () => ({ ...headOf(at('evil/env')), url: 'bank' })],
  ])('gives none to another by %s', async (_what, head, asked) => {
    const answer = await drive(evil, head(), asked && { asked: asked() });
    expect(answer.text).not.toContain(SECRET);
    // What it writes of itself its own guest may hear.
    if (answer.status === 200) expect(answer.text).toContain('"SERVER_NAME":"evil.');
    else expect(answer.code).toMatch(/^(api-forbidden|request-invalid|internal)$/);
    // A page that takes a line of its own ends that of its App's service worker, which has to find out.
    await expectOthersWhole();
  });

  it("does not answer the page of an App whose frame it is not: another App's line stays its own", async () => {
    const framed = await evil.evaluate(
      async ([src, ask]) => {
        const victim = window.open(src)!;
        for (let tries = 0; victim.length === 0 && tries < 200; tries++) await new Promise((resolve) => setTimeout(resolve, 20));
        // Its host frame: a window's frames can be reached across origins, and told anything.
        const host = victim[0]!;
        const heard: unknown[] = [];
        const hear = ({ data, source }: MessageEvent) => source === host && heard.push(data?.type);
        addEventListener('message', hear);
        for (let times = 0; times < 5; times++) {
          host.postMessage(ask, '*');
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
        // And its page be told that it is connected.
        const { port1, port2 } = new MessageChannel();
        const requests: unknown[] = [];
        port1.onmessage = ({ data }) => requests.push(data);
        for (let job = 0; job < 5; job++) victim.postMessage({ type: 'swerve:connected', job, lock: 'of-evil' }, '*', job === 0 ? [port2] : []);
        await new Promise((resolve) => setTimeout(resolve, 500));
        removeEventListener('message', hear);
        const frames = victim.length;
        victim.close();
        return { frames, heard, requests };
      },
      [pageAt('bank'), ask()] as const,
    );
    expect(framed).toEqual({ frames: 1, heard: [], requests: [] });
    await expectWhole();
  });

  it('does not answer a page of another site, nor one without an origin', async () => {
    swerve.allowConsole(/frame-ancestors|violates the following Content Security Policy|Refused to frame|Framing/);
    // What is not of this site is on `localhost`: the same server.
    const stranger = await open(new URL('/', swerve.app.url.replace('swerve.localhost', 'localhost')).href);
    expect(await drive(stranger, headOf(at('bank/env')), { waitMs: 1_500 })).toEqual({ connected: 'no frame', text: '' });
    await stranger.close();
    const sandboxed = await evil.evaluate(
      async ([script, args]) => {
        const frame = document.createElement('iframe');
        frame.setAttribute('sandbox', 'allow-scripts');
        frame.srcdoc = `<body><script>(${script})(${args}).then((loot) => parent.postMessage({ loot }, '*'))</script>`;
        const answered = new Promise((resolve) => addEventListener('message', ({ data }) => data.loot && resolve(data.loot)));
        document.body.append(frame);
        return answered;
      },
      [String(driveLine), JSON.stringify({ frameUrl: control(FRAME_PATH), ask: ask(), head: headOf(at('evil/env')), waitMs: 1_500 })] as const,
    );
    expect(['silent', 'no frame']).toContain((sandboxed as { connected: string }).connected);
  });

  it('keeps its document to itself', async () => {
    const look = (page: Page) =>
      page.evaluate(() => {
        const frame = document.querySelector<HTMLIFrameElement>('iframe[src*="frame.html"]')!;
        const tryTo = (read: () => unknown) => {
          try {
            return read() ? 'reached' : 'nothing';
          } catch (error) {
            return (error as Error).name;
          }
        };
        return [
          tryTo(() => frame.contentDocument),
          tryTo(() => frame.contentWindow!.document),
          tryTo(() => (frame.contentWindow as unknown as { indexedDB: unknown }).indexedDB),
          tryTo(() => (frame.contentWindow as unknown as { eval: unknown }).eval),
        ];
      });
    expect(await look(evil)).toEqual(['nothing', 'SecurityError', 'SecurityError', 'SecurityError']);
    // Neither when it says that it is of the parent domain.
    await evil.evaluate((domain) => {
      try {
        document.domain = domain;
      } catch {
        // An engine may have done away with that.
      }
    }, new URL(control()).hostname);
    expect(await look(evil)).toEqual(['nothing', 'SecurityError', 'SecurityError', 'SecurityError']);
    const frame = evil.frames().find((one) => one.url() === control(FRAME_PATH));
    for (const document of [frame!, panel])
      expect(await document.evaluate(() => (window as unknown as { originAgentCluster: boolean }).originAgentCluster)).toBe(true);
    // The same code reaches a frame of the same origin.
    await second.evaluate((src) => {
      const frame = document.body.appendChild(Object.assign(document.createElement('iframe'), { src }));
      return new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
    }, control(FRAME_PATH));
    expect(await look(second)).toEqual(['reached', 'reached', 'reached', 'reached']);
    await second.reload();
  });
});

describe('another App', () => {
  it.each(['fetch', 'fetch with credentials', 'fetch without CORS', 'XMLHttpRequest', 'a frame', 'a popup', 'a worker'])('is not read by %s', async (way) => {
    swerve.allowConsole(/CORS policy|net::ERR_FAILED/);
    expect(await bank.evaluate(readBy, [way, at('bank/env')] as [string, string])).toContain(SECRET);
    expect(await evil.evaluate(readBy, [way, at('bank/env')] as [string, string])).not.toContain(SECRET);
  });

  it('is not sent cookies that were set for the whole site, by a page or a guest', async () => {
    const host = new URL(control()).hostname;
    const tossed = ['session=tossed', 'tossed=1'];
    await evil.evaluate(
      async ([cookies, domain, path]) => {
        // biome-ignore lint/suspicious/noDocumentCookie: what pages do is what is tested
        for (const cookie of cookies) document.cookie = `${cookie}; Domain=${domain}; Path=/`;
        await fetch(path);
      },
      [
        tossed,
        host,
        new URL(at(answering('evil', { 'Content-Type': 'text/plain', 'Set-Cookie': [`byguest=1; Domain=${host}; Path=/`, 'own=1'] }))).href,
      ] as const,
    );
    // The attack works as far as browsers go: scripts of the other App see it.
    expect(await bank.evaluate(() => document.cookie)).toContain('tossed=1');
    expect(await evil.evaluate(async () => (await (await fetch('/env')).json()).HTTP_COOKIE)).toContain('own=1');
    await expectWhole();
    await evil.evaluate(
      ([cookies, domain]) => {
        // biome-ignore lint/suspicious/noDocumentCookie: what pages do is what is tested
        for (const cookie of cookies) document.cookie = `${cookie}; Domain=${domain}; Path=/; Max-Age=0`;
      },
      [tossed, host] as const,
    );
  });
});

describe('a page that keeps its host frame and its own thread busy', () => {
  it('does not double the p99 of another App', { timeout: 120_000 }, async () => {
    const [calm, honest] = [await open(at('calm')), await open(at('honest'))];
    const flood = async () => {
      await evil.evaluate((version) => {
        const frames = [...document.querySelectorAll<HTMLIFrameElement>('iframe[src*="frame.html"]')];
        let count = 0;
        let isOver = false;
        const spin = () => {
          for (let times = 0; times < 500; times++)
            for (const frame of frames) frame.contentWindow?.postMessage({ type: 'swerve:connect', job: count++, version, worker: `flood ${count}` }, '*');
          const endsAtMs = performance.now() + 50;
          while (performance.now() < endsAtMs);
          if (!isOver) setTimeout(spin);
        };
        spin();
        Object.assign(globalThis, {
          endFlood() {
            isOver = true;
            return count;
          },
        });
      }, PROTOCOL_VERSION);
      return async () => {
        const messages = await evil.evaluate(() => (globalThis as unknown as { endFlood(): number }).endFlood());
        return { answers: { messages }, bytes: 0 };
      };
    };
    const beside = await stormBeside({ sample: () => sampleCalm(calm, '/'), busy: () => askInLanes(honest, '/', 2), storm: flood }, 2);
    console.info('keeps its host frame busy', slowdown(beside).toFixed(2), JSON.stringify(beside.answers));
    expect(beside.answers['messages']).toBeGreaterThan(1_000);
    expect(slowdown(beside), `p99 in ms: calm ${p99(beside.calmMs)}, busy ${p99(beside.busyMs)}, storm ${p99(beside.stormMs)}`).toBeLessThanOrEqual(2);
    // The cluster is led on: an App that is written now is served.
    const { digest } = await uploadModule(panel, exampleFile('clock'));
    await createApp(panel, { name: 'late', source: { digest }, routes: [{ path: '/late' }], scale: { min: 1 } });
    await waitFor('the instance that scale.min asks for', async () => (await instancesOf(panel, 'late')).names.length === 1, { deadlineMs: 20_000 });
    await deleteApp(panel, 'late');
    expect((await fetchIn(panel, 'calm')).status).toBe(200);
  });
});
