import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { limitStorage } from './harness/cdp.ts';
import { launchBrowser, type TestBrowser } from './harness/launch.ts';
import type {} from './store-lab.ts';

/** The repositories on the real IndexedDB, in a page without service worker or panel. Each test has a page and databases of its own. */
let script: string;
let server: Server;
let browser: TestBrowser;
let page: Page;

beforeAll(async () => {
  const entry = fileURLToPath(new URL('./store-lab.ts', import.meta.url));
  const [bundle] = [
    await build({
      configFile: false,
      logLevel: 'warn',
      build: { write: false, minify: false, target: 'esnext', lib: { entry, formats: ['es'], fileName: 'lab' } },
    }),
  ].flat();
  if (!bundle || !('output' in bundle)) throw new Error('the build of the store lab gave no output');
  script = bundle.output[0].code;
  browser = await launchBrowser();
});

// An origin of its own for every test: the browser's view of the free space is per origin, and is cached.
beforeEach(async () => {
  server = createServer((_request, response) => response.setHeader('content-type', 'text/html').end('<!doctype html><title>store</title>'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  page = await browser.context.newPage();
  await page.goto(address());
  await page.addScriptTag({ type: 'module', content: script });
  await page.waitForFunction(() => 'storeLab' in globalThis);
});

afterEach(async () => {
  await page.close();
  server.closeAllConnections();
  server.close();
  browser.console.settle();
});

afterAll(() => browser?.close());

function address(): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

describe('database', () => {
  it('migrates from nothing', async () => {
    const [names, list] = await page.evaluate(async () => {
      const store = storeLab.openStore();
      await store.open();
      return [(await indexedDB.databases()).length, await store.resources.list('App')] as const;
    });
    expect(names).toBe(1);
    expect(list).toEqual({ items: [], resourceVersion: '0' });
  });

  it('leaves nothing of an upgrade that failed half-way', async () => {
    const result = await page.evaluate(async () => {
      const { Database, MIGRATIONS, refusal, openStore } = storeLab;
      const name = 'half';
      const before = openStore(name);
      await before.modules.put(storeLab.makeReport(), new Blob(['wasm']), null);
      const broken = new Database({
        name,
        migrations: [
          ...MIGRATIONS,
          async (database, transaction) => {
            database.createObjectStore('extra');
            await transaction.objectStore('modules').count();
            throw new Error('step two broke');
          },
        ],
      });
      const error = await refusal(broken.open());
      const [{ version = 0 } = {}] = await indexedDB.databases();
      return { error, isAsBefore: version === MIGRATIONS.length, modules: (await before.modules.list()).length };
    });
    expect(result).toMatchObject({ error: { code: 'storage-failed', message: expect.stringContaining('step two broke') }, isAsBefore: true, modules: 1 });
  });

  it('finds the Apps of a database that knew no routes yet', async () => {
    const found = await page.evaluate(async () => {
      const { Database, MIGRATIONS, makeApp, openStore } = storeLab;
      const first = new Database({ name: 'without routes', migrations: MIGRATIONS.slice(0, 1) });
      await first.write(['resources'], { what: 'an App of before' }, true, async (transaction) => {
        await transaction.objectStore('resources').put(makeApp('old', { routes: [{ path: '/old', match: 'prefix' }] }));
        await transaction.objectStore('resources').put({ ...makeApp('other'), kind: 'Other' });
      });
      first.close();
      const store = openStore('without routes');
      const apps = await store.appRoutes.appsAt([' prefix /old', ' prefix ']);
      return apps.map(({ metadata }) => metadata.name);
    });
    expect(found).toEqual(['old']);
  });

  it('keeps the logs of a database that had a record a line', async () => {
    const found = await page.evaluate(async () => {
      const { Database, MIGRATIONS, openStore } = storeLab;
      const first = new Database({ name: 'a record a line', migrations: MIGRATIONS.slice(0, 3) });
      await first.write(['logs', 'logHeads'], { what: 'a log of before' }, true, async (transaction) => {
        const line = (app: string, sequence: number) => ({
          namespace: 'default',
          app,
          sequence,
          atMs: sequence,
          stream: 'stderr',
          text: `${app} ${sequence}`,
          instance: 'i',
        });
        for (let sequence = 501; sequence <= 2_600; sequence++) void transaction.objectStore('logs').put(line('long', sequence) as never);
        void transaction.objectStore('logs').put(line('short', 1) as never);
        void transaction.objectStore('logHeads').put({ namespace: 'default', app: 'long', lastSequence: 2_600 });
        await transaction.objectStore('logHeads').put({ namespace: 'default', app: 'short', lastSequence: 1 });
      });
      first.close();
      const { logs } = openStore('a record a line');
      const long = await logs.tail('default', 'long', 10_000);
      await logs.append('default', 'short', [{ atMs: 2, stream: 'stdout', text: 'new', instance: 'j' }]);
      return {
        isWhole: long.length === 2_100 && long.every(({ sequence, text }, index) => sequence === 501 + index && text === `long ${sequence}`),
        short: await logs.tail('default', 'short', 10),
      };
    });
    expect(found).toEqual({
      isWhole: true,
      short: [
        { sequence: 1, atMs: 1, stream: 'stderr', text: 'short 1', instance: 'i' },
        { sequence: 2, atMs: 2, stream: 'stdout', text: 'new', instance: 'j' },
      ],
    });
  });

  it('makes way for an upgrade in another realm, and then says that it is too old', async () => {
    const result = await page.evaluate(async () => {
      const { Database, MIGRATIONS, refusal, openStore } = storeLab;
      const old = openStore('way');
      await old.open();
      let wasBlocked = false;
      const newer = new Database({
        name: 'way',
        migrations: [...MIGRATIONS, (database) => void database.createObjectStore('extra')],
        onBlocked: () => {
          wasBlocked = true;
        },
      });
      await newer.open();
      return { wasBlocked, error: await refusal(old.modules.list()) };
    });
    expect(result).toMatchObject({ wasBlocked: false, error: { code: 'protocol-mismatch' } });
  });

  it('says so when the browser refuses to store more, and keeps nothing of it', async () => {
    await limitStorage(browser.context, address(), 5_000_000);
    const result = await page.evaluate(async () => {
      const { refusal, makeReport, makeApp } = storeLab;
      const store = storeLab.openStore();
      const module = await refusal(store.modules.put(makeReport(), new Blob([new Uint8Array(20_000_000)]), null));
      // Random, for the browser compresses what it stores.
      const text = Array.from({ length: 300 }, () =>
        String.fromCharCode(...crypto.getRandomValues(new Uint16Array(30_000)).map((unit) => 0x4e00 + (unit % 20_000))),
      );
      const app = await refusal(store.resources.create(makeApp('big', { text: text.join('') })));
      return { module, app, modules: await store.modules.list(), apps: await store.resources.list('App') };
    });
    await limitStorage(browser.context, address(), null);
    expect(result.module).toMatchObject({ code: 'storage-full', details: { sizeBytes: 20_000_000 } });
    expect(result.app).toMatchObject({ code: 'storage-full', message: expect.stringContaining('App default/big') });
    expect([result.modules, result.apps]).toEqual([[], { items: [], resourceVersion: '0' }]);
  });
});

describe('resources', () => {
  it('lets one of two writers win, over two connections', async () => {
    const result = await page.evaluate(async () => {
      const [a, b] = [storeLab.openStore('race'), storeLab.openStore('race')];
      const one = await a.resources.create(storeLab.makeApp('one'));
      const again = await storeLab.refusal(b.resources.create(storeLab.makeApp('one')));
      const write = (store: typeof a, abi: 'wagi' | 'wasi-http') =>
        storeLab.refusal(store.resources.replace({ ...one, spec: { ...one.spec, abi } }, { resourceVersion: one.metadata.resourceVersion }));
      const outcomes = await Promise.all([write(a, 'wagi'), write(b, 'wasi-http')]);
      const stored = await a.resources.get(storeLab.KEY);
      return { again: again.code, outcomes: outcomes.map(({ code }) => code).sort(), metadata: stored?.metadata };
    });
    expect(result).toMatchObject({ again: 'resource-exists', outcomes: ['none', 'resource-conflict'], metadata: { generation: 2, resourceVersion: '2' } });
  });

  it('finds Apps by their routes and uids, as they were written last', async () => {
    const seen = await page.evaluate(async () => {
      const { makeApp, openStore } = storeLab;
      const store = openStore();
      const namesAt = async (...keys: string[]) => (await store.appRoutes.appsAt(keys)).map(({ metadata }) => metadata.name).sort();
      const routes = (...paths: string[]) => ({ routes: paths.map((path) => ({ path, match: 'prefix' })) });
      const one = await store.resources.create(makeApp('one', routes('/one', '/both')));
      await store.resources.create(makeApp('two', { routes: [{ path: '/both', match: 'exact', host: 'b.test' }] }));
      const first = [await namesAt(' prefix /one'), await namesAt(' prefix /one', ' prefix /both', 'b.test exact /both'), await namesAt(' exact /one')];
      await store.resources.replace({ ...one, spec: { ...one.spec, ...routes('/moved') } as typeof one.spec }, {});
      const moved = [await namesAt(' prefix /one'), await namesAt(' prefix /moved')];
      const byUid = (await store.appRoutes.appsOf([one.metadata.uid, 'nobody'])).map(({ metadata }) => metadata.generation);
      await store.resources.delete({ kind: 'App', namespace: 'default', name: 'one' });
      const gone = [await namesAt(' prefix /moved'), await store.appRoutes.appsOf([one.metadata.uid])];
      await store.erase();
      return { first, moved, byUid, gone, erased: await namesAt('b.test exact /both') };
    });
    expect(seen).toEqual({ first: [['one'], ['one', 'two'], []], moved: [[], ['one']], byUid: [2], gone: [[], []], erased: [] });
  });

  it('lists more resources than it reads at once', async () => {
    const names = await page.evaluate(async () => {
      const { Database, makeApp, openStore } = storeLab;
      const store = openStore('many');
      await store.open();
      const database = new Database({ name: 'many' });
      await database.write(['resources'], { what: 'many Apps' }, true, async (transaction) => {
        for (let number = 0; number < 1_100; number += 1) {
          await transaction
            .objectStore('resources')
            .put({ ...makeApp(`app-${number}`), metadata: { ...makeApp('').metadata, name: `app-${number}`, namespace: number % 2 ? 'a' : 'b' } });
        }
      });
      const inA = (await store.resources.list('App', 'a')).items;
      return {
        all: new Set((await store.resources.list('App')).items.map(({ metadata }) => metadata.name)).size,
        inA: inA.length,
        namespaces: [...new Set(inA.map(({ metadata }) => metadata.namespace))],
      };
    });
    expect(names).toEqual({ all: 1_100, inA: 550, namespaces: ['a'] });
  });

  it('loses no status of many writers', async () => {
    const status = await page.evaluate(async () => {
      const stores = [storeLab.openStore('many'), storeLab.openStore('many')] as const;
      await stores[0].resources.create(storeLab.makeApp('one'));
      const count = (index: number) =>
        storeLab.updateStatus(stores[index % 2 === 0 ? 0 : 1].resources, storeLab.KEY, (current) => ({ n: ((current.status as { n?: number })?.n ?? 0) + 1 }));
      await Promise.all([0, 1, 2, 3, 4, 5, 6, 7].map(count));
      return (await stores[1].resources.get(storeLab.KEY))?.status;
    });
    expect(status).toEqual({ n: 8 });
  });

  it('counts one version per change, raises the generation with the spec, and tells watches of all of it', async () => {
    const result = await page.evaluate(async () => {
      const { resources } = storeLab.openStore();
      const one = await resources.create(storeLab.makeApp('one'));
      const same = await resources.replace(one, {});
      const status = await resources.updateStatus(storeLab.KEY, { conditions: [] }, {});
      await resources.updateStatus(storeLab.KEY, { conditions: [] }, {});
      const changed = await resources.replace({ ...status, spec: { routes: [], changed: true } }, { resourceVersion: status.metadata.resourceVersion });
      const wrongUid = await storeLab.refusal(resources.delete(storeLab.KEY, { uid: 'other' }));
      await resources.delete(storeLab.KEY);
      const gone = await storeLab.refusal(resources.delete(storeLab.KEY));
      const { changes, resourceVersion } = await resources.changesSince('App', '0');
      const future = await storeLab.refusal(resources.changesSince('App', '99'));
      return {
        versions: [one, same, status, changed].map(({ metadata }) => `${metadata.resourceVersion}/${metadata.generation}`),
        codes: [wrongUid.code, gone.code, future.code],
        changes: changes.map(({ type, object, specChanged }) => `${type} ${object.metadata.resourceVersion} ${specChanged}`),
        resourceVersion,
      };
    });
    expect(result).toEqual({
      versions: ['1/1', '1/1', '2/1', '3/2'],
      codes: ['resource-conflict', 'resource-not-found', 'watch-expired'],
      changes: ['ADDED 1 true', 'MODIFIED 2 false', 'MODIFIED 3 true', 'DELETED 4 true'],
      resourceVersion: '4',
    });
  });

  it('keeps changes within bounds, and refuses watches from before them', async () => {
    const result = await page.evaluate(async () => {
      const { resources } = storeLab.openStore();
      await resources.create(storeLab.makeApp('one'));
      for (let index = 0; index < 5; index += 1) await resources.updateStatus(storeLab.KEY, { text: `${index}`.repeat(5_000_000) }, {});
      const tooOld = await storeLab.refusal(resources.changesSince('App', '1'));
      return [tooOld.code, (await resources.changesSince('App', '4')).changes.length];
    });
    expect(result).toEqual(['watch-expired', 2]);
  });

  it('announces what it wrote, after it was written', async () => {
    const seen = await page.evaluate(async () => {
      const [writer, reader] = [storeLab.openStore('news'), storeLab.openStore('news')];
      const news = new Promise<string | undefined>((resolve) =>
        reader.changes.subscribe(async (message) => {
          if (message.type === 'resources') resolve(`${message.resourceVersion} ${(await reader.resources.get(storeLab.KEY))?.metadata.name}`);
        }),
      );
      await writer.resources.create(storeLab.makeApp('one'));
      return news;
    });
    expect(seen).toBe('1 one');
  });
});

describe('modules', () => {
  it('are stored once, with their artifact, and not deleted while an App uses them', async () => {
    const result = await page.evaluate(async () => {
      const { DIGEST, makeReport, makeApp, refusal } = storeLab;
      const store = storeLab.openStore();
      const artifact = { transpiler: 't@1', source: 'js', cores: [{ name: 'core0', bytes: new Uint8Array([7, 8]) }], imports: ['i'], exports: ['e'] };
      const unpushed = await refusal(store.resources.create(makeApp('one'), { requiredModule: DIGEST }));
      const first = await store.modules.put(makeReport(), new Blob(['wasm']), artifact);
      const second = await store.modules.put(makeReport({ createdAtMs: 9, summary: 'judged anew' }), new Blob(['wasm']), null);
      await store.resources.create(makeApp('one'), { requiredModule: DIGEST });
      const used = await refusal(store.modules.delete(DIGEST));
      const read = await store.artifacts.get(DIGEST, 't@1');
      const bytes = await (await store.modules.getBlob(DIGEST))?.text();
      await store.resources.delete(storeLab.KEY);
      const deleted = [await store.modules.delete(DIGEST), await store.modules.delete(DIGEST)];
      return {
        unpushed: unpushed.code,
        created: [first.created, second.created],
        report: second.report,
        used,
        core: [...(read?.cores[0]?.bytes ?? [])],
        bytes,
        deleted,
        left: [await store.artifacts.transpilersOf(DIGEST), await store.modules.list()],
      };
    });
    expect(result).toMatchObject({
      unpushed: 'resource-invalid',
      created: [true, false],
      report: { createdAtMs: 1, summary: 'judged anew' },
      used: { code: 'module-in-use', details: { apps: ['default/one'] } },
      core: [7, 8],
      bytes: 'wasm',
      deleted: [true, false],
      left: [[], []],
    });
  });
});

describe('logs, kept requests, cookies', () => {
  it('keeps the last 10,000 lines of an App', async () => {
    const result = await page.evaluate(async () => {
      const { logs } = storeLab.openStore();
      const lines = (from: number, count: number) =>
        Array.from({ length: count }, (_, index) => ({ atMs: 0, stream: 'stdout' as const, text: `${from + index}`, instance: 'i' }));
      await logs.append('default', 'one', lines(1, 9_999));
      await logs.append('default', 'one', lines(10_000, 6));
      await logs.append('default', 'two', lines(1, 10_500));
      const all = await logs.tail('default', 'one', 20_000);
      const two = await logs.tail('default', 'two', 20_000);
      const after = await logs.after('default', 'one', 10_003);
      const [few, page] = [await logs.tail('default', 'one', 3), await logs.after('default', 'one', 4_321, 1_500)];
      await logs.append('default', 'one', lines(10_006, 2_000));
      const moved = await logs.tail('default', 'one', 20_000);
      await logs.delete('default', 'one');
      return {
        all: [all.length, all[0]?.text, all.at(-1)?.sequence],
        two: [two.length, two[0]?.text, two[0]?.sequence],
        after: after.map(({ text }) => text),
        few: few.map(({ text }) => text),
        page: [page.length, page[0]?.text, page.at(-1)?.text],
        moved: [moved.length, moved[0]?.text, moved.at(-1)?.sequence],
        left: (await logs.heads()).map(({ app }) => app),
      };
    });
    expect(result).toEqual({
      all: [10_000, '6', 10_005],
      two: [10_000, '501', 501],
      after: ['10004', '10005'],
      few: ['10003', '10004', '10005'],
      page: [1_500, '4322', '5821'],
      moved: [10_000, '2006', 12_005],
      left: ['two'],
    });
  });

  it('gives a kept request to one taker, and forgets old ones', async () => {
    const result = await page.evaluate(async () => {
      const { keptRequests } = storeLab.openStore();
      const kept = (id: string, createdAtMs: number) => ({ id, method: 'POST', url: 'http://x/', headers: [], body: new Blob(['body']), createdAtMs });
      await keptRequests.put(kept('new', 1_000_000));
      await keptRequests.put(kept('old', 1));
      const expired = await keptRequests.expire(1_000_000);
      const taken = await Promise.all([keptRequests.take('new'), keptRequests.take('new')]);
      return [expired, taken.filter(Boolean).length, await taken.find(Boolean)?.body?.text(), await keptRequests.take('old')];
    });
    expect(result).toEqual([1, 1, 'body', null]);
  });

  it('writes and removes cookies', async () => {
    const names = await page.evaluate(async () => {
      const { cookies } = storeLab.openStore();
      const cookie = { domain: 'x', path: '/', name: 'a', value: 'v', hostOnly: true, secure: false, httpOnly: false, sameSite: 'lax' as const };
      const times = { expiresAtMs: null, createdAtMs: 1, createdIndex: 1, lastAccessedAtMs: 1 };
      await cookies.write({
        put: [
          { ...cookie, ...times },
          { ...cookie, ...times, name: '' },
        ],
        remove: [['y', '/', 'absent']],
      });
      await cookies.write({ put: [], remove: [['x', '/', 'a']] });
      return (await cookies.loadAll()).map(({ name }) => name);
    });
    expect(names).toEqual(['']);
  });
});

describe('an origin over its quota', () => {
  it('can still be emptied', async () => {
    await limitStorage(browser.context, address(), 24_000_000);
    const said = await page.evaluate(async () => {
      const { DIGEST, makeReport, refusal, openStore } = storeLab;
      const noise = (length: number) => {
        const bytes = new Uint8Array(length);
        for (let at = 0; at < length; at += 65_536) crypto.getRandomValues(bytes.subarray(at, at + 65_536));
        return bytes;
      };
      const store = openStore();
      const name = { namespace: 'default', store: 'one' };
      await store.keyValues.set(name, 'small', noise(1));
      // IndexedDB does not learn of what other parts of the origin took meanwhile until it finds no room.
      await (await caches.open('other')).put('/other', new Response(noise(12_000_000)));
      await store.modules.put(makeReport(), new Blob([noise(16_000_000)]), null);
      for (let index = 0; index < 12 && (await refusal(store.keyValues.set(name, `large ${index}`, noise(1_000_000)))).code === 'none'; index += 1);
      const { code } = await refusal(store.keyValues.set(name, 'more', noise(1)));
      const erased = await store.erase();
      return {
        code,
        erased,
        module: await store.modules.get(DIGEST),
        stores: await store.keyValues.list(),
        again: await refusal(store.keyValues.set(name, 'more', noise(1))),
      };
    });
    await limitStorage(browser.context, address(), null);
    expect(said).toMatchObject({ code: 'storage-full', erased: { modules: 1, keyValueStores: 1 }, module: null, stores: [], again: { code: 'none' } });
  });
});

describe('data of Apps', () => {
  it('has room in a database of before', async () => {
    const found = await page.evaluate(async () => {
      const { Database, MIGRATIONS, openStore } = storeLab;
      const first = new Database({ name: 'without data', migrations: MIGRATIONS.slice(0, 4) });
      await first.open();
      first.close();
      const store = openStore('without data');
      await store.volumes.ensure({ namespace: 'default', name: 'one' });
      await store.volumes.writeFile({ namespace: 'default', name: 'one' }, 'a', new Uint8Array([1, 2]));
      await store.keyValues.set({ namespace: 'default', store: 'one' }, 'key', new Uint8Array([1]));
      await store.blobs.create({ namespace: 'default', container: 'one' });
      return [
        await store.keyValues.list(),
        (await store.blobs.containers()).length,
        (await store.volumes.list('default')).map(({ name, sizeBytes }) => [name, sizeBytes]),
      ];
    });
    expect(found).toEqual([[{ namespace: 'default', name: 'one', keys: 1, sizeBytes: 4 }], 1, [['one', 2]]]);
  });

  it('is bounded by keys and bytes, and what makes room is never refused', async () => {
    const said = await page.evaluate(async () => {
      const { Database, KeyValueRepository, refusal } = storeLab;
      const store = new KeyValueRepository(new Database({ name: 'small' }), { keys: 2, sizeBytes: 20 });
      const name = { namespace: 'default', store: 'small' };
      const bytes = (length: number) => new Uint8Array(length);
      const said: unknown[] = [];
      const tell = async (work: Promise<unknown>) => said.push((await refusal(work)).message);
      await tell(
        store.setMany(name, [
          ['a', bytes(1)],
          ['b', bytes(1)],
          ['c', bytes(1)],
        ]),
      );
      said.push(await store.list());
      await tell(
        store.setMany(name, [
          ['a', bytes(9)],
          ['b', bytes(9)],
        ]),
      );
      await tell(store.set(name, 'c', bytes(0)));
      await tell(store.set(name, 'a', bytes(10)));
      await tell(store.increment(name, 'c', 1n));
      await tell(store.set(name, 'a', bytes(8)));
      await tell(store.delete(name, ['b', 'nothing']));
      await tell(store.set(name, 'c', bytes(9)));
      said.push(await store.list());
      return said;
    });
    const [done, keys, size] = [
      'it was not refused',
      'the key-value store small is full: it may hold 2 keys',
      'the key-value store small is full: it may hold 20 bytes',
    ];
    expect(said).toEqual([keys, [], done, keys, size, keys, done, done, done, [{ namespace: 'default', name: 'small', keys: 2, sizeBytes: 19 }]]);
  });

  it('is bounded in containers by objects and bytes', async () => {
    const said = await page.evaluate(async () => {
      const { BlobRepository, Database, refusal } = storeLab;
      const blobs = new BlobRepository(new Database({ name: 'small blobs' }), { objects: 2, sizeBytes: 20 });
      const container = { namespace: 'default', container: 'small' };
      const object = (name: string) => ({ ...container, name });
      const blob = (length: number) => new Blob([new Uint8Array(length)]);
      await blobs.create(container);
      const said: unknown[] = [];
      const tell = async (work: Promise<unknown>) => said.push((await refusal(work)).message);
      await tell(blobs.put([object('a'), object('b')], blob(9)));
      await tell(blobs.put([object('a')], blob(10)));
      await tell(blobs.put([object('c')], blob(0)));
      await tell(blobs.copy(object('a'), object('c'), false));
      await tell(blobs.put([object('a')], blob(8)));
      await tell(blobs.delete([object('b')]));
      await tell(blobs.copy(object('a'), object('c'), true));
      const { createdAtMs: _, ...usage } = (await blobs.containers())[0] ?? { createdAtMs: 0 };
      return [...said, usage];
    });
    const [done, objects, size] = [
      'it was not refused',
      'the container small is full: it may hold 2 objects',
      'the container small is full: it may hold 20 bytes',
    ];
    expect(said).toEqual([done, size, objects, objects, done, done, done, { namespace: 'default', name: 'small', objects: 1, sizeBytes: 9 }]);
  });
});
