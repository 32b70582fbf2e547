import { describe, expect, it } from 'vitest';
import { parseLabelSelector } from '../../../src/control/selectors.ts';
import { toWatchEvent, type WatchChange, type WatchOptions, type WatchSource, watchEvents } from '../../../src/control/watch-events.ts';
import { RuntimeError } from '../../../src/core/errors.ts';
import type { WatchEvent } from '../../../src/core/resource.ts';
import { makeApp } from './app-fixture.ts';
import { FakeTimers, settle } from './fake-timers.ts';

function change(type: WatchChange['type'], labels: Record<string, string>, previousLabels: Record<string, string> | null): WatchChange {
  return { type, object: makeApp({ labels }), previousLabels };
}

describe('toWatchEvent', () => {
  const web = { team: 'web' };
  it.each([
    ['ADDED', web, null, 'ADDED'],
    ['ADDED', {}, null, undefined],
    ['MODIFIED', web, web, 'MODIFIED'],
    ['MODIFIED', web, {}, 'ADDED'],
    ['MODIFIED', {}, web, 'DELETED'],
    ['MODIFIED', {}, {}, undefined],
    ['DELETED', web, web, 'DELETED'],
    ['DELETED', {}, {}, undefined],
  ] as const)('%s to %j from %j: %s', (type, labels, previous, expected) => {
    expect(toWatchEvent(change(type, labels, previous), parseLabelSelector('team=web'))?.type).toBe(expected);
  });
});

/** A source over lists in memory: version n is reached by the first n changes. */
class MemorySource implements WatchSource {
  apiVersion = 'swerve.dev/v1';
  kind = 'App';
  changes: WatchChange[] = [];
  oldest = 0;
  listeners = new Set<() => void>();

  async list() {
    return { items: [makeApp({ name: 'stored' })], resourceVersion: String(this.changes.length) };
  }

  async changesSince(resourceVersion: string) {
    if (Number(resourceVersion) < this.oldest) throw new RuntimeError('watch-expired', 'too old');
    return { changes: this.changes.slice(Number(resourceVersion)), resourceVersion: String(this.changes.length) };
  }

  subscribe(wake: () => void) {
    this.listeners.add(wake);
    return () => this.listeners.delete(wake);
  }

  push(type: WatchChange['type'], name: string) {
    this.changes.push({ type, object: makeApp({ name }), previousLabels: type === 'ADDED' ? null : {} });
    for (const wake of this.listeners) wake();
  }
}

function setUp(options: Partial<WatchOptions>) {
  const source = new MemorySource();
  const timers = new FakeTimers();
  const stop = new AbortController();
  const seen: string[] = [];
  let ended = false;
  const all = { matches: () => true, resourceVersion: '', allowBookmarks: false, sendInitialEvents: false, timeoutMs: null, ...options };
  const start = async () => {
    const describeEvent = (event: WatchEvent) =>
      event.type === 'ERROR'
        ? `ERROR ${event.object.code}`
        : event.type === 'BOOKMARK'
          ? `BOOKMARK ${event.object.metadata.resourceVersion}`
          : `${event.type} ${event.object.metadata.name}`;
    void (async () => {
      for await (const event of watchEvents(source, all, timers, stop.signal)) seen.push(describeEvent(event));
      ended = true;
    })();
    await settle();
  };
  return { source, timers, stop, seen, start, hasEnded: () => ended };
}

describe('watchEvents', () => {
  it.each(['', '0'])('begins with what exists when resourceVersion is "%s"', async (resourceVersion) => {
    const { source, seen, start } = setUp({ resourceVersion });
    source.push('ADDED', 'old');
    await start();
    source.push('MODIFIED', 'stored');
    await settle();
    expect(seen).toEqual(['ADDED stored', 'MODIFIED stored']);
  });

  it('begins after the given resourceVersion, and loses nothing', async () => {
    const { source, seen, start } = setUp({ resourceVersion: '1' });
    for (const name of ['a', 'b', 'c']) source.push('ADDED', name);
    await start();
    source.push('DELETED', 'b');
    source.push('ADDED', 'd');
    await settle();
    expect(seen).toEqual(['ADDED b', 'ADDED c', 'DELETED b', 'ADDED d']);
  });

  it('says when the initial events are over', async () => {
    const { seen, start } = setUp({ sendInitialEvents: true, resourceVersion: '0' });
    await start();
    expect(seen).toEqual(['ADDED stored', 'BOOKMARK 0']);
  });

  it('sends bookmarks only to who wants them', async () => {
    const wanting = setUp({ resourceVersion: '0', allowBookmarks: true });
    const plain = setUp({ resourceVersion: '0' });
    await wanting.start();
    await plain.start();
    await wanting.timers.advance(60_000);
    await plain.timers.advance(60_000);
    expect(wanting.seen).toEqual(['ADDED stored', 'BOOKMARK 0', 'BOOKMARK 0']);
    expect(plain.seen).toEqual(['ADDED stored']);
  });

  it('ends at its timeout and when the reader goes, and leaves nothing behind', async () => {
    const timed = setUp({ resourceVersion: '0', timeoutMs: 5000 });
    await timed.start();
    await timed.timers.advance(4999);
    expect(timed.hasEnded()).toBe(false);
    await timed.timers.advance(1);
    expect(timed.hasEnded()).toBe(true);

    const left = setUp({ resourceVersion: '0' });
    await left.start();
    left.stop.abort();
    await settle();
    expect(left.hasEnded()).toBe(true);
    expect([left.source.listeners.size, left.timers.count, timed.source.listeners.size, timed.timers.count]).toEqual([0, 0, 0, 0]);
  });

  it('ends with an ERROR of code 410 when the start is too old', async () => {
    const { source, seen, start, hasEnded } = setUp({ resourceVersion: '1' });
    source.oldest = 5;
    await start();
    expect(seen).toEqual(['ERROR 410']);
    expect(hasEnded()).toBe(true);
  });
});
