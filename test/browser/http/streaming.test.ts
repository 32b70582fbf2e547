import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { echoInPieces } from '../harness/echo.ts';
import { useSwerve } from '../harness/swerve.ts';
import { answering, jsonOf, serveGuests } from './guests.ts';

const swerve = useSwerve();
let panel: Page;

beforeAll(async () => {
  panel = await swerve.openPanel();
  await serveGuests(panel, {
    hello: { guest: 'hello-c' },
    wagi: { guest: 'headers' },
    misbehave: { guest: 'misbehave' },
    'misbehave-http': { guest: 'misbehave-http' },
    component: { guest: 'stream-rust' },
    buffered: { guest: 'headers', bufferRequest: true },
  });
});

describe('the answer', () => {
  it.each(['misbehave', 'misbehave-http'])('of %s arrives piece by piece while it is made', async (app) => {
    const arrivals = await panel.evaluate(async (app) => {
      const startMs = performance.now();
      const { body } = await fetch(`${app}/drip?n=4&ms=150`);
      const reader = body!.pipeThrough(new TextDecoderStream()).getReader();
      const pieces: { text: string; atMs: number }[] = [];
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) pieces.push({ text: piece.value, atMs: performance.now() - startMs });
      return pieces;
    }, app);
    expect(arrivals.map(({ text }) => text)).toEqual([1, 2, 3, 4].map((n) => `drip ${n}\n`));
    for (const [n, { atMs }] of arrivals.entries()) expect(atMs).toBeGreaterThan((n + 1) * 150 - 20);
    // Three pauses lie between the first and the last: whole at the end, they would come together.
    expect(arrivals[3]!.atMs - arrivals[0]!.atMs).toBeGreaterThan(250);
  });

  it.each(['misbehave/drip?n=1&ms=400', 'misbehave-http/drip?n=1&ms=400'])('%s has its head before its body', async (path) => {
    const times = await panel.evaluate(async (path) => {
      const startMs = performance.now();
      const response = await fetch(path);
      const headMs = performance.now() - startMs;
      await response.text();
      return { headMs, endMs: performance.now() - startMs };
    }, path);
    expect(times.endMs).toBeGreaterThan(380);
    expect(times.endMs - times.headMs).toBeGreaterThan(200);
  });
});

describe('the request', () => {
  it.each(['component/echo', 'hello/'])('%s gives each piece back before the next is sent', async (path) => {
    expect(await panel.evaluate(echoInPieces, path)).toEqual({ pieces: ['one', 'two', 'three'], isEnd: true });
  });

  it('that breaks off breaks the answer', async () => {
    const outcome = await panel.evaluate(async () => {
      let breakOff = (_: Error): void => {};
      const body = new ReadableStream<Uint8Array>({
        start(controller) {
          controller.enqueue(new TextEncoder().encode('first'));
          breakOff = (error) => controller.error(error);
        },
      });
      const answer = fetch('component/echo', { method: 'POST', body, duplex: 'half' } as RequestInit);
      const response = await answer;
      const reader = response.body!.getReader();
      await reader.read();
      breakOff(new Error('broken on purpose'));
      return reader.read().then(
        ({ done }) => (done ? 'ended as if whole' : 'another piece'),
        (error: Error) => `broke: ${error.name}`,
      );
    });
    expect(outcome).toMatch(/^broke:/);
  });

  it('of unknown length has no CONTENT_LENGTH, unless the App says bufferRequest', async () => {
    const count = (app: string) =>
      panel.evaluate(async (app) => {
        let n = 0;
        const body = new ReadableStream<Uint8Array>({
          async pull(controller) {
            await new Promise((resolve) => setTimeout(resolve, 60));
            if (n++ < 4) controller.enqueue(new Uint8Array(10));
            else controller.close();
          },
        });
        return (await fetch(`${app}/count`, { method: 'POST', body, duplex: 'half' } as RequestInit)).json();
      }, app);
    expect(await count('wagi')).toMatchObject({ bytes: 40, contentLength: '' });
    expect(await count('buffered')).toMatchObject({ bytes: 40, contentLength: '40' });
  });

  it('of a form has its CONTENT_LENGTH', async () => {
    const page = await swerve.open('hello');
    await page.setContent('<form method="post" action="/wagi/count"><input name="name" value="Ada Lovelace"><button>Send</button></form>');
    await page.click('button');
    await page.waitForURL('**/wagi/count');
    expect(await jsonOf(page)).toMatchObject({ method: 'POST', bytes: 17, contentLength: '17' });
    await page.close();
  });

  it.each([
    { name: 'a file', size: 3_000_000, make: 'blob' },
    { name: 'form data', size: 500_000, make: 'form' },
  ])('of $name ($size bytes) arrives whole', async ({ size, make }) => {
    const { bytes, contentLength } = await panel.evaluate(
      async ([size, make]) => {
        const blob = new Blob([new Uint8Array(size)]);
        const form = new FormData();
        form.set('file', blob);
        return (await fetch('wagi/count', { method: 'PUT', body: make === 'form' ? form : blob })).json();
      },
      [size, make] as const,
    );
    expect(bytes).toBeGreaterThanOrEqual(size);
    expect(['', String(bytes)]).toContain(contentLength);
  });
});

describe('server-sent events', () => {
  it('arrive one by one', async () => {
    const events = await panel.evaluate(async () => {
      const seen: { n: number; atMs: number }[] = [];
      const source = new EventSource('component/events?n=4&ms=150');
      await new Promise<void>((resolve) => {
        source.onmessage = ({ data }) => {
          seen.push({ n: JSON.parse(data).n, atMs: performance.now() });
          if (seen.length === 4) resolve();
        };
      });
      source.close();
      return seen;
    });
    expect(events.map(({ n }) => n)).toEqual([1, 2, 3, 4]);
    const gapsMs = events.slice(1).map(({ atMs }, i) => atMs - events[i]!.atMs);
    expect(Math.min(...gapsMs)).toBeGreaterThan(100);
    expect(Math.max(...gapsMs)).toBeLessThan(300);
  });

  // Chromium 156 does not show a service worker the Last-Event-ID that it sends when it connects again.
  it('go on after the end: the browser connects again', async () => {
    const path = answering('wagi', { 'Content-Type': 'text/event-stream' }, 'retry: 50\nid: 7\ndata: again\n\n');
    const events = await panel.evaluate(async (path) => {
      const seen: string[] = [];
      const source = new EventSource(path);
      await new Promise<void>((resolve, reject) => {
        source.onmessage = ({ data, lastEventId }) => {
          seen.push(`${lastEventId} ${data}`);
          if (seen.length === 3) resolve();
        };
        source.onerror = () => source.readyState === EventSource.CLOSED && reject(new Error('the browser gave the event source up'));
      });
      source.close();
      return seen;
    }, path);
    expect(events).toEqual(['7 again', '7 again', '7 again']);
  });
});
