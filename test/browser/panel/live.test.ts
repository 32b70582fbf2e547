/** The panel follows the cluster: what other tabs do is seen without a reload. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { callApi, createApp, deleteApp, fetchIn, uploadModule } from '../harness/api.ts';
import { stopServiceWorkers } from '../harness/cdp.ts';
import { useSwerve } from '../harness/swerve.ts';
import { exampleFile, guestFile } from '../harness/wasm-files.ts';

const swerve = useSwerve();
let page: Page;
let other: Page;

/** A row of the table that the list is where there is room for one, else an item. */
const row = (name: string) => {
  const apps = page.getByRole('region', { name: 'Apps' });
  return apps.getByRole('row').or(apps.getByRole('listitem')).filter({ hasText: name });
};
const hosts = (of: Page) => of.getByRole('region', { name: 'Hosts' }).getByRole('listitem');

beforeAll(async () => {
  page = await swerve.openPanel();
});

it('two tabs are two hosts, and each knows which one it is', async () => {
  await hosts(page).getByText('Responsive', { exact: true }).waitFor();
  other = await swerve.openPanel();
  for (const tab of [page, other]) {
    await expect.poll(() => hosts(tab).count()).toBe(2);
    const own = hosts(tab).filter({ hasText: 'This tab' });
    await expect.poll(() => own.count()).toBe(1);
    expect(await hosts(tab).first().textContent()).toContain('This tab');
    await expect.poll(() => hosts(tab).getByText('Responsive', { exact: true }).count()).toBe(2);
    await expect.poll(() => hosts(tab).getByText('JSPI: yes').count()).toBe(2);
  }
});

describe('Apps', () => {
  it('that another tab creates, breaks and deletes', async () => {
    await page.getByRole('heading', { name: /Drop a/ }).waitFor();
    const { digest } = await uploadModule(other, exampleFile('hello-c'));
    await createApp(other, { name: 'made', source: { digest }, routes: [{ path: '/made' }] });
    await row('made').getByText('Ready', { exact: true }).waitFor();
    await createApp(other, { name: 'clash', source: { digest }, routes: [{ path: '/made' }] });
    await row('clash').getByText('Route is taken').waitFor();
    await row('clash')
      .getByText(/default\/made/)
      .waitFor();
    await deleteApp(other, 'made');
    await row('clash').getByText('Ready', { exact: true }).waitFor();
    await deleteApp(other, 'clash');
    await page.getByRole('heading', { name: /Drop a/ }).waitFor();
  });

  it('that crash over and over say so', async () => {
    const { digest } = await uploadModule(other, guestFile('exit3'));
    await createApp(other, { name: 'exits', source: { digest }, routes: [{ path: '/exits' }] });
    await row('exits').getByText('Ready', { exact: true }).waitFor();
    const { digest: misbehave } = await uploadModule(other, exampleFile('misbehave'));
    await createApp(other, {
      name: 'crashing',
      source: { digest: misbehave },
      routes: [{ path: '/crashing' }],
      limits: { timeoutMs: 100 },
      restart: { maxRestarts: 0, windowSeconds: 60 },
    });
    await fetchIn(other, 'crashing/loop');
    await row('crashing').getByText('Crashing', { exact: true }).waitFor();
  });

  it('go on being followed after the browser stopped the service worker', async () => {
    await stopServiceWorkers(page);
    const { digest } = await uploadModule(other, exampleFile('hello-rust'));
    await createApp(other, { name: 'after', source: { digest }, routes: [{ path: '/after' }] });
    await row('after').getByText('Ready', { exact: true }).waitFor();
    expect(await page.getByText('The list may be out of date').count()).toBe(0);
  });
});

it('hosts are listed again after the browser stopped the service worker', async () => {
  await stopServiceWorkers(page);
  await expect.poll(async () => (await callApi<{ items: unknown[] }>(page, 'GET', 'api/v1/nodes')).items.length, { timeout: 3_000 }).toBe(2);
  await expect.poll(() => hosts(page).count()).toBe(2);
});

it('a host that is closed is gone', async () => {
  await other.close();
  await expect.poll(() => hosts(page).count()).toBe(1);
  expect(await hosts(page).textContent()).toContain('This tab');
});
