import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { filesOf } from '../../../examples/files/pack.mjs';
import { createApp, untilCondition, uploadModule } from '../harness/api.ts';
import { untilControlled, untilStored, useSwerve } from '../harness/swerve.ts';
import { closeAllTabs, navigationOf, untilAnswered } from '../harness/tabs.ts';
import { exampleFile, packagedFile } from '../harness/wasm-files.ts';

/**
 * Node Modules Inspector, a single-page app that nobody here wrote: every address in it is absolute, those of its pages
 * are its own router's, and its own `build` command writes the site, with what it shows as JSON at `/api/`.
 */
const PROJECT = {
  'package.json': { name: 'cart', version: '1.0.0', dependencies: { left: '^1.0.0', right: '^2.0.0' } },
  'package-lock.json': { name: 'cart', lockfileVersion: 3, packages: {} },
  'node_modules/left/package.json': { name: 'left', version: '1.2.3', license: 'MIT', dependencies: { deep: '^0.1.0' } },
  'node_modules/right/package.json': { name: 'right', version: '2.0.1', license: 'ISC', dependencies: { deep: '^0.1.0' } },
  'node_modules/deep/package.json': { name: 'deep', version: '0.1.9', license: 'Apache-2.0' },
  'node-modules-inspector.config.json': { fetchNpmMeta: false },
};
/** The style sheet names two fonts that the package was published without. */
const MISSING_FONT = /^\/_nuxt\/fonts\/.*\.woff2$/;

const swerve = useSwerve();
let folder: string;
let files: Awaited<ReturnType<typeof filesOf>>;
let site: string;
let panel: Page;

/** Writes the site that shows the packages of {@link PROJECT}. */
async function buildSite(): Promise<void> {
  folder = await mkdtemp(join(tmpdir(), 'swerve-site-'));
  for (const [path, content] of Object.entries(PROJECT)) {
    await mkdir(join(folder, path, '..'), { recursive: true });
    await writeFile(join(folder, path), JSON.stringify(content));
  }
  await promisify(execFile)(process.execPath, [packagedFile('node-modules-inspector', 'bin.mjs'), 'build', '--outDir', 'site'], { cwd: folder });
  files = await filesOf(join(folder, 'site'));
}

beforeAll(async () => {
  await buildSite();
  panel = await swerve.context.newPage();
  await panel.goto(swerve.app.siteUrl);
  await untilControlled(panel);
  await untilStored(panel);
  const { digest } = await uploadModule(panel, exampleFile('files'));
  await createApp(panel, {
    name: 'inspector',
    source: { digest },
    routes: [{ path: '/inspector' }],
    env: { FALLBACK: '/200.html', IMMUTABLE: '/_nuxt/' },
    files,
    document: { origin: 'own' },
  });
  const { status } = await untilCondition(panel, 'inspector', { type: 'OriginReady' });
  const { protocol, host } = new URL(swerve.app.siteUrl);
  site = `${protocol}//inspector.${host}/`;
  expect(status?.address).toBe(site);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A new tab at `path` of the site (no slash at its start), once the app in it shows its packages. */
async function visit(path = ''): Promise<Page> {
  const page = await swerve.context.newPage();
  const failed: string[] = [];
  page.on('response', (response) => {
    const { pathname } = new URL(response.url());
    if (response.status() >= 400 && !MISSING_FONT.test(pathname)) failed.push(`${response.status()} ${pathname} ${response.headers()['swerve-error'] ?? ''}`);
  });
  page.on('requestfailed', (request) => failed.push(`${request.failure()?.errorText} ${request.url()}`));
  await page.goto(site + path);
  await untilAnswered(page);
  await page
    .getByText('total packages')
    .waitFor()
    .catch((cause: unknown) => {
      throw new Error(`the app shows nothing; what failed: ${failed.join(', ') || 'nothing'}`, { cause });
    });
  return page;
}

const pathOf = (page: Page) => new URL(page.url()).pathname;

describe('a single-page app with absolute links, at an origin of its own', () => {
  it('finds every file where it looks for it', async () => {
    const answers = new Map<string, number>();
    swerve.context.on('response', (response) => {
      const { origin, pathname } = new URL(response.url());
      if (`${origin}/` === site && response.fromServiceWorker()) answers.set(pathname, response.status());
    });
    const page = await visit();
    // The app sends its root to a page of its own.
    await page.waitForURL(`${site}grid/depth`);
    for (const name of ['cart@1.0.0', 'left@1.2.3', 'right@2.0.1', 'deep@0.1.9']) expect(await page.getByText(name, { exact: true }).count(), name).toBe(1);

    const asked = [...answers.keys()];
    expect(asked).toEqual(expect.arrayContaining(['/favicon.svg', '/dot-grid-light.png', '/api/metadata.json', '/api/rpc-dump.json']));
    expect(asked.filter((path) => /^\/_nuxt\/.*\.js$/.test(path)).length).toBeGreaterThan(20);
    expect([...answers].filter(([path, status]) => status !== 200 && !MISSING_FONT.test(path))).toEqual([]);
    await page.close();
  });

  it('is served byte for byte', async () => {
    const page = await visit();
    const served = await page.evaluate(
      async (paths) => {
        const digests = [];
        for (const path of paths) {
          const bytes = await (await fetch(path)).arrayBuffer();
          digests.push([path, [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('')]);
        }
        return digests;
      },
      files.map(({ path }) => path),
    );
    // A document comes with the page script in it.
    const isDocument = (path: string) => path.endsWith('.html');
    const written = files.map((file) => {
      const bytes = 'text' in file ? Buffer.from(file.text) : Buffer.from(file.base64, 'base64');
      return [file.path, createHash('sha256').update(bytes).digest('hex')];
    });
    expect(written.length).toBeGreaterThan(50);
    expect(written.filter(([path]) => path?.endsWith('.png')).length).toBeGreaterThan(5);
    expect(served.filter(([path = '']) => !isDocument(path))).toEqual(written.filter(([path = '']) => !isDocument(path)));
    expect(
      await page.evaluate(async () =>
        Object.assign(new Image(), { src: '/og.png' })
          .decode()
          .then(() => 'decoded'),
      ),
    ).toBe('decoded');
    await page.close();
  });

  it('goes from page to page by its own links and the history', async () => {
    const page = await visit();
    await page.evaluate(() => Object.assign(window, { sameDocument: true }));
    await page.locator('a[href="/report/licenses"]').first().click();
    await page.waitForURL(`${site}report/licenses`);
    await page.getByText('Apache-2.0').first().waitFor();
    await page.locator('a[href="/graph"]').first().click();
    await page.waitForURL(`${site}graph`);
    await page.goBack();
    await page.waitForURL(`${site}report/licenses`);
    expect(await page.evaluate(() => 'sameDocument' in window)).toBe(true);
    await page.close();
  });

  it('opens at the address of any of its pages, with and without a tab of it, and reloads there', async () => {
    const first = await visit('grid/licenses');
    expect(pathOf(first)).toBe('/grid/licenses');
    await first.reload();
    await first.getByText('Apache-2.0').first().waitFor();
    expect(await navigationOf(first)).toEqual({ status: 200, contentType: 'text/html', url: `${site}grid/licenses` });

    await closeAllTabs(swerve);
    const cold = await visit('report/licenses');
    await cold.getByText('Apache-2.0').first().waitFor();
    expect(pathOf(cold)).toBe('/report/licenses');
    await cold.close();
  });

  it('keeps what it stores, for itself', async () => {
    const page = await visit();
    const isDark = () => page.evaluate(() => document.documentElement.classList.contains('dark'));
    expect(await isDark()).toBe(false);
    await page.locator('button:has(.i-ph-sun-duotone, [i-ph-sun-duotone])').click();
    await expect.poll(isDark).toBe(true);
    await page.evaluate(() => {
      // biome-ignore lint/suspicious/noDocumentCookie: the app itself sets none, and this is how one would
      document.cookie = 'seen=1; Path=/; Max-Age=60';
    });
    await page.reload();
    await page.getByText('total packages').waitFor();
    expect(await isDark()).toBe(true);
    expect(await page.evaluate(() => localStorage.getItem('vueuse-color-scheme'))).toBe('dark');
    expect(await page.evaluate(() => document.cookie)).toBe('seen=1');
    const other = await swerve.context.newPage();
    await other.goto(swerve.app.siteUrl);
    expect(await other.evaluate(() => [localStorage.getItem('vueuse-color-scheme'), document.cookie])).toEqual([null, '']);
    await other.close();
    await page.close();
  });
});
