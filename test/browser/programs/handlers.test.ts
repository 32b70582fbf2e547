import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { fetchJsFile } from '../../../scripts/fetch-js-file.mjs';
import { createApp, fetchIn, readApp, uploadModule } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { untilAnswered } from '../harness/tabs.ts';
import { exampleFile, guestFile } from '../harness/wasm-files.ts';

const swerve = useSwerve();
let panel: Page;

beforeAll(async () => {
  panel = await swerve.openPanel();
});

describe('JavaScript that ComponentizeJS compiled', () => {
  beforeAll(async () => {
    const module = await uploadModule(panel, await fetchJsFile());
    expect(module).toMatchObject({ kind: 'component', abi: 'wasi-http' });
    expect(module.sizeBytes).toBeGreaterThan(12_000_000);
    await createApp(panel, { name: 'js', source: { digest: module.digest }, routes: [{ path: '/js' }] });
  });

  it('answers with a page', async () => {
    const page = await swerve.open('js/?name=Ada%20%3CLovelace%3E');
    await untilAnswered(page);
    expect(await page.textContent('h1')).toBe('Hello, Ada <Lovelace>');
    await page.close();
  });

  it('answers every request with a fresh engine', async () => {
    for (let n = 1; n <= 4; n += 1) {
      const answer = await fetchIn(panel, `js/?format=json&name=${n}`);
      expect(answer.status, answer.text).toBe(200);
      expect(JSON.parse(answer.text)).toMatchObject({ greeting: 'Hello', name: String(n), method: 'GET', path: '/js/' });
    }
  });

  it('passes a request body back', async () => {
    const answer = await fetchIn(panel, 'js/', { method: 'POST', body: 'é'.repeat(40_000), headers: { 'content-type': 'text/x-test' } });
    expect(answer.headers['content-type']).toBe('text/x-test');
    expect(answer.text === 'é'.repeat(40_000)).toBe(true);
  });

  it('streams: each chunk arrives before the next is made', async () => {
    const { text, gapsMs } = await panel.evaluate(async () => {
      const response = await fetch('/js/stream?n=4&ms=150');
      const arrivals: number[] = [];
      let text = '';
      for await (const piece of response.body!.pipeThrough(new TextDecoderStream()) as unknown as AsyncIterable<string>) {
        arrivals.push(performance.now());
        text += piece;
      }
      return { text, gapsMs: arrivals.slice(1).map((ms, index) => ms - arrivals[index]!) };
    });
    expect(text).toBe('chunk 1 of 4\nchunk 2 of 4\nchunk 3 of 4\nchunk 4 of 4\n');
    expect(gapsMs.length).toBe(3);
    for (const gapMs of gapsMs) expect(gapMs).toBeGreaterThan(60);
  });
});

it('runs a wasi:cli/run component as a WAGI handler', async () => {
  const module = await uploadModule(panel, guestFile('cli-component'));
  expect(module).toMatchObject({ kind: 'component', abi: 'wagi' });
  await createApp(panel, { name: 'cli', source: { digest: module.digest }, routes: [{ path: '/cli' }] });
  for (let n = 0; n < 3; n += 1) {
    const answer = await fetchIn(panel, 'cli');
    expect(answer.status, answer.text).toBe(200);
    expect(answer.text.trim()).toBe('ok');
  }
  expect((await readApp(panel, 'cli')).status?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({ status: 'True' });
});

it('runs Rust for WASI preview 1', async () => {
  const { digest } = await uploadModule(panel, exampleFile('hello-rust'));
  await createApp(panel, { name: 'rust', source: { digest }, routes: [{ path: '/rust' }], env: { GREETING: 'Good day' } });
  const json = await fetchIn(panel, 'rust/?format=json&name=%C3%89mile');
  expect(json.status, json.text).toBe(200);
  expect(JSON.parse(json.text)).toMatchObject({ greeting: 'Good day', name: 'Émile' });
  const echoed = await fetchIn(panel, 'rust/', { method: 'POST', body: 'as it was', headers: { 'content-type': 'text/x-test' } });
  expect([echoed.headers['content-type'], echoed.text]).toEqual(['text/x-test', 'as it was']);
  const page = await swerve.open('rust/?name=Ada');
  await untilAnswered(page);
  expect(await page.textContent('h1')).toContain('Ada');
  await page.close();
});
