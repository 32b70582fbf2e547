/** Deleting an App needs no question, because it can be taken back. */
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { callApi, createApp, fetchIn, readApp, uploadModule } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { exampleFile } from '../harness/wasm-files.ts';

const swerve = useSwerve();
let page: Page;

const toast = (text: string | RegExp) => page.getByRole('region', { name: 'Messages' }).getByText(text);
const undo = () => page.getByRole('button', { name: 'Undo' });
const deleteInView = async (name: string) => {
  await page.goto(new URL(`#/apps/default/${name}`, swerve.app.url).href);
  await page.getByRole('button', { name: `Actions for ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
};

beforeAll(async () => {
  page = await swerve.openPanel();
  const { digest: hello } = await uploadModule(page, exampleFile('hello-c'));
  await createApp(page, { name: 'hello', source: { digest: hello }, routes: [{ path: '/hello' }], env: { GREETING: 'Ahoy' } });
  const { digest: misbehave } = await uploadModule(page, exampleFile('misbehave'));
  await createApp(page, { name: 'misbehave', source: { digest: misbehave }, routes: [{ path: '/misbehave' }] });
});

it('goes at once, and Undo brings it back as it was', async () => {
  const metadata = { labels: { team: 'web' }, annotations: { note: 'mine' } };
  const app = await readApp(page, 'hello');
  await callApi(page, 'PUT', 'apis/swerve.dev/v1/namespaces/default/apps/hello', { ...app, metadata: { ...app.metadata, ...metadata } });
  const { spec, metadata: before } = await readApp(page, 'hello');
  await deleteInView('hello');
  await toast('Deleted hello. Undo brings it back, but not its log.').waitFor();
  expect(new URL(page.url()).hash).toBe('#/');
  await page.getByRole('link', { name: 'Open misbehave' }).waitFor();
  expect(await page.getByRole('link', { name: 'Open hello' }).count()).toBe(0);
  expect((await fetchIn(page, 'hello')).status).toBe(404);
  await undo().click();
  await page.getByRole('link', { name: 'Open hello' }).waitFor();
  await toast('hello is back.').waitFor();
  expect((await fetchIn(page, 'hello')).text).toContain('Ahoy, world');
  const after = await readApp(page, 'hello');
  expect(after.spec).toEqual(spec);
  expect(after.metadata).toMatchObject(metadata);
  expect(after.metadata.uid).not.toBe(before.uid);
});

it('its module stays stored', async () => {
  const { digest } = (await readApp(page, 'hello')).spec.source;
  await page.getByRole('button', { name: 'Actions for hello' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await page.getByRole('link', { name: 'Open hello' }).waitFor({ state: 'detached' });
  expect((await fetchIn(page, `_swerve/modules/${digest}`)).status).toBe(200);
});

it('the key of the message takes it back too', async () => {
  await toast(/^Deleted hello/).waitFor();
  await page.keyboard.press('u');
  await page.getByRole('link', { name: 'Open hello' }).waitFor();
});

it('tells of the requests that end with it', async () => {
  const cut = page.evaluate(async () => {
    const response = await fetch('/misbehave/drip?n=1000&ms=20');
    return response.text().then(
      () => 'whole',
      () => 'broken off',
    );
  });
  await page.goto(new URL('#/apps/default/misbehave/instances', swerve.app.url).href);
  const underWay = page.getByRole('listitem').getByText('Under way', { exact: true }).locator('xpath=following-sibling::dd');
  await expect.poll(() => underWay.textContent()).toBe('1');
  await page.getByRole('button', { name: 'Actions for misbehave' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await toast(/^Deleted misbehave with 1 request under way, which has ended\./).waitFor();
  expect(await cut).toBe('broken off');
});

it('what came in its place meanwhile is kept, and said', async () => {
  const { digest } = (await readApp(page, 'hello')).spec.source;
  await createApp(page, { name: 'misbehave', source: { digest }, routes: [{ path: '/other' }] });
  await page.getByRole('region', { name: 'Messages' }).getByRole('button', { name: 'Undo' }).click();
  await toast('misbehave was not brought back: another App has taken its name.').waitFor();
  expect((await readApp(page, 'misbehave')).spec.routes[0]?.path).toBe('/other');
});
