import { describe, expect, it } from 'vitest';
import type { HostView, InstanceView } from '../../../src/control/live.ts';
import type { InstancePod } from '../../../src/control/live-objects.ts';
import { LiveResources } from '../../../src/control/live-resources.ts';
import { FakeTimers } from './fake-timers.ts';

const host: HostView = {
  id: 'host-1',
  url: 'http://localhost/',
  visibility: 'visible',
  features: { jspi: true, userAgent: 'UA' },
  responsive: true,
  startedAtMs: 0,
};
const instance: InstanceView = {
  id: 'hello-1',
  namespace: 'default',
  app: 'hello',
  uid: 'u1',
  generation: 2,
  host: 'host-1',
  state: 'starting',
  inFlight: 0,
  served: 0,
  startedAtMs: 0,
  medianReplyMs: null,
  memoryBytes: null,
};

function setUp() {
  const timers = new FakeTimers();
  const view = { hosts: [host] as HostView[], instances: [] as InstanceView[], notify: () => {} };
  const cluster = {
    hosts: () => view.hosts,
    instances: () => view.instances,
    subscribe: (listener: () => void) => {
      view.notify = listener;
      return () => {};
    },
  };
  const live = new LiveResources(cluster, { nowMs: () => 1_000_000 + timers.nowMs, monotonicMs: () => timers.nowMs }, '0.1.0', timers);
  return { timers, view, live };
}

describe('LiveResources', () => {
  it('shows hosts as Nodes and instances as Pods', () => {
    const { live, view } = setUp();
    view.instances = [{ ...instance, state: 'ready', inFlight: 1, memoryBytes: 131_072 }];
    expect(live.list('Node').items).toMatchObject([
      { kind: 'Node', metadata: { name: 'host-1' }, status: { conditions: [{ type: 'Ready', status: 'True' }] } },
    ]);
    expect(live.get<InstancePod>('Pod', 'default', 'hello-1')).toMatchObject({
      metadata: { labels: { 'swerve.dev/app': 'hello' }, ownerReferences: [{ kind: 'App', name: 'hello', uid: 'u1' }] },
      spec: { nodeName: 'host-1' },
      status: { phase: 'Running', requests: { inFlight: 1 }, memoryBytes: 131_072 },
    });
    expect(live.list('Pod', 'other').items).toEqual([]);
    expect(live.get('Pod', 'other', 'hello-1')).toBeNull();
  });

  it('turns snapshots into changes that a watch can start from', () => {
    const { live, view } = setUp();
    const { resourceVersion } = live.list('Pod');
    view.instances = [instance];
    live.list('Pod');
    view.instances = [{ ...instance, state: 'ready' }];
    live.list('Pod');
    view.instances = [];
    const { changes, resourceVersion: newest } = live.changesSince('Pod', resourceVersion);
    expect(changes.map(({ type, object }) => `${type} ${object.metadata.name}`)).toEqual(['ADDED hello-1', 'MODIFIED hello-1', 'DELETED hello-1']);
    expect(live.changesSince('Pod', newest).changes).toEqual([]);
    expect(live.changesSince('Node', resourceVersion).changes).toEqual([]);
    expect(() => live.changesSince('Pod', '5')).toThrow(expect.objectContaining({ code: 'watch-expired' }));
  });

  it('keeps version and transition time of what did not change', async () => {
    const { live, view, timers } = setUp();
    view.instances = [{ ...instance, state: 'ready' }];
    const before = live.get<InstancePod>('Pod', 'default', 'hello-1');
    await timers.advance(60_000);
    expect(live.get('Pod', 'default', 'hello-1')).toBe(before);
    view.instances = [{ ...instance, state: 'ready', served: 1 }];
    const after = live.get<InstancePod>('Pod', 'default', 'hello-1');
    expect(Number(after?.metadata.resourceVersion)).toBeGreaterThan(Number(before?.metadata.resourceVersion));
    expect(after?.status?.conditions).toEqual(before?.status?.conditions);
  });

  it('tells watches of a burst once', async () => {
    const { live, view, timers } = setUp();
    live.list('Pod');
    let calls = 0;
    const unsubscribe = live.subscribe(() => {
      calls += 1;
    });
    for (let served = 0; served < 5; served += 1) {
      view.instances = [{ ...instance, served }];
      view.notify();
    }
    await timers.advance(1000);
    expect(calls).toBe(1);
    unsubscribe();
    view.instances = [];
    view.notify();
    await timers.advance(1000);
    expect(calls).toBe(1);
  });
});
