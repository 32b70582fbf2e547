/** wasi:http/outgoing-handler (WIT: wasi-http/handler.wit and types.wit, 0.2), clause by clause, against a server that is no part of the app. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callApi, fetchIn } from '../harness/api.ts';
import { stopServiceWorkers } from '../harness/cdp.ts';
import { type Peer, startPeer } from '../harness/peer.ts';
import { useSwerve } from '../harness/swerve.ts';
import { waitFor } from '../harness/wait.ts';
import { logOf, serveGuests } from './guests.ts';

const swerve = useSwerve();
let panel: Page;
let peer: Peer;
let stranger: Peer;

beforeAll(async () => {
  peer = await startPeer();
  stranger = await startPeer();
  panel = await swerve.openPanel();
  const { host, hostname } = new URL(swerve.app.url);
  const spec = { guest: 'forward', scale: { max: 1 } } as const;
  await serveGuests(panel, {
    granted: {
      ...spec,
      capabilities: {
        http: { allow: [peer.origin, 'http://127.0.0.1:9', `http://${host}`, `http://*.${hostname}:${swerve.app.url.split(':')[2]?.replace('/', '')}`] },
      },
    },
    reading: { ...spec, capabilities: { http: { allow: [{ origin: peer.origin, methods: ['GET'] }], maxInFlight: 3 } } },
    nothing: spec,
  });
});
afterAll(async () => {
  await peer?.stop();
  await stranger?.stop();
});
beforeEach(() => {
  peer.requests.length = 0;
});

/** Log lines are written apart from the answer. */
async function untilLogged(app: string, text: string): Promise<void> {
  await waitFor(`the log of ${app} to say ${text}`, async () => (await logOf(panel, app)).includes(text));
}

/** Has the guest of `app` send a request to `to`. */
function send(app: string, to: string, { mode = 'pass', query = '', ...init }: Parameters<typeof fetchIn>[2] & { mode?: string; query?: string } = {}) {
  return fetchIn(panel, `${app}/${mode}?to=${encodeURIComponent(to)}${query}`, init);
}

describe('what was not granted', () => {
  it.each([
    ['nothing', 'GET', () => `${stranger.origin}/`],
    ['nothing', 'POST', () => `${stranger.origin}/echo`],
    ['granted', 'GET', () => `${stranger.origin}/`],
    ['granted', 'GET', () => 'https://example.com/'],
    ['reading', 'POST', () => `${peer.origin}/echo`],
  ])('is refused to %s, %s, and never leaves', async (app, method, to) => {
    expect(await send(app, to(), { query: `&method=${method}` })).toMatchObject({ status: 502, text: 'ErrorCode::HttpRequestDenied' });
    await untilLogged(app, `Denied: ${method} ${new URL(to()).origin} (wasi:http/outgoing-handler)`);
    await untilLogged(app, `To grant it, the App's spec needs capabilities: { http: { allow: ["${new URL(to()).origin}"] } }`);
    expect(stranger.connections()).toBe(0);
    expect(peer.requests).toEqual([]);
  });

  it('is a request that nobody but its guest has heard of', async () => {
    const seen: string[] = [];
    const note = (request: { url(): string }) => seen.push(request.url());
    swerve.context.on('request', note);
    await send('granted', `${stranger.origin}/unseen`);
    await send('nothing', `${stranger.origin}/unseen`);
    await send('granted', `${peer.origin}/seen`);
    await waitFor('the request that was granted to be seen', () => seen.includes(`${peer.origin}/seen`));
    swerve.context.off('request', note);
    expect(seen.filter((url) => url.startsWith(stranger.origin))).toEqual([]);
  });

  it("is the cluster's own origin, whatever the list says", async () => {
    const own = new URL(swerve.app.url);
    for (const address of [`${own.origin}/_swerve/api/v1/pods`, `${own.origin}/granted/pass`, `http://nothing.${own.host}/`]) {
      expect(await send('granted', address)).toMatchObject({ status: 502, text: 'ErrorCode::HttpRequestDenied' });
    }
  });

  it('is what a grant said that was taken back', async () => {
    await serveGuests(panel, { brief: { guest: 'forward', capabilities: { http: { allow: [peer.origin] } } } });
    expect(await send('brief', `${peer.origin}/`)).toMatchObject({ status: 200, text: 'hello' });
    await fetchIn(panel, '_swerve/apis/swerve.dev/v1/namespaces/default/apps/brief', {
      method: 'PATCH',
      headers: { 'content-type': 'application/merge-patch+json' },
      body: JSON.stringify({ spec: { capabilities: { http: null } } }),
    });
    expect(await send('brief', `${peer.origin}/`)).toMatchObject({ status: 502, text: 'ErrorCode::HttpRequestDenied' });
  });
});

describe('a request that was granted', () => {
  it('travels with its method, headers and body, and nothing of the page', async () => {
    await panel.evaluate(() => {
      // biome-ignore lint/suspicious/noDocumentCookie: the cookie that must not travel
      document.cookie = 'page=secret';
    });
    const answer = await send('granted', `${peer.origin}/echo?a=b%20c`, {
      query: '&method=PUT',
      method: 'POST',
      headers: { 'x-send-content-type': 'application/x-test', 'x-send-x-own': 'yes', 'x-send-cookie': 'guest=too' },
      body: 'the body',
    });
    expect(answer).toMatchObject({ status: 200, text: 'the body', headers: { 'content-type': 'application/x-test', 'x-peer': 'echo' } });
    const [request] = peer.requests.filter(({ method }) => method !== 'OPTIONS');
    expect(request).toMatchObject({ method: 'PUT', path: '/echo?a=b%20c', body: 'the body', headers: { 'x-own': 'yes', 'content-length': '8' } });
    expect(request?.headers).not.toHaveProperty('cookie');
    expect(request?.headers).not.toHaveProperty('referer');
    await untilLogged('granted', "The request header cookie is the browser's own and was not sent.");
  });

  it.each([201, 204, 404, 503])('is answered with %s as it comes', async (status) => {
    expect(await send('granted', `${peer.origin}/status/${status}`)).toMatchObject({ status, text: '' });
  });

  it('is answered without a body to HEAD', async () => {
    expect(await send('granted', `${peer.origin}/`, { mode: 'collect', query: '&method=HEAD' })).toMatchObject({ text: '200 0 end' });
  });

  it('has a method that a browser knows nothing of', async () => {
    await send('granted', `${peer.origin}/echo`, { query: '&method=PURGE' });
    expect(peer.requests.at(-1)).toMatchObject({ method: 'PURGE' });
  });

  it('gets its answer piece by piece, as the server sends it', async () => {
    const pieces = await panel.evaluate(
      async ([path, next]) => {
        const response = await fetch(path);
        const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
        const seen: string[] = [];
        for (;;) {
          const { done, value } = await reader.read();
          if (done) return seen;
          seen.push(value);
          await fetch(next);
        }
      },
      [`granted/pass?to=${encodeURIComponent(`${peer.origin}/pieces`)}`, `${peer.origin}/next`] as const,
    );
    expect(pieces).toEqual(['one', 'two', 'three']);
  });

  it('ends with the request that it was sent for', async () => {
    await panel.evaluate(
      async (path) => {
        const stop = new AbortController();
        const response = await fetch(path, { signal: stop.signal });
        await response.body!.getReader().read();
        stop.abort();
      },
      `granted/pass?to=${encodeURIComponent(`${peer.origin}/drip`)}`,
    );
    await waitFor('the peer to be let go', () => peer.open() === 0);
  });

  it('ends when the service worker is stopped in the middle of its answer, and the next one works', async () => {
    const broken = panel.evaluate(
      async (path) => {
        const response = await fetch(path);
        const reader = response.body!.getReader();
        await reader.read();
        try {
          while (!(await reader.read()).done);
          return 'ended';
        } catch {
          return 'broken';
        }
      },
      `granted/pass?to=${encodeURIComponent(`${peer.origin}/drip`)}`,
    );
    await waitFor('the answer to flow', () => peer.open() === 1);
    await stopServiceWorkers(panel);
    expect(await send('granted', `${peer.origin}/`)).toMatchObject({ status: 200, text: 'hello' });
    expect(await broken).toBe('broken');
    await waitFor('the peer to be let go', () => peer.open() === 0);
  });
});

describe('an error code', () => {
  it.each([
    ['a method that browsers do not send', 'CONNECT', () => `${peer.origin}/`, 'HttpRequestMethodInvalid'],
    ['one that they would write otherwise', 'post', () => `${peer.origin}/`, 'HttpRequestMethodInvalid'],
    ['no authority', 'GET', () => 'http:///', 'HttpRequestUriInvalid'],
    ['credentials in the address', 'GET', () => peer.origin.replace('//', '//user:secret@'), 'HttpRequestUriInvalid'],
    ['another scheme', 'GET', () => 'ftp://127.0.0.1/', 'HttpProtocolError'],
    ['a long address', 'GET', () => `${peer.origin}/${'a'.repeat(65_536)}`, 'HttpRequestUriTooLong'],
    ['a redirect', 'GET', () => `${peer.origin}/redirect`, 'InternalError(Some("'],
  ])('says of %s what it is', async (_what, method, to, code) => {
    swerve.allowConsole(/./);
    const { status, text } = await send('granted', to(), { query: `&method=${method}` });
    expect({ status, text: text.slice(0, `ErrorCode::${code}`.length) }).toEqual({ status: 502, text: `ErrorCode::${code}` });
    expect(peer.requests.map(({ path }) => path)).not.toContain('/landed');
  });

  it('says of headers that are too large how large they are', async () => {
    const headers = Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`x-send-x-${n}`, 'a'.repeat(7_000)]));
    expect((await send('granted', `${peer.origin}/`, { headers })).text).toBe('ErrorCode::HttpRequestHeaderSectionSize(Some(70030))');
  });

  it('says of a server that is not there, or does not allow it, all that the browser tells', async () => {
    swerve.allowConsole(/ERR_|CORS/);
    expect((await send('granted', 'http://127.0.0.1:9/')).text).toContain('ErrorCode::InternalError(Some("the browser gave no answer of http://127.0.0.1:9');
    expect((await send('granted', `${peer.origin}/bare`)).text).toContain('CORS');
    await untilLogged('granted', 'A gateway that sends requests for the browser would be the way out; this version of Swerve has none yet.');
  });

  it('says when the answer does not begin in time', async () => {
    expect((await send('granted', `${peer.origin}/never`, { query: '&first=50&connect=50' })).text).toBe('ErrorCode::ConnectionReadTimeout');
    await waitFor('the peer to be let go', () => peer.open() === 0);
  });

  it('says when nothing more comes in time', async () => {
    expect((await send('granted', `${peer.origin}/stall`, { mode: 'collect', query: '&between=50' })).text).toBe('200 5 ErrorCode::ConnectionReadTimeout');
    await waitFor('the peer to be let go', () => peer.open() === 0);
  });

  it('says when the answer breaks off', async () => {
    swerve.allowConsole(/./);
    expect((await send('granted', `${peer.origin}/cut`, { mode: 'collect' })).text).toMatch(/^200 \d+ ErrorCode::HttpResponseIncomplete$/);
  });

  it('refuses trailers, and the request with them', async () => {
    expect((await send('granted', `${peer.origin}/echo`, { method: 'POST', body: 'x', query: '&trailers=1' })).text).toBe(
      'ErrorCode::HttpRequestTrailerSectionSize(Some(8))',
    );
    expect(peer.requests).toEqual([]);
  });

  it.each([
    ['longer than it said', '3', 'HttpRequestBodySize(Some(4))'],
    ['shorter than it said', '5', 'HttpRequestBodySize(Some(4))'],
  ])('refuses a body that is %s', async (_what, length, code) => {
    expect((await send('granted', `${peer.origin}/echo`, { method: 'POST', body: 'four', headers: { 'x-send-content-length': length } })).text).toBe(
      `ErrorCode::${code}`,
    );
    expect(peer.requests).toEqual([]);
  });

  it('refuses a body with GET, which browsers do not send', async () => {
    expect((await send('granted', `${peer.origin}/echo`, { method: 'POST', body: 'four', query: '&method=GET' })).text).toBe(
      'ErrorCode::HttpRequestBodySize(Some(4))',
    );
  });

  it('refuses a body that is too large to be held, where it cannot be a stream', async () => {
    const size = 9_000_000;
    const text = await panel.evaluate(async ([path, size]) => (await fetch(path, { method: 'POST', body: 'x'.repeat(size) })).text(), [
      `granted/pass?to=${encodeURIComponent(`${peer.origin}/echo`)}`,
      size,
    ] as const);
    expect(text).toMatch(/^ErrorCode::HttpRequestBodySize\(Some\(\d+\)\)$/);
  });

  it('refuses more requests at once than the App may have under way', async () => {
    const { text } = await send('reading', `${peer.origin}/`, { mode: 'many', query: '&n=5' });
    expect(text.split('\n')).toEqual(['200', '200', '200', 'ErrorCode::ConnectionLimitReached', 'ErrorCode::ConnectionLimitReached']);
    // What is over makes room.
    expect((await send('reading', `${peer.origin}/`, { mode: 'many', query: '&n=3' })).text).toBe('200\n200\n200');
  });
});

it('refuses a list with what is no pattern, and says what is wrong with it', async () => {
  const { status, text } = await fetchIn(panel, '_swerve/apis/swerve.dev/v1/namespaces/default/apps/granted', {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: JSON.stringify({ spec: { capabilities: { http: { allow: ['https://example.com/path', { origin: 'https://*', methods: ['get'] }] } } } }),
  });
  expect(status).toBe(422);
  expect(text).toContain('spec.capabilities.http.allow[0]');
  expect(text).toContain('must end after the host and its port');
  expect(await callApi(panel, 'GET', 'apis/swerve.dev/v1/namespaces/default/apps/granted')).toMatchObject({
    spec: { capabilities: { http: { allow: { length: 4 } } } },
  });
});
