import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { callApi, createApp, uploadModule } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { exampleFile, guestFile } from '../harness/wasm-files.ts';

const swerve = useSwerve();
let panel: Page;

beforeAll(async () => {
  panel = await swerve.openPanel();
});

afterEach(async () => {
  expect(await callApi(panel, 'GET', 'modules')).toEqual({ items: [] });
  expect(await storedCounts(panel)).toEqual({ modules: 0, artifacts: 0 });
});

/** How many records the database itself holds. */
function storedCounts(page: Page): Promise<{ modules: number; artifacts: number }> {
  return page.evaluate(async () => {
    const ended = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const database = await ended(indexedDB.open('swerve'));
    const transaction = database.transaction(['modules', 'artifacts']);
    const [modules, artifacts] = await Promise.all(['modules', 'artifacts'].map((name) => ended(transaction.objectStore(name).count())));
    database.close();
    return { modules: modules ?? -1, artifacts: artifacts ?? -1 };
  });
}

/** Posts bytes and gives the answer. */
async function post(bytes: Uint8Array, accept = '*/*'): Promise<{ status: number; type: string | null; code: string | null; text: string }> {
  return panel.evaluate(
    async ([text, accept]) => {
      const body = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
      const response = await fetch('/_swerve/modules', { method: 'POST', body, headers: { accept } });
      return { status: response.status, type: response.headers.get('content-type'), code: response.headers.get('swerve-error'), text: await response.text() };
    },
    [Buffer.from(bytes).toString('base64'), accept] as const,
  );
}

const text = (content: string) => new TextEncoder().encode(content);
const file = async (path: string) => new Uint8Array(await readFile(path));
const cut = async (path: string, length: number) => (await file(path)).subarray(0, length);
const flipped = async (path: string, at: number) => {
  const bytes = await file(path);
  bytes[at] = (bytes[at] ?? 0) ^ 4;
  return bytes;
};
const icon = fileURLToPath(new URL('../../../public/_swerve/icon-192.png', import.meta.url));
/** An empty archive with one entry's header before it. */
const zip = Uint8Array.from([0x50, 0x4b, 3, 4, 20, 0, 0, 0, 0, 0, ...new Uint8Array(20), 0x50, 0x4b, 5, 6, ...new Uint8Array(18)]);

describe('refuses, and says what it is:', () => {
  it.each<[string, () => Promise<Uint8Array> | Uint8Array, RegExp, RegExp]>([
    ['an empty file', () => new Uint8Array(), /empty \(0 bytes\)/, /Build or download/],
    ['text', () => text('Hello, I am a note.\n'), /a text file/, /Drop a \.wasm file/],
    ['an HTML page', () => text('<!doctype html><title>404 Not Found</title>'), /an HTML page.*download/, /Open it/],
    ['JavaScript', () => text('export default { fetch() { return new Response("hi"); } };'), /JavaScript or TypeScript source/, /jco componentize/],
    ['a PNG', () => file(icon), /a PNG image/, /Drop a \.wasm file/],
    ['a zip', () => zip, /a zip archive/, /Unpack/],
    ['the first three bytes of a module', () => cut(exampleFile('hello-c'), 3), /3 bytes of the beginning of a WebAssembly file/, /again/],
    ['half a module', () => cut(exampleFile('hello-c'), 9_000), /WebAssembly module is not valid|cut/, /again/],
    ['half a component', () => cut(exampleFile('stream-rust'), 60_000), /WebAssembly component is not valid|cut/, /again/],
    ['a component with one bit changed, seen by the reader', () => flipped(guestFile('cli-component'), 9), /component is not valid/, /again/],
    ['a component with one bit changed, seen by the transpiler', () => flipped(guestFile('cli-component'), 16), /component is not valid.*offset 0x/s, /again/],
    ['a module that imports nothing', () => file(guestFile('no-wasi')), /no _start|not.*WASI|imports nothing/i, /./],
    ['a reactor', () => file(guestFile('reactor')), /reactor/i, /./],
    ['a module of preview 0', () => file(guestFile('preview0')), /wasi_unstable|preview 0|snapshot/i, /./],
    ['a component without a handler', () => file(guestFile('no-handler-component')), /acme:math\/add@1\.0\.0/, /./],
  ])('%s', async (_what, bytes, found, fix) => {
    const answer = await post(await bytes());
    expect(answer, answer.text).toMatchObject({ status: 422, type: 'application/problem+json', code: 'module-invalid' });
    const problem = JSON.parse(answer.text);
    expect(problem).toMatchObject({ code: 'module-invalid', status: 422, type: 'urn:swerve:problem:module-invalid' });
    expect(problem.found).toMatch(found);
    expect(problem.runs).toMatch(/WASI preview 1 commands .* components that export wasi:http\/incoming-handler/);
    expect(problem.fix).toMatch(fix);
    expect(problem.detail).toBe(`${problem.found} ${problem.runs} ${problem.fix}`);
  });

  it('in the last line of an answer that tells its progress', async () => {
    const { status, type, text: lines } = await post(await file(icon), 'application/x-ndjson');
    expect([status, type]).toEqual([200, 'application/x-ndjson']);
    const last = JSON.parse(lines.trim().split('\n').at(-1) ?? '');
    expect(last).toMatchObject({ type: 'error', status: 422, problem: { code: 'module-invalid', found: expect.stringContaining('PNG') } });
  });
});

describe('imports that nobody serves', () => {
  it.each([
    ['unknown-import', ['env', 'mystery', 'acme_v1', 'launch']],
    ['unknown-component-import', ['acme:rockets/launch@1.0.0']],
  ])('%s: the App that would use it is refused, by name', async (guest, names) => {
    const module = await uploadModule(panel, guestFile(guest));
    const refusal = await createApp(panel, { name: 'unknown', source: { digest: module.digest }, routes: [{ path: '/unknown' }] }).catch(String);
    expect(refusal).toContain('answered 422');
    const status = JSON.parse(String(refusal).slice(String(refusal).indexOf('{')));
    expect(status).toMatchObject({ kind: 'Status', reason: 'Invalid', code: 422, details: { causes: [{ field: 'spec.source.digest' }] } });
    for (const name of names) expect(status.message).toContain(name);
    expect(await callApi(panel, 'GET', 'apis/swerve.dev/v1/apps')).toMatchObject({ items: [] });
    await callApi(panel, 'DELETE', `modules/${module.digest}`);
  });
});

describe('the panel', () => {
  it.each([
    ['holiday.png', 'image/png', () => file(icon), /This is a PNG image/],
    ['handler.wasm', 'application/wasm', () => text('<html><body>Not found</body></html>'), /This is an HTML page/],
  ] as const)('says of %s what it is', async (name, mimeType, bytes, found) => {
    const [chooser] = await Promise.all([panel.waitForEvent('filechooser'), panel.getByRole('button', { name: 'Choose files' }).click()]);
    await chooser.setFiles({ name, mimeType, buffer: Buffer.from(await bytes()) });
    await panel.getByRole('heading', { name: `${name} cannot run here` }).waitFor();
    await panel.getByRole('alert').filter({ hasText: found }).waitFor();
    await panel.getByRole('button', { name: `Dismiss ${name}` }).click();
    await panel.getByRole('heading', { name: `${name} cannot run here` }).waitFor({ state: 'detached' });
  });
});
