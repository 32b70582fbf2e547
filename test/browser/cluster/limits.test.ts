import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createApp, fetchIn, readApp, untilCondition, uploadModule } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { waitFor } from '../harness/wait.ts';
import { exampleFile, guestFile } from '../harness/wasm-files.ts';

const swerve = useSwerve();
let panel: Page;
let misbehave: string;
let misbehaveHttp: string;

beforeAll(async () => {
  panel = await swerve.openPanel();
  ({ digest: misbehave } = await uploadModule(panel, exampleFile('misbehave')));
  ({ digest: misbehaveHttp } = await uploadModule(panel, exampleFile('misbehave-http')));
  const { digest: hello } = await uploadModule(panel, exampleFile('hello-c'));
  await createApp(panel, { name: 'hello', source: { digest: hello }, routes: [{ path: '/hello' }] });
});

const source = (digest: string) => ({ digest: digest as `sha256:${string}` });
const problemOf = (text: string) => JSON.parse(text) as { code: string; status: number; title: string; detail: string };

describe.each(['wagi', 'http'] as const)('the deadline of a %s guest', (kind) => {
  /** A new App for each test, so that what one kills is not seen by the next. */
  const start = async (test: string) => {
    const name = `${kind}-${test}`;
    await createApp(panel, {
      name,
      source: source(kind === 'wagi' ? misbehave : misbehaveHttp),
      routes: [{ path: `/${name}` }],
      // A new instance must start within it too, on a busy machine.
      limits: { timeoutMs: 1_200 },
      restart: { maxRestarts: 100 },
    });
    return name;
  };

  it('ends an endless loop with 504, and other Apps do not notice', async () => {
    const name = await start('loop');
    const loop = fetchIn(panel, `${name}/loop`);
    const others: number[] = [];
    for (let i = 0; i < 10; i += 1) others.push((await fetchIn(panel, 'hello')).status);
    expect(others).toEqual(Array(10).fill(200));
    const answer = await loop;
    expect(answer.status).toBe(504);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json', 'swerve-error': 'handler-timeout' });
    expect(problemOf(answer.text)).toMatchObject({ code: 'handler-timeout', status: 504 });
    expect((await fetchIn(panel, `${name}/ok`)).status).toBe(200);
  });

  it('ends a loop that begins after the head: the body breaks off', async () => {
    const name = await start('late');
    const outcome = await panel.evaluate(async (path) => {
      const response = await fetch(path);
      return response.text().then(
        () => 'whole',
        () => `${response.status} broke off`,
      );
    }, `/${name}/loop?late=1`);
    expect(outcome).toBe('200 broke off');
    expect((await fetchIn(panel, `${name}/ok`)).status).toBe(200);
  });

  it('ends a guest that only waits, whose worker lives on', async () => {
    const name = await start('hang');
    const pods = async () => {
      const { text } = await fetchIn(panel, `_swerve/api/v1/namespaces/default/pods?labelSelector=swerve.dev/app=${name}`);
      return (JSON.parse(text) as { items: { metadata: { name: string } }[] }).items.map(({ metadata }) => metadata.name);
    };
    expect((await fetchIn(panel, `${name}/ok`)).status).toBe(200);
    const [instance] = await pods();
    expect((await fetchIn(panel, `${name}/hang`)).status).toBe(504);
    expect((await fetchIn(panel, `${name}/ok`)).status).toBe(200);
    expect(await pods()).toContain(instance);
  });

  it('does not end a slow drip that keeps coming', async () => {
    const name = await start('drip');
    const answer = await fetchIn(panel, `${name}/drip?n=8&ms=200`);
    expect(answer.status).toBe(200);
    expect(answer.text.trim().split('\n').length).toBe(8);
  });
});

it('durationMs bounds a drip that never ends', async () => {
  await createApp(panel, { name: 'duration', source: source(misbehave), routes: [{ path: '/duration' }], limits: { timeoutMs: 700, durationMs: 1500 } });
  const outcome = await panel.evaluate(async () => {
    const startMs = performance.now();
    const response = await fetch('/duration/drip?n=1000&ms=100');
    const ended = await response.text().then(
      () => 'whole',
      () => 'broke off',
    );
    return { ended, ms: performance.now() - startMs };
  });
  expect(outcome.ended).toBe('broke off');
  expect(outcome.ms).toBeLessThan(10_000);
});

describe('the memory limit', () => {
  it('makes growth fail inside the guest', async () => {
    await createApp(panel, { name: 'memory', source: source(misbehave), routes: [{ path: '/memory' }], limits: { memoryMiB: 32 } });
    const within = await fetchIn(panel, 'memory/alloc?mib=8');
    expect(within.status, within.text).toBe(200);
    const over = await fetchIn(panel, 'memory/alloc?mib=64');
    expect(over.status).toBe(507);
    expect(JSON.parse(over.text).memoryMib).toBeLessThanOrEqual(32);
  });

  it('holds for components as well', async () => {
    await createApp(panel, { name: 'memory-http', source: source(misbehaveHttp), routes: [{ path: '/memory-http' }], limits: { memoryMiB: 32 } });
    expect((await fetchIn(panel, 'memory-http/alloc?mib=8')).status).toBe(200);
    const over = await fetchIn(panel, 'memory-http/alloc?mib=64');
    expect(over.status).toBe(507);
    expect(JSON.parse(over.text).memoryMib).toBeLessThanOrEqual(32);
  });

  it('refuses a module that declares more, and says which line would allow it', async () => {
    const { digest } = await uploadModule(panel, guestFile('big-min-memory'));
    const refused = createApp(panel, { name: 'big', source: { digest }, routes: [{ path: '/big' }] });
    await expect(refused).rejects.toThrow(/answered 422.*spec\.limits\.memoryMiB.*512/s);
    await createApp(panel, { name: 'big', source: { digest }, routes: [{ path: '/big' }], limits: { memoryMiB: 512 } });
  });
});

describe('supervision', () => {
  it('holds back an App that crashes too often, with Retry-After and a condition, and lets it go on afterwards', async () => {
    await createApp(panel, {
      name: 'crashing',
      source: source(misbehave),
      routes: [{ path: '/crashing' }],
      limits: { timeoutMs: 300 },
      restart: { maxRestarts: 1, windowSeconds: 60 },
    });
    const held = await waitFor(
      'the App to be held back',
      async () => {
        const answer = await fetchIn(panel, 'crashing/loop');
        return answer.headers['swerve-error'] === 'app-crash-loop' ? answer : null;
      },
      { deadlineMs: 30_000 },
    );
    expect(held.status).toBe(503);
    expect(held.headers).toMatchObject({ 'retry-after': expect.stringMatching(/^\d+$/) });
    const app = await untilCondition(panel, 'crashing', { status: 'False' });
    expect(app.status?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({ reason: 'CrashLoopBackOff' });
    await waitFor('the App to serve again', async () => (await fetchIn(panel, 'crashing/ok')).status === 200 || null);
    await untilCondition(panel, 'crashing');
    expect((await readApp(panel, 'crashing')).status?.conditions?.find(({ type }) => type === 'Healthy')).toMatchObject({ status: 'True' });
  });
});
