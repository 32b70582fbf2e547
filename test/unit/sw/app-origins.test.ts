import { describe, expect, it } from 'vitest';
import type { App, AppSpecInput } from '../../../src/core/app.ts';
import type { OriginMode } from '../../../src/core/app-origin.ts';
import { RouteTable } from '../../../src/http/route-table.ts';
import type { AppDirectory } from '../../../src/sw/app-directory.ts';
import { AppOrigins, movedTo } from '../../../src/sw/app-origins.ts';
import { makeApp } from '../control/app-fixture.ts';

const BASE = new URL('http://swerve.localhost:8080/');
const OWN: OriginMode = { mode: 'own', checkedAtMs: 0 };

function start(apps: App[], mode: OriginMode = OWN) {
  const table = new RouteTable(apps, '/');
  const directory = {
    find: async (namespace: string, name: string) => apps.find(({ metadata }) => metadata.name === name && metadata.namespace === namespace) ?? null,
    routes: async () => table,
  } as unknown as AppDirectory;
  const origins = new AppOrigins({ mode: async () => mode }, BASE, directory);
  return {
    origins,
    at: async (url: string, method = 'GET') => {
      const { app, prefix, pathWithQuery } = await origins.match({ method, url });
      return [app.metadata.name, prefix, pathWithQuery];
    },
  };
}

const app = (name: string, spec: Partial<AppSpecInput> = {}) => makeApp({ name, spec: { routes: [{ path: `/${name}` }], ...spec } });

describe('what is at an origin', () => {
  it('is the App of its name, at its root', async () => {
    const { at } = start([app('hello'), app('other')]);
    expect(await at('http://hello.swerve.localhost:8080/a/b?c')).toEqual(['hello', '', '/a/b?c']);
    expect(await at('http://other.swerve.localhost:8080/hello', 'DELETE')).toEqual(['other', '', '/hello']);
  });

  it('follows the routes of the App that name the host, where there are any', async () => {
    const host = 'hello.swerve.localhost';
    const { at } = start([app('hello', { routes: [{ path: '/hello' }, { path: '/api', host, methods: ['GET'], rewrite: '/' }] })]);
    expect(await at('http://hello.swerve.localhost:8080/api/x')).toEqual(['hello', '/api', '/x']);
    await expect(at('http://hello.swerve.localhost:8080/else')).rejects.toMatchObject({ code: 'route-not-found' });
    await expect(at('http://hello.swerve.localhost:8080/api', 'POST')).rejects.toMatchObject({ code: 'method-not-allowed' });
  });

  it('is whatever names the host, but not what is at any host', async () => {
    const { at } = start([app('any', { routes: [{ path: '/' }] }), app('shop', { routes: [{ path: '/', host: 'buy.swerve.localhost' }] })]);
    expect(await at('http://buy.swerve.localhost:8080/cart')).toEqual(['shop', '', '/cart']);
    await expect(at('http://nobody.swerve.localhost:8080/')).rejects.toMatchObject({ code: 'route-not-found', message: expect.stringContaining('nobody') });
  });

  it('is never another App than that of its name', async () => {
    const { at } = start([app('thief', { routes: [{ path: '/', host: 'bank.swerve.localhost' }] }), app('bank')]);
    expect(await at('http://bank.swerve.localhost:8080/')).toEqual(['bank', '', '/']);
  });

  it('is nothing where the App is on the control origin, and the error says where', async () => {
    const { at } = start([app('hello', { document: { origin: 'shared' } })]);
    await expect(at('http://hello.swerve.localhost:8080/')).rejects.toMatchObject({
      code: 'route-not-found',
      message: expect.stringContaining('http://swerve.localhost:8080/hello'),
    });
    const shared = start([app('hello')], { mode: 'shared', reason: 'no subdomains are served', checkedAtMs: 0 });
    await expect(shared.at('http://hello.swerve.localhost:8080/')).rejects.toMatchObject({ message: expect.stringContaining('no subdomains are served') });
  });
});

describe('where a navigation to a path of the control origin goes', () => {
  const moved = (routes: AppSpecInput['routes'], path: string) => {
    const found = new RouteTable([app('hello', { routes })], '/').match({ method: 'GET', url: new URL(path, BASE).href });
    if (found?.type !== 'match') throw new Error('no route');
    return movedTo('http://hello.swerve.localhost:8080', found, new URL(path, BASE));
  };

  it.each([
    ['/hello', 'http://hello.swerve.localhost:8080/'],
    ['/hello/', 'http://hello.swerve.localhost:8080/'],
    ['/hello/a%20b?c=d', 'http://hello.swerve.localhost:8080/a%20b?c=d'],
  ])('%s: below its only route', (path, target) => expect(moved([{ path: '/hello' }], path)).toBe(target));

  it('the same path where there are several routes', () => {
    expect(moved([{ path: '/a' }, { path: '/b' }], '/b/c?d')).toBe('http://hello.swerve.localhost:8080/b/c?d');
  });

  it('a path that is none but a host of others', () => {
    expect(moved([{ path: '/' }], 'http://swerve.localhost:8080//evil.example/x')).toBe('http://hello.swerve.localhost:8080//evil.example/x');
  });
});
