import { describe, expect, it } from 'vitest';
import type { InstancePod } from '../../../../src/ui/api/kinds.ts';
import { ClusterScene, GONE_SHOWN_MS } from '../../../../src/ui/state/cluster-scene.ts';
import { type InstanceView, viewOfInstance } from '../../../../src/ui/state/instance-view.ts';

const HOSTS = new Set(['host-1', 'host-2']);

function instance(id: string, changes: Partial<InstanceView> = {}): InstanceView {
  const pod = { metadata: { name: id, namespace: 'default', creationTimestamp: '2026-01-01T00:00:00Z' }, spec: { nodeName: 'host-1' } } as InstancePod;
  return { ...viewOfInstance(pod), ...changes };
}

const shown = (scene: ClusterScene, instances: InstanceView[], nowMs: number, hosts = HOSTS) =>
  scene.update(instances, hosts, nowMs).map(({ id, gone }) => [id, gone]);

describe('ClusterScene', () => {
  it('shows what is there, oldest first', () => {
    const scene = new ClusterScene();
    expect(shown(scene, [instance('b', { sinceMs: 2 }), instance('c', { sinceMs: 1 }), instance('a', { sinceMs: 2 })], 0)).toEqual([
      ['c', null],
      ['a', null],
      ['b', null],
    ]);
    expect(scene.nextChangeMs).toBe(null);
  });

  it('shows for a while how an instance went: by itself, or with requests under way', () => {
    const scene = new ClusterScene();
    scene.update([instance('idle'), instance('busy', { inFlight: 2 })], HOSTS, 0);
    expect(shown(scene, [], 100)).toEqual([
      ['busy', 'broken'],
      ['idle', 'retired'],
    ]);
    expect(scene.nextChangeMs).toBe(100 + GONE_SHOWN_MS);
    expect(shown(scene, [], 100 + GONE_SHOWN_MS)).toEqual([]);
    expect(scene.nextChangeMs).toBe(null);
  });

  it('lets an instance go together with its host', () => {
    const scene = new ClusterScene();
    scene.update([instance('a'), instance('b', { host: 'host-2' })], HOSTS, 0);
    expect(shown(scene, [instance('a')], 100, new Set(['host-1']))).toEqual([['a', null]]);
  });

  it('shows one that came back once only', () => {
    const scene = new ClusterScene();
    scene.update([instance('a')], HOSTS, 0);
    scene.update([], HOSTS, 10);
    expect(shown(scene, [instance('a')], 20)).toEqual([['a', null]]);
  });
});

describe('viewOfInstance', () => {
  it('says what is not known as such', () => {
    expect(instance('a')).toMatchObject({ state: 'other', label: 'Unknown', medianReplyMs: null, memoryBytes: null, app: '', served: 0 });
  });

  it.each([
    ['Serving', 'True', 'serving', 'good', ''],
    ['Starting', 'False', 'starting', 'busy', 'why'],
    ['Stalled', 'False', 'stalled', 'bad', 'why'],
    ['Novel', 'False', 'other', 'quiet', 'why'],
  ] as const)('%s', (reason, status, state, tone, message) => {
    const pod = {
      metadata: { name: 'a', namespace: 'n', labels: { 'swerve.dev/app': 'hello' }, creationTimestamp: '' },
      spec: { nodeName: 'h' },
      status: { conditions: [{ type: 'Ready', status, reason, message: 'why' }] },
    } as unknown as InstancePod;
    expect(viewOfInstance(pod)).toMatchObject({ app: 'hello', host: 'h', state, tone, label: reason, message });
  });
});
