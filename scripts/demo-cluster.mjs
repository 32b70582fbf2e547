/** A small cluster to look at and to measure: made through the REST API, as a person would make it through the panel. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** @typedef {import('playwright-core').Page} Page */

/** The Apps of the cluster: the example that each runs, and its spec. */
const APPS = [
  { name: 'shop', example: 'hello-c', spec: { env: { GREETING: 'Good morning' }, routes: [{ path: '/shop' }, { path: '/store' }] } },
  { name: 'feed', example: 'stream-rust', spec: { reuse: true } },
  { name: 'tiles', example: 'fractal', spec: { scale: { max: 2 } } },
  { name: 'codes', example: 'qr', spec: {} },
  { name: 'clock', example: 'clock', spec: {} },
  { name: 'unruly', example: 'misbehave', spec: { limits: { timeoutMs: 400 }, restart: { maxRestarts: 1, windowSeconds: 60 } } },
];

/** Uploads an example and creates an App of it. @param {Page} page @param {string} root of the project @param {{ name: string, example: string, spec: object }} app */
async function runExample(page, root, { name, example, spec }) {
  const bytes = await readFile(join(root, 'examples', example, `${example}.wasm`));
  const answer = await page.evaluate(
    async ([base64, name, spec]) => {
      const api = new URL('_swerve/', location.href);
      const module = await fetch(new URL('modules', api), {
        method: 'POST',
        headers: { 'content-type': 'application/wasm' },
        body: Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)),
      });
      const { digest } = await module.json();
      const response = await fetch(new URL('apis/swerve.dev/v1/namespaces/default/apps', api), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ metadata: { name }, spec: { source: { digest }, routes: [{ path: `/${name}` }], ...spec } }),
      });
      return response.status === 201 ? '' : `${response.status} ${await response.text()}`;
    },
    /** @type {const} */ ([bytes.toString('base64'), name, spec]),
  );
  if (answer !== '') throw new Error(`the App ${name} was not created: ${answer}`);
}

/** Makes the Apps and waits until each is ready. @param {Page} page @param {string} root of the project */
export async function fillCluster(page, root) {
  // The panel is drawn before that.
  await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  for (const app of APPS) await runExample(page, root, app);
  for (const { name } of APPS) if (name !== 'unruly') await request(page, name === 'clock' ? 'clock?svg' : name);
}

/** One request from the page, to its last byte or failure. @param {Page} page @param {string} path */
export async function request(page, path) {
  await page.evaluate(async (path) => {
    const response = await fetch(path).catch(() => null);
    await response?.text().catch(() => '');
  }, path);
}
