import { afterEach, describe, expect, it } from 'vitest';
import { closePorts, makeTarget } from './cluster-fixture.ts';
import { settle } from './exchange-fixture.ts';
import { outcomeOf, startPool } from './pool-fixture.ts';

afterEach(closePorts);

describe('AppPool, choosing', () => {
  it('takes an idle instance before a busy one, and starts none beside', async () => {
    const { acquire, addReady, load, ids } = startPool(makeTarget({ maxInstances: 3 }));
    addReady('busy');
    addReady('idle');
    load('busy');
    expect((await acquire()).id).toBe('idle');
    expect(ids('starting')).toEqual([]);
  });

  it('takes the least loaded when all are busy', async () => {
    const { acquire, addReady, load } = startPool(makeTarget({ spec: { concurrency: 4 } }));
    addReady('two');
    addReady('one');
    load('two');
    load('two');
    load('one');
    expect((await acquire()).id).toBe('one');
  });

  it('takes the quicker window of equals', async () => {
    const { acquire, addReady, hosts } = startPool(makeTarget(), 2);
    addReady('slow', { host: 0 });
    addReady('quick', { host: 1 });
    for (let count = 0; count < 8; count += 1) hosts[0]!.noteAck(50);
    expect((await acquire()).id).toBe('quick');
  });

  it('starts one when there is none, and hands it out once it is ready', async () => {
    const target = makeTarget();
    const { acquire, addReady, starting, windows } = startPool(target);
    const acquired = acquire();
    const { id } = starting();
    await settle();
    expect(windows[0]!.received).toMatchObject([{ type: 'spawn', instance: id, spec: target.spec }, { type: 'ping' }]);
    addReady(id);
    expect(await acquired).toMatchObject({ id, state: 'ready' });
  });

  it('starts another beside those that are busy, one at a time and up to the maximum', async () => {
    const { acquire, addReady, load, ids, starting } = startPool(makeTarget({ maxInstances: 2, spec: { concurrency: 4 } }));
    addReady('first');
    load('first');
    expect((await acquire()).id).toBe('first');
    await acquire();
    expect(ids('starting')).toHaveLength(1);
    const second = starting().id;
    addReady(second);
    load(second);
    await acquire();
    expect(ids()).toEqual(['first', second]);
  });

  it('starts no more than one at a time, however much is asked for', () => {
    const { acquire, ids, pool } = startPool(makeTarget({ maxInstances: 5 }));
    for (let count = 0; count < 3; count += 1) void acquire().catch(() => {}); // Their end is of no interest here.
    expect(ids('starting')).toHaveLength(1);
    pool.close();
  });

  it('passes over an instance that leaves a request unacknowledged', async () => {
    const { acquire, addReady, load } = startPool(makeTarget({ spec: { concurrency: 8 } }));
    const mute = addReady('mute', { behaviour: 'silent' });
    addReady('busy');
    load('mute');
    load('busy').receive({ type: 'accepted', id: 1 });
    load('busy').receive({ type: 'accepted', id: 2 });
    expect((await acquire()).id).toBe('mute'); // Its answer may be under way.
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect((await acquire()).id).toBe('busy');
    mute.say({ type: 'accepted', id: 1 });
    await settle();
    expect((await acquire()).id).toBe('mute');
  });
});

describe('AppPool, waiting', () => {
  it('queues what has no room and hands out the room that a finished request leaves', async () => {
    const { acquire, addReady, load, pool } = startPool(makeTarget({ maxInstances: 1, spec: { concurrency: 1 } }));
    const only = addReady('only');
    load('only');
    const acquired = outcomeOf(acquire());
    await settle();
    expect(acquired).toEqual({});
    expect(pool.queued).toBe(1);
    only.answer(1);
    await settle();
    expect(acquired.value?.id).toBe('only');
    expect(pool.queued).toBe(0);
  });

  it('never gives an instance more than it takes at once, however many wait for it', async () => {
    const { acquireAndSend, addReady, pool, starting, ids } = startPool(makeTarget({ maxInstances: 2, spec: { concurrency: 2 } }));
    const sent = Array.from({ length: 6 }, acquireAndSend);
    const { id } = starting();
    const first = addReady(id);
    await settle();
    expect(pool.instances.get(id)?.line?.inFlight).toBe(2);
    expect(pool.queued).toBe(4);
    expect(ids('starting')).toHaveLength(1);
    first.answer(1);
    await settle();
    expect(pool.instances.get(id)?.line?.inFlight).toBe(2);
    expect(pool.queued).toBe(3);
    addReady(starting().id);
    first.answer(2);
    first.answer(3);
    await Promise.all(sent);
    await settle();
    expect([...pool.instances.values()].map(({ line }) => line?.inFlight)).toEqual([1, 2]);
  });

  it('refuses with instance-saturated when the queue is full', async () => {
    const { acquire, addReady, load } = startPool(makeTarget({ maxInstances: 1, maxQueued: 1, spec: { concurrency: 1 } }));
    addReady('only');
    load('only');
    const queued = outcomeOf(acquire());
    await expect(acquire()).rejects.toMatchObject({ code: 'instance-saturated', message: expect.stringContaining('spec.limits.queue') });
    expect(queued).toEqual({});
  });

  it('refuses nobody while an instance starts', async () => {
    const { acquire, addReady, starting } = startPool(makeTarget({ maxQueued: 0, spec: { concurrency: 8 } }));
    const acquired = [acquire(), acquire(), acquire()];
    addReady(starting().id);
    expect(await Promise.all(acquired)).toHaveLength(3);
  });

  it('gives up after the deadline', async () => {
    const { acquire, addReady, load, pool } = startPool(makeTarget({ maxInstances: 1, spec: { concurrency: 1 } }));
    addReady('only');
    load('only');
    await expect(acquire(10)).rejects.toMatchObject({ code: 'instance-saturated', message: expect.stringContaining('10 ms') });
    expect(pool.queued).toBe(0);
  });
});

describe('AppPool, a stalled instance', () => {
  it('is passed over with its window, whose place another takes', async () => {
    const { acquire, addReady, pool, windows, starting } = startPool(makeTarget({ maxInstances: 1 }), 2);
    addReady('frozen', { host: 0 });
    windows[0]!.isFrozen = true;
    pool.stall(pool.instances.get('frozen')!);
    const acquired = acquire();
    expect(starting().host.info.id).toBe('b');
    const { id } = starting();
    addReady(id, { host: 1 });
    expect((await acquired).id).toBe(id);
  });

  it('of the only window is not waited for, and is taken in again when both speak', async () => {
    const { acquire, addReady, pool, windows } = startPool(makeTarget({ maxInstances: 1 }));
    const frozen = addReady('frozen');
    windows[0]!.isFrozen = true;
    pool.stall(pool.instances.get('frozen')!);
    await settle(); // The ping is lost on the window.
    frozen.say({ type: 'done', id: 99 });
    await settle();
    await expect(acquire()).rejects.toMatchObject({ code: 'host-unavailable' });
    windows[0]!.say({ type: 'pong', seq: 0 });
    await settle();
    expect((await acquire()).id).toBe('frozen');
  });

  it('is given to those who wait when it speaks after its window', async () => {
    const { acquire, addReady, pool } = startPool(makeTarget({ maxInstances: 1 }));
    const stalled = addReady('stalled');
    pool.stall(pool.instances.get('stalled')!);
    await settle(); // The window answers the ping.
    const acquired = outcomeOf(acquire());
    await settle();
    expect(acquired).toEqual({});
    stalled.say({ type: 'done', id: 99 });
    await settle();
    expect(acquired.value?.id).toBe('stalled');
  });
});
