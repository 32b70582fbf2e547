/** The settings of an App: a form and YAML, two views of one draft. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AppSpecInput } from '../../../src/core/app.ts';
import { callApi, createApp, fetchIn, readApp, uploadModule } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { exampleFile } from '../harness/wasm-files.ts';

const swerve = useSwerve();
let page: Page;
let digest: AppSpecInput['source']['digest'];

const settings = () => page.getByRole('region', { name: 'Settings' });
const button = (name: string) => settings().getByRole('button', { name, exact: true });
const yaml = () => settings().getByLabel('Settings as YAML');
const environment = () => settings().getByLabel('Environment');
const field = (name: string) => settings().getByLabel(name, { exact: true });
const isInvalid = (name: string) => field(name).getAttribute('aria-invalid');

const open = async (name: string) => {
  await page.goto(new URL(`#/apps/default/${name}/settings`, swerve.app.url).href);
  await page.getByRole('heading', { level: 1, name }).waitFor();
  await yaml().waitFor();
};
/** As a person would: what is selected is typed over. */
const editYaml = async (from: string | RegExp, to: string) => yaml().fill((await yaml().inputValue()).replace(from, to));
const saved = async () => {
  await button('Save').click();
  await settings().getByText('Saved.', { exact: true }).waitFor();
};
const elsewhere = async (change: (spec: AppSpecInput) => AppSpecInput) => {
  const app = await readApp(page, 'hello');
  await callApi(page, 'PUT', 'apis/swerve.dev/v1/namespaces/default/apps/hello', { ...app, spec: change(app.spec) });
};

beforeAll(async () => {
  page = await swerve.openPanel();
  ({ digest } = await uploadModule(page, exampleFile('hello-c')));
  // The older one: it holds its route.
  await createApp(page, { name: 'other', source: { digest }, routes: [{ path: '/taken' }] });
  await createApp(page, { name: 'hello', source: { digest }, routes: [{ path: '/hello' }] });
  await open('hello');
});

describe('two views of one draft', () => {
  it('what is typed in the form stands in the YAML at once, and is served once it is saved', async () => {
    expect(await button('Save').isDisabled()).toBe(true);
    await environment().fill('GREETING=Ahoy');
    expect(await yaml().inputValue()).toContain('  env:\n    GREETING: Ahoy\n');
    await saved();
    expect((await fetchIn(page, 'hello')).text).toContain('Ahoy, world');
    expect(await button('Save').isDisabled()).toBe(true);
  });

  it('what is typed in the YAML stands in the form at once; a comment in it outlives edits of the form and the save', async () => {
    await editYaml('GREETING: Ahoy', '# For everyone.\n    GREETING: Moin # north');
    await editYaml('memoryMiB: 256', 'memoryMiB: 128');
    expect(await environment().inputValue()).toBe('GREETING=Moin');
    expect(await field('Memory limit (MiB)').inputValue()).toBe('128');
    await field('Deadline (ms)').fill('20000');
    await environment().fill('GREETING=Moin\nWHO=me');
    const text = await yaml().inputValue();
    expect(text).toContain('    # For everyone.\n    GREETING: Moin # north\n    WHO: me\n');
    expect(text).toContain('timeoutMs: 20000\n');
    await saved();
    expect(await yaml().inputValue()).toBe(text);
    const { spec } = await readApp(page, 'hello');
    expect(spec).toMatchObject({ env: { GREETING: 'Moin', WHO: 'me' }, limits: { memoryMiB: 128, timeoutMs: 20_000 } });
  });

  it('YAML that cannot be read says where, and keeps the fields as they were', async () => {
    const good = await yaml().inputValue();
    const line = good.split('\n').findIndex((text) => text.includes('reuse: false')) + 1;
    await editYaml('reuse: false', 'reuse: "false" x');
    await settings().getByText(`The YAML cannot be read: line ${line}`).waitFor();
    expect(await yaml().getAttribute('aria-invalid')).toBe('true');
    await settings()
      .getByRole('button', { name: new RegExp(`^Line ${line}, column \\d+: `) })
      .waitFor();
    expect(await environment().inputValue()).toBe('GREETING=Moin\nWHO=me');
    expect(await environment().isDisabled()).toBe(true);
    expect(await button('Save').isDisabled()).toBe(true);
    await button(`Go to line ${line}`).click();
    const selected = await yaml().evaluate((area: HTMLTextAreaElement) => area.value.slice(0, area.selectionEnd).split('\n').length);
    expect(selected).toBe(line);
    await button('Undo what cannot be read').click();
    expect(await yaml().inputValue()).toBe(good);
    expect(await environment().isDisabled()).toBe(false);
  });

  it('routes are added, moved and removed, with all that they can say', async () => {
    await button('Add a route').click();
    await expect.poll(() => field('Route 2').evaluate((input) => input.matches(':focus'))).toBe(true);
    await field('Route 2').fill('/greet');
    await field('Match of route 2').selectOption('exact');
    await settings().getByText('Host, methods, rewrite').nth(1).click();
    await field('Methods of route 2').fill('GET, post');
    expect(await yaml().inputValue()).toContain('    - path: /greet\n      match: exact\n      methods:\n        - GET\n        - post\n');
    await button('Move route 2 up').click();
    expect(await field('Route 1').inputValue()).toBe('/greet');
    await saved();
    expect((await readApp(page, 'hello')).spec.routes).toEqual([
      { path: '/greet', match: 'exact', methods: ['GET', 'post'] },
      { path: '/hello', match: 'prefix' },
    ]);
    expect((await fetchIn(page, 'greet')).text).toContain('Moin');
    await button('Remove route 1').click();
    await saved();
    expect((await fetchIn(page, 'greet')).status).toBe(404);
  });

  it('Tab indents in the YAML; after Escape it leaves', async () => {
    await yaml().focus();
    await page.keyboard.press('Control+End');
    await page.keyboard.press('Tab');
    expect(await yaml().inputValue()).toMatch(/\n {2}$/);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Tab');
    expect(await yaml().evaluate((area) => area.matches(':focus'))).toBe(false);
    await yaml().focus();
    await page.keyboard.press('Control+Z');
    expect(await yaml().inputValue()).toMatch(/[^ ]\n$/);
  });
});

describe('what the server refuses', () => {
  it('stands at its field and at its line before anything is saved, and nothing is lost', async () => {
    swerve.allowConsole(/422/);
    await field('Route').fill('/_swerve/x');
    await field('Memory limit (MiB)').fill('0');
    await expect.poll(() => isInvalid('Route')).toBe('true');
    await expect.poll(() => isInvalid('Memory limit (MiB)')).toBe('true');
    const lines = (await yaml().inputValue()).split('\n');
    for (const [text, error] of [
      ['path: /_swerve/x', /spec\.routes\[0\]\.path: Must not lie under/],
      ['memoryMiB: 0', /spec\.limits\.memoryMiB: Must be greater/],
    ] as const) {
      const line = lines.findIndex((candidate) => candidate.includes(text)) + 1;
      const mark = settings()
        .getByRole('button', { name: new RegExp(`^Line ${line}, `) })
        .first();
      expect(await mark.textContent()).toMatch(error);
    }
    await field('Deadline (ms)').fill('soon');
    await settings().getByText('"soon" is not a whole number.').waitFor();
    await field('Deadline (ms)').fill('5000');
    await button('Save').click();
    await expect.poll(() => field('Route').evaluate((input) => input.matches(':focus'))).toBe(true);
    expect(await field('Route').inputValue()).toBe('/_swerve/x');
    expect((await readApp(page, 'hello')).spec.routes[0]?.path).toBe('/hello');
    await button('Discard changes').click();
    expect(await field('Route').inputValue()).toBe('/hello');
    expect(await isInvalid('Route')).toBe('false');
    expect(await yaml().getAttribute('aria-invalid')).toBe('false');
  });

  it('a field that does not exist, and a folded group with an error in it, are brought to light', async () => {
    swerve.allowConsole(/422/);
    await editYaml('  reuse: false', '  reusing: true\n  reuse: false');
    await editYaml('concurrency: 8', 'concurrency: many');
    await settings()
      .getByText(/spec\.reusing: Forbidden: unknown field/)
      .first()
      .waitFor();
    await expect.poll(() => isInvalid('Requests at once')).toBe('true');
    expect(await field('Requests at once').inputValue()).toBe('many');
    await editYaml(/^kind: App$/m, 'kind: Pod');
    await settings()
      .getByRole('button', { name: /^Line 2, column 1: kind: Stays "App"/ })
      .waitFor();
    await button('Discard changes').click();
  });

  it('a route of another App is told before it is saved', async () => {
    await field('Route').fill('/taken');
    await settings()
      .getByText(/not every route would be the App's own: .*other/)
      .waitFor();
    await button('Discard changes').click();
    await settings()
      .getByText(/not every route/)
      .waitFor({ state: 'detached' });
  });
});

describe('somebody else changes the App meanwhile', () => {
  it('it is told, what was typed stays, and can be saved over it', async () => {
    swerve.allowConsole(/409/);
    await environment().fill('GREETING=Mine');
    await elsewhere((spec) => ({ ...spec, env: { GREETING: 'Theirs' }, limits: { ...spec.limits, queue: 7 } }));
    await settings().getByText('The App was changed elsewhere since you began').waitFor();
    await settings()
      .getByText(/env\[GREETING\].*limits\.queue/)
      .waitFor();
    await button('Save').click();
    await settings().getByText('Not saved: the App was changed').waitFor();
    expect(await environment().inputValue()).toBe('GREETING=Mine');
    expect((await fetchIn(page, 'hello')).text).toContain('Theirs, world');
    await button('Keep mine').click();
    expect(await environment().inputValue()).toBe('GREETING=Mine');
    await saved();
    expect((await fetchIn(page, 'hello')).text).toContain('Mine, world');
    // What only the other one changed is as the other one left it.
    expect((await readApp(page, 'hello')).spec.limits.queue).toBe(7);
  });

  it('a status and labels that are written meanwhile are no conflict', async () => {
    await environment().fill('GREETING=Still');
    const app = await readApp(page, 'hello');
    await callApi(page, 'PUT', 'apis/swerve.dev/v1/namespaces/default/apps/hello', { ...app, metadata: { ...app.metadata, labels: { seen: 'yes' } } });
    const { status } = await readApp(page, 'hello');
    await callApi(page, 'PUT', 'apis/swerve.dev/v1/namespaces/default/apps/hello/status', {
      ...app,
      metadata: { name: 'hello' },
      status: { ...status, observedGeneration: 1 },
    });
    await saved();
    expect((await fetchIn(page, 'hello')).text).toContain('Still, world');
    expect((await readApp(page, 'hello')).metadata.labels).toEqual({ seen: 'yes' });
  });

  it('a form in which nothing was typed follows', async () => {
    await elsewhere((spec) => ({ ...spec, env: { GREETING: 'Followed' } }));
    await expect.poll(() => environment().inputValue()).toBe('GREETING=Followed');
    expect(await yaml().inputValue()).toContain('GREETING: Followed');
  });
});

describe('leaving with something unsaved', () => {
  const dialog = () => page.getByRole('dialog', { name: 'Leave without saving?' });

  it('asks; what was typed is still there after Keep editing, and gone after Discard', async () => {
    await environment().fill('GREETING=Unsaved');
    await page.getByRole('link', { name: 'Swerve', exact: true }).click();
    await dialog().waitFor();
    await page.getByRole('button', { name: 'Keep editing' }).click();
    await dialog().waitFor({ state: 'hidden' });
    expect(await environment().inputValue()).toBe('GREETING=Unsaved');
    await page.getByRole('link', { name: 'Swerve', exact: true }).click();
    await page.getByRole('button', { name: 'Discard and leave' }).click();
    await page.getByRole('link', { name: 'Open hello' }).waitFor();
    await open('hello');
    expect(await environment().inputValue()).toBe('GREETING=Followed');
  });

  it('the browser asks before the page goes', async () => {
    await environment().fill('GREETING=Unsaved');
    const asked: string[] = [];
    page.once('dialog', (asks) => {
      asked.push(asks.type());
      void asks.accept();
    });
    await page.reload();
    await yaml().waitFor();
    expect(asked).toEqual(['beforeunload']);
    expect(await environment().inputValue()).toBe('GREETING=Followed');
  });
});

it('the whole App can be read as YAML with its status, copied and kept as a file', async () => {
  await settings().getByText('The whole App as YAML').click();
  const whole = settings().getByLabel('The stored App as YAML');
  expect(await whole.inputValue()).toMatch(/resourceVersion:[\s\S]*status:\n {2}observedGeneration:/);
  expect(await whole.evaluate((area: HTMLTextAreaElement) => area.readOnly)).toBe(true);
  await swerve.context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await button('Copy YAML').click();
  await page.getByText('Copied YAML.').waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(await whole.inputValue());
  const [download] = await Promise.all([page.waitForEvent('download'), button('Download').click()]);
  expect(download.suggestedFilename()).toBe('hello.yaml');
});

it('every control has a name', async () => {
  for (const group of ['Program', 'Scale', 'More limits', 'Restart', 'Pages', 'Files']) await settings().getByText(group, { exact: true }).first().click();
  await field('Restart policy').waitFor();
  expect(await settings().ariaSnapshot()).not.toMatch(/- (button|link|textbox|combobox|checkbox)(?! ")/);
});
