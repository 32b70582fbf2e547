/** Apps call each other by their inner names, without leaving the browser. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { fetchIn } from '../harness/api.ts';
import { type Peer, startPeer } from '../harness/peer.ts';
import { useSwerve } from '../harness/swerve.ts';
import { waitFor } from '../harness/wait.ts';
import { instancesOf, serveGuests, untilInFlight } from './guests.ts';

const swerve = useSwerve();
let panel: Page;
let peer: Peer;

const inner = (app: string, path: string, namespace = 'default') => `http://${app}.${namespace}.svc.cluster.local${path}`;

beforeAll(async () => {
  peer = await startPeer();
  panel = await swerve.openPanel();
  const scale = { max: 1, concurrency: 16 };
  await serveGuests(panel, {
    caller: { guest: 'forward', scale, capabilities: { http: { allow: ['http://*.default.svc.cluster.local', inner('ghost', '', 'elsewhere')] } } },
    stranger: { guest: 'forward', scale, capabilities: { http: { allow: [inner('caller', '')] } } },
    // One request at a time, and a short patience: it waits for itself and must not do so for ever.
    narcissus: {
      guest: 'forward',
      scale: { max: 1, concurrency: 1 },
      limits: { timeoutMs: 1_500, queue: 1 },
      capabilities: { http: { allow: [inner('narcissus', '')] } },
    },
    bomb: { guest: 'forward', scale, limits: { timeoutMs: 5_000, queue: 16 }, capabilities: { http: { allow: [inner('bomb', '')] } } },
    target: { guest: 'headers' },
    echo: { guest: 'stream-rust' },
  });
});
afterAll(() => peer?.stop());

function call(app: string, to: string, { mode = 'pass', query = '', ...init }: Parameters<typeof fetchIn>[2] & { mode?: string; query?: string } = {}) {
  return fetchIn(panel, `${app}/${mode}?to=${encodeURIComponent(to)}${query}`, init);
}

it('reaches another App at its root, as any client of the ingress does, without cookies', async () => {
  await panel.evaluate(() => {
    // biome-ignore lint/suspicious/noDocumentCookie: the cookie that must not travel
    document.cookie = 'page=secret';
  });
  expect(JSON.parse((await fetchIn(panel, 'target/env')).text)).toMatchObject({ HTTP_COOKIE: 'page=secret' });
  const { status, text } = await call('caller', inner('target', '/env?a=b'), { headers: { 'x-send-x-own': 'yes' } });
  expect(status).toBe(200);
  const env = JSON.parse(text);
  expect(env).toMatchObject({
    REQUEST_METHOD: 'GET',
    QUERY_STRING: 'a=b',
    PATH_INFO: '/env',
    HTTP_HOST: 'target.default.svc.cluster.local',
    HTTP_X_OWN: 'yes',
  });
  expect(env).not.toHaveProperty('HTTP_COOKIE');
});

it('sends its body and gets the answer with its status and headers', async () => {
  expect(JSON.parse((await call('caller', inner('target', '/count'), { method: 'POST', body: 'x'.repeat(300_000) })).text)).toMatchObject({
    method: 'POST',
    bytes: 300_000,
  });
  const redirect = inner('target', `/answer?head=${encodeURIComponent('Status: 307\nLocation: /elsewhere\nContent-Type: text/plain\n')}&body=go`);
  expect((await call('caller', redirect, { mode: 'collect' })).text).toBe('307 2 end');
});

it('streams both ways', async () => {
  const path = `caller/pass?to=${encodeURIComponent(inner('echo', '/echo'))}`;
  const text = await panel.evaluate(async (path) => (await fetch(path, { method: 'POST', body: 'y'.repeat(200_000) })).text(), path);
  expect(text.length).toBe(200_000);
});

it('is traced like every other request', async () => {
  const { served } = await instancesOf(panel, 'target');
  await call('caller', inner('target', '/env'));
  await waitFor('the call to be counted', async () => (await instancesOf(panel, 'target')).served === served + 1);
});

it.each([
  ['what was not granted', 'stranger', () => inner('target', '/env'), 'HttpRequestDenied'],
  ['an App that is not there', 'caller', () => inner('nobody', '/'), 'DestinationNotFound'],
  ['an App of a namespace that is not there', 'caller', () => inner('ghost', '/', 'elsewhere'), 'DestinationNotFound'],
  ['the API, by any name', 'caller', () => inner('target', '/_swerve/api/v1/pods'), 'HttpRequestDenied'],
  ['an inner name by HTTPS', 'caller', () => inner('target', '/env').replace('http:', 'https:'), 'HttpRequestDenied'],
])('does not reach %s', async (_what, app, to, code) => {
  expect(await call(app, to())).toMatchObject({ status: 502, text: `ErrorCode::${code}` });
});

/** The address at which `depth` calls of `caller` from within each other end at `last`. */
function nested(depth: number, last: string): string {
  return depth === 0 ? last : `${inner('caller', '/pass')}?to=${encodeURIComponent(nested(depth - 1, last))}`;
}

it('goes 8 calls deep and no deeper, and says 508 then', async () => {
  const path = (depth: number) => `caller/pass?to=${encodeURIComponent(nested(depth, inner('target', '/count')))}`;
  expect(await fetchIn(panel, path(7))).toMatchObject({ status: 200 });
  const refused = await fetchIn(panel, path(8));
  expect(refused).toMatchObject({ status: 508, headers: { 'swerve-error': 'call-loop' } });
  expect(JSON.parse(refused.text)).toMatchObject({ code: 'call-loop', detail: expect.stringContaining('more than 8 calls') });
  await untilInFlight(panel, 'caller', 0);
});

it('ends at its deadline when it waits for itself', async () => {
  const answer = await call('narcissus', inner('narcissus', '/many?n=0'));
  expect(answer).toMatchObject({ status: 504, headers: { 'swerve-error': 'handler-timeout' } });
  await untilInFlight(panel, 'narcissus', 0);
  expect(await fetchIn(panel, 'narcissus/many?n=0')).toMatchObject({ status: 200 });
});

it('does not blow up: Apps beside are served while one calls itself twice in every call', async () => {
  // What each is told to call is itself once more, so the whole tree would have 2^9 leaves.
  let path = '/many?n=0';
  for (let level = 0; level < 9; level += 1) path = `/many?n=2&to=${encodeURIComponent(inner('bomb', path))}`;
  let isOver = false;
  const bomb = fetchIn(panel, `bomb${path}`).finally(() => {
    isOver = true;
  });
  let beside = 0;
  do {
    expect(await fetchIn(panel, 'target/env')).toMatchObject({ status: 200 });
    beside += 1;
  } while (!isOver && beside < 200);
  expect([200, 504]).toContain((await bomb).status);
  await untilInFlight(panel, 'bomb', 0, { deadlineMs: 10_000 });
  expect(await fetchIn(panel, 'bomb/many?n=0')).toMatchObject({ status: 200 });
  expect(peer.connections()).toBe(0);
});
