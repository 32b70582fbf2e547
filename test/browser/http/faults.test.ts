import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { fetchIn } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { instancesOf, serveGuests, untilInFlight } from './guests.ts';

const swerve = useSwerve();
let panel: Page;

/** What a new instance has to meet as well, on a machine that is busy. */
const TIMEOUT_MS = 1_200;

beforeAll(async () => {
  panel = await swerve.openPanel();
  const spec = { scale: { max: 1 }, limits: { timeoutMs: TIMEOUT_MS, memoryMiB: 32 }, restart: { maxRestarts: 100 } };
  await serveGuests(panel, { wagi: { guest: 'misbehave', ...spec }, component: { guest: 'misbehave-http', ...spec }, headers: { guest: 'headers' } });
});

/** A fault before the head: what the caller is told, and whether the worker survives it. */
const BEFORE_HEAD = [
  { path: 'wagi/trap', code: 'handler-trap', survives: true },
  { path: 'component/trap', code: 'handler-trap', survives: true },
  { path: 'wagi/recurse', code: 'handler-trap', survives: true },
  { path: 'component/recurse', code: 'handler-trap', survives: true },
  { path: 'wagi/exit?code=3', code: 'handler-trap', survives: true },
  { path: 'component/exit', code: 'handler-trap', survives: true },
  { path: 'wagi/nohead', code: 'handler-response-invalid', survives: true },
  { path: 'wagi/empty', code: 'handler-response-invalid', survives: true },
  { path: 'component/never', code: 'handler-response-invalid', survives: true },
  { path: 'component/error', code: 'handler-response-invalid', survives: true },
  { path: 'wagi/hang', code: 'handler-timeout', survives: true },
  { path: 'component/hang', code: 'handler-timeout', survives: true },
  { path: 'wagi/loop', code: 'handler-timeout', survives: false },
  { path: 'component/loop', code: 'handler-timeout', survives: false },
];

const STATUS: Record<string, number> = { 'handler-trap': 502, 'handler-response-invalid': 502, 'handler-timeout': 504 };

describe('a fault before the head', () => {
  it.each(BEFORE_HEAD)('$path is $code, and the next request is served', async ({ path, code, survives }) => {
    const app = path.split('/')[0]!;
    await fetchIn(panel, `${app}/ok`);
    const { names } = await instancesOf(panel, app);
    const answer = await fetchIn(panel, path);
    expect(answer).toMatchObject({
      status: STATUS[code],
      headers: { 'swerve-error': code, 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
    });
    const problem = JSON.parse(answer.text);
    expect(problem).toMatchObject({ type: `urn:swerve:problem:${code}`, code, status: STATUS[code], detail: expect.stringMatching(/./) });
    expect(answer.text).not.toMatch(/wasm-function|at Object|\.js:\d/);
    expect(await fetchIn(panel, `${app}/ok`)).toMatchObject({ status: 200 });
    // The last byte of an answer comes before the guest's own end.
    await untilInFlight(panel, app, 0);
    expect((await instancesOf(panel, app)).names.join() === names.join()).toBe(survives);
  });

  it('is a page in a navigation, with the status', async () => {
    const page = await swerve.open('component/trap');
    expect(await page.textContent('h1')).toBe('The handler crashed. See its log.');
    expect(await page.evaluate(() => (performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming).responseStatus)).toBe(502);
    await page.close();
  });
});

/** A fault after the head: status and first bytes are out already, so the body must break. */
const AFTER_HEAD = ['trap', 'recurse', 'hang', 'loop'].flatMap((mode) => [`wagi/${mode}?late=1`, `component/${mode}?late=1`]);

describe('a fault after the head', () => {
  it.each([...AFTER_HEAD, 'component/exit?late=1', 'component/abort', 'component/short'])(
    '%s breaks the body, and the next request is served',
    async (path) => {
      const app = path.split('/')[0]!;
      const seen = await read(path);
      expect(seen).toMatchObject({ status: 200, isWhole: false });
      expect(await fetchIn(panel, `${app}/ok`)).toMatchObject({ status: 200 });
      await untilInFlight(panel, app, 0);
    },
  );

  it('the bytes before it arrive', async () => {
    for (const path of ['wagi/hang?late=1', 'component/hang?late=1']) expect(await read(path)).toMatchObject({ text: 'so far so good\n', isWhole: false });
  });

  it('an exit code after the answer does not break it: CGI has no exit codes', async () => {
    expect(await read('wagi/exit?late=1')).toEqual({ status: 200, text: 'so far so good\n', isWhole: true });
  });

  it('a second answer on the same outparam is a trap', async () => {
    const seen = await read('component/twice');
    expect(seen.text).not.toContain('second');
    expect(await fetchIn(panel, 'component/ok')).toMatchObject({ status: 200 });
  });
});

describe('headers that HTTP does not allow', () => {
  it.each([
    { what: 'no head at all', head: 'This is no header' },
    { what: 'a name with a space', head: 'Bad Name: 1\nContent-Type: text/plain' },
    { what: 'a value with a control character', head: 'Content-Type: text/plain\nX-Bad: a\u0001b' },
    { what: 'a status that is no number', head: 'Status: fine' },
    { what: 'an empty head', head: '' },
  ])('$what: 502 handler-response-invalid', async ({ head }) => {
    const answer = await fetchIn(panel, `headers/answer?head=${encodeURIComponent(`${head}\n`)}&body=x`);
    expect(answer).toMatchObject({ status: 502, headers: { 'swerve-error': 'handler-response-invalid' } });
  });
});

/** Reads an answer as far as it goes. */
async function read(path: string): Promise<{ status: number; text: string; isWhole: boolean }> {
  return panel.evaluate(async (path) => {
    const response = await fetch(path);
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
    let text = '';
    try {
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) text += piece.value;
      return { status: response.status, text, isWhole: true };
    } catch {
      return { status: response.status, text, isWhole: false };
    }
  }, path);
}
