import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { fetchIn } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { instancesOf, serveGuests, untilInFlight } from './guests.ts';

const swerve = useSwerve();
let panel: Page;

beforeAll(async () => {
  panel = await swerve.openPanel();
  const limits = { timeoutMs: 1_500 };
  await serveGuests(panel, {
    misbehave: { guest: 'misbehave', limits, scale: { max: 1 } },
    'misbehave-http': { guest: 'misbehave-http', limits, scale: { max: 1 } },
    component: { guest: 'stream-rust', limits, scale: { max: 1 } },
    hello: { guest: 'hello-c', limits, scale: { max: 1 } },
    long: { guest: 'stream-rust', scale: { max: 1 } },
  });
  for (const path of ['misbehave/ok', 'misbehave-http/ok', 'component/time', 'hello', 'long/time']) await fetchIn(panel, path);
});

/** What a guest does when its caller goes: wait for time, wait for its reader, wait for the request body. */
const MID_BODY = [
  { app: 'misbehave', path: 'misbehave/drip?n=1000&ms=100' },
  { app: 'misbehave-http', path: 'misbehave-http/drip?n=1000&ms=100' },
  { app: 'misbehave', path: 'misbehave/hang?late=1' },
  { app: 'misbehave-http', path: 'misbehave-http/hang?late=1' },
  { app: 'misbehave', path: 'misbehave/huge?bytes=1000000000' },
  { app: 'misbehave-http', path: 'misbehave-http/huge?bytes=1000000000' },
];

describe('a fetch that is aborted in mid-body ends its guest, and the instance lives on', () => {
  it.each(MID_BODY)('$path', async ({ app, path }) => {
    const { names } = await instancesOf(panel, app);
    await panel.evaluate(async (path) => {
      const controller = new AbortController();
      const response = await fetch(path, { signal: controller.signal });
      await response.body!.getReader().read();
      await new Promise((resolve) => setTimeout(resolve, 250));
      controller.abort();
    }, path);
    await untilInFlight(panel, app, 0, { deadlineMs: 1_000 });
    expect(await fetchIn(panel, `${app}/ok`)).toMatchObject({ status: 200 });
    expect((await instancesOf(panel, app)).names).toEqual(names);
  });

  it.each(['component/echo', 'hello'])('%s, while its request body is still being sent', async (path) => {
    const app = path.split('/')[0]!;
    const { names } = await instancesOf(panel, app);
    await panel.evaluate(async (path) => {
      const controller = new AbortController();
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
      const writer = writable.getWriter();
      const sent = fetch(path, { method: 'POST', body: readable, duplex: 'half', signal: controller.signal } as RequestInit);
      await writer.write(new Uint8Array(100));
      await (await sent).body!.getReader().read();
      controller.abort();
      await writer.closed.catch(() => {});
    }, path);
    await untilInFlight(panel, app, 0, { deadlineMs: 1_000 });
    expect(await fetchIn(panel, path, { method: 'POST', body: 'again' })).toMatchObject({ status: 200, text: 'again' });
    expect((await instancesOf(panel, app)).names).toEqual(names);
  });

  it('so does a reader that cancels', async () => {
    const { names } = await instancesOf(panel, 'component');
    await panel.evaluate(async () => {
      const reader = (await fetch('component/events?n=1000&ms=50')).body!.getReader();
      await reader.read();
      await reader.cancel();
    });
    await untilInFlight(panel, 'component', 0, { deadlineMs: 1_000 });
    expect((await instancesOf(panel, 'component')).names).toEqual(names);
  });

  it('and a tab that is closed', async () => {
    const { names } = await instancesOf(panel, 'component');
    const tab = await swerve.openPanel();
    await tab.evaluate(async () => {
      await (await fetch('component/events?n=1000&ms=50')).body!.getReader().read();
    });
    expect(await instancesOf(panel, 'component')).toMatchObject({ inFlight: 1 });
    await tab.close();
    await untilInFlight(panel, 'component', 0, { deadlineMs: 1_000 });
    expect((await instancesOf(panel, 'component')).names).toEqual(names);
  });
});

describe('a fetch that is aborted before its head', () => {
  it('by the end of its tab: the guest ends with it', async () => {
    const tab = await swerve.openPanel();
    await tab.evaluate(() => void fetch('long/sleep?ms=25000').catch(() => {}));
    await untilInFlight(panel, 'long', 1);
    await tab.close();
    await untilInFlight(panel, 'long', 0, { deadlineMs: 2_500 });
  });

  // Chromium 156 tells a service worker nothing of it (`FetchEvent.request.signal` never fires), so the deadline ends the guest.
  it.each(['misbehave', 'misbehave-http'])('fails at once, and %s is stopped at its deadline while the instance lives on', async (app) => {
    const { names } = await instancesOf(panel, app);
    const outcome = await panel.evaluate(async (app) => {
      const controller = new AbortController();
      setTimeout(() => controller.abort(), 100);
      return fetch(`${app}/hang`, { signal: controller.signal }).then(
        () => 'answered',
        (error: Error) => error.name,
      );
    }, app);
    expect(outcome).toBe('AbortError');
    await untilInFlight(panel, app, 0, { deadlineMs: 2_500 });
    expect(await fetchIn(panel, `${app}/ok`)).toMatchObject({ status: 200 });
    expect((await instancesOf(panel, app)).names).toEqual(names);
  });
});

describe('an answer to HEAD', () => {
  it.each(['misbehave/huge', 'misbehave-http/huge', 'misbehave/huge?bytes=400000'])(
    '%s: the body that nobody will read does not hold its guest',
    async (path) => {
      const app = path.split('/')[0]!;
      expect(await fetchIn(panel, path, { method: 'HEAD' })).toMatchObject({ status: 200, text: '' });
      await untilInFlight(panel, app, 0, { deadlineMs: 2_000 });
    },
  );
});
