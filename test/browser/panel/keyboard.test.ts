/** The main job without a mouse: Tab, Enter and Space, with the focus always in sight. */
import type { FileChooser, Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { fetchIn } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { untilAnswered } from '../harness/tabs.ts';
import { exampleFile } from '../harness/wasm-files.ts';

const swerve = useSwerve();

interface Focused {
  /** What a screen reader would call it, roughly. */
  name: string;
  /** Whether it lies within the window and bears an outline. */
  isSeen: boolean;
}

async function focused(page: Page): Promise<Focused> {
  return page.evaluate(() => {
    let element = document.activeElement;
    while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
    if (!(element instanceof HTMLElement)) return { name: '', isSeen: false };
    const root = element.getRootNode() as ShadowRoot;
    const label = root.querySelector(`label[for="${element.id}"]`)?.textContent;
    const name = element.getAttribute('aria-label') ?? label ?? (element === document.body ? '' : (element.textContent ?? ''));
    const { top, bottom, left, right } = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    const isInside = top >= 0 && left >= 0 && bottom <= innerHeight && right <= innerWidth;
    return { name: name.trim().replace(/\s+/g, ' '), isSeen: isInside && style.outlineStyle !== 'none' && Number.parseFloat(style.outlineWidth) >= 2 };
  });
}

/** Presses Tab until `name` has the focus. @throws Error with the way there when it never does, or when the focus went out of sight */
async function tabTo(page: Page, name: string | RegExp, key = 'Tab'): Promise<void> {
  const way: string[] = [];
  for (let presses = 0; presses < 30; presses += 1) {
    await page.keyboard.press(key);
    const { name: found, isSeen } = await focused(page);
    way.push(found);
    if (found !== '') expect(isSeen, `the focus on "${found}" is in sight`).toBe(true);
    if (typeof name === 'string' ? found === name : name.test(found)) return;
  }
  throw new Error(`Tab never came to "${name}", only to: ${way.join(', ')}`);
}

it('from the empty cluster to a page that an App serves, and back to an empty cluster', async () => {
  const page = await swerve.openPanel();
  const choosers: FileChooser[] = [];
  page.on('filechooser', (chooser) => choosers.push(chooser));
  await page.getByRole('button', { name: 'Choose files' }).waitFor();
  await tabTo(page, 'Choose files');
  await page.keyboard.press('Enter');
  await expect.poll(() => choosers.length).toBe(1);
  await choosers[0]?.setFiles(exampleFile('hello-c'));
  await page.getByRole('button', { name: 'Run it' }).waitFor();
  await tabTo(page, 'Name');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('keys');
  await tabTo(page, 'More settings');
  await page.keyboard.press('Enter');
  await tabTo(page, 'Reuse one guest for many requests');
  await page.keyboard.press('Space');
  await tabTo(page, 'Run it');
  await page.keyboard.press('Space');

  const open = page.getByRole('link', { name: 'Open keys' });
  await open.waitFor();
  await expect.poll(async () => (await focused(page)).name).toBe('Open keys');
  const [shown] = await Promise.all([swerve.context.waitForEvent('page'), page.keyboard.press('Enter')]);
  await untilAnswered(shown);
  expect(new URL(shown.url()).pathname).toBe('/keys');
  expect(await shown.textContent('h1')).toBe('Hello, world');
  await shown.close();

  const lookAt = async (key: string) => {
    await tabTo(page, 'keys', key);
    await page.keyboard.press('Enter');
    await page.getByRole('region', { name: 'Traffic' }).waitFor();
    await expect.poll(async () => (await focused(page)).name).toBe('keys');
  };
  await lookAt('Shift+Tab');
  await tabTo(page, 'Settings');
  await page.keyboard.press('Enter');
  await page.getByLabel('Environment').waitFor();
  await tabTo(page, /^Program /);
  await page.keyboard.press('Enter');
  await tabTo(page, 'Reuse one guest for many requests');
  expect(await page.getByLabel('Reuse one guest for many requests').isChecked()).toBe(true);

  const remove = async () => {
    await page.keyboard.press('Enter');
    await expect.poll(async () => (await focused(page)).name).toBe('Open in console');
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: /Drop a/ }).waitFor();
    await expect.poll(async () => (await focused(page)).name).toMatch(/^Drop a/);
  };
  await tabTo(page, 'Actions for keys', 'Shift+Tab');
  await remove();
  await tabTo(page, 'Undo', 'Shift+Tab');
  await page.keyboard.press('Enter');
  await open.waitFor();
  expect((await fetchIn(page, 'keys')).status).toBe(200);

  await lookAt('Tab');
  await tabTo(page, 'Actions for keys');
  await remove();
  expect((await fetchIn(page, 'keys')).status).toBe(404);
});

it('a form is sent with Enter, and the focus is kept when the list goes', async () => {
  const page = await swerve.openPanel();
  await page.locator('input[type=file]').setInputFiles(exampleFile('hello-c'));
  await page.getByLabel('Route').fill('/entered');
  await page.getByLabel('Route').press('Enter');
  await page.getByRole('link', { name: 'Open hello-c' }).waitFor();

  // Deleted from the list, the last App takes the whole list along.
  await page.getByRole('button', { name: 'Actions for hello-c' }).press('Enter');
  await expect.poll(async () => (await focused(page)).name).toMatch(/^Open page/);
  await page.keyboard.press('End');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: /Drop a/ }).waitFor();
  await expect.poll(async () => (await focused(page)).name).toMatch(/^Drop a/);
});
