/** The storage view: what is stored, whether it is kept, and the ways out of the browser and back. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Digest } from '../../../src/core/ids.ts';
import type { ExportState } from '../../../src/ui/state/export.ts';
import { callApi, createApp, deleteApp, fetchIn, readApp, uploadModule } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { exampleFile, guestFile } from '../harness/wasm-files.ts';

const swerve = useSwerve();
let page: Page;
let folder: string;
let archive: string;
let hello: Digest;
let unused: Digest;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'swerve-storage-'));
  archive = join(folder, 'export.zip');
  page = await swerve.openPanel();
  ({ digest: hello } = await uploadModule(page, exampleFile('hello-c')));
  const { digest: misbehave } = await uploadModule(page, exampleFile('misbehave'));
  ({ digest: unused } = await uploadModule(page, exampleFile('hello-rust')));
  await createApp(page, { name: 'hello', source: { digest: hello }, routes: [{ path: '/hello' }], env: { GREETING: 'Ahoy' } });
  await createApp(page, { name: 'unruly', namespace: 'staging', source: { digest: misbehave }, routes: [{ path: '/unruly' }] });
  expect((await fetchIn(page, 'unruly/stderr?n=3')).status).toBe(200);
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  await page.goto(new URL('#/storage', swerve.app.url).href);
  await page.getByRole('heading', { level: 1, name: 'Storage' }).waitFor();
});

const region = (name: string) => page.getByRole('region', { name });
const row = (table: string, name: string | RegExp) => region(table).getByRole('row').filter({ hasText: name });
const importing = () => page.getByRole('region', { name: /^Import of/ });
const choose = (file: string) => page.getByLabel('Archive to import').setInputFiles(file);
const patchHello = (spec: object) =>
  fetchIn(page, '_swerve/apis/swerve.dev/v1/namespaces/default/apps/hello', {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: JSON.stringify({ spec }),
  });

async function kib(name: string): Promise<string> {
  return `${Math.round((await stat(exampleFile(name))).size / 1024)} KiB`;
}

describe('what is stored', () => {
  it('is told by part, by module and by namespace', async () => {
    await expect.poll(() => region('In use').getByRole('meter').getAttribute('aria-valuetext')).toMatch(/%$/);
    const parts = region('In use').getByRole('list', { name: 'What it is made of' });
    await parts.getByText('3 files').waitFor();
    await parts.getByText('2 Apps').waitFor();
    await expect.poll(() => row('Modules', 'hello').first().getByRole('cell').first().textContent()).toBe(await kib('hello-c'));
    expect(await row('Modules', 'No App runs it').getByRole('cell').first().textContent()).toBe(await kib('hello-rust'));
    await expect
      .poll(() => row('Namespaces', 'staging').getByRole('cell').allTextContents())
      .toEqual(['1', '1', await kib('misbehave'), expect.stringMatching(/^[3-9]$/), expect.stringMatching(/ B$/)]);
    await row('Modules', 'staging/unruly').getByRole('link', { name: 'staging/unruly' }).waitFor();
  });

  it('a module can be taken out as the file that it was', async () => {
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      row('Modules', 'staging/unruly')
        .getByRole('button', { name: /^Download/ })
        .click(),
    ]);
    expect(download.suggestedFilename()).toBe('unruly.wasm');
    const saved = join(folder, 'unruly.wasm');
    await download.saveAs(saved);
    expect(await readFile(saved)).toEqual(await readFile(exampleFile('misbehave')));
  });

  it('the browser is asked to keep it, and its answer is told as it is', async () => {
    const kept = region('Is it kept?');
    await kept.getByText('May be removed', { exact: true }).waitFor();
    await kept.getByRole('button', { name: 'Ask the browser to keep it' }).click();
    await kept.getByText(/refused for now/).waitFor();
    const session = await swerve.context.newCDPSession(page);
    await session.send('Browser.grantPermissions', { permissions: ['durableStorage'] });
    await kept.getByRole('button', { name: 'Ask the browser to keep it' }).click();
    await kept.getByText('The browser agreed to keep it.').waitFor();
    await kept.getByText('Kept', { exact: true }).waitFor();
    await session.send('Browser.resetPermissions');
  });
});

describe('everything in one file', () => {
  it('is exported, without cookies, readable without Swerve', async () => {
    await region('Export and import').getByText('Cookies stay out on purpose').waitFor();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Export everything' }).click()]);
    expect(download.suggestedFilename()).toMatch(/^swerve-\d{4}-\d\d-\d\d\.zip$/);
    await page.getByText(/^Exported as swerve-/).waitFor();
    await download.saveAs(archive);
    const files = unzipSync(await readFile(archive));
    expect(Object.keys(files).sort()).toEqual(
      [
        'logs/staging/unruly.log',
        'swerve-export.json',
        'swerve.yaml',
        ...(await callApi<{ items: { digest: string }[] }>(page, 'GET', 'modules')).items.map(({ digest }) => `modules/${digest.slice(7)}.wasm`),
      ].sort(),
    );
    expect(strFromU8(files['swerve.yaml'] ?? new Uint8Array())).toMatch(
      /kind: App\nmetadata:\n {2}name: hello\n {2}namespace: default\nspec:\n.*GREETING: Ahoy/s,
    );
    expect(strFromU8(files['logs/staging/unruly.log'] ?? new Uint8Array())).toContain('line 3');
    expect(JSON.parse(strFromU8(files['swerve-export.json'] ?? new Uint8Array()))).toMatchObject({ format: 1, counts: { apps: 2, modules: 3, logs: 1 } });
  });

  it('or some Apps are, with the modules that they run', async () => {
    const names = await page.evaluate(async () => {
      const file = await (document.querySelector('swerve-app') as unknown as { store: { exports: ExportState } }).store.exports.exportApps(['default/hello']);
      return [file?.name, [...new Uint8Array((await file?.blob.arrayBuffer()) ?? new ArrayBuffer(0))]] as const;
    });
    expect(names[0]).toMatch(/^swerve-hello-\d{4}-\d\d-\d\d\.zip$/);
    expect(Object.keys(unzipSync(Uint8Array.from(names[1]))).sort()).toEqual([`modules/${hello.slice(7)}.wasm`, 'swerve-export.json', 'swerve.yaml']);
  });

  it('a reset needs the word, and then leaves nothing', async () => {
    const dialog = page.getByRole('dialog', { name: 'Reset everything?' });
    // What is slotted into the library's element is within the dialog on the screen, but not in the tree that locators walk.
    const inside = page.locator('wa-dialog');
    const open = page.getByRole('button', { name: 'Reset everything…' });
    await open.click();
    await inside.getByText(/This removes 2 Apps, 3 modules/).waitFor();
    const word = inside.getByLabel('Type “everything” to go on');
    await expect.poll(() => word.evaluate((input) => input.matches(':focus'))).toBe(true);
    expect(await inside.getByRole('button', { name: 'Reset everything' }).isDisabled()).toBe(true);
    await word.fill('everythin');
    expect(await inside.getByRole('button', { name: 'Reset everything' }).isDisabled()).toBe(true);
    await page.keyboard.press('Enter');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await expect.poll(() => open.evaluate((button) => button.matches(':focus'))).toBe(true);
    expect((await readApp(page, 'hello')).metadata.name).toBe('hello');

    await open.click();
    await word.fill('everything');
    await inside.getByRole('button', { name: 'Reset everything' }).click();
    await dialog.waitFor({ state: 'hidden' });
    await page.getByText('Everything was removed.').waitFor();
    await region('Modules').getByText('No module is stored.').waitFor();
    expect((await fetchIn(page, 'hello')).status).toBe(404);
    expect(await callApi(page, 'GET', 'modules')).toEqual({ items: [] });
  });

  it('an import shows what it would do, and brings everything back', async () => {
    await choose(archive);
    await importing().getByRole('button', { name: 'Import 2 Apps' }).waitFor();
    expect(await importing().getByRole('list', { name: 'Modules' }).getByText('New', { exact: true }).count()).toBe(3);
    expect(await importing().getByRole('checkbox', { name: 'default/hello' }).isChecked()).toBe(true);
    expect((await fetchIn(page, 'hello')).status).toBe(404);
    await importing().getByRole('button', { name: 'Import 2 Apps' }).click();
    await importing().getByText('Imported: 2 Apps added, 3 modules stored.').waitFor();
    expect((await fetchIn(page, 'hello')).text).toContain('Ahoy, world');
    expect((await fetchIn(page, 'unruly/stderr?n=1')).status).toBe(200);
    await importing().getByRole('button', { name: 'Close' }).click();
    await row('Modules', 'staging/unruly').waitFor();
    expect((await callApi<{ items: unknown[] }>(page, 'GET', 'modules')).items.length).toBe(3);
  });

  it('an App that differs is shown field by field, and replaced only when that is chosen', async () => {
    await patchHello({ env: { GREETING: 'Moin', MORE: '1' } });
    await choose(archive);
    await importing().getByText('Same as here').waitFor();
    const changes = importing().getByLabel('What would change in default/hello');
    const texts = (await changes.getByRole('definition').allTextContents()).map((text) => text.replace(/\s+/g, ' ').trim());
    expect(await changes.getByRole('term').allTextContents()).toEqual(['spec.env.GREETING', 'spec.env.MORE']);
    expect(texts).toEqual(['Moin → Ahoy', '1 → not set']);
    expect(
      await importing()
        .getByRole('button', { name: /^Import$/ })
        .isDisabled(),
    ).toBe(true);
    await importing().getByLabel('Replace default/hello').check();
    await importing().getByRole('button', { name: 'Import 1 App (1 replaced)' }).click();
    await importing().getByText('Imported: 1 App replaced.').waitFor();
    expect((await fetchIn(page, 'hello')).text).toContain('Ahoy, world');
    expect((await readApp(page, 'hello')).spec.env).toEqual({ GREETING: 'Ahoy' });
    await importing().getByRole('button', { name: 'Close' }).click();
  });

  it('what fails midway is taken back, all of it', async () => {
    const { uid } = (await readApp(page, 'unruly', 'staging')).metadata;
    await deleteApp(page, 'hello');
    await fetchIn(page, `_swerve/modules/${hello}`, { method: 'DELETE' });
    await choose(await changed((files) => ({ ...files, 'swerve.yaml': strToU8(`${yamlOf(files)}---\n${yamlOf(files).replaceAll('hello', 'zuletzt')}`) })));
    await importing().getByRole('checkbox', { name: 'default/zuletzt' }).waitFor();
    // Somebody else is faster.
    await createApp(page, { name: 'zuletzt', source: { digest: unused }, routes: [{ path: '/taken' }] });
    await importing()
      .getByRole('button', { name: /^Import 2 Apps/ })
      .click();
    await importing().getByText('What this import had done was taken back: everything is as it was.').waitFor();
    expect((await fetchIn(page, '_swerve/apis/swerve.dev/v1/namespaces/default/apps/hello')).status).toBe(404);
    expect((await fetchIn(page, `_swerve/modules/${hello}`)).status).toBe(404);
    expect((await readApp(page, 'unruly', 'staging')).metadata.uid).toBe(uid);
    await importing().getByRole('button', { name: 'Close' }).click();
    await deleteApp(page, 'zuletzt');
  });

  it('what the server refuses is told in its words, and a cancelled import leaves no module', async () => {
    const digest = `sha256:${'0'.repeat(64)}`;
    await choose(
      await changed((files) => ({
        ...files,
        'swerve.yaml': strToU8(`${yamlOf(files).replace('path: /hello', 'path: hello')}---\n${appOf('orphan', digest)}`),
      })),
    );
    await importing()
      .getByText(/spec\.routes\[0\]\.path: .*must be an absolute path/)
      .waitFor();
    await importing().getByText(`Its module ${digest} is neither in the archive nor stored here.`).waitFor();
    expect((await fetchIn(page, `_swerve/modules/${hello}`)).status).toBe(200);
    await importing().getByRole('button', { name: 'Cancel import' }).click();
    await importing().waitFor({ state: 'detached' });
    await expect.poll(async () => (await fetchIn(page, `_swerve/modules/${hello}`)).status).toBe(404);
  });

  it.each<[string, () => Promise<Uint8Array>, RegExp]>([
    ['a photo', async () => strToU8('not a zip'), /not a zip archive/],
    ['a zip of something else', async () => zipSync({ 'holiday.txt': strToU8('sun') }), /no swerve\.yaml/],
    [
      'an archive with a module that was changed',
      () => changedBytes((files) => ({ ...files, [`modules/${hello.slice(7)}.wasm`]: strToU8('evil') })),
      /does not hold what its name says/,
    ],
    ['an archive with a path that leads out', () => changedBytes((files) => ({ ...files, '../x': strToU8('evil') })), /leads out/],
  ])('%s is refused in words', async (name, bytes, words) => {
    const path = join(folder, `${name}.zip`);
    await writeFile(path, await bytes());
    await choose(path);
    await expect.poll(() => importing().getByRole('alert').textContent()).toMatch(words);
    await importing().getByText('Nothing was changed here.').waitFor();
    await importing().getByRole('button', { name: 'Close' }).click();
    await importing().waitFor({ state: 'detached' });
  });
});

describe('modules that no App runs', () => {
  const unusedRow = () => row('Modules', 'No App runs it');

  it('can be deleted, after a second word', async () => {
    await unusedRow()
      .getByRole('button', { name: /^Delete/ })
      .click();
    const keep = unusedRow().getByRole('button', { name: /^Keep/ });
    await expect.poll(() => keep.evaluate((button) => button.matches(':focus'))).toBe(true);
    await keep.click();
    await unusedRow()
      .getByRole('button', { name: /^Delete/ })
      .click();
    await unusedRow()
      .getByRole('button', { name: /for good$/ })
      .click();
    await unusedRow().waitFor({ state: 'detached' });
    expect((await fetchIn(page, `_swerve/modules/${unused}`)).status).toBe(404);
    expect(
      await row('Modules', 'staging/unruly')
        .getByRole('button', { name: /^Delete/ })
        .count(),
    ).toBe(0);
  });

  it('can be run, and tell what they were', async () => {
    await uploadModule(page, exampleFile('hello-c'));
    await createApp(page, { name: 'hello', source: { digest: hello }, routes: [{ path: '/hello' }] });
    const { digest: other } = await uploadModule(page, exampleFile('hello-rust'));
    await patchHello({ source: { digest: other } });
    await page.reload();
    const earlier = row('Modules', 'Earlier version of hello');
    await earlier.getByRole('button', { name: /^Run/ }).click();
    const card = page.getByRole('article', { name: 'module-' });
    await card.getByRole('button', { name: 'Run it' }).waitFor();
    await card.getByRole('button', { name: /^Dismiss/ }).click();
  });

  it('of which none can serve have no way to be run', async () => {
    await uploadModule(page, guestFile('unknown-import'));
    await page.reload();
    await unusedRow()
      .getByRole('button', { name: /^Delete/ })
      .waitFor();
    expect(await unusedRow().getByRole('button', { name: /^Run/ }).count()).toBe(0);
  });
});

it('reads well to a screen reader', async () => {
  await region('Namespaces').waitFor();
  const snapshot = await page.locator('main').ariaSnapshot();
  for (const expected of [
    '- heading "Storage" [level=1]',
    '- region "In use"',
    '- meter "Share of what the browser allows"',
    '- region "Is it kept?"',
    '- region "Export and import"',
    '- table "Modules"',
    '- table "Namespaces"',
    '- columnheader "Log lines"',
    '- rowheader "staging"',
    '- region "Reset"',
  ]) {
    expect(snapshot).toContain(expected);
  }
  expect(snapshot).not.toMatch(/- (button|link|textbox|combobox|checkbox)(?! ")/);
});

type Files = Record<string, Uint8Array>;

/** The archive of the export after `change`. */
async function changedBytes(change: (files: Files) => Files): Promise<Uint8Array> {
  return zipSync(change(unzipSync(await readFile(archive))));
}

async function changed(change: (files: Files) => Files): Promise<string> {
  const path = join(folder, 'changed.zip');
  await writeFile(path, await changedBytes(change));
  return path;
}

/** The YAML of the first App: `hello`. */
function yamlOf(files: Files): string {
  return strFromU8(files['swerve.yaml'] ?? new Uint8Array()).split('---\n')[0] ?? '';
}

function appOf(name: string, digest: string): string {
  return `apiVersion: swerve.dev/v1\nkind: App\nmetadata: { name: ${name} }\nspec: { source: { digest: "${digest}" }, routes: [{ path: /${name} }] }\n`;
}
