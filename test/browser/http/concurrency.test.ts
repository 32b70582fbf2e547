import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { fetchIn } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { answering, instancesOf, serveGuests, untilInFlight } from './guests.ts';

const swerve = useSwerve();
let panel: Page;

beforeAll(async () => {
  panel = await swerve.openPanel();
  await serveGuests(panel, {
    wagi: { guest: 'headers', scale: { max: 2 } },
    component: { guest: 'stream-rust', scale: { max: 2 } },
    'one-wagi': { guest: 'misbehave', scale: { max: 1, concurrency: 1 } },
    'one-component': { guest: 'misbehave-http', scale: { max: 1, concurrency: 1 } },
    fresh: { guest: 'misbehave-http' },
    kept: { guest: 'misbehave-http', reuse: true, scale: { max: 1 } },
    ...Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((letter) => [`many-${letter}`, { guest: 'misbehave-http' as const }])),
    narrow: { guest: 'misbehave-http', scale: { max: 1, concurrency: 1 }, limits: { queue: 1 } },
  });
});

/** Sends all `paths` at once; the texts of the answers in the order of the paths. */
function all(paths: string[], init: { method?: string; bodies?: string[] } = {}): Promise<string[]> {
  return panel.evaluate(
    ([paths, { method = 'GET', bodies }]) => Promise.all(paths.map(async (path, i) => (await fetch(path, { method, body: bodies?.[i] ?? null })).text())),
    [paths, init] as const,
  );
}

const numbers = Array.from({ length: 32 }, (_, i) => i);

describe('32 requests at once are each given their own answer', () => {
  it('by a WAGI guest', async () => {
    const texts = await all(numbers.map((n) => answering('wagi', { 'Content-Type': 'text/plain' }, `answer ${n}`)));
    expect(texts).toEqual(numbers.map((n) => `answer ${n}`));
  });

  it('by a component, which waits in between', async () => {
    const texts = await all(numbers.map((n) => `component/events?n=${(n % 3) + 1}&ms=${n}`));
    for (const [n, text] of texts.entries()) expect(text.match(/"of":(\d+)/)![1]).toBe(String((n % 3) + 1));
  });

  it.each(['component/echo', 'component/upper'])('with bodies of their own, by %s', async (path) => {
    const bodies = numbers.map((n) => `body ${n} `.repeat(1_000 * (n % 4) + 1));
    const texts = await all(
      bodies.map(() => path),
      { method: 'POST', bodies },
    );
    expect(texts).toEqual(bodies.map((body) => (path.endsWith('upper') ? body.toUpperCase() : body)));
  });

  it.each(['one-wagi', 'one-component'])('by %s, which takes one at a time', async (app) => {
    const texts = await all(numbers.map((n) => `${app}/huge?bytes=${n * 1000}`));
    expect(texts.map(({ length }) => length)).toEqual(numbers.map((n) => n * 1000));
    expect((await instancesOf(panel, app)).names).toHaveLength(1);
  });

  it('and an instance never holds more than scale.concurrency, however many wait', async () => {
    const held = await panel.evaluate(async () => {
      const requests = Promise.all(Array.from({ length: 32 }, async () => (await fetch('one-component/drip?n=1&ms=10')).text()));
      let isOver = false;
      void requests.finally(() => {
        isOver = true;
      });
      let most = 0;
      while (!isOver) {
        const { items } = await (await fetch('_swerve/api/v1/pods')).json();
        for (const { metadata, status } of items) if (metadata.labels['swerve.dev/app'] === 'one-component') most = Math.max(most, status.requests.inFlight);
      }
      await requests;
      return most;
    });
    expect(held).toBe(1);
  });

  it('by no more instances than scale.max', async () => {
    await all(numbers.map(() => 'component/sleep?ms=50'));
    expect((await instancesOf(panel, 'component')).names.length).toBeLessThanOrEqual(2);
    await untilInFlight(panel, 'component', 0);
  });
});

describe('many Apps at once', () => {
  // Chromium 156 has room for 125 wasm memories in all workers of a site, those of dead guests included.
  it('do not run out of memory: guests that are done make room for others', async () => {
    const apps = ['one-wagi', 'component', 'fresh', 'many-a', 'many-b', 'many-c', 'many-d', 'many-e'];
    for (let round = 0; round < 4; round += 1) {
      const refused = await panel.evaluate(async (apps) => {
        const paths = Array.from({ length: 25 }, () => apps).flat();
        const answers = await Promise.all(paths.map((app) => fetch(`${app}/ok`)));
        return Promise.all(answers.filter(({ headers }) => headers.has('swerve-error')).map((answer) => answer.text()));
      }, apps);
      expect(refused).toEqual([]);
    }
  });
});

describe('guest instances', () => {
  it('are fresh for every request', async () => {
    expect(new Set(await all(numbers.map(() => 'fresh/counter')))).toEqual(new Set(['1\n']));
    expect((await fetchIn(panel, 'fresh/counter')).text).toBe('1\n');
  });

  it('are kept with reuse: true', async () => {
    const counts = (await all(numbers.map(() => 'kept/counter'))).map(Number);
    expect(counts.sort((a, b) => a - b)).toEqual(numbers.map((n) => n + 1));
    expect((await fetchIn(panel, 'kept/counter')).text).toBe('33\n');
  });

  it('are made anew after a trap with reuse: true', async () => {
    expect(Number((await fetchIn(panel, 'kept/counter')).text)).toBeGreaterThan(30);
    expect(await fetchIn(panel, 'kept/trap')).toMatchObject({ status: 502 });
    expect((await fetchIn(panel, 'kept/counter')).text).toBe('1\n');
  });
});

describe('a full queue', () => {
  it('is answered with 503 and Retry-After; those that wait are served', async () => {
    await fetchIn(panel, 'narrow/ok');
    const slow = panel.evaluate(async () => (await fetch('narrow/drip?n=1&ms=800')).text());
    await untilInFlight(panel, 'narrow', 1);
    const answers = await panel.evaluate(() =>
      Promise.all(
        [1, 2, 3].map(async () => {
          const response = await fetch('narrow/ok');
          return { status: response.status, error: response.headers.get('swerve-error'), retryAfter: response.headers.get('retry-after') };
        }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 503, 503]);
    expect(answers.find(({ status }) => status === 503)).toEqual({ status: 503, error: 'instance-saturated', retryAfter: expect.stringMatching(/^\d+$/) });
    expect(await slow).toBe('drip 1\n');
    expect(await fetchIn(panel, 'narrow/ok')).toMatchObject({ status: 200 });
  });
});
