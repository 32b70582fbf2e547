import { afterEach, describe, expect, it } from 'vitest';
import { closePorts, makeTarget, TestInstance } from './cluster-fixture.ts';
import { dispatchTo, makeRequest, startWith } from './dispatch-fixture.ts';
import { meteredBody, settle } from './exchange-fixture.ts';
import { outcomeOf } from './pool-fixture.ts';
import { startCluster } from './started-cluster.ts';

afterEach(closePorts);

describe('dispatch', () => {
  it('gives the answer of an instance, the window that made it, and its end', async () => {
    const { cluster, host } = startWith(new TestInstance('answers'));
    const result = await dispatchTo(cluster, makeRequest());
    expect(result.host).toBe(host);
    expect(await new Response(result.reply.body).text()).toBe('hello');
    await result.finished;
  });

  it.each([
    ['GET', false],
    ['DELETE', true],
    ['POST', true],
  ])('of %s without a body, held: %s', async (method, hold) => {
    const instance = new TestInstance('answers');
    const { cluster } = startWith(instance);
    await dispatchTo(cluster, makeRequest({ method }));
    // DELETE can be repeated, so it need not be held: an idempotent method without a body runs at once.
    expect(instance.received[0]).toMatchObject({ type: 'request', hold: method === 'POST' ? hold : false });
  });

  it('holds whatever has a body', async () => {
    const instance = new TestInstance('answers');
    const { cluster } = startWith(instance);
    await dispatchTo(cluster, makeRequest({ method: 'PUT', body: meteredBody([1]).stream }));
    expect(instance.received[0]).toMatchObject({ type: 'request', hold: true, hasBody: true });
  });

  it('keeps to what an instance takes at once, request after request', async () => {
    const instance = new TestInstance('accepts');
    const { cluster, join } = startCluster({ target: makeTarget({ maxInstances: 1, spec: { concurrency: 2 } }) });
    join('a', [{ id: 'one', instance }]);
    const target = makeTarget({ maxInstances: 1, spec: { concurrency: 2 } });
    for (let id = 1; id <= 3; id += 1) {
      const result = dispatchTo(cluster, makeRequest(), target);
      await settle();
      instance.answer(id);
      await result;
    }
    await settle();
    instance.received.length = 0;
    const results = Array.from({ length: 3 }, () => dispatchTo(cluster, makeRequest(), target));
    await settle();
    expect(instance.types).toEqual(['request', 'request']);
    instance.answer(4);
    await settle();
    expect(instance.types).toEqual(['request', 'request', 'request']);
    instance.answer(5);
    instance.answer(6);
    await Promise.all(results);
  });

  it('gives the failure of a guest, once', async () => {
    const instance = new TestInstance('accepts');
    const { cluster, names } = startWith(instance);
    const result = outcomeOf(dispatchTo(cluster, makeRequest()));
    await settle();
    instance.say({ type: 'failed', id: 1, error: { code: 'handler-trap', message: 'unreachable' } });
    instance.say({ type: 'done', id: 1 });
    await settle();
    expect(result.error).toMatchObject({ code: 'handler-trap', message: 'unreachable' });
    expect(names).toHaveLength(1);
  });
});

describe('dispatch, when the instance is lost', () => {
  it.each(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE'])('repeats %s', async (method) => {
    const { cluster, crash } = startWith(new TestInstance('accepts'), new TestInstance('answers'));
    const result = dispatchTo(cluster, makeRequest({ method }));
    await settle();
    crash(0);
    expect((await result).reply.status).toBe(200);
  });

  it.each(['POST', 'PATCH', 'PROPFIND'])('does not repeat %s', async (method) => {
    const { cluster, crash, names } = startWith(new TestInstance('accepts'), new TestInstance('answers'));
    const result = outcomeOf(dispatchTo(cluster, makeRequest({ method })));
    await settle();
    crash(0);
    await settle();
    expect(result.error).toMatchObject({ code: 'host-lost', status: 502, message: expect.stringContaining('not idempotent') });
    expect(names).toHaveLength(1);
  });

  it('does not repeat what has lost a part of its body', async () => {
    const { cluster, crash } = startWith(new TestInstance('accepts'), new TestInstance('answers'));
    const result = outcomeOf(dispatchTo(cluster, makeRequest({ method: 'PUT', body: meteredBody([1]).stream })));
    await settle();
    crash(0);
    await settle();
    expect(result.error).toMatchObject({ code: 'host-lost', message: expect.stringContaining('part of its body') });
  });

  it('takes what was not accepted elsewhere, POST and body included', async () => {
    const second = new TestInstance('answers');
    const { cluster, crash } = startWith(new TestInstance('silent'), second);
    const result = dispatchTo(cluster, makeRequest({ method: 'POST', body: meteredBody([3]).stream }));
    await settle();
    crash(0);
    expect((await result).reply.status).toBe(200);
    await settle();
    expect(second.received).toContainEqual({ type: 'chunk', id: 1, bytes: Uint8Array.of(1, 1, 1) });
  });

  it('gives up after three', async () => {
    const { cluster, crash, names } = startWith(...Array.from({ length: 4 }, () => new TestInstance('accepts')));
    const result = outcomeOf(dispatchTo(cluster, makeRequest()));
    for (let attempt = 0; attempt < 3; attempt += 1) {
      await settle();
      expect(result).toEqual({});
      crash(attempt);
    }
    await settle();
    expect(result.error).toMatchObject({ code: 'host-lost', message: expect.stringContaining('several times') });
    expect(names).toHaveLength(3);
  });

  it('looks for another window when the last one went before the guest had begun', async () => {
    const { cluster, join } = startCluster({ askWindows: async () => 1 });
    const first = join('a');
    const result = dispatchTo(cluster, makeRequest({ method: 'POST' }));
    await settle();
    first.release();
    await settle();
    const second = join('b');
    second.window.onSpawn = (id, spec) => second.window.ready(id, spec, new TestInstance('answers'));
    expect((await result).host).toBe(second.host);
  });
});

describe('dispatch, when nobody takes the request', () => {
  it('says that there is no window', async () => {
    const { cluster } = startCluster();
    await expect(dispatchTo(cluster, makeRequest())).rejects.toMatchObject({ code: 'host-unavailable', message: expect.stringContaining('open') });
  });

  it('goes elsewhere after a second, whatever the method, and the silent one is told to forget it', async () => {
    const { cluster, join, target } = startCluster();
    const silent = new TestInstance('silent');
    const other = new TestInstance('answers');
    const a = join('a', [{ id: 'silent', instance: silent }]);
    const b = join('b');
    a.window.isFrozen = true;
    b.window.onSpawn = (id, spec) => b.window.ready(id, spec, other);
    const startMs = performance.now();
    const result = await dispatchTo(cluster, makeRequest({ method: 'POST', body: meteredBody([2]).stream }));
    expect(result.host).toBe(b.host);
    expect(performance.now() - startMs).toBeGreaterThan(990);
    await settle();
    expect(silent.types).toEqual(['request', 'cancel']);
    expect(other.received).toContainEqual({ type: 'chunk', id: 1, bytes: Uint8Array.of(1, 1) });
    expect(cluster.pool(target).instances.get('silent')?.state).toBe('stalled');
    expect(a.host.isResponsive).toBe(false);
  });

  it('waits for the only window, which was passed over, to speak', async () => {
    const { cluster, join } = startCluster({ askWindows: async () => 1 });
    const silent = new TestInstance('silent');
    const { window, host } = join('a', [{ id: 'silent', instance: silent }]);
    const result = dispatchTo(cluster, makeRequest());
    await settle();
    window.isFrozen = true;
    await new Promise((resolve) => setTimeout(resolve, 1_050)); // Passed over, and the ping lost on it.
    expect(host.isResponsive).toBe(false);
    window.isFrozen = false;
    window.onSpawn = (id, spec) => window.ready(id, spec, new TestInstance('answers'));
    window.say({ type: 'pong', seq: 0 });
    expect((await result).reply.status).toBe(200);
  });

  it('ends with the deadline of the App', async () => {
    const { cluster } = startWith(new TestInstance('silent'));
    const limits = { timeoutMs: 200, durationMs: 60_000, requestBytes: 1 };
    await expect(dispatchTo(cluster, makeRequest({ limits }))).rejects.toMatchObject({ code: 'handler-timeout', message: expect.stringContaining('200 ms') });
  });
});

describe('a navigation whose only window is being left, and that can have a boot document', () => {
  it('does not wait for a start that may never end', async () => {
    const { cluster, host } = startWith(); // Its starts take for ever.
    host.isLeaving = true;
    await expect(dispatchTo(cluster, makeRequest({ canBoot: true }))).rejects.toMatchObject({
      code: 'host-unavailable',
      message: expect.stringContaining('left'),
    });
  });

  it('waits on where another window stays, and what is no navigation waits anyway', async () => {
    const { cluster, host, join } = startWith();
    host.isLeaving = true;
    const request = outcomeOf(dispatchTo(cluster, makeRequest()));
    const left = startWith();
    const navigation = outcomeOf(dispatchTo(left.cluster, makeRequest({ canBoot: true })));
    left.join('b');
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    expect(request).toEqual({});
    expect(navigation).toEqual({});
    const instance = new TestInstance('answers');
    join('c', [{ id: 'one', instance }]);
    await settle();
    expect(request).toHaveProperty('value');
  });
});
