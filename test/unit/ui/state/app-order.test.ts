import { describe, expect, it } from 'vitest';
import type { App } from '../../../../src/core/app.ts';
import { RuntimeError } from '../../../../src/core/errors.ts';
import type { TrafficSample } from '../../../../src/core/traffic.ts';
import { type AppActivity, AppOrder, searchApps, sortApps } from '../../../../src/ui/state/app-order.ts';
import { Collection } from '../../../../src/ui/state/collection.ts';
import { Traffic } from '../../../../src/ui/state/traffic.ts';
import { makeApp } from '../../control/app-fixture.ts';

const namesOf = (apps: readonly App[]) => apps.map(({ metadata }) => metadata.name);

function withReady(app: App, status: 'True' | 'False'): App {
  return {
    ...app,
    status: {
      observedGeneration: 1,
      conditions: [
        { type: 'Ready', status, reason: 'X', message: '', lastTransitionTime: '' },
        { type: 'Healthy', status, reason: 'X', message: '', lastTransitionTime: '' },
      ],
    },
  };
}

const shop = withReady(makeApp({ name: 'checkout', namespace: 'shop', spec: { routes: [{ path: '/pay', host: 'pay.example.com' }] } }), 'True');
const blog = withReady(makeApp({ name: 'blog', spec: { routes: [{ path: '/posts' }, { path: '/feed' }] } }), 'False');

describe('searchApps', () => {
  it.each([
    ['check', ['checkout']],
    ['SHOP', ['checkout']],
    ['/feed', ['blog']],
    ['example.com', ['checkout']],
    ['crashing', ['blog']],
    ['default posts', ['blog']],
    ['default pay', []],
    ['  ', ['checkout', 'blog']],
  ])('%j finds %j', (query, names) => {
    expect(namesOf(searchApps([shop, blog], query))).toEqual(names);
  });

  it('sees the state of the App as it is now', () => {
    expect(searchApps([withReady(blog, 'True')], 'crashing')).toEqual([]);
  });
});

describe('sortApps', () => {
  const apps = [
    withReady(makeApp({ name: 'app-10', creationTimestamp: '2026-01-03T00:00:00Z' }), 'True'),
    withReady(makeApp({ name: 'app-2', creationTimestamp: '2026-01-02T00:00:00Z' }), 'False'),
    makeApp({ name: 'app-1', creationTimestamp: '2026-01-02T00:00:00Z' }),
  ];
  const activity: Record<string, AppActivity> = {
    'uid-app-1': { requests: 4, errors: 2, p95Ms: 20 },
    'uid-app-10': { requests: 9, errors: 0, p95Ms: 3 },
  };

  it.each([
    ['name', ['app-1', 'app-2', 'app-10']],
    ['newest', ['app-10', 'app-1', 'app-2']],
    ['busiest', ['app-10', 'app-1', 'app-2']],
    ['slowest', ['app-1', 'app-10', 'app-2']],
    ['errors', ['app-1', 'app-2', 'app-10']],
    ['state', ['app-2', 'app-1', 'app-10']],
  ] as const)('by %s', (sort, names) => {
    expect(namesOf(sortApps(apps, sort, (uid) => activity[uid]))).toEqual(names);
  });
});

describe('AppOrder', () => {
  const sampleOf = (name: string, requests: number, atMs = Date.now()): TrafficSample => ({
    atMs,
    apps: [{ namespace: 'default', app: name, uid: `uid-${name}`, requests, errors: 0, inFlight: 0, responseBytes: 0, latenciesMs: [1], instances: [] }],
  });

  function makeOrder() {
    const apps = new Collection<App>();
    const traffic = new Traffic();
    const order = new AppOrder(apps, traffic);
    apps.replace([makeApp({ name: 'a' }), makeApp({ name: 'b' }), makeApp({ name: 'c' })]);
    return { apps, traffic, order };
  }

  it('gives the same array until something changes', () => {
    const { apps, traffic, order } = makeOrder();
    const before = order.items;
    expect(order.items).toBe(before);
    traffic.add([sampleOf('b', 3)]);
    expect(order.items).toBe(before);
    apps.apply([{ type: 'DELETED', object: makeApp({ name: 'b' }) }]);
    expect(namesOf(order.items)).toEqual(['a', 'c']);
  });

  it('sorts by what is known of the traffic, and the same once more the other way round', () => {
    const { traffic, order } = makeOrder();
    traffic.add([sampleOf('b', 3)]);
    order.sortBy('busiest');
    expect(namesOf(order.items)).toEqual(['b', 'a', 'c']);
    order.sortBy('busiest');
    expect([order.isReversed, ...namesOf(order.items)]).toEqual([true, 'c', 'a', 'b']);
    order.sortBy('name');
    expect([order.isReversed, ...namesOf(order.items)]).toEqual([false, 'a', 'b', 'c']);
  });

  it('remembers what it was sorted by', () => {
    let remembered: unknown = null;
    const memory = {
      recall: () => remembered,
      remember: (order: unknown) => {
        remembered = structuredClone(order);
      },
    };
    const again = () => new AppOrder(new Collection<App>(), new Traffic(), memory);
    const order = again();
    expect([order.sort, order.isReversed]).toEqual(['name', false]);
    order.sortBy('state');
    order.sortBy('state');
    expect([again().sort, again().isReversed]).toEqual(['state', true]);
  });

  it('remembers how many Apps there were, from when it knew', () => {
    let remembered: unknown = { sort: 'name', isReversed: false, count: 3 };
    const memory = {
      recall: () => remembered,
      remember: (order: unknown) => {
        remembered = structuredClone(order);
      },
    };
    const apps = new Collection<App>();
    const order = new AppOrder(apps, new Traffic(), memory);
    expect(order.expectedCount).toBe(3);
    apps.fail(new RuntimeError('internal', 'not yet'));
    expect(order.expectedCount).toBe(3);
    apps.replace([]);
    expect([order.expectedCount, remembered]).toEqual([0, { sort: 'name', isReversed: false, count: 0 }]);
  });

  it.each([[7], ['state'], [{}], [{ sort: 'colour', isReversed: 1 }]])('passes over a memory that is none: %j', (remembered) => {
    const order = new AppOrder(new Collection<App>(), new Traffic(), { recall: () => remembered, remember: () => {} });
    expect([order.sort, order.isReversed]).toEqual(['name', false]);
  });

  it('leaves rows where they are for a while, though the traffic changes', () => {
    const { traffic, order } = makeOrder();
    order.sortBy('busiest');
    traffic.add([sampleOf('c', 3)]);
    expect(namesOf(order.items)).toEqual(['a', 'b', 'c']);
  });

  it('tells whether there is more than one namespace', () => {
    const { apps, order } = makeOrder();
    expect(order.hasNamespaces).toBe(false);
    apps.apply([{ type: 'ADDED', object: makeApp({ name: 'a', namespace: 'other', uid: 'other' }) }]);
    expect(order.hasNamespaces).toBe(true);
  });
});
