/** HTTP between pages and guests, in every engine: methods, headers, bodies both ways, redirects, cookies. */

import { afterAll, expect, it, type TestContext } from 'vitest';
import { callApi } from '../browser/harness/api.ts';
import { echoInPieces } from '../browser/harness/echo.ts';
import { type Peer, startPeer } from '../browser/harness/peer.ts';
import { exampleFile, guestFile } from '../browser/harness/wasm-files.ts';
import { answering } from '../browser/http/guests.ts';
import type { Tab } from './harness/engine.ts';
import { serveFiles } from './harness/guests.ts';
import { describeEngines, skipWithout } from './harness/use-engine.ts';

describeEngines('HTTP', (swerve) => {
  let peer: Peer;
  let panel: Tab;
  afterAll(() => peer?.stop());
  swerve.before(async () => {
    peer = await startPeer();
    panel = await swerve.openPanel();
    await serveFiles(panel, {
      wagi: { file: guestFile('headers') },
      component: { file: exampleFile('stream-rust') },
      caller: { file: guestFile('forward'), capabilities: { http: { allow: ['http://wagi.default.svc.cluster.local', peer.origin] } } },
      misbehave: { file: exampleFile('misbehave'), limits: { timeoutMs: 1_200 }, restart: { maxRestarts: 100 } },
      'misbehave-http': { file: exampleFile('misbehave-http'), limits: { timeoutMs: 1_200 }, restart: { maxRestarts: 100 } },
    });
    // What it answers at its root is no page.
    await swerve.pageOf('wagi', answering('wagi', { 'Content-Type': 'text/html' }, '<!doctype html><title>A page</title>'));
  });

  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PURGE'])('%s reaches both kinds of guest, with its body', async (method) => {
    const sent = method === 'GET' ? {} : { body: 'Grüße, 世界' };
    const seen = JSON.parse((await swerve.ask('component/headers?x=1', { method, ...sent })).text);
    expect(seen).toMatchObject({
      method,
      target: swerve.pathOf('component/headers?x=1'),
      authority: new URL(swerve.addressOf('component')).host,
    });
    const length = method === 'GET' ? 0 : 15;
    expect(JSON.parse((await swerve.ask('wagi/count', { method, ...sent })).text)).toMatchObject({ method, bytes: length, contentLength: `${length}` });
  });

  it('HEAD has the headers of the answer and no body', async () => {
    expect(await swerve.ask('component/bytes?n=4096', { method: 'HEAD' })).toMatchObject({ status: 200, headers: { 'content-length': '4096' }, text: '' });
  });

  it('headers reach the guest, and repeated ones of the answer all arrive', async () => {
    const sent = { 'x-custom': 'one', accept: 'application/json', 'content-type': 'text/x-own' };
    const env = JSON.parse((await swerve.ask('wagi/env', { method: 'POST', body: 'x', headers: sent })).text);
    expect(env).toMatchObject({ HTTP_X_CUSTOM: 'one', HTTP_ACCEPT: 'application/json', CONTENT_TYPE: 'text/x-own' });
    expect(env.HTTP_USER_AGENT).toBe(await (await swerve.pageOf('wagi')).evaluate(() => navigator.userAgent));
    const answer = await swerve.ask(answering('wagi', { 'Content-Type': 'text/plain', 'X-Many': ['1', '2'], Link: ['</a>; rel=x', '</b>; rel=y'] }, 'ok'));
    expect(answer).toMatchObject({ text: 'ok', headers: { 'x-many': '1, 2', link: '</a>; rel=x, </b>; rel=y' } });
  });

  it.each([201, 206, 299, 400, 404, 418, 500, 599])('status %i passes', async (status) => {
    expect(await swerve.ask(answering('wagi', { Status: `${status}`, 'Content-Type': 'text/plain' }, 'body'))).toMatchObject({ status, text: 'body' });
  });

  it.each([204, 205, 304])('status %i passes, without a body', async (status) => {
    expect(await swerve.ask(answering('wagi', { Status: `${status}` }))).toMatchObject({ status, text: '' });
  });

  it('a guest sends requests to another App and to a server, where the engine can suspend it', async () => {
    const suspends = await (await swerve.pageOf('wagi')).evaluate(() => 'Suspending' in WebAssembly);
    const send = (to: string) => swerve.ask(`caller/pass?to=${encodeURIComponent(to)}`, { method: 'POST', body: 'four' });
    const inside = await send('http://wagi.default.svc.cluster.local/count');
    const outside = await send(`${peer.origin}/echo`);
    if (suspends) {
      expect(JSON.parse(inside.text)).toMatchObject({ method: 'POST', bytes: 4 });
      expect(outside).toMatchObject({ status: 200, text: 'four', headers: { 'x-peer': 'echo' } });
    } else {
      for (const { status, text } of [inside, outside]) expect([status, text]).toEqual([502, expect.stringContaining('cannot suspend WebAssembly')]);
      expect(peer.connections()).toBe(0);
    }
  });

  it.for([
    { status: 301, method: 'GET', bytes: 0 },
    { status: 303, method: 'GET', bytes: 0 },
    { status: 307, method: 'POST', bytes: 5 },
  ])('a redirect with $status is followed after a POST with $method', async ({ status, method, bytes }, context) => {
    if (bytes > 0) skipWithout('redirected-bodies', context, swerve);
    const path = answering('wagi', { Status: `${status}`, Location: 'count', 'Content-Type': 'text/plain' });
    const answer = await swerve.evaluateAt(path, async ([address]) => {
      const response = await fetch(address, { method: 'POST', body: '12345' });
      return { url: response.url, seen: await response.json() };
    });
    expect(answer).toMatchObject({ url: swerve.addressOf('wagi/count'), seen: { method, bytes } });
  });

  // Each engine keeps the key in its own way, at either kind of origin in the same database.
  if (swerve.mode === 'path') {
    it('a Secret is sealed, reaches a guest, and is shown to nobody else', async () => {
      const path = 'api/v1/namespaces/default/secrets';
      await callApi(panel, 'POST', path, { metadata: { name: 'login' }, stringData: { PASSWORD: 'hunter2' } });
      await serveFiles(panel, { reader: { file: guestFile('headers'), envFrom: [{ secretRef: { name: 'login' } }] } });
      expect(JSON.parse((await swerve.ask('reader/env')).text)).toMatchObject({ PASSWORD: 'hunter2' });
      expect(JSON.stringify(await callApi(panel, 'GET', path))).not.toContain('hunter2');
    });
  }

  it('form data and a large body arrive whole', async () => {
    const formBytes = await swerve.evaluateAt('wagi/count', async ([address]) => {
      const fields = new FormData();
      fields.set('name', 'Ada');
      fields.set('file', new Blob([new Uint8Array(500_000)]), 'zeros.bin');
      return (await (await fetch(address, { method: 'POST', body: fields })).json()).bytes;
    });
    expect(formBytes).toBeGreaterThan(500_000);
    const put = ([address]: [string, unknown]) => fetch(address, { method: 'PUT', body: new Uint8Array(20_000_000) }).then((response) => response.json());
    expect(await swerve.evaluateAt('component/count', put)).toMatchObject({ bytes: 20_000_000 });
  });

  it('a request body is streamed to the guest, which answers each piece before the next is sent', async (context: TestContext) => {
    const page = await swerve.pageOf('component');
    if (!(await page.evaluate(sendsStreams))) context.skip('this engine cannot send a request body as a stream');
    expect(await page.evaluate(echoInPieces, swerve.addressOf('component/echo'))).toEqual({ pieces: ['one', 'two', 'three'], isEnd: true });
  });

  it('a caller that goes away ends the guest: the instance is free again', async () => {
    await swerve.evaluateAt('wagi/flood', async ([address]) => {
      const controller = new AbortController();
      const response = await fetch(address, { signal: controller.signal });
      await response.body!.getReader().read();
      controller.abort();
    });
    expect(JSON.parse((await swerve.ask('wagi/count', { method: 'POST', body: '12' })).text)).toMatchObject({ bytes: 2 });
  });

  it('cookies: set by a guest they come back to guests, and scripts see all but the HttpOnly ones', async () => {
    const cookies = ['plain=a b; Path=/', 'secret=s; Path=/; HttpOnly', 'elsewhere=1; Path=/elsewhere'];
    const answer = await swerve.ask(answering('wagi', { 'Content-Type': 'text/plain', 'Set-Cookie': cookies }, 'set'));
    expect(JSON.stringify(answer)).not.toContain('secret');
    const sent = async (path: string): Promise<string[]> => JSON.parse((await swerve.ask(path)).text).HTTP_COOKIE?.split('; ') ?? [];
    const page = await swerve.pageOf('wagi');
    const visible = () => page.evaluate(() => document.cookie.split('; '));
    expect(await sent('wagi/env')).toEqual(expect.arrayContaining(['plain=a b', 'secret=s']));
    expect(await sent('wagi/env')).not.toContain('elsewhere=1');
    expect(await visible()).toContain('plain=a b');
    expect(await visible()).not.toContain('secret=s');

    await page.evaluate(() => {
      // biome-ignore lint/suspicious/noDocumentCookie: what pages do is what is tested
      document.cookie = 'plain=by script; path=/';
    });
    expect((await sent('wagi/env')).filter((one) => one.startsWith('plain='))).toEqual(['plain=by script']);

    const gone = ['plain=; Path=/; Max-Age=0', 'secret=; Path=/; Max-Age=0; HttpOnly'];
    await swerve.ask(answering('wagi', { 'Content-Type': 'text/plain', 'Set-Cookie': gone }, 'gone'));
    expect((await sent('wagi/env')).filter((one) => /^(plain|secret)=/.test(one))).toEqual([]);
    expect((await visible()).filter((one) => one.startsWith('plain='))).toEqual([]);
  });

  it('cookies of one App reach no other, and none of its pages', async () => {
    const cookies = [`mine=1; Path=${swerve.pathOf('wagi')}`, `hidden=2; Path=${swerve.pathOf('wagi')}; HttpOnly`];
    await swerve.ask(answering('wagi', { 'Content-Type': 'text/plain', 'Set-Cookie': cookies }, 'set'));
    expect(JSON.parse((await swerve.ask('wagi/env')).text).HTTP_COOKIE.split('; ')).toEqual(expect.arrayContaining(['mine=1', 'hidden=2']));
    expect((await swerve.ask('component/headers')).text).not.toMatch(/mine=1|hidden=2/);
    expect(await (await swerve.pageOf('component')).evaluate(() => document.cookie)).not.toMatch(/mine=1|hidden=2/);
  });

  it.runIf(swerve.mode === 'own')('cookies that one App sets for the whole site reach no other', async () => {
    const domain = new URL(swerve.app.url).hostname;
    await (await swerve.pageOf('wagi')).evaluate((domain) => {
      // biome-ignore lint/suspicious/noDocumentCookie: what pages do is what is tested
      for (const cookie of ['tossed=1', 'stream-first=tossed']) document.cookie = `${cookie}; Domain=${domain}; Path=/`;
    }, domain);
    await swerve.ask(answering('wagi', { 'Content-Type': 'text/plain', 'Set-Cookie': `byguest=1; Domain=${domain}; Path=/` }, 'set'));
    // Scripts see it: so far the browser lets it go.
    expect(await (await swerve.pageOf('component')).evaluate(() => document.cookie)).toContain('tossed=1');
    const headers = (await swerve.ask('component/headers')).text;
    expect(headers).toContain('stream-first=1');
    expect(headers).not.toMatch(/stream-first=tossed|byguest/);
    // Where the engine tells name and value alone, nobody can tell whose a cookie is that the App itself did not set (docs/security.md).
    const tellsDomains = await (await swerve.pageOf('component')).evaluate(async () => {
      const { cookieStore } = window as unknown as { cookieStore: { getAll(): Promise<object[]> } };
      return (await cookieStore.getAll()).some((cookie) => 'domain' in cookie);
    });
    if (tellsDomains) expect(headers).not.toContain('tossed');
  });

  // Last: in WebKitGTK the loops go on.
  it.each(swerve.mode === 'own' ? ['misbehave'] : ['misbehave', 'misbehave-http'])(
    'the first piece of what %s answers arrives while it runs on, and the answer breaks off with it',
    async (app) => {
      const seen = await swerve.evaluateAt(`${app}/loop?late=1`, async ([address]) => {
        const response = await fetch(address);
        const reader = response.body!.getReader();
        const first = await reader.read();
        const end = await reader.read().then(
          ({ done }) => (done ? 'ended as if whole' : 'another piece'),
          () => 'broke off',
        );
        return { status: response.status, isPiece: !first.done && first.value.byteLength > 0, end };
      });
      expect(seen).toEqual({ status: 200, isPiece: true, end: 'broke off' });
    },
  );
});

/** Whether a request body may be a stream: an engine that cannot makes a string of it, with that type. */
function sendsStreams(): boolean {
  let isRead = false;
  const request = new Request('/', {
    method: 'POST',
    body: new ReadableStream(),
    get duplex() {
      isRead = true;
      return 'half';
    },
  } as RequestInit);
  return isRead && !request.headers.has('content-type');
}
