/** As much of the WebDriver protocol (https://www.w3.org/TR/webdriver2/) as the tests need, spoken by `fetch`. */
import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 10;
/** A script only looks and leaves: one that takes this long is in a document that is gone. */
const SCRIPT_MS = 7_000;
/** WebKitWebDriver now and then never answers a command whose document another took the place of: it is given up, and the next one is heard. */
const SCRIPT_ANSWER_MS = 10_000;
const ANSWER_MS = 30_000;

/** How the protocol writes a reference to an element. */
export type ElementReference = { readonly 'element-6066-11e4-a52e-4f735466cecf': string };

/** A session of a driver that listens at `origin`. Its commands run one after the other, each in the window it names. */
export class WebDriverSession {
  readonly #address: string;
  /** The window that the browser began with. It stays open: without one a session does nothing more. */
  #first = '';
  #current = '';
  #nextValue = 1;
  /** The end of the last command: a window is switched to and then used, and nobody may switch in between. */
  #last: Promise<unknown> = Promise.resolve();

  private constructor(address: string) {
    this.#address = address;
  }

  static async open(origin: string, capabilities: Record<string, unknown>): Promise<WebDriverSession> {
    const { sessionId } = await send<{ sessionId: string }>('POST', `${origin}/session`, { capabilities: { alwaysMatch: capabilities } });
    const session = new WebDriverSession(`${origin}/session/${sessionId}`);
    session.#first = await session.command('GET', 'window');
    await session.command('POST', 'timeouts', { script: SCRIPT_MS, pageLoad: 60_000, implicit: 0 });
    return session;
  }

  /** A command that needs no window. */
  command<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.#next(() => send<T>(method, `${this.#address}/${path}`, body));
  }

  /** A command in `window`. */
  in<T>(window: string, method: string, path: string, body?: unknown, answerMs = ANSWER_MS): Promise<T> {
    return this.#next(async () => {
      if (this.#current !== window) {
        await send('POST', `${this.#address}/window`, { handle: window });
        this.#current = window;
      }
      return send<T>(method, `${this.#address}/${path}`, body, answerMs);
    });
  }

  /** Opens a window and gives its handle. A tab in the background would not be painted, and its screenshot never come. */
  async openWindow(): Promise<string> {
    const { handle } = await this.in<{ handle: string }>(this.#first, 'POST', 'window/new', { type: 'window' });
    return handle;
  }

  async closeWindow(window: string): Promise<void> {
    await this.in(window, 'DELETE', 'window');
    this.#current = '';
  }

  /**
   * The value of an expression in `window`, a promise's too. Asked for until it is there, because the protocol's own way to wait
   * never ends when the document goes meanwhile.
   */
  async evaluate<T>(window: string, expression: string): Promise<T> {
    const key = `value${this.#nextValue++}`;
    await this.#execute(
      window,
      `const values = globalThis[Symbol.for('swerve.test')] ??= {};
      const fail = (error) => { values.${key} = { error: error instanceof Error ? \`\${error.name}: \${error.message}\\n\${error.stack}\` : String(error) }; };
      values.${key} = 'pending';
      try { Promise.resolve(${expression}).then((value) => { values.${key} = { value }; }, fail); } catch (error) { fail(error); }`,
    );
    for (;;) {
      const result = await this.#execute<'pending' | { value?: T; error?: string } | null>(
        window,
        `const values = globalThis[Symbol.for('swerve.test')], result = values?.${key}; if (result && result !== 'pending') delete values.${key}; return result ?? null;`,
      );
      if (result === null) throw new Error('the document went away before it had answered');
      if (result === 'pending') {
        await delay(POLL_MS);
        continue;
      }
      if (result.error !== undefined) throw new Error(result.error);
      // The protocol knows no undefined.
      return (result.value ?? undefined) as T;
    }
  }

  #execute<T>(window: string, script: string): Promise<T> {
    return this.in<T>(window, 'POST', 'execute/sync', { script, args: [] }, SCRIPT_ANSWER_MS);
  }

  /** Ends the session, and the browser with it. */
  async close(): Promise<void> {
    await send('DELETE', this.#address);
  }

  #next<T>(run: () => Promise<T>): Promise<T> {
    const result = this.#last.then(run);
    this.#last = result.catch(() => {});
    return result;
  }
}

async function send<T>(method: string, url: string, body?: unknown, answerMs = ANSWER_MS): Promise<T> {
  const response = await fetch(url, {
    method,
    signal: AbortSignal.timeout(answerMs),
    ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  const { value } = (await response.json()) as { value: T & { error?: string; message?: string } };
  if (!response.ok) throw new Error(`WebDriver: ${method} ${new URL(url).pathname.split('/').slice(3).join('/')}: ${value.error}: ${value.message}`);
  return value;
}
