/** One build of Swerve, served, in a Chromium of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { CHROMIUM_FLAGS, findChromium } from '../scripts/find-chromium.mjs';
import { startServer } from '../scripts/serve.mjs';
import { bundle, importBundled } from './bundle.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** @typedef {object} Setup
 * @property {string} name of the build
 * @property {string} url of the panel: with all Apps on its origin, unless `site` was asked for
 * @property {string} profile folder of the browser
 * @property {import('playwright-core').BrowserContext} context
 * @property {Page} blank a page of no origin: keeps the browser open and speaks its debugging protocol
 * @property {() => Promise<Page>} openPanel
 * @property {(path: string, panel: Page) => Promise<Page>} openMeasuringPage at `path`, with `swerveLoad` in its window; closes the panel, so that this is the only tab
 * @property {(page: Page, url: string) => Promise<void>} addLoad gives `page`, the only tab, `swerveLoad`; `url` is an address that its service worker answers
 * @property {() => Promise<void>} close
 */

/** @type {typeof import('../test/browser/harness/api.ts')} */
const { createApp, uploadModule } = await importBundled('../test/browser/harness/api.ts');
/** @type {typeof import('../test/browser/harness/cdp.ts')} */
export const { stopServiceWorkers } = await importBundled('../test/browser/harness/cdp.ts');

const pageCode = bundle('page.ts');
const executablePath = await findChromium({ install: true, say: console.error });

/** Serves `dir` and opens a browser with a new profile. `site`: Apps have origins of their own. @param {{ name: string, dir: string, site?: boolean }} build @returns {Promise<Setup>} */
export async function startSetup({ name, dir, site = false }) {
  const server = await startServer({ port: 0, dir, base: '/' });
  const url = site ? server.siteUrl : server.url;
  const profile = await mkdtemp(join(tmpdir(), 'swerve-bench-'));
  const context = await chromium.launchPersistentContext(profile, { executablePath, headless: true, args: CHROMIUM_FLAGS });
  context.setDefaultTimeout(120_000);
  const blank = context.pages()[0] ?? (await context.newPage());
  /** @type {Setup['addLoad']} */
  const addLoad = async (page, url) => {
    // Chromium starts a service worker in the process of one of its pages, and a message to another process takes four times as long:
    // what is measured and its limit have to run in the same one.
    await stopServiceWorkers(blank);
    await page.evaluate(async (url) => (await fetch(url)).text(), url);
    await page.addScriptTag({ type: 'module', content: await pageCode });
    await page.waitForFunction(() => window.swerveLoad !== undefined);
    await page.evaluate(() => window.swerveLoad.then(() => {}));
  };
  return {
    name,
    url,
    profile,
    context,
    blank,
    async openPanel() {
      const page = await context.newPage();
      await page.goto(url);
      await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
      return page;
    },
    async openMeasuringPage(path, panel) {
      const page = await context.newPage();
      await page.goto(url + path);
      await panel.close();
      await addLoad(page, url + path);
      return page;
    },
    addLoad,
    async close() {
      await context.close();
      await server.stop();
      await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

/** Uploads the file and creates an App of it at `/<name>`. @param {Page} panel @param {string} name @param {string} file @param {object} [spec] */
export async function deploy(panel, name, file, spec = {}) {
  const { digest } = await uploadModule(panel, file);
  await createApp(panel, { name, source: { digest }, routes: [{ path: `/${name}` }], ...spec });
}
