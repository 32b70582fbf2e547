import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import type { App } from '../../../src/core/app.ts';
import { callApi, createApp, deleteApp, fetchIn, readApp, untilCondition, uploadModule } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { waitFor } from '../harness/wait.ts';
import { exampleFile } from '../harness/wasm-files.ts';
import { instancesOf, logOf } from '../http/guests.ts';

/** What writes to the API do to the cluster. */

const swerve = useSwerve();
let panel: Page;
let hello: `sha256:${string}`;
let misbehave: `sha256:${string}`;
let stream: `sha256:${string}`;

beforeAll(async () => {
  panel = await swerve.openPanel();
  ({ digest: hello } = await uploadModule(panel, exampleFile('hello-rust')));
  ({ digest: misbehave } = await uploadModule(panel, exampleFile('misbehave')));
  ({ digest: stream } = await uploadModule(panel, exampleFile('stream-rust')));
});

const appPath = (name: string) => `apis/swerve.dev/v1/namespaces/default/apps/${name}`;
/** Without a resourceVersion: the cluster writes the status of an App at the same time. */
const replace = ({ metadata: { name }, spec }: App, changes: Partial<App['spec']>) =>
  callApi<App>(panel, 'PUT', appPath(name), { metadata: { name }, spec: { ...spec, ...changes } });
const greetingAt = async (path: string) => JSON.parse((await fetchIn(panel, `${path}?format=json`)).text).greeting;

it('of two Apps with one route the older keeps it, and the younger says whose it is', async () => {
  await createApp(panel, { name: 'older', source: { digest: hello }, routes: [{ path: '/shared' }], env: { GREETING: 'older' } });
  const younger = await createApp(panel, {
    name: 'younger',
    source: { digest: hello },
    routes: [{ path: '/shared' }, { path: '/own' }],
    env: { GREETING: 'younger' },
  });
  expect(younger.status?.conditions?.find(({ type }) => type === 'RoutesAccepted')).toMatchObject({
    status: 'False',
    reason: 'RouteClash',
    message: expect.stringMatching(/prefix \/shared is held by the App default\/older/),
  });
  expect(younger.status?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({ status: 'True' });
  expect([await greetingAt('shared'), await greetingAt('own')]).toEqual(['older', 'younger']);
  // A newer write does not make the older App younger.
  await replace(await readApp(panel, 'older'), { env: { GREETING: 'older still' } });
  expect(await greetingAt('shared')).toBe('older still');
  await deleteApp(panel, 'older');
  expect(await greetingAt('shared')).toBe('younger');
  await untilCondition(panel, 'younger', { type: 'RoutesAccepted' });
  await deleteApp(panel, 'younger');
});

it('an App whose every route is held by another is not ready until that goes', async () => {
  await createApp(panel, { name: 'holder', source: { digest: hello }, routes: [{ path: '/held' }] });
  await createApp(panel, { name: 'waiter', source: { digest: hello }, routes: [{ path: '/held' }], env: { GREETING: 'waiter' } });
  await untilCondition(panel, 'waiter', { status: 'False' });
  const { status } = await readApp(panel, 'waiter');
  expect(status?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({ reason: 'NoRoute' });
  await deleteApp(panel, 'holder');
  await untilCondition(panel, 'waiter');
  expect(await greetingAt('held')).toBe('waiter');
  await deleteApp(panel, 'waiter');
});

it('scale.min keeps instances without any request, replaces them with the next generation, and lets them go', async () => {
  const app = await createApp(panel, { name: 'kept', source: { digest: hello }, routes: [{ path: '/kept' }], scale: { min: 1 } });
  const [first] = await waitFor('an instance', async () => {
    const { names } = await instancesOf(panel, 'kept');
    return names.length === 1 && names;
  });
  expect((await instancesOf(panel, 'kept')).served).toBe(0);
  await replace(app, { env: { GREETING: 'second' } });
  await waitFor('an instance of the new generation', async () => {
    const { names } = await instancesOf(panel, 'kept');
    return names.length === 1 && names[0] !== first;
  });
  expect(await greetingAt('kept')).toBe('second');
  await deleteApp(panel, 'kept');
  await waitFor('its end', async () => (await instancesOf(panel, 'kept')).names.length === 0);
});

it('a changed env holds from the next request on; what runs is finished by the old instance, which then ends', async () => {
  const app = await createApp(panel, { name: 'changed', source: { digest: stream }, routes: [{ path: '/changed' }], env: { WHO: 'first' } });
  const who = async () => Object.fromEntries(JSON.parse((await fetchIn(panel, 'changed/env')).text).env).WHO;
  expect(await who()).toBe('first');
  const { names: before } = await instancesOf(panel, 'changed');
  const slow = fetchIn(panel, 'changed/sleep?ms=700');
  await waitFor('the slow request to run', async () => (await instancesOf(panel, 'changed')).inFlight === 1);
  const replaced = await replace(app, { env: { WHO: 'second' } });
  expect(replaced.metadata.generation).toBe(2);
  expect(await who()).toBe('second');
  expect((await slow).status).toBe(200);
  await waitFor('the old instance to end', async () => !(await instancesOf(panel, 'changed')).names.some((name) => before.includes(name)));
  expect(await who()).toBe('second');
  await deleteApp(panel, 'changed');
});

it('a deleted App is gone: routes, instances and its log', async () => {
  await createApp(panel, { name: 'gone', source: { digest: misbehave }, routes: [{ path: '/gone' }] });
  expect((await fetchIn(panel, 'gone/stderr?n=3')).status).toBe(200);
  await expect.poll(() => logOf(panel, 'gone')).toContain('line 3');
  await deleteApp(panel, 'gone');
  expect(await fetchIn(panel, 'gone')).toMatchObject({ status: 404, headers: { 'swerve-error': 'route-not-found' } });
  await waitFor('its instances to end', async () => (await instancesOf(panel, 'gone')).names.length === 0);
  await waitFor('its log to be deleted', () =>
    panel.evaluate(async () => {
      const ended = <T>(request: IDBRequest<T>) => new Promise<T>((resolve) => request.addEventListener('success', () => resolve(request.result)));
      const database = await ended(indexedDB.open('swerve'));
      const range = IDBKeyRange.bound(['default', 'gone'], ['default', 'gone', []]);
      const transaction = database.transaction(['logs', 'logHeads']);
      const counts = [await ended(transaction.objectStore('logs').count(range)), await ended(transaction.objectStore('logHeads').count(['default', 'gone']))];
      database.close();
      return counts.every((count) => count === 0);
    }),
  );
  // One of the same name starts with nothing of it.
  await createApp(panel, { name: 'gone', source: { digest: misbehave }, routes: [{ path: '/gone' }] });
  expect(await logOf(panel, 'gone')).toBe('');
  await deleteApp(panel, 'gone');
});

it('a request that runs while its App is deleted is ended with it', async () => {
  await createApp(panel, { name: 'cut', source: { digest: misbehave }, routes: [{ path: '/cut' }], limits: { timeoutMs: 8_000 } });
  const startMs = performance.now();
  const hanging = fetchIn(panel, 'cut/hang');
  await waitFor('the request to run', async () => (await instancesOf(panel, 'cut')).inFlight === 1);
  await deleteApp(panel, 'cut');
  const answer = await hanging;
  expect(answer.headers['swerve-error'], answer.text).toMatch(/^(host-lost|route-not-found)$/);
  expect(performance.now() - startMs).toBeLessThan(4_000);
  expect((await instancesOf(panel, 'cut')).names).toEqual([]);
});

it('an App whose module is another one from now on serves that', async () => {
  const app = await createApp(panel, { name: 'swapped', source: { digest: misbehave }, routes: [{ path: '/swapped' }] });
  expect((await fetchIn(panel, 'swapped/ok')).text).toContain('loop hang trap');
  await replace(app, { source: { digest: hello } });
  expect(await greetingAt('swapped/')).toBe('Hello');
  await deleteApp(panel, 'swapped');
});
