import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, type CDPSession, chromium } from 'playwright-core';
import { inject } from 'vitest';
import { CHROMIUM_FLAGS } from '../../../scripts/find-chromium.mjs';
import { ConsoleWatch } from './console-watch.ts';

/** One Chromium with a profile of its own, and what went wrong in it. */
export interface TestBrowser {
  readonly context: BrowserContext;
  readonly console: ConsoleWatch;
  /** Ends the browser and deletes its profile. */
  close(): Promise<void>;
}

/** Starts Chromium, headless, with a new empty profile and `flags` beside the usual ones. Whoever started it must `close()` it. */
export async function launchBrowser(flags: readonly string[] = []): Promise<TestBrowser> {
  const profile = await mkdtemp(join(tmpdir(), 'swerve-profile-'));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: inject('chromiumPath'),
    headless: true,
    args: [...CHROMIUM_FLAGS, ...flags],
    viewport: { width: 1280, height: 800 },
  });
  context.setDefaultTimeout(15_000);
  const console = new ConsoleWatch(context);
  await reportServiceWorkerErrors(context, console);
  return {
    context,
    console,
    async close() {
      await context.close();
      // Chromium may still be writing for a moment after it has said that it ended.
      await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

/** Playwright reports what service workers log, not what they fail to catch. The page that a fresh profile opens with stays open to listen to the service workers. */
async function reportServiceWorkerErrors(context: BrowserContext, console: ConsoleWatch): Promise<void> {
  const blank = context.pages()[0] ?? (await context.newPage());
  const session: CDPSession = await context.newCDPSession(blank);
  session.on('ServiceWorker.workerErrorReported', ({ errorMessage }) => {
    // Chromium reports logged errors here too, which the watch has heard already.
    if (!errorMessage.errorMessage.startsWith('Uncaught')) return;
    console.report(`service worker ${errorMessage.sourceURL}`, `${errorMessage.errorMessage} (line ${errorMessage.lineNumber})`);
  });
  await session.send('ServiceWorker.enable');
}
