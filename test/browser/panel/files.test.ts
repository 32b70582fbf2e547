/** How files come in: dragged, chosen, refused in plain words, sent in phases, sent again. */
import { copyFile, mkdir, mkdtemp, open, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callApi, createApp, deleteApp, fetchIn, uploadModule } from '../harness/api.ts';
import { drag } from '../harness/drag.ts';
import { useSwerve } from '../harness/swerve.ts';
import { exampleFile, guestFile } from '../harness/wasm-files.ts';

const swerve = useSwerve();
let page: Page;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'swerve-files-'));
});
afterAll(() => rm(folder, { recursive: true }));
/** Each test leaves the first view as it was; a new page only where one has failed to. */
beforeEach(async () => {
  const isClean = page !== undefined && new URL(page.url()).hash.length < 3 && (await page.getByRole('region', { name: 'Files' }).count()) === 0;
  if (!isClean) {
    await page?.close();
    page = await swerve.openPanel();
  }
  await page.getByRole('button', { name: 'Choose files' }).waitFor();
});

const card = (name: string) => page.getByRole('article', { name });
const choose = (...files: string[]) => page.locator('input[type=file]').setInputFiles(files);
const rows = () => page.getByRole('region', { name: 'Apps' }).getByRole('row');

async function fileOf(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

/** 400 MiB that take no room on the disk. */
async function largeFile(name: string): Promise<string> {
  const path = join(folder, name);
  const handle = await open(path, 'w');
  await handle.write(new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]));
  await handle.truncate(400 * 1024 * 1024);
  await handle.close();
  return path;
}

describe('dropping', () => {
  const overlay = () => page.getByText('Drop to add');

  it('files: the window says that it takes them, then proposes each in the order of the drop', async () => {
    const dragging = await drag(page, exampleFile('hello-c'), exampleFile('misbehave'));
    await dragging.send('dragEnter');
    await dragging.send('dragOver', 320, 310);
    await overlay().waitFor();
    await dragging.send('dragOver', 900, 40);
    await overlay().waitFor();
    await dragging.send('drop', 900, 40);
    await overlay().waitFor({ state: 'detached' });
    for (const name of ['hello-c.wasm', 'misbehave.wasm']) await card(name).getByRole('button', { name: 'Run it' }).waitFor();
    expect(await page.getByRole('article').getByRole('heading', { level: 2 }).allTextContents()).toEqual(['hello-c.wasm', 'misbehave.wasm']);
    for (const name of ['hello-c.wasm', 'misbehave.wasm']) await page.getByRole('button', { name: `Dismiss ${name}` }).click();
  });

  it('away again: nothing is taken', async () => {
    const dragging = await drag(page, exampleFile('hello-c'));
    await dragging.send('dragEnter');
    await overlay().waitFor();
    // The debugging protocol ends a drag without the event that a person's mouse leaves behind.
    await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['x'], 'x.wasm'));
      document.body.dispatchEvent(new DragEvent('dragleave', { bubbles: true, dataTransfer }));
    });
    await overlay().waitFor({ state: 'detached' });
    await dragging.send('dragCancel');
    expect(await page.getByRole('article').count()).toBe(0);
  });

  it('away with no word of it: the next move of the mouse tells', async () => {
    const dragging = await drag(page, exampleFile('hello-c'));
    await dragging.send('dragEnter');
    await overlay().waitFor();
    await dragging.send('dragCancel');
    await page.mouse.move(200, 200);
    await overlay().waitFor({ state: 'detached' });
  });

  it('a folder gives its modules, however deep, and the rest is counted', async () => {
    const inner = join(folder, 'my-project');
    await mkdir(join(inner, 'out/release'), { recursive: true });
    await mkdir(join(inner, 'node_modules/dep'), { recursive: true });
    await copyFile(exampleFile('hello-c'), join(inner, 'out/release/found.wasm'));
    await copyFile(exampleFile('hello-c'), join(inner, 'node_modules/dep/not-mine.wasm'));
    await writeFile(join(inner, 'README.md'), '# My project');
    const dragging = await drag(page, inner, exampleFile('misbehave'));
    await dragging.send('dragEnter');
    await dragging.send('drop');
    await page.getByText('my-project: 2 .wasm files taken. Passed over 1 file that is not .wasm, the folder node_modules.').waitFor();
    for (const name of ['found.wasm', 'misbehave.wasm']) await card(name).getByRole('button', { name: 'Run it' }).waitFor();
    expect(await page.getByRole('article').count()).toBe(2);
    for (const name of ['found.wasm', 'misbehave.wasm']) await page.getByRole('button', { name: `Dismiss ${name}` }).click();
    await page.getByRole('button', { name: 'Dismiss this note' }).click();
    await page.getByRole('heading', { name: /Drop a/ }).waitFor();
  });

  it('a folder without a module says so, and what to do', async () => {
    const inner = join(folder, 'docs');
    await mkdir(inner);
    await writeFile(join(inner, 'a.md'), 'text');
    const dragging = await drag(page, inner);
    await dragging.send('dragEnter');
    await dragging.send('drop');
    await page.getByText('docs: no .wasm file found. Passed over 1 file that is not .wasm. Build it first').waitFor();
    expect(await page.getByRole('article').count()).toBe(0);
    await page.getByRole('button', { name: 'Dismiss this note' }).click();
  });

  it('a folder can be chosen too', async () => {
    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Choose a folder' }).click()]);
    await chooser.setFiles(join(folder, 'my-project'));
    await page.getByText('my-project: 1 .wasm file taken. Passed over 1 file that is not .wasm, the folder node_modules.').waitFor();
    await page.getByRole('button', { name: 'Dismiss found.wasm' }).click();
  });

  it('in the view of an App brings the person to the proposal', async () => {
    await page.goto(new URL('#/apps/default/nobody', swerve.app.url).href);
    await page.getByRole('heading', { name: 'There is no App nobody' }).waitFor();
    const dragging = await drag(page, exampleFile('hello-rust'));
    await dragging.send('dragEnter');
    await dragging.send('drop');
    await card('hello-rust.wasm').getByRole('button', { name: 'Run it' }).waitFor();
    await page.getByRole('button', { name: 'Dismiss hello-rust.wasm' }).click();
  });

  it('an archive of Apps leads to a preview of its import', async () => {
    const { digest } = await uploadModule(page, exampleFile('hello-c'));
    await createApp(page, { name: 'packed', source: { digest }, routes: [{ path: '/packed' }], env: { GREETING: 'Unpacked' } });
    await page.goto(new URL('#/apps/default/packed', swerve.app.url).href);
    await page.getByRole('button', { name: 'Actions for packed' }).click();
    const [download] = await Promise.all([page.waitForEvent('download'), page.getByRole('menuitem', { name: 'Export' }).click()]);
    const archive = join(folder, download.suggestedFilename());
    await download.saveAs(archive);
    await deleteApp(page, 'packed');
    await fetchIn(page, `_swerve/modules/${digest}`, { method: 'DELETE' });
    await page.goto(new URL('#/', swerve.app.url).href);
    await page.getByRole('button', { name: 'Choose files' }).waitFor();
    const dragging = await drag(page, archive);
    await dragging.send('dragEnter');
    await dragging.send('drop');
    const preview = page.getByRole('region', { name: /^Import of swerve-packed-/ });
    await preview.getByRole('button', { name: 'Import 1 App' }).waitFor();
    expect(new URL(page.url()).hash).toBe('#/storage');
    expect(await preview.getByRole('checkbox', { name: 'default/packed' }).isChecked()).toBe(true);
    expect((await fetchIn(page, 'packed')).status).toBe(404);
    await preview.getByRole('button', { name: 'Import 1 App' }).click();
    await expect.poll(async () => (await fetchIn(page, 'packed')).text).toContain('Unpacked, world');
    await deleteApp(page, 'packed');
    await fetchIn(page, `_swerve/modules/${digest}`, { method: 'DELETE' });
    await page.goto(new URL('#/', swerve.app.url).href);
  });
});

/** Name, content, what it is said to be, what to do. */
const REFUSED: [string, () => Promise<string | Uint8Array>, string | RegExp, string | RegExp][] = [
  ['empty.wasm', async () => '', 'This file is empty (0 bytes).', 'Build or download it again, and drop the .wasm file.'],
  ['notes.txt', async () => 'Buy bread.\n', 'This is a text file, not WebAssembly.', 'Drop a .wasm file instead.'],
  ['cut.wasm', async () => (await readFile(exampleFile('hello-c'))).subarray(0, 9000), /cut short|ends|not valid/i, /again/],
  ['photo.wasm', async () => new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0]), 'This is a PNG image, not WebAssembly.', 'Drop a .wasm'],
  ['app.zip', async () => new Uint8Array([0x50, 0x4b, 3, 4, 0, 0]), 'This is a zip archive, not WebAssembly', 'Unpack it and drop the .wasm file from inside.'],
  ['no-wasi.wasm', () => readFile(guestFile('no-wasi')), /imports? nothing|no _start|does not export/i, /./],
];

describe('a file that cannot run is refused in plain words', () => {
  it.each(REFUSED)('%s', async (name, content, found, fix) => {
    await choose(await fileOf(name, await content()));
    const refused = card(`${name} cannot run here`);
    const alert = refused.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(found);
    const terms = await refused.locator('dl').evaluate((list) => [...list.children].map(({ textContent }) => textContent?.trim() ?? ''));
    expect(terms[0]).toBe('What Swerve runs');
    expect(terms[1]).toMatch(/preview 1 commands.*components/);
    expect(terms[2]).toBe('What to do');
    expect(terms[3]).toMatch(fix);
    expect(await refused.getByRole('button', { name: 'Run it' }).count()).toBe(0);
    await page.getByRole('button', { name: `Dismiss ${name}` }).click();
    expect(await page.getByRole('article').count()).toBe(0);
  });

  it('a module with an import that Swerve does not know is shown with its name, and without "Run it"', async () => {
    await choose(guestFile('unknown-import'));
    const shown = card('unknown-import.wasm');
    expect(await shown.getByRole('alert').textContent()).toMatch(/cannot run on Swerve.*env.*acme_v1/);
    await shown.getByText(': mystery').waitFor();
    expect(await shown.getByRole('button', { name: 'Run it' }).count()).toBe(0);
    await page.getByRole('button', { name: 'Dismiss unknown-import.wasm' }).click();
    await expect.poll(() => callApi(page, 'GET', 'modules')).toEqual({ items: [] });
  });
});

it('a component goes through its phases, says what it imports, and runs', async () => {
  await page.evaluate(() => {
    const phases: string[] = [];
    Object.assign(globalThis, { phases });
    const look = () => {
      const home = document.querySelector('swerve-app')?.shadowRoot?.querySelector('swerve-home-view')?.shadowRoot;
      const text = home?.querySelector('swerve-upload-card')?.shadowRoot?.querySelector('[role=status]')?.textContent;
      if (text && phases.at(-1) !== text) phases.push(text);
      requestAnimationFrame(look);
    };
    look();
  });
  await choose(exampleFile('stream-rust'));
  const shown = card('stream-rust.wasm');
  await shown.getByRole('button', { name: 'Run it' }).waitFor();
  const phases = await page.evaluate(() => (globalThis as unknown as { phases: string[] }).phases);
  expect(phases).toContain('Translating');
  expect(phases.at(-1)).toBe('stream-rust.wasm is stored and can be run');
  await shown.getByText('Denied', { exact: true }).click();
  await shown.getByText('Nothing is granted by default').waitFor();
  await shown.getByText('wasi:http/outgoing-handler@', { exact: false }).first().waitFor();
  await shown.getByLabel('Name').fill('stream');
  await shown.getByRole('button', { name: 'Run it' }).click();
  await rows().filter({ hasText: 'stream' }).getByText('Ready', { exact: true }).waitFor();
  expect((await fetchIn(page, 'stream/time')).status).toBe(200);
});

it('a large file shows how far it is, and can be cancelled: nothing stays', async () => {
  const path = await largeFile('large.wasm');
  const before = await callApi(page, 'GET', 'modules');
  await choose(path);
  const bar = card('large.wasm').getByRole('progressbar', { name: 'Progress of large.wasm' });
  await expect.poll(() => bar.getAttribute('aria-valuetext')).toMatch(/^Receiving: \d+ MiB of 400 MiB$/);
  await page.getByRole('button', { name: 'Cancel large.wasm' }).click();
  expect(await page.getByRole('article').count()).toBe(0);
  expect(await callApi(page, 'GET', 'modules')).toEqual(before);
  // The queue goes on.
  await choose(exampleFile('hello-c'));
  await card('hello-c.wasm').getByRole('button', { name: 'Run it' }).waitFor();
  await page.getByRole('button', { name: 'Dismiss hello-c.wasm' }).click();
});

it('a file that could not be read while it was sent is sent again, with one click', async () => {
  const path = join(folder, 'pulled.wasm');
  await copyFile(exampleFile('hello-c'), path);
  // Two that hold up the queue, so that the third can go away before its turn.
  await choose(await largeFile('first.wasm'), await largeFile('second.wasm'), path);
  await card('pulled.wasm').getByText('Waiting for the files before it').waitFor();
  await rename(path, `${path}.away`);
  for (const name of ['first.wasm', 'second.wasm']) await page.getByRole('button', { name: `Cancel ${name}` }).click();
  const refused = card('pulled.wasm was not stored');
  const again = refused.getByRole('button', { name: 'Try pulled.wasm again' });
  await again.waitFor();
  expect(await refused.getByRole('alert').textContent()).toContain('The browser cannot read this file');
  await rename(`${path}.away`, path);
  await again.click();
  await card('pulled.wasm').getByRole('button', { name: 'Run it' }).waitFor();
  await page.getByRole('button', { name: 'Dismiss pulled.wasm' }).click();
});
