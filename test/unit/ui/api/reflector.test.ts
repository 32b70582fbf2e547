import { describe, expect, it } from 'vitest';
import { RuntimeError } from '../../../../src/core/errors.ts';
import type { LiveLine, LiveResourceName } from '../../../../src/core/live-line.ts';
import type { Resource, WatchEvent } from '../../../../src/core/resource.ts';
import type { TrafficSample } from '../../../../src/core/traffic.ts';
import { type LiveSource, reflect } from '../../../../src/ui/api/reflector.ts';
import { Collection } from '../../../../src/ui/state/collection.ts';

function thing(name: string, resourceVersion: string): Resource {
  return { apiVersion: 'v1', kind: 'Thing', metadata: { name, namespace: 'default', resourceVersion } as Resource['metadata'], spec: null };
}

const line = (resource: LiveResourceName, event: WatchEvent): LiveLine => ({ resource, event });
const added = (resource: LiveResourceName, name: string, version: string) => line(resource, { type: 'ADDED', object: thing(name, version) });
const expired = (resource: LiveResourceName) =>
  line(resource, { type: 'ERROR', object: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason: 'Expired', code: 410 } });
const sample = (atMs: number): LiveLine => ({ resource: 'traffic', sample: { atMs, apps: [] } });

/** Runs `reflect` over scripted lists of Apps (the others are empty) and streams until the script is used up; tells what was asked for and how long it paused. */
async function run(lists: (Resource[] | Error)[], streams: (LiveLine[][] | Error)[], streamMs = 0) {
  const asked: string[] = [];
  const pauses: number[] = [];
  const errors: (string | null)[] = [];
  const samples: TrafficSample[] = [];
  const abort = new AbortController();
  const sinks = {
    apps: new Collection(),
    pods: new Collection(),
    nodes: new Collection(),
    traffic: { add: (more: readonly TrafficSample[]) => void samples.push(...more) },
  };
  let nowMs = 0;
  const source: LiveSource = {
    async list(resource) {
      asked.push(`list ${resource}`);
      const next = resource === 'apps' ? (lists.shift() ?? []) : [];
      if (next instanceof Error) throw next;
      return { metadata: { resourceVersion: '10' }, items: next };
    },
    async *watchAll({ apps, pods, nodes }) {
      asked.push(`watch ${apps} ${pods} ${nodes}`);
      const next = streams.shift();
      nowMs += streamMs;
      if (next instanceof Error) throw next;
      for (const batch of next ?? []) yield batch;
    },
  };
  const pause = async (delayMs: number): Promise<void> => {
    pauses.push(delayMs);
    errors.push(sinks.apps.error?.code ?? null);
    if (streams.length === 0 && lists.length === 0) abort.abort();
  };
  await reflect(source, sinks, { signal: abort.signal, pause, clock: { nowMs: () => nowMs, monotonicMs: () => nowMs } });
  const namesOf = (collection: Collection<Resource>) => collection.items.map(({ metadata }) => metadata.name);
  return { asked, pauses, errors, samples, sinks, apps: namesOf(sinks.apps), pods: namesOf(sinks.pods) };
}

const ALL = ['list apps', 'list pods', 'list nodes'];

describe('reflect', () => {
  it('lists each once and goes on from the last versions that the stream gave', async () => {
    const bookmark = line('pods', { type: 'BOOKMARK', object: { apiVersion: 'v1', kind: 'Thing', metadata: { resourceVersion: '15' } } });
    const { asked, apps, pods } = await run(
      [[thing('a', '9')]],
      [[[added('apps', 'b', '11')]], [[bookmark]], [[line('apps', { type: 'DELETED', object: thing('a', '16') }), added('pods', 'p', '17')]]],
    );
    expect(asked).toEqual([...ALL, 'watch 10 10 10', 'watch 11 10 10', 'watch 11 15 10']);
    expect([apps, pods]).toEqual([['b'], ['p']]);
  });

  it('hands on the samples of traffic', async () => {
    const { samples } = await run(
      [[]],
      [
        [
          [sample(1), sample(2)],
          [added('nodes', 'n', '11'), sample(3)],
        ],
      ],
    );
    expect(samples.map(({ atMs }) => atMs)).toEqual([1, 2, 3]);
  });

  it('lists that again whose version has expired, and that alone, and calls it no failure', async () => {
    const { asked, apps, pods, errors } = await run(
      [[thing('a', '9')], [thing('c', '9')]],
      [[[added('apps', 'b', '11'), added('pods', 'p', '12')], [expired('apps')], [added('pods', 'lost', '13')]], [[]]],
    );
    expect(asked).toEqual([...ALL, 'watch 10 10 10', 'list apps', 'watch 10 12 10']);
    expect([apps, pods]).toEqual([['c'], ['p']]);
    expect(errors).toEqual([null, null]);
  });

  it('says nothing of a stream that broke once after a good while', async () => {
    const { errors, pauses } = await run([[]], [new Error('worker stopped'), new Error('worker stopped')], 30_000);
    expect(errors).toEqual([null, null]);
    expect(pauses).toEqual([250, 250]);
  });

  it('backs off and says so when reading keeps failing, until it works again', async () => {
    const broken = new RuntimeError('storage-failed', 'broken');
    const { errors, pauses, sinks } = await run([broken, broken, broken, []], [[[sample(1)]]]);
    expect(errors).toEqual([null, 'storage-failed', 'storage-failed', null]);
    expect(pauses.slice(0, 3)).toEqual([250, 500, 1000]);
    expect(sinks.pods.error).toBeNull();
  });

  it('takes back what it said once a broken stream is open again, event or no event', async () => {
    const { errors, sinks } = await run([[]], [new Error('broken'), new Error('broken'), [[sample(1)]]]);
    expect(errors).toEqual([null, 'host-unavailable', null]);
    expect(sinks.nodes.error).toBeNull();
  });

  it('backs off too when streams open and end at once', async () => {
    const { pauses } = await run([[]], [[[sample(1)]], [[sample(1)]], [[sample(1)]]]);
    expect(pauses).toEqual([250, 500, 1000]);
  });
});
