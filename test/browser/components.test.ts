import { expect, it } from 'vitest';
import { createApp, fetchIn, uploadModule } from './harness/api.ts';
import { useSwerve } from './harness/swerve.ts';
import { exampleFile } from './harness/wasm-files.ts';

const swerve = useSwerve();

it('runs a wasi:http component: transpiled at upload, streaming, denied egress', async () => {
  const panel = await swerve.openPanel();
  const module = await uploadModule(panel, exampleFile('stream-rust'));
  expect(module).toMatchObject({ kind: 'component', abi: 'wasi-http' });
  await createApp(panel, { name: 'stream', source: { digest: module.digest }, routes: [{ path: '/stream' }] });
  const time = await fetchIn(panel, 'stream/time');
  expect(time.status, time.text).toBe(200);
  const sleep = await fetchIn(panel, 'stream/sleep?ms=50');
  expect(sleep.text).toContain('sleptMs');
  const outbound = await fetchIn(panel, 'stream/outbound?url=https://example.com/');
  expect(JSON.parse(outbound.text)).toMatchObject({ ok: false, error: 'HTTP-request-denied' });
  const events = await panel.evaluate(async () => {
    const arrivals: number[] = [];
    const source = new EventSource('stream/events?n=3&ms=200');
    await new Promise<void>((resolve, reject) => {
      source.onmessage = () => {
        arrivals.push(performance.now());
        if (arrivals.length === 3) resolve();
      };
      source.onerror = () => reject(new Error('the event stream broke'));
    });
    source.close();
    return arrivals;
  });
  expect(events[2]! - events[0]!).toBeGreaterThan(300);
});

it('cold navigation', async () => {
  const panel = await swerve.openPanel();
  await panel.close();
  for (const page of swerve.context.pages()) if (page.url() !== 'about:blank') await page.close();
  const started = Date.now();
  const page = await swerve.context.newPage();
  page.on('console', (m) => console.log('console', m.text()));
  const response = await page.goto(new URL('stream/env', swerve.app.url).href);
  console.log('first', response?.status(), await response?.headerValue('content-type'));
  await page.waitForFunction(() => document.body.innerText.includes('"env"'), null, { timeout: 8000 });
  console.log(Date.now() - started, await page.textContent('body'), page.url());
});
