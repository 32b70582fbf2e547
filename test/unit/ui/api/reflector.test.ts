import { describe, expect, it } from 'vitest';
import { RuntimeError } from '../../../../src/core/errors.ts';
import type { Resource, WatchEvent } from '../../../../src/core/resource.ts';
import { type ResourceSource, reflect } from '../../../../src/ui/api/reflector.ts';
import { Collection } from '../../../../src/ui/state/collection.ts';

function thing(name: string, resourceVersion: string): Resource {
  return { apiVersion: 'v1', kind: 'Thing', metadata: { name, namespace: 'default', resourceVersion } as Resource['metadata'], spec: null };
}

const added = (name: string, version: string): WatchEvent => ({ type: 'ADDED', object: thing(name, version) });
const expired: WatchEvent = { type: 'ERROR', object: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Failure', reason: 'Expired', code: 410 } };

type Watch = WatchEvent[][] | Error;

/** Runs `reflect` over scripted lists and watches until the script is used up; tells what was asked for and how long it paused. */
async function run(lists: (Resource[] | Error)[], watches: Watch[], watchMs = 0) {
  const asked: string[] = [];
  const pauses: number[] = [];
  const errors: (string | null)[] = [];
  const abort = new AbortController();
  const collection = new Collection();
  let nowMs = 0;
  const source: ResourceSource<Resource> = {
    async list() {
      asked.push('list');
      const next = lists.shift() ?? [];
      if (next instanceof Error) throw next;
      return { metadata: { resourceVersion: '10' }, items: next };
    },
    async *watch(version) {
      asked.push(`watch ${version}`);
      const next = watches.shift();
      nowMs += watchMs;
      if (next instanceof Error) throw next;
      for (const batch of next ?? []) yield batch;
    },
  };
  const pause = async (delayMs: number): Promise<void> => {
    pauses.push(delayMs);
    errors.push(collection.error?.code ?? null);
    if (watches.length === 0 && lists.length === 0) abort.abort();
  };
  await reflect(source, collection, { signal: abort.signal, pause, clock: { nowMs: () => nowMs, monotonicMs: () => nowMs } });
  return { asked, pauses, errors, names: collection.items.map(({ metadata }) => metadata.name) };
}

describe('reflect', () => {
  it('lists once and goes on from the last version that a watch gave', async () => {
    const bookmark: WatchEvent = { type: 'BOOKMARK', object: { apiVersion: 'v1', kind: 'Thing', metadata: { resourceVersion: '15' } } };
    const { asked, names } = await run([[thing('a', '9')]], [[[added('b', '11')]], [[bookmark]], [[{ type: 'DELETED', object: thing('a', '16') }]]]);
    expect(asked).toEqual(['list', 'watch 10', 'watch 11', 'watch 15']);
    expect(names).toEqual(['b']);
  });

  it('lists again when its version has expired, and calls that no failure', async () => {
    const { asked, names, errors } = await run(
      [[thing('a', '9')], [thing('c', '9')]],
      [[[added('b', '11')], [expired]], new RuntimeError('watch-expired', 'gone'), [[]]],
    );
    expect(asked).toEqual(['list', 'watch 10', 'list', 'watch 10', 'list', 'watch 10']);
    expect(names).toEqual([]);
    expect(errors).toEqual([null, null, null]);
  });

  it('says nothing of a watch that broke once after a good while', async () => {
    const { errors, pauses } = await run([[]], [new Error('worker stopped'), new Error('worker stopped')], 30_000);
    expect(errors).toEqual([null, null]);
    expect(pauses).toEqual([250, 250]);
  });

  it('backs off and says so when reading keeps failing, until it works again', async () => {
    const broken = new RuntimeError('storage-failed', 'broken');
    const { errors, pauses } = await run([broken, broken, broken, []], [[[added('a', '11')]]]);
    expect(errors).toEqual([null, 'storage-failed', 'storage-failed', null]);
    expect(pauses.slice(0, 3)).toEqual([250, 500, 1000]);
  });
});
