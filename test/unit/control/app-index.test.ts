import { describe, expect, it } from 'vitest';
import { AppIndex } from '../../../src/control/app-index.ts';
import type { App } from '../../../src/core/app.ts';
import { RuntimeError } from '../../../src/core/errors.ts';
import { makeApp } from './app-fixture.ts';
import { AppStore } from './app-store.ts';

function setUp(options: ConstructorParameters<typeof AppIndex>[1] = {}) {
  const store = new AppStore();
  const index = new AppIndex(store, options);
  const seen: string[] = [];
  index.subscribe(({ before, after }) => seen.push(`${before?.metadata.name ?? '-'} to ${after?.metadata.name ?? '-'}`));
  const names = () => Array.from(index.apps, ({ metadata }) => metadata.name).sort();
  const at = (path: string) => {
    const found = index.routes.match({ method: 'GET', url: `http://localhost${path}` });
    return found?.type === 'match' ? found.app.metadata.name : null;
  };
  return { store, index, seen, names, at };
}

const named = (name: string, path = `/${name}`, changes: Partial<App['metadata']> = {}) => makeApp({ name, spec: { routes: [{ path }] }, ...changes });

describe('AppIndex', () => {
  it('reads all once, and from then on only what was written', async () => {
    const { store, index, seen, names, at } = setUp();
    for (const name of ['a', 'b']) store.put(named(name));
    await index.sync();
    store.put(named('c'));
    await index.sync();
    await index.sync();
    expect(store.reads).toEqual(['list', '1 changes', '0 changes']);
    expect(seen).toEqual(['- to a', '- to b', '- to c']);
    expect(names()).toEqual(['a', 'b', 'c']);
    expect([at('/a'), at('/c'), at('/d')]).toEqual(['a', 'c', null]);
  });

  it('follows changed and deleted Apps', async () => {
    const { store, index, seen, at } = setUp();
    store.put(named('a'));
    const b = store.put(named('b'));
    await index.sync();
    store.put({ ...named('a', '/moved'), metadata: { ...named('a').metadata, generation: 2 } });
    store.remove(b);
    await index.sync();
    expect(seen.slice(2)).toEqual(['a to a', 'b to -']);
    expect([at('/a'), at('/moved'), at('/b')]).toEqual([null, 'a', null]);
    expect(index.find('default', 'a')?.metadata.generation).toBe(2);
    expect([index.find('default', 'b'), index.findByUid('uid-b')]).toEqual([null, null]);
  });

  it('tells an App that was deleted from its namesake that came after it', async () => {
    const { store, index, names } = setUp();
    const first = store.put(named('a'));
    await index.sync();
    store.remove(first);
    store.put(named('a', '/a', { uid: 'uid-second' }));
    await index.sync();
    expect(names()).toEqual(['a']);
    expect(index.find('default', 'a')?.metadata.uid).toBe('uid-second');
    expect(index.findByUid('uid-a')).toBe(null);
  });

  it('compares with all when the changes are no longer kept, and tells of what differs alone', async () => {
    const { store, index, seen, names, at } = setUp();
    store.put(named('same'));
    store.put(named('moves'));
    const gone = store.put(named('gone'));
    await index.sync();
    seen.length = 0;
    store.remove(gone);
    store.put(named('moves', '/moved'));
    store.put(named('new'));
    store.forgetChanges();
    await index.sync();
    expect(store.reads).toEqual(['list', 'expired', 'list']);
    expect(seen).toEqual(['gone to -', 'moves to moves', '- to new']);
    expect(names()).toEqual(['moves', 'new', 'same']);
    expect([at('/gone'), at('/moves'), at('/moved')]).toEqual([null, null, 'moves']);
  });

  it('is up to date with what was written before each call, however many read at once', async () => {
    const { store, index } = setUp();
    await index.sync();
    let open = () => {};
    store.gate = new Promise((resolve) => {
      open = resolve;
    });
    const early = index.sync();
    store.put(named('late'));
    const late = [index.sync(), index.sync(), index.sync()];
    open();
    await early;
    expect(index.find('default', 'late')).toBe(null);
    await Promise.all(late);
    expect(index.find('default', 'late')).not.toBe(null);
    expect(store.reads).toEqual(['list', '0 changes', '1 changes']);
  });

  it('tries again after a read that failed, for those who waited too', async () => {
    const { store, index, names } = setUp();
    store.put(named('a'));
    store.failure = new RuntimeError('storage-failed', 'no');
    const [first, second] = await Promise.allSettled([index.sync(), index.sync()]);
    expect([first.status, second.status]).toEqual(['rejected', 'fulfilled']);
    expect(names()).toEqual(['a']);
  });

  it('prepares what comes before anybody finds it, and takes nothing in when that fails', async () => {
    const prepared: string[] = [];
    let isBroken = false;
    const { store, index, names } = setUp({
      prepare: async (apps) => {
        if (isBroken) throw new RuntimeError('storage-failed', 'no');
        prepared.push(...apps.map(({ metadata }) => `${metadata.name} among ${names().join()}`));
      },
    });
    store.put(named('a'));
    await index.sync();
    const b = store.put(named('b'));
    await index.sync();
    expect(prepared).toEqual(['a among ', 'b among a']);
    isBroken = true;
    store.remove(b);
    store.put(named('c'));
    await expect(index.sync()).rejects.toMatchObject({ code: 'storage-failed' });
    expect(names()).toEqual(['a', 'b']);
    isBroken = false;
    await index.sync();
    expect(names()).toEqual(['a', 'c']);
  });

  it('passes over Apps of another version', async () => {
    const { store, index, names } = setUp();
    store.put({ ...named('later'), apiVersion: 'swerve.dev/v9' } as unknown as App);
    store.put(named('now'));
    await index.sync();
    expect(names()).toEqual(['now']);
  });
});
