/**
 * Writes the pictures of the panel into docs/screens/, taken in Chromium of a cluster that is filled through the REST API.
 * Run it after a change that can be seen, look at each picture and commit them: `npm run build && node scripts/take-screens.mjs`.
 * `SWERVE_DIST` names another build than dist/.
 */
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { findChromium } from './find-chromium.mjs';
import { startServer } from './serve.mjs';

const MAX_BYTES = 200 * 1024;
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 360, height: 780 };

const root = fileURLToPath(new URL('..', import.meta.url));
const folder = join(root, 'docs/screens');

/** @typedef {import('playwright-core').Page} Page */

/**
 * Uploads an example and runs it, as the panel would.
 * @param {Page} page @param {string} example @param {string} name @param {object} [spec]
 */
async function runExample(page, example, name, spec = {}) {
  await page.locator('input[type=file]').setInputFiles(join(root, 'examples', example, `${example}.wasm`));
  const card = page.getByRole('article', { name: `${example}.wasm` });
  await card.getByRole('button', { name: 'Run it' }).waitFor();
  const status = await page.evaluate(
    async ([name, spec]) => {
      const api = new URL('_swerve/', location.href);
      const { items } = await (await fetch(new URL('modules', api))).json();
      const response = await fetch(new URL('apis/swerve.dev/v1/namespaces/default/apps', api), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ metadata: { name }, spec: { source: { digest: items[0].digest }, routes: [{ path: `/${name}` }], ...spec } }),
      });
      return `${response.status} ${await response.text()}`;
    },
    /** @type {const} */ ([name, spec]),
  );
  if (!status.startsWith('201')) throw new Error(`the App ${name} was not created: ${status}`);
  await card.getByRole('button', { name: 'Dismiss' }).click();
}

/** @param {Page} page @param {string} path @param {number} [times] */
async function request(page, path, times = 1) {
  for (let i = 0; i < times; i += 1) await page.evaluate(async (path) => void (await (await fetch(path)).text().catch(() => '')), path);
}

/** @param {Page} page @param {string} file */
async function take(page, file) {
  // The mouse rests where nothing is hovered, and no control has the focus.
  await page.mouse.move(0, 0);
  await page.evaluate(() => document.fonts.ready);
  const path = join(folder, file);
  await page.screenshot({ path, animations: 'disabled', caret: 'hide' });
  const { size } = await stat(path);
  if (size > MAX_BYTES) throw new Error(`${file} has ${size} bytes, more than ${MAX_BYTES}`);
  console.log(`docs/screens/${file}: ${Math.round(size / 1024)} KiB`);
}

await mkdir(folder, { recursive: true });
const server = await startServer({ port: 0, ...(env['SWERVE_DIST'] ? { dir: env['SWERVE_DIST'] } : {}) });
const browser = await chromium.launch({
  executablePath: await findChromium(),
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
try {
  const context = await browser.newContext({ viewport: DESKTOP, colorScheme: 'light' });
  const page = await context.newPage();
  await page.goto(server.url);
  await page.getByText('Responsive').waitFor();
  await take(page, 'empty.png');

  await runExample(page, 'hello-c', 'hello', { env: { GREETING: 'Good morning' } });
  await runExample(page, 'stream-rust', 'feed');
  await runExample(page, 'misbehave', 'unruly', { limits: { timeoutMs: 150 }, restart: { maxRestarts: 1, windowSeconds: 60 } });
  await page.reload();
  await request(page, 'hello', 12);
  await request(page, 'feed/time', 8);

  const other = await context.newPage();
  for (const [path, file] of /** @type {const} */ ([
    ['nowhere/at/all', 'not-found.png'],
    ['unruly/trap', 'error.png'],
  ])) {
    await other.goto(new URL(path, server.url).href);
    await other.getByRole('heading', { level: 1 }).waitFor();
    await take(other, file);
  }
  await other.goto(new URL('feed/', server.url).href);
  await page.bringToFront();

  await request(page, 'unruly/stderr?n=3');
  await request(page, 'unruly/loop', 4);
  await page.getByText('Crashing', { exact: true }).waitFor();
  await take(page, 'panel.png');
  await page.emulateMedia({ colorScheme: 'dark' });
  await take(page, 'panel-dark.png');
  await page.emulateMedia({ colorScheme: 'light' });
  await page.setViewportSize(PHONE);
  // A finger in the place of the mouse: the panel then speaks of choosing, not of dropping.
  const touch = await context.newCDPSession(page);
  await touch.send('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 5 });
  await page.getByText('Add .wasm files.').waitFor();
  await take(page, 'panel-phone.png');
  await touch.send('Emulation.setTouchEmulationEnabled', { enabled: false });
  await page.setViewportSize(DESKTOP);

  await page.getByRole('link', { name: 'unruly', exact: true }).click();
  await page.getByRole('log').getByText('line 3', { exact: true }).waitFor();
  await page
    .getByRole('region', { name: 'Module' })
    .getByText(/serves HTTP/)
    .waitFor();
  await take(page, 'app.png');
} finally {
  await browser.close();
  await server.stop();
}
