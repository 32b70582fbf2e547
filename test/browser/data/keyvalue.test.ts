/** wasi:keyvalue by a component, on the real IndexedDB. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { useSwerve } from '../harness/swerve.ts';
import { say, serveData } from './guest.ts';

const swerve = useSwerve();
let panel: Page;

beforeAll(async () => {
  panel = await swerve.openPanel();
  await serveData(panel, { one: { keyValue: { stores: ['own', 'shared'] } } });
});

describe('store', () => {
  it('sets, gets, overwrites and deletes', async () => {
    expect(
      await say(
        panel,
        'one',
        'kv.open own',
        'kv.get a',
        'kv.exists a',
        'kv.set a first value',
        'kv.get a',
        'kv.set a 2',
        'kv.get a',
        'kv.exists a',
        'kv.delete a',
        'kv.get a',
        'kv.delete a',
      ),
    ).toEqual(['open', 'none', 'false', 'done', 'some first value', 'done', 'some 2', 'true', 'done', 'none', 'done']);
  });
});
