/** The modules that an App ran, and the way back to an earlier one. */
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { callApi, createApp, fetchIn, readApp, uploadModule } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { exampleFile, guestFile } from '../harness/wasm-files.ts';

const swerve = useSwerve();
let page: Page;
let hello: string;
let headers: string;

const versions = () => page.getByRole('region', { name: 'Versions' }).getByRole('listitem');
const run = (digest: string) =>
  fetchIn(page, '_swerve/apis/swerve.dev/v1/namespaces/default/apps/hello', {
    method: 'PATCH',
    headers: { 'content-type': 'application/merge-patch+json' },
    body: JSON.stringify({ spec: { source: { digest } } }),
  });

beforeAll(async () => {
  page = await swerve.openPanel();
  hello = (await uploadModule(page, exampleFile('hello-c'))).digest;
  headers = (await uploadModule(page, guestFile('headers'))).digest;
  const { digest } = await uploadModule(page, guestFile('exit3'));
  await createApp(page, { name: 'hello', source: { digest: digest }, routes: [{ path: '/hello' }], env: { GREETING: 'Ahoy' } });
  expect((await run(hello)).status).toBe(200);
});

it('the present module is the first of those that it ran, each with what it is', async () => {
  await page.goto(new URL('#/apps/default/hello/versions', swerve.app.url).href);
  await expect.poll(() => versions().count()).toBe(2);
  await versions().first().getByText('Runs now').waitFor();
  await versions()
    .first()
    .getByText(/^WASI preview 1 command/)
    .waitFor();
  expect(await versions().first().textContent()).toContain(`${hello.slice(0, 19)}…`);
  expect(await versions().first().textContent()).toMatch(/Deployed just now · .*KiB/);
  await versions()
    .first()
    .getByText(/^Imports more:.*fd_write/)
    .waitFor();
});

it('a new one is seen as it comes, and one click leads back', async () => {
  expect((await run(headers)).status).toBe(200);
  await expect.poll(() => versions().count()).toBe(3);
  expect((await fetchIn(page, 'hello/env')).text).toContain('"GREETING":"Ahoy"');
  await versions().nth(1).getByRole('button', { name: 'Go back to version 2' }).click();
  await expect.poll(() => versions().count()).toBe(4);
  expect((await fetchIn(page, 'hello')).text).toContain('Ahoy, world');
  const { spec } = await readApp(page, 'hello');
  expect(spec.source.digest).toBe(hello);
  expect(spec.env).toEqual({ GREETING: 'Ahoy' });
  await versions().nth(2).getByText('the same module as now').waitFor();
  await page.getByRole('region', { name: 'Messages' }).getByText('hello runs version 2 again.').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(async () => (await readApp(page, 'hello')).spec.source.digest).toBe(headers);
});

it('a module that is no longer stored cannot be gone back to, and it is said why', async () => {
  await callApi(page, 'DELETE', `modules/${hello}`);
  await page.reload();
  const gone = versions().filter({ hasText: 'This module is no longer stored.' }).first();
  await gone.waitFor();
  expect(await gone.getByRole('button', { name: /^Go back to version/ }).isDisabled()).toBe(true);
});
