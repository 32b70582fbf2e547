/** Volumes, by the API and in the panel: made, filled, browsed, edited, taken out, deleted. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callApi, createApp, deleteApp, fetchIn, uploadModule } from '../harness/api.ts';
import { drag } from '../harness/drag.ts';
import { useSwerve } from '../harness/swerve.ts';
import { exampleFile } from '../harness/wasm-files.ts';

const swerve = useSwerve();
let page: Page;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'swerve-volumes-'));
  page = await swerve.openPanel();
  await page.getByRole('heading', { level: 1 }).waitFor();
});
afterAll(() => rm(folder, { recursive: true }));

const VOLUMES = 'apis/swerve.dev/v1/namespaces/default/volumes';
const send = (method: string, path: string, body?: string) => fetchIn(page, `_swerve/${VOLUMES}${path}`, { method, ...(body !== undefined && { body }) });
const listed = async (path: string) =>
  (await callApi<{ items: { path: string; kind: string }[] }>(page, 'GET', `${VOLUMES}/${path}`)).items.map((file) => file.path);
const show = async (hash: string, heading: string) => {
  await page.evaluate((hash) => void location.assign(hash), hash);
  await page.getByRole('heading', { level: 1, name: heading }).waitFor();
};

async function drop(...paths: string[]): Promise<void> {
  const dragging = await drag(page, ...paths);
  await dragging.send('dragEnter');
  await dragging.send('drop');
}

describe('the API', () => {
  it('makes, lists, fills, reads and deletes volumes', async () => {
    expect(await callApi(page, 'POST', VOLUMES, { metadata: { name: 'data' } })).toMatchObject({
      kind: 'Volume',
      metadata: { name: 'data', namespace: 'default' },
    });
    expect(
      (await fetchIn(page, `_swerve/${VOLUMES}`, { method: 'POST', body: '{"metadata":{"name":"data"}}', headers: { 'content-type': 'application/json' } }))
        .status,
    ).toBe(409);
    expect(
      (await fetchIn(page, `_swerve/${VOLUMES}`, { method: 'POST', body: '{"metadata":{"name":"No"}}', headers: { 'content-type': 'application/json' } }))
        .status,
    ).toBe(400);
    expect((await send('PUT', '/data/files/notes/ü%20%25.txt', 'Grüße')).status).toBe(204);
    const read = await send('GET', '/data/files/notes/ü%20%25.txt');
    expect([read.status, read.text, read.headers['content-length']]).toEqual([200, 'Grüße', '7']);
    // Whatever is in a volume, the panel's origin never shows it as a page.
    expect(read.headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-security-policy': "sandbox; default-src 'none'",
      'x-content-type-options': 'nosniff',
    });
    expect((await send('PUT', '/data/files/empty?directory=true')).status).toBe(204);
    expect(await listed('data/files')).toEqual(['/empty', '/notes']);
    expect(await listed('data/files?recursive=true')).toEqual(['/empty', '/notes', '/notes/ü %.txt']);
    expect(await callApi(page, 'GET', 'apis/swerve.dev/v1/volumes')).toMatchObject({
      items: [{ metadata: { name: 'data' }, status: { sizeBytes: 7, files: 3 } }],
    });
    expect(await callApi(page, 'GET', 'storage')).toMatchObject({ volumes: { count: 1, sizeBytes: 7 } });
    expect((await send('DELETE', '/data/files/notes')).status).toBe(204);
    expect((await send('GET', '/data/files/notes/x')).status).toBe(404);
    for (const path of ['a%2F..%2Fb', 'a/%00']) expect([path, (await send('PUT', `/data/files/${path}`, 'x')).status]).toEqual([path, 400]);
    for (const path of ['/none', '/none/files', '/none/files/x']) expect((await send('GET', path)).status).toBe(404);
  });

  it('writes many files at one instant, or none of them', async () => {
    const post = (files: [string, string][]) =>
      page.evaluate(
        async ([path, files]) => {
          const form = new FormData();
          for (const [name, text] of files) form.append(name, new Blob([text]));
          return (await fetch(path, { method: 'POST', body: form })).status;
        },
        [`/_swerve/${VOLUMES}/data/files`, files] as const,
      );
    expect(
      await post([
        ['many/a', '1'],
        ['many/b/c', '2'],
      ]),
    ).toBe(204);
    expect(await listed('data/files/many?recursive=true')).toEqual(['/many/a', '/many/b', '/many/b/c']);
    // The last of them lies below a file.
    expect(
      await post([
        ['many/new', '1'],
        ['many/a/under', '2'],
      ]),
    ).toBe(400);
    expect(
      await post([
        ['many/new', '1'],
        ['../out', '2'],
      ]),
    ).toBe(400);
    expect(await listed('data/files/many')).toEqual(['/many/a', '/many/b']);
    expect((await send('POST', '/data/files', 'no form')).status).toBe(400);
  });

  it('deletes no volume that an App mounts, and names the App', async () => {
    const { digest } = await uploadModule(page, exampleFile('hello-c'));
    await createApp(page, { name: 'user', source: { digest }, routes: [{ path: '/user' }], volumes: [{ name: 'data', mountPath: '/data' }] });
    const refused = await send('DELETE', '/data');
    expect([refused.status, JSON.parse(refused.text).message]).toEqual([409, expect.stringContaining('mounted by default/user')]);
    await deleteApp(page, 'user');
    expect((await send('DELETE', '/data')).status).toBe(200);
    expect((await send('GET', '/data')).status).toBe(404);
  });
});

describe('the panel', () => {
  const files = () => page.getByRole('table', { name: 'Files' });
  const names = async () => (await files().getByRole('rowheader').allTextContents()).map((text) => text.trim());

  it('makes a volume, and fills it by a drop of a folder, a .zip and a .tar.gz', async () => {
    await show('#/storage', 'Storage');
    await page.getByRole('button', { name: 'New volume' }).click();
    await page.getByLabel('Name', { exact: true }).fill('Not a name');
    await page.keyboard.press('Enter');
    await page.getByText(/named by lower-case letters/).waitFor();
    await page.getByLabel('Name', { exact: true }).fill('site');
    await page.getByRole('button', { name: 'Make it' }).click();
    await page.getByRole('heading', { level: 1, name: 'Volume site' }).waitFor();
    await page.getByText('Nothing is here.').waitFor();

    await mkdir(join(folder, 'public/css'), { recursive: true });
    await writeFile(join(folder, 'public/index.php'), '<?php echo "Hello";\n');
    await writeFile(join(folder, 'public/css/site.css'), 'body { color: red }');
    await drop(join(folder, 'public'));
    await page.getByText('2 files written.').waitFor();
    expect(await names()).toEqual(['public/']);

    await writeFile(join(folder, 'more.zip'), zipSync({ 'docs/a.md': strToU8('# A'), 'logo.bin': Uint8Array.of(0xff, 0, 1) }));
    await drop(join(folder, 'more.zip'));
    await files().getByRole('button', { name: 'Edit logo.bin' }).waitFor();
    execFileSync('tar', ['-czf', join(folder, 'packed.tar.gz'), '-C', join(folder, 'public'), '.']);
    await drop(join(folder, 'packed.tar.gz'));
    await files().getByRole('link', { name: 'css/' }).waitFor();
    expect(await names()).toEqual(['css/', 'docs/', 'public/', 'index.php', 'logo.bin']);
  });

  it('asks before files are replaced, and writes none when the answer is no', async () => {
    await writeFile(join(folder, 'index.php'), 'new');
    await drop(join(folder, 'index.php'), join(folder, 'more.zip'));
    const question = page.getByRole('group', { name: 'Files in the way' });
    await question.getByText('3 files would be written, in place of what is there:').waitFor();
    await question.getByRole('button', { name: 'Cancel' }).click();
    await question.waitFor({ state: 'detached' });
    expect((await send('GET', '/site/files/index.php')).text).toBe('<?php echo "Hello";\n');
    await drop(join(folder, 'index.php'));
    const replace = question.getByRole('button', { name: 'Replace 1 file' });
    await expect.poll(() => replace.evaluate((button) => button.matches(':focus'))).toBe(true);
    await page.keyboard.press('Enter');
    await page.getByText('1 file written, 1 replaced.').waitFor();
    expect((await send('GET', '/site/files/index.php')).text).toBe('new');
  });

  it('refuses an archive whose paths lead out, and writes nothing of it', async () => {
    const before = await listed('site/files?recursive=true');
    await writeFile(join(folder, 'evil.zip'), zipSync({ 'fine.txt': strToU8('x'), '../evil.txt': strToU8('x') }));
    await drop(join(folder, 'evil.zip'));
    await page
      .getByRole('alert')
      .getByText(/Nothing was written\. .*"\.\.\/evil\.txt", whose path leads out/)
      .waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    expect(await listed('site/files?recursive=true')).toEqual(before);
  });

  it('edits a text file and writes a new one, and opens nothing else as text', async () => {
    await files().getByRole('link', { name: 'css/' }).click();
    await files().getByRole('button', { name: 'Edit site.css' }).click();
    const editor = page.getByRole('textbox', { name: 'css/site.css' });
    expect(await editor.inputValue()).toBe('body { color: red }');
    await editor.fill('body { color: blue }');
    await page.getByText('Not saved.').waitFor();
    await page.keyboard.press('Control+s');
    await page.getByText('Saved.', { exact: true }).waitFor();
    expect((await send('GET', '/site/files/css/site.css')).text).toBe('body { color: blue }');
    await page.getByRole('button', { name: 'Close' }).click();

    await page.getByRole('button', { name: 'New file' }).click();
    await page.getByLabel('File name').fill('site.css');
    await page.keyboard.press('Enter');
    await page.getByText('site.css is there already.').waitFor();
    await page.getByLabel('File name').fill('print.css');
    await page.keyboard.press('Enter');
    await page.getByRole('textbox', { name: 'css/print.css' }).fill('@media print {}');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Saved.', { exact: true }).waitFor();
    await page.getByRole('button', { name: 'Close' }).click();
    expect(await names()).toEqual(['print.css', 'site.css']);

    await page.getByRole('navigation', { name: 'Folders' }).getByRole('link', { name: 'site' }).click();
    await files().getByRole('button', { name: 'Edit logo.bin' }).click();
    await page.getByText('This file is no text (UTF-8).').waitFor();
  });

  it('gives files back, one or all of them as a .zip', async () => {
    const [one] = await Promise.all([page.waitForEvent('download'), files().getByRole('button', { name: 'Download logo.bin' }).click()]);
    await one.saveAs(join(folder, 'saved.bin'));
    expect([one.suggestedFilename(), [...(await readFile(join(folder, 'saved.bin')))]]).toEqual(['logo.bin', [0xff, 0, 1]]);
    await send('PUT', '/site/files/empty', '');
    const [all] = await Promise.all([page.waitForEvent('download'), page.getByRole('button', { name: 'Download as .zip' }).click()]);
    await all.saveAs(join(folder, 'saved.zip'));
    const unpacked = unzipSync(await readFile(join(folder, 'saved.zip')));
    expect(all.suggestedFilename()).toBe('site.zip');
    expect(Object.keys(unpacked).sort()).toEqual([
      'css/print.css',
      'css/site.css',
      'docs/a.md',
      'empty',
      'index.php',
      'logo.bin',
      'public/css/site.css',
      'public/index.php',
    ]);
    expect(strFromU8(unpacked['css/site.css'] ?? new Uint8Array())).toBe('body { color: blue }');
  });

  it('deletes files after a second word, and a volume that no App mounts', async () => {
    await files().getByRole('button', { name: 'Delete public' }).click();
    const keep = files().getByRole('button', { name: 'Keep public' });
    await expect.poll(() => keep.evaluate((button) => button.matches(':focus'))).toBe(true);
    await keep.click();
    await files().getByRole('button', { name: 'Delete public' }).click();
    await files().getByRole('button', { name: 'Delete public for good' }).click();
    await files().getByRole('link', { name: 'public/' }).waitFor({ state: 'detached' });
    expect((await send('GET', '/site/files/public/index.php')).status).toBe(404);

    const { digest } = await uploadModule(page, exampleFile('hello-c'));
    await createApp(page, { name: 'user', source: { digest }, routes: [{ path: '/user' }], volumes: [{ name: 'site', mountPath: '/site' }] });
    await show('#/storage', 'Storage');
    const row = page.getByRole('region', { name: 'Volumes' }).getByRole('row').filter({ hasText: 'site' });
    await row.getByRole('link', { name: 'user' }).waitFor();
    expect(await row.getByRole('button').count()).toBe(0);
    await deleteApp(page, 'user');
    await row.getByRole('button', { name: 'Delete site' }).click();
    await row.getByRole('button', { name: 'Delete site for good' }).click();
    await page.getByText('No volume is there.').waitFor();
    expect((await send('GET', '/site')).status).toBe(404);
    await show('#/volumes/default/site', 'Volume site');
    await page.getByRole('alert').getByText('there is no volume default/site').waitFor();
  });

  it('reads well to a screen reader', async () => {
    await callApi(page, 'POST', VOLUMES, { metadata: { name: 'read' } });
    await send('PUT', '/read/files/a/b.txt', 'x');
    await send('PUT', '/read/files/c.txt', 'x');
    await show('#/volumes/default/read', 'Volume read');
    await files().waitFor();
    const snapshot = await page.locator('main').ariaSnapshot();
    for (const expected of [
      '- heading "Volume read" [level=1]',
      '- navigation "Folders"',
      '- table "Files"',
      '- rowheader "a/"',
      '- button "Edit c.txt"',
      '- button "Delete c.txt"',
    ]) {
      expect(snapshot).toContain(expected);
    }
    expect(snapshot).not.toMatch(/- (button|link|textbox|combobox|checkbox)(?! ")/);
  });
});
