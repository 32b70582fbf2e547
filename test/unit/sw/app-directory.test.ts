import { describe, expect, it } from 'vitest';
import type { Digest } from '../../../src/core/ids.ts';
import type { ModuleReport } from '../../../src/core/module.ts';
import { CHANGES_CHANNEL } from '../../../src/protocol/broadcast.ts';
import type { Store } from '../../../src/store/store.ts';
import { AppDirectory } from '../../../src/sw/app-directory.ts';
import { makeApp, makeModule } from '../control/app-fixture.ts';
import { AppStore } from '../control/app-store.ts';

const BASE = new URL('http://localhost/');
const [OLD, NEW] = ['a', 'b'].map((digit) => `sha256:${digit.repeat(64)}`) as [Digest, Digest];

function setUp() {
  const resources = new AppStore();
  const stored = new Map<Digest, ModuleReport>([[OLD, makeModule({ digest: OLD })]]);
  const reads: string[] = [];
  const modules = {
    async list() {
      reads.push('all');
      return [...stored.values()];
    },
    async get(digest: Digest) {
      reads.push(digest.slice(0, 8));
      return stored.get(digest) ?? null;
    },
  };
  let changes = 0;
  const directory = new AppDirectory({ resources, modules } as unknown as Store, BASE, () => {
    changes += 1;
  });
  const store = (name: string, digest: Digest) => resources.put(makeApp({ name, spec: { source: { digest }, routes: [{ path: `/${name}` }] } }));
  const at = async (path: string) => {
    const found = (await directory.routes()).match({ method: 'GET', url: new URL(path, BASE).href });
    return found?.type === 'match' ? (directory.targetOf(found.app.metadata.uid)?.spec.digest ?? 'no module') : null;
  };
  return { resources, stored, reads, directory, store, at, changeCount: () => changes };
}

describe('AppDirectory', () => {
  it('reads everything at the first request, and nothing at the next', async () => {
    const { resources, reads, store, at } = setUp();
    store('a', OLD);
    expect([await at('/a'), await at('/a'), await at('/b')]).toEqual([OLD, OLD, null]);
    expect([resources.reads, reads]).toEqual([['list'], ['all']]);
  });

  it('has what was written before a refresh in force after it, and reads no more than that', async () => {
    const { resources, stored, reads, directory, store, at, changeCount } = setUp();
    store('a', OLD);
    await directory.load();
    store('b', OLD);
    await directory.refresh({ modules: false });
    expect(await at('/b')).toBe(OLD);
    stored.set(NEW, makeModule({ digest: NEW }));
    store('b', NEW);
    await directory.refresh({ modules: false });
    expect(await at('/b')).toBe(NEW);
    expect([resources.reads, reads]).toEqual([
      ['list', '1 changes', '1 changes'],
      ['all', 'sha256:b'],
    ]);
    expect(changeCount()).toBe(3);
  });

  it('knows the module of an App before the App, whoever asked for the App', async () => {
    const { stored, directory, store, at } = setUp();
    store('a', OLD);
    await directory.load();
    stored.set(NEW, makeModule({ digest: NEW }));
    store('a', NEW);
    const seen: (string | undefined)[] = [];
    directory.index.subscribe(({ after }) => seen.push(directory.targetOf(after?.metadata.uid ?? '')?.spec.digest));
    await directory.index.sync();
    expect(seen).toEqual([NEW]);
    expect(await at('/a')).toBe(NEW);
  });

  it('reads the modules again when they were written', async () => {
    const { stored, directory, store, at } = setUp();
    store('a', NEW);
    expect(await at('/a')).toBe('no module');
    stored.set(NEW, makeModule({ digest: NEW }));
    await directory.refresh({ modules: true });
    expect(await at('/a')).toBe(NEW);
  });

  it('hears of what other realms wrote', async () => {
    const { directory, store, at } = setUp();
    await directory.load();
    store('a', OLD);
    const changed = new Promise((resolve) => directory.index.subscribe(resolve));
    const other = new BroadcastChannel(CHANGES_CHANNEL);
    other.postMessage({ type: 'resources', resourceVersion: '1' });
    await changed;
    other.close();
    expect(await at('/a')).toBe(OLD);
  });

  it('a request waits for a refresh that is under way, and tries again after one that failed', async () => {
    const { resources, directory, store, at } = setUp();
    await directory.load();
    store('a', OLD);
    resources.failure = new Error('no disk') as never;
    await expect(directory.refresh({ modules: false })).rejects.toThrow('no disk');
    expect(await at('/a')).toBe(OLD);
    store('b', OLD);
    const refreshed = directory.refresh({ modules: false });
    expect(await at('/b')).toBe(OLD);
    await refreshed;
  });
});
