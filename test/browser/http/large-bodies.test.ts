import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { fetchIn } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { instancesOf, logOf, serveGuests, untilInFlight } from './guests.ts';

const swerve = useSwerve();
let panel: Page;

const HUNDRED_MB = 104_857_600;
const LIMIT = 1_000_000;

beforeAll(async () => {
  panel = await swerve.openPanel();
  const large = { requestBytes: 200_000_000 };
  await serveGuests(panel, {
    component: { guest: 'stream-rust', limits: large },
    wagi: { guest: 'headers', limits: large },
    misbehave: { guest: 'misbehave' },
    'misbehave-http': { guest: 'misbehave-http' },
    'small-component': { guest: 'stream-rust', limits: { requestBytes: LIMIT } },
    'small-wagi': { guest: 'headers', limits: { requestBytes: LIMIT } },
    'small-buffered': { guest: 'headers', limits: { requestBytes: LIMIT }, bufferRequest: true },
  });
});

/** FNV-1a, 32 bits, of `size` bytes of which byte i is i mod 251. */
function hashOfPattern(size: number): number {
  let hash = 2166136261;
  for (let i = 0; i < size; i++) hash = Math.imul(hash ^ (i % 251), 16777619);
  return hash >>> 0;
}

describe('100 MB down', () => {
  it('from a component arrive in order and whole', async () => {
    const seen = await panel.evaluate(async () => {
      const response = await fetch('component/bytes?n=104857600');
      const reader = response.body!.getReader();
      let bytes = 0;
      let wrong = 0;
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
        for (let i = 0; i < piece.value.length; i++) if (piece.value[i] !== ((bytes + i) & 255)) wrong += 1;
        bytes += piece.value.length;
      }
      return { bytes, wrong, length: response.headers.get('content-length') };
    });
    expect(seen).toEqual({ bytes: HUNDRED_MB, wrong: 0, length: String(HUNDRED_MB) });
  });

  it.each(['misbehave', 'misbehave-http'])('from %s arrive whole', async (app) => {
    const size = await panel.evaluate(async (app) => (await (await fetch(`${app}/huge`)).blob()).size, app);
    expect(size).toBe(HUNDRED_MB);
  });
});

describe('100 MB up', () => {
  const upload = (path: string, method: string) =>
    panel.evaluate(
      async ([path, method, size]) => {
        const piece = Uint8Array.from({ length: 251 * 4096 }, (_, i) => i % 251);
        const pieces = Array.from({ length: Math.ceil(size / piece.length) }, () => piece);
        const body = new Blob(pieces).slice(0, size);
        const response = await fetch(path, { method, body });
        return response.json();
      },
      [path, method, HUNDRED_MB] as const,
    );

  it('to a component are counted', async () => {
    expect(await upload('component/count', 'PUT')).toMatchObject({ bytes: HUNDRED_MB });
  });

  it('to a WAGI guest are counted and hashed', async () => {
    expect(await upload('wagi/count', 'POST')).toMatchObject({ method: 'POST', bytes: HUNDRED_MB, fnv1a: hashOfPattern(HUNDRED_MB) });
  });
});

describe('a reader that stands still', () => {
  // Chromium 156 itself takes in 55 MiB of a body that its page does not read.
  const BROWSER_BUFFER_MIB = 64;

  it('stops the guest, which does not write 256 MiB ahead; and cancelling ends it', async () => {
    const abort = await panel.evaluateHandle(async () => {
      const controller = new AbortController();
      const response = await fetch('wagi/flood', { signal: controller.signal });
      await response.body!.getReader().read();
      return controller;
    });
    await delay(1_500);
    const written = [...(await logOf(panel, 'wagi')).matchAll(/wrote (\d+) MiB/g)].map(([, mib]) => Number(mib));
    expect(Math.max(0, ...written)).toBeLessThan(BROWSER_BUFFER_MIB);
    expect(await instancesOf(panel, 'wagi')).toMatchObject({ inFlight: 1 });
    await abort.evaluate((controller) => controller.abort());
    await untilInFlight(panel, 'wagi', 0);
    expect(await fetchIn(panel, 'wagi/range')).toMatchObject({ status: 200 });
  });

  it('keeps a component waiting as well', async () => {
    const reader = await panel.evaluateHandle(async () => {
      const reader = (await fetch('component/bytes?n=83886080')).body!.getReader();
      await reader.read();
      return reader;
    });
    await delay(1_500);
    expect(await instancesOf(panel, 'component')).toMatchObject({ inFlight: 1 });
    await reader.evaluate((one) => one.cancel());
    await untilInFlight(panel, 'component', 0);
  });
});

describe('a request body over spec.limits.requestBytes', () => {
  const sizeOf = { 'one byte over': LIMIT + 1, 'far over': LIMIT * 20 };
  const send = (path: string, size: number, streaming: boolean) =>
    panel.evaluate(
      async ([path, size, streaming]) => {
        const blob = new Blob([new Uint8Array(size)]);
        let sent = 0;
        const body = streaming
          ? new ReadableStream<Uint8Array>({
              async pull(controller) {
                // Slower than what is read ahead: a stream, whose length nobody knows.
                await new Promise((resolve) => setTimeout(resolve, 5));
                if (sent >= size) return controller.close();
                const piece = new Uint8Array(Math.min(size - sent, 65_536));
                sent += piece.length;
                controller.enqueue(piece);
              },
            })
          : blob;
        const response = await fetch(path, { method: 'POST', body, ...(streaming ? { duplex: 'half' } : {}) } as RequestInit);
        return {
          status: response.status,
          error: response.headers.get('swerve-error'),
          type: response.headers.get('content-type'),
          body: await response.json(),
        };
      },
      [path, size, streaming] as const,
    );

  const apps = ['small-component/count', 'small-wagi/count', 'small-buffered/count'];
  const cases = apps.flatMap((path) => Object.entries(sizeOf).flatMap(([how, size]) => [false, true].map((streaming) => ({ path, how, size, streaming }))));

  it.each(cases)('$path, $how, streaming: $streaming, is refused with 413', async ({ path, size, streaming }) => {
    const answer = await send(path, size, streaming);
    expect(answer).toMatchObject({
      status: 413,
      error: 'body-too-large',
      type: 'application/problem+json',
      body: { code: 'body-too-large', limit: LIMIT, detail: expect.stringContaining('spec.limits.requestBytes') },
    });
  });

  it.each(apps)('%s takes one of exactly the limit', async (path) => {
    for (const streaming of [false, true]) expect(await send(path, LIMIT, streaming)).toMatchObject({ status: 200, body: { bytes: LIMIT } });
  });

  it('is a page when a form sent it', async () => {
    const page = await swerve.openPanel();
    await page.evaluate((size) => {
      const form = document.createElement('form');
      form.method = 'post';
      form.action = 'small-wagi/count';
      const field = document.createElement('input');
      field.name = 'text';
      field.value = 'x'.repeat(size);
      form.append(field);
      document.body.append(form);
      form.submit();
    }, LIMIT);
    await page.waitForURL('**/small-wagi/count');
    expect(await page.textContent('h1')).toBe('The request body is over the limit.');
    expect(await page.evaluate(() => (performance.getEntriesByType('navigation')[0] as PerformanceNavigationTiming).responseStatus)).toBe(413);
    await page.close();
  });
});
