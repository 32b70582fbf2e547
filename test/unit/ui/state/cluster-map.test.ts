import { describe, expect, it } from 'vitest';
import type { HostNode, InstancePod } from '../../../../src/ui/api/kinds.ts';
import { ClusterMap } from '../../../../src/ui/state/cluster-map.ts';
import { GONE_SHOWN_MS } from '../../../../src/ui/state/cluster-scene.ts';
import { wordsOfCluster, wordsOfInstance } from '../../../../src/ui/state/cluster-words.ts';

const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const node = (name: string, second: number) => ({ metadata: { name, namespace: '', creationTimestamp: at(second) }, spec: {} }) as HostNode;
const pod = (name: string, nodeName: string, inFlight = 0) =>
  ({
    metadata: { name, namespace: 'default', labels: { 'swerve.dev/app': 'hello' }, creationTimestamp: at(0) },
    spec: { nodeName },
    status: { conditions: [{ type: 'Ready', status: 'True', reason: 'Serving' }], requests: { inFlight, served: 0, medianReplyMs: null } },
  }) as unknown as InstancePod;

/** Each host with what stands in its places. */
const update = (map: ClusterMap, nodes: HostNode[], pods: InstancePod[], nowMs = 0) =>
  map.update({ nodes, pods, thisHost: 'new' }, nowMs).map(({ host, places }) => [host.id, ...places.map((place) => place?.id ?? null)]);

describe('ClusterMap', () => {
  it('has the oldest host first, and each instance in its host', () => {
    const machines = update(new ClusterMap(), [node('new', 9), node('old', 1)], [pod('a', 'new'), pod('b', 'old'), pod('c', 'new')]);
    expect(machines).toEqual([
      ['old', 'b'],
      ['new', 'a', 'c'],
    ]);
  });

  it('lets nobody in front of one that was there before, even if they came in the same second', () => {
    const map = new ClusterMap();
    update(map, [node('m', 1)], [pod('m', 'm')]);
    const pods = [pod('a', 'm'), pod('m', 'm'), pod('z', 'a')];
    expect(update(map, [node('a', 1), node('m', 1)], pods).map(([host]) => host)).toEqual(['m', 'a']);
    const [machine] = map.update({ nodes: [node('m', 1)], pods, thisHost: null }, 0);
    expect(machine?.instances.map(({ id }) => id)).toEqual(['m', 'a']);
  });

  it('leaves the place of one that went free, so that the others stay where they are', () => {
    const map = new ClusterMap();
    const nodes = [node('old', 1)];
    update(map, nodes, [pod('a', 'old'), pod('b', 'old'), pod('c', 'old')]);
    expect(update(map, nodes, [pod('a', 'old'), pod('c', 'old')], 1)).toEqual([['old', 'a', 'b', 'c']]);
    expect(map.nextChangeMs).toBe(1 + GONE_SHOWN_MS);
    expect(update(map, nodes, [pod('a', 'old'), pod('c', 'old')], 1 + GONE_SHOWN_MS)).toEqual([['old', 'a', null, 'c']]);
    expect(update(map, nodes, [pod('a', 'old'), pod('c', 'old'), pod('d', 'old')], 9_000)).toEqual([['old', 'a', 'd', 'c']]);
  });

  it('lists only those that are there', () => {
    const map = new ClusterMap();
    map.update({ nodes: [node('new', 1)], pods: [pod('a', 'new', 3)], thisHost: 'new' }, 0);
    const [machine] = map.update({ nodes: [node('new', 1)], pods: [], thisHost: 'new' }, 1);
    expect(machine?.instances).toEqual([]);
    expect(machine?.places.map((place) => place?.gone)).toEqual(['broken']);
    expect(machine?.host.isThisTab).toBe(true);
  });
});

describe('in words', () => {
  const machines = new ClusterMap().update({ nodes: [node('new', 1), node('old', 0)], pods: [pod('a', 'new', 2)], thisHost: null }, 0);

  it('the cluster counts what there is', () => {
    expect(wordsOfCluster(machines, 4.24)).toBe('2 hosts, 1 instance, 4.2 requests a second');
    expect(wordsOfCluster([], 0)).toBe('0 hosts, 0 instances, no requests');
  });

  it.each([
    [{}, 'hello, Serving, 2 under way'],
    [{ inFlight: 0 }, 'hello, Serving'],
    [{ gone: 'retired' }, 'hello, Ended'],
    [{ gone: 'broken' }, 'hello, Ended with requests under way'],
  ] as const)('an instance %o', (changes, words) => {
    const instance = machines[1]?.instances[0];
    if (instance === undefined) throw new Error('the instance is missing');
    expect(wordsOfInstance({ ...instance, ...changes })).toBe(words);
  });
});
