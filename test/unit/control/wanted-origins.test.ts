import { describe, expect, it } from 'vitest';
import { wantedOrigins } from '../../../src/control/wanted-origins.ts';
import type { App } from '../../../src/core/app.ts';
import { makeApp } from './app-fixture.ts';

const base = new URL('http://swerve.localhost:8080/');
const own = { mode: 'own', checkedAtMs: 0 } as const;
const at = (label: string) => `http://${label}.swerve.localhost:8080`;
const named = (name: string, hosts: string[] = [], metadata: Partial<App['metadata']> = {}) =>
  makeApp({ name, spec: { routes: [{ path: '/x' }, ...hosts.map((host) => ({ path: '/y', host }))] }, ...metadata });
const ownersOf = (...apps: App[]) => Object.fromEntries([...wantedOrigins(apps, base, own)].map(([origin, { app }]) => [origin, app]));

describe('wantedOrigins', () => {
  it('has the origin of each App', () => {
    expect(wantedOrigins([named('hello', [], { namespace: 'team' })], base, own)).toEqual(
      new Map([[at('hello--team'), { namespace: 'team', app: 'hello', uid: 'uid-hello' }]]),
    );
  });

  it('has the hosts of routes, one label below the site and no others', () => {
    const hosts = ['shop.swerve.localhost', 'a.b.swerve.localhost', 'shop.example.com', 'swerve.localhost', 'swerve--probe.swerve.localhost'];
    expect(ownersOf(named('hello', hosts))).toEqual({ [at('hello')]: 'hello', [at('shop')]: 'hello' });
  });

  it('gives a name to the App called so, whoever else names it, and any other to the older App', () => {
    const old = named('old', ['young.swerve.localhost', 'shop.swerve.localhost'], { creationTimestamp: '2025-01-01T00:00:00Z' });
    const young = named('young', ['shop.swerve.localhost', 'old.swerve.localhost']);
    for (const apps of [
      [old, young],
      [young, old],
    ])
      expect(ownersOf(...apps)).toEqual({ [at('old')]: 'old', [at('young')]: 'young', [at('shop')]: 'old' });
  });

  it('has the host that a route names also of an App that shares the origin of the panel, but not one that is its name or that of another', () => {
    const hosts = ['shop.swerve.localhost', 'shared.swerve.localhost', 'hello.swerve.localhost'];
    const spec = { document: { origin: 'shared' as const }, routes: hosts.map((host) => ({ path: '/', host })) };
    expect(ownersOf(makeApp({ name: 'shared', spec }), named('hello'))).toEqual({ [at('shop')]: 'shared', [at('hello')]: 'hello' });
  });

  it('has nothing while Apps share an origin', () => {
    expect(wantedOrigins([named('hello')], base, { mode: 'shared', reason: 'x', checkedAtMs: 0 }).size).toBe(0);
    expect(wantedOrigins([named('hello')], base, null).size).toBe(0);
  });
});
