import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import puppeteer, { type ElementHandle, type Page } from 'puppeteer-core';
import { inject } from 'vitest';
import { waitFor } from '../../browser/harness/wait.ts';
import type { Engine, Tab } from './engine.ts';
import { expressionOf } from './expression.ts';

/** Firefox, spoken to over WebDriver BiDi by puppeteer. */
export async function firefoxEngine(): Promise<Engine> {
  const executablePath = inject('engines').Firefox.path;
  if (executablePath === undefined) throw new Error('there is no Firefox here');
  const profile = await mkdtemp(join(tmpdir(), 'swerve-firefox-'));
  const browser = await puppeteer.launch({
    browser: 'firefox',
    executablePath,
    headless: true,
    userDataDir: profile,
    // Its viewer would replace the document that is looked at.
    extraPrefsFirefox: { 'devtools.jsonview.enabled': false },
    defaultViewport: { width: 1280, height: 800 },
  });
  const errors: string[] = [];
  return {
    async openTab() {
      const page = await browser.newPage();
      page.setDefaultTimeout(30_000);
      page.on('console', (message) => message.type() === 'error' && errors.push(`${message.text()} (${message.location().url ?? page.url()})`));
      page.on('pageerror', (error) => errors.push(`uncaught ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`));
      return new FirefoxTab(page);
    },
    takeErrors: () => errors.splice(0),
    stopServiceWorkers: null,
    lacks: {},
    async close() {
      await browser.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

class FirefoxTab implements Tab {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  async goto(url: string): Promise<void> {
    await this.#page.goto(url);
  }

  evaluate<R, A>(fn: (arg: A) => R | Promise<R>, arg?: A): Promise<R> {
    return this.#page.evaluate(expressionOf(fn, arg)) as Promise<R>;
  }

  async chooseFiles(selector: string, paths: readonly string[]): Promise<void> {
    const input = (await this.#page.$(selector)) as ElementHandle<HTMLInputElement> | null;
    if (input === null) throw new Error(`no file input at ${selector}`);
    await input.uploadFile(...paths);
    await input.dispose();
  }

  async reload(): Promise<void> {
    // Not the protocol's own: it waits for the load of a document that a boot document may have replaced meanwhile.
    await this.#page.evaluate('globalThis.isLeft = true; location.reload()');
    await waitFor('the next document', () => this.#page.evaluate('!("isLeft" in globalThis) && document.readyState === "complete"'), { deadlineMs: 15_000 });
  }

  async address(): Promise<string> {
    return this.#page.url();
  }

  title(): Promise<string> {
    return this.#page.title();
  }

  async screenshot(): Promise<Buffer> {
    return Buffer.from(await this.#page.screenshot());
  }

  async close(): Promise<void> {
    await this.#page.close();
  }
}
