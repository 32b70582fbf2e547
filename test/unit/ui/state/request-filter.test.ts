import { describe, expect, it } from 'vitest';
import type { RequestRecord } from '../../../../src/core/traffic.ts';
import { EVERY_REQUEST, filterRequests, methodsOf, outcomeOf, toneOfRequest } from '../../../../src/ui/state/request-filter.ts';

const record = (change: Partial<RequestRecord>): RequestRecord => ({
  id: '1',
  namespace: 'default',
  app: 'hello',
  uid: 'u',
  atMs: 0,
  method: 'GET',
  path: '/hello',
  isNavigation: false,
  state: 'done',
  status: 200,
  error: null,
  host: 'h',
  instance: 'i',
  phases: { queueMs: 0, startMs: 0, guestMs: 1, bodyMs: 1 },
  requestBytes: null,
  responseBytes: 5,
  ...change,
});
const trap = { code: 'handler-trap', message: 'unreachable' } as const;
const records = [
  record({ id: 'ok' }),
  record({ id: 'moved', status: 301, path: '/Hello/There?x=1' }),
  record({ id: 'missing', status: 404, method: 'POST' }),
  record({ id: 'trap', status: 502, error: trap }),
  record({ id: 'own', status: 500 }),
  record({ id: 'cut', status: 200, state: 'failed', error: trap }),
  record({ id: 'on', status: null, state: 'running', method: 'PROPFIND' }),
];
const shown = (filter: Partial<typeof EVERY_REQUEST>) => filterRequests(records, { ...EVERY_REQUEST, ...filter }).map(({ id }) => id);

describe('filterRequests', () => {
  it('lets everything through, and then copies nothing', () => {
    expect(filterRequests(records, EVERY_REQUEST)).toBe(records);
  });

  it('finds a part of the path and query in any case', () => {
    expect(shown({ path: 'hello/t' })).toEqual(['moved']);
    expect(shown({ path: '?X=' })).toEqual(['moved']);
  });

  it('knows the classes of status', () => {
    expect(shown({ status: '2xx' })).toEqual(['ok', 'cut']);
    expect(shown({ status: '3xx' })).toEqual(['moved']);
    expect(shown({ status: '4xx' })).toEqual(['missing']);
    expect(shown({ status: '5xx' })).toEqual(['trap', 'own']);
    expect(shown({ status: 'failed' })).toEqual(['trap', 'cut']);
    expect(shown({ status: 'running' })).toEqual(['on']);
  });

  it('joins what is asked for', () => {
    expect(shown({ method: 'POST', status: '4xx' })).toEqual(['missing']);
    expect(shown({ method: 'POST', status: '2xx' })).toEqual([]);
  });

  it('offers the usual methods and those that came', () => {
    expect(methodsOf(records)).toEqual(['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'PROPFIND']);
  });
});

describe('an outcome', () => {
  it.each([
    [{}, '200', 'good'],
    [{ status: 304 }, '304', 'quiet'],
    [{ status: 404 }, '404', 'busy'],
    [{ status: 500 }, '500', 'bad'],
    [{ status: 200, state: 'failed', error: trap }, '200 failed', 'bad'],
    [{ status: null, state: 'failed', error: trap }, 'failed', 'bad'],
    [{ status: null, state: 'running' }, 'running', 'quiet'],
    [{ status: 200, state: 'running' }, '200 running', 'good'],
    [{ status: 200, state: 'cancelled' }, '200 cancelled', 'busy'],
  ] as const)('%j is "%s", %s', (change, text, tone) => {
    expect(outcomeOf(record(change))).toBe(text);
    expect(toneOfRequest(record(change))).toBe(tone);
  });
});
