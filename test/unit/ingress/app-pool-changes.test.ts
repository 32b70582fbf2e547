import { afterEach, describe, expect, it } from 'vitest';
import { type ErrorCode, RuntimeError } from '../../../src/core/errors.ts';
import { closePorts, makeTarget } from './cluster-fixture.ts';
import { settle } from './exchange-fixture.ts';
import { outcomeOf, startPool } from './pool-fixture.ts';

afterEach(closePorts);

const failure = (code: ErrorCode) => new RuntimeError(code, 'why');

describe('AppPool, the maximum', () => {
  it('holds when the restart of a supervisor meets a start', async () => {
    const { addReady, ids, windows } = startPool(makeTarget({ maxInstances: 2 }), 2);
    addReady('one', { host: 0 });
    addReady('two', { host: 1 });
    const third = addReady('three', { host: 1 });
    await settle();
    expect(ids()).toEqual(['one', 'two']);
    expect(windows[1]!.terminated).toEqual([{ instance: 'three', reason: 'retired' }]);
    expect(third.received).toEqual([]);
  });

  it('counts what other windows run', async () => {
    const { acquire, addReady, load, ids } = startPool(makeTarget({ maxInstances: 1, spec: { concurrency: 4 } }), 2);
    addReady('there', { host: 1 });
    load('there');
    expect((await acquire()).id).toBe('there');
    expect(ids('starting')).toEqual([]);
  });

  it('does not count what a leaving window runs: nothing more is sent there', async () => {
    const { acquire, addReady, hosts, starting } = startPool(makeTarget({ maxInstances: 1 }), 2);
    addReady('leaving', { host: 0 });
    hosts[0]!.isLeaving = true;
    const acquired = acquire();
    const { id, host } = starting();
    expect(host.info.id).toBe('b');
    addReady(id, { host: 1 });
    expect((await acquired).id).toBe(id);
  });

  it('counts what the leaving window runs, and uses it, when it is the only one', async () => {
    const { acquire, addReady, hosts, load, ids } = startPool(makeTarget({ maxInstances: 1, spec: { concurrency: 4 } }));
    addReady('leaving');
    hosts[0]!.isLeaving = true;
    load('leaving');
    expect((await acquire()).id).toBe('leaving');
    expect(ids()).toEqual(['leaving']);
  });
});

describe('AppPool, a new generation', () => {
  const next = () => makeTarget({ spec: { generation: 2 } });

  it('ends idle instances at once and busy ones when they have finished', async () => {
    const { pool, addReady, load, ids, windows } = startPool(makeTarget({ spec: { concurrency: 1 } }));
    addReady('idle');
    const busy = addReady('busy');
    const reply = outcomeOf(load('busy').reply);
    pool.retarget(next());
    expect(ids()).toEqual(['busy']);
    busy.answer(1);
    await settle();
    expect(reply.value?.status).toBe(200);
    expect(ids()).toEqual([]);
    expect(windows[0]!.terminated).toEqual([
      { instance: 'idle', reason: 'retired' },
      { instance: 'busy', reason: 'retired' },
    ]);
  });

  it('serves new requests by new instances only', async () => {
    const { pool, acquire, addReady, load, starting, windows } = startPool(makeTarget({ spec: { concurrency: 8 } }));
    addReady('old');
    load('old');
    pool.retarget(next());
    const acquired = acquire();
    const { id } = starting();
    addReady(id, { spec: { generation: 2 } });
    expect((await acquired).id).toBe(id);
    await settle();
    expect(windows[0]!.received.find((message) => message.type === 'spawn')).toMatchObject({ spec: { generation: 2 } });
  });

  it('ends what announces itself as of another', async () => {
    const { addReady, ids, windows } = startPool(next());
    addReady('old', { spec: { generation: 1 } });
    await settle();
    expect(ids()).toEqual([]);
    expect(windows[0]!.terminated).toEqual([{ instance: 'old', reason: 'retired' }]);
  });

  it('that does not start tells those who wait, though an old instance still finishes what it serves', async () => {
    const { pool, acquire, addReady, load, starting } = startPool(makeTarget());
    addReady('old');
    load('old');
    pool.retarget(next());
    const acquired = outcomeOf(acquire());
    pool.startFailed(starting().id, failure('instance-start-failed'));
    await settle();
    expect(acquired.error).toMatchObject({ code: 'instance-start-failed' });
  });
});

describe('AppPool, a start that fails', () => {
  it.each(['module-invalid', 'memory-limit', 'engine-unsupported', 'app-not-ready'] as const)('for good (%s) tells all who wait', async (code) => {
    const { pool, acquire, addReady, load, starting } = startPool(makeTarget({ spec: { concurrency: 1 } }));
    addReady('other');
    load('other');
    const acquired = [outcomeOf(acquire()), outcomeOf(acquire())];
    pool.startFailed(starting().id, failure(code));
    await settle();
    expect(acquired).toMatchObject([{ error: { code } }, { error: { code } }]);
  });

  it('for now leaves those who wait to the other instances', async () => {
    const { pool, acquire, addReady, load, starting } = startPool(makeTarget({ spec: { concurrency: 1 } }));
    const other = addReady('other');
    load('other');
    const acquired = outcomeOf(acquire());
    pool.startFailed(starting().id, failure('instance-start-failed'));
    await settle();
    expect(acquired).toEqual({});
    other.answer(1);
    await settle();
    expect(acquired.value?.id).toBe('other');
  });

  it('for now, with no other instance, tells those who wait; the next request tries again', async () => {
    const { pool, acquire, starting } = startPool(makeTarget());
    const acquired = outcomeOf(acquire());
    pool.startFailed(starting().id, failure('app-crash-loop'));
    await settle();
    expect(acquired.error).toMatchObject({ code: 'app-crash-loop' });
    void acquire().catch(() => {}); // Its end is of no interest here.
    expect(starting().state).toBe('starting');
    pool.close();
  });
});

describe('AppPool, what goes away', () => {
  it('with the last window tells those who wait', async () => {
    const { pool, acquire, hosts } = startPool(makeTarget());
    const acquired = outcomeOf(acquire());
    const [gone] = hosts.splice(0, 1);
    pool.removeHost(gone!, failure('host-lost'));
    await settle();
    expect(acquired.error).toMatchObject({ code: 'host-unavailable' });
  });

  it('with one window of several starts elsewhere for those who wait', async () => {
    const { pool, acquire, hosts, starting, addReady } = startPool(makeTarget(), 2);
    const acquired = acquire();
    const [gone] = hosts.splice(0, 1);
    pool.removeHost(gone!, failure('host-lost'));
    const { id, host } = starting();
    expect(host.info.id).toBe('b');
    addReady(id);
    expect((await acquired).id).toBe(id);
  });

  it('is lost with its requests, for the reason given', async () => {
    const { pool, addReady, load } = startPool(makeTarget());
    addReady('one');
    const reply = outcomeOf(load('one').reply);
    pool.remove('one', failure('handler-trap'));
    await settle();
    expect(reply.error).toMatchObject({ code: 'handler-trap' });
  });

  it('at a deadline ends its other requests as lost', async () => {
    const { pool, addReady, load, windows, ids } = startPool(makeTarget());
    addReady('one');
    const neighbour = outcomeOf(load('one').reply);
    pool.terminate(pool.instances.get('one')!, 'deadline');
    await settle();
    expect(neighbour.error).toMatchObject({ code: 'host-lost', message: expect.stringContaining('deadline') });
    expect(windows[0]!.terminated).toEqual([{ instance: 'one', reason: 'deadline' }]);
    expect(ids()).toEqual([]);
  });

  it('with the App: its instances end, those who wait are told, and nothing is started for it', async () => {
    const { pool, acquire, addReady, load, windows } = startPool(makeTarget({ maxInstances: 1, spec: { concurrency: 1 } }));
    addReady('one');
    load('one');
    const acquired = outcomeOf(acquire());
    pool.close();
    await settle();
    expect(acquired.error).toMatchObject({ code: 'route-not-found' });
    expect(windows[0]!.terminated).toEqual([{ instance: 'one', reason: 'retired' }]);
    expect(windows[0]!.spawned).toEqual([]);
    await expect(acquire()).rejects.toMatchObject({ code: 'route-not-found' });
  });

  it('is replaced by a new line of the same instance', async () => {
    const { pool, addReady, load, ids } = startPool(makeTarget({ maxInstances: 1 }));
    addReady('one');
    const reply = outcomeOf(load('one').reply);
    addReady('one');
    await settle();
    expect(reply.error).toMatchObject({ code: 'host-lost' });
    expect(ids('ready')).toEqual(['one']);
    expect(pool.instances.get('one')?.line?.inFlight).toBe(0);
  });
});

describe('AppPool, ahead of need', () => {
  it('starts one on the window, unless one runs or starts already', () => {
    const { pool, hosts, ids } = startPool(makeTarget());
    pool.warm(hosts[0]!);
    pool.warm(hosts[0]!);
    expect(ids('starting')).toHaveLength(1);
  });

  it('starts one beside those of a window that leaves', () => {
    const { pool, hosts, addReady, starting } = startPool(makeTarget({ maxInstances: 1 }), 2);
    addReady('leaving', { host: 0 });
    hosts[0]!.isLeaving = true;
    pool.warm(hosts[1]!);
    expect(starting().host.info.id).toBe('b');
  });
});
