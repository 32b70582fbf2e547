import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { callApi, createApp, deleteApp, fetchIn, readApp, uploadModule } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { exampleFile } from '../harness/wasm-files.ts';

const APPS = '_swerve/apis/swerve.dev/v1/namespaces/default/apps';

const swerve = useSwerve();
let panel: Page;
let digest: `sha256:${string}`;

beforeAll(async () => {
  panel = await swerve.openPanel();
  ({ digest } = await uploadModule(panel, exampleFile('hello-c')));
});

/** Sends JSON and gives status, headers and parsed body. */
async function send(method: string, path: string, body?: unknown, type = 'application/json') {
  const init = body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body), headers: { 'content-type': type } };
  const { status, headers, text } = await fetchIn(panel, path, { method, ...init });
  return { status, headers, body: text === '' ? null : JSON.parse(text) };
}

const appOf = (name: string, spec: object = {}, metadata: object = {}) => ({
  apiVersion: 'swerve.dev/v1',
  kind: 'App',
  metadata: { name, ...metadata },
  spec: { source: { digest }, routes: [{ path: `/${name}` }], ...spec },
});

describe('Apps', () => {
  it('are created with their defaults and first conditions, listed, read and deleted', async () => {
    const created = await send('POST', APPS, appOf('one', {}, { labels: { team: 'web' } }));
    expect(created).toMatchObject({ status: 201, headers: { 'content-type': 'application/json', location: `/${APPS}/one` } });
    expect(created.body).toMatchObject({
      apiVersion: 'swerve.dev/v1',
      kind: 'App',
      metadata: { name: 'one', namespace: 'default', generation: 1, labels: { team: 'web' }, uid: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      spec: { abi: 'auto', scale: { min: 0, max: 2 }, limits: { memoryMiB: 256 }, restart: { policy: 'permanent' } },
      status: { observedGeneration: 1 },
    });
    expect(created.body.status.conditions.find(({ type }: { type: string }) => type === 'Ready')).toMatchObject({ status: 'True' });
    expect((await fetchIn(panel, 'one')).status).toBe(200);

    expect((await send('GET', `${APPS}/one`)).body).toMatchObject({ metadata: { uid: created.body.metadata.uid } });
    await createApp(panel, { name: 'elsewhere', namespace: 'other', source: { digest }, routes: [{ path: '/elsewhere' }] });
    const names = async (path: string) => (await send('GET', path)).body.items.map(({ metadata }: { metadata: { name: string } }) => metadata.name);
    expect(await names(APPS)).toEqual(['one']);
    expect(await names('_swerve/apis/swerve.dev/v1/apps')).toEqual(['one', 'elsewhere']);
    expect(await names('_swerve/apis/swerve.dev/v1/apps?labelSelector=team%3Dweb')).toEqual(['one']);
    expect(await names('_swerve/apis/swerve.dev/v1/apps?fieldSelector=metadata.name%3Delsewhere')).toEqual(['elsewhere']);
    expect((await send('GET', APPS)).body).toMatchObject({
      kind: 'AppList',
      apiVersion: 'swerve.dev/v1',
      metadata: { resourceVersion: expect.stringMatching(/^\d+$/) },
    });

    const gone = await send('DELETE', `${APPS}/one`);
    expect(gone).toMatchObject({
      status: 200,
      body: { kind: 'Status', status: 'Success', details: { name: 'one', kind: 'apps', uid: created.body.metadata.uid } },
    });
    expect(await send('GET', `${APPS}/one`)).toMatchObject({
      status: 404,
      body: { kind: 'Status', reason: 'NotFound', message: 'apps.swerve.dev "one" not found', code: 404 },
    });
    expect(await send('DELETE', `${APPS}/one`)).toMatchObject({ status: 404, body: { reason: 'NotFound' } });
    await deleteApp(panel, 'elsewhere', 'other');
  });

  it('are replaced only from the state that the writer has seen', async () => {
    const first = (await send('POST', APPS, appOf('raced'))).body;
    const change = (app: typeof first, env: object) => send('PUT', `${APPS}/raced`, { ...app, spec: { ...app.spec, env } });
    const outcomes = await Promise.all([change(first, { WHO: 'a' }), change(first, { WHO: 'b' })]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual([200, 409]);
    const lost = outcomes.find(({ status }) => status === 409);
    expect(lost?.body).toMatchObject({ kind: 'Status', reason: 'Conflict', details: { name: 'raced', kind: 'apps' } });
    expect(lost?.body.message).toContain('the object has been modified; please apply your changes to the latest version');
    const stored = (await send('GET', `${APPS}/raced`)).body;
    expect(stored.metadata.generation).toBe(2);
    // Without a resourceVersion the last writer wins, as in Kubernetes.
    const { resourceVersion: _, ...metadata } = first.metadata;
    expect(await change({ ...first, metadata }, { WHO: 'c' })).toMatchObject({ status: 200, body: { metadata: { generation: 3 } } });
    // The same again changes nothing, resourceVersion included.
    const before = (await readApp(panel, 'raced')).metadata.resourceVersion;
    await change({ ...first, metadata }, { WHO: 'c' });
    expect((await readApp(panel, 'raced')).metadata.resourceVersion).toBe(before);
    expect(await send('PUT', `${APPS}/raced`, appOf('other'))).toMatchObject({ status: 400, body: { reason: 'BadRequest' } });
    expect(await send('PUT', `${APPS}/nobody`, appOf('nobody'))).toMatchObject({ status: 404 });
    await deleteApp(panel, 'raced');
  });

  it('take merge patches, with and without a precondition', async () => {
    await send('POST', APPS, appOf('patched', { env: { A: '1', B: '2' } }));
    const patch = (body: unknown, type = 'application/merge-patch+json') => send('PATCH', `${APPS}/patched`, body, type);
    const patched = await patch({ metadata: { labels: { tier: 'edge' } }, spec: { env: { A: null, C: '3' } } });
    expect(patched).toMatchObject({ status: 200, body: { metadata: { generation: 2, labels: { tier: 'edge' } }, spec: { env: { B: '2', C: '3' } } } });
    expect(patched.body.spec.env).not.toHaveProperty('A');
    expect(await patch({ metadata: { resourceVersion: '1' }, spec: { reuse: true } })).toMatchObject({ status: 409, body: { reason: 'Conflict' } });
    expect(await patch({ metadata: { labels: { tier: null } } })).toMatchObject({ status: 200, body: { metadata: { generation: 2 } } });
    expect(await patch([{ op: 'remove', path: '/spec/env' }], 'application/json-patch+json')).toMatchObject({
      status: 415,
      body: { reason: 'UnsupportedMediaType' },
    });
    expect(await patch({ spec: { scale: { max: 0 } } })).toMatchObject({ status: 422, body: { details: { causes: [{ field: 'spec.scale.max' }, ...[]] } } });
    await deleteApp(panel, 'patched');
  });

  it('are refused with every field that is wrong', async () => {
    const refused = await send('POST', APPS, {
      ...appOf('Bad_Name', { routes: [{ path: 'relative' }, { path: '/_swerve/x' }], scale: { min: 3, max: 1 }, abi: 'asgi', surprise: 1, env: { '1x': 'y' } }),
    });
    expect(refused).toMatchObject({
      status: 422,
      body: { kind: 'Status', status: 'Failure', reason: 'Invalid', code: 422, details: { group: 'swerve.dev', kind: 'App' } },
    });
    const fields = refused.body.details.causes.map(({ field }: { field: string }) => field);
    expect(fields).toEqual(
      expect.arrayContaining(['metadata.name', 'spec.routes[0].path', 'spec.routes[1].path', 'spec.scale.min', 'spec.abi', 'spec.surprise', 'spec.env[1x]']),
    );
    for (const { field, message, reason } of refused.body.details.causes) {
      expect(refused.body.message).toContain(`${field}: ${message}`);
      expect(reason).toMatch(/^FieldValue/);
    }
    const missing = await send('POST', APPS, appOf('lost', { source: { digest: `sha256:${'0'.repeat(64)}` } }));
    expect(missing).toMatchObject({ status: 422, body: { details: { causes: [{ field: 'spec.source.digest', reason: 'FieldValueNotFound' }] } } });
    expect(await send('POST', APPS, '{ "kind": ')).toMatchObject({ status: 400, body: { reason: 'BadRequest' } });
    expect(await send('POST', APPS, 'kind: App', 'application/yaml')).toMatchObject({ status: 415, body: { message: expect.stringContaining('YAML') } });
    expect(await send('POST', APPS, { ...appOf('x'), kind: 'Deployment' })).toMatchObject({ status: 400 });
    expect((await send('GET', APPS)).body.items).toEqual([]);
  });

  it('of one name clash: the first stays', async () => {
    const first = await send('POST', APPS, appOf('twin'));
    expect(await send('POST', APPS, appOf('twin', { env: { SECOND: '1' } }))).toMatchObject({
      status: 409,
      body: { reason: 'AlreadyExists', message: 'apps.swerve.dev "twin" already exists' },
    });
    expect((await readApp(panel, 'twin')).metadata.uid).toBe(first.body.metadata.uid);
    const drawn = await send('POST', APPS, appOf('', { routes: [{ path: '/drawn' }] }, { name: undefined, generateName: 'twin-' }));
    expect(drawn.body.metadata.name).toMatch(/^twin-[a-z0-9]{5}$/);
    expect(await send('POST', `${APPS}?dryRun=All`, appOf('dry'))).toMatchObject({ status: 201, body: { metadata: { name: 'dry' } } });
    expect((await send('GET', `${APPS}/dry`)).status).toBe(404);
    for (const name of ['twin', drawn.body.metadata.name]) await deleteApp(panel, name);
  });

  it('are deleted only as the preconditions say', async () => {
    const app = (await send('POST', APPS, appOf('guarded'))).body;
    const remove = (preconditions: object) => send('DELETE', `${APPS}/guarded`, { apiVersion: 'v1', kind: 'DeleteOptions', preconditions });
    expect(await remove({ uid: 'another' })).toMatchObject({ status: 409 });
    expect(await remove({ resourceVersion: '0' })).toMatchObject({ status: 409 });
    expect(await remove({ uid: app.metadata.uid })).toMatchObject({ status: 200 });
  });
});

describe('other answers', () => {
  it('tell the method and address that are wrong', async () => {
    const wrongMethod = await send('POST', `${APPS}/one`, {});
    expect(wrongMethod).toMatchObject({
      status: 405,
      headers: { allow: 'GET, PUT, PATCH, DELETE, HEAD, OPTIONS' },
      body: { kind: 'Status', reason: 'MethodNotAllowed' },
    });
    expect(await send('GET', '_swerve/apis/nothing/v1/here')).toMatchObject({ status: 404, body: { kind: 'Status', reason: 'NotFound' } });
    expect(await send('GET', '_swerve/nothing')).toMatchObject({
      status: 404,
      headers: { 'content-type': 'application/problem+json', 'swerve-error': 'route-not-found' },
    });
    const head = await fetchIn(panel, `${APPS}/nobody`, { method: 'HEAD' });
    expect(head).toMatchObject({ status: 404, text: '', headers: { 'swerve-error': 'resource-not-found' } });
  });

  it('tell the version and the storage', async () => {
    expect(await callApi(panel, 'GET', 'version')).toMatchObject({ major: '1', gitVersion: expect.stringMatching(/^v1\.\d+\.\d+-swerve/) });
    expect(await callApi(panel, 'GET', 'storage')).toMatchObject({ usageBytes: expect.any(Number), quotaBytes: expect.any(Number) });
  });

  it('lead from the file of the panel to the panel', async () => {
    const page = await swerve.open('index.html');
    expect(page.url()).toBe(swerve.app.url);
    expect((await fetchIn(page, APPS)).status).toBe(200);
    await page.close();
  });

  it('are for people too: a GET can be opened in a tab', async () => {
    await createApp(panel, { name: 'seen', source: { digest }, routes: [{ path: '/seen' }] });
    for (const [path, kind] of [
      [`${APPS}/seen`, 'App'],
      ['_swerve/api/v1/nodes', 'NodeList'],
    ] as const) {
      const page = await swerve.context.newPage();
      const response = await page.goto(new URL(path, swerve.app.url).href);
      expect(response?.status()).toBe(200);
      expect(JSON.parse((await page.textContent('body')) ?? '')).toMatchObject({ kind });
      await page.close();
    }
    await deleteApp(panel, 'seen');
  });
});
