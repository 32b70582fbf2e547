import { describe, expect, it } from 'vitest';
import { EVERY_REQUEST, filterRequests, methodsOf, outcomeOf, toneOfRequest } from '../../../../src/ui/state/request-filter.ts';
import { makeRecord } from './request-fixture.ts';

const trap = { code: 'handler-trap', message: 'unreachable' } as const;
const records = [
  makeRecord({ id: 'ok' }),
  makeRecord({ id: 'moved', status: 301, path: '/Hello/There?x=1' }),
  makeRecord({ id: 'missing', status: 404, method: 'POST' }),
  makeRecord({ id: 'trap', status: 502, error: trap }),
  makeRecord({ id: 'own', status: 500 }),
  makeRecord({ id: 'cut', status: 200, state: 'failed', error: trap }),
  makeRecord({ id: 'on', status: null, state: 'running', method: 'PROPFIND' }),
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
    expect(outcomeOf(makeRecord(change))).toBe(text);
    expect(toneOfRequest(makeRecord(change))).toBe(tone);
  });
});
