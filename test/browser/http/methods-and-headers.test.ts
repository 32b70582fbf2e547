import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { fetchIn } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { answering, serveGuests } from './guests.ts';

const swerve = useSwerve();
let panel: Page;

beforeAll(async () => {
  panel = await swerve.openPanel();
  await serveGuests(panel, { wagi: { guest: 'headers' }, hello: { guest: 'hello-c' }, component: { guest: 'stream-rust' } });
});

interface SeenRequest {
  method: string;
  scheme: string;
  authority: string;
  target: string;
  headers: [string, string][];
}

async function seenByComponent(path: string, init: Parameters<typeof fetchIn>[2] = {}): Promise<SeenRequest> {
  return JSON.parse((await fetchIn(panel, path, init)).text);
}

async function seenByWagi(path: string, init: Parameters<typeof fetchIn>[2] = {}): Promise<Record<string, string>> {
  return JSON.parse((await fetchIn(panel, path, init)).text);
}

describe('methods', () => {
  it.each(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PURGE', 'patch'])('%s reaches both kinds of guest as it was sent', async (method) => {
    expect(await seenByComponent('component/headers', { method })).toMatchObject({ method });
    expect(await seenByWagi('wagi/env', { method })).toMatchObject({ REQUEST_METHOD: method });
  });

  it('HEAD has the headers of the answer and no body', async () => {
    expect(await fetchIn(panel, 'component/bytes?n=4096', { method: 'HEAD' })).toMatchObject({ status: 200, headers: { 'content-length': '4096' }, text: '' });
    const path = answering('wagi', { 'Content-Type': 'text/plain', 'X-Own': 'yes' }, 'a body that HEAD must not have');
    expect(await fetchIn(panel, path, { method: 'HEAD' })).toMatchObject({ status: 200, headers: { 'x-own': 'yes' }, text: '' });
  });

  it.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PURGE'])('%s carries its body to both kinds of guest', async (method) => {
    const body = 'Grüße, 世界';
    expect((await fetchIn(panel, 'component/echo', { method, body })).text).toBe(body);
    expect(JSON.parse((await fetchIn(panel, 'wagi/count', { method, body })).text)).toMatchObject({ method, bytes: 15, contentLength: '15' });
  });

  it('GET has no body: its end comes at once, and CONTENT_LENGTH says 0', async () => {
    expect(JSON.parse((await fetchIn(panel, 'component/count')).text)).toMatchObject({ bytes: 0 });
    expect(JSON.parse((await fetchIn(panel, 'wagi/count')).text)).toMatchObject({ bytes: 0, contentLength: '0' });
  });

  it('an empty POST is a body of no bytes', async () => {
    expect(JSON.parse((await fetchIn(panel, 'wagi/count', { method: 'POST', body: '' })).text)).toMatchObject({ bytes: 0, contentLength: '0' });
  });
});

describe('request headers', () => {
  const sent = { 'x-custom': 'one', 'x-many': 'a, b', accept: 'application/json', authorization: 'Bearer secret', 'content-type': 'text/x-own' };

  it('reach a component, with those that a service worker does not see', async () => {
    const { headers, authority, scheme, target } = await seenByComponent('component/headers?x=%20y', { method: 'POST', headers: sent, body: '12345' });
    const { host } = new URL(swerve.app.url);
    expect({ authority, scheme, target }).toEqual({ authority: host, scheme: 'http', target: '/component/headers?x=%20y' });
    expect(Object.fromEntries(headers)).toMatchObject({
      ...sent,
      referer: swerve.app.url,
      'user-agent': await panel.evaluate(() => navigator.userAgent),
      origin: new URL(swerve.app.url).origin,
    });
    const names = headers.map(([name]) => name);
    expect(new Set(names).size, String(names)).toBe(names.length);
  });

  it('reach a WAGI guest as its variables', async () => {
    const env = await seenByWagi('wagi/env/../env?x=%20y', { method: 'POST', headers: sent, body: '12345' });
    const url = new URL(swerve.app.url);
    expect(env).toMatchObject({
      HTTP_X_CUSTOM: 'one',
      HTTP_X_MANY: 'a, b',
      HTTP_ACCEPT: 'application/json',
      HTTP_HOST: url.host,
      HTTP_REFERER: swerve.app.url,
      HTTP_USER_AGENT: await panel.evaluate(() => navigator.userAgent),
      CONTENT_TYPE: 'text/x-own',
      CONTENT_LENGTH: '5',
      REQUEST_METHOD: 'POST',
      QUERY_STRING: 'x=%20y',
      SCRIPT_NAME: '/wagi',
      PATH_INFO: '/env',
      SERVER_NAME: url.hostname,
      SERVER_PORT: url.port,
    });
    expect(env).not.toHaveProperty('HTTP_AUTHORIZATION');
  });

  it('that repeat all arrive', async () => {
    const seen = await panel.evaluate(async () => {
      const headers = new Headers([
        ['x-twice', '1'],
        ['x-twice', '2'],
      ]);
      return (await fetch('component/headers', { headers })).json();
    });
    expect(
      seen.headers
        .filter(([name]: [string]) => name === 'x-twice')
        .map(([, value]: [string, string]) => value)
        .join(', '),
    ).toBe('1, 2');
  });
});

describe('response headers', () => {
  it('that repeat all arrive', async () => {
    expect((await fetchIn(panel, 'component/headers')).headers).toMatchObject({ 'x-many': '1, 2' });
    const path = answering('wagi', { 'Content-Type': 'text/plain', 'X-Many': ['1', '2'], Link: ['</a>; rel=preload', '</b>; rel=next'] });
    expect((await fetchIn(panel, path)).headers).toMatchObject({ 'x-many': '1, 2', link: '</a>; rel=preload, </b>; rel=next' });
  });

  it('pass as they are, and nothing is added', async () => {
    const head = {
      'Content-Type': 'application/vnd.own+json; charset=utf-8; v="1"',
      ETag: '"abc"',
      'Cache-Control': 'max-age=60',
      Vary: 'accept',
      'X-Empty': '',
    };
    const { headers, text } = await fetchIn(panel, answering('wagi', head, '{}'));
    expect(headers).toEqual(Object.fromEntries(Object.entries(head).map(([name, value]) => [name.toLowerCase(), value])));
    expect(text).toBe('{}');
  });

  it('of one connection only are dropped', async () => {
    const { headers } = await fetchIn(
      panel,
      answering('wagi', { 'Content-Type': 'text/plain', Connection: 'x-hop', 'X-Hop': '1', 'Keep-Alive': 'timeout=5', 'X-End': '2' }),
    );
    expect(headers).toEqual({ 'content-type': 'text/plain', 'x-end': '2' });
  });
});

describe('statuses', () => {
  it.each([200, 201, 202, 301, 400, 401, 403, 404, 418, 500, 502, 503, 599])('%i of a guest is its own, body and all', async (status) => {
    const fromComponent = await fetchIn(panel, `component/status?code=${status}`);
    expect(fromComponent).toMatchObject({ status, text: `status ${status}\n` });
    expect(fromComponent.headers).not.toHaveProperty('swerve-error');
    expect(await fetchIn(panel, answering('wagi', { Status: `${status} Own Words`, 'Content-Type': 'text/plain' }, 'mine'))).toMatchObject({
      status,
      text: 'mine',
    });
  });

  it.each([204, 205, 304])('%i has no body, whatever the guest writes', async (status) => {
    expect(await fetchIn(panel, `component/status?code=${status}`)).toMatchObject({ status, text: '' });
    expect(await fetchIn(panel, answering('wagi', { Status: `${status}`, 'X-Own': 'yes' }, 'not to be sent'))).toMatchObject({
      status,
      headers: { 'x-own': 'yes' },
      text: '',
    });
  });

  it.each([100, 103, 199])('%i cannot be an answer: 502 that says so', async (status) => {
    for (const path of [`component/status?code=${status}`, answering('wagi', { Status: `${status}`, 'Content-Type': 'text/plain' })]) {
      const answer = await fetchIn(panel, path);
      expect(answer, path).toMatchObject({ status: 502, headers: { 'swerve-error': 'handler-response-invalid', 'content-type': 'application/problem+json' } });
      expect(JSON.parse(answer.text)).toMatchObject({ code: 'handler-response-invalid', status: 502, detail: expect.stringContaining(String(status)) });
    }
  });

  it.each([99, 600, 999])('%i is no status: 502, or the error that wasi:http has for it', async (status) => {
    const answer = await fetchIn(panel, answering('wagi', { Status: `${status}`, 'Content-Type': 'text/plain' }));
    expect(answer).toMatchObject({ status: 502, headers: { 'swerve-error': 'handler-response-invalid' } });
    // `set-status-code` fails in the guest, which then says so itself.
    expect(await fetchIn(panel, `component/status?code=${status}`)).toMatchObject({ status: 400, text: `${status} is not a status code\n` });
  });

  it('HEAD has the error code in a header too', async () => {
    const answer = await fetchIn(panel, answering('wagi', { Status: '103' }), { method: 'HEAD' });
    expect(answer).toMatchObject({ status: 502, headers: { 'swerve-error': 'handler-response-invalid' }, text: '' });
  });
});

describe('ranges', () => {
  it.each([
    { range: 'bytes=0-9', status: 206, contentRange: 'bytes 0-9/1000', bytes: 10, first: 0 },
    { range: 'bytes=990-', status: 206, contentRange: 'bytes 990-999/1000', bytes: 10, first: 222 },
    { range: 'bytes=2000-', status: 416, contentRange: 'bytes */1000', bytes: 0, first: null },
  ])('$range is answered by the guest with $status', async ({ range, status, contentRange, bytes, first }) => {
    const answer = await panel.evaluate(async (range) => {
      const response = await fetch('wagi/range', { headers: { range } });
      const body = new Uint8Array(await response.arrayBuffer());
      return { status: response.status, contentRange: response.headers.get('content-range'), bytes: body.length, first: body[0] ?? null };
    }, range);
    expect(answer).toEqual({ status, contentRange, bytes, first });
  });

  it('without Range the whole is 200', async () => {
    expect(await fetchIn(panel, 'wagi/range')).toMatchObject({ status: 200, headers: { 'accept-ranges': 'bytes' } });
  });
});
