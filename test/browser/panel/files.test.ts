/** How files come in: dragged, chosen, refused in plain words, proposed, and what becomes of those that nobody runs. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { callApi, fetchIn } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { untilAnswered } from '../harness/tabs.ts';
import { exampleFile, guestFile, PACKAGED } from '../harness/wasm-files.ts';

const swerve = useSwerve();
let page: Page;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'swerve-files-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  await page?.close();
  page = await swerve.openPanel();
  await page.getByRole('button', { name: 'Choose files' }).waitFor();
});

const card = (name: string) => page.getByRole('article', { name });
const choose = (...files: string[]) => page.locator('input[type=file]').setInputFiles(files);
const rows = () => page.getByRole('region', { name: 'Apps' }).getByRole('listitem');

async function fileOf(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

/** Drags files of the disk over the window, as the desktop does. */
class Drag {
  readonly #session: CDPSession;
  readonly #files: string[];

  constructor(session: CDPSession, files: string[]) {
    this.#session = session;
    this.#files = files;
  }

  async send(type: 'dragEnter' | 'dragOver' | 'drop' | 'dragCancel', x = 300, y = 300): Promise<void> {
    await this.#session.send('Input.dispatchDragEvent', { type, x, y, data: { items: [], files: this.#files, dragOperationsMask: 1 } });
  }
}

async function drag(...files: string[]): Promise<Drag> {
  return new Drag(await page.context().newCDPSession(page), files);
}

describe('dropping', () => {
  const overlay = () => page.getByText('Drop to add');

  it('files: the window says that it takes them, then proposes each in the order of the drop', async () => {
    const dragging = await drag(exampleFile('hello-c'), exampleFile('misbehave'));
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
    const dragging = await drag(exampleFile('hello-c'));
    await dragging.send('dragEnter');
    await overlay().waitFor();
    // The debugging protocol ends a drag without the event that a person's mouse leaves behind.
    await page.evaluate(() => {
      const dataTransfer = new DataTransfer();
      dataTransfer.items.add(new File(['x'], 'x.wasm'));
      document.body.dispatchEvent(new DragEvent('dragleave', { bubbles: true, dataTransfer }));
    });
    await overlay().waitFor({ state: 'detached' });
    expect(await page.getByRole('article').count()).toBe(0);
  });

  it('away with no word of it: the next move of the mouse tells', async () => {
    const dragging = await drag(exampleFile('hello-c'));
    await dragging.send('dragEnter');
    await overlay().waitFor();
    await dragging.send('dragCancel');
    await page.mouse.move(200, 200);
    await overlay().waitFor({ state: 'detached' });
  });

  it('a folder is refused with the way out', async () => {
    const inner = join(folder, 'my-project');
    await mkdir(inner);
    const dragging = await drag(inner);
    await dragging.send('dragEnter');
    await dragging.send('drop');
    const refused = card('my-project cannot run here');
    expect(await refused.getByRole('alert').textContent()).toContain('This is a folder.');
    await refused.getByText('Drop the .wasm files that are in it.').waitFor();
  });

  it('in the view of an App brings the person to the proposal', async () => {
    await page.goto(new URL('#/apps/default/nobody', swerve.app.url).href);
    await page.getByRole('heading', { name: 'There is no App nobody' }).waitFor();
    const dragging = await drag(exampleFile('hello-rust'));
    await dragging.send('dragEnter');
    await dragging.send('drop');
    await card('hello-rust.wasm').getByRole('button', { name: 'Run it' }).waitFor();
    await page.getByRole('button', { name: 'Dismiss hello-rust.wasm' }).click();
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
  expect(phases).toContain('Making it runnable');
  expect(phases.at(-1)).toBe('stream-rust.wasm is stored and can be run');
  await shown.getByText('Denied', { exact: true }).click();
  await shown.getByText('Nothing is granted by default').waitFor();
  await shown.getByText('wasi:http/outgoing-handler@', { exact: false }).first().waitFor();
  await shown.getByLabel('Name').fill('stream');
  await shown.getByRole('button', { name: 'Run it' }).click();
  await rows().filter({ hasText: 'stream' }).getByText('Ready', { exact: true }).waitFor();
  expect((await fetchIn(page, 'stream/time')).status).toBe(200);
});

it('PHP with its arguments, environment and a page that is typed in', async () => {
  await choose(PACKAGED.phpCgi());
  const shown = card('php-cgi-8.2.0.wasm');
  await shown.getByRole('button', { name: 'Run it' }).waitFor({ timeout: 30_000 });
  await shown.getByLabel('Name').fill('php');
  await shown.getByText('More settings').click();
  await shown.getByLabel('Arguments').fill('php-cgi');
  await shown.getByLabel('Environment').fill('REDIRECT_STATUS=200\nSCRIPT_FILENAME=/app/index.php\nPATH_TRANSLATED=/app/index.php');
  await shown.getByRole('button', { name: 'Add a file' }).click();
  await shown.getByLabel('Path of file 1').fill('/app/index.php');
  await shown.getByLabel('Text of file 1').fill('<!doctype html><title>PHP</title>\n<h1><?= "Hello from PHP " . PHP_MAJOR_VERSION ?></h1>');
  await shown.getByRole('button', { name: 'Run it' }).click();
  const row = rows().filter({ hasText: 'php' });
  await row.getByText('Ready', { exact: true }).waitFor();
  const [opened] = await Promise.all([swerve.context.waitForEvent('page'), row.getByRole('link', { name: 'Open php' }).click()]);
  await untilAnswered(opened);
  expect(await opened.textContent('h1')).toBe('Hello from PHP 8');
  await opened.close();
});

describe('refusals of the server stand at their fields', () => {
  it('a name that is taken, a name and a route that are not allowed, a line that is no variable', async () => {
    await choose(exampleFile('hello-c'));
    const shown = card('hello-c.wasm');
    const run = () => shown.getByRole('button', { name: 'Run it' }).click();
    const fieldError = async (label: string) => {
      const field = shown.getByLabel(label, { exact: true });
      await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true');
      await expect.poll(() => field.evaluate((element) => element.matches(':focus'))).toBe(true);
      return field.evaluate((element) => {
        const [id] = (element.getAttribute('aria-describedby') ?? '').split(' ');
        return (element.getRootNode() as ShadowRoot).getElementById(id ?? '')?.textContent;
      });
    };
    await shown.getByLabel('Name').fill('stream');
    await run();
    expect(await fieldError('Name')).toContain('exists already');
    await shown.getByLabel('Name').fill('Not A Name');
    await run();
    expect(await fieldError('Name')).toMatch(/^Use lower-case letters/);
    await shown.getByLabel('Name').fill('hello');
    await shown.getByLabel('Route').fill('/_swerve/x');
    await run();
    expect(await fieldError('Route')).toMatch(/_swerve/);
    await shown.getByLabel('Route').fill('/hello');
    await shown.getByText('More settings').click();
    await shown.getByLabel('Environment').fill('GREETING');
    await run();
    expect(await fieldError('Environment')).toContain('is not of the form NAME=value');
    await page.getByRole('button', { name: 'Dismiss hello-c.wasm' }).click();
  });
});

describe('modules that no App runs', () => {
  const stored = () => page.getByRole('region', { name: 'Stored modules' });

  it('an upload that was left before "Run it" is listed after a reload, and can be run from there', async () => {
    await choose(exampleFile('hello-c'));
    await card('hello-c.wasm').getByRole('button', { name: 'Run it' }).waitFor();
    expect(await stored().count()).toBe(0);
    await page.reload();
    const row = stored().getByRole('listitem');
    await row.getByText('WASI preview 1 command').waitFor();
    expect(await row.textContent()).toMatch(/sha256:[0-9a-f]{12}….*KiB/s);
    await row.getByRole('button', { name: /^Run sha256:/ }).click();
    const shown = card('module-');
    expect(await shown.getByLabel('Name').inputValue()).toMatch(/^module-[0-9a-f]{8}$/);
    await stored().waitFor({ state: 'detached' });
    await shown.getByLabel('Name').fill('later');
    await shown.getByRole('button', { name: 'Run it' }).click();
    await rows().filter({ hasText: 'later' }).getByText('Ready', { exact: true }).waitFor();
    expect(await stored().count()).toBe(0);
  });

  it('one whose App was deleted without it is listed, and can be deleted for good', async () => {
    await rows().getByRole('button', { name: 'Delete later' }).click();
    const dialog = page.getByRole('dialog', { name: 'Delete later?' });
    await dialog.getByRole('checkbox').uncheck();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    const row = stored().getByRole('listitem');
    await row.getByRole('button', { name: /^Delete sha256:/ }).click();
    const keep = row.getByRole('button', { name: /^Keep sha256:/ });
    await expect.poll(() => keep.evaluate((button) => button.matches(':focus'))).toBe(true);
    await keep.click();
    await row.getByRole('button', { name: /^Delete sha256:/ }).click();
    await row.getByRole('button', { name: /for good$/ }).click();
    await stored().waitFor({ state: 'detached' });
    const { items } = await callApi<{ items: { summary: string }[] }>(page, 'GET', 'modules');
    expect(items.length).toBe(2);
  });
});
