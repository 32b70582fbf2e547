import { afterEach, describe, expect, it } from 'vitest';
import { type DispatchRequest, dispatch } from '../../../src/ingress/dispatch.ts';
import { closePorts, makeTarget, TestInstance } from './cluster-fixture.ts';
import { meteredBody, REQUEST_HEAD, settle } from './exchange-fixture.ts';
import { outcomeOf } from './pool-fixture.ts';
import { startCluster } from './started-cluster.ts';

afterEach(closePorts);

function makeRequest({
  method = 'GET',
  body = null,
  ...changes
}: Partial<Omit<DispatchRequest, 'body'>> & { method?: string; body?: ReadableStream<Uint8Array> | null } = {}): DispatchRequest {
  return {
    head: { ...REQUEST_HEAD, method },
    body: { stream: body, length: null },
    target: makeTarget(),
    limits: { timeoutMs: 5_000, durationMs: 60_000, requestBytes: 1_000_000 },
    signal: null,
    hostWaitMs: 1_000,
    ...changes,
  };
}

/** A cluster whose only window starts, for each instance it is asked for, the next of `instances`. */
function startWith(...instances: TestInstance[]) {
  const started = startCluster();
  const { window, host } = started.join('a');
  const names: string[] = [];
  window.onSpawn = (id, spec) => {
    const next = instances[names.length];
    names.push(id);
    if (next) window.ready(id, spec, next);
  };
  return { ...started, window, host, crash: (index: number) => window.say({ type: 'instance-ended', instance: names[index]!, reason: 'unresponsive' }), names };
}

describe('dispatch', () => {
  it('gives the answer of an instance, the window that made it, and its end', async () => {
    const { cluster, host } = startWith(new TestInstance('answers'));
    const result = await dispatch(cluster, makeRequest());
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
    await dispatch(cluster, makeRequest({ method }));
    // DELETE can be repeated, so it need not be held: an idempotent method without a body runs at once.
    expect(instance.received[0]).toMatchObject({ type: 'request', hold: method === 'POST' ? hold : false });
  });

  it('holds whatever has a body', async () => {
    const instance = new TestInstance('answers');
    const { cluster } = startWith(instance);
    await dispatch(cluster, makeRequest({ method: 'PUT', body: meteredBody([1]).stream }));
    expect(instance.received[0]).toMatchObject({ type: 'request', hold: true, hasBody: true });
  });

  it('gives the failure of a guest, once', async () => {
    const instance = new TestInstance('accepts');
    const { cluster, names } = startWith(instance);
    const result = outcomeOf(dispatch(cluster, makeRequest()));
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
    const result = dispatch(cluster, makeRequest({ method }));
    await settle();
    crash(0);
    expect((await result).reply.status).toBe(200);
  });

  it.each(['POST', 'PATCH', 'PROPFIND'])('does not repeat %s', async (method) => {
    const { cluster, crash, names } = startWith(new TestInstance('accepts'), new TestInstance('answers'));
    const result = outcomeOf(dispatch(cluster, makeRequest({ method })));
    await settle();
    crash(0);
    await settle();
    expect(result.error).toMatchObject({ code: 'host-lost', status: 502, message: expect.stringContaining('not idempotent') });
    expect(names).toHaveLength(1);
  });

  it('does not repeat what has lost a part of its body', async () => {
    const { cluster, crash } = startWith(new TestInstance('accepts'), new TestInstance('answers'));
    const result = outcomeOf(dispatch(cluster, makeRequest({ method: 'PUT', body: meteredBody([1]).stream })));
    await settle();
    crash(0);
    await settle();
    expect(result.error).toMatchObject({ code: 'host-lost', message: expect.stringContaining('part of its body') });
  });

  it('takes what was not accepted elsewhere, POST and body included', async () => {
    const second = new TestInstance('answers');
    const { cluster, crash } = startWith(new TestInstance('silent'), second);
    const result = dispatch(cluster, makeRequest({ method: 'POST', body: meteredBody([3]).stream }));
    await settle();
    crash(0);
    expect((await result).reply.status).toBe(200);
    await settle();
    expect(second.received).toContainEqual({ type: 'chunk', id: 1, bytes: Uint8Array.of(1, 1, 1) });
  });

  it('gives up after three', async () => {
    const { cluster, crash, names } = startWith(...Array.from({ length: 4 }, () => new TestInstance('accepts')));
    const result = outcomeOf(dispatch(cluster, makeRequest()));
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
    const result = dispatch(cluster, makeRequest({ method: 'POST' }));
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
    await expect(dispatch(cluster, makeRequest())).rejects.toMatchObject({ code: 'host-unavailable', message: expect.stringContaining('open') });
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
    const result = await dispatch(cluster, makeRequest({ method: 'POST', body: meteredBody([2]).stream }));
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
    const result = dispatch(cluster, makeRequest());
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
    const limits = { timeoutMs: 30, durationMs: 60_000, requestBytes: 1 };
    await expect(dispatch(cluster, makeRequest({ limits }))).rejects.toMatchObject({ code: 'handler-timeout', message: expect.stringContaining('30 ms') });
  });
});

describe('dispatch, when the caller goes away', () => {
  it('cancels the guest', async () => {
    const instance = new TestInstance('accepts');
    const { cluster } = startWith(instance);
    const caller = new AbortController();
    const result = outcomeOf(dispatch(cluster, makeRequest({ signal: caller.signal })));
    await settle();
    caller.abort();
    await settle();
    expect(result.error).toMatchObject({ code: 'request-invalid' });
    expect(instance.types).toEqual(['request', 'cancel']);
    instance.say({ type: 'done', id: 1 });
    await settle();
  });

  it('before it was accepted cancels the guest that accepts it later', async () => {
    const instance = new TestInstance('silent');
    const { cluster } = startWith(instance);
    const caller = new AbortController();
    const result = outcomeOf(dispatch(cluster, makeRequest({ signal: caller.signal })));
    await settle();
    caller.abort();
    instance.say({ type: 'accepted', id: 1 });
    await settle();
    expect(result.error).toMatchObject({ code: 'request-invalid' });
    expect(instance.types).toEqual(['request', 'cancel']);
    instance.say({ type: 'done', id: 1 });
    await settle();
  });

  it('while its request waits gives up the place in the queue', async () => {
    const { cluster, target } = startWith(); // Its starts take for ever.
    const caller = new AbortController();
    const result = outcomeOf(dispatch(cluster, makeRequest({ signal: caller.signal })));
    await settle();
    expect(cluster.pool(target).queued).toBe(1);
    caller.abort();
    await settle();
    expect(result.error).toMatchObject({ code: 'request-invalid' });
    expect(cluster.pool(target).queued).toBe(0);
  });
});
