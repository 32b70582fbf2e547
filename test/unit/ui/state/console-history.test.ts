import { beforeEach, describe, expect, it } from 'vitest';
import { ConsoleHistory, HISTORY_MAX_BODY_BYTES, HISTORY_MAX_ENTRIES, obstacleTo, requestOf } from '../../../../src/ui/state/console-history.ts';
import { type ConsoleRequest, consoleRow, emptyRequest, rowsOfQuery } from '../../../../src/ui/state/console-request.ts';

let stored: unknown;
const storage = {
  recall: () => stored,
  // As a real one does: what it keeps is a copy.
  remember: (value: unknown) => {
    stored = JSON.parse(JSON.stringify(value));
  },
};
const outcome = { atMs: 1, state: 'done', head: null, totalMs: 12.345, sizeBytes: 3 } as const;
const withHead = (status: number, isHiddenRedirect = false) => ({
  ...outcome,
  head: { status, statusText: '', headers: [], url: '', wasRedirected: false, isHiddenRedirect },
});
const sent = (change: Partial<ConsoleRequest> = {}): ConsoleRequest => ({ ...emptyRequest(), ...change });

beforeEach(() => {
  stored = null;
});

describe('ConsoleHistory', () => {
  it('gives back what was sent, also to the next visit', () => {
    const request = sent({
      method: 'POST',
      path: '/a',
      query: rowsOfQuery('flag&q=a%20b'),
      headers: [consoleRow('x-a', '1'), consoleRow()],
      bodyKind: 'json',
      bodyText: '{}',
    });
    new ConsoleHistory(storage).add(request, withHead(201));
    const [entry] = new ConsoleHistory(storage).entries;
    if (entry === undefined) throw new Error('nothing was remembered');
    expect(entry).toMatchObject({
      atMs: 1,
      status: 201,
      state: 'done',
      totalMs: 12.3,
      sizeBytes: 3,
      request: { query: 'flag&q=a%20b', headers: [['x-a', '1']] },
    });
    expect(obstacleTo(entry.request)).toBeNull();
    const again = requestOf(entry.request);
    expect(again).toMatchObject({ method: 'POST', path: '/a', bodyKind: 'json', bodyText: '{}', bodyFile: null });
    expect(again.query.map(({ name, value, written }) => [name, value, written])).toEqual([
      ['flag', '', 'flag'],
      ['q', 'a b', 'q=a%20b'],
    ]);
  });

  it('has the newest in front, and no more than its limit', () => {
    const history = new ConsoleHistory(storage);
    for (let index = 0; index < HISTORY_MAX_ENTRIES + 2; index++) history.add(sent({ path: `/${index}` }), withHead(200));
    expect(history.entries.length).toBe(HISTORY_MAX_ENTRIES);
    expect(history.entries[0]?.request.path).toBe(`/${HISTORY_MAX_ENTRIES + 1}`);
    expect(new ConsoleHistory(storage).entries).toEqual(history.entries);
  });

  it('knows no status of a redirect that was not followed, nor of what had no answer', () => {
    const history = new ConsoleHistory(storage);
    history.add(sent(), withHead(0, true));
    history.add(sent(), { ...outcome, state: 'failed' });
    expect(history.entries.map(({ status, state }) => [status, state])).toEqual([
      [null, 'failed'],
      [null, 'done'],
    ]);
  });

  it('remembers neither a file nor a long body, and says why that cannot be sent again', () => {
    const history = new ConsoleHistory(storage);
    history.add(sent({ method: 'POST', bodyKind: 'file', bodyFile: new File(['x'], 'photo.png') }), withHead(200));
    history.add(sent({ method: 'POST', bodyKind: 'text', bodyText: 'ü'.repeat(HISTORY_MAX_BODY_BYTES / 2) }), withHead(200));
    history.add(sent({ method: 'POST', bodyKind: 'text', bodyText: `ü${'x'.repeat(HISTORY_MAX_BODY_BYTES - 1)}` }), withHead(200));
    expect(history.entries.map(({ request }) => obstacleTo(request))).toEqual([
      'Its body was too long to be remembered.',
      null,
      'Choose photo.png again to send it.',
    ]);
    expect(JSON.stringify(stored).length).toBeLessThan(2 * HISTORY_MAX_BODY_BYTES);
  });

  it('forgets one, and all until that is taken back; what was sent since stays', () => {
    const history = new ConsoleHistory(storage);
    for (const path of ['/a', '/b']) history.add(sent({ path }), withHead(200));
    history.delete(history.entries[0]?.id ?? '');
    const restore = history.clear();
    expect(history.entries).toEqual([]);
    history.add(sent({ path: '/c' }), withHead(200));
    restore();
    expect(history.entries.map(({ request }) => request.path)).toEqual(['/c', '/a']);
  });

  it.each([
    ['text'],
    [7],
    [{}],
    [[null, 1, 'x', {}]],
    [[{ id: 'a', atMs: 1, totalMs: 1, sizeBytes: 1, status: null, state: 'done', request: { method: 'GET', query: [] } }]],
  ])('begins anew where %j lies in the storage', (found) => {
    stored = found;
    expect(new ConsoleHistory(storage).entries).toEqual([]);
  });
});
