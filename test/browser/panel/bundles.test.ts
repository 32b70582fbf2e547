/** Bundles: dropped on the page, shown, installed as a whole or not at all; and out again as an export. */
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callApi, createApp, deleteApp, fetchIn, readApp, uploadModule } from '../harness/api.ts';
import { drag } from '../harness/drag.ts';
import { useSwerve } from '../harness/swerve.ts';
import { exampleFile, guestFile } from '../harness/wasm-files.ts';

const swerve = useSwerve();
let page: Page;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'swerve-bundles-'));
  page = await swerve.openPanel();
  await page.getByRole('heading', { level: 1 }).waitFor();
});
afterAll(() => rm(folder, { recursive: true }));

const YAML = `apiVersion: swerve.dev/v1
kind: App
metadata: { name: front }
spec:
  source: { file: build/hello.wasm }
  routes: [{ path: /front }]
  env: { GREETING: Ahoy }
---
apiVersion: swerve.dev/v1
kind: App
metadata: { name: back, namespace: shop }
spec:
  source: { file: build/hello.wasm }
  routes: [{ path: /back, match: exact, methods: [GET] }]
  files: [{ path: /data/note, file: note.txt }]
`;

const installing = () => page.getByRole('region', { name: /^Install/ });
const button = (name: string | RegExp) => installing().getByRole('button', { name });
const modules = async () => (await callApi<{ items: { digest: string }[] }>(page, 'GET', 'modules')).items.map(({ digest }) => digest);
const apps = async () =>
  (await callApi<{ items: { metadata: { name: string } }[] }>(page, 'GET', 'apis/swerve.dev/v1/apps')).items.map(({ metadata }) => metadata.name);

async function zipOf(name: string, yaml: string, more: Record<string, Uint8Array> = {}): Promise<string> {
  const path = join(folder, name);
  const files = { 'swerve.yaml': strToU8(yaml), 'build/hello.wasm': await readFile(exampleFile('hello-c')), 'note.txt': strToU8('A note.'), ...more };
  await writeFile(path, zipSync(files));
  return path;
}

async function drop(...paths: string[]): Promise<void> {
  const dragging = await drag(page, ...paths);
  await dragging.send('dragEnter');
  await dragging.send('drop');
}

async function close(): Promise<void> {
  await button(/^(Close|Cancel)$/).click();
  await installing().waitFor({ state: 'detached' });
}

describe('a bundle', () => {
  it('dropped on an empty cluster shows what it asks for, installs, and answers', async () => {
    await drop(await zipOf('shop.zip', YAML));
    await installing().getByRole('heading', { level: 2, name: 'Install shop.zip' }).waitFor();
    await button('Install 2 Apps').waitFor();
    const asks = (key: string) => installing().getByLabel(`What ${key} asks for`);
    const words = async (key: string) =>
      Promise.all((['term', 'definition'] as const).map(async (role) => (await asks(key).getByRole(role).allTextContents()).map((text) => text.trim())));
    expect(await words('default/front')).toEqual([
      ['Routes', 'Grants', 'Environment'],
      ['/front', 'none', 'GREETING'],
    ]);
    expect(await words('shop/back')).toEqual([
      ['Routes', 'Grants', 'Files'],
      ['GET /back (exact)', 'none', '/data/note, 7 B'],
    ]);
    await installing().getByRole('list', { name: 'Modules' }).getByText('build/hello.wasm').waitFor();
    expect(await installing().getByRole('checkbox').count()).toBe(0);
    expect(await apps()).toEqual([]);
    await button('Install 2 Apps').click();
    await installing().getByText('Installed: 2 Apps added, 1 module stored.').waitFor();
    expect((await fetchIn(page, 'front')).text).toContain('Ahoy, world');
    expect((await fetchIn(page, 'back')).status).toBe(200);
    expect((await readApp(page, 'back', 'shop')).spec.files).toEqual([{ path: '/data/note', text: 'A note.' }]);
    await close();
    await page.getByRole('link', { name: 'front', exact: true }).waitFor();
  });

  it('as a folder says what it would replace, and replaces all of it at once', async () => {
    const inner = join(folder, 'shop');
    await mkdir(join(inner, 'build'), { recursive: true });
    await writeFile(join(inner, 'swerve.yaml'), YAML.replace('Ahoy', 'Moin').replace('path: /back', 'path: /rear'));
    await writeFile(join(inner, 'note.txt'), 'A note.');
    await copyFile(exampleFile('hello-c'), join(inner, 'build/hello.wasm'));
    await drop(inner);
    await button('Install 2 Apps (2 replaced)').waitFor();
    expect(await installing().getByText('Takes the place of the one here').count()).toBe(2);
    expect(await installing().getByLabel('What would change in shop/back').getByRole('term').allTextContents()).toEqual(['spec.routes[0].path']);
    await button('Install 2 Apps (2 replaced)').click();
    await installing().getByText('Installed: 2 Apps replaced.').waitFor();
    expect((await fetchIn(page, 'front')).text).toContain('Moin, world');
    expect([(await fetchIn(page, 'back')).status, (await fetchIn(page, 'rear')).status]).toEqual([404, 200]);
    await close();
    await drop(inner);
    await installing().getByText('All of it is here already.').waitFor();
    await close();
  });

  it('with one App that is refused installs nothing, and says file, line and field', async () => {
    const before = [await apps(), await modules()];
    const yaml = YAML.replaceAll('name: front', 'name: side').replace('path: /front', 'path: side').replace('Ahoy', 'Hej');
    await drop(await zipOf('refused.zip', yaml, { 'other.wasm': await readFile(exampleFile('hello-rust')) }));
    await installing()
      .getByText(/^swerve\.yaml, line 6, spec\.routes\[0\]\.path: .*must be an absolute path/)
      .waitFor();
    await installing().getByRole('alert').getByText('It cannot be installed as a whole').waitFor();
    expect(await button(/^Install/).isDisabled()).toBe(true);
    await close();
    await expect.poll(async () => [await apps(), await modules()]).toEqual(before);
  });

  it('whose module cannot run installs nothing and leaves no module', async () => {
    const before = [await apps(), await modules()];
    const yaml = `${YAML.replace('name: front', 'name: side').replace('/front', '/side')}---\n${YAML.split('---')[0]?.replace('name: front', 'name: odd').replace('build/hello.wasm', 'odd.wasm')}`;
    await drop(await zipOf('odd.zip', yaml, { 'odd.wasm': await readFile(guestFile('unknown-import')) }));
    await installing().getByText('It cannot be installed as a whole').waitFor();
    await close();
    await expect.poll(async () => [await apps(), await modules()]).toEqual(before);
  });

  it('that fails when it is written leaves nothing, and what ran goes on', async () => {
    const before = { uid: (await readApp(page, 'front')).metadata.uid, modules: await modules() };
    const yaml = `${YAML.replace('GREETING: Ahoy', 'GREETING: Hej')}---\n${YAML.split('---')[0]?.replace('name: front', 'name: late').replace('/front', '/late').replace('build/hello.wasm', 'rust.wasm')}`;
    await drop(await zipOf('late.zip', yaml, { 'rust.wasm': await readFile(exampleFile('hello-rust')) }));
    await button(/^Install 3 Apps/).waitFor();
    expect((await modules()).length).toBe(before.modules.length + 1);
    // Somebody else is faster with the last of the three.
    await createApp(page, { name: 'late', source: { digest: before.modules[0] as `sha256:${string}` }, routes: [{ path: '/taken' }] });
    await button(/^Install 3 Apps/).click();
    await installing().getByText('Nothing was installed: everything is as it was.').waitFor();
    await expect.poll(modules).toEqual(before.modules);
    const front = await readApp(page, 'front');
    expect([front.metadata.uid, front.metadata.generation, front.spec.env]).toEqual([before.uid, 2, { GREETING: 'Moin' }]);
    expect((await fetchIn(page, 'front')).text).toContain('Moin, world');
    await close();
    await deleteApp(page, 'late');
  });

  it.each<[string, Record<string, Uint8Array>, string, RegExp]>([
    ['a path that leads out', { '../evil': strToU8('x') }, YAML, /"\.\.\/evil", whose path leads out/],
    ['a file that is missing', {}, YAML.replace('file: note.txt', 'file: notes.txt'), /swerve\.yaml, line 15: spec\.files\[0\]\.file names "notes\.txt"/],
  ])('with %s is refused by name, and nothing is stored', async (what, more, yaml, words) => {
    const before = [await apps(), await modules()];
    await drop(await zipOf(`${what}.zip`, yaml, more));
    await expect.poll(() => installing().getByRole('alert').textContent()).toMatch(words);
    await installing().getByText('Nothing was changed here.').waitFor();
    await close();
    expect([await apps(), await modules()]).toEqual(before);
  });

  it('is what an export of an App is: it comes back after a reset', async () => {
    await page.evaluate(() => void location.assign('#/apps/shop/back'));
    await page.getByRole('heading', { level: 1, name: 'back' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: /Search views/ }).fill('Export back');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('option', { name: 'Export back' }).click()]);
    const saved = join(folder, 'export.zip');
    await download.saveAs(saved);
    await callApi(page, 'DELETE', 'storage', { confirm: 'everything' });
    expect((await fetchIn(page, 'rear')).status).toBe(404);
    await page.evaluate(() => void location.assign('#/'));
    await drop(saved);
    const importing = page.getByRole('region', { name: /^Import of/ });
    await importing.getByRole('button', { name: 'Import 1 App' }).click();
    await importing.getByText('Imported: 1 App added, 1 module stored.').waitFor();
    expect((await fetchIn(page, 'rear')).status).toBe(200);
    expect((await readApp(page, 'back', 'shop')).spec.files).toEqual([{ path: '/data/note', text: 'A note.' }]);
    await importing.getByRole('button', { name: 'Close' }).click();
  });
});

describe('a bundle with a volume', () => {
  const SITE = `apiVersion: swerve.dev/v1
kind: Volume
metadata: { name: pages }
spec: { source: { folder: pages } }
---
apiVersion: swerve.dev/v1
kind: App
metadata: { name: pages }
spec:
  source: { file: files.wasm }
  routes: [{ path: /pages, rewrite: / }]
  env: { DOCUMENT_ROOT: /site }
  volumes: [{ name: pages, mountPath: /site, readOnly: true }]
`;
  const volumePath = '_swerve/apis/swerve.dev/v1/namespaces/default/volumes/pages';
  const bundle = async (name: string, yaml: string, pages: Record<string, string>) =>
    zipOf(name, yaml, {
      'files.wasm': await readFile(exampleFile('files')),
      ...Object.fromEntries(Object.entries(pages).map(([path, text]) => [`pages/${path}`, strToU8(text)])),
    });

  it('is installed with its files, and serves them', async () => {
    await drop(await bundle('pages.zip', SITE, { 'index.html': '<h1>First</h1>', 'css/a.css': 'a {}' }));
    await button('Install 1 App').waitFor();
    const volumes = installing().getByRole('list', { name: 'Volumes' });
    await volumes.getByText('2 files, 18 B').waitFor();
    await installing().getByText('pages at /site, to read', { exact: true }).waitFor();
    await button('Install 1 App').click();
    await installing().getByText('Installed: 1 App added, 1 module stored, 1 volume filled.').waitFor();
    expect((await fetchIn(page, 'pages/')).text).toContain('<h1>First</h1>');
    expect((await fetchIn(page, 'pages/css/a.css')).text).toBe('a {}');
    await close();
  });

  it('that fails when it is written leaves the volumes as they were', async () => {
    const yaml = `${SITE.replaceAll('pages', 'other').replace('folder: other', 'folder: pages')}---\n${SITE}`;
    await drop(await bundle('fails.zip', yaml, { 'index.html': '<h1>Second</h1>', 'new/deep.txt': 'x' }));
    await installing().getByText('1 file in it would be replaced: index.html').waitFor();
    // The App that is here takes its place as it is, so another must fail.
    await createApp(page, { name: 'other', source: { digest: (await modules())[0] as `sha256:${string}` }, routes: [{ path: '/taken' }] });
    await button(/^Install/).click();
    await installing().getByText('Nothing was installed: everything is as it was.').waitFor();
    expect((await fetchIn(page, 'pages/')).text).toContain('<h1>First</h1>');
    expect((await fetchIn(page, volumePath.replace('pages', 'other'))).status).toBe(404);
    const left = await callApi<{ items: { path: string }[] }>(page, 'GET', `${volumePath.slice('_swerve/'.length)}/files?recursive=true`);
    expect(left.items.map(({ path }) => path)).toEqual(['/css', '/css/a.css', '/index.html']);
    await close();
    await deleteApp(page, 'other');
  });

  it('comes back from an export after a reset, files and all', async () => {
    await page.evaluate(() => void location.assign('#/apps/default/pages'));
    await page.getByRole('heading', { level: 1, name: 'pages' }).waitFor();
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: /Search views/ }).fill('Export pages');
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('option', { name: 'Export pages' }).click()]);
    const saved = join(folder, 'pages-export.zip');
    await download.saveAs(saved);
    await callApi(page, 'DELETE', 'storage', { confirm: 'everything' });
    expect((await fetchIn(page, volumePath)).status).toBe(404);
    await page.evaluate(() => void location.assign('#/'));
    await drop(saved);
    const importing = page.getByRole('region', { name: /^Import of/ });
    await importing.getByRole('button', { name: 'Import 1 App' }).click();
    await importing.getByText('Imported: 1 App added, 1 module stored, 1 volume filled.').waitFor();
    expect((await fetchIn(page, 'pages/')).text).toContain('<h1>First</h1>');
    await importing.getByRole('button', { name: 'Close' }).click();
  });
});

describe('POST bundles', () => {
  const path = '_swerve/apis/swerve.dev/v1/bundles';
  const send = async (items: unknown, query = '') => {
    const { status, text } = await fetchIn(page, path + query, {
      method: 'POST',
      body: JSON.stringify({ items }),
      headers: { 'content-type': 'application/json' },
    });
    return { status, body: JSON.parse(text) };
  };
  const appOf = (name: string, digest: string, metadata: object = {}, route = `/${name}`) => ({
    apiVersion: 'swerve.dev/v1',
    kind: 'App',
    metadata: { name, ...metadata },
    spec: { source: { digest }, routes: [{ path: route }] },
  });

  it('writes all or nothing, new ones and replacements, and names every field that is wrong', async () => {
    const { digest } = await uploadModule(page, exampleFile('hello-c'));
    const dry = await send([appOf('one', digest), appOf('two', digest)], '?dryRun=All');
    expect([dry.status, dry.body.items.length, (await apps()).includes('one')]).toEqual([200, 2, false]);
    const written = await send([appOf('one', digest), appOf('two', digest, { namespace: 'far' })]);
    expect(
      written.body.items.map(({ metadata }: { metadata: { namespace: string; generation: number } }) => [metadata.namespace, metadata.generation]),
    ).toEqual([
      ['default', 1],
      ['far', 1],
    ]);
    const { resourceVersion } = (await readApp(page, 'one')).metadata;
    const mixed = [appOf('one', digest, { resourceVersion }, '/uno'), appOf('three', digest)];
    // The second of them is there by the time of the write.
    expect(await send([...mixed, appOf('two', digest, { namespace: 'far' })])).toMatchObject({ status: 409, body: { reason: 'AlreadyExists' } });
    expect([(await readApp(page, 'one')).metadata.resourceVersion, (await apps()).includes('three')]).toEqual([resourceVersion, false]);
    expect(await send([appOf('one', digest, { resourceVersion: '999999' }, '/uno'), appOf('three', digest)])).toMatchObject({
      status: 409,
      body: { reason: 'Conflict' },
    });
    expect((await apps()).includes('three')).toBe(false);
    expect((await send(mixed)).status).toBe(200);
    expect([(await fetchIn(page, 'uno')).status, (await fetchIn(page, 'three')).status]).toEqual([200, 200]);

    const refused = await send([
      appOf('four', digest),
      appOf('five', `sha256:${'0'.repeat(64)}`),
      appOf('', digest, { name: '' }),
      appOf('four', digest, {}, 'four'),
    ]);
    expect(refused.status).toBe(422);
    expect(refused.body.details.causes.map(({ field }: { field: string }) => field)).toEqual(['items[2].metadata.name', 'items[3].spec.routes[0].path']);
    const absent = await send([appOf('four', digest), appOf('five', `sha256:${'0'.repeat(64)}`)]);
    expect([absent.status, absent.body.details.causes[0].field]).toEqual([422, 'items[1].spec.source.digest']);
    expect(await send({})).toMatchObject({ status: 400 });
    expect((await apps()).filter((name) => /four|five/.test(name))).toEqual([]);
    await fetchIn(page, '_swerve/apis/swerve.dev/v1/namespaces/far/apps/two', { method: 'DELETE' });
  });
});
