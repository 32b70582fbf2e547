/** wasi:keyvalue by a component, on the real IndexedDB. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { crashTab } from '../harness/cdp.ts';
import { useSwerve } from '../harness/swerve.ts';
import { waitFor } from '../harness/wait.ts';
import { logOf } from '../http/guests.ts';
import { say, serveData, tabsOf } from './guest.ts';

/** Increments by each of two tabs. `SWERVE_TICKS=5000` takes some 20 s. */
const TICKS = Number(process.env['SWERVE_TICKS'] ?? 500);

const swerve = useSwerve();
let panel: Page;

beforeAll(async () => {
  panel = await swerve.openPanel();
  await serveData(panel, {
    one: { keyValue: { stores: ['own', 'shared'] } },
    two: { keyValue: { stores: ['shared'] } },
    'other/one': { keyValue: { stores: ['shared'] } },
    none: {},
  });
});

describe('store', () => {
  it('sets, gets, overwrites and deletes', async () => {
    const lines = ['kv.get a', 'kv.exists a', 'kv.set a first value', 'kv.get a', 'kv.set a 2', 'kv.get a', 'kv.exists a', 'kv.delete a', 'kv.get a'];
    const answers = ['none', 'false', 'done', 'some first value', 'done', 'some 2', 'true', 'done', 'none'];
    expect(await say(panel, 'one', 'kv.open own', ...lines, 'kv.delete a')).toEqual(['open', ...answers, 'done']);
  });

  it('keeps keys and values of any text, and empty ones', async () => {
    const answers = await say(
      panel,
      'one',
      'kv.open own',
      'kv.set ключ-🔑 välue',
      'kv.get ключ-🔑',
      'kv.set  empty key',
      'kv.get ',
      'kv.set void',
      'kv.get void',
    );
    expect(answers).toEqual(['open', 'done', 'some välue', 'done', 'some empty key', 'done', 'some ']);
    expect(await say(panel, 'one', 'kv.open own', 'kv.delete-many ключ-🔑 void ')).toEqual(['open', 'done']);
  });

  it('serves the draft with numbers for cursors and unsigned counters beside the newer one', async () => {
    const lines = ['kv1.open own', 'kv1.set old 1', 'kv1.get old', 'kv1.exists old', 'kv1.inc old 41', 'kv1.walk', 'kv.open own', 'kv.get old'];
    const answers = ['open', 'done', 'some 1', 'true', '42', '1 keys, 1 pages', 'open', 'some 42'];
    expect(await say(panel, 'one', ...lines, 'kv1.delete old', 'kv1.get old')).toEqual([...answers, 'done', 'none']);
  });

  it('lists keys by the page, in either draft, and what is deleted between two pages is not missed', async () => {
    const walked = ['2500 keys, 2500 different, 3 pages', '2500 keys, 3 pages'];
    expect(await say(panel, 'two', 'kv.open shared', 'kv.make-many 2500 key-', 'kv.walk', 'kv1.open shared', 'kv1.walk')).toEqual([
      'open',
      'done',
      walked[0],
      'open',
      walked[1],
    ]);
    const [, page] = await say(panel, 'two', 'kv.open shared', 'kv.list');
    expect(page).toMatch(/^1000 Some\("\d+"\) key-0,key-1,key-2,/);
    // The cursor of one request serves another.
    const cursor = /"(\d+)"/.exec(page ?? '')?.[1];
    expect((await say(panel, 'two', 'kv.open shared', `kv.list ${cursor}`))[1]).toMatch(/^1000 Some\("\d+"\) key-1000,key-1001,/);
    expect(await say(panel, 'two', 'kv.open shared', 'kv.walk delete', 'kv.list')).toEqual(['open', walked[0], '0 None ']);
    expect((await say(panel, 'two', 'kv.open shared', 'kv.list nonsense'))[1]).toBe('err other this cursor is none that list-keys has answered');
  });

  it('refuses a key that is too long, and goes on', async () => {
    const answers = await say(
      panel,
      'one',
      'kv.open own',
      `kv.set ${'k'.repeat(1_024)} fits`,
      `kv.set ${'k'.repeat(1_025)} does not`,
      `kv.get ${'k'.repeat(1_024)}`,
    );
    expect(answers).toEqual(['open', 'done', 'err other a key may have 1024 bytes, and this one has 1025', 'some fits']);
  });
});

describe('batch', () => {
  it('gets, sets and deletes many', async () => {
    const lines = ['kv.set-many a=1 b=2 c=3', 'kv.get-many a x c', 'kv.delete-many a x b', 'kv.get-many a b c'];
    expect(await say(panel, 'one', 'kv.open own', ...lines)).toEqual(['open', 'done', 'a=1 - c=3', 'done', '- - c=3']);
  });
});

describe('atomics', () => {
  it('increments what is a number or not there yet, in the range of an s64', async () => {
    const lines = [
      'kv.inc n 5',
      'kv.inc n -7',
      'kv.get n',
      'kv.set n 9223372036854775806',
      'kv.inc n 1',
      'kv.inc n 1',
      'kv.get n',
      'kv.set n text',
      'kv.inc n 1',
    ];
    expect(await say(panel, 'one', 'kv.open own', ...lines)).toEqual([
      'open',
      '5',
      '-2',
      'some -2',
      'done',
      '9223372036854775807',
      'err other incrementing "n" by 1 leaves the range of an s64',
      'some 9223372036854775807',
      'done',
      'err other the value of "n" is no decimal integer, and cannot be incremented',
    ]);
  });

  it('swaps only what is as it was, and gives the newer state to try again with', async () => {
    const lines = ['kv.set c 1', 'kv.cas c', 'kv.current', 'kv.set c 2', 'kv.swap mine', 'kv.current', 'kv.swap mine', 'kv.get c'];
    expect(await say(panel, 'one', 'kv.open own', ...lines)).toEqual([
      'open',
      'done',
      'cas',
      'some 1',
      'done',
      'err cas-failed',
      'some 2',
      'swapped',
      'some mine',
    ]);
  });

  it('tells a value that was deleted and made again from the one before, and a key that is not there from one that is', async () => {
    const again = ['kv.set c same', 'kv.cas c', 'kv.delete c', 'kv.set c same', 'kv.swap x', 'kv.get c'];
    expect(await say(panel, 'one', 'kv.open own', ...again)).toEqual(['open', 'done', 'cas', 'done', 'done', 'err cas-failed', 'some same']);
    const fresh = ['kv.delete fresh', 'kv.cas fresh', 'kv.current', 'kv.swap x', 'kv.get fresh', 'kv.delete fresh'];
    expect(await say(panel, 'one', 'kv.open own', ...fresh)).toEqual(['open', 'done', 'cas', 'none', 'swapped', 'some x', 'done']);
  });
});

describe('grants', () => {
  it('shares a store among the Apps of a namespace that were granted it, and with no other', async () => {
    await say(panel, 'one', 'kv.open shared', 'kv.set who one', 'kv.open own', 'kv.set who own');
    expect(await say(panel, 'two', 'kv.open shared', 'kv.get who', 'kv.open own')).toEqual(['open', 'some one', 'err access-denied']);
    expect(await say(panel, 'other-one', 'kv.open shared', 'kv.get who')).toEqual(['open', 'none']);
  });

  it('tells no store from one that was not granted, and takes no name for the first', async () => {
    expect(await say(panel, 'two', 'kv.open elsewhere', 'kv.open No Such Store', 'kv.open ', 'kv.get who')).toEqual([
      'err access-denied',
      'err no-such-store',
      'open',
      'some one',
    ]);
    await waitFor('the denial in the log', async () => (await logOf(panel, 'two')).includes('keyValue: { stores: [own] }'));
  });

  it('denies everything to an App that was granted nothing', async () => {
    expect(await say(panel, 'none', 'kv.open default', 'kv.open ', 'kv1.open default')).toEqual([
      'err access-denied',
      'err access-denied',
      'err access-denied',
    ]);
    await waitFor('the denial in the log', async () => (await logOf(panel, 'none')).includes('Denied: wasi:keyvalue/store'));
    expect(await storesOf(panel)).not.toContain('default/default');
  });
});

describe('two tabs', () => {
  it('that count up one key lose no step, and each conflict of a compare-and-swap is met by another try', async () => {
    const other = await swerve.openPanel();
    const rounds = Array.from({ length: TICKS / 250 }, () => 'repeat 250 kv.inc ticks 1');
    const script = ['kv.open shared', ...rounds, 'repeat 50 kv.cas-add swaps'];
    await say(panel, 'one', 'kv.open shared');
    // The tab with the fewest instances starts the next one.
    await serveData(other, { late: { keyValue: { stores: ['shared'] } } });
    await say(other, 'late', 'kv.open shared');
    const [tabs, [otherTab = '']] = [await tabsOf(panel, 'one'), await tabsOf(panel, 'late')];
    expect(tabs.has(otherTab)).toBe(false);
    const answers = await Promise.all([say(panel, 'one', ...script), say(other, 'late', ...script)]);
    expect(Math.max(...answers.map((all) => Number(all[rounds.length])))).toBe(2 * TICKS);
    expect(await say(panel, 'one', 'kv.open shared', 'kv.get ticks', 'kv.get swaps')).toEqual(['open', `some ${2 * TICKS}`, 'some 100']);
    await other.close();
  });

  it('keep what was acknowledged when one is killed while it writes', async () => {
    const victim = await swerve.openPanel();
    await serveData(panel, { doomed: { keyValue: { stores: ['own'] } } });
    await say(victim, 'doomed', 'kv.open own');
    const [tabs, [doomedTab = '']] = [await tabsOf(panel, 'one'), await tabsOf(panel, 'doomed')];
    expect(tabs.has(doomedTab)).toBe(false);
    // Told through the page that stays: what it has read has been acknowledged, and the next write is under way.
    let acknowledged = 0;
    await panel.exposeFunction('acknowledge', (sum: number) => {
      acknowledged = sum;
    });
    const reading = panel.evaluate(async () => {
      const answer = await fetch('doomed', { method: 'POST', body: `kv.open own\n${'kv.inc kept 1\n'.repeat(50_000)}` });
      const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
      let text = '';
      for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
        text += piece.value;
        const sum = Number(text.slice(0, text.lastIndexOf('\n')).split('\n').at(-1));
        if (sum > 0) await (globalThis as unknown as { acknowledge(sum: number): Promise<void> }).acknowledge(sum);
      }
    });
    const cut = reading.then(
      () => 'whole',
      () => 'cut',
    );
    await waitFor('some writes', () => acknowledged >= 20);
    await crashTab(victim);
    expect(await cut).toBe('cut');
    await victim.close();
    const [, kept = ''] = await say(panel, 'doomed', 'kv.open own', 'kv.get kept');
    const sum = Number(kept.replace('some ', ''));
    expect(sum).toBeGreaterThanOrEqual(acknowledged);
    expect(sum).toBeLessThan(50_000);
  });
});

describe('room', () => {
  it('ends with the quota of the store, as the interface’s own error; what makes room goes on', async () => {
    const lines = [
      'kv.fill big 40000000',
      'kv.fill more 40000000',
      'kv.get more',
      'kv.get big',
      'kv.fill big 1',
      'kv.fill more 40000000',
      'kv.delete-many big more',
    ];
    expect(await say(panel, 'two', 'kv.open shared', ...lines)).toEqual([
      'open',
      'done',
      'err other the key-value store shared is full: it may hold 67108864 bytes',
      'none',
      'some 40000000 bytes',
      'done',
      'done',
      'done',
    ]);
  });
});

/** `namespace/store` of every store. */
async function storesOf(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const ended = <T>(request: IDBRequest<T>) => new Promise<T>((resolve) => request.addEventListener('success', () => resolve(request.result)));
    const database = await ended(indexedDB.open('swerve'));
    const heads = (await ended(database.transaction('keyValueHeads').objectStore('keyValueHeads').getAll())) as { namespace: string; store: string }[];
    database.close();
    return heads.map(({ namespace, store }) => `${namespace}/${store}`);
  });
}
