import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { KeptAnswers, type KeptNavigation, type KeptNavigationStore } from '../../../src/ingress/kept-answers.ts';

beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

/** Stands for the database: it outlives each KeptAnswers, as a stopped service worker's store does. */
function makeStore() {
  const records = new Map<string, KeptNavigation>();
  const expiredAtMs: number[] = [];
  const store: KeptNavigationStore = {
    put: async (kept) => void records.set(kept.id, kept),
    expire: async (nowMs) => expiredAtMs.push(nowMs),
    async take(id) {
      const kept = records.get(id) ?? null;
      records.delete(id);
      return kept;
    },
  };
  return { store, records, expiredAtMs };
}

const navigation = (method: string) => ({ method, url: 'https://example.org/hello', headers: [], body: null });

describe('KeptAnswers, requests', () => {
  it('gives a GET to one taker, out of memory', async () => {
    const { store, records } = makeStore();
    const answers = new KeptAnswers(store);
    const id = await answers.keep(navigation('GET'));
    expect(records.size).toBe(0);
    const taken = await Promise.all([answers.takeRequest(id), answers.takeRequest(id)]);
    expect(taken).toEqual([expect.objectContaining({ id, method: 'GET', url: 'https://example.org/hello' }), null]);
  });

  it('forgets a GET with the service worker: it can be asked for again', async () => {
    const { store } = makeStore();
    const id = await new KeptAnswers(store).keep(navigation('GET'));
    expect(await new KeptAnswers(store).takeRequest(id)).toBe(null);
  });

  it('forgets a GET that nobody came for: its tab was closed', async () => {
    const answers = new KeptAnswers(makeStore().store);
    const id = await answers.keep(navigation('GET'));
    vi.advanceTimersByTime(59_999);
    expect(answers.figures()).toEqual({ keptRequests: 1, keptAnswers: 0 });
    vi.advanceTimersByTime(1);
    expect(answers.figures()).toEqual({ keptRequests: 0, keptAnswers: 0 });
    expect(await answers.takeRequest(id)).toBe(null);
  });

  it('gives a POST to one taker, even of another life of the service worker', async () => {
    const { store, records } = makeStore();
    const id = await new KeptAnswers(store).keep({ ...navigation('POST'), body: new Blob(['a=1']) });
    expect(records.size).toBe(1);
    const later = new KeptAnswers(store);
    const taken = await later.takeRequest(id);
    expect(await taken?.body?.text()).toBe('a=1');
    expect(await later.takeRequest(id)).toBe(null);
    expect(records.size).toBe(0);
  });

  it('drops what nobody came for when it keeps another', async () => {
    const { store, records, expiredAtMs } = makeStore();
    const id = await new KeptAnswers(store).keep(navigation('POST'));
    expect(expiredAtMs).toEqual([records.get(id)?.createdAtMs]);
  });

  it('reports that a POST could not be kept', async () => {
    const { store } = makeStore();
    const full = { ...store, put: () => Promise.reject(new Error('full')) };
    await expect(new KeptAnswers(full).keep(navigation('POST'))).rejects.toThrow('full');
  });
});

describe('KeptAnswers, answers', () => {
  it.each(['GET', 'POST'])('are handed over once (%s)', async (method) => {
    const answers = new KeptAnswers(makeStore().store);
    const id = await answers.keep(navigation(method));
    await answers.takeRequest(id);
    const response = new Response('hello');
    answers.putAnswer(id, response);
    expect(answers.takeAnswer(id)).toBe(response);
    expect(vi.getTimerCount()).toBe(0);
  });

  it('to a GET that are gone are to be made anew', async () => {
    const answers = new KeptAnswers(makeStore().store);
    expect(answers.takeAnswer(await answers.keep(navigation('GET')))).toBe(null);
  });

  it('to a POST that are gone are an error: it must not run twice', async () => {
    const { store } = makeStore();
    const before = new KeptAnswers(store);
    const id = await before.keep(navigation('POST'));
    before.putAnswer(id, new Response('hello'));
    expect(() => new KeptAnswers(store).takeAnswer(id)).toThrow(
      expect.objectContaining({ code: 'host-lost', message: expect.stringContaining('not idempotent') }),
    );
  });

  it('are dropped after a minute, and their bodies cancelled', async () => {
    const answers = new KeptAnswers(makeStore().store);
    const id = await answers.keep(navigation('GET'));
    let isCancelled = false;
    const body = new ReadableStream({
      cancel() {
        isCancelled = true;
      },
    });
    answers.putAnswer(id, new Response(body));
    vi.advanceTimersByTime(59_999);
    expect(isCancelled).toBe(false);
    vi.advanceTimersByTime(1);
    expect(isCancelled).toBe(true);
    expect(answers.takeAnswer(id)).toBe(null);
  });
});
