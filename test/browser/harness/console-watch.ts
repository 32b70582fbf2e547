import { setTimeout as delay } from 'node:timers/promises';
import type { BrowserContext, ConsoleMessage, Page } from 'playwright-core';
import { waitFor } from './wait.ts';

interface Problem {
  readonly from: string;
  readonly text: string;
}

interface Expectation {
  readonly pattern: RegExp;
  readonly isRequired: boolean;
  isMet: boolean;
}

/** What the browser itself says about any answer with an error status. Tests ask for such answers all the time, so only the app's own files count. */
const ERROR_STATUS = /^Failed to load resource: the server responded with a status of/;
const OWN_FILE = /\/_swerve\/(assets\/|host\.js)|\/sw\.js|\.webmanifest|\/_swerve\/?$/;

/** Collects what goes wrong in the pages, dedicated workers and service workers of a browser context, and fails the test that saw it. */
export class ConsoleWatch {
  #problems: Problem[] = [];
  #expectations: Expectation[] = [];

  readonly #context: BrowserContext;

  constructor(context: BrowserContext) {
    this.#context = context;
    context.on('console', (message) => this.#hear(message));
    context.on('weberror', (webError) => {
      const error = webError.error();
      this.report(`page ${webError.page()?.url() ?? ''}`, `uncaught ${error.stack ?? error.message}`);
    });
  }

  /** Adds a problem that was found by other means. */
  report(from: string, text: string): void {
    // Chromium tells of one uncaught error twice.
    if (this.#problems.some((problem) => problem.from === from && problem.text === text)) return;
    this.#problems.push({ from, text });
  }

  /** The running test must see an error that matches, or fail. */
  expect(pattern: RegExp): void {
    this.#expectations.push({ pattern, isRequired: true, isMet: false });
  }

  /** The running test may see errors that match. */
  allow(pattern: RegExp): void {
    this.#expectations.push({ pattern, isRequired: false, isMet: false });
  }

  /** Ends the test: forgets what it saw and expected. @throws Error listing the errors that nobody expected, or the expected ones that never came */
  async settle(): Promise<void> {
    const missing = (): Expectation[] => this.#expectations.filter(({ isRequired, isMet }) => isRequired && !isMet);
    let unmet: Expectation[] = [];
    await Promise.all(this.#context.pages().map(untilQuiet));
    try {
      this.#match();
      // Messages travel apart from the answers that the test has seen, so the last ones may still be under way.
      await waitFor('the expected console errors', () => this.#match() && missing().length === 0, { deadlineMs: 2_000 });
    } catch {
      unmet = missing();
    }
    const unexpected = this.#problems;
    this.#problems = [];
    this.#expectations = [];
    const lines = [
      ...unexpected.map(({ from, text }) => `unexpected error in ${from}: ${text}`),
      ...unmet.map(({ pattern }) => `expected a console error like ${pattern}, which never came`),
    ];
    if (lines.length > 0) throw new Error(lines.join('\n'));
  }

  /** Takes away the problems that were expected. Always true, so that it can stand in a condition. */
  #match(): true {
    this.#problems = this.#problems.filter(({ text }) => {
      const matching = this.#expectations.filter(({ pattern }) => pattern.test(text));
      for (const expectation of matching) expectation.isMet = true;
      return matching.length === 0;
    });
    return true;
  }

  #hear(message: ConsoleMessage): void {
    if (message.type() !== 'error' && message.type() !== 'assert') return;
    const { url, lineNumber } = message.location();
    if (ERROR_STATUS.test(message.text()) && !OWN_FILE.test(new URL(url, 'http://unknown').pathname)) return;
    const realm = message.worker() ? 'worker' : 'page';
    this.#problems.push({ from: `${realm} ${message.worker()?.url() ?? message.page()?.url() ?? ''}`, text: `${message.text()} (${url}:${lineNumber})` });
  }
}

/** Lets `page` report what it has begun to: events arrive in order, so those of its past are here when its answer is. */
async function untilQuiet(page: Page): Promise<void> {
  const nextTask = page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 0)));
  // A frozen, crashed or navigating page has nothing more to say.
  await Promise.race([nextTask.catch(() => {}), delay(300)]);
}
