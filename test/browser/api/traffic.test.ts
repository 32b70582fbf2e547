/** What the API tells of the requests that were served, and the one stream of all that is live. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { RequestDetail, RequestRecord, TrafficSample } from '../../../src/core/traffic.ts';
import { callApi, createApp, deleteApp, fetchIn } from '../harness/api.ts';
import { stopServiceWorkers } from '../harness/cdp.ts';
import { follow } from '../harness/follow.ts';
import { useSwerve } from '../harness/swerve.ts';
import { closeAllTabs, untilAnswered } from '../harness/tabs.ts';
import { waitFor } from '../harness/wait.ts';
import { instancesOf, serveGuests } from '../http/guests.ts';

const APPS = 'apis/swerve.dev/v1/namespaces/default/apps';

const swerve = useSwerve();
let panel: Page;

beforeAll(async () => {
  panel = await swerve.openPanel();
  await serveGuests(panel, {
    stream: { guest: 'stream-rust', env: { GREETING: 'hi' } },
    misbehave: { guest: 'misbehave', limits: { timeoutMs: 500 }, restart: { maxRestarts: 100 } },
    hello: { guest: 'hello-c' },
  });
});

/** The requests of an App with this in their path, newest first. */
const recordsOf = async (app: string, part: string) =>
  (await callApi<{ items: RequestRecord[] }>(panel, 'GET', `${APPS}/${app}/requests`)).items.filter(({ path }) => path.includes(part));
/** The newest of them once it has ended. */
const endOf = (app: string, part: string) =>
  waitFor(`the end of ${part}`, async () => (await recordsOf(app, part)).find(({ state }, index) => index === 0 && state !== 'running'));
const detailOf = ({ app, id }: RequestRecord) => callApi<RequestDetail>(panel, 'GET', `${APPS}/${app}/requests/${id}`);

describe('a request that was served is told of', () => {
  it('with its answer, who gave it and how long each part took', async () => {
    expect((await fetchIn(panel, 'stream/time?record=1')).status).toBe(200);
    const record = await endOf('stream', 'record=1');
    expect(record).toMatchObject({
      method: 'GET',
      path: '/stream/time?record=1',
      isNavigation: false,
      state: 'done',
      status: 200,
      error: null,
      requestBytes: null,
    });
    expect((await instancesOf(panel, 'stream')).names).toContain(record.instance);
    const { items: nodes } = await callApi<{ items: { metadata: { name: string } }[] }>(panel, 'GET', 'api/v1/nodes');
    expect(nodes.map(({ metadata }) => metadata.name)).toContain(record.host);
    for (const ms of Object.values(record.phases)) expect(ms).toBeGreaterThanOrEqual(0);
    expect(record.responseBytes).toBeGreaterThan(0);
    const { requestHeaders, responseHeaders, requestBody, responseBody } = await detailOf(record);
    expect(requestHeaders.map(([name]) => name)).toContain('user-agent');
    expect(responseHeaders).toEqual(expect.arrayContaining([['content-type', expect.any(String)]]));
    expect(requestBody).toBeNull();
    expect(JSON.parse(atob(responseBody?.base64 ?? ''))).toHaveProperty('unixMs');
  });

  it('with the beginnings of its bodies', async () => {
    const body = 'Swerve '.repeat(4_000);
    await fetchIn(panel, 'stream/upper?record=2', { method: 'POST', body });
    const record = await endOf('stream', 'record=2');
    expect(record).toMatchObject({ method: 'POST', state: 'done', requestBytes: body.length, responseBytes: body.length });
    const { requestBody, responseBody } = await detailOf(record);
    expect([atob(requestBody?.base64 ?? ''), requestBody?.isCut]).toEqual([body.slice(0, 16_384), true]);
    expect([atob(responseBody?.base64 ?? ''), responseBody?.isCut]).toEqual([body.toUpperCase().slice(0, 16_384), true]);
    await fetchIn(panel, 'stream/echo?record=3', { method: 'POST', body: 'short' });
    expect((await detailOf(await endOf('stream', 'record=3'))).requestBody).toEqual({ base64: btoa('short'), isCut: false });
  });

  it('while its answer streams, and as cancelled when its caller aborts it', async () => {
    const watch = await follow(panel, `${APPS}/stream/requests?watch=1`);
    const caller = await panel.evaluateHandle(async () => {
      const stop = new AbortController();
      const response = await fetch('/stream/events?n=100&ms=100&record=4', { signal: stop.signal });
      await response.body?.getReader().read();
      return stop;
    });
    const [running] = await recordsOf('stream', 'record=4');
    expect(running).toMatchObject({ state: 'running', status: 200, phases: { bodyMs: null } });
    await caller.evaluate((stop) => stop.abort());
    const record = await endOf('stream', 'record=4');
    expect(record).toMatchObject({ state: 'cancelled', status: 200, error: null });
    expect(record.responseBytes).toBeGreaterThan(0);
    const told = await waitFor('its end in the watch', async () => {
      const lines = (await watch.values<RequestRecord>()).filter(({ id }) => id === record.id);
      return lines.at(-1)?.state === 'cancelled' && lines;
    });
    expect(told[0]?.state).toBe('running');
    await watch.stop();
  });

  it('as done when the browser follows its redirect and drops the body', async () => {
    await fetchIn(panel, 'stream/redirect?to=time&record=5');
    expect(await endOf('stream', 'record=5')).toMatchObject({ state: 'done', status: 302 });
  });

  it('also when Swerve answers in its place, with the reason', async () => {
    expect((await fetchIn(panel, 'misbehave/hang?record=6')).status).toBe(504);
    const late = await endOf('misbehave', 'record=6');
    expect(late).toMatchObject({ state: 'failed', status: 504, error: { code: 'handler-timeout', message: expect.stringContaining('timeoutMs') } });
    expect((await detailOf(late)).responseHeaders).toBeNull();
    expect((await fetchIn(panel, 'misbehave/trap?record=7')).status).toBe(502);
    expect(await endOf('misbehave', 'record=7')).toMatchObject({ state: 'failed', status: 502, error: { code: 'handler-trap' } });
  });

  it('as failed when its body breaks off, with the status that the caller got', async () => {
    const status = await panel.evaluate(async () => {
      const response = await fetch('/misbehave/trap?late=1&record=8');
      await response.text().catch(() => {});
      return response.status;
    });
    expect(status).toBe(200);
    expect(await endOf('misbehave', 'record=8')).toMatchObject({ state: 'failed', status: 200, error: { code: 'handler-trap' } });
  });

  it('once when it was a cold navigation', async () => {
    await closeAllTabs(swerve);
    const page = await swerve.open('hello?name=record9');
    await untilAnswered(page);
    panel = await swerve.openPanel();
    const records = await recordsOf('hello', 'record9');
    expect(records).toMatchObject([{ isNavigation: true, state: 'done', status: 200 }]);
    // It waited for its boot document to become a host and for an instance there.
    expect(records[0]?.phases.startMs).toBeGreaterThan(0);
    await page.close();
  });

  it('until it is no longer kept', async () => {
    await fetchIn(panel, 'hello?record=10');
    const record = await endOf('hello', 'record=10');
    await stopServiceWorkers(panel);
    expect(await recordsOf('hello', '')).toEqual([]);
    const gone = await fetchIn(panel, `_swerve/${APPS}/hello/requests/${record.id}`);
    expect([gone.status, gone.headers['swerve-error']]).toEqual([404, 'resource-not-found']);
    expect((await fetchIn(panel, `_swerve/${APPS}/nobody/requests`)).status).toBe(404);
  });
});

it('an instance tells the memory that its last guest had', async () => {
  const memoryOf = async (app: string) => {
    const { items } = await callApi<{ items: { status: { memoryBytes: number | null } }[] }>(panel, 'GET', `api/v1/pods?labelSelector=swerve.dev/app%3D${app}`);
    return items[0]?.status.memoryBytes ?? 0;
  };
  for (const path of ['stream/time', 'misbehave/ok']) expect((await fetchIn(panel, path)).status).toBe(200);
  const [component, command] = [await memoryOf('stream'), await memoryOf('misbehave')];
  for (const bytes of [component, command]) expect([bytes > 0, bytes % 65_536]).toEqual([true, 0]);
  await fetchIn(panel, 'misbehave/alloc?mib=32');
  expect(await memoryOf('misbehave')).toBeGreaterThanOrEqual(32 * 1_048_576);
});

describe('the traffic', () => {
  it('is kept by the second', async () => {
    const secondsOf = async (app: string) => {
      const { items } = await callApi<{ items: TrafficSample[] }>(panel, 'GET', 'traffic');
      return items.flatMap((sample) => sample.apps).filter((one) => one.app === app);
    };
    const sumOf = async (app: string, key: 'requests' | 'errors') => (await secondsOf(app)).reduce((sum, one) => sum + one[key], 0);
    // The tests before have asked these Apps too.
    const [hellos, traps] = [await sumOf('hello', 'requests'), await sumOf('misbehave', 'errors')];
    for (let n = 0; n < 3; n += 1) await fetchIn(panel, 'hello');
    await fetchIn(panel, 'misbehave/trap');
    await waitFor('the seconds of these requests', async () => (await sumOf('misbehave', 'errors')) === traps + 1);
    expect(await sumOf('hello', 'requests')).toBe(hellos + 3);
    expect(await sumOf('hello', 'errors')).toBe(0);
    for (const { latenciesMs, instances, requests } of [...(await secondsOf('hello')), ...(await secondsOf('misbehave'))]) {
      expect(latenciesMs.length).toBe(requests);
      expect(instances.reduce((sum, one) => sum + one.requests, 0)).toBe(requests);
    }
  });
});

type Line = { resource: string; event?: { type: string; object: { code?: number; metadata: { name: string } } }; sample?: TrafficSample };

describe('the one stream', () => {
  const linesOf = async (stream: { values<T>(): Promise<T[]> }, resource: string) => (await stream.values<Line>()).filter((line) => line.resource === resource);
  const versionOf = async (path: string) => (await callApi<{ metadata: { resourceVersion: string } }>(panel, 'GET', path)).metadata.resourceVersion;

  it('carries what changes of Apps, tabs and instances, and the traffic', async () => {
    const [apps, nodes] = [await versionOf('apis/swerve.dev/v1/apps'), await versionOf('api/v1/nodes')];
    const stream = await follow(panel, `watch?apps=${apps}&nodes=${nodes}&pods=&traffic=1`);
    const { spec } = await callApi<{ spec: { source: { digest: `sha256:${string}` } } }>(panel, 'GET', `${APPS}/hello`);
    await createApp(panel, { name: 'comes', source: spec.source, routes: [{ path: '/comes' }] });
    expect((await fetchIn(panel, 'comes')).status).toBe(200);
    const tab = await swerve.openPanel();
    const has = async (resource: string, type: string, name: RegExp) =>
      (await linesOf(stream, resource)).some(({ event }) => event?.type === type && name.test(event.object.metadata.name));
    await waitFor('all of it', async () => {
      const traffic = (await linesOf(stream, 'traffic')).flatMap(({ sample }) => sample?.apps ?? []);
      const isTold = [has('apps', 'ADDED', /^comes$/), has('pods', 'ADDED', /^comes-/), has('nodes', 'ADDED', /^host-/)];
      return (await Promise.all(isTold)).every(Boolean) && traffic.some(({ app }) => app === 'comes');
    });
    await tab.close();
    await deleteApp(panel, 'comes');
    await waitFor(
      'the end of each',
      async () => (await has('apps', 'DELETED', /^comes$/)) && (await has('pods', 'DELETED', /^comes-/)) && (await has('nodes', 'DELETED', /^host-/)),
    );
    // The Apps that were there are older than the version that it began with.
    expect((await linesOf(stream, 'apps')).some(({ event }) => event?.object.metadata.name === 'hello')).toBe(false);
    await stream.stop();
  });

  it('ends what is too old alone, by an error that names it', async () => {
    const stream = await follow(panel, 'watch?apps=&pods=1&nodes=');
    await waitFor('the error', async () => (await linesOf(stream, 'pods')).length > 0);
    expect(await linesOf(stream, 'pods')).toMatchObject([{ event: { type: 'ERROR', object: { code: 410 } } }]);
    const tab = await swerve.openPanel();
    await waitFor('the new tab', async () => (await linesOf(stream, 'nodes')).filter(({ event }) => event?.type === 'ADDED').length === 2);
    expect(await stream.ended()).toBeNull();
    await tab.close();
    await stream.stop();
  });

  it('ends when asked to, and refuses versions that are none', async () => {
    const stream = await follow(panel, 'watch?apps=&traffic=1&timeoutSeconds=1');
    expect(await waitFor('its end', () => stream.ended())).toBe('ended');
    expect((await fetchIn(panel, '_swerve/watch?apps=yesterday')).status).toBe(400);
  });
});

it('none of this is for pages that Apps serve', async () => {
  const served = await swerve.open('hello');
  await untilAnswered(served);
  for (const path of ['traffic', 'watch?apps=&traffic=1', `${APPS}/hello/requests`, `${APPS}/hello/requests?watch=1`, `${APPS}/hello/requests/x`]) {
    const { status, headers } = await fetchIn(served, `_swerve/${path}`);
    expect([path, status, headers['swerve-error']]).toEqual([path, 403, 'api-forbidden']);
  }
});
