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

  it('has nothing of an App that is elsewhere, nor of any while Apps share an origin', () => {
    const shared = makeApp({ spec: { document: { origin: 'shared' }, routes: [{ path: '/', host: 'shop.swerve.localhost' }] } });
    expect(ownersOf(shared)).toEqual({});
    expect(wantedOrigins([named('hello')], base, { mode: 'shared', reason: 'x', checkedAtMs: 0 }).size).toBe(0);
    expect(wantedOrigins([named('hello')], base, null).size).toBe(0);
  });
});
