/** The view of the cluster: its picture, and its hosts and instances in words. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { callApi, createApp, fetchIn, untilCondition, uploadModule } from '../harness/api.ts';
import { axeViolations } from '../harness/axe.ts';
import { clockOf, jumpsOf } from '../harness/jumps.ts';
import { useSwerve } from '../harness/swerve.ts';
import { exampleFile } from '../harness/wasm-files.ts';

const swerve = useSwerve();
let page: Page;
let other: Page;

const picture = () => page.getByRole('group', { name: /^Picture of the cluster: / });
const machines = () => picture().getByRole('group');
const hosts = () => page.getByRole('list', { name: 'Hosts' }).locator('> li');
const instances = () => hosts().getByRole('list', { name: 'Instances' }).getByRole('listitem');

/** A tab in the background draws about one frame a second. */
const toFront = () => page.bringToFront();

/** How many dots are sent into the picture from now on. They are too short-lived to be looked for. */
async function countDots(): Promise<(selector?: string) => Promise<number>> {
  const sent = await picture()
    .locator('.dots')
    .evaluateHandle((container) => {
      const elements: Element[] = [];
      new MutationObserver((records) => {
        for (const { addedNodes } of records) elements.push(...([...addedNodes] as Element[]));
      }).observe(container, { childList: true });
      return elements;
    });
  return (selector = '.dot') => sent.evaluate((elements, selector) => elements.filter((element) => element.matches(selector)).length, selector);
}

/** Requests, until the picture tells of them. */
async function makeTraffic(path: string): Promise<void> {
  for (let requests = 0; requests < 5; requests += 1) await fetchIn(page, path);
  await page.getByRole('group', { name: /^Picture of the cluster: .* requests a second$/ }).waitFor();
}

const untilQuiet = () => page.getByRole('group', { name: /^Picture of the cluster: .*, no requests$/ }).waitFor();

beforeAll(async () => {
  page = await swerve.openPanel();
  await page.goto(new URL('#/cluster', swerve.app.url).href);
  await page.getByRole('heading', { level: 1, name: 'Cluster' }).waitFor();
});

it('a cluster without an App says what to do', async () => {
  await page.getByText('There is no App yet').waitFor();
  await machines().getByText('No instance: the next request starts one').waitFor();
  expect(await page.getByRole('link', { name: 'add one' }).getAttribute('href')).toBe('#/');
  await hosts().getByText('No instance runs here.').waitFor();
});

it('each tab is a host, in an order that stays, and one that is closed goes', async () => {
  other = await swerve.openPanel();
  await toFront();
  await expect.poll(() => machines().count()).toBe(2);
  await expect.poll(() => hosts().count()).toBe(2);
  const third = await swerve.open('_swerve/');
  await toFront();
  await expect.poll(() => hosts().getByRole('heading', { level: 3 }).allTextContents()).toEqual(['Panel (/) This tab', 'Panel (/)', '/_swerve/']);
  await page.getByRole('group', { name: 'Picture of the cluster: 3 hosts, 0 instances, no requests' }).waitFor();
  await third.close();
  await page.getByRole('group', { name: 'Picture of the cluster: 2 hosts, 0 instances, no requests' }).waitFor();
  await expect.poll(() => hosts().count()).toBe(2);
  await machines().first().getByText('This tab', { exact: true }).waitFor();
});

it('each host tells its engine, whether it is seen, and what it has', async () => {
  const version = await page.evaluate(() => /Chrome\/(\d+)/.exec(navigator.userAgent)?.[1]);
  for (const index of [0, 1]) {
    const host = hosts().nth(index);
    await host.getByText('Responsive', { exact: true }).waitFor();
    await host.getByText(`Chromium ${version}`, { exact: true }).waitFor();
    await host.getByText('Visible', { exact: true }).waitFor();
    await expect
      .poll(() => host.getByRole('list', { name: 'Features' }).getByRole('listitem').allTextContents())
      .toEqual(expect.arrayContaining(['JSPI: yes', 'SIMD: yes', 'Garbage collection: yes', 'Private file system: yes']));
    await machines().nth(index).getByText(`Chromium ${version}`).waitFor();
  }
  const own = hosts().first().getByRole('list', { name: 'Features' });
  await own.getByText('Shared memory and threads: no').waitFor();
});

describe('with Apps', () => {
  beforeAll(async () => {
    const { digest } = await uploadModule(page, exampleFile('hello-c'));
    await createApp(page, { name: 'hello', source: { digest }, routes: [{ path: '/hello' }] });
    await createApp(page, { name: 'twin', source: { digest }, routes: [{ path: '/twin' }] });
    for (const name of ['hello', 'twin']) await untilCondition(page, name);
  });

  it('an instance appears with the first request, in its own host, and counts what it served', async () => {
    await fetchIn(page, 'hello');
    const { items } = await callApi<{ items: { metadata: { name: string }; spec: { nodeName: string } }[] }>(page, 'GET', 'api/v1/namespaces/default/pods');
    const [pod] = items;
    if (pod === undefined) throw new Error('no instance runs');
    const host = hosts().filter({ hasText: pod.spec.nodeName });
    const instance = host.getByRole('list', { name: 'Instances' }).getByRole('listitem');
    await instance.getByText('Serving', { exact: true }).waitFor();
    expect(await instance.getByText(pod.metadata.name.slice('hello-'.length), { exact: true }).count()).toBe(1);
    await expect
      .poll(() => instance.getByRole('definition').allTextContents())
      .toEqual([expect.stringMatching(/ KiB$/), '1', '0', expect.stringMatching(/ ms$/), '<1 min']);
    expect(await instance.getByRole('link', { name: 'hello', exact: true }).getAttribute('href')).toBe('#/apps/default/hello');
    expect(await instance.getByRole('link', { name: `Log of ${pod.metadata.name}` }).getAttribute('href')).toContain('#/apps/default/hello/logs?');

    const index = await hosts().evaluateAll(
      (items, id) => items.findIndex((item) => item.firstElementChild?.shadowRoot?.textContent.includes(id)),
      pod.spec.nodeName,
    );
    await machines().nth(index).getByRole('link', { name: 'hello, Serving' }).waitFor();
  });

  it('requests run through the picture as dots, and are told as rates; then it rests', async () => {
    const dots = await countDots();
    await makeTraffic('hello');
    await expect.poll(() => dots()).toBeGreaterThanOrEqual(5);
    await hosts()
      .getByText(/^[1-9]\.\d req\/s$|^0\.[1-9] req\/s$/)
      .waitFor();
    await untilQuiet();
    await page.getByRole('link', { name: /^Cluster: 2 hosts 0\.0 req\/s/ }).waitFor();
    await expect.poll(() => picture().locator('.dots > *').count()).toBe(0);
    await expect.poll(() => picture().evaluate((element) => element.getAnimations({ subtree: true }).length)).toBe(0);
  });

  it('a request that failed is told apart', async () => {
    const { digest } = await uploadModule(page, exampleFile('misbehave'));
    await createApp(page, { name: 'misbehave', source: { digest }, routes: [{ path: '/misbehave' }] });
    await untilCondition(page, 'misbehave');
    const dots = await countDots();
    expect((await fetchIn(page, 'misbehave/trap')).status).toBe(502);
    await expect.poll(() => dots('.dot[data-error]')).toBe(1);
  });

  it('who wants less motion gets numbers and no dots, and nothing jumps', async () => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    const dots = await countDots();
    const sinceMs = await clockOf(page);
    // More than is left of what was before: 30 requests are 6 a second over the last five.
    for (let requests = 0; requests < 30; requests += 1) await fetchIn(page, 'hello');
    await page.getByRole('group', { name: /([6-9]|\d\d)(\.\d)? requests a second$/ }).waitFor();
    expect(await dots()).toBe(0);
    // What is left out are figures at the end of their cell, which begin elsewhere when they get one digit more.
    expect(await jumpsOf(page, { sinceMs })).toEqual([]);
    expect(await picture().locator('path[data-live]').count()).toBeGreaterThanOrEqual(1);
    await page.emulateMedia({ reducedMotion: 'no-preference' });
  });

  it('arrow keys go from instance to instance, each is named, and leads to its App', async () => {
    await fetchIn(page, 'hello');
    await fetchIn(page, 'twin');
    await expect
      .poll(() =>
        picture()
          .getByRole('link', { name: /^(hello|twin), / })
          .count(),
      )
      .toBeGreaterThanOrEqual(2);
    const reached = picture().locator('a[tabindex="0"]');
    await reached.focus();
    const first = await reached.getAttribute('aria-label');
    await page.keyboard.press('ArrowRight');
    expect(await reached.evaluate((link) => link.matches(':focus'))).toBe(true);
    const second = await reached.getAttribute('aria-label');
    expect(second).not.toBe(first);
    await picture()
      .getByText(/ served · /)
      .waitFor();
    await page.keyboard.press('Escape');
    await picture()
      .getByText(/ served · /)
      .waitFor({ state: 'detached' });
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: second?.split(',')[0] ?? '' }).waitFor();
    await page.goBack();
    await picture().waitFor();
  });

  it('an instance under the pointer is named, and a click leads to its App', async () => {
    await fetchIn(page, 'twin');
    const twin = picture()
      .getByRole('link', { name: /^twin, / })
      .first();
    await twin.hover();
    await picture()
      .getByText(/^twin-/)
      .waitFor();
    await twin.click();
    await page.getByRole('heading', { level: 1, name: 'twin' }).waitFor();
    await page.goBack();
    await picture().waitFor();
  });

  it.each(['light', 'dark'] as const)('axe finds nothing in the %s theme, wide and narrow', async (colorScheme) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await fetchIn(page, 'hello');
    await instances().first().waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.setViewportSize({ width: 360, height: 740 });
    expect(await axeViolations(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth)).toBe(true);
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  it('the instances of a tab that is closed go with it', async () => {
    await fetchIn(page, 'hello');
    await fetchIn(page, 'twin');
    await other.close();
    await page.getByRole('group', { name: /^Picture of the cluster: 1 host, / }).waitFor();
    await expect.poll(() => hosts().count()).toBe(1);
  });
});
