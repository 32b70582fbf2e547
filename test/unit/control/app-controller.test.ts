import { describe, expect, it } from 'vitest';
import { AppIndex } from '../../../src/control/app-index.ts';
import { AppController } from '../../../src/control/controllers/app-controller.ts';
import type { App } from '../../../src/core/app.ts';
import { systemClock } from '../../../src/core/clock.ts';
import type { Store } from '../../../src/store/store.ts';
import { makeApp } from './app-fixture.ts';
import { AppStore } from './app-store.ts';

const named = (name: string, path: string, generation = 1) => makeApp({ name, spec: { routes: [{ path }] }, generation });

async function setUp(...apps: App[]) {
  const store = new AppStore();
  for (const app of apps) store.put(app);
  const index = new AppIndex(store);
  await index.sync();
  const logs = { heads: async () => [{ namespace: 'default', app: 'swept', lastSequence: 3 }] };
  const controller = new AppController({ logs } as unknown as Store, index, new URL('http://localhost/'), systemClock);
  const keys: string[][] = [];
  index.subscribe((change) => keys.push([...controller.keysOf(change)].sort()));
  return { store, index, controller, keys };
}

describe('AppController', () => {
  it('looks at an App that changed and those that it shares a route with, before or after, and at no other', async () => {
    const { store, index, keys } = await setUp(named('a', '/x'), named('b', '/x'), named('c', '/y'), named('d', '/z'));
    store.put(named('a', '/y', 2));
    store.put(named('e', '/z'));
    await index.sync();
    expect(keys).toEqual([
      ['default/a', 'default/b', 'default/c'],
      ['default/d', 'default/e'],
    ]);
  });

  it('looks at those whose route became free', async () => {
    const { store, index, keys } = await setUp(named('a', '/x'), named('b', '/x'), named('c', '/y'));
    store.remove(named('a', '/x'));
    await index.sync();
    expect(keys).toEqual([['default/a', 'default/b']]);
  });

  it('a status alone concerns its App alone', async () => {
    const { store, index, keys } = await setUp(named('a', '/x'), named('b', '/x'));
    store.put({ ...named('a', '/x'), status: { observedGeneration: 1, conditions: [] } });
    await index.sync();
    expect(keys).toEqual([['default/a']]);
  });

  it('everything means every App, and the logs of those that are gone', async () => {
    const { controller } = await setUp(named('a', '/x'), named('b', '/y'));
    expect(await controller.allKeys()).toEqual(['default/a', 'default/b', 'default/swept']);
  });
});
