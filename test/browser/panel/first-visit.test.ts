/** What a stranger meets: a gallery whose guests answer after one click, also without a network, and the story of a request. */
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { fetchIn } from '../harness/api.ts';
import { hastenAnimations } from '../harness/cdp.ts';
import { useSwerve } from '../harness/swerve.ts';
import { untilAnswered } from '../harness/tabs.ts';

const swerve = useSwerve();
let page: Page;

beforeAll(async () => {
  page = await swerve.openPanel();
  await page.getByRole('heading', { name: /Drop a/ }).waitFor();
});

const card = (title: string) => page.getByRole('group', { name: title, exact: true });

/** Runs a sample and opens its page. How long it took is printed, not judged: machines differ. */
async function runAndOpen(title: string): Promise<Page> {
  const beganMs = performance.now();
  await page.getByRole('button', { name: `Run ${title}`, exact: true }).click();
  await card(title)
    .getByText(/^200 in \d/)
    .waitFor();
  console.info(`${title}: ${Math.round(performance.now() - beganMs)} ms from the click to the answer`);
  const open = card(title).getByRole('link', { name: `Open ${title}` });
  await expect.poll(() => open.evaluate((link) => link.matches(':focus'))).toBe(true);
  const [opened] = await Promise.all([swerve.context.waitForEvent('page'), page.keyboard.press('Enter')]);
  await untilAnswered(opened);
  return opened;
}

describe('one click runs', () => {
  it('a map whose tiles are drawn by requests', async () => {
    const opened = await runAndOpen('Fractal map');
    await opened.waitForFunction(() => [...document.images].some(({ className, naturalWidth }) => className === 'ready' && naturalWidth === 256));
    await opened.getByText(/\d+ tiles rendered/).waitFor();
    await opened.close();
    const { status, headers } = await fetchIn(page, 'fractal?z=1&x=0&y=0&size=64');
    expect([status, headers['content-type']]).toEqual([200, 'image/png']);
    expect((await fetchIn(page, 'fractal?z=99')).status).toBe(400);
    // The gallery stays under the hand that clicked in it, and shows what the guest itself draws.
    await page.getByRole('heading', { name: 'Or run one of these' }).waitFor();
    const picture = card('Fractal map').locator('img');
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(384);
  });

  it('a clock that is told the time again and again in one answer', async () => {
    const opened = await runAndOpen('Clock');
    await opened.getByText(/^Event ([2-9]|\d\d+) of one answer that is still being written\.$/).waitFor();
    expect(await opened.getByRole('heading', { level: 1 }).textContent()).toMatch(/^\d\d:\d\d:\d\d$/);
    await opened.close();
    const picture = await fetchIn(page, 'clock?svg&offset=-60');
    expect(picture.headers['content-type']).toBe('image/svg+xml');
    expect(picture.text).toMatch(/^<svg /);
  });

  it('a QR code for what is typed', async () => {
    const opened = await runAndOpen('QR codes');
    await opened.getByText(/^Version 2, made in/).waitFor();
    await opened.getByLabel('Text or address').fill('a'.repeat(300));
    await opened.getByText(/^Version 1\d, made in/).waitFor();
    await opened.getByLabel('Text or address').fill('a'.repeat(4000));
    await opened.getByText('The text is too long').waitFor();
    await opened.close();
    expect((await fetchIn(page, 'qr?text=hello&format=text')).text).toMatch(/^█████/);
  });

  it('a site of files, which knows conditions and parts', async () => {
    const opened = await runAndOpen('Static site');
    await expect
      .poll(() => opened.locator('#answers li').allTextContents())
      .toEqual(['200 the style sheet', '304 the same, for one who has it', '206 16 bytes of it', '404 a file that is not there']);
    await opened.getByRole('link', { name: 'Another page' }).click();
    await opened.getByRole('heading', { name: 'Another page' }).waitFor();
    await opened.close();
    const picture = card('Static site').locator('img');
    await expect.poll(() => picture.evaluate((image: HTMLImageElement) => image.naturalWidth)).toBeGreaterThan(0);
  });

  it('plain C', async () => {
    const opened = await runAndOpen('Hello from C');
    expect(await opened.textContent('h1')).toBe('Hello, world');
    await opened.close();
  });
});

describe('with the server stopped and the network gone', () => {
  it('a program and a component run all the same', async () => {
    await swerve.app.stop();
    await swerve.context.setOffline(true);
    try {
      const hello = await runAndOpen('Hello from Rust');
      expect(await hello.textContent('body')).toContain('written by a Rust program');
      await hello.close();
      const streams = await runAndOpen('Streams');
      await streams.getByText('Done', { exact: true }).waitFor();
      expect(await streams.locator('#events li').count()).toBe(10);
      await streams.close();
    } finally {
      await swerve.context.setOffline(false);
      await swerve.app.restart();
    }
  });
});

describe('once there are Apps', () => {
  beforeAll(async () => {
    await page.reload();
    await page.getByRole('link', { name: 'Open clock' }).first().waitFor();
  });

  it('the samples are one click away and say what runs; deleting one offers it again', async () => {
    expect(await card('Clock').count()).toBe(0);
    await page.getByRole('button', { name: 'Samples' }).click();
    await card('Clock').getByText('Running at').waitFor();
    expect(await card('Clock').getByText('/clock', { exact: true }).count()).toBe(1);
    await page.evaluate(async () => {
      const { scope } = await navigator.serviceWorker.ready;
      await fetch(new URL('_swerve/apis/swerve.dev/v1/namespaces/default/apps/clock', scope), { method: 'DELETE' });
    });
    await page.getByRole('button', { name: 'Run Clock' }).waitFor();
  });

  it('the story is in a dialog, which Escape closes', async () => {
    const button = page.getByRole('button', { name: 'How a request travels' });
    await button.click();
    await page.getByRole('dialog', { name: 'How a request travels' }).waitFor();
    // Found from the element: what stands in the library's dialog is slotted, and no descendant of it to a locator.
    const dialog = page.locator('swerve-request-story-dialog');
    await dialog.getByRole('button', { name: 'Next step' }).click();
    await dialog.locator('[aria-current=step]').getByText('The service worker takes it').waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await expect.poll(() => button.evaluate((element) => element.matches(':focus'))).toBe(true);
  });
});

describe('the story of a request', () => {
  const story = () => page.getByRole('region', { name: 'How a request travels' }).last();
  const current = () => story().locator('[aria-current=step] h3').textContent();
  const animations = () =>
    page
      .locator('swerve-request-story')
      .evaluate((element) =>
        (element.shadowRoot?.getAnimations() ?? []).filter((animation) => !(animation instanceof CSSTransition)).map(({ playState }) => playState),
      );

  beforeAll(async () => {
    await page.evaluate(async () => {
      const { scope } = await navigator.serviceWorker.ready;
      const apps = new URL('_swerve/apis/swerve.dev/v1/namespaces/default/apps', scope);
      const { items } = await (await fetch(apps)).json();
      for (const { metadata } of items) await fetch(`${apps.href}/${metadata.name}`, { method: 'DELETE' });
    });
    await page.getByRole('heading', { name: 'How a request travels' }).waitFor();
  });

  it('plays by itself once it is in sight, and stops when told to', async () => {
    await story().scrollIntoViewIfNeeded();
    const slowDown = await hastenAnimations(page, 4);
    await expect.poll(current, { timeout: 10_000 }).not.toBe('1A page asks');
    await story().getByRole('button', { name: 'Pause' }).click();
    expect(new Set(await animations())).toEqual(new Set(['paused']));
    const stopped = await current();
    await story().getByRole('button', { name: 'Play', exact: true }).click();
    await expect.poll(current, { timeout: 10_000 }).not.toBe(stopped);
    await slowDown();
  });

  it('is stepped through with the keys, which ends the playing', async () => {
    await story().getByRole('button', { name: 'Pause' }).focus();
    await page.keyboard.press('End');
    expect(await current()).toBe('8A tab dies, another takes over');
    await story().getByRole('button', { name: 'Play again' }).waitFor();
    expect(await story().getByRole('button', { name: 'Next step' }).getAttribute('aria-disabled')).toBe('true');
    await page.keyboard.press('ArrowLeft');
    expect(await current()).toBe('7Server and network go');
    expect(await story().getByRole('status').textContent()).toMatch(/^Step 7 of 8: Server and network go\./);
    await page.keyboard.press('Home');
    expect(await current()).toBe('1A page asks');
  });

  it('without motion nothing moves, and it is stepped by hand', async () => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    try {
      await story().getByRole('button', { name: 'Play' }).waitFor({ state: 'detached' });
      for (let step = 2; step <= 8; step += 1) {
        await story().getByRole('button', { name: 'Next step' }).click();
        await expect.poll(current).toMatch(new RegExp(`^${step}`));
        expect(await animations()).toEqual([]);
      }
    } finally {
      await page.emulateMedia({ reducedMotion: 'no-preference' });
    }
  });

  it('is an ordered list to screen readers, and fits a narrow screen', async () => {
    const size = page.viewportSize();
    await page.setViewportSize({ width: 360, height: 740 });
    try {
      const snapshot = await story().ariaSnapshot();
      expect(snapshot.match(/- listitem:/g)?.length).toBe(8);
      for (const heading of ['A page asks', 'The answer streams back', 'A tab dies, another takes over']) expect(snapshot).toContain(heading);
      expect(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)).toBe(false);
    } finally {
      if (size !== null) await page.setViewportSize(size);
    }
  });
});
