import { describe, expect, it } from 'vitest';
import { appConditions, appStatus } from '../../../src/control/app-conditions.ts';
import { findCondition, setCondition } from '../../../src/control/conditions.ts';
import { routeClashes } from '../../../src/control/route-clashes.ts';
import { whereaboutsOf } from '../../../src/control/whereabouts.ts';
import type { App } from '../../../src/core/app.ts';
import type { AppPlace, OriginRecord } from '../../../src/core/app-origin.ts';
import { RouteTable } from '../../../src/http/route-table.ts';
import { makeApp, makeModule } from './app-fixture.ts';

const T0 = Date.UTC(2026, 0, 1);
const BASE = new URL('http://swerve.localhost/');
const HERE = { place: { at: 'shared', reason: null }, address: 'http://localhost/hello', record: null } as const;
const state = { type: 'Ready', status: 'True', reason: 'R', message: 'm' } as const;

describe('setCondition', () => {
  it('moves lastTransitionTime with the status only', () => {
    const first = setCondition([], state, T0);
    const reworded = setCondition(first, { ...state, reason: 'Other' }, T0 + 60_000);
    const flipped = setCondition(reworded, { ...state, status: 'False' }, T0 + 120_000);
    expect([first, reworded, flipped].map(([condition]) => condition?.lastTransitionTime)).toEqual([
      '2026-01-01T00:00:00Z',
      '2026-01-01T00:00:00Z',
      '2026-01-01T00:02:00Z',
    ]);
    expect(reworded[0]?.reason).toBe('Other');
    expect(first[0]?.reason).toBe('R');
  });

  it('leaves the others where they are', () => {
    const conditions = setCondition(setCondition([], state, T0), { ...state, type: 'Healthy' }, T0);
    expect(setCondition(conditions, { ...state, status: 'False' }, T0).map(({ type }) => type)).toEqual(['Ready', 'Healthy']);
  });
});

function summary(...parameters: Parameters<typeof appConditions>): Record<string, string> {
  return Object.fromEntries(appConditions(...parameters).map(({ type, status, reason }) => [type, `${status} ${reason}`]));
}

describe('appConditions', () => {
  it('is ready when all is well', () => {
    expect(summary(makeApp(), makeModule(), [], HERE, T0)).toEqual({
      ModuleAvailable: 'True ModuleStored',
      RoutesAccepted: 'True NoClash',
      CapabilitiesGranted: 'True AllGranted',
      Ready: 'True Serving',
    });
  });

  it.each([
    [null, 'False ModuleNotFound'],
    [makeModule({ abi: null }), 'False NoHandler'],
    [makeModule({ imports: [{ name: 'env', items: ['f'], support: 'unknown' }] }), 'False UnknownImports'],
  ])('is not ready without a module that can serve', (module, expected) => {
    expect(summary(makeApp(), module, [], HERE, T0)).toMatchObject({ ModuleAvailable: expected, Ready: expected });
  });

  it('is not ready when the ABI does not fit', () => {
    expect(summary(makeApp({ spec: { abi: 'wasi-http' } }), makeModule(), [], HERE, T0)).toMatchObject({ Ready: 'False AbiMismatch' });
  });

  it('says whether its volumes are there, without gating', () => {
    const app = makeApp({ spec: { volumes: [{ name: 'data', mountPath: '/data', readOnly: true }] } });
    expect(summary(app, makeModule(), [], HERE, T0)).toMatchObject({ VolumesBound: 'True Bound', Ready: 'True Serving' });
    expect(summary(app, makeModule(), [], HERE, T0, [], ['data'])).toMatchObject({ VolumesBound: 'False Pending', Ready: 'True Serving' });
    expect(findCondition(appConditions(app, makeModule(), [], HERE, T0), 'VolumesBound')?.message).toBe('Mounted: data at /data (read-only).');
    expect(summary(makeApp(), makeModule(), [], HERE, T0)).not.toHaveProperty('VolumesBound');
  });

  it('names denied imports without gating', () => {
    const module = makeModule({ imports: [{ name: 'wasi:http/outgoing-handler@0.2.4', support: 'denied' }] });
    const conditions = appConditions(makeApp(), module, [], HERE, T0);
    expect(findCondition(conditions, 'CapabilitiesGranted')).toMatchObject({
      status: 'False',
      message: expect.stringContaining('wasi:http/outgoing-handler@0.2.4, which gets HTTP-request-denied'),
    });
    expect(findCondition(conditions, 'Ready')?.status).toBe('True');
  });

  it('names the line that would grant, and nothing once it is granted', () => {
    const names = ['wasi:keyvalue/store@0.2.0-draft2', 'wasi:keyvalue/atomics@0.2.0-draft2', 'wasi:sockets/tcp@0.2.0'];
    const module = makeModule({ imports: names.map((name) => ({ name, support: 'denied' as const })) });
    expect(findCondition(appConditions(makeApp(), module, [], HERE, T0), 'CapabilitiesGranted')).toMatchObject({
      status: 'False',
      reason: 'ImportsDenied',
      message:
        'Not granted: wasi:keyvalue/store@0.2.0-draft2, wasi:keyvalue/atomics@0.2.0-draft2, which get access-denied (grant them with ' +
        'capabilities: { keyValue: { stores: [default] } }); wasi:sockets/tcp@0.2.0, which gets access-denied (this version of Swerve cannot ' +
        'grant it). The module runs; using these fails.',
    });
    const granted = makeApp({ spec: { capabilities: { keyValue: { stores: ['cart'] } } } });
    const { message } = findCondition(appConditions(granted, module, [], HERE, T0), 'CapabilitiesGranted') ?? {};
    expect(message).not.toContain('wasi:keyvalue');
    expect(message).toContain('wasi:sockets/tcp');
    expect(summary(granted, makeModule({ imports: module.imports.slice(0, 2) }), [], HERE, T0)).toMatchObject({ CapabilitiesGranted: 'True AllGranted' });
  });

  it('tells of a grant that nothing uses, without gating', () => {
    const app = makeApp({ spec: { capabilities: { keyValue: { stores: ['cart'] } } } });
    expect(findCondition(appConditions(app, makeModule(), [], HERE, T0), 'CapabilitiesGranted')).toMatchObject({
      status: 'True',
      reason: 'GrantsUnused',
      message: expect.stringContaining('spec.capabilities.keyValue grants what the module does not import.'),
    });
  });

  it('waits for the ConfigMaps and Secrets that it reads', () => {
    const app = makeApp({ spec: { envFrom: [{ secretRef: { name: 'login' } }] } });
    expect(summary(app, makeModule(), [], HERE, T0)).toMatchObject({ ConfigurationAvailable: 'True AllFound', Ready: 'True Serving' });
    const conditions = appConditions(app, makeModule(), [], HERE, T0, ['Secret default/login']);
    for (const type of ['ConfigurationAvailable', 'Ready']) {
      expect(findCondition(conditions, type)).toMatchObject({
        status: 'False',
        reason: 'ConfigurationNotFound',
        message: expect.stringContaining('Secret default/login does not exist'),
      });
    }
    const without = { ...makeApp(), status: { conditions } };
    expect(findCondition(appConditions(without, makeModule(), [], HERE, T0), 'ConfigurationAvailable')).toBeUndefined();
  });

  it('is ready with some routes lost, not with all', () => {
    const app = makeApp({ spec: { routes: [{ path: '/a' }, { path: '/b' }] } });
    const clashes = app.spec.routes.map((route) => ({ route, owner: 'default/elder' }));
    const some = appConditions(app, makeModule(), clashes.slice(0, 1), HERE, T0);
    expect(findCondition(some, 'RoutesAccepted')).toMatchObject({
      status: 'False',
      message: expect.stringContaining('prefix /a is held by the App default/elder'),
    });
    expect(findCondition(some, 'Ready')?.status).toBe('True');
    expect(summary(app, makeModule(), clashes, HERE, T0)).toMatchObject({ Ready: 'False NoRoute' });
  });

  it('is held back by the health of its own generation only', () => {
    const crashed = { type: 'Healthy', status: 'False', reason: 'CrashLoopBackOff', message: 'x', lastTransitionTime: 't', observedGeneration: 1 } as const;
    const app = { ...makeApp(), status: { conditions: [crashed] } };
    expect(summary(app, makeModule(), [], HERE, T0)).toMatchObject({ Healthy: 'False CrashLoopBackOff', Ready: 'False CrashLoopBackOff' });
    const fixed = { ...app, metadata: { ...app.metadata, generation: 2 } };
    expect(summary(fixed, makeModule(), [], HERE, T0)).toMatchObject({ Healthy: 'Unknown NotRunYet', Ready: 'True Serving' });
  });

  it('changes nothing the second time', () => {
    const app = makeApp();
    const status = appStatus(app, makeModule(), [], HERE, T0);
    expect(appStatus({ ...app, status }, makeModule(), [], HERE, T0 + 60_000)).toEqual(status);
  });
});

describe('routeClashes', () => {
  const table = (...apps: App[]) => new RouteTable(apps, '/');

  it('names the older App, and only for the younger', () => {
    const elder = makeApp({ name: 'elder', creationTimestamp: '2025-01-01T00:00:00Z' });
    const younger = makeApp({ name: 'younger', spec: { routes: [{ path: '/hello/' }, { path: '/free' }] } });
    expect(routeClashes(younger, table(elder, younger))).toEqual([{ route: younger.spec.routes[0], owner: 'default/elder' }]);
    expect(routeClashes(elder, table(elder, younger))).toEqual([]);
  });

  it('looks at the App as it will be, not as it is stored', () => {
    const elder = makeApp({ name: 'elder', creationTimestamp: '2025-01-01T00:00:00Z' });
    const stored = makeApp({ name: 'younger' });
    expect(routeClashes(makeApp({ name: 'younger', spec: { routes: [{ path: '/moved' }] } }), table(elder, stored))).toEqual([]);
  });
});

describe('where an App is served', () => {
  const origin = 'http://hello.swerve.localhost';
  const record = (changes: Partial<OriginRecord> = {}): OriginRecord => ({
    origin,
    namespace: 'default',
    app: 'hello',
    uid: 'uid-hello',
    state: 'installed',
    atMs: 0,
    ...changes,
  });
  const at = (place: AppPlace, known: OriginRecord | null = null) => whereaboutsOf(makeApp(), place, known, BASE);
  const own = { at: 'own', origin } as const;

  it('keeps an App that insists on an origin from serving elsewhere, and says so', () => {
    const where = at({ at: 'nowhere', reason: 'no wildcard' });
    const status = appStatus({ ...makeApp(), status: { address: `${origin}/` } }, makeModule(), [], where, T0);
    expect(status).not.toHaveProperty('address');
    for (const type of ['Ready', 'OriginReady'])
      expect(findCondition(status.conditions, type)).toMatchObject({
        status: 'False',
        reason: 'OriginUnavailable',
        message: expect.stringContaining('no wildcard'),
      });
  });

  it.each([
    [null, 'Unknown NotInstalledYet'],
    [record(), 'True Installed'],
    [record({ state: 'failed', message: 'no certificate' }), 'False InstallFailed'],
    [record({ state: 'clearing' }), 'Unknown NotInstalledYet'],
    [record({ uid: 'of the App before' }), 'Unknown NotInstalledYet'],
  ])('tells of its origin without gating', (known, expected) => {
    const status = appStatus(makeApp(), makeModule(), [], at(own, known), T0);
    expect(status.address).toBe(`${origin}/`);
    expect(summary(makeApp(), makeModule(), [], at(own, known), T0)).toMatchObject({ OriginReady: expected, Ready: 'True Serving' });
  });

  it('needs no route of the shared origin at its own', () => {
    const app = makeApp();
    const clashes = app.spec.routes.map((route) => ({ route, owner: 'default/elder' }));
    expect(summary(app, makeModule(), clashes, at(own), T0)).toMatchObject({ RoutesAccepted: 'False RouteClash', Ready: 'True Serving' });
  });

  it('has nothing to say of an origin once the App shares one', () => {
    const status = appStatus(makeApp(), makeModule(), [], at(own, record()), T0);
    const moved = appStatus({ ...makeApp(), status }, makeModule(), [], HERE, T0);
    expect(findCondition(moved.conditions, 'OriginReady')).toBeUndefined();
    expect(moved.address).toBe('http://localhost/hello');
  });
});
