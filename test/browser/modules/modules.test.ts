import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { callApi, createApp, deleteApp, fetchIn, readApp, uploadModule } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { exampleFile, guestFile, PACKAGED } from '../harness/wasm-files.ts';
import { logOf } from '../http/guests.ts';

const swerve = useSwerve();
let panel: Page;

beforeAll(async () => {
  panel = await swerve.openPanel();
});

/** Posts a file's bytes, and gives the lines of its progress with the time at which each came. */
async function uploadWithProgress(path: string): Promise<{ phase?: string; type: string; status?: number; bytes?: number; of?: number; module?: unknown }[]> {
  return panel.evaluate(
    async (text) => {
      const body = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
      const response = await fetch('/_swerve/modules', { method: 'POST', body, headers: { accept: 'application/x-ndjson' } });
      return (await response.text())
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line));
    },
    (await readFile(path)).toString('base64'),
  );
}

it('stores a module once, by its digest, and gives its bytes back', async () => {
  const bytes = await readFile(exampleFile('hello-c'));
  const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
  const post = () =>
    panel.evaluate(async (text) => {
      const body = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
      const response = await fetch('/_swerve/modules', { method: 'POST', body });
      return { status: response.status, location: response.headers.get('location'), module: await response.json() };
    }, bytes.toString('base64'));
  const [first, second] = [await post(), await post()];
  expect(first).toMatchObject({
    status: 201,
    location: `/_swerve/modules/${digest}`,
    module: { digest, sizeBytes: bytes.length, kind: 'command', abi: 'wagi' },
  });
  expect(second).toEqual({ ...first, status: 200 });
  expect(await callApi(panel, 'GET', `modules/${digest}`)).toEqual(first.module);
  const back = await panel.evaluate(async (digest) => {
    const response = await fetch(`/_swerve/modules/${digest}`, { headers: { accept: 'application/wasm' } });
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await response.arrayBuffer()));
    return { type: response.headers.get('content-type'), digest: `sha256:${Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('')}` };
  }, digest);
  expect(back).toEqual({ type: 'application/wasm', digest });
});

it('tells the phases of a component, and passes over transpiling the second time', async () => {
  const phasesOf = (lines: { phase?: string }[]) => [...new Set(lines.flatMap(({ phase }) => phase ?? []))];
  const first = await uploadWithProgress(exampleFile('stream-rust'));
  expect(phasesOf(first)).toEqual(['receiving', 'checking', 'transpiling', 'storing']);
  expect(first.at(-1)).toMatchObject({ type: 'done', status: 201, module: { kind: 'component', abi: 'wasi-http' } });
  const second = await uploadWithProgress(exampleFile('stream-rust'));
  expect(phasesOf(second)).toEqual(['receiving', 'checking', 'storing']);
  expect(second.at(-1)).toMatchObject({ type: 'done', status: 200, module: first.at(-1)?.module });
});

it('counts the bytes of a large upload as they come', async () => {
  const input = await panel.evaluateHandle(() =>
    document.documentElement.appendChild(Object.assign(document.createElement('input'), { type: 'file', hidden: true })),
  );
  await input.setInputFiles(PACKAGED.phpCgi());
  const lines = await input.evaluate(async (element) => {
    const response = await fetch('/_swerve/modules', { method: 'POST', body: element.files?.[0] ?? null, headers: { accept: 'application/x-ndjson' } });
    element.remove();
    return (await response.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { phase?: string; bytes?: number; type: string });
  });
  const received = lines.filter(({ phase }) => phase === 'receiving').map(({ bytes }) => bytes ?? 0);
  expect(received.length).toBeGreaterThan(5);
  expect(received).toEqual([...received].sort((a, b) => a - b));
  expect(lines.at(-1)).toMatchObject({ type: 'done', module: { sizeBytes: 13_128_903, kind: 'command', abi: 'wagi' } });
});

it('keeps a module that an App uses, and deletes it with all that was made of it once none does', async () => {
  const { digest } = await uploadModule(panel, guestFile('cli-component'));
  await createApp(panel, { name: 'user', source: { digest }, routes: [{ path: '/user' }] });
  const refused = await fetchIn(panel, `_swerve/modules/${digest}`, { method: 'DELETE' });
  expect(refused).toMatchObject({ status: 409, headers: { 'content-type': 'application/problem+json', 'swerve-error': 'module-in-use' } });
  expect(JSON.parse(refused.text)).toMatchObject({ code: 'module-in-use', apps: ['default/user'] });
  expect((await fetchIn(panel, 'user')).status).toBe(200);
  await deleteApp(panel, 'user');
  expect((await fetchIn(panel, `_swerve/modules/${digest}`, { method: 'DELETE' })).status).toBe(204);
  expect((await fetchIn(panel, `_swerve/modules/${digest}`)).status).toBe(404);
  expect((await fetchIn(panel, `_swerve/modules/${digest}`, { method: 'DELETE' })).status).toBe(404);
  const artifacts = await panel.evaluate(async (digest) => {
    const ended = <T>(request: IDBRequest<T>) => new Promise<T>((resolve) => request.addEventListener('success', () => resolve(request.result)));
    const database = await ended(indexedDB.open('swerve'));
    const keys = await ended(database.transaction('artifacts').objectStore('artifacts').getAllKeys());
    database.close();
    return keys.filter((key) => Array.isArray(key) && key[0] === digest);
  }, digest);
  expect(artifacts).toEqual([]);
});

describe('an import that was not granted', () => {
  const granted = async (name: string) => (await readApp(panel, name)).status?.conditions?.find(({ type }) => type === 'CapabilitiesGranted');

  it('of a component: its own error when used, a condition that names it, a line in the log', async () => {
    const { digest } = await uploadModule(panel, exampleFile('stream-rust'));
    await createApp(panel, { name: 'stream', source: { digest }, routes: [{ path: '/stream' }] });
    const answer = await fetchIn(panel, 'stream/outbound?url=https://example.com/');
    expect(JSON.parse(answer.text)).toMatchObject({ ok: false, error: 'HTTP-request-denied' });
    expect(await granted('stream')).toMatchObject({
      status: 'False',
      reason: 'ImportsDenied',
      message: expect.stringMatching(/wasi:http\/outgoing-handler@0\.2.*HTTP-request-denied/),
    });
    expect((await readApp(panel, 'stream')).status?.conditions?.find(({ type }) => type === 'Ready')).toMatchObject({ status: 'True' });
    await expect.poll(() => logOf(panel, 'stream')).toMatch(/ system \S+ Denied: .*example\.com \(wasi:http\/outgoing-handler\)/);
  });

  it('of a core module: the sockets that Python brings along', async () => {
    const { digest } = await uploadModule(panel, PACKAGED.python());
    const script = `
import socket
try:
    socket.socket(socket.AF_INET, socket.SOCK_STREAM, 0, fileno=0).recv(1)
except OSError as error:
    print("Content-Type: text/plain\\n\\n" + str(error), end="")
`;
    await createApp(panel, { name: 'sockets', source: { digest }, routes: [{ path: '/sockets' }], args: ['python', '-c', script] });
    expect(await granted('sockets')).toMatchObject({ status: 'False', reason: 'ImportsDenied', message: expect.stringMatching(/sock_recv/) });
    const answer = await fetchIn(panel, 'sockets');
    expect(answer, await logOf(panel, 'sockets')).toMatchObject({ status: 200, text: '[Errno 57] Not a socket' });
    await expect.poll(() => logOf(panel, 'sockets')).toMatch(/ system \S+ .*grants no sockets/);
  });
});
