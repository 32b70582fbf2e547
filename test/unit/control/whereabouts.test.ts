import { expect, it } from 'vitest';
import { OriginChanges } from '../../../src/control/whereabouts.ts';
import type { OriginMode, OriginRecord } from '../../../src/core/app-origin.ts';

const record = (app: string, changes: Partial<OriginRecord> = {}): OriginRecord => ({
  origin: `http://${app}.swerve.localhost`,
  namespace: 'default',
  app,
  uid: `uid-${app}`,
  state: 'installed',
  atMs: 0,
  ...changes,
});

it('tells whom a change of the stored origins concerns', async () => {
  let mode: OriginMode | null = null;
  let list: OriginRecord[] = [record('a'), record('b')];
  const changes = new OriginChanges({ mode: async () => mode, list: async () => list });
  const next = async () => {
    const changed = await changes.next();
    return changed === 'all' ? changed : [...changed];
  };
  expect(await next()).toEqual(['default/a', 'default/b']);
  expect(await next()).toEqual([]);
  list = [record('a'), record('b', { state: 'failed', atMs: 1 }), record('c')];
  expect(await next()).toEqual(['default/b', 'default/c']);
  list = [record('a')];
  expect(await next()).toEqual(['default/b', 'default/c']);
  mode = { mode: 'own', checkedAtMs: 1 };
  expect(await next()).toBe('all');
  mode = { mode: 'own', checkedAtMs: 2 };
  expect(await next()).toEqual([]);
  mode = { mode: 'shared', reason: 'no wildcard', checkedAtMs: 3 };
  expect(await next()).toBe('all');
  mode = { mode: 'shared', reason: 'another', checkedAtMs: 4 };
  expect(await next()).toBe('all');
});
