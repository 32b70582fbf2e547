import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callApi, createApp, deleteApp, fetchIn, uploadModule } from '../harness/api.ts';
import { stopServiceWorkers } from '../harness/cdp.ts';
import { follow as followIn } from '../harness/follow.ts';
import { useSwerve } from '../harness/swerve.ts';
import { waitFor } from '../harness/wait.ts';
import { exampleFile } from '../harness/wasm-files.ts';
import { logOf } from '../http/guests.ts';

const APPS = 'apis/swerve.dev/v1/namespaces/default/apps';

interface Event {
  type: string;
  object: {
    kind: string;
    code?: number;
    reason?: string;
    metadata: { name: string; resourceVersion: string; generation?: number };
    status?: { requests?: unknown };
  };
}

const swerve = useSwerve();
let panel: Page;
let digest: `sha256:${string}`;
let misbehave: `sha256:${string}`;

beforeAll(async () => {
  panel = await swerve.openPanel();
  ({ digest } = await uploadModule(panel, exampleFile('hello-c')));
  ({ digest: misbehave } = await uploadModule(panel, exampleFile('misbehave')));
});

beforeEach(async () => {
  const { items } = await callApi<{ items: { metadata: { name: string } }[] }>(panel, 'GET', APPS);
  for (const { metadata } of items) await deleteApp(panel, metadata.name);
});

const follow = async (path: string) => {
  const followed = await followIn(panel, path);
  return { ...followed, events: () => followed.values<Event>() };
};

const described = (events: Event[]) => events.map(({ type, object }) => `${type} ${object.metadata.name ?? object.kind}`);
const app = (name: string, spec: object = {}) => createApp(panel, { name, source: { digest }, routes: [{ path: `/${name}` }], ...spec });
const versionNow = async (path: string) => (await callApi<{ metadata: { resourceVersion: string } }>(panel, 'GET', path)).metadata.resourceVersion;

describe('a watch of Apps', () => {
  it('tells what is there, what comes, changes and goes, each once and in order', async () => {
    await app('there');
    const watch = await follow(`${APPS}?watch=1`);
    await waitFor('the App that is there', async () => (await watch.events()).length === 1);
    await app('comes');
    await callApi(panel, 'PUT', `${APPS}/comes`, { metadata: { name: 'comes' }, spec: { source: { digest }, routes: [{ path: '/comes' }], env: { A: '1' } } });
    await deleteApp(panel, 'there');
    const events = await waitFor('four events', async () => {
      const seen = await watch.events();
      return seen.some(({ type }) => type === 'DELETED') && seen;
    });
    expect(described(events)).toEqual(['ADDED there', 'ADDED comes', 'MODIFIED comes', 'DELETED there']);
    expect(events[2]?.object.metadata.generation).toBe(2);
    const versions = events.map(({ object }) => Number(object.metadata.resourceVersion));
    expect(versions).toEqual([...versions].sort((a, b) => a - b));
    await watch.stop();
  });

  it('goes on from a resourceVersion, and shows a selection only', async () => {
    await app('before');
    const from = await versionNow(APPS);
    await app('after');
    await callApi(panel, 'PUT', `${APPS}/after`, {
      metadata: { name: 'after', labels: { team: 'web' } },
      spec: { source: { digest }, routes: [{ path: '/after' }] },
    });
    const all = await follow(`${APPS}?watch=true&resourceVersion=${from}`);
    const selected = await follow(`${APPS}?watch=1&resourceVersion=${from}&labelSelector=team%3Dweb`);
    await deleteApp(panel, 'after');
    await waitFor('the deletion', async () => (await all.events()).length === 3 && (await selected.events()).length === 2);
    expect(described(await all.events())).toEqual(['ADDED after', 'MODIFIED after', 'DELETED after']);
    expect(described(await selected.events())).toEqual(['ADDED after', 'DELETED after']);
    for (const watch of [all, selected]) await watch.stop();
  });

  it('is told to list again when what it missed is no longer kept', async () => {
    const from = await versionNow(APPS);
    const files = Array.from({ length: 5 }, (_, index) => ({ path: `/${index}`, text: String(index).repeat(1_000_000) }));
    await app('heavy', { files });
    for (let n = 0; n < 4; n += 1) {
      const patch = {
        method: 'PATCH',
        headers: { 'content-type': 'application/merge-patch+json' },
        body: JSON.stringify({ metadata: { labels: { n: String(n) } } }),
      };
      expect((await fetchIn(panel, `_swerve/${APPS}/heavy`, patch)).status).toBe(200);
    }
    const watch = await follow(`${APPS}?watch=1&resourceVersion=${from}`);
    const [event] = await waitFor('the error', async () => (await watch.ended()) === 'ended' && (await watch.events()));
    expect(event).toMatchObject({ type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } });
  });

  it('ends by itself after timeoutSeconds', async () => {
    const watch = await follow(`${APPS}?watch=1&timeoutSeconds=1`);
    expect(await waitFor('its end', () => watch.ended(), { deadlineMs: 5_000 })).toBe('ended');
  });
});

describe('a watch of the cluster', () => {
  it('shows tabs come and go as Nodes', async () => {
    const watch = await follow('api/v1/nodes?watch=1');
    await waitFor('the panel', async () => (await watch.events()).length >= 1);
    const tab = await swerve.openPanel();
    const added = await waitFor('the new tab', async () => (await watch.events()).filter(({ type }) => type === 'ADDED')[1]);
    await tab.close();
    await waitFor('its end', async () => described(await watch.events()).includes(`DELETED ${added.object.metadata.name}`));
    await watch.stop();
  });

  it('shows instances start, serve and end as Pods', async () => {
    const watch = await follow('api/v1/namespaces/default/pods?watch=1&labelSelector=swerve.dev%2Fapp%3Dserving');
    await app('serving');
    expect((await fetchIn(panel, 'serving')).status).toBe(200);
    await waitFor('a request that was served', async () => JSON.stringify(await watch.events()).includes('"served":1'));
    await deleteApp(panel, 'serving');
    const events = await waitFor('its end', async () => {
      const seen = await watch.events();
      return seen.at(-1)?.type === 'DELETED' && seen;
    });
    expect(events[0]).toMatchObject({ type: 'ADDED', object: { kind: 'Pod' } });
    expect(new Set(events.map(({ object }) => object.metadata.name)).size).toBe(1);
    await watch.stop();
  });
});

describe("an App's log", () => {
  const log = `${APPS}/noisy/log`;
  beforeEach(() => app('noisy', { source: { digest: misbehave }, args: [] }));

  it('has what the guest wrote, its tail, and goes on while it is followed', async () => {
    const write = (n: number) => fetchIn(panel, `noisy/stderr?n=${n}`);
    await write(3);
    await expect.poll(async () => (await logOf(panel, 'noisy')).trim().split('\n').length).toBeGreaterThanOrEqual(3);
    const whole = (await logOf(panel, 'noisy')).trim().split('\n');
    for (const line of whole) expect(line).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z (stderr|system) \S+ /);
    expect((await fetchIn(panel, `_swerve/${log}?tailLines=1`)).text).toBe(`${whole.at(-1)}\n`);
    const json = await fetchIn(panel, `_swerve/${log}?tailLines=1`, { headers: { accept: 'application/x-ndjson' } });
    expect(JSON.parse(json.text)).toMatchObject({
      stream: 'stderr',
      text: expect.any(String),
      instance: expect.stringMatching(/^noisy-/),
      atMs: expect.any(Number),
    });

    const followed = await follow(`${log}?follow=1&tailLines=0`);
    expect(await followed.lines()).toEqual([]);
    await write(2);
    await waitFor('the new lines', async () => (await followed.lines()).length >= 2);
    await deleteApp(panel, 'noisy');
    expect(await waitFor('the end of a deleted log', () => followed.ended())).toBe('ended');
    expect((await fetchIn(panel, `_swerve/${log}`)).status).toBe(404);
  });

  it('is refused when asked for in a way that makes no sense', async () => {
    expect(await fetchIn(panel, `_swerve/${log}?tailLines=many`)).toMatchObject({ status: 400, headers: { 'swerve-error': 'request-invalid' } });
    expect((await fetchIn(panel, `_swerve/${APPS}/nobody/log`)).status).toBe(404);
  });
});

describe('after the service worker was stopped', () => {
  it('a watch is resumed and misses nothing', async () => {
    await app('first');
    const from = await versionNow(APPS);
    const watch = await follow(`${APPS}?watch=1&resourceVersion=${from}`);
    const pods = await follow('api/v1/pods?watch=1');
    const podsFrom = await versionNow('api/v1/pods');
    await stopServiceWorkers(panel);
    await waitFor('the streams to end', async () => (await watch.ended()) !== null && (await pods.ended()) !== null);
    await app('meanwhile');
    const resumed = await follow(`${APPS}?watch=1&resourceVersion=${from}`);
    await waitFor('what was missed', async () => described(await resumed.events()).includes('ADDED meanwhile'));
    // What lives in the service worker alone is counted anew: its watchers list again.
    const stale = await follow(`api/v1/pods?watch=1&resourceVersion=${podsFrom}`);
    const [event] = await waitFor('the error', async () => (await stale.ended()) === 'ended' && (await stale.events()));
    expect(event).toMatchObject({ type: 'ERROR', object: { code: 410 } });
    await resumed.stop();
  });

  it('the tabs and their instances are known again', async () => {
    await app('kept');
    expect((await fetchIn(panel, 'kept')).status).toBe(200);
    const tab = await swerve.openPanel();
    const names = async (kind: string) =>
      (await callApi<{ items: { metadata: { name: string } }[] }>(panel, 'GET', `api/v1/${kind}`)).items.map(({ metadata }) => metadata.name);
    await waitFor('two tabs', async () => (await names('nodes')).length === 2);
    const before = { nodes: await names('nodes'), pods: await names('pods') };
    await stopServiceWorkers(panel);
    expect((await names('nodes')).length).toBeGreaterThan(0);
    await waitFor('what was there before', async () => {
      const now = { nodes: await names('nodes'), pods: await names('pods') };
      return JSON.stringify(now) === JSON.stringify(before);
    });
    expect((await fetchIn(panel, 'kept')).status).toBe(200);
    await tab.close();
  });

  it('requests that come at once are all served, also such as must not be repeated', async () => {
    await app('posts', { source: { digest: misbehave }, scale: { max: 2 } });
    const tab = await swerve.openPanel();
    expect((await fetchIn(panel, 'posts/ok')).status).toBe(200);
    for (let round = 0; round < 10; round += 1) {
      await stopServiceWorkers(panel);
      const statuses = await panel.evaluate(async () => {
        const post = async () => {
          const response = await fetch('/posts/drip?n=2&ms=50', { method: 'POST', body: 'x' });
          return `${response.status} ${response.headers.get('swerve-error') ?? (await response.text()).split('\n').length}`;
        };
        return Promise.all([post(), post(), post(), post(), post()]);
      });
      expect(statuses).toEqual(Array(5).fill('200 3'));
    }
    await tab.close();
  });
});
