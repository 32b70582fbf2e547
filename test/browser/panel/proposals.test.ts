/** What is made of a stored file: an App with its settings, the new version of one, or nothing yet. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createApp, fetchIn, uploadModule } from '../harness/api.ts';
import { drag } from '../harness/drag.ts';
import { useSwerve } from '../harness/swerve.ts';
import { untilAnswered } from '../harness/tabs.ts';
import { exampleFile, PACKAGED } from '../harness/wasm-files.ts';

const swerve = useSwerve();
let page: Page;

beforeAll(async () => {
  page = await swerve.openPanel();
  await page.getByRole('button', { name: 'Choose files' }).waitFor();
});

const card = (name: string) => page.getByRole('article', { name });
const choose = (...files: string[]) => page.locator('input[type=file]').setInputFiles(files);
const rows = () => page.getByRole('region', { name: 'Apps' }).getByRole('row');

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
    await shown.getByLabel('Name').fill('php');
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
  const note = () => page.getByText(/stored modules? (is|are) run by no App/);
  // Rows of a table where there is room for one, else items of a list.
  const later = () =>
    rows()
      .or(page.getByRole('region', { name: 'Apps' }).getByRole('listitem'))
      .filter({ hasText: 'later' });

  it('an upload that was left before "Run it" is told of after a reload, and can be run from the storage view', async () => {
    await choose(exampleFile('hello-c'));
    await card('hello-c.wasm').getByRole('button', { name: 'Run it' }).waitFor();
    expect(await note().count()).toBe(0);
    await page.reload();
    await note().waitFor();
    await page.getByRole('link', { name: 'Look at the storage' }).click();
    const row = page.getByRole('region', { name: 'Modules' }).getByRole('row').filter({ hasText: 'No App runs it' });
    expect(await row.textContent()).toMatch(/WASI preview 1 command.*sha256:[0-9a-f]{12}….*KiB/s);
    await row.getByRole('button', { name: /^Run sha256:/ }).click();
    const shown = card('module-');
    expect(await shown.getByLabel('Name').inputValue()).toMatch(/^module-[0-9a-f]{8}$/);
    expect(await note().count()).toBe(0);
    await shown.getByLabel('Name').fill('later');
    await shown.getByRole('button', { name: 'Run it' }).click();
    await later().getByText('Ready', { exact: true }).waitFor();
    expect(await note().count()).toBe(0);
  });

  it('one whose App was deleted without it is told of', async () => {
    await later().getByRole('button', { name: 'Actions for later' }).click();
    await page.getByRole('menuitem', { name: 'Delete' }).click();
    await note().waitFor();
  });
});

describe('a new version of an App', () => {
  it('dropped on its view is offered as such, and the App answers with it, its settings kept', async () => {
    const { digest } = await uploadModule(page, exampleFile('hello-c'));
    await createApp(page, { name: 'swap', source: { digest }, routes: [{ path: '/swap' }], env: { GREETING: 'Ahoy' } });
    await page.goto(new URL('#/apps/default/swap', swerve.app.url).href);
    await page.getByRole('heading', { level: 1, name: 'swap' }).waitFor();
    const dragging = await drag(page, exampleFile('hello-rust'));
    await dragging.send('dragEnter');
    await dragging.send('drop');
    const shown = card('hello-rust.wasm');
    const asVersion = shown.getByRole('radio', { name: 'New version of swap' });
    await asVersion.waitFor();
    expect(await asVersion.isChecked()).toBe(true);
    await shown.getByRole('radio', { name: 'New App' }).check();
    expect(await shown.getByLabel('Name').inputValue()).toBe('hello-rust');
    await asVersion.check();
    await shown.getByRole('button', { name: 'Replace the module of swap' }).click();
    await shown.waitFor({ state: 'detached' });
    const answer = (await fetchIn(page, 'swap')).text;
    expect(answer).toContain('written by a Rust program');
    expect(answer).toContain('Ahoy, world');
  });

  it('can be chosen for any file; the very same bytes are said to run already', async () => {
    await choose(exampleFile('hello-rust'));
    const shown = card('hello-rust.wasm');
    await shown.getByRole('radio', { name: 'New version of an App' }).check();
    await shown.getByLabel('App', { exact: true }).selectOption('swap');
    await shown.getByText('swap runs these very bytes already.').waitFor();
    expect(await shown.getByRole('button', { name: 'Replace the module of swap' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'Dismiss hello-rust.wasm' }).click();
  });
});
