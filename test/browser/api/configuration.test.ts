/** ConfigMaps and Secrets: what guests see of them, and what nobody else does. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { KubernetesStatus } from '../../../src/core/resource.ts';
import { callApi, createApp, fetchIn, readApp, untilCondition, uploadModule } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { guestFile } from '../harness/wasm-files.ts';
import { logOf } from '../http/guests.ts';

const swerve = useSwerve();
let panel: Page;

const CORE = 'api/v1/namespaces/default';
const SECRET = 'hunter2-äöü';
const MASK = btoa('********');

type Answer = { kind: string; metadata: { resourceVersion: string; annotations?: Record<string, string> }; data: Record<string, string> };

const envOf = async (path: string): Promise<Record<string, string>> => JSON.parse((await fetchIn(panel, `${path}/env`)).text);

const patch = (path: string, body: unknown, type = 'application/merge-patch+json') =>
  fetchIn(panel, `_swerve/${path}`, { method: 'PATCH', body: JSON.stringify(body), headers: { 'content-type': type } });

beforeAll(async () => {
  panel = await swerve.openPanel();
  const { digest } = await uploadModule(panel, guestFile('headers'));
  await callApi(panel, 'POST', `${CORE}/configmaps`, { metadata: { name: 'settings' }, data: { GREETING: 'hi', OWN: 'theirs', '1st': 'x' } });
  await callApi(panel, 'POST', `${CORE}/secrets`, { metadata: { name: 'login' }, stringData: { PASSWORD: SECRET } });
  await createApp(panel, {
    name: 'reader',
    source: { digest },
    routes: [{ path: '/reader' }],
    env: { OWN: 'mine' },
    envFrom: [{ configMapRef: { name: 'settings' } }, { secretRef: { name: 'login' }, prefix: 'DB_' }, { secretRef: { name: 'none', optional: true } }],
  });
  await createApp(panel, { name: 'other', source: { digest }, routes: [{ path: '/other' }] });
});

describe('what an App reads', () => {
  it('is in the environment of its guests, below what the App says itself, and of nobody else', async () => {
    expect(await envOf('reader')).toMatchObject({ GREETING: 'hi', OWN: 'mine', DB_PASSWORD: SECRET });
    expect(await envOf('reader')).not.toHaveProperty('1st');
    expect(JSON.stringify(await envOf('other'))).not.toContain('hunter2');
  });

  it('is read anew by new instances when it changes; labels and equal values change nothing', async () => {
    const { generation } = (await readApp(panel, 'reader')).metadata;
    const other = await readApp(panel, 'other');
    await callApi(panel, 'PUT', `${CORE}/secrets/login`, { stringData: { PASSWORD: SECRET } });
    await patch(`${CORE}/configmaps/settings`, { metadata: { labels: { a: 'b' } } });
    expect((await readApp(panel, 'reader')).metadata.generation).toBe(generation);

    expect((await patch(`${CORE}/configmaps/settings`, { data: { GREETING: 'hello', OWN: null } })).status).toBe(200);
    expect(await envOf('reader')).toMatchObject({ GREETING: 'hello', DB_PASSWORD: SECRET });
    const strategic = 'application/strategic-merge-patch+json';
    expect((await patch(`${CORE}/secrets/login`, { stringData: { PASSWORD: 'second', USER: 'me' } }, strategic)).status).toBe(200);
    expect(await envOf('reader')).toMatchObject({ DB_PASSWORD: 'second', DB_USER: 'me' });
    expect((await patch(`${CORE}/secrets/login`, { data: { $patch: 'replace' } }, strategic)).status).toBe(415);
    await callApi(panel, 'PUT', `${CORE}/secrets/login`, { stringData: { PASSWORD: SECRET } });
    expect(await envOf('reader')).toMatchObject({ DB_PASSWORD: SECRET });
    expect(await envOf('reader')).not.toHaveProperty('DB_USER');
    expect((await readApp(panel, 'reader')).metadata.generation).toBe((generation ?? 0) + 3);
    expect((await readApp(panel, 'other')).metadata.resourceVersion).toBe(other.metadata.resourceVersion);
    expect(await logOf(panel, 'reader')).toMatch(/ system - The ConfigMap settings was changed: new instances read it/);
  });

  it('has to be there: the condition names what is not, and its coming is enough', async () => {
    await callApi(panel, 'DELETE', `${CORE}/configmaps/settings`);
    const app = await untilCondition(panel, 'reader', { type: 'ConfigurationAvailable', status: 'False' });
    expect(app.status?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({
      status: 'False',
      reason: 'ConfigurationNotFound',
      message: expect.stringContaining('ConfigMap default/settings does not exist'),
    });
    const answer = await fetchIn(panel, 'reader/env', { headers: { accept: 'application/json' } });
    expect([answer.status, answer.headers['swerve-error']]).toEqual([503, 'app-not-ready']);
    await callApi(panel, 'POST', `${CORE}/configmaps`, { metadata: { name: 'settings' }, data: { GREETING: 'again' } });
    await untilCondition(panel, 'reader');
    expect(await envOf('reader')).toMatchObject({ GREETING: 'again', DB_PASSWORD: SECRET });
  });
});

describe('a Secret', () => {
  it('is masked in every answer, and written back masked it stays', async () => {
    const path = `${CORE}/secrets/login`;
    const read = await callApi<Answer>(panel, 'GET', path);
    expect(read).toMatchObject({ kind: 'Secret', type: 'Opaque', data: { PASSWORD: MASK } });
    const written = await callApi<Answer>(panel, 'PUT', path, { ...read, metadata: { ...read.metadata, annotations: { note: 'x' } } });
    expect(written).toMatchObject({ metadata: { annotations: { note: 'x' } }, data: { PASSWORD: MASK } });
    expect(await envOf('reader')).toMatchObject({ DB_PASSWORD: SECRET });

    const list = await fetchIn(panel, `_swerve/${CORE}/secrets`);
    const all = await fetchIn(panel, '_swerve/api/v1/secrets');
    const watch = await fetchIn(panel, '_swerve/api/v1/secrets?watch=1&timeoutSeconds=1');
    const log = await logOf(panel, 'reader');
    for (const text of [list.text, all.text, watch.text, log, JSON.stringify(await readApp(panel, 'reader'))]) {
      expect(text).not.toContain('hunter2');
      expect(text).not.toContain(Buffer.from(SECRET).toString('base64'));
    }
    expect(JSON.parse(list.text)).toMatchObject({ kind: 'SecretList', items: [{ metadata: { name: 'login' }, data: { PASSWORD: MASK } }] });
    expect(watch.text).toContain('"type":"ADDED"');
  });

  it('takes no mask for a value that is not there', async () => {
    const answer = await fetchIn(panel, `_swerve/${CORE}/secrets`, {
      method: 'POST',
      body: JSON.stringify({ metadata: { name: 'copied' }, data: { A: MASK } }),
      headers: { 'content-type': 'application/json' },
    });
    const status = JSON.parse(answer.text) as KubernetesStatus;
    expect([answer.status, status.details?.causes?.[0]?.field, status.details?.kind]).toEqual([422, 'data[A]', 'Secret']);
  });

  it('is encrypted where it is stored, by a key that no script can read', async () => {
    const { text, key } = await panel.evaluate(async () => {
      const ended = <T>(request: IDBRequest<T>) => new Promise<T>((resolve) => request.addEventListener('success', () => resolve(request.result)));
      const database = await ended(indexedDB.open('swerve'));
      let text = '';
      let key = '';
      for (const name of database.objectStoreNames) {
        for (const record of await ended(database.transaction(name).objectStore(name).getAll())) {
          text += JSON.stringify(record);
          if (record.value instanceof CryptoKey)
            key = await crypto.subtle.exportKey('raw', record.value).then(
              () => 'exported',
              (error: Error) => error.name,
            );
        }
      }
      database.close();
      return { text, key };
    });
    expect(text).toContain('ciphertext');
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain(Buffer.from(SECRET).toString('base64'));
    expect(key).toBe('InvalidAccessError');
  });
});

it('wasi:config reads them where it was granted, below the values of the App itself', async () => {
  const { digest } = await uploadModule(panel, guestFile('grants'));
  const path = `${CORE}/secrets`;
  await callApi(panel, 'POST', path, { metadata: { name: 'words' }, stringData: { greeting: SECRET } });
  const spec = { source: { digest }, routes: [{ path: '/config' }] };
  await createApp(panel, { name: 'config', ...spec, capabilities: { config: { from: [{ secret: 'words' }] } } });
  const greeting = async () => (await fetchIn(panel, 'config')).text.split('\n')[1];
  expect(await greeting()).toBe(SECRET);
  await callApi(panel, 'PUT', `${path}/words`, { stringData: { greeting: 'anew' } });
  expect(await greeting()).toBe('anew');
  const over = { config: { values: { greeting: 'mine' }, from: [{ secret: 'words' }] } };
  await callApi(panel, 'PUT', 'apis/swerve.dev/v1/namespaces/default/apps/config', { spec: { ...spec, capabilities: over } });
  expect(await greeting()).toBe('mine');
  await callApi(panel, 'PUT', 'apis/swerve.dev/v1/namespaces/default/apps/config', { spec });
  expect(await greeting()).toMatch(/^access denied/);
});

it('a ConfigMap is what was written, in lists and watches too; a wrong one is refused by its fields', async () => {
  const path = `${CORE}/configmaps`;
  const created = await callApi<Answer>(panel, 'POST', path, { metadata: { generateName: 'made-' }, data: { a: 'b' } });
  expect(created).toMatchObject({ apiVersion: 'v1', kind: 'ConfigMap', data: { a: 'b' }, metadata: { name: expect.stringMatching(/^made-\w{5}$/) } });
  expect(created.metadata).not.toHaveProperty('generation');
  const lines = (await fetchIn(panel, `_swerve/${path}?watch=1&timeoutSeconds=1&resourceVersion=${Number(created.metadata.resourceVersion) - 1}`)).text;
  expect(JSON.parse(lines.split('\n')[0] ?? '')).toEqual({ type: 'ADDED', object: created });
  const refused = await fetchIn(panel, `_swerve/${path}`, {
    method: 'POST',
    body: '{"metadata":{"name":"x"},"data":{"a":1}}',
    headers: { 'content-type': 'application/json' },
  });
  expect([refused.status, (JSON.parse(refused.text) as KubernetesStatus).details]).toMatchObject([422, { kind: 'ConfigMap', causes: [{ field: 'data[a]' }] }]);
  const conflict = await fetchIn(panel, `_swerve/${path}/settings`, {
    method: 'PUT',
    body: JSON.stringify({ metadata: { resourceVersion: '1' }, data: {} }),
    headers: { 'content-type': 'application/json' },
  });
  expect([conflict.status, conflict.headers['swerve-error']]).toEqual([409, 'resource-conflict']);
});
