import type { Page } from 'playwright-core';
import { APP_WORKER_PATH } from '../../../src/protocol/app-origin.ts';
import { stopServiceWorkers } from '../../browser/harness/cdp.ts';
import { launchBrowser } from '../../browser/harness/launch.ts';
import type { Engine, Tab } from './engine.ts';
import { expressionOf } from './expression.ts';

/** Chromium, spoken to by playwright. */
export async function chromiumEngine(): Promise<Engine> {
  const { context, close } = await launchBrowser();
  const errors: string[] = [];
  context.on('console', (message) => message.type() === 'error' && errors.push(`${message.text()} (${message.location().url})`));
  context.on('weberror', (webError) => errors.push(`uncaught ${webError.error().stack ?? webError.error().message}`));
  return {
    openTab: async () => new ChromiumTab(await context.newPage()),
    takeErrors: () => errors.splice(0),
    async stopServiceWorkers(which) {
      const page = await context.newPage();
      await stopServiceWorkers(page, which === 'all' ? undefined : which === 'control' ? '/sw.js' : `/${APP_WORKER_PATH}`);
      await page.close();
    },
    lacks: {},
    close,
  };
}

class ChromiumTab implements Tab {
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
    await this.#page.setInputFiles(selector, [...paths]);
  }

  async reload(): Promise<void> {
    await this.#page.reload();
  }

  async address(): Promise<string> {
    return this.#page.url();
  }

  title(): Promise<string> {
    return this.#page.title();
  }

  screenshot(): Promise<Buffer> {
    return this.#page.screenshot();
  }

  async close(): Promise<void> {
    await this.#page.close();
  }
}
