import { describe, expect, it } from 'vitest';
import type { App } from '../../../../src/core/app.ts';
import { Collection } from '../../../../src/ui/state/collection.ts';
import { Traffic } from '../../../../src/ui/state/traffic.ts';
import { Trouble } from '../../../../src/ui/state/trouble.ts';
import { appThatIs, sample } from './panel-fixtures.ts';

function cluster(...items: App[]) {
  const apps = new Collection<App>();
  const traffic = new Traffic();
  const trouble = new Trouble(apps, traffic);
  let changes = 0;
  trouble.subscribe(() => {
    changes += 1;
  });
  apps.replace(items);
  return { apps, traffic, trouble, counts: () => [trouble.count, trouble.unseen], changes: () => changes };
}

const A = { namespace: 'default', app: 'a' };

describe('what needs a look', () => {
  it('is no App that is ready or starting', () => {
    const starting = { ...appThatIs('b', 'True'), status: undefined } as unknown as App;
    expect(cluster(appThatIs('a', 'True'), starting).counts()).toEqual([0, 0]);
  });

  it('is an App that is not Ready, counted as wrong until it is, and as unseen until looked at', () => {
    const { apps, trouble, counts } = cluster(appThatIs('a', 'False'), appThatIs('b', 'False'));
    expect(counts()).toEqual([2, 2]);
    expect(trouble.lookAt(A)).toBe(true);
    expect(counts()).toEqual([2, 1]);
    apps.apply([{ type: 'MODIFIED', object: appThatIs('a', 'True', '2026-11-21T12:01:00Z') }]);
    expect(counts()).toEqual([1, 1]);
  });

  it('is told again when an App goes wrong once more', () => {
    const { apps, trouble, counts } = cluster(appThatIs('a', 'False'));
    trouble.lookAt(null);
    apps.apply([{ type: 'MODIFIED', object: appThatIs('a', 'True', '2026-11-21T12:01:00Z') }]);
    apps.apply([{ type: 'MODIFIED', object: appThatIs('a', 'False', '2026-11-21T12:02:00Z') }]);
    expect(counts()).toEqual([1, 1]);
  });

  it('is an App that answered with errors, until looked at; one App counts once', () => {
    const { traffic, trouble, counts } = cluster(appThatIs('a', 'True'));
    traffic.add([sample(1_000, 'a', 5, 0)]);
    expect(counts()).toEqual([0, 0]);
    traffic.add([sample(2_000, 'a', 5, 1), sample(3_000, 'a', 2, 2)]);
    expect(counts()).toEqual([1, 1]);
    trouble.lookAt(A);
    expect(counts()).toEqual([0, 0]);
    traffic.add([sample(4_000, 'a', 1, 1)]);
    expect(counts()).toEqual([1, 1]);
  });

  it('forgets an App that was deleted', () => {
    const { apps, trouble, counts } = cluster(appThatIs('a', 'False'), appThatIs('b', 'False'));
    trouble.lookAt(null);
    apps.apply([{ type: 'DELETED', object: appThatIs('a', 'False') }]);
    expect(counts()).toEqual([1, 0]);
    apps.apply([{ type: 'MODIFIED', object: appThatIs('b', 'False', '2026-11-21T12:02:00Z') }]);
    trouble.lookAt(null);
    expect(Object.keys(trouble.seen)).toEqual(['b']);
  });

  it('is known over reloads and tabs by what was remembered', () => {
    const first = cluster(appThatIs('a', 'False'));
    first.traffic.add([sample(2_000, 'a', 1, 1)]);
    first.trouble.lookAt(null);
    const second = cluster(appThatIs('a', 'False'));
    second.traffic.add([sample(2_000, 'a', 1, 1)]);
    expect(second.counts()).toEqual([1, 1]);
    second.trouble.learnSeen(first.trouble.seen);
    expect(second.counts()).toEqual([1, 0]);
  });

  it('is told only when it changes', () => {
    const { apps, traffic, trouble, changes } = cluster(appThatIs('a', 'True'));
    expect(changes()).toBe(1);
    traffic.add([sample(1_000, 'a', 5, 0)]);
    apps.apply([{ type: 'MODIFIED', object: appThatIs('a', 'True') }]);
    expect(trouble.lookAt(A)).toBe(false);
    expect(changes()).toBe(1);
  });
});
