/** The view of one App: its log, instances, settings, conditions, and its end. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { callApi, createApp, fetchIn, readApp, uploadModule } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { exampleFile } from '../harness/wasm-files.ts';

const swerve = useSwerve();
let page: Page;

const view = async (name: string) => {
  await page.goto(new URL(`#/apps/default/${name}`, swerve.app.url).href);
  await page.getByRole('heading', { level: 1, name }).waitFor();
};
const region = (name: string) => page.getByRole('region', { name });

beforeAll(async () => {
  page = await swerve.openPanel();
  const { digest: hello } = await uploadModule(page, exampleFile('hello-c'));
  await createApp(page, { name: 'hello', source: { digest: hello }, routes: [{ path: '/hello' }] });
  await createApp(page, { name: 'twin', source: { digest: hello }, routes: [{ path: '/twin' }] });
  const { digest: misbehave } = await uploadModule(page, exampleFile('misbehave'));
  await createApp(page, { name: 'misbehave', source: { digest: misbehave }, routes: [{ path: '/misbehave' }] });
  const { digest: stream } = await uploadModule(page, exampleFile('stream-rust'));
  await createApp(page, { name: 'stream', source: { digest: stream }, routes: [{ path: '/stream' }] });
});

describe('an App at a glance', () => {
  it('a click on its name opens its view, and its heading has the focus; Back leads to the list', async () => {
    await page.getByRole('link', { name: 'hello', exact: true }).click();
    const heading = page.getByRole('heading', { level: 1, name: 'hello' });
    await heading.waitFor();
    await expect.poll(() => heading.evaluate((element) => element.matches(':focus'))).toBe(true);
    expect(await page.title()).toBe('hello · Swerve');
    await page.goBack();
    await page.getByRole('link', { name: 'Open hello' }).waitFor();
  });

  it('what the guest writes to stderr is in the log as it happens', async () => {
    await view('misbehave');
    const log = page.getByRole('log', { name: 'Log' });
    await log.getByText('Nothing was written yet').waitFor();
    expect((await fetchIn(page, 'misbehave/stderr?n=2')).status).toBe(200);
    for (const line of ['line 1', 'line 2']) await log.getByText(line, { exact: true }).waitFor();
    await log.getByText('stderr', { exact: true }).first().waitFor();
    expect((await fetchIn(page, 'misbehave/trap')).status).toBe(502);
    await log.getByText(/unreachable/).waitFor();
  });

  it('a long log follows its end, until a person scrolls up', async () => {
    const log = page.getByRole('log', { name: 'Log' });
    await fetchIn(page, 'misbehave/stderr?n=150');
    await log.getByText('line 150', { exact: true }).waitFor();
    const distance = () => log.evaluate((list) => Math.round(list.scrollHeight - list.scrollTop - list.clientHeight));
    await expect.poll(distance).toBeLessThan(2);
    await log.hover();
    await page.mouse.wheel(0, -600);
    await page.getByRole('button', { name: 'Follow new lines' }).waitFor();
    await fetchIn(page, 'misbehave/stderr?n=160');
    await log.getByText('line 160', { exact: true }).waitFor();
    expect(await distance()).toBeGreaterThan(500);
    await page.getByRole('button', { name: 'Follow new lines' }).click();
    await expect.poll(distance).toBeLessThan(2);
  });

  it('its instances appear with the first request', async () => {
    await view('twin');
    await region('Instances').getByText('None runs now').waitFor();
    await fetchIn(page, 'twin');
    const instance = region('Instances').getByRole('listitem');
    await instance.getByText('Serving', { exact: true }).waitFor();
    await instance.getByText(/in this tab.* 1 served/).waitFor();
    await region('Instances').getByText('In the last minute 1 request').waitFor();
  });

  it('its conditions and its module are told in words', async () => {
    await view('stream');
    await region('Conditions').getByRole('heading', { name: 'Ready to serve' }).waitFor();
    const denied = region('Conditions').getByRole('listitem').filter({ hasText: 'Every import is granted' });
    expect(await denied.textContent()).toMatch(/No.*wasi:http\/outgoing-handler/s);
    await region('Module')
      .getByText(/serves HTTP/)
      .waitFor();
  });

  it('reads well to a screen reader', async () => {
    await view('twin');
    await region('Module')
      .getByText(/serves HTTP/)
      .waitFor();
    const snapshot = await page.locator('main').ariaSnapshot();
    for (const expected of [
      '- link "All Apps"',
      '- heading "twin" [level=1]',
      '- link "Open twin"',
      '- button "Delete twin"',
      '- region "Log"',
      '- log "Log"',
      '- region "Settings"',
      '- textbox "Route"',
      '- region "Conditions"',
      '- heading "Ready to serve" [level=3]',
      '- region "Instances"',
      '- region "Module"',
    ]) {
      expect(snapshot).toContain(expected);
    }
    // Every control has a name: a nameless one would stand there bare.
    expect(snapshot).not.toMatch(/- (button|link|textbox|combobox|checkbox)(?! ")/);
    await region('Settings').getByText('More settings').click();
    expect(await region('Settings').ariaSnapshot()).not.toMatch(/- (button|link|textbox|combobox|checkbox)(?! ")/);
  });
});

describe('settings', () => {
  const settings = () => region('Settings');
  const save = () => settings().getByRole('button', { name: 'Save' });
  const environment = () => settings().getByLabel('Environment');
  const open = async (name: string) => {
    await view(name);
    // The one that was left may still be on its way out.
    await page.reload();
    await settings().getByText('More settings').click();
  };

  it('a change of the environment changes the page that the App serves', async () => {
    await open('hello');
    expect(await save().isDisabled()).toBe(true);
    await environment().fill('GREETING=Ahoy');
    await save().click();
    await settings().getByText('Saved.').waitFor();
    expect((await fetchIn(page, 'hello')).text).toContain('Ahoy, world');
    await environment().fill('GREETING=Moin');
    await save().click();
    await settings().getByText('Saved.').waitFor();
    expect((await fetchIn(page, 'hello')).text).toContain('Moin, world');
  });

  it('what the server refuses stands at its field, and nothing is lost', async () => {
    const route = settings().getByLabel('Route');
    await route.fill('/_swerve/x');
    await settings().getByLabel('Memory limit (MiB)').fill('0');
    await settings().getByLabel('Deadline (ms)').fill('soon');
    await save().click();
    await settings().getByText('"soon" is not a whole number.').waitFor();
    await settings().getByLabel('Deadline (ms)').fill('5000');
    await save().click();
    await expect.poll(() => route.getAttribute('aria-invalid')).toBe('true');
    await expect.poll(() => settings().getByLabel('Memory limit (MiB)').getAttribute('aria-invalid')).toBe('true');
    expect(await route.inputValue()).toBe('/_swerve/x');
    expect(
      await settings()
        .getByText(/_swerve/)
        .first()
        .textContent(),
    ).not.toContain('spec.');
    await settings().getByRole('button', { name: 'Discard changes' }).click();
    expect(await route.inputValue()).toBe('/hello');
    expect(await route.getAttribute('aria-invalid')).toBe('false');
  });

  it('a change made elsewhere meanwhile is told, what was typed stays, and can be saved over it', async () => {
    await environment().fill('GREETING=Mine');
    const app = await readApp(page, 'hello');
    await callApi(page, 'PUT', 'apis/swerve.dev/v1/namespaces/default/apps/hello', {
      ...app,
      spec: { ...app.spec, env: { GREETING: 'Theirs' }, limits: { ...app.spec.limits, queue: 7 } },
    });
    await settings().getByText('The App was changed elsewhere since you began').waitFor();
    await save().click();
    await settings().getByText('Not saved').waitFor();
    expect(await environment().inputValue()).toBe('GREETING=Mine');
    expect((await fetchIn(page, 'hello')).text).toContain('Theirs, world');
    await settings().getByRole('button', { name: 'Keep mine' }).click();
    expect(await environment().inputValue()).toBe('GREETING=Mine');
    await save().click();
    await settings().getByText('Saved.').waitFor();
    expect((await fetchIn(page, 'hello')).text).toContain('Mine, world');
    // Other fields than those of the form are as the other change left them.
    expect((await readApp(page, 'hello')).spec.limits.queue).toBe(7);
  });

  it('a status that is written meanwhile is no conflict', async () => {
    await environment().fill('GREETING=Still');
    await callApi(page, 'PATCH', 'apis/swerve.dev/v1/namespaces/default/apps/hello', { metadata: { labels: { seen: 'yes' } } }).catch(() => {});
    const app = await readApp(page, 'hello');
    await callApi(page, 'PUT', 'apis/swerve.dev/v1/namespaces/default/apps/hello/status', { ...app, status: { ...app.status, observedGeneration: 1 } });
    await save().click();
    await settings().getByText('Saved.').waitFor();
    expect((await fetchIn(page, 'hello')).text).toContain('Still, world');
  });
});

describe('deleting', () => {
  const dialog = (name: string) => page.getByRole('dialog', { name: `Delete ${name}?` });

  it('asks first; Escape and Cancel keep the App and give the focus back', async () => {
    await view('twin');
    const button = page.getByRole('button', { name: 'Delete twin' });
    await button.click();
    await expect
      .poll(() =>
        dialog('twin')
          .getByRole('button', { name: 'Cancel' })
          .evaluate((cancel) => cancel.matches(':focus')),
      )
      .toBe(true);
    await page.keyboard.press('Escape');
    await dialog('twin').waitFor({ state: 'detached' });
    await expect.poll(() => button.evaluate((element) => element.matches(':focus'))).toBe(true);
    expect((await readApp(page, 'twin')).metadata.name).toBe('twin');
  });

  it('an App whose module another one runs goes without it', async () => {
    await page.getByRole('button', { name: 'Delete twin' }).click();
    await dialog('twin').getByText('Its module stays: another App uses it.').waitFor();
    await dialog('twin').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('link', { name: 'Open hello' }).waitFor();
    expect(new URL(page.url()).hash).toBe('#/');
    expect(await page.getByRole('link', { name: 'Open twin' }).count()).toBe(0);
    expect((await fetchIn(page, 'twin')).status).toBe(404);
  });

  it('the last App of a module can take it along', async () => {
    const { digest } = (await readApp(page, 'hello')).spec.source;
    await page.getByRole('button', { name: 'Delete hello' }).click();
    expect(
      await dialog('hello')
        .getByRole('checkbox', { name: /Delete its module too/ })
        .isChecked(),
    ).toBe(true);
    await dialog('hello').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('link', { name: 'Open hello' }).waitFor({ state: 'detached' });
    await expect.poll(async () => (await fetchIn(page, `_swerve/modules/${digest}`)).status).toBe(404);
    expect((await fetchIn(page, 'hello')).status).toBe(404);
  });
});
