import { expect, it } from 'vitest';
import type { App } from '../../../../src/core/app.ts';
import { RuntimeError } from '../../../../src/core/errors.ts';
import { Collection } from '../../../../src/ui/state/collection.ts';
import { makeApp } from '../../control/app-fixture.ts';

function makeCollection() {
  const apps = new Collection<App>();
  let changes = 0;
  apps.subscribe(() => {
    changes += 1;
  });
  return { apps, changes: () => changes };
}

const namesOf = (apps: Collection<App>) => apps.items.map(({ metadata }) => `${metadata.namespace}/${metadata.name}`);

it('is sorted by namespace and name, whatever came when', () => {
  const { apps } = makeCollection();
  apps.replace([makeApp({ name: 'b' }), makeApp({ name: 'a' })]);
  apps.apply([{ type: 'ADDED', object: makeApp({ name: 'z', namespace: 'aaa' }) }]);
  expect(namesOf(apps)).toEqual(['aaa/z', 'default/a', 'default/b']);
  apps.apply([{ type: 'DELETED', object: makeApp({ name: 'a' }) }]);
  expect(namesOf(apps)).toEqual(['aaa/z', 'default/b']);
});

it('gives the same array until something changes, and another one then', () => {
  const { apps } = makeCollection();
  apps.replace([makeApp({ name: 'a' })]);
  const before = apps.items;
  expect(apps.items).toBe(before);
  apps.apply([{ type: 'MODIFIED', object: makeApp({ name: 'a', generation: 2 }) }]);
  expect(apps.items).not.toBe(before);
  expect(apps.items[0]?.metadata.generation).toBe(2);
});

it('says nothing of a bookmark, but of the end of an error', () => {
  const { apps, changes } = makeCollection();
  apps.replace([]);
  apps.apply([{ type: 'BOOKMARK', object: { apiVersion: 'v1', kind: 'App', metadata: { resourceVersion: '9' } } }]);
  expect(changes()).toBe(1);
  apps.fail(new RuntimeError('host-unavailable', 'gone'));
  expect([changes(), apps.error?.code]).toEqual([2, 'host-unavailable']);
  apps.recover();
  expect([changes(), apps.error]).toEqual([3, null]);
  apps.recover();
  expect(changes()).toBe(3);
});
