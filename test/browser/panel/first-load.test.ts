/** A stranger on a slow network: the panel is there before the service worker, runs before all of it is stored, and says how far it is. */

import { readFile, writeFile } from 'node:fs/promises';
import { request as ask, createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callApi, fetchIn } from '../harness/api.ts';
import { copyBuild } from '../harness/app.ts';
import { untilControlled, untilStored, useSwerve } from '../harness/swerve.ts';
import { exampleFile } from '../harness/wasm-files.ts';

const swerve = useSwerve();

/** A line to the app's server that can be cut, or hold back what matches. */
class SlowLine {
  readonly asked: string[] = [];
  readonly #server: Server;
  #held: RegExp | null = null;
  #waiting: (() => void)[] = [];
  #isCut = false;

  constructor() {
    this.#server = createServer((request, response) => {
      const path = request.url ?? '/';
      this.asked.push(path);
      if (this.#isCut) request.socket.destroy();
      else if (this.#held?.test(path)) this.#waiting.push(() => pass(request, response));
      else pass(request, response);
    });
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://localhost:${(this.#server.address() as AddressInfo).port}/`;
  }

  hold(held: RegExp): void {
    this.#held = held;
  }

  release(): void {
    this.#held = null;
    for (const go of this.#waiting.splice(0)) go();
  }

  /** What is held back is lost too. */
  cut(): void {
    this.#isCut = true;
    this.#held = null;
    this.#waiting = [];
    this.#server.closeAllConnections();
  }

  mend(): void {
    this.#isCut = false;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

function pass(request: IncomingMessage, response: ServerResponse): void {
  const onward = ask(
    new URL(request.url ?? '/', swerve.app.url),
    { method: request.method, headers: { ...request.headers, host: new URL(swerve.app.url).host } },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    },
  );
  onward.on('error', () => response.destroy());
  onward.end();
}

/** What a first visit need not wait for. */
const LATER = /\/assets\/(.*-view-|samples\/|transpiler-|.*\.wasm)/;
const lines: SlowLine[] = [];
const card = (page: Page, title: string) => page.getByRole('group', { name: title, exact: true });
const offline = (page: Page, isOffline: boolean) => page.context().setOffline(isOffline);

async function visit(held: RegExp): Promise<{ line: SlowLine; url: string; page: Page }> {
  const line = new SlowLine();
  lines.push(line);
  line.hold(held);
  const url = await line.open();
  const page = await swerve.context.newPage();
  await page.goto(url);
  return { line, url, page };
}

afterAll(() => {
  for (const line of lines) line.close();
});

it('the first view stands before the service worker does, and what is begun in it waits', async () => {
  const { line, page } = await visit(/\/sw\.js/);
  await page.getByRole('heading', { level: 1, name: /Drop a/ }).waitFor();
  await page.getByText('Starting. You can choose already.').waitFor();
  await page.getByRole('button', { name: 'Run Hello from C' }).click();
  await card(page, 'Hello from C').getByText('Waiting for Swerve to start').waitFor();
  await page.locator('input[type=file]').setInputFiles(exampleFile('hello-rust'));
  await page.getByRole('progressbar', { name: 'Progress of hello-rust.wasm' }).waitFor();
  await page.getByText('Waiting for Swerve to start').first().waitFor();
  expect(await page.evaluate(() => navigator.serviceWorker.controller)).toBeNull();
  line.release();
  await page.getByRole('button', { name: 'Run it' }).click();
  for (const name of ['hello-rust', 'hello-c']) await page.getByRole('link', { name: `Open ${name}`, exact: true }).waitFor();
  expect((await fetchIn(page, 'hello-rust')).status).toBe(200);
  await page.close();
});

describe('with the rest held back', () => {
  let line: SlowLine;
  let page: Page;
  let url: string;

  beforeAll(async () => {
    ({ line, page, url } = await visit(LATER));
    await untilControlled(page);
  });

  it('says that it runs and is not ready for offline use', async () => {
    await page.getByText('Running. Storing it for offline use…').waitFor();
    await page.getByText('They come with the panel.').waitFor();
    // The proof that the rest was begun, and is what is held back.
    await expect.poll(() => line.asked.some((path) => LATER.test(path))).toBe(true);
  });

  it('a stranger who goes offline right then opens the panel again, and runs a program', async () => {
    swerve.allowConsole(/Failed to fetch|not all of this build|did not load|ERR_|Load failed|dynamically imported/);
    line.cut();
    await offline(page, true);
    await page.reload();
    await page.getByText('Offline — not all of Swerve is stored here yet').waitFor();
    await page.getByText('Offline. Not all is stored here yet.').waitFor();
    await page.locator('input[type=file]').setInputFiles(exampleFile('hello-c'));
    await page.getByRole('button', { name: 'Run it' }).click();
    await page.getByRole('link', { name: 'Open hello-c', exact: true }).waitFor();
    expect((await fetchIn(page, 'hello-c')).text).toContain('Hello');
    await page.goto(`${url}#/storage`);
    await page.getByRole('heading', { name: 'This view did not load' }).waitFor();
  });

  it('back online it stores the rest by itself, and then all works without a network', async () => {
    swerve.allowConsole(/Failed to fetch|not all of this build|did not load|ERR_|dynamically imported/);
    line.mend();
    await offline(page, false);
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByRole('heading', { level: 1, name: 'Storage' }).waitFor();
    await untilStored(page);
    line.cut();
    await offline(page, true);
    await page.reload();
    await page.getByText('Offline — everything here keeps working').waitFor();
    for (const [view, title] of [
      ['console', /console/i],
      ['cluster', 'Cluster'],
      ['apps/default/hello-c', 'hello-c'],
    ] as const) {
      await page.goto(`${url}#/${view}`);
      await page.getByRole('heading', { level: 1, name: title }).waitFor();
    }
    await offline(page, false);
    await page.close();
  });
});

it('what a person asks for comes before the background has got to it', async () => {
  // The background fetches two at a time, and these are its first.
  const { line, page } = await visit(/\/assets\/(unknown|storage)-view-/);
  await untilControlled(page);
  await page.getByText('Running. Storing it for offline use…').waitFor();
  await page.getByRole('button', { name: 'Run Streams' }).click();
  await card(page, 'Streams')
    .getByText(/^200 in \d/)
    .waitFor();
  line.release();
  await page.close();
});

describe('a release that comes before the first build is whole', () => {
  let release: Awaited<ReturnType<typeof copyBuild>>;

  afterAll(async () => {
    await swerve.app.restart();
    await release.remove();
  });

  it('is whole itself before it takes over', async () => {
    const { line, url, page } = await visit(LATER);
    await untilControlled(page);
    await page.getByText('Running. Storing it for offline use…').waitFor();
    release = await copyBuild(async (folder) => {
      const script = join(folder, 'sw.js');
      await writeFile(script, (await readFile(script, 'utf8')).replaceAll('0.1.0', '0.2.0'));
    });
    await swerve.app.restart(release.dist);
    const installed = page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      await registration.update();
      return registration.waiting !== null;
    });
    expect(await installed).toBe(false);
    line.release();
    await Promise.all([page.waitForEvent('load'), page.getByRole('button', { name: 'Update and reload' }).click()]);
    await expect.poll(async () => (await callApi<{ swerve: string }>(page, 'GET', 'version')).swerve).toBe('0.2.0');
    line.cut();
    await offline(page, true);
    await page.reload();
    await page.getByText('Offline — everything here keeps working').waitFor();
    await page.goto(`${url}#/storage`);
    await page.getByRole('heading', { level: 1, name: 'Storage' }).waitFor();
    await offline(page, false);
    await page.close();
  });
});
