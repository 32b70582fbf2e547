/** The data of Apps as the API tells of it and deletes it, and a browser that has no more room. */
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import type { StorageReport } from '../../../src/core/storage.ts';
import { callApi, deleteApp, fetchIn } from '../harness/api.ts';
import { limitStorage } from '../harness/cdp.ts';
import { useSwerve } from '../harness/swerve.ts';
import { say, serveData } from './guest.ts';

const swerve = useSwerve();
let panel: Page;

beforeAll(async () => {
  await limitStorage(swerve.context, swerve.app.url, 24_000_000);
  panel = await swerve.openPanel();
  await serveData(panel, {
    one: { keyValue: { stores: ['default'] }, blobStore: { containers: ['files'] } },
    gone: { keyValue: { stores: ['left'] } },
  });
});

it('is counted, listed by the page, outlives its App, and is deleted', async () => {
  await say(panel, 'one', 'kv.open default', 'kv.set key value', 'kv.make-many 1500 n', 'blob.create files', 'blob.write a 12345', 'blob.write b 1');
  await say(panel, 'gone', 'kv.open left', 'kv.set é 1');
  await deleteApp(panel, 'gone');
  const { keyValueStores, blobContainers } = await callApi<StorageReport>(panel, 'GET', 'storage');
  const [firstTen, rest] = [10 * 3, 90 * 4 + 900 * 5 + 500 * 6];
  expect(keyValueStores).toEqual([
    { namespace: 'default', name: 'default', count: 1_501, sizeBytes: 8 + firstTen + rest },
    { namespace: 'default', name: 'left', count: 1, sizeBytes: 3 },
  ]);
  expect(blobContainers).toEqual([{ namespace: 'default', name: 'files', count: 2, sizeBytes: 8 }]);

  const first = await callApi<{ items: string[]; continue: string }>(panel, 'GET', 'storage/keyvalue/default/default');
  const second = await callApi<{ items: string[]; continue: null }>(panel, 'GET', `storage/keyvalue/default/default?continue=${first.continue}`);
  expect([first.items.length, first.items[0], second.items.length, second.continue]).toEqual([1_000, 'key', 501, null]);
  expect(await callApi(panel, 'GET', 'storage/blobs/default/files')).toMatchObject({ objects: 2, sizeBytes: 8, items: ['a', 'b'], continue: null });

  await callApi(panel, 'DELETE', 'storage/keyvalue/default/default');
  await callApi(panel, 'DELETE', 'storage/blobs/default/files');
  for (const path of ['keyvalue/default/default', 'blobs/default/files']) {
    for (const method of ['GET', 'DELETE']) expect((await fetchIn(panel, `_swerve/storage/${path}`, { method })).status).toBe(404);
  }
  expect(await say(panel, 'one', 'kv.open default', 'kv.get key', 'kv.list', 'blob.container-exists files')).toEqual(['open', 'none', '0 None ', 'false']);
});

it('that the browser has no room for is refused by the interface’s own error, and nothing of it is stored', async () => {
  const answers = await say(
    panel,
    'one',
    'kv.open default',
    'kv.set small 1',
    'kv.noise big 30000000',
    'kv.get big',
    'kv.get small',
    'blob.create files',
    'blob.noise big 30000000',
    'blob.has big',
    'kv.set small 2',
    'kv.get small',
  );
  const refused = expect.stringMatching(/^err .*the browser has no room to store/);
  expect(answers).toEqual([
    'open',
    'done',
    expect.stringMatching(/^err other the browser has no room/),
    'none',
    'some 1',
    'created',
    refused,
    'false',
    'done',
    'some 2',
  ]);
});

it('goes with everything else in a reset', async () => {
  const { removed } = await callApi<{ removed: object }>(panel, 'DELETE', 'storage', { confirm: 'everything' });
  expect(removed).toMatchObject({ keyValueStores: 2, blobContainers: 1 });
  expect(await callApi<StorageReport>(panel, 'GET', 'storage')).toMatchObject({ keyValueStores: [], blobContainers: [] });
});
