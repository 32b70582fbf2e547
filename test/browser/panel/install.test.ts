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

describe('the browser', () => {
  it('reads the manifest without a complaint and would install Swerve', async () => {
    const page = await swerve.openPanel();
    const session = await sessionOf(page);
    const { url, errors, data } = await session.send('Page.getAppManifest');
    expect(errors).toEqual([]);
    expect(url).toBe(new URL('_swerve/manifest.webmanifest', swerve.app.url).href);
    expect(JSON.parse(data ?? '')).toMatchObject({ name: 'Swerve', display: 'standalone' });
    const { installabilityErrors } = await session.send('Page.getInstallabilityErrors');
    expect(installabilityErrors).toEqual([]);
    const { manifest } = (await session.send('Page.getAppManifest')) as unknown as { manifest: { startUrl: string; scope: string } };
    expect(manifest).toMatchObject({ startUrl: new URL('_swerve/', swerve.app.url).href, scope: swerve.app.url });
    await page.close();
  });

  it('finds every icon, of the size that it was promised', async () => {
    const page = await swerve.openPanel();
    const { text } = await fetchIn(page, '_swerve/manifest.webmanifest');
    const { icons } = JSON.parse(text) as { icons: { src: string; sizes: string; type: string }[] };
    expect(icons.length).toBeGreaterThan(2);
    const found = await page.evaluate(
      async (icons) =>
        Promise.all(
          icons.map(async ({ src }) => {
            const image = new Image();
            image.src = new URL(src, new URL('_swerve/', location.href)).href;
            await image.decode();
            const response = await fetch(image.src);
            return { size: `${image.naturalWidth}x${image.naturalHeight}`, type: response.headers.get('content-type') };
          }),
        ),
      icons,
    );
    for (const [index, { sizes, type }] of icons.entries()) {
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
    await stopServiceWorkers(page);
    await waitFor('the stop to be told', () => running.at(-1) === 'stopped');
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
  await page.getByRole('region', { name: 'Apps' }).waitFor();
  await page.close();
});
