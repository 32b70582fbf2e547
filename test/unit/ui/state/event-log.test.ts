import { describe, expect, it } from 'vitest';
import { EVENTS_KEPT, EventLog } from '../../../../src/ui/state/event-log.ts';

describe('EventLog', () => {
  it('tells each event with its name, its id, its lines and its times', () => {
    const log = new EventLog();
    log.feed('data: one\n\n', 100);
    log.feed('event: tick\nid: 7\ndata: a\ndata: b\n\n', 250);
    expect(log.events).toEqual([
      { seq: 1, event: 'message', id: null, data: 'one', atMs: 100, sinceMs: 100 },
      { seq: 2, event: 'tick', id: '7', data: 'a\nb', atMs: 250, sinceMs: 150 },
    ]);
  });

  it('waits for the end of an event that comes in pieces', () => {
    const log = new EventLog();
    log.feed('da', 10);
    log.feed('ta: split\r', 20);
    expect(log.count).toBe(0);
    log.feed('\n\r\n', 30);
    expect(log.events.map(({ data, atMs }) => [data, atMs])).toEqual([['split', 30]]);
  });

  it('counts comments and hears what the server asks for', () => {
    const log = new EventLog();
    expect(log.retryMs).toBeNull();
    log.feed(': still here\nretry: 2500\n\n: and again\n', 1);
    expect([log.comments, log.retryMs, log.count]).toEqual([2, 2_500, 0]);
  });

  it('keeps the newest and counts them all', () => {
    const log = new EventLog();
    log.feed('data: x\n\n'.repeat(EVENTS_KEPT + 5), 1);
    expect(log.count).toBe(EVENTS_KEPT + 5);
    expect(log.events.length).toBe(EVENTS_KEPT);
    expect(log.events[0]?.seq).toBe(6);
  });

  it('gives another list whenever one came, and no other time', () => {
    const log = new EventLog();
    const before = log.events;
    log.feed('data: x\n', 1);
    expect(log.events).toBe(before);
    log.feed('\n', 2);
    expect(log.events).not.toBe(before);
  });
});
