import { describe, expect, it } from 'vitest';
import type { App, Route } from '../../../src/core/app.ts';
import { RouteTable } from '../../../src/http/route-table.ts';

type RouteInput = Partial<Route> & { path: string };

function app(name: string, routes: RouteInput[], created = '2026-01-01T00:00:00Z', uid = name): App {
  return {
    apiVersion: 'swerve.dev/v1',
    kind: 'App',
    metadata: { name, namespace: 'default', uid, resourceVersion: '1', generation: 1, creationTimestamp: created },
    spec: { routes: routes.map((route) => ({ match: 'prefix', ...route })) } as unknown as App['spec'],
  };
}

function at(table: RouteTable, url: string, method = 'GET') {
  const found = table.match({ method, url: new URL(url, 'http://localhost:5000').href });
  if (found === null) return null;
  if (found.type === 'method-not-allowed') return { allow: found.allow };
  return { app: found.app.metadata.name, prefix: found.prefix, path: found.pathWithQuery };
}

describe('RouteTable.match', () => {
  const hello = new RouteTable([app('hello', [{ path: '/hello' }])], '/');
  it.each([
    ['/hello', { app: 'hello', prefix: '/hello', path: '/hello' }],
    ['/hello/', { app: 'hello', prefix: '/hello', path: '/hello/' }],
    ['/hello/x/y?z=%20a', { app: 'hello', prefix: '/hello', path: '/hello/x/y?z=%20a' }],
    ['/hello?x', { app: 'hello', prefix: '/hello', path: '/hello?x' }],
    ['/hello#frag', { app: 'hello', prefix: '/hello', path: '/hello' }],
    ['/helloworld', null],
    ['/Hello', null],
    ['/', null],
    ['/x/hello', null],
    ['/x/../hello', { app: 'hello', prefix: '/hello', path: '/hello' }],
    ['/%68ello/%41', { app: 'hello', prefix: '/%68ello', path: '/%68ello/%41' }],
    ['/hello%2Fx', null],
    ['//hello', null],
  ])('whole segments: %s', (url, expected) => {
    expect(at(hello, url.startsWith('//') ? `http://localhost:5000${url}` : url)).toEqual(expected);
  });

  it.each([
    // route path, request path, matches
    ['/a b', '/a%20b', true],
    ['/%7euser', '/~user', true],
    ['/caf\u00e9', '/caf%c3%a9', true],
    ['/caf%C3%A9', '/caf\u00e9/x', true],
    ['/a%2fb', '/a%2Fb', true],
    ['/a%2Fb', '/a/b', false],
    ['/a:b/*', '/a:b/*', true],
    ['/a:b', '/axb', false],
    ['/trailing/', '/trailing', true],
    ['/trailing/', '/trailing/x', true],
  ])('escapes are compared in one spelling: %s, %s', (path, url, matches) => {
    expect(at(new RouteTable([app('a', [{ path }])], '/'), url) !== null).toBe(matches);
  });

  it.each([
    [undefined, '/sub/hello/x?y', { app: 'a', prefix: '/sub/hello', path: '/hello/x?y' }],
    ['/', '/sub/hello/x?y', { app: 'a', prefix: '/sub/hello', path: '/x?y' }],
    ['/', '/sub/hello', { app: 'a', prefix: '/sub/hello', path: '/' }],
    ['/', '/sub/hello/', { app: 'a', prefix: '/sub/hello', path: '/' }],
    ['/v2', '/sub/hello/x', { app: 'a', prefix: '/sub/hello', path: '/v2/x' }],
    ['/v2/', '/sub/hello/x', { app: 'a', prefix: '/sub/hello', path: '/v2/x' }],
    ['/v2', '/sub/hello?q', { app: 'a', prefix: '/sub/hello', path: '/v2?q' }],
    ['/', '/sub/%68ello//x%2f', { app: 'a', prefix: '/sub/%68ello', path: '//x%2f' }],
    ['/', '/hello', null],
    ['/', '/sub', null],
    ['/', '/subhello/hello', null],
  ])('base /sub/, rewrite %s: %s', (rewrite, url, expected) => {
    const table = new RouteTable([app('a', [{ path: '/hello', ...(rewrite === undefined ? {} : { rewrite }) }])], '/sub/');
    expect(at(table, url)).toEqual(expected);
  });

  it('gives a root route the rest, with an empty prefix', () => {
    expect(at(new RouteTable([app('root', [{ path: '/' }])], '/'), '/any/thing')).toEqual({ app: 'root', prefix: '', path: '/any/thing' });
    expect(at(new RouteTable([app('root', [{ path: '/', rewrite: '/in' }])], '/sub/'), '/sub/any')).toEqual({ app: 'root', prefix: '/sub', path: '/in/any' });
  });

  it('rewrites an exact route as a whole', () => {
    const table = new RouteTable([app('a', [{ path: '/x/y', match: 'exact', rewrite: '/index.php' }])], '/');
    expect(at(table, '/x/y?q')).toEqual({ app: 'a', prefix: '/x/y', path: '/index.php?q' });
    expect(at(table, '/x/y/')).toBeNull();
  });

  const precedence = new RouteTable(
    [
      app('root', [{ path: '/' }]),
      app('short', [{ path: '/a' }]),
      app('long', [{ path: '/a/b/c' }]),
      app('exact', [{ path: '/a/b/c', match: 'exact' }]),
      app('host', [{ path: '/a', host: 'Example.test' }]),
      app('port', [{ path: '/a', host: 'example.test:8080' }]),
      app('young', [{ path: '/tie' }], '2026-02-01T00:00:00Z', '1'),
      app('old', [{ path: '/tie' }], '2026-01-01T00:00:00Z', '9'),
      app('twin-b', [{ path: '/twin' }], '2026-01-01T00:00:00Z', 'b'),
      app('twin-a', [{ path: '/twin' }], '2026-01-01T00:00:00Z', 'a'),
    ],
    '/',
  );
  it.each([
    ['/a/b', 'short'],
    ['/a/b/c', 'exact'],
    ['/a/b/c/', 'long'],
    ['/a/b/c/d/e/f/g/h', 'long'],
    ['/b', 'root'],
    ['http://example.test/a/x', 'host'],
    ['http://EXAMPLE.test:8080/a', 'port'],
    ['http://example.test:9000/a', 'host'],
    ['http://other.test/a', 'short'],
    ['http://example.test/a/b/c', 'exact'],
    ['/tie', 'old'],
    ['/twin', 'twin-a'],
  ])('longest, exact, named host, older: %s goes to %s', (url, expected) => {
    expect(at(precedence, url)).toMatchObject({ app: expected });
  });

  const methods = new RouteTable(
    [
      app('all', [{ path: '/a' }]),
      app('get', [{ path: '/a/b', methods: ['get'] }]),
      app('post', [{ path: '/only', methods: ['POST'] }]),
      app('put', [{ path: '/only/x', methods: ['PUT', 'GET'] }]),
    ],
    '/',
  );
  it.each([
    ['GET', '/a/b', { app: 'get' }],
    ['HEAD', '/a/b', { app: 'get' }],
    ['POST', '/a/b', { app: 'all' }],
    ['GET', '/only', { allow: ['POST'] }],
    ['DELETE', '/only/x', { allow: ['GET', 'HEAD', 'POST', 'PUT'] }],
    ['POST', '/only/x', { app: 'post' }],
    ['BREW', '/nothing', null],
  ])('method lists: %s %s', (method, url, expected) => {
    const found = at(methods, url, method);
    if (expected === null) expect(found).toBeNull();
    else expect(found).toMatchObject(expected);
  });

  it('refuses what is no absolute URL', () => {
    expect(() => hello.match({ method: 'GET', url: '/hello' })).toThrow(expect.objectContaining({ code: 'request-invalid' }));
  });

  it('bounds the work of a very deep path', () => {
    expect(at(hello, `/hello${'/x'.repeat(50_000)}`)).toMatchObject({ app: 'hello' });
  });
});

describe('RouteTable.clashesOf', () => {
  const clashes = (apps: App[]) => {
    const table = new RouteTable(apps, '/');
    return apps.flatMap((one) => table.clashesOf(one)).map(({ app: loser, route, other }) => [loser.metadata.name, route.path, other.metadata.name]);
  };
  const young = (name: string, routes: RouteInput[]) => app(name, routes, '2026-03-01T00:00:00Z');
  it.each<[string, App[], string[][]]>([
    ['same path', [young('b', [{ path: '/x' }]), app('a', [{ path: '/x/' }])], [['b', '/x', 'a']]],
    ['other spelling', [app('a', [{ path: '/%7ex' }]), young('b', [{ path: '/~x' }])], [['b', '/~x', 'a']]],
    ['exact and prefix differ', [app('a', [{ path: '/x' }]), young('b', [{ path: '/x', match: 'exact' }])], []],
    ['hosts differ', [app('a', [{ path: '/x' }]), young('b', [{ path: '/x', host: 'h' }])], []],
    ['hosts agree in another case', [app('a', [{ path: '/x', host: 'H' }]), young('b', [{ path: '/x', host: 'h' }])], [['b', '/x', 'a']]],
    ['methods apart', [app('a', [{ path: '/x', methods: ['GET'] }]), young('b', [{ path: '/x', methods: ['POST'] }])], []],
    ['methods overlap', [app('a', [{ path: '/x', methods: ['GET', 'PUT'] }]), young('b', [{ path: '/x', methods: ['PUT'] }])], [['b', '/x', 'a']]],
    ['list and all', [app('a', [{ path: '/x', methods: ['GET'] }]), young('b', [{ path: '/x' }])], [['b', '/x', 'a']]],
    ['within one App', [app('a', [{ path: '/x' }, { path: '/x' }])], []],
  ])('%s', (_name, apps, expected) => {
    expect(clashes(apps)).toEqual(expected);
  });

  it('names the oldest of several', () => {
    const [first, second, third] = ['2026-01-01', '2026-01-02', '2026-01-03'].map((day, i) => app(`app-${i}`, [{ path: '/x' }], `${day}T00:00:00Z`));
    expect(clashes([third, first, second] as App[])).toEqual([
      ['app-2', '/x', 'app-0'],
      ['app-1', '/x', 'app-0'],
    ]);
  });

  it('takes an App as it is given, not as the table has it', () => {
    const table = new RouteTable([app('old', [{ path: '/x' }]), young('b', [{ path: '/y' }])], '/');
    expect(table.clashesOf(young('b', [{ path: '/x' }])).map(({ other }) => other.metadata.name)).toEqual(['old']);
    expect(table.clashesOf(young('b', [{ path: '/y' }]))).toEqual([]);
  });
});

describe('a RouteTable that changes', () => {
  const elder = app('elder', [{ path: '/x' }, { path: '/x/deep', match: 'exact' }]);
  const younger = app('younger', [{ path: '/x' }, { path: '/other', host: 'shop.test' }], '2026-03-01T00:00:00Z');

  it('gives a route to the next older App when its holder goes, and back when it returns', () => {
    const table = new RouteTable([younger, elder], '/');
    expect(at(table, '/x')).toMatchObject({ app: 'elder' });
    table.delete('elder');
    expect(at(table, '/x')).toMatchObject({ app: 'younger' });
    expect(at(table, '/x/deep')).toMatchObject({ app: 'younger', prefix: '/x' });
    table.set(elder);
    expect(at(table, '/x')).toMatchObject({ app: 'elder' });
    expect(at(table, '/x/deep')).toMatchObject({ prefix: '/x/deep' });
    table.delete('elder');
    table.delete('younger');
    expect(at(table, '/x')).toBe(null);
    expect(table.listed()).toEqual([]);
  });

  it('forgets the routes that an App had before, and serves it as it is now', () => {
    const table = new RouteTable([elder], '/');
    table.set({ ...app('elder', [{ path: '/moved' }]), metadata: { ...elder.metadata, generation: 2 } });
    expect(at(table, '/x')).toBe(null);
    const found = table.match({ method: 'GET', url: 'http://localhost/moved' });
    expect(found?.type === 'match' && found.app.metadata.generation).toBe(2);
    expect(table.listed().map(({ href }) => href)).toEqual(['/moved']);
  });

  it('names those who share a route, of whatever methods', () => {
    const table = new RouteTable([elder, younger, app('apart', [{ path: '/apart' }])], '/');
    const names = (of: App) => [...table.neighboursOf(of)].map(({ metadata }) => metadata.name);
    expect(names(elder)).toEqual(['younger']);
    expect(
      names(
        app('new', [
          { path: '/x/', methods: ['PUT'] },
          { path: '/apart', match: 'exact' },
        ]),
      ),
    ).toEqual(['elder', 'younger']);
  });

  it('is after many changes what it would be if it were made anew', () => {
    const make = (i: number, turn: number) =>
      app(`app-${i}`, [{ path: `/${(i * 7 + turn) % 5}` }, { path: `/${i % 3}`, match: 'exact' }], undefined, `uid-${i}`);
    const table = new RouteTable([], '/');
    const now = new Map<string, App>();
    for (let step = 0; step < 200; step += 1) {
      const next = make((step * 11) % 17, step);
      if (step % 4 === 3) {
        table.delete(next.metadata.uid);
        now.delete(next.metadata.uid);
      } else {
        table.set(next);
        now.set(next.metadata.uid, next);
      }
    }
    const anew = new RouteTable(now.values(), '/');
    for (const path of ['/0', '/1', '/2', '/3', '/4', '/0/x', '/4/x']) expect(at(table, path), path).toEqual(at(anew, path));
    for (const one of now.values()) expect(table.clashesOf(one)).toEqual(anew.clashesOf(one));
    expect(table.listed()).toEqual(anew.listed());
  });
});

describe('RouteTable.listed', () => {
  it('gives public paths', () => {
    expect(new RouteTable([app('a', [{ path: '/x y', host: 'h' }])], '/sub/').listed()).toEqual([
      { href: '/sub/x%20y', app: 'a', namespace: 'default', match: 'prefix', host: 'h' },
    ]);
  });
});

it('prints what a lookup costs as Apps grow', () => {
  for (const count of [10, 1000, 10_000]) {
    const apps = Array.from({ length: count }, (_, i) => app(`app-${i}`, [{ path: `/team-${i % 100}/app-${i}` }], undefined, `uid-${i}`));
    const startedMs = performance.now();
    const table = new RouteTable(apps, '/');
    const builtMs = performance.now() - startedMs;
    const url = `http://localhost/team-${(count - 1) % 100}/app-${count - 1}/deep/er?q`;
    const lookups = 5000;
    const lookupMs = performance.now();
    for (let i = 0; i < lookups; i++) table.match({ method: 'GET', url });
    const perLookupUs = ((performance.now() - lookupMs) / lookups) * 1000;
    console.info(`${count} Apps: built in ${builtMs.toFixed(1)} ms, ${perLookupUs.toFixed(2)} us a lookup`);
    expect(table.match({ method: 'GET', url })).toMatchObject({ app: { metadata: { name: `app-${count - 1}` } } });
  }
});
