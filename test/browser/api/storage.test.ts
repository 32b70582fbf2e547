/** What is stored, the versions of an App, and the reset. */
import { readFile, stat } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { App } from '../../../src/core/app.ts';
import type { Digest } from '../../../src/core/ids.ts';
import type { StorageReport } from '../../../src/core/storage.ts';
import { callApi, createApp, fetchIn, readApp, uploadModule } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { waitFor } from '../harness/wait.ts';
import { exampleFile, guestFile } from '../harness/wasm-files.ts';
import { answering } from '../http/guests.ts';

const APPS = 'apis/swerve.dev/v1/namespaces/default/apps';

const swerve = useSwerve();
let panel: Page;
let hello: Digest;
let stream: Digest;
let misbehave: Digest;

beforeAll(async () => {
  panel = await swerve.openPanel();
  ({ digest: hello } = await uploadModule(panel, exampleFile('hello-c')));
  ({ digest: stream } = await uploadModule(panel, exampleFile('stream-rust')));
  ({ digest: misbehave } = await uploadModule(panel, exampleFile('misbehave')));
});

const storage = () => callApi<StorageReport>(panel, 'GET', 'storage');
const revisionsOf = (app: App) => app.status?.revisions?.map(({ revision, digest }) => [revision, digest]);
const merge = (name: string, patch: object, path = '') =>
  fetchIn(panel, `_swerve/${APPS}/${name}${path}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: JSON.stringify(patch),
  });

describe('usage', () => {
  it('is told by module, namespace and kind', async () => {
    await createApp(panel, { name: 'one', source: { digest: hello }, routes: [{ path: '/one' }] });
    await createApp(panel, { name: 'two', namespace: 'other', source: { digest: misbehave }, routes: [{ path: '/two' }] });
    expect((await fetchIn(panel, 'two/stderr?n=3')).status).toBe(200);
    const report = await waitFor('three lines', async () => {
      const seen = await storage();
      return seen.logs.count >= 3 ? seen : null;
    });
    const size = async (name: string) => (await stat(exampleFile(name))).size;
    const byDigest = (digest: Digest) => report.modules.find((module) => module.digest === digest);
    expect(byDigest(hello)).toEqual({ digest: hello, sizeBytes: await size('hello-c'), transpiledBytes: 0, apps: ['default/one'] });
    expect(byDigest(misbehave)).toEqual({ digest: misbehave, sizeBytes: await size('misbehave'), transpiledBytes: 0, apps: ['other/two'] });
    expect(byDigest(stream)).toMatchObject({ sizeBytes: await size('stream-rust'), apps: [] });
    expect(byDigest(stream)?.transpiledBytes).toBeGreaterThan(await size('stream-rust'));
    expect(report.namespaces).toEqual([
      { name: 'default', apps: 1, modules: [hello], moduleBytes: await size('hello-c'), logLines: 0, logBytes: 0 },
      { name: 'other', apps: 1, modules: [misbehave], moduleBytes: await size('misbehave'), logLines: report.logs.count, logBytes: report.logs.sizeBytes },
    ]);
    expect(report.apps.count).toBe(2);
    expect(report.logs.sizeBytes).toBeGreaterThanOrEqual('line 1line 2line 3'.length);
    expect(report.usageBytes).toBeGreaterThan(0);
    expect(report.quotaBytes).toBeGreaterThan(report.usageBytes ?? 0);
    expect(report.buildCache.sizeBytes).toBeGreaterThan(100_000);
  });
});

describe('versions of an App', () => {
  it('are written with the App, one for each change of its module, and by nobody else', async () => {
    expect(revisionsOf(await readApp(panel, 'one'))).toEqual([[1, hello]]);
    expect((await readApp(panel, 'one')).status?.revisions?.[0]).toMatchObject({
      sizeBytes: (await readFile(exampleFile('hello-c'))).length,
      atMs: expect.any(Number),
    });
    await merge('one', { spec: { env: { GREETING: 'Hi' } } });
    expect(revisionsOf(await readApp(panel, 'one'))).toEqual([[1, hello]]);
    await merge('one', { spec: { source: { digest: misbehave } }, status: { revisions: [] } });
    await merge('one', { spec: { source: { digest: hello } } });
    const expected = [
      [3, hello],
      [2, misbehave],
      [1, hello],
    ];
    expect(revisionsOf(await readApp(panel, 'one'))).toEqual(expected);
    expect((await merge('one', { status: { revisions: [], seen: true } }, '/status')).status).toBe(200);
    const app = await readApp(panel, 'one');
    expect([revisionsOf(app), app.status]).toEqual([expected, expect.objectContaining({ seen: true })]);
    const replaced = await callApi<App>(panel, 'PUT', `${APPS}/one/status`, { ...app, status: {} });
    expect(revisionsOf(replaced)).toEqual(expected);
  });

  it('do not keep a module from being deleted', async () => {
    await createApp(panel, { name: 'moved', source: { digest: stream }, routes: [{ path: '/moved' }] });
    await merge('moved', { spec: { source: { digest: hello } } });
    expect((await fetchIn(panel, `_swerve/modules/${stream}`, { method: 'DELETE' })).status).toBe(204);
    expect(revisionsOf(await readApp(panel, 'moved'))).toEqual([
      [2, hello],
      [1, stream],
    ]);
    const back = await merge('moved', { spec: { source: { digest: stream } } });
    expect([back.status, back.text]).toEqual([422, expect.stringContaining('not stored')]);
  });
});

describe('reset', () => {
  const reset = (body?: string) =>
    fetchIn(panel, '_swerve/storage', { method: 'DELETE', headers: { 'content-type': 'application/json' }, ...(body === undefined ? {} : { body }) });

  it('does nothing without the word', async () => {
    for (const body of [undefined, '{"confirm":true}']) {
      const { status, text } = await reset(body);
      expect([status, JSON.parse(text).detail]).toEqual([400, expect.stringContaining('{"confirm":"everything"}')]);
    }
    expect((await fetchIn(panel, 'one')).status).toBe(200);
  });

  it('removes everything, ends what runs, and every panel hears of it', async () => {
    const other = await swerve.openPanel();
    await other.getByRole('link', { name: 'Open one' }).waitFor();
    expect((await callApi<{ items: unknown[] }>(panel, 'GET', 'api/v1/pods')).items.length).toBeGreaterThan(0);
    const { digest } = await uploadModule(panel, guestFile('headers'));
    await createApp(panel, { name: 'baker', source: { digest }, routes: [{ path: '/baker' }] });
    await fetchIn(panel, answering('baker', { 'Content-Type': 'text/plain', 'Set-Cookie': ['seen=1; Path=/', 'hidden=1; Path=/; HttpOnly'] }));
    expect(await panel.evaluate(() => document.cookie)).toBe('seen=1');
    expect((await storage()).cookies.count).toBe(2);
    const { resourceVersion } = (await readApp(panel, 'baker')).metadata;

    const { status, text } = await reset('{"confirm":"everything"}');
    expect([status, JSON.parse(text)]).toEqual([
      200,
      { removed: { apps: 4, modules: 3, cookies: 2, keptRequests: 0, keyValueStores: 0, blobContainers: 0, logs: 1 } },
    ]);
    await other.getByRole('link', { name: 'Open one' }).waitFor({ state: 'detached' });
    expect((await fetchIn(panel, 'one')).status).toBe(404);
    await waitFor('the instances to end', async () => (await callApi<{ items: unknown[] }>(panel, 'GET', 'api/v1/pods')).items.length === 0);
    expect(await callApi(panel, 'GET', 'modules')).toEqual({ items: [] });
    expect(await panel.evaluate(() => document.cookie)).toBe('');
    const report = await storage();
    expect(report).toMatchObject({ modules: [], apps: { count: 0 }, cookies: { count: 0 }, changes: { count: 0, sizeBytes: 0 } });

    // The count of versions goes on, and watches from before must list again.
    ({ digest: hello } = await uploadModule(panel, exampleFile('hello-c')));
    const again = await createApp(panel, { name: 'one', source: { digest: hello }, routes: [{ path: '/one' }] });
    expect(Number(again.metadata.resourceVersion)).toBeGreaterThan(Number(resourceVersion));
    const watch = await fetchIn(panel, `_swerve/apis/swerve.dev/v1/apps?watch=1&resourceVersion=${resourceVersion}`);
    expect(JSON.parse(watch.text)).toMatchObject({ type: 'ERROR', object: { code: 410 } });
    expect((await fetchIn(panel, 'one')).status).toBe(200);
    await other.getByRole('link', { name: 'Open one' }).waitFor();
  });
});
