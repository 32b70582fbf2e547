import { describe, expect, it } from 'vitest';
import { RuntimeError } from '../../../../src/core/errors.ts';
import type { RequestDetail, RequestRecord } from '../../../../src/core/traffic.ts';
import { REQUESTS_MAX, RequestList } from '../../../../src/ui/state/request-list.ts';
import { settle } from '../../control/fake-timers.ts';
import { makeRecord } from './request-fixture.ts';

const record = (id: string, changes: Partial<RequestRecord> = {}): RequestRecord => makeRecord({ id, ...changes });

/** A list whose streams the test feeds: `open` begins the next one, `send` gives it a batch, `cut` breaks it. */
function setUp() {
  const asked: string[] = [];
  const pauses: number[] = [];
  let kept: RequestRecord[] = [];
  let push: (batch: RequestRecord[] | Error) => void = () => {};
  let resume: () => void = () => {};
  const abort = new AbortController();
  const client = {
    async *watchRequests() {
      const queue: (RequestRecord[] | Error)[] = [];
      let wake: () => void = () => {};
      push = (batch) => {
        queue.push(batch);
        wake();
      };
      for (;;) {
        for (const next of queue.splice(0)) {
          if (next instanceof Error) throw next;
          yield next;
        }
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    listRequests: async () => kept,
    async getRequest(_namespace: string, _name: string, id: string): Promise<RequestDetail> {
      asked.push(id);
      const found = kept.find((one) => one.id === id);
      if (!found) throw new RuntimeError('resource-not-found', 'gone');
      return { ...found, requestHeaders: [], responseHeaders: [], requestBody: null, responseBody: null };
    },
  };
  const list = new RequestList(client, (delayMs) => {
    pauses.push(delayMs);
    return new Promise((resolve) => {
      resume = resolve;
    });
  });
  const following = list.follow('default', 'hello', abort.signal);
  return {
    list,
    asked,
    pauses,
    following,
    abort,
    keep: (records: RequestRecord[]) => {
      kept = records;
    },
    async send(...batches: (RequestRecord[] | Error)[]) {
      for (const batch of batches) push(batch);
      await settle();
    },
    async retry() {
      resume();
      await settle();
    },
    ids: () => list.items.map(({ id }) => id),
  };
}

describe('RequestList', () => {
  it('has the newest first, and each once however often it changes', async () => {
    const { list, send, ids } = setUp();
    expect(list.isLoaded).toBe(false);
    await send([]);
    expect([list.isLoaded, ids()]).toEqual([true, []]);
    await send([record('a'), record('b', { state: 'running', status: null })], [record('c'), record('b')]);
    expect(ids()).toEqual(['c', 'b', 'a']);
    expect(list.items[1]?.state).toBe('done');
  });

  it('counts what comes while it is paused and shows it after; what is shown goes on', async () => {
    const { list, send, ids } = setUp();
    await send([record('a', { state: 'running' })]);
    list.pause();
    await send([record('b', { state: 'running' })], [record('c'), record('a'), record('b')]);
    expect([ids(), list.heldCount, list.items[0]?.state]).toEqual([['a'], 2, 'done']);
    list.resume();
    expect([ids(), list.heldCount, list.isPaused]).toEqual([['c', 'b', 'a'], 0, false]);
    expect(list.items[1]?.state).toBe('done');
  });

  it('keeps a bounded number, the newest', async () => {
    const { list, send } = setUp();
    await send(Array.from({ length: REQUESTS_MAX + 5 }, (_, n) => record(String(n))));
    expect([list.items.length, list.items[0]?.id, list.items.at(-1)?.id]).toEqual([REQUESTS_MAX, String(REQUESTS_MAX + 4), '5']);
  });

  it('outlives a stopped service worker, and says of what was under way that its end is not known', async () => {
    const { list, send, retry, keep, ids } = setUp();
    await send([record('old'), record('lost', { state: 'running' }), record('going', { state: 'running' })]);
    await send(new Error('stopped'));
    expect(list.error).toBeNull();
    keep([record('going', { state: 'running' })]);
    await retry();
    await send([], [record('new')]);
    expect(ids()).toEqual(['new', 'going', 'lost', 'old']);
    expect(list.items.map(({ state }) => state)).toEqual(['done', 'running', 'failed', 'done']);
    expect(list.items[2]?.error?.code).toBe('host-lost');
  });

  it('backs off and says so when it cannot be followed, until it can', async () => {
    const { list, send, retry, pauses } = setUp();
    const gone = new RuntimeError('resource-not-found', 'gone');
    await send(gone);
    await retry();
    await send(gone);
    expect([list.error?.code, pauses]).toEqual(['resource-not-found', [500, 1000]]);
    await retry();
    await send([]);
    expect(list.error).toBeNull();
  });

  it('keeps the details that it has read of ended requests, as long as their rows', async () => {
    const { list, send, keep, asked } = setUp();
    keep([record('a'), record('b', { state: 'running' })]);
    await send([record('a'), record('b', { state: 'running' })]);
    await list.detail('a');
    await list.detail('b');
    keep([]);
    expect((await list.detail('a')).id).toBe('a');
    await expect(list.detail('b')).rejects.toMatchObject({ code: 'resource-not-found' });
    expect(asked).toEqual(['a', 'b', 'b']);
    list.clear();
    await expect(list.detail('a')).rejects.toMatchObject({ code: 'resource-not-found' });
  });

  it('ends with its signal', async () => {
    const { abort, send, following } = setUp();
    await send([]);
    abort.abort();
    await send(new Error('aborted'));
    await following;
  });
});
