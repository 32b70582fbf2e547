import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { callApi, fetchIn } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { waitFor } from '../harness/wait.ts';
import { answering, instancesOf, logOf, serveGuests } from '../http/guests.ts';
import { type Beside, besideStorm, p99, slowdown } from './storm.ts';

/** Guests that do their worst: each ends by a rule that its answer names, and an App beside is served as before. */

/** The p99 of the App beside must not double. */
const SLOWDOWN_MAX = 2;

/** For a failure: the p99 of each kind of phase, and of how many samples. */
const told = ({ calmMs, busyMs, stormMs }: Beside): string =>
  `p99 in ms: calm ${p99(calmMs)}, busy ${p99(busyMs)}, storm ${p99(stormMs)}; ${stormMs.length} samples`;

const swerve = useSwerve();
let panel: Page;
let stormy: Page;

const limits = { timeoutMs: 1_000, durationMs: 2_000, memoryMiB: 64 };
const restart = { maxRestarts: 1_000 };

beforeAll(async () => {
  panel = await swerve.openPanel();
  stormy = await swerve.open('_swerve/');
  await serveGuests(panel, {
    calm: { guest: 'hello-c' },
    honest: { guest: 'hello-c' },
    wagi: { guest: 'misbehave', limits, restart },
    http: { guest: 'misbehave-http', limits, restart },
    long: { guest: 'misbehave' },
    streams: { guest: 'misbehave', limits: { queue: 4_096 } },
    'long-http': { guest: 'misbehave-http' },
    forks: { guest: 'headers', limits: { queue: 8 }, scale: { max: 1, concurrency: 1 } },
  });
});

describe('beside an App that', () => {
  it.each<[what: string, app: 'wagi' | 'http' | 'long', path: string, lanes: number, answers: RegExp]>([
    ['loops without end', 'wagi', 'loop', 2, /^504 handler-timeout$|^503 app-crash-loop$/],
    ['recurses without end', 'wagi', 'recurse', 2, /^502 handler-trap$/],
    ['grows its memory to the limit', 'wagi', 'alloc?mib=4096', 2, /^507$/],
    ['answers with a million headers by CGI', 'wagi', 'headers', 2, /^502 handler-response-invalid$/],
    ['answers with a million headers by wasi:http', 'http', 'headers', 2, /^502 handler-response-invalid$/],
    ['answers with a head that never ends', 'wagi', 'endless?pad=100', 2, /^502 handler-response-invalid$/],
    ['writes no head', 'wagi', 'nohead', 2, /^502 handler-response-invalid$/],
    ['answers with 2 GB', 'long', 'huge?bytes=2147483648', 1, /^200$/],
    ['drips for an hour', 'wagi', 'drip?n=36000&ms=100', 8, /^200$|^broke off$/],
    ['calls out thousands of times', 'http', 'outbound?n=3000', 2, /^200$/],
    ['floods its log', 'wagi', 'stderr?n=100000', 2, /^200$|^504 handler-timeout$/],
  ])('%s, the p99 does not double', { timeout: 300_000 }, async (what, app, path, lanes, answers) => {
    const beside = await besideStorm(panel, stormy, { app, path, lanes }, SLOWDOWN_MAX);
    const ratios = { toBusy: slowdown(beside).toFixed(2), toCalm: (p99(beside.stormMs) / p99(beside.calmMs)).toFixed(2) };
    console.info(what, JSON.stringify({ ...ratios, answers: beside.answers, bytes: beside.bytes }));
    const total = Object.values(beside.answers).reduce((sum, count) => sum + count, 0);
    const asExpected = Object.entries(beside.answers).reduce((sum, [key, count]) => sum + (answers.test(key) ? count : 0), 0);
    expect(total).toBeGreaterThan(0);
    // A busy machine makes some miss their deadline; any other answer is a defect.
    expect(Object.keys(beside.answers).filter((key) => !answers.test(key) && key !== '504 handler-timeout' && key !== 'broke off')).toEqual([]);
    expect(asExpected).toBeGreaterThan(0);
    expect(slowdown(beside), told(beside)).toBeLessThanOrEqual(SLOWDOWN_MAX);
  });
});

describe('beside an App with many callers that', () => {
  it('holds two thousand streams open, most of them in its queue, the p99 does not double', { timeout: 300_000 }, async () => {
    const beside = await besideStorm(panel, stormy, { app: 'streams', path: 'drip?n=36000&ms=100', lanes: 2_000, ownTab: true }, SLOWDOWN_MAX);
    console.info('holds two thousand streams open', slowdown(beside).toFixed(2), (p99(beside.stormMs) / p99(beside.calmMs)).toFixed(2));
    expect(slowdown(beside), told(beside)).toBeLessThanOrEqual(SLOWDOWN_MAX);
    // What nobody waits for any more has left its instances and its queue.
    await waitFor('its App to serve again', async () => (await fetchIn(panel, 'streams/ok')).status === 200, { deadlineMs: 30_000 });
    await waitFor('nothing to be in flight', async () => (await instancesOf(panel, 'streams')).inFlight === 0, { deadlineMs: 30_000 });
  });
});

describe('an answer is refused, with the rule,', () => {
  it.each([
    ['a head of more than 64 KiB by CGI', 'long/headers', /more than 64 KiB without the empty line/],
    ['more than 1,000 header fields by CGI', 'long/headers?n=1001', /1002 header fields of \d+ bytes; at most 1000 fields of 65536 bytes are taken/],
    ['more than 1,000 header fields by wasi:http', 'long-http/headers?n=1001', /1001 header fields of \d+ bytes; at most 1000 fields/],
    ['more than 10,000 entries in one wasi:http fields', 'long-http/headers', /more than 10000 entries or 1048576 bytes into one wasi:http fields/],
  ])('%s', async (_what, path, rule) => {
    const { status, text } = await fetchIn(panel, path);
    expect(status).toBe(502);
    expect(JSON.parse(text)).toMatchObject({ code: 'handler-response-invalid', detail: expect.stringMatching(rule) });
  });

  it('and not with as many as that', async () => {
    expect((await fetchIn(panel, 'long/headers?n=999')).status).toBe(200);
    expect((await fetchIn(panel, 'long-http/headers?n=1000')).status).toBe(200);
  });
});

it('a guest that calls out is denied each time, and its log told once', async () => {
  const { status, text } = await fetchIn(panel, 'long-http/outbound?n=5000');
  expect(status).toBe(200);
  expect(JSON.parse(text)).toEqual({ sent: 0, denied: 5_000 });
  const denials = await waitFor('the denial in the log', async () => (await logOf(panel, 'long-http')).match(/Denied/g));
  // Once for each of its instances.
  expect(denials.length).toBeLessThanOrEqual((await instancesOf(panel, 'long-http')).names.length);
});

it('a flooded log is cut, and says how much it lost', async () => {
  expect((await fetchIn(panel, 'long/stderr?n=200000')).status).toBe(200);
  const log = await waitFor('the log to say so', async () => {
    const text = await logOf(panel, 'long');
    return /\d+ lines were dropped: more than 500, or 131072 characters, a second/.test(text) && text;
  });
  expect(log.split('\n').length).toBeLessThan(20_000);
});

describe('a page that an App serves and that asks for itself again and again', () => {
  it('gets 503 beyond the queue of its App, frames itself into no more hosts, and others are served on', { timeout: 120_000 }, async () => {
    const bomb = `<!doctype html><title>bomb</title><body><script>
      const here = location.pathname + location.search;
      const depth = Number(location.hash.slice(1));
      if (top === self) { self.seen = []; addEventListener('message', ({ data }) => seen.push(data)); }
      const ask = async () => { for (;;) { const { status } = await fetch(here + '&' + Math.random()); top.postMessage(status, '*'); } };
      for (let lane = 0; lane < 8; lane++) ask().catch(() => {});
      for (let child = 0; depth < 3 && child < 3; child++) {
        const frame = document.createElement('iframe');
        const load = () => { frame.src = here + '&' + Math.random() + '#' + (depth + 1); };
        frame.onload = () => { if (frame.contentDocument?.title !== 'bomb') setTimeout(load, 100); };
        load();
        document.body.append(frame);
      }
    </script>`;
    const page = await swerve.context.newPage();
    // Its load event may never come: one of its frames is always about to load.
    await page.goto(new URL(answering('forks', { 'Content-Type': 'text/html' }, bomb), swerve.app.url).href, { waitUntil: 'domcontentloaded' });
    const statuses = await waitFor(
      'frames in frames, and a refusal of the queue',
      async () => {
        const seen = await page.evaluate(() => [...new Set((window as unknown as { seen: number[] }).seen)]);
        return seen.includes(503) && page.frames().length > 12 && seen;
      },
      { deadlineMs: 40_000 },
    );
    expect(statuses.toSorted()).toEqual([200, 503]);
    for (let sample = 0; sample < 20; sample++) expect((await fetchIn(panel, 'calm')).status).toBe(200);
    // The two panels and the page itself; of its frames none.
    const nodes = await callApi<{ items: unknown[] }>(panel, 'GET', 'api/v1/nodes');
    expect(nodes.items.length).toBe(3);
    await page.close();
    await waitFor('its App to serve again', async () => (await fetchIn(panel, answering('forks', { 'Content-Type': 'text/plain' }, 'ok'))).text === 'ok');
  });
});
