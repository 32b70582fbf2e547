/** What a module asks for, as the panel tells it: at install, in the App's view, and when it is taken back. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Resource } from '../../../src/core/resource.ts';
import { callApi, fetchIn, readApp } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { guestFile } from '../harness/wasm-files.ts';
import { logOf } from '../http/guests.ts';

const swerve = useSwerve();
let page: Page;

beforeAll(async () => {
  page = await swerve.openPanel();
  await page.getByRole('button', { name: 'Choose files' }).waitFor();
});

const WANTS = 'keep data in key-value stores';
const capabilities = async () => (await readApp(page, 'grants')).spec.capabilities;
const grants = () => page.getByRole('region', { name: 'Grants' });

/** Generations of the App that its instances are of. */
const generations = async () => {
  const { items } = await callApi<{ items: Resource[] }>(page, 'GET', 'api/v1/namespaces/default/pods?labelSelector=swerve.dev/app%3Dgrants');
  return items.map(({ metadata }) => Number(metadata.labels?.['swerve.dev/generation']));
};

describe('at install', () => {
  it('a module asks in plain sentences, nothing is granted beforehand, and what is chosen is what the App gets', async () => {
    await page.locator('input[type=file]').setInputFiles(guestFile('grants'));
    const card = page.getByRole('article', { name: 'grants.wasm' });
    const wish = card.getByRole('group', { name: 'What it asks for' }).getByRole('checkbox', { name: `It wants to ${WANTS}` });
    await wish.waitFor();
    for (const box of await card.getByRole('group', { name: 'What it asks for' }).getByRole('checkbox').all()) expect(await box.isChecked()).toBe(false);
    await wish.check();
    const stores = card.getByRole('textbox', { name: 'Stores' });
    expect(await stores.inputValue()).toBe('default');
    await stores.fill('Not A Store');
    await card.getByRole('button', { name: 'Run it' }).click();
    await card.getByRole('alert').filter({ hasText: 'must be the name of a store' }).waitFor();
    await stores.fill('default, cart');
    await card.getByRole('button', { name: 'Run it' }).click();
    await card.waitFor({ state: 'detached' });
    expect(await capabilities()).toEqual({ keyValue: { stores: ['default', 'cart'] } });
  });
});

describe('the view of an App', () => {
  it('shows what it holds; what is taken back is gone with the instances that held it, and in its log', async () => {
    expect((await fetchIn(page, 'grants')).text).toMatch(/^open\n/);
    const before = (await readApp(page, 'grants')).metadata.generation;
    expect(await generations()).toEqual([before]);
    await page.evaluate(() => void location.assign('#/apps/default/grants'));
    const held = grants()
      .getByRole('listitem')
      .filter({ hasText: `It may ${WANTS}` });
    await held.getByText('default, cart').waitFor();
    await held.getByRole('button', { name: `Take back: ${WANTS}` }).click();
    await grants()
      .getByRole('heading', { name: `It wants to ${WANTS}` })
      .waitFor();
    expect(await capabilities()).toEqual({});
    expect((await fetchIn(page, 'grants')).text).toMatch(/^denied\n/);
    await expect.poll(generations).toEqual([before + 1]);
    expect(await logOf(page, 'grants')).toContain(` system - Taken back: to ${WANTS} (default, cart). Instances that hold it finish their requests and end.`);
  });

  it('takes that back as well, and grants what is asked for', async () => {
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(capabilities).toEqual({ keyValue: { stores: ['default', 'cart'] } });
    await grants()
      .getByRole('button', { name: `Take back: ${WANTS}` })
      .click();
    await grants()
      .getByRole('button', { name: `Grant: ${WANTS}` })
      .click();
    const form = grants().getByRole('form', { name: `Grant: ${WANTS}` });
    const stores = form.getByRole('textbox', { name: 'Stores' });
    await expect.poll(() => stores.evaluate((element) => element.matches(':focus'))).toBe(true);
    await stores.fill('');
    await form.getByRole('button', { name: 'Grant', exact: true }).click();
    await form.getByText('Name at least one.').waitFor();
    await stores.fill('Not A Store');
    await form.getByRole('button', { name: 'Grant', exact: true }).click();
    await form.getByText(/must be the name of a store/i).waitFor();
    await stores.fill('default');
    await stores.press('Enter');
    await grants()
      .getByRole('heading', { name: `It may ${WANTS}` })
      .waitFor();
    expect(await capabilities()).toEqual({ keyValue: { stores: ['default'] } });
    expect((await fetchIn(page, 'grants')).text).toMatch(/^open\n/);
    expect(await logOf(page, 'grants')).toContain(` system - Granted: to ${WANTS} (default).`);
  });
});
