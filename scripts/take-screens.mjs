/**
 * Writes the pictures of the panel into docs/screens/, each view in light, dark and on a phone, taken in Chromium of a cluster
 * that is filled through the REST API. Run it after a change that can be seen, look at each picture and commit them:
 * `npm run build && npm run screens`. `SWERVE_DIST` names another build than dist/; names of views as arguments take those alone.
 */
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { argv, env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { fillCluster, request } from './demo-cluster.mjs';
import { CHROMIUM_FLAGS, findChromium } from './find-chromium.mjs';
import { startServer } from './serve.mjs';

const MAX_BYTES = 250 * 1024;
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 360, height: 780 };

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'docs/screens');
const wanted = argv.slice(2);

/** @typedef {import('playwright-core').Page} Page */

/** @param {Page} page @param {string} file */
async function take(page, file) {
  // The mouse rests where nothing is hovered, and no control has the focus.
  await page.mouse.move(0, 0);
  await page.evaluate(() => document.fonts.ready);
  const path = join(folder, file);
  // Where scroll bars lie over the page, nothing is kept free for them.
  await page.screenshot({ path, animations: 'disabled', caret: 'hide', style: 'html { scrollbar-gutter: auto !important }' });
  const { size } = await stat(path);
  if (size > MAX_BYTES) throw new Error(`${file} has ${size} bytes, more than ${MAX_BYTES}`);
  console.log(`docs/screens/${file}: ${Math.round(size / 1024)} KiB`);
}

/** A view in its three guises. `show` is called for each, since a narrow window may need another way to it. @param {Page} page @param {string} name @param {(page: Page) => Promise<unknown>} show */
async function takeView(page, name, show) {
  if (wanted.length > 0 && !wanted.includes(name)) return;
  for (const [guise, size, colorScheme] of /** @type {const} */ ([
    ['light', DESKTOP, 'light'],
    ['dark', DESKTOP, 'dark'],
    ['phone', PHONE, 'light'],
  ])) {
    await page.setViewportSize(size);
    await page.emulateMedia({ colorScheme });
    await show(page);
    await take(page, `${name}-${guise}.png`);
  }
}

/** @param {string} hash */
const go = (hash) => (/** @type {Page} */ page) => page.evaluate((hash) => void location.assign(hash), hash);

/** @param {string} hash @param {string | RegExp} heading @param {(page: Page) => Promise<unknown>} [then] */
const view = (hash, heading, then) => async (/** @type {Page} */ page) => {
  // Away first: a view that is shown already would not open anew.
  await go('#/nowhere')(page);
  await page.getByRole('heading', { level: 1, name: 'There is nothing at this address' }).waitFor();
  await go(hash)(page);
  await page.getByRole('heading', { level: 1, name: heading }).waitFor();
  await then?.(page);
  await page.evaluate(() => {
    scrollTo(0, 0);
    /** @type {HTMLElement | null} */ (document.activeElement)?.blur();
  });
};

/** Two seconds of traffic, so that what is live has something to show. @param {Page} page */
async function traffic(page) {
  for (let i = 0; i < 12; i += 1) {
    await Promise.all([request(page, 'shop'), request(page, 'shop/json'), request(page, 'feed/time'), request(page, 'tiles?z=3&x=2&y=3')]);
    await page.waitForTimeout(150);
  }
}

await mkdir(folder, { recursive: true });
const server = await startServer({ port: 0, ...(env['SWERVE_DIST'] ? { dir: env['SWERVE_DIST'] } : {}) });
const browser = await chromium.launch({ executablePath: await findChromium(), args: CHROMIUM_FLAGS });
try {
  const context = await browser.newContext({ viewport: DESKTOP, colorScheme: 'light' });
  const page = await context.newPage();
  await page.goto(server.url);
  await page.getByText('Stored here, ready for offline use.').waitFor();
  await takeView(page, 'first-visit', view('#/', /Drop a/));

  await fillCluster(page, root);
  const other = await context.newPage();
  await takeView(other, 'not-found', async (other) => {
    await other.goto(new URL('nowhere/at/all', server.url).href);
    await other.getByRole('heading', { level: 1 }).waitFor();
  });
  await takeView(other, 'error', async (other) => {
    await other.goto(new URL('unruly/trap', server.url).href);
    await other.getByRole('heading', { level: 1 }).waitFor();
  });
  await other.goto(new URL('feed/', server.url).href);
  await page.bringToFront();
  await page.reload();
  await page.getByRole('link', { name: 'shop', exact: true }).waitFor();
  await traffic(page);
  for (let i = 0; i < 3; i += 1) await request(page, 'unruly/trap');

  await takeView(page, 'overview', view('#/', 'Swerve cluster', traffic));
  await takeView(page, 'upload', async (page) => {
    await view('#/', 'Swerve cluster')(page);
    await page.locator('input[type=file]').first().setInputFiles(join(root, 'examples/hello-rust/hello-rust.wasm'));
    await page.getByRole('button', { name: 'Run it' }).first().waitFor();
  });
  await page
    .getByRole('button', { name: 'Dismiss' })
    .first()
    .click()
    .catch(() => {});
  await takeView(page, 'app-overview', view('#/apps/default/shop', 'shop', traffic));
  await takeView(page, 'app-requests', view('#/apps/default/shop/requests', 'shop', traffic));
  await takeView(
    page,
    'app-request',
    view('#/apps/default/shop/requests', 'shop', (page) => page.getByRole('row').nth(3).click()),
  );
  await takeView(
    page,
    'app-logs',
    view('#/apps/default/unruly/logs', 'unruly', () => request(page, 'unruly/stderr?n=40')),
  );
  await takeView(page, 'app-instances', view('#/apps/default/feed/instances', 'feed', traffic));
  await takeView(page, 'app-settings', view('#/apps/default/shop/settings', 'shop'));
  await takeView(page, 'app-versions', view('#/apps/default/shop/versions', 'shop'));
  await takeView(
    page,
    'console',
    view('#/console?method=GET&path=%2Fshop%2Fjson', /onsole/, async (page) => {
      await page.getByRole('button', { name: 'Send', exact: true }).click();
      await page.getByText('200').first().waitFor();
    }),
  );
  await takeView(page, 'cluster', view('#/cluster', 'Cluster', traffic));
  await takeView(page, 'storage', view('#/storage', 'Storage'));
  await takeView(page, 'browser', view('#/browser', /browser/));
  await takeView(page, 'palette', async (page) => {
    await view('#/', 'Swerve cluster')(page);
    await page.keyboard.press('Control+k');
    await page.getByRole('combobox', { name: /Search views/ }).fill('sh');
  });
} finally {
  await browser.close();
  await server.stop();
}
