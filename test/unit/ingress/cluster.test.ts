import { afterEach, describe, expect, it } from 'vitest';
import type { AppTarget } from '../../../src/ingress/app-pool.ts';
import { closePorts, makeTarget, TestInstance, TestWindow } from './cluster-fixture.ts';
import { settle } from './exchange-fixture.ts';
import { outcomeOf, sendTo } from './pool-fixture.ts';
import { startCluster } from './started-cluster.ts';

afterEach(closePorts);

describe('Cluster, finding a window', () => {
  it('answers null at once when there is none at all', async () => {
    const { cluster } = startCluster({ askWindows: async () => 0 });
    expect(await cluster.findHost(60_000)).toBe(null);
  });

  it('waits for one to announce itself', async () => {
    const { cluster, join } = startCluster({ askWindows: async () => 1 });
    const found = cluster.findHost(60_000);
    await settle();
    const { host } = join('a');
    expect(await found).toBe(host);
  });

  it('waits for one that nobody lists yet, when the caller knows that it is loading', async () => {
    const { cluster, join } = startCluster({ askWindows: async () => 0 });
    const found = cluster.findHost(60_000, true);
    await settle();
    const { host } = join('a');
    expect(await found).toBe(host);
  });

  it('gives up on windows that do not', async () => {
    const { cluster } = startCluster({ askWindows: async () => 1 });
    expect(await cluster.findHost(10)).toBe(null);
  });

  it('does not ask one that it knows and that is silent: announcing itself anew would cut what it serves', async () => {
    const asked: string[][] = [];
    const { cluster, join } = startCluster({
      askWindows: async (known) => {
        asked.push([...known]);
        return 1;
      },
    });
    const { host, window } = join('a');
    window.isFrozen = true;
    host.doubt();
    const found = cluster.findHost(60_000);
    await expect.poll(() => asked).toEqual([[window.info.clientId]]);
    window.isFrozen = false;
    window.say({ type: 'pong', seq: 0 });
    expect(await found).toBe(host);
  });

  it('asks nobody when it knows one', async () => {
    const { cluster, join } = startCluster({ askWindows: () => Promise.reject(new Error('asked')) });
    const { host } = join('a');
    expect(await cluster.findHost(10)).toBe(host);
  });
});

describe('Cluster, choosing a window for a start', () => {
  it('takes the one that runs fewest, then the quickest', () => {
    const { cluster, join, target } = startCluster();
    const [a, b, c] = [join('a'), join('b'), join('c')];
    cluster.pool(target).warm(a.host);
    b.host.noteAck(100);
    expect(cluster.chooseHost()).toBe(c.host);
    c.host.noteAck(1_000);
    expect(cluster.chooseHost()).toBe(b.host);
  });

  it('takes a leaving one only when there is no other, and a silent one never', () => {
    const { cluster, join } = startCluster();
    const [a, b] = [join('a'), join('b')];
    a.host.isLeaving = true;
    expect(cluster.chooseHost()).toBe(b.host);
    b.host.isResponsive = false;
    expect(cluster.chooseHost()).toBe(a.host);
    a.host.isResponsive = false;
    expect(cluster.chooseHost()).toBe(null);
  });
});

describe('Cluster, windows that come and go', () => {
  it('serves by the instances that a window announces', async () => {
    const { cluster, join, target } = startCluster();
    const instance = new TestInstance('answers');
    join('a', [{ id: 'one', instance }]);
    const acquired = await cluster.pool(target).acquire({ deadlineMs: 1_000, signal: null });
    expect(acquired.id).toBe('one');
    expect((await sendTo(acquired).reply).status).toBe(200);
  });

  it('loses what ran in a window whose lock was granted to us', async () => {
    const { cluster, join, target } = startCluster();
    const { release } = join('a', [{ id: 'one', instance: new TestInstance('accepts') }]);
    const pool = cluster.pool(target);
    const reply = outcomeOf(sendTo(pool.instances.get('one')!).reply);
    release();
    await settle();
    expect(reply.error).toMatchObject({ code: 'host-lost', message: expect.stringContaining('closed') });
    expect([cluster.hosts.size, pool.instances.size]).toEqual([0, 0]);
  });

  it('forgets the earlier line of a window that announces itself anew, and does not take that for its end', async () => {
    const { cluster, join, target } = startCluster();
    join('a', [{ id: 'one', instance: new TestInstance('accepts') }]);
    const reply = outcomeOf(sendTo(cluster.pool(target).instances.get('one')!).reply);
    const { host } = join('a', [{ id: 'one', instance: new TestInstance('answers') }]);
    await settle();
    expect(reply.error).toMatchObject({ code: 'host-lost' });
    expect([...cluster.hosts.values()]).toEqual([host]);
    expect((await sendTo(cluster.pool(target).instances.get('one')!).reply).status).toBe(200);
  });

  it('forgets what a window no longer has when it announces itself anew', async () => {
    const { cluster, join, target } = startCluster();
    join('a', [{ id: 'one', instance: new TestInstance('accepts') }]);
    const reply = outcomeOf(sendTo(cluster.pool(target).instances.get('one')!).reply);
    join('a');
    await settle();
    expect(reply.error).toMatchObject({ code: 'host-lost' });
    expect(cluster.allInstances()).toEqual([]);
  });

  it('starts elsewhere what a silent window was asked for', async () => {
    const { cluster, join, target } = startCluster();
    const a = join('a');
    a.window.isFrozen = true;
    const acquired = outcomeOf(cluster.pool(target).acquire({ deadlineMs: 5_000, signal: null }));
    const b = join('b');
    b.window.onSpawn = (id, spec) => b.window.ready(id, spec, new TestInstance());
    await new Promise((resolve) => setTimeout(resolve, 1_050));
    await settle();
    expect(acquired.value?.host).toBe(b.host);
  });

  it('tells listeners of changes until they have heard enough', async () => {
    const { cluster, join } = startCluster();
    let changes = 0;
    const stop = cluster.subscribe(() => {
      changes += 1;
    });
    join('a');
    expect(changes).toBe(1);
    stop();
    join('b');
    expect(changes).toBe(1);
  });
});

describe('Cluster, instances', () => {
  it('that crashed end their requests as handler-trap, those that were ended as host-lost', async () => {
    const { cluster, join, target } = startCluster();
    const { window } = join('a', [
      { id: 'one', instance: new TestInstance() },
      { id: 'two', instance: new TestInstance() },
    ]);
    const { instances } = cluster.pool(target);
    const replies = ['one', 'two'].map((id) => outcomeOf(sendTo(instances.get(id)!).reply));
    window.say({ type: 'instance-ended', instance: 'one', reason: 'crashed' });
    window.say({ type: 'instance-ended', instance: 'two', reason: 'unresponsive' });
    await settle();
    expect(replies).toMatchObject([{ error: { code: 'handler-trap' } }, { error: { code: 'host-lost' } }]);
    expect(instances.size).toBe(0);
  });

  it('that could not start are told to those who wait', async () => {
    const { cluster, join, target } = startCluster();
    const { window } = join('a');
    window.onSpawn = (instance) => window.say({ type: 'instance-failed', instance, error: { code: 'module-invalid', message: 'broken' } });
    await expect(cluster.pool(target).acquire({ deadlineMs: 5_000, signal: null })).rejects.toMatchObject({ code: 'module-invalid', message: 'broken' });
  });

  it('of an App that is gone are ended', async () => {
    const { join, targets } = startCluster();
    targets.clear();
    const { window } = join('a', [{ id: 'one', instance: new TestInstance() }]);
    await settle();
    expect(window.terminated).toEqual([{ instance: 'one', reason: 'retired' }]);
  });

  it('end with their App, and are replaced with its generation', async () => {
    const { cluster, join, target, targets } = startCluster();
    const { window } = join('a', [{ id: 'one', instance: new TestInstance() }]);
    targets.set(target.spec.uid, makeTarget({ spec: { generation: 2 } }));
    cluster.reconcile();
    await settle();
    expect(window.terminated).toEqual([{ instance: 'one', reason: 'retired' }]);
    expect(cluster.pool(targets.get(target.spec.uid) as AppTarget).instances.size).toBe(0);
    window.ready('two', makeTarget({ spec: { generation: 2 } }).spec, new TestInstance());
    await settle();
    expect(cluster.allInstances().map(({ instance }) => instance.id)).toEqual(['two']);
    targets.clear();
    cluster.reconcile();
    await settle();
    expect(window.terminated).toContainEqual({ instance: 'two', reason: 'retired' });
    expect(cluster.allInstances()).toEqual([]);
  });
});

describe('Cluster, a leaving window', () => {
  it('gets no request while another is there', async () => {
    const { cluster, join, target } = startCluster();
    const leaving = join('a', [{ id: 'there', instance: new TestInstance() }]);
    const other = new TestWindow('b');
    leaving.window.say({ type: 'leaving' });
    await settle();
    expect((await cluster.pool(target).acquire({ deadlineMs: 1_000, signal: null })).id).toBe('there');
    join(other, [{ id: 'here', instance: new TestInstance() }]);
    expect((await cluster.pool(target).acquire({ deadlineMs: 1_000, signal: null })).id).toBe('here');
  });
});
