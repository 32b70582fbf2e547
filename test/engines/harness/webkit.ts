import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { inject } from 'vitest';
import { waitFor } from '../../browser/harness/wait.ts';
import type { Engine, Tab } from './engine.ts';
import { expressionOf } from './expression.ts';
import { type ElementReference, WebDriverSession } from './webdriver.ts';

/** A boot document gives way within this, mostly: the driver never answers a script whose document goes while it runs, so it is let alone meanwhile. */
const BOOT_MS = 2_000;
/** Longer than the driver takes for a script that nobody answers any more (webdriver.ts), so that it is asked again. */
const NEXT_DOCUMENT_MS = 30_000;

/** WebKitGTK's MiniBrowser on a display of its own that nobody sees, spoken to over plain WebDriver. */
export async function webKitEngine(): Promise<Engine> {
  const { programs } = inject('engines').WebKitGTK;
  if (programs === undefined) throw new Error('there is no WebKitGTK here');
  const profile = await mkdtemp(join(tmpdir(), 'swerve-webkit-'));
  const children: ChildProcess[] = [];
  const end = async (): Promise<void> => {
    for (const child of children.reverse()) await endProcess(child);
    await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  };
  try {
    const display = spawn(programs.display, ['-displayfd', '3', '-screen', '0', '1280x900x24', '-nolisten', 'tcp'], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
    });
    children.push(display);
    const port = await freePort();
    const driver = spawn(programs.driver, [`--port=${port}`, '--host=127.0.0.1'], {
      stdio: 'ignore',
      env: {
        ...process.env,
        DISPLAY: `:${await firstLine(display)}`,
        GDK_BACKEND: 'x11',
        HOME: profile,
        XDG_CACHE_HOME: profile,
        XDG_CONFIG_HOME: profile,
        XDG_DATA_HOME: profile,
      },
    });
    children.push(driver);
    const origin = `http://127.0.0.1:${port}`;
    await waitFor('WebKitWebDriver to listen', async () => (await fetch(`${origin}/status`)).ok);
    const session = await WebDriverSession.open(origin, {
      'webkitgtk:browserOptions': { binary: programs.browser, args: ['--automation'] },
      // Which document is awaited is for the tests to say: a boot document is replaced while the driver waits for it.
      pageLoadStrategy: 'none',
    });
    return {
      openTab: async () => new WebKitTab(session, await session.openWindow()),
      takeErrors: () => null,
      stopServiceWorkers: null,
      lacks: {
        'loops-end': 'WebKitGTK 2.50 lets the WebAssembly loop of a terminated worker run on, which would slow down what follows',
        'redirected-bodies': 'WebKitGTK 2.50 sends no body after a redirect that a service worker answered',
      },
      async close() {
        await session.close().catch(() => {}); // A browser that is gone already has no session.
        await end();
      },
    };
  } catch (error) {
    await end();
    throw error;
  }
}

class WebKitTab implements Tab {
  readonly #session: WebDriverSession;
  readonly #window: string;

  constructor(session: WebDriverSession, window: string) {
    this.#session = session;
    this.#window = window;
  }

  async goto(url: string): Promise<void> {
    const before = await this.address();
    await this.#replace(async () => {
      await this.#session.in(this.#window, 'POST', 'url', { url });
      // Asked without a script: the driver may take its whole time for one in a document that is just being left.
      if (before !== url) await waitFor('another address', async () => (await this.address()) !== before, { deadlineMs: NEXT_DOCUMENT_MS });
    });
  }

  evaluate<R, A>(fn: (arg: A) => R | Promise<R>, arg?: A): Promise<R> {
    return this.#session.evaluate(this.#window, expressionOf(fn, arg));
  }

  async chooseFiles(selector: string, paths: readonly string[]): Promise<void> {
    const element = await this.#session.in<ElementReference>(this.#window, 'POST', 'element', { using: 'css selector', value: selector });
    const [id] = Object.values(element);
    await this.#session.in(this.#window, 'POST', `element/${id}/value`, { text: paths.join('\n') });
  }

  async reload(): Promise<void> {
    await this.#replace(() => this.#session.in(this.#window, 'POST', 'refresh', {}));
  }

  address(): Promise<string> {
    return this.#session.in(this.#window, 'GET', 'url');
  }

  title(): Promise<string> {
    return this.#session.in(this.#window, 'GET', 'title');
  }

  async screenshot(): Promise<Buffer> {
    return Buffer.from(await this.#session.in<string>(this.#window, 'GET', 'screenshot'), 'base64');
  }

  async close(): Promise<void> {
    await this.#session.closeWindow(this.#window);
  }

  /** Resolves once `navigate` has led to another document, which is loaded. */
  async #replace(navigate: () => Promise<unknown>): Promise<void> {
    await this.evaluate(() => void Object.assign(globalThis, { isLeft: true }));
    await navigate();
    await waitFor('the next document', () => this.evaluate(() => !('isLeft' in globalThis) && document.readyState === 'complete'), {
      deadlineMs: NEXT_DOCUMENT_MS,
    });
    // One that goes away while it is asked was a boot document.
    const isBoot = await this.evaluate(() => document.querySelector('meta[name="swerve-boot"]') !== null).catch(() => true);
    if (isBoot) await delay(BOOT_MS);
  }
}

/** What Xvfb writes on its fourth file: the number of the display that it took. */
async function firstLine(child: ChildProcess): Promise<string> {
  let text = '';
  for await (const piece of child.stdio[3] as AsyncIterable<Buffer>) {
    text += piece;
    if (text.includes('\n')) return text.trim();
  }
  throw new Error('Xvfb ended before it had a display');
}

/** A port that was free a moment ago: WebKitWebDriver takes no "any". */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port could be had');
  return address.port;
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill();
  await ended;
}
