/** What an App holds of what its module imports: said when it is written, in its conditions, in its log. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AppSpecInput } from '../../../src/core/app.ts';
import type { Digest } from '../../../src/core/ids.ts';
import type { KubernetesStatus } from '../../../src/core/resource.ts';
import { createApp, fetchIn, readApp, uploadModule } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { guestFile } from '../harness/wasm-files.ts';
import { logOf } from '../http/guests.ts';

const swerve = useSwerve();
let panel: Page;
let digest: Digest;

beforeAll(async () => {
  panel = await swerve.openPanel();
  ({ digest } = await uploadModule(panel, guestFile('grants')));
});

const APPS = '_swerve/apis/swerve.dev/v1/namespaces/default/apps';

const write = (method: string, path: string, body: unknown, type = 'application/json') =>
  fetchIn(panel, path, { method, body: JSON.stringify(body), headers: { 'content-type': type } });

const appOf = (name: string, spec: Partial<AppSpecInput>) => ({ metadata: { name }, spec: { source: { digest }, routes: [{ path: `/${name}` }], ...spec } });

const granted = async (name: string) => (await readApp(panel, name)).status?.conditions?.find(({ type }) => type === 'CapabilitiesGranted');

describe('what a module imports and its App was not granted', () => {
  it('is denied with its own error; the condition and the log name the line that would grant it', async () => {
    await createApp(panel, { name: 'bare', source: { digest }, routes: [{ path: '/bare' }] });
    expect((await fetchIn(panel, 'bare')).text).toMatch(/^denied\naccess denied: /);
    const line = 'capabilities: { keyValue: { stores: [default] } }';
    expect(await granted('bare')).toMatchObject({ status: 'False', reason: 'ImportsDenied', message: expect.stringContaining(`grant it with ${line}`) });
    await expect.poll(() => logOf(panel, 'bare')).toContain(`Denied: wasi:keyvalue/store ("default"). To grant it, the App's spec needs ${line}.`);
  });

  it('refuses the App under strict, by field, and stores nothing', async () => {
    const answer = await write('POST', APPS, appOf('strict', { capabilities: { strict: true } }));
    const status = JSON.parse(answer.text) as KubernetesStatus;
    expect([answer.status, status.reason]).toEqual([422, 'Invalid']);
    const cause = status.details?.causes?.find(({ field }) => field === 'spec.capabilities.keyValue');
    expect(cause).toMatchObject({ reason: 'FieldValueRequired', message: expect.stringContaining('wasi:keyvalue/store@0.2.0-draft2') });
    expect((await fetchIn(panel, `${APPS}/strict`)).status).toBe(404);
  });
});

it('a grant that the module does not import is a warning, on every write and in the condition', async () => {
  const warning = '299 - "spec.capabilities.blobStore grants what the module does not import."';
  const capabilities = { blobStore: { containers: ['files'] } };
  const created = await write('POST', APPS, appOf('loose', { capabilities }));
  expect([created.status, created.headers['warning']]).toEqual([201, warning]);
  const patched = await write('PATCH', `${APPS}/loose`, { metadata: { labels: { a: 'b' } } }, 'application/merge-patch+json');
  expect([patched.status, patched.headers['warning']]).toEqual([200, warning]);
  expect((await granted('loose'))?.message).toContain('spec.capabilities.blobStore grants what the module does not import.');
  const mended = await write('PUT', `${APPS}/loose`, appOf('loose', {}));
  expect([mended.status, mended.headers['warning']]).toEqual([200, undefined]);
});

it('an import that Swerve does not know is refused by name, whatever is granted', async () => {
  const { digest: unknown } = await uploadModule(panel, guestFile('unknown-component-import'));
  const answer = await write('POST', APPS, appOf('unknown', { source: { digest: unknown }, capabilities: { keyValue: { stores: ['default'] } } }));
  expect([answer.status, answer.text]).toEqual([422, expect.stringContaining('acme:rockets/launch@1.0.0')]);
});
