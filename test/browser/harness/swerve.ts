import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { Evaluates } from './api.ts';
import { type App, copyBuild, startApp } from './app.ts';
import { launchBrowser, type TestBrowser } from './launch.ts';

/** The app and a browser for one test file. Usable inside hooks and tests only. */
export interface Swerve {
  readonly app: App;
  readonly context: BrowserContext;
  /** Opens the panel in a new tab; resolves once the service worker controls it and all of the build is stored. */
  openPanel(): Promise<Page>;
  /** Opens `path` (relative to the app's base, no slash at its start) in a new tab, as it comes: nothing is waited for but the answer. */
  open(path: string): Promise<Page>;
  /** The running test must see a page, worker or service worker error that matches; without this any such error fails it. */
  expectConsole(pattern: RegExp): void;
  /** The running test may see errors that match. */
  allowConsole(pattern: RegExp): void;
}

/** Starts the app (a build that `edit` has changed, when it is given; with `ownOrigins` at a name whose subdomains are served) and a browser (with `flags`) before the file's tests and stops both after them; fails each test that saw an error it did not expect. */
export function useSwerve({
  edit,
  ownOrigins = false,
  flags = [],
  ...options
}: {
  base?: string;
  ownOrigins?: boolean;
  flags?: readonly string[];
  edit?: (folder: string) => Promise<void>;
} = {}): Swerve {
  let build: Awaited<ReturnType<typeof copyBuild>> | undefined;
  let app: App | undefined;
  let browser: TestBrowser | undefined;
  const started = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error('Swerve is started before the tests: use it inside a hook or a test');
    return part;
  };

  beforeAll(async () => {
    build = edit && (await copyBuild(edit));
    app = await startApp({ ...options, ...(build && { dist: build.dist }) });
    if (ownOrigins) app = { ...app, url: app.siteUrl };
    browser = await launchBrowser(flags);
  });
  afterEach(() => browser?.console.settle());
  afterAll(async () => {
    await browser?.close();
    await app?.stop();
    await build?.remove();
  });

  const open = async (path: string): Promise<Page> => {
    const page = await started(browser).context.newPage();
    await page.goto(new URL(path, started(app).url).href);
    return page;
  };
  return {
    get app() {
      return started(app);
    },
    get context() {
      return started(browser).context;
    },
    open,
    async openPanel() {
      const page = await open('');
      await untilControlled(page);
      await untilStored(page);
      return page;
    },
    expectConsole: (pattern) => started(browser).console.expect(pattern),
    allowConsole: (pattern) => started(browser).console.allow(pattern),
  };
}

/** Resolves once an active service worker answers the requests of `page`. */
export async function untilControlled(page: Evaluates): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller) return;
    await new Promise((resolve) => navigator.serviceWorker.addEventListener('controllerchange', resolve, { once: true }));
  });
}

/** Resolves once the service worker has stored every file of the build: a server that goes, or has another build, is not missed then. */
export async function untilStored(page: Evaluates): Promise<void> {
  await page.evaluate(
    () =>
      new Promise<void>((resolve, reject) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = ({ data: { state } }: MessageEvent<{ state: string }>) => {
          if (state === 'whole') resolve();
          if (state === 'failed') reject(new Error('not all of the build could be stored'));
        };
        navigator.serviceWorker.controller?.postMessage({ type: 'complete' }, [port2]);
      }),
  );
}
