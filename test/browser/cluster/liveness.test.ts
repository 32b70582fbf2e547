import type { Page } from 'playwright-core';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callApi, createApp, fetchIn, uploadModule } from '../harness/api.ts';
import { crashTab, haltTab, stopServiceWorkers } from '../harness/cdp.ts';
import { useSwerve } from '../harness/swerve.ts';
import { closeAllTabs } from '../harness/tabs.ts';
import { waitFor } from '../harness/wait.ts';
import { exampleFile } from '../harness/wasm-files.ts';

const swerve = useSwerve();
let panel: Page;

interface Pods {
  items: { metadata: { name: string }; spec: { nodeName: string }; status: Record<string, unknown> }[];
}

beforeAll(async () => {
  const page = await swerve.openPanel();
  const { digest } = await uploadModule(page, exampleFile('stream-rust'));
  await createApp(page, { name: 'stream', source: { digest }, routes: [{ path: '/stream' }], scale: { max: 4 } });
});

beforeEach(async () => {
  await closeAllTabs(swerve);
  panel = await swerve.openPanel();
});

const nodes = (page: Page) => callApi<{ items: { metadata: { name: string } }[] }>(page, 'GET', 'api/v1/nodes');
const pods = (page: Page) => callApi<Pods>(page, 'GET', 'api/v1/namespaces/default/pods');

/** Sends a slow request from `page`, whose answer the caller awaits. */
function slow(page: Page, init: { method?: string; body?: string; ms?: number } = {}) {
  return page.evaluate(
    async ({ method, body, ms }) => {
      const response = await fetch(`/stream/sleep?ms=${ms}`, { method, ...(body === undefined ? {} : { body }) });
      return { status: response.status, code: response.headers.get('swerve-error'), text: await response.text() };
    },
    { method: init.method ?? 'GET', ms: init.ms ?? 1500, ...(init.body === undefined ? {} : { body: init.body }) },
  );
}

const untilRunning = (page: Page) =>
  waitFor('the request to run', async () => (await pods(page)).items.some((pod) => JSON.stringify(pod).includes('"inFlight":1')) || null);

/** A second tab beside the panel, on which the one instance runs. */
async function besideTheServingTab(): Promise<Page> {
  expect((await fetchIn(panel, 'stream/time')).status).toBe(200);
  const second = await swerve.openPanel();
  await waitFor('two hosts', async () => (await nodes(second)).items.length === 2 || null);
  return second;
}

describe('a tab that goes while it serves', () => {
  it('a GET is answered by another tab after a close', async () => {
    const second = await besideTheServingTab();
    const answer = slow(second);
    await untilRunning(second);
    const [before] = (await pods(second)).items;
    await panel.close();
    expect(await answer).toMatchObject({ status: 200 });
    expect((await pods(second)).items.map((pod) => pod.metadata.name)).not.toContain(before?.metadata.name);
  });

  it('another tab serves on after a crash', async () => {
    // Chromium may run the service worker in the renderer that crashes: then the fetch fails with it, and the next one counts.
    swerve.allowConsole(/ERR_FAILED/);
    const second = await besideTheServingTab();
    const answer = slow(second).then(
      ({ status }) => status,
      () => 'failed',
    );
    await untilRunning(second);
    const [before] = (await pods(second)).items;
    await crashTab(panel);
    expect([200, 'failed']).toContain(await answer);
    expect((await fetchIn(second, 'stream/time')).status).toBe(200);
    expect((await pods(second)).items.map((pod) => pod.metadata.name)).not.toContain(before?.metadata.name);
  });

  it('a POST gets 502 with the reason', async () => {
    const second = await besideTheServingTab();
    const answer = slow(second, { method: 'POST', body: 'x' });
    await untilRunning(second);
    await panel.close();
    const { status, code, text } = await answer;
    expect({ status, code }).toEqual({ status: 502, code: 'host-lost' });
    expect(JSON.parse(text).detail).toContain('closed');
  });
});

describe('a frozen tab', () => {
  it('is passed over within a second or so and serves again once it wakes', async () => {
    const second = await besideTheServingTab();
    const wake = await haltTab(panel);
    panel = second;
    const startedMs = performance.now();
    expect((await fetchIn(panel, 'stream/time')).status).toBe(200);
    expect(performance.now() - startedMs).toBeGreaterThan(900); // It was asked first, and did not answer.
    const answers = await Promise.all(Array.from({ length: 6 }, () => fetchIn(panel, 'stream/time')));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
    await wake();
    await waitFor('the host to be responsive', async () => {
      const { items } = await callApi<{ items: { status: { conditions: { type: string; status: string }[] } }[] }>(panel, 'GET', 'api/v1/nodes');
      return items.every(({ status }) => status.conditions.find(({ type }) => type === 'Ready')?.status === 'True') || null;
    });
  });
});

describe('the service worker stopped', () => {
  it('in the middle of traffic: the next request is answered', async () => {
    expect((await fetchIn(panel, 'stream/time')).status).toBe(200);
    await stopServiceWorkers(panel);
    expect((await fetchIn(panel, 'stream/time')).status).toBe(200);
    expect((await pods(panel)).items.length).toBe(1);
  });

  it('with a request in flight: it ends, and those after are answered by the same instance', async () => {
    await fetchIn(panel, 'stream/time');
    const before = (await pods(panel)).items.map((pod) => pod.metadata.name);
    const inFlight = slow(panel, { ms: 1_500 }).then(
      ({ status }) => status,
      () => 'failed',
    );
    await untilRunning(panel);
    await stopServiceWorkers(panel);
    // Chromium dispatches a request once more whose service worker was stopped; an engine may also fail it.
    expect([200, 'failed']).toContain(await inFlight);
    expect((await fetchIn(panel, 'stream/time')).status).toBe(200);
    expect((await pods(panel)).items.map((pod) => pod.metadata.name)).toEqual(before);
  });
});
