/** What Swerve is for, done by a stranger with the mouse: a file in, an address that answers, also on a plane. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { useSwerve } from '../harness/swerve.ts';
import { closeAllTabs, navigationOf, untilAnswered } from '../harness/tabs.ts';
import { exampleFile } from '../harness/wasm-files.ts';

const swerve = useSwerve();
let address = '';

describe('a file to an address', () => {
  it('upload, Run it, Open: with no error, no request to another origin and nothing that jumps', async () => {
    const foreign: string[] = [];
    const origin = new URL(swerve.app.url).origin;
    swerve.context.on('request', (request) => {
      const url = new URL(request.url());
      if (url.origin !== origin && url.protocol.startsWith('http')) foreign.push(url.href);
    });
    const page = await swerve.context.newPage();
    await watchLayout(page);
    await page.goto(swerve.app.url);
    await page.getByRole('heading', { name: /Drop a/ }).waitFor();

    const [chooser] = await Promise.all([page.waitForEvent('filechooser'), page.getByRole('button', { name: 'Choose files' }).click()]);
    await chooser.setFiles(exampleFile('hello-c'));
    const file = page.getByRole('article', { name: 'hello-c.wasm' });
    await file.getByText('WASI preview 1 command').waitFor();
    expect(await file.getByLabel('Name').inputValue()).toBe('hello-c');
    expect(await file.getByLabel('Route').inputValue()).toBe('/hello-c');
    await file.getByLabel('Name').fill('hello');
    expect(await file.getByLabel('Route').inputValue()).toBe('/hello');
    await file.getByRole('button', { name: 'Run it' }).click();

    const row = page.getByRole('region', { name: 'Apps' }).getByRole('row', { name: /hello/ });
    await row.getByText('Ready', { exact: true }).waitFor();
    const open = row.getByRole('link', { name: 'Open hello' });
    await expect.poll(() => open.evaluate((link) => link.matches(':focus'))).toBe(true);
    const [shown] = await Promise.all([swerve.context.waitForEvent('page'), open.click()]);
    await untilAnswered(shown);
    address = shown.url();
    expect(address).toBe(new URL('hello', swerve.app.url).href);
    expect(await shown.textContent('h1')).toContain('Hello');

    expect(foreign).toEqual([]);
    expect(await jumpsOf(page)).toEqual([]);
  });

  it('the address and the panel answer with every tab closed, the server stopped and the network gone', async () => {
    await closeAllTabs(swerve);
    await swerve.app.stop();
    await swerve.context.setOffline(true);
    try {
      const page = await swerve.context.newPage();
      await page.goto(address);
      await untilAnswered(page);
      expect(await navigationOf(page)).toMatchObject({ status: 200, contentType: 'text/html', url: address });
      expect(await page.textContent('h1')).toContain('Hello');

      const panel = await swerve.open('');
      await panel.getByRole('link', { name: 'Open hello' }).waitFor();
      await panel.getByText('Offline — everything here keeps working').waitFor();
    } finally {
      await swerve.context.setOffline(false);
      await swerve.app.restart();
    }
  });
});

/** Notes what moves in `page` without having been asked to: layout shifts outside of half a second after an input (Layout Instability API). */
async function watchLayout(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const jumps: string[] = [];
    Object.assign(globalThis, { jumps });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries() as (PerformanceEntry & {
        value: number;
        hadRecentInput: boolean;
        sources: Record<'previousRect' | 'currentRect', DOMRectReadOnly>[];
      })[]) {
        if (entry.hadRecentInput) continue;
        const box = ({ x, y, width, height }: DOMRectReadOnly) => [x, y, width, height].map(Math.round).join(' ');
        // Nodes in shadow roots are not told, so the boxes must do: x, y, width, height.
        const moves = entry.sources.map(({ previousRect, currentRect }) => `${box(previousRect)} to ${box(currentRect)}`);
        jumps.push(`${entry.value.toFixed(4)} at ${Math.round(entry.startTime)} ms: ${moves.join(' | ')}`);
      }
    }).observe({ type: 'layout-shift', buffered: true });
  });
}

async function jumpsOf(page: Page): Promise<string[]> {
  return page.evaluate(() => (globalThis as unknown as { jumps: string[] }).jumps);
}
