/** Guests that wait in an engine without JSPI: each blocks its worker, and fetches what is meant for it from the service worker. */

import { setTimeout as delay } from 'node:timers/promises';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { say, serveData } from '../data/guest.ts';
import { fetchIn } from '../harness/api.ts';
import { stopServiceWorkers } from '../harness/cdp.ts';
import { echoInPieces } from '../harness/echo.ts';
import { useSwerve } from '../harness/swerve.ts';
import { waitFor } from '../harness/wait.ts';
import { withoutJspi } from '../harness/without-jspi.ts';
import { instancesOf, logOf, serveGuests, untilInFlight } from './guests.ts';

const swerve = useSwerve({ edit: withoutJspi });
let panel: Page;

beforeAll(async () => {
  panel = await swerve.openPanel();
  const alone = { scale: { max: 1, concurrency: 1 } };
  const limits = { timeoutMs: 2_000 };
  await serveGuests(panel, {
    hello: { guest: 'hello-c' },
    wagi: { guest: 'headers' },
    command: { guest: 'cli-stream' },
    component: { guest: 'stream-rust' },
    misbehave: { guest: 'misbehave', limits, ...alone },
    'misbehave-http': { guest: 'misbehave-http', limits, ...alone },
    small: { guest: 'stream-rust', limits: { requestBytes: 1_000 } },
    alone: { guest: 'stream-rust', ...alone },
    mounting: { guest: 'hello-c', volumes: [{ name: 'data', mountPath: '/data' }] },
    outgoing: { guest: 'forward', capabilities: { http: { allow: ['http://hello.default.svc.cluster.local', 'https://example.com'] } } },
  });
});

it('the engine is one without JSPI', async () => {
  expect(await panel.evaluate(() => 'Suspending' in WebAssembly)).toBe(false);
});

it.each(['http://hello.default.svc.cluster.local/', 'https://example.com/'])('a request to %s is refused, for its guest could not wait', async (to) => {
  expect(await fetchIn(panel, `outgoing/pass?to=${encodeURIComponent(to)}`)).toMatchObject({
    status: 502,
    text: expect.stringContaining('ErrorCode::InternalError(Some("this engine cannot suspend WebAssembly'),
  });
});

it('an App that mounts a volume is answered for with 501, for its guests could not wait', async () => {
  expect(await fetchIn(panel, 'mounting')).toMatchObject({ status: 501, text: expect.stringContaining('the App mounts the volume data') });
});

describe('a guest that waits', () => {
  it.each(['component/echo', 'hello/', 'command/?ms=20'])('%s gives each piece of the body back before the next is sent', async (path) => {
    expect(await panel.evaluate(echoInPieces, path)).toEqual({ pieces: ['one', 'two', 'three'], isEnd: true });
  });

  it.each(['misbehave/drip', 'misbehave-http/drip'])('%s sends each line before it sleeps again', async (path) => {
    const pieces = await panel.evaluate(async (path) => {
      const reader = (await fetch(`${path}?n=3&ms=150`)).body!.pipeThrough(new TextDecoderStream()).getReader();
      const pieces: string[] = [];
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) pieces.push(piece.value);
      return pieces;
    }, path);
    expect(pieces).toEqual(['drip 1\n', 'drip 2\n', 'drip 3\n']);
  });

  it('streams beside others of the same App: their events interleave, and a third request is answered meanwhile', async () => {
    const { order, answered } = await panel.evaluate(async () => {
      const order: string[] = [];
      const follow = (name: string) => {
        const source = new EventSource('component/events?n=1000&ms=60');
        source.onmessage = ({ data }) => order.push(`${name}${JSON.parse(data).n}`);
        return source;
      };
      const sources = [follow('a'), follow('b')];
      const until = async (count: number) => {
        while (!['a', 'b'].every((name) => order.filter((event) => event.startsWith(name)).length >= count))
          await new Promise((resolve) => setTimeout(resolve, 20));
      };
      await until(2);
      const answered = await (await fetch('component/upper', { method: 'POST', body: 'meanwhile' })).text();
      const seen = order.length;
      await until(seen);
      for (const source of sources) source.close();
      return { order, answered };
    });
    expect(answered).toBe('MEANWHILE');
    expect(order.filter((event) => event.startsWith('a')).slice(0, 3)).toEqual(['a1', 'a2', 'a3']);
    expect(order.filter((event) => event.startsWith('b')).slice(0, 3)).toEqual(['b1', 'b2', 'b3']);
    await untilInFlight(panel, 'component', 0);
  });

  it('is held up by a reader that stands still', async () => {
    const reader = await panel.evaluateHandle(async () => {
      const reader = (await fetch('wagi/flood')).body!.getReader();
      await reader.read();
      return reader;
    });
    let before = -1;
    const writtenMib = await waitFor('the guest to be held up', async () => {
      const written = [...(await logOf(panel, 'wagi')).matchAll(/wrote (\d+) MiB/g)].length;
      const isSame = written === before;
      before = written;
      await delay(300);
      return isSame && written;
    });
    // Of 256. Chromium 156 itself takes in 55 MiB of a body that its page does not read.
    expect(writtenMib).toBeLessThan(64);
    expect(await instancesOf(panel, 'wagi')).toMatchObject({ inFlight: 1 });
    await reader.evaluate((one) => one.cancel());
    await untilInFlight(panel, 'wagi', 0);
  });

  it.each(['misbehave', 'misbehave-http'])('%s writes more than may be under way, and nothing is lost', async (app) => {
    const bytes = await panel.evaluate(async (app) => (await (await fetch(`${app}/huge?bytes=20000000`)).arrayBuffer()).byteLength, app);
    expect(bytes).toBe(20_000_000);
  });

  it('is told of a body that breaks off, and of one over the limit', async () => {
    const outcome = await panel.evaluate(async () => {
      const body = new ReadableStream<Uint8Array>({
        start: (controller) => controller.enqueue(new Uint8Array(10)),
        pull: () => new Promise((_, reject) => setTimeout(() => reject(new Error('broken on purpose')), 100)),
      });
      return fetch('component/count', { method: 'POST', body, duplex: 'half' } as RequestInit).then(
        (response) => response.status,
        (error: Error) => error.name,
      );
    });
    expect([400, 'TypeError']).toContain(outcome);
    const tooLarge = await panel.evaluate(async () => {
      let left = 5;
      const body = new ReadableStream<Uint8Array>({
        async pull(controller) {
          await new Promise((resolve) => setTimeout(resolve, 40));
          if (left-- > 0) controller.enqueue(new Uint8Array(400));
          else controller.close();
        },
      });
      const response = await fetch('small/count', { method: 'POST', body, duplex: 'half' } as RequestInit);
      return { status: response.status, code: (await response.json()).code };
    });
    expect(tooLarge).toEqual({ status: 413, code: 'body-too-large' });
    await untilInFlight(panel, 'small', 0);
  });
});

describe('the end of a guest that waits', () => {
  it.each(['misbehave', 'misbehave-http'])('%s: its deadline ends it with 504, and the worker lives on', async (app) => {
    const { names } = await instancesOf(panel, app);
    expect(await fetchIn(panel, `${app}/hang`)).toMatchObject({ status: 504 });
    expect(await fetchIn(panel, `${app}/ok`)).toMatchObject({ status: 200 });
    expect((await instancesOf(panel, app)).names).toEqual(names);
  });

  it('one that computes on is terminated with its worker', async () => {
    const { names } = await instancesOf(panel, 'misbehave');
    expect(await fetchIn(panel, 'misbehave/loop')).toMatchObject({ status: 504 });
    expect(await fetchIn(panel, 'misbehave/ok')).toMatchObject({ status: 200 });
    expect((await instancesOf(panel, 'misbehave')).names).not.toEqual(names);
  });

  it.each(['misbehave/hang?late=1', 'misbehave-http/huge?bytes=1000000000', 'alone/events?n=1000&ms=60000', 'alone/echo'])(
    '%s: its caller goes away, and the worker takes the next request',
    async (path) => {
      const app = path.split('/')[0]!;
      const { names } = await instancesOf(panel, app);
      await panel.evaluate(async (path) => {
        const controller = new AbortController();
        const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
        const upload = path.endsWith('echo') ? { method: 'POST', body: readable, duplex: 'half' } : {};
        void writable
          .getWriter()
          .write(new Uint8Array(10))
          .catch(() => {});
        const sent = fetch(path, { signal: controller.signal, ...upload } as RequestInit);
        // The first event is a minute away; the head comes at once.
        const response = await sent;
        if (!path.includes('events')) await response.body!.getReader().read();
        controller.abort();
      }, path);
      await untilInFlight(panel, app, 0);
      expect(await fetchIn(panel, `${app}/ok`)).toMatchObject({ status: 200 });
      if (names.length > 0) expect((await instancesOf(panel, app)).names).toEqual(names);
    },
  );

  it('a service worker that is stopped ends it, and its worker serves the next one', async () => {
    await fetchIn(panel, 'alone/time');
    const { names } = await instancesOf(panel, 'alone');
    await panel.evaluate(async () => {
      const reader = (await fetch('alone/events?n=1000&ms=50')).body!.getReader();
      await reader.read();
      // Broken off by the stop.
      void (async () => {
        while (!(await reader.read()).done);
      })().catch(() => {});
    });
    await stopServiceWorkers(panel);
    expect(await fetchIn(panel, 'alone/upper', { method: 'POST', body: 'still here' })).toMatchObject({ status: 200, text: 'STILL HERE' });
    await waitFor('the same instance', async () => JSON.stringify((await instancesOf(panel, 'alone')).names) === JSON.stringify(names));
  });
});

describe('the mailboxes', () => {
  it('open to nobody without the token of a line', async () => {
    const stranger = await swerve.open('hello');
    const asked = await stranger.evaluate(async () =>
      Promise.all(['', 'guess', crypto.randomUUID()].map(async (token) => (await fetch(`/_swerve/lines/${token}?ms=10`)).status)),
    );
    expect(asked).toEqual([410, 410, 410]);
    await stranger.close();
  });
});

it('what Apps store cannot be reached, and each call says so by its own error', async () => {
  await serveData(panel, { data: { keyValue: { stores: ['own'] }, blobStore: { containers: ['own'] }, config: { values: { KEY: 'value' } } } });
  const reason = expect.stringMatching(/^err .*this browser cannot suspend WebAssembly/);
  const calls = [
    'kv.get a',
    'kv.set a 1',
    'kv.inc a 1',
    'kv.cas a',
    'kv.list',
    'kv.get-many a',
    'kv.delete-many a',
    'blob.create own',
    'blob.open own',
    'blob.value x',
  ];
  expect(await say(panel, 'data', 'kv.open own', ...calls, 'config KEY')).toEqual(['open', ...calls.map(() => reason), 'Some("value")']);
});
