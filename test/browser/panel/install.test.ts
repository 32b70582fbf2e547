/** Swerve as something that is installed: its manifest and icons, its files without the service worker, and browsers that lack what it needs. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CDPSession, Page } from 'playwright-core';
import { describe, expect, inject, it } from 'vitest';
import { fetchIn } from '../harness/api.ts';
import { stopServiceWorkers } from '../harness/cdp.ts';
import { useSwerve } from '../harness/swerve.ts';
import { waitFor } from '../harness/wait.ts';

const swerve = useSwerve();

async function sessionOf(page: Page): Promise<CDPSession> {
  return swerve.context.newCDPSession(page);
}

/** The manifest's own words. */
interface Manifest {
  icons: { src: string; sizes: string; type: string }[];
  screenshots: Manifest['icons'];
  shortcuts: { name: string; url: string; icons: Manifest['icons'] }[];
  file_handlers: { action: string; accept: Record<string, string[]>; icons: Manifest['icons'] }[];
  share_target: unknown;
}

/** What the browser made of it, of which Playwright's types know nothing. */
interface ParsedManifest {
  id: string;
  startUrl: string;
  scope: string;
  shortcuts: { name: string; url: string }[];
  shareTarget: { action: string; method: string };
  launchHandler: { clientMode: string };
}

async function manifestOf(page: Page): Promise<Manifest> {
  return JSON.parse((await fetchIn(page, '_swerve/manifest.webmanifest')).text) as Manifest;
}

describe('the browser', () => {
  const address = (path: string) => new URL(path, swerve.app.url).href;

  it('reads the manifest without a complaint and would install Swerve', async () => {
    const page = await swerve.openPanel();
    const session = await sessionOf(page);
    const { url, errors, data } = await session.send('Page.getAppManifest');
    expect(errors).toEqual([]);
    expect(url).toBe(address('_swerve/manifest.webmanifest'));
    expect(JSON.parse(data ?? '')).toMatchObject({ name: 'Swerve', display: 'standalone' });
    const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
    expect(installabilityErrors).toEqual([]);
    const { manifest } = (await session.send('Page.getAppManifest')) as unknown as { manifest: ParsedManifest };
    expect(manifest).toMatchObject({ id: address('_swerve/'), startUrl: address('_swerve/#/'), scope: swerve.app.url });
    await page.close();
  });

  it('knows which files Swerve opens, what can be shared with it, where its shortcuts lead, and that one window takes it all', async () => {
    const page = await swerve.openPanel();
    const { manifest } = (await (await sessionOf(page)).send('Page.getAppManifest')) as unknown as { manifest: ParsedManifest };
    // The protocol does not show file handlers, nor the files of a share target. But the browser complains of a handler that it
    // does not take (an address outside of the scope, a bad extension), and the test before has seen no complaint.
    const { file_handlers, share_target } = await manifestOf(page);
    expect(file_handlers.map(({ action, accept }) => [new URL(action, address('_swerve/')).href, accept])).toEqual([
      [address('_swerve/#/'), { 'application/wasm': ['.wasm'] }],
      [address('_swerve/#/'), { 'application/zip': ['.zip'] }],
    ]);
    expect(manifest.shareTarget).toMatchObject({ action: address('_swerve/share'), method: 'kPost' });
    expect(share_target).toMatchObject({
      enctype: 'multipart/form-data',
      params: { title: 'title', text: 'text', url: 'url', files: [{ name: 'files', accept: ['application/wasm', '.wasm', 'application/zip', '.zip'] }] },
    });
    expect(manifest.launchHandler.clientMode).toBe('kNavigateExisting');
    expect(manifest.shortcuts.map(({ url }) => url)).toEqual(['_swerve/#/', '_swerve/#/console', '_swerve/#/cluster'].map(address));
    for (const { name, url } of manifest.shortcuts) {
      await page.goto(url);
      await page
        .getByRole('region', { name: 'Apps' })
        .or(page.getByRole('heading', { level: 1 }))
        .first()
        .waitFor();
      expect(await page.title()).toBe(`${name} · Swerve`);
    }
    await page.close();
  });

  it('finds every icon and every screenshot, of the size that it was promised', async () => {
    const page = await swerve.openPanel();
    const { icons, screenshots, shortcuts, file_handlers } = await manifestOf(page);
    const pictures = [...icons, ...screenshots, ...shortcuts.flatMap((shortcut) => shortcut.icons), ...file_handlers.flatMap((handler) => handler.icons)];
    expect(pictures.length).toBeGreaterThan(8);
    const found = await page.evaluate(
      async (pictures) =>
        Promise.all(
          pictures.map(async ({ src }) => {
            const image = new Image();
            image.src = new URL(src, new URL('_swerve/', location.href)).href;
            await image.decode();
            const response = await fetch(image.src);
            return { size: `${image.naturalWidth}x${image.naturalHeight}`, type: response.headers.get('content-type') };
          }),
        ),
      pictures,
    );
    for (const [index, { sizes, type }] of pictures.entries()) {
      expect(found[index]?.type).toBe(type);
      if (sizes !== 'any') expect(found[index]?.size).toBe(sizes);
    }
    await page.close();
  });
});

describe('files of the build', () => {
  it('with a hash in their name are answered by the cache, and the service worker sleeps on', async () => {
    const page = await swerve.openPanel();
    const asset = await page.evaluate(() => [...document.scripts].map(({ src }) => src).find((src) => src.includes('_swerve/assets/')) ?? '');
    expect(asset).toMatch(/_swerve\/assets\/panel-.+\.js$/);
    // A page without the panel's streams, so that nothing else wakes the service worker.
    await page.goto(new URL('_swerve/icon.svg', swerve.app.url).href);
    const session = await sessionOf(page);
    const running: string[] = [];
    session.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
      for (const { runningStatus } of versions) running.push(runningStatus);
    });
    await session.send('ServiceWorker.enable');
    // What the panel let go of as it left may wake the service worker once more.
    await waitFor('the stop to be told', async () => {
      await stopServiceWorkers(page);
      return running.at(-1) === 'stopped';
    });
    running.length = 0;

    await swerve.app.stop();
    try {
      const answer = await page.evaluate(async (url) => {
        const response = await fetch(url);
        const { length } = await response.text();
        const [entry] = performance.getEntriesByName(url) as (PerformanceResourceTiming & {
          workerMatchedSourceType?: string;
          workerFinalSourceType?: string;
        })[];
        return { status: response.status, length, matched: entry?.workerMatchedSourceType, final: entry?.workerFinalSourceType };
      }, asset);
      expect(answer.status).toBe(200);
      expect(answer.length).toBe((await readFile(join(inject('distDir'), new URL(asset).pathname), 'utf8')).length);
      expect(answer).toMatchObject({ matched: 'cache', final: 'cache' });
      expect(running).toEqual([]);

      // The proof that a start would have been seen: what has no hash in its name does wake it.
      expect((await fetchIn(page, 'nowhere')).headers['swerve-error']).toBe('route-not-found');
      await waitFor('the start to be told', () => running.includes('running'));
    } finally {
      await swerve.app.restart();
    }
    await page.close();
  });
});

describe('a browser that lacks', () => {
  it('service workers is told what to do', async () => {
    const page = await swerve.context.newPage();
    await page.addInitScript(() => {
      Reflect.deleteProperty(Navigator.prototype, 'serviceWorker');
    });
    await page.goto(swerve.app.url);
    await page.getByRole('heading', { name: 'Swerve cannot run here' }).waitFor();
    await page.getByText('In a private window: open this page in a normal one.').waitFor();
    await page.close();
  });

  it('JSPI says so, and goes on', async () => {
    const page = await swerve.context.newPage();
    await page.addInitScript(() => {
      Reflect.deleteProperty(WebAssembly, 'Suspending');
    });
    await page.goto(swerve.app.url);
    await page.getByRole('note').getByText('This browser cannot pause WebAssembly (it has no JSPI).').waitFor();
    await page.getByRole('region', { name: 'Hosts' }).getByText('JSPI: no').waitFor();
    await page.getByRole('button', { name: 'Choose files' }).waitFor();
    await page.close();
  });
});

it('a forced reload, which goes past the service worker, asks for a plain one', async () => {
  const page = await swerve.openPanel();
  const session = await sessionOf(page);
  await Promise.all([page.waitForEvent('load'), session.send('Page.reload', { ignoreCache: true })]);
  await page.getByRole('heading', { name: 'Reload this page once' }).waitFor();
  await page.getByRole('button', { name: 'Reload' }).click();
  await page.getByRole('button', { name: 'Choose files' }).waitFor();
  await page.close();
});
