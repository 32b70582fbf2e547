/** One build of Swerve, served, in a Chromium of its own. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { CHROMIUM_FLAGS } from '../scripts/demo-cluster.mjs';
import { findChromium } from '../scripts/find-chromium.mjs';
import { startServer } from '../scripts/serve.mjs';
import { bundle } from './bundle.mjs';

/** @typedef {import('playwright-core').Page} Page */

/** @typedef {object} Setup
 * @property {string} name of the build
 * @property {string} url of the panel
 * @property {string} profile folder of the browser
 * @property {import('playwright-core').BrowserContext} context
 * @property {Page} blank a page of no origin: keeps the browser open and speaks its debugging protocol
 * @property {() => Promise<Page>} openPanel
 * @property {(path: string, panel: Page) => Promise<Page>} openMeasuringPage at `path`, with `swerveLoad` in its window; closes the panel, so that this is the only tab
 * @property {() => Promise<void>} close
 */

const pageCode = bundle('page.ts');
const executablePath = await findChromium({ install: true, say: console.error });

/** Serves `dir` and opens a browser with a new profile. @param {{ name: string, dir: string }} build @returns {Promise<Setup>} */
export async function startSetup({ name, dir }) {
  const server = await startServer({ port: 0, dir, base: '/' });
  const profile = await mkdtemp(join(tmpdir(), 'swerve-bench-'));
  const context = await chromium.launchPersistentContext(profile, { executablePath, headless: true, args: CHROMIUM_FLAGS });
  context.setDefaultTimeout(120_000);
  const blank = context.pages()[0] ?? (await context.newPage());
  return {
    name,
    url: server.url,
    profile,
    context,
    blank,
    async openPanel() {
      const page = await context.newPage();
      await page.goto(server.url);
      await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
      return page;
    },
    async openMeasuringPage(path, panel) {
      const page = await context.newPage();
      await page.goto(server.url + path);
      // Chromium starts a service worker in the process of one of its pages, and a message to another process takes four times as long:
      // what is measured and its limit have to run in the same one.
      await panel.close();
      await stopServiceWorkers({ context, blank });
      await page.evaluate(async (path) => (await fetch(path)).text(), `/${path}`);
      await page.addScriptTag({ type: 'module', content: await pageCode });
      await page.waitForFunction(() => window.swerveLoad !== undefined);
      await page.evaluate(() => window.swerveLoad.then(() => {}));
      return page;
    },
    async close() {
      await context.close();
      await server.stop();
      await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

/** Stores a module and gives its digest. @param {Page} panel @param {Uint8Array} bytes @returns {Promise<string>} */
export async function uploadModule(panel, bytes) {
  const input = await panel.evaluateHandle(() => Object.assign(document.createElement('input'), { type: 'file' }));
  await input.setInputFiles({ name: 'module.wasm', mimeType: 'application/wasm', buffer: Buffer.from(bytes) });
  return input.evaluate(async (element) => {
    const answer = await fetch(new URL('_swerve/modules', (await navigator.serviceWorker.ready).scope), {
      method: 'POST',
      headers: { 'content-type': 'application/wasm' },
      body: element.files?.[0] ?? null,
    });
    if (answer.status > 299) throw new Error(`the upload was answered with ${answer.status}: ${await answer.text()}`);
    return (await answer.json()).digest;
  });
}

/** Creates an App. @param {Page} panel @param {string} name @param {object} spec */
export async function createApp(panel, name, spec) {
  await panel.evaluate(
    async ([name, spec]) => {
      const answer = await fetch(new URL('_swerve/apis/swerve.dev/v1/namespaces/default/apps', (await navigator.serviceWorker.ready).scope), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ metadata: { name }, spec }),
      });
      if (answer.status !== 201) throw new Error(`the App ${name} was answered with ${answer.status}: ${await answer.text()}`);
    },
    /** @type {const} */ ([name, spec]),
  );
}

/** Uploads the file and creates an App of it at `/<name>`. @param {Page} panel @param {string} name @param {string} file @param {object} [spec] */
export async function deploy(panel, name, file, spec = {}) {
  const digest = await uploadModule(panel, await readFile(file));
  await createApp(panel, name, { source: { digest }, routes: [{ path: `/${name}` }], ...spec });
}

/** Stops the service workers, as the browser does at any moment. @param {Pick<Setup, 'context' | 'blank'>} setup */
export async function stopServiceWorkers({ context, blank }) {
  const session = await context.newCDPSession(blank);
  const running = new Set();
  let isStopping = false;
  const stopped = new Promise((resolve) => {
    session.on('ServiceWorker.workerVersionUpdated', ({ versions }) => {
      for (const { versionId, runningStatus } of versions) {
        if (runningStatus === 'stopped') running.delete(versionId);
        else if (!isStopping) running.add(versionId);
      }
      if (isStopping && running.size === 0) resolve(undefined);
    });
  });
  await session.send('ServiceWorker.enable');
  isStopping = true;
  await session.send('ServiceWorker.stopAllWorkers');
  if (running.size > 0) await stopped;
  await session.detach();
}
