import { describe, expect, it, vi } from 'vitest';
import type { Digest } from '../../../src/core/ids.ts';
import type { ModuleReport } from '../../../src/core/module.ts';
import { RouteTable } from '../../../src/http/route-table.ts';
import { CHANGES_CHANNEL } from '../../../src/protocol/broadcast.ts';
import { routesOf } from '../../../src/store/app-routes.ts';
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
  const asked: string[] = [];
  const appRoutes = {
    async appsAt(keys: readonly string[]) {
      const found = resources.all().filter((app) => routesOf(app).keys.some((key) => keys.includes(key)));
      asked.push(...found.map(({ metadata }) => metadata.name));
      return found;
    },
    async appsOf(uids: readonly string[]) {
      return resources.all().filter(({ metadata }) => uids.includes(metadata.uid));
    },
  };
  const directory = new AppDirectory({ resources, modules, appRoutes } as unknown as Store, BASE, () => {
    changes += 1;
  });
  const store = (name: string, digest: Digest) => resources.put(makeApp({ name, spec: { source: { digest }, routes: [{ path: `/${name}` }] } }));
  const at = async (path: string) => {
    const found = (await directory.routes()).match({ method: 'GET', url: new URL(path, BASE).href });
    return found?.type === 'match' ? (directory.targetOf(found.app.metadata.uid)?.spec.digest ?? 'no module') : null;
  };
  return { resources, stored, reads, asked, directory, store, at, changeCount: () => changes };
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

describe('AppDirectory, before every App was read', () => {
  const get = (path: string, method = 'GET') => ({ method, url: new URL(path, BASE).href });

  it('asks for the Apps that an address concerns, and for their modules', async () => {
    const { resources, reads, asked, directory, store } = setUp();
    for (const name of ['a', 'b', 'c']) store(name, OLD);
    const found = await directory.match(get('/b/deep/below'));
    expect(found).toMatchObject({ type: 'match', app: { metadata: { name: 'b' } }, prefix: '/b' });
    expect(directory.targetOf('uid-b')?.spec.digest).toBe(OLD);
    expect(directory.targetOf('uid-a')).toBeNull();
    expect([resources.reads, reads, asked]).toEqual([[], ['sha256:a'], ['b']]);
    expect(await directory.match(get('/d'))).toBeNull();
    await directory.load();
    expect(directory.targetOf('uid-a')?.spec.digest).toBe(OLD);
    expect(resources.reads).toEqual(['list']);
  });

  it('knows what tabs run that announce themselves, and what a page asks to have started', async () => {
    const { resources, directory, store } = setUp();
    for (const name of ['a', 'b']) store(name, OLD);
    await directory.require(['uid-a', 'uid-gone']);
    expect(directory.targetOf('uid-a')?.spec.digest).toBe(OLD);
    expect((await directory.find('default', 'b'))?.metadata.uid).toBe('uid-b');
    expect(directory.targetOf('uid-b')?.spec.digest).toBe(OLD);
    expect(await directory.find('default', 'c')).toBeNull();
    expect(resources.reads).toEqual(['get b', 'get c']);
  });

  it('asks once for an address, and again when something was written', async () => {
    const { directory, store } = setUp();
    expect(await directory.match(get('/a'))).toBeNull();
    store('a', OLD);
    const other = new BroadcastChannel(CHANGES_CHANNEL);
    const changed = new Promise((resolve) => directory.index.subscribe(resolve));
    other.postMessage({ type: 'resources', resourceVersion: '1' });
    await changed;
    other.close();
    expect(await directory.match(get('/a'))).toMatchObject({ type: 'match' });

    const second = setUp();
    second.store('a', OLD);
    for (let time = 0; time < 3; time += 1) expect(await second.directory.match(get('/a/b'))).toMatchObject({ type: 'match' });
    expect(second.asked).toEqual(['a']);
  });

  it('reads everything a while after the first request', async () => {
    vi.useFakeTimers();
    try {
      const { resources, directory, store } = setUp();
      store('a', OLD);
      await directory.match(get('/a'));
      expect(resources.reads).toEqual([]);
      await vi.advanceTimersByTimeAsync(1_000);
      expect(resources.reads).toEqual(['list']);
    } finally {
      vi.useRealTimers();
    }
  });

  it('decides as the table of all routes does', async () => {
    const { resources, directory } = setUp();
    const specs = [
      [{ path: '/' }],
      [{ path: '/a' }, { path: '/a/b/', match: 'exact' as const }],
      [{ path: '/a/b' }],
      [{ path: '/a/b', match: 'exact' as const, methods: ['POST'] }],
      [{ path: '/%7Ea%2fb/c' }],
      [{ path: '/a', host: 'localhost' }],
      [{ path: '/d', methods: ['PUT'] }],
      [{ path: '//' }],
      [{ path: '/a/b/c', host: 'other.test' }],
    ];
    specs.forEach((routes, index) => void resources.put(makeApp({ name: `app-${index}`, spec: { source: { digest: OLD }, routes } })));
    const table = new RouteTable(resources.all(), '/');
    const paths = ['/', '/a', '/a/', '/a/b', '/a/b/', '/a/b/c/d', '/~a%2Fb/c/x', '/d/e', '//', '//x', '/x', `/${'s/'.repeat(100)}`, '/A', '/a%2Fb'];
    for (const path of paths) {
      for (const method of ['GET', 'POST', 'DELETE']) {
        for (const url of [`http://localhost${path}`, `http://other.test:8080${path}`]) {
          expect(await directory.match({ method, url }), `${method} ${url}`).toEqual(table.match({ method, url }));
        }
      }
    }
    await expect(directory.match({ method: 'GET', url: 'nonsense' })).rejects.toThrow('not an absolute URL');
  });
});
