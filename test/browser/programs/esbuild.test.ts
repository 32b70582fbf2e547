import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { createApp, fetchIn, uploadModule } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { PACKAGED } from '../harness/wasm-files.ts';
import { logOf } from '../http/guests.ts';

const swerve = useSwerve();
let panel: Page;

beforeAll(async () => {
  panel = await swerve.openPanel();
  const { digest } = await uploadModule(panel, PACKAGED.esbuild());
  await createApp(panel, {
    name: 'minify',
    source: { digest },
    routes: [{ path: '/minify', methods: ['POST'] }],
    // A program that knows nothing of CGI: its banner is the response head.
    args: ['esbuild', '--minify', '--loader=ts', '--banner=Content-Type: text/javascript\n\n'],
    limits: { memoryMiB: 512 },
  });
});

it('minifies the TypeScript of a request body', async () => {
  const body = 'interface Point { x: number }\nexport function area(width: number, height: number): number {\n  return width * height;\n}\n';
  const answer = await fetchIn(panel, 'minify', { method: 'POST', body });
  expect(answer.status, `${answer.text}\n${await logOf(panel, 'minify')}`).toBe(200);
  expect(answer.headers['content-type']).toBe('text/javascript');
  expect(answer.text.trim()).toMatch(/^export function area\((\w),(\w)\)\{return \1\*\2\}$/);
});

it('answers a syntax error with 502, and the diagnostics are in the log', async () => {
  const answer = await fetchIn(panel, 'minify', { method: 'POST', body: 'let a = ;' });
  expect(answer.status).toBe(502);
  expect(answer.headers).toMatchObject({ 'swerve-error': 'handler-trap', 'content-type': 'application/problem+json' });
  await expect.poll(() => logOf(panel, 'minify')).toMatch(/stderr .*\[ERROR\] Unexpected ";"/);
});

it('serves each of many requests with an instance of its own', async () => {
  const texts = await panel.evaluate(async () => {
    const one = async (n: number) => (await fetch('/minify', { method: 'POST', body: `export const value: number = ${n} + 1;` })).text();
    return Promise.all([1, 2, 3, 4, 5, 6].map(one));
  });
  expect(texts.map((text) => text.trim())).toEqual([1, 2, 3, 4, 5, 6].map((n) => `export const value=${n + 1};`));
});
