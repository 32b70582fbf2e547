/** Modules that come from an address: typed in or pasted, fetched, refused in plain words. */
import { readFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { useSwerve } from '../harness/swerve.ts';
import { exampleFile } from '../harness/wasm-files.ts';

const swerve = useSwerve();
let page: Page;

const card = (name: string) => page.getByRole('article', { name });

let server: Server;
let origin: string;
/** Answers that are held back until the test lets them go on. */
let letGo: (() => void)[] = [];
/** The server is down for as long as this is true. */
let isDown = false;

beforeAll(async () => {
  page = await swerve.openPanel();
  await page.getByRole('button', { name: 'Choose files' }).waitFor();
  const bytes = await readFile(exampleFile('hello-rust'));
  server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://x').pathname;
    const open = path.startsWith('/open/') ? { 'access-control-allow-origin': '*' } : {};
    if (isDown) return void response.writeHead(503, open).end('later');
    if (path.endsWith('/missing.wasm')) return void response.writeHead(404, open).end('no');
    response.writeHead(200, { ...open, 'content-type': 'application/wasm', 'content-length': bytes.length });
    if (!path.endsWith('/slow.wasm')) return void response.end(bytes);
    response.write(bytes.subarray(0, 40_000));
    letGo.push(() => response.end(bytes.subarray(40_000)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  letGo = [];
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const fetchFrom = async (address: string) => {
  await page.getByRole('button', { name: 'From an address' }).click();
  await page.getByLabel('Address of a .wasm file').fill(address);
  await page.getByLabel('Address of a .wasm file').press('Enter');
};

it('a module is fetched, counted and proposed under the name of its file', async () => {
  await fetchFrom(`${origin}/open/slow.wasm`);
  const bar = card('slow.wasm').getByRole('progressbar');
  await expect.poll(() => bar.getAttribute('aria-valuetext')).toMatch(/^Fetching: 39 KiB of 63 KiB$/);
  for (const go of letGo) go();
  await card('slow.wasm').getByRole('button', { name: 'Run it' }).waitFor();
  expect(await card('slow.wasm').getByLabel('Name').inputValue()).toBe('slow');
  await page.getByRole('button', { name: 'Dismiss slow.wasm' }).click();
});

it('what was begun can be cancelled', async () => {
  await fetchFrom(`${origin}/open/slow.wasm`);
  await page.getByRole('button', { name: 'Cancel slow.wasm' }).click();
  expect(await page.getByRole('article').count()).toBe(0);
});

it('a server that lets no other site read it is named, with the way out', async () => {
  swerve.expectConsole(/blocked by CORS policy/);
  swerve.allowConsole(/net::ERR_FAILED/);
  await fetchFrom(`${origin}/closed/a.wasm`);
  const refused = card('a.wasm was not fetched');
  expect(await refused.getByRole('alert').textContent()).toContain('does not let other sites read this file');
  await refused.getByText('Download the file with your browser and drop it here.').waitFor();
  expect(await refused.getByRole('link', { name: 'Open the address' }).getAttribute('href')).toBe(`${origin}/closed/a.wasm`);
  await page.getByRole('button', { name: 'Dismiss a.wasm' }).click();
});

it('an error, a server that is not there, and what is no address are told apart', async () => {
  swerve.allowConsole(/Failed to load resource|ERR_/);
  await fetchFrom(`${origin}/open/missing.wasm`);
  await card('missing.wasm was not fetched').getByText('answered 404 Not Found').waitFor();
  await page.getByRole('button', { name: 'Dismiss missing.wasm' }).click();

  await fetchFrom('http://127.0.0.1:9/gone.wasm');
  await card('gone.wasm was not fetched').getByText('cannot be reached').waitFor();
  await page.getByRole('button', { name: 'Dismiss gone.wasm' }).click();

  await fetchFrom('not an address');
  const field = page.getByLabel('Address of a .wasm file');
  await expect.poll(() => field.getAttribute('aria-invalid')).toBe('true');
  expect(await page.getByRole('article').count()).toBe(0);
});

it('pasted anywhere outside of a field, while a word that is pasted is nothing', async () => {
  const paste = (text: string) =>
    page.evaluate((text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData('text/plain', text);
      document.body.dispatchEvent(new ClipboardEvent('paste', { bubbles: true, cancelable: true, clipboardData }));
    }, text);
  await paste('example');
  await paste(`${origin}/open/pasted.wasm`);
  await card('pasted.wasm').getByRole('button', { name: 'Run it' }).waitFor();
  expect(await page.getByRole('article').count()).toBe(1);
  await page.getByRole('button', { name: 'Dismiss pasted.wasm' }).click();
});

it('a server that was down is asked again, with one click', async () => {
  isDown = true;
  await fetchFrom(`${origin}/open/again.wasm`);
  const refused = card('again.wasm was not fetched');
  await refused.getByText('answered 503').waitFor();
  isDown = false;
  await refused.getByRole('button', { name: 'Try again.wasm again' }).click();
  await card('again.wasm').getByRole('button', { name: 'Run it' }).waitFor();
  expect(await page.getByRole('article').count()).toBe(1);
  await page.getByRole('button', { name: 'Dismiss again.wasm' }).click();
});
