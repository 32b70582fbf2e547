import { afterEach, describe, expect, it } from 'vitest';
import type { OutgoingRequest } from '../../../src/ingress/destination.ts';
import { Uplink } from '../../../src/ingress/uplink.ts';
import { UplinkDestination } from '../../../src/ingress/uplink-destination.ts';
import type { LoanReport, ServedApp } from '../../../src/protocol/sw-instance.ts';
import { waitFor } from '../../browser/harness/wait.ts';
import { type Behaviour, closePorts, TestInstance, TestWindow } from './cluster-fixture.ts';
import { settle } from './exchange-fixture.ts';
import { outcomeOf } from './pool-fixture.ts';
import { startCluster } from './started-cluster.ts';

afterEach(closePorts);

const APP: ServedApp = {
  namespace: 'default',
  name: 'hello',
  timeoutMs: 5_000,
  durationMs: 9_000,
  requestBytes: 10,
  queue: 1,
  bufferRequest: false,
  hostScript: true,
};

/** An origin with a line to a cluster that answers by itself, and knows of its App. */
async function start(app: Partial<ServedApp> = {}) {
  const started = startCluster({ onLineLost: (lock) => uplink.lost(lock) });
  const uplink: Uplink = new Uplink(started.cluster);
  const cluster = new TestInstance('answers');
  const window = new TestWindow('a');
  window.onOpenLine = (job) => window.say({ type: 'line', job, lock: 'life' }, [cluster.port]);
  started.join(window);
  const destination = new UplinkDestination(uplink, 'hello');
  const send = (changes: Partial<OutgoingRequest> = {}) => {
    const { method = 'GET', isNavigation = false } = changes;
    const url = 'http://hello.example.org/a?b';
    const trace = destination.begin({ method, url, isNavigation });
    const body = { stream: null, length: null };
    return destination.send({ method, url, headers: [['a', 'b']], body, isNavigation, canBoot: false, signal: null, hostWaitMs: 1_000, trace, ...changes });
  };
  await send();
  cluster.say({ type: 'app', app: { ...APP, ...app } });
  await settle();
  const lend = async (id: string, { behaviour = 'answers', slots = 2, isWhole = false }: { behaviour?: Behaviour; slots?: number; isWhole?: boolean } = {}) => {
    const instance = new TestInstance(behaviour);
    cluster.say({ type: 'loan', instance: id, host: 'w', slots, isWhole }, [instance.port]);
    await settle();
    return instance;
  };
  const requestsOf = ({ received }: TestInstance) => received.filter(({ type }) => type === 'request').length;
  return {
    window,
    cluster,
    send,
    lend,
    requestsOf,
    /** Requests that went by the cluster since it told of the App. */
    byCluster: () => requestsOf(cluster) - 1,
    reports: () => cluster.received.flatMap((message): LoanReport[] => (message.type === 'loan-used' ? message.reports : [])),
    news: () => cluster.received.flatMap((message) => (message.type === 'loan-used' || !message.type.startsWith('loan-') ? [] : [message])),
  };
}

/** Ends the oldest request that is under way there. */
function answerFirst(instance: TestInstance): void {
  const first = instance.received.find((message) => message.type === 'request');
  if (first?.type === 'request') instance.answer(first.id);
}

describe('what an origin was lent', () => {
  it('is sent requests straight, and the cluster is told what became of them', async () => {
    const { lend, send, byCluster, requestsOf, reports } = await start();
    const instance = await lend('one');
    const { reply, finished } = await send();
    expect(new TextDecoder().decode(reply.takeWhole?.() ?? undefined)).toBe('hello');
    await finished;
    expect([requestsOf(instance), byCluster()]).toEqual([1, 0]);
    await waitFor('the report', () => reports().some(({ state }) => state === 'done'));
    expect(reports().at(-1)).toMatchObject({
      instance: 'one',
      method: 'GET',
      url: 'http://hello.example.org/a?b',
      status: 200,
      requestHeaders: [['a', 'b']],
      responseBytes: 5,
    });
    expect(new TextDecoder().decode(reports().at(-1)?.responseStart?.bytes)).toBe('hello');
  });

  it('is told of before its end when that takes long', async () => {
    const { lend, send, reports } = await start();
    const instance = await lend('one', { behaviour: 'accepts' });
    const asked = send();
    await waitFor('the report', () => reports().length > 0);
    expect(reports()[0]).toMatchObject({ state: 'running', status: null, endedMs: null });
    answerFirst(instance);
    await (await asked).finished;
  });

  it('is sent no navigations, for the cluster knows which window is about to go', async () => {
    const { lend, send, byCluster, requestsOf } = await start();
    const instance = await lend('one');
    await send({ isNavigation: true });
    expect([requestsOf(instance), byCluster()]).toEqual([0, 1]);
  });

  it('gets no more than its slots: the rest goes by the cluster, which is told that more would do good', async () => {
    const { lend, send, byCluster, requestsOf, news } = await start();
    const instance = await lend('one', { behaviour: 'accepts', slots: 2 });
    void send();
    void send();
    await settle();
    expect((await send()).reply.status).toBe(200);
    expect([requestsOf(instance), byCluster()]).toEqual([2, 1]);
    expect(news()).toEqual([{ type: 'loan-grow' }]);
  });

  it('is waited for when it is all that the App may have, as long as its queue has room', async () => {
    const { lend, send, byCluster, requestsOf } = await start({ queue: 1 });
    const instance = await lend('one', { behaviour: 'accepts', slots: 1, isWhole: true });
    const [first, second] = [send(), send()];
    await settle();
    await expect(send()).rejects.toMatchObject({ code: 'instance-saturated', message: expect.stringContaining('spec.limits.queue') });
    expect(requestsOf(instance)).toBe(1);
    answerFirst(instance);
    await (await first).finished;
    await settle();
    expect([requestsOf(instance), byCluster()]).toEqual([2, 0]);
    instance.answer(2);
    expect((await second).reply.status).toBe(200);
  });

  it('is given back when it is recalled, once nothing is under way, and those that wait go by the cluster', async () => {
    const { lend, send, byCluster, cluster, news } = await start({ queue: 4 });
    const instance = await lend('one', { behaviour: 'accepts', slots: 1, isWhole: true });
    const first = send();
    const second = send();
    await settle();
    cluster.say({ type: 'loan-recalled', instance: 'one' });
    expect((await second).reply.status).toBe(200);
    expect([byCluster(), news()]).toEqual([1, [{ type: 'loan-busy', instance: 'one', inFlight: 1 }]]);
    answerFirst(instance);
    await (await first).finished;
    await settle();
    expect(news().slice(1)).toEqual([{ type: 'loan-returned', instance: 'one' }]);
    cluster.say({ type: 'loan-recalled', instance: 'never came' });
    await settle();
    expect(news().at(-1)).toEqual({ type: 'loan-returned', instance: 'never came' });
  });

  it('takes what may be repeated with it to the cluster when it is lost', async () => {
    const { lend, send, byCluster, cluster, reports } = await start();
    await lend('one', { behaviour: 'accepts' });
    const [get, post] = [send(), outcomeOf(send({ method: 'POST' }))];
    await settle();
    cluster.say({ type: 'loan-lost', instance: 'one', error: { code: 'host-lost', message: 'the tab was closed' } });
    expect((await get).reply.status).toBe(200);
    expect(byCluster()).toBe(1);
    expect(post.error).toMatchObject({ code: 'host-lost' });
    await waitFor('the report', () => reports().some(({ method, state }) => method === 'GET' && state === 'failed'));
  });

  it('is passed over when it does not accept, and the cluster is told', { timeout: 10_000 }, async () => {
    const { lend, send, byCluster, news } = await start();
    await lend('one', { behaviour: 'silent' });
    expect((await send()).reply.status).toBe(200);
    expect(byCluster()).toBe(1);
    expect(news()).toEqual([
      { type: 'loan-silent', instance: 'one' },
      { type: 'loan-returned', instance: 'one' },
    ]);
  });

  it('answers by the limits of its App, and the cluster is told of a guest that does not stop', { timeout: 10_000 }, async () => {
    const { lend, send, news } = await start({ timeoutMs: 50 });
    await lend('one', { behaviour: 'accepts' });
    await expect(send()).rejects.toMatchObject({ code: 'handler-timeout', message: expect.stringContaining('50 ms') });
    await waitFor('the news', () => news().length > 0);
    expect(news()).toEqual([{ type: 'loan-overdue', instance: 'one' }]);
  });

  it("serves on what it has begun when the cluster's service worker was stopped, and nothing more", async () => {
    const { window, lend, send, requestsOf } = await start();
    const instance = await lend('one', { behaviour: 'accepts' });
    const first = send();
    await settle();
    const next = new TestInstance('answers');
    window.onOpenLine = (job) => window.say({ type: 'line', job, lock: 'next life' }, [next.port]);
    window.say({ type: 'line-lost', lock: 'life' });
    await settle();
    expect((await send()).reply.status).toBe(200);
    expect([requestsOf(instance), requestsOf(next)]).toEqual([1, 1]);
    answerFirst(instance);
    expect((await first).reply.status).toBe(200);
  });
});
