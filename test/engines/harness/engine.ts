/** What the tests of this folder ask of a browser: the least that playwright, puppeteer and plain WebDriver all can. */
import { chromiumEngine } from './chromium.ts';
import { firefoxEngine } from './firefox.ts';
import { webKitEngine } from './webkit.ts';

/** One tab. */
export interface Tab {
  /** Loads `url`; resolves when the document is loaded, whatever its status. */
  goto(url: string): Promise<void>;
  /** `fn`'s value in the page, a promise's too. Only JSON goes in and out, and `fn` sees nothing of what is around it here. */
  evaluate<R, A>(fn: (arg: A) => R | Promise<R>, arg?: A): Promise<R>;
  /** Chooses files in the file input that `selector` finds in the document, shadow roots aside. */
  chooseFiles(selector: string, paths: readonly string[]): Promise<void>;
  reload(): Promise<void>;
  address(): Promise<string>;
  title(): Promise<string>;
  /** What the tab shows, as PNG. */
  screenshot(): Promise<Buffer>;
  close(): Promise<void>;
}

/** What not every engine can, by its own doing: docs/platform-notes. */
export type Ability =
  /** Ending a worker ends the WebAssembly loop in it. */
  | 'loops-end'
  /** A body is sent again after a redirect with 307 that a service worker answered. */
  | 'redirected-bodies';

/** A running browser with a new profile. */
export interface Engine {
  /** Opens an empty tab (`about:blank`). */
  openTab(): Promise<Tab>;
  /** What pages logged as errors or failed to catch since it was asked last. Null: this engine's protocol does not tell. */
  takeErrors(): string[] | null;
  /** Stops service workers as a browser that wants its memory does: of the control origin, of the Apps' own origins, or all. Null: this engine's protocol cannot. */
  readonly stopServiceWorkers: ((which: 'control' | 'app' | 'all') => Promise<void>) | null;
  /** What this engine has not got of what tests ask for, each with the reason why they are skipped. */
  readonly lacks: Partial<Record<Ability, string>>;
  /** Ends the browser and deletes its profile. */
  close(): Promise<void>;
}

/** Starts an engine. Whoever started it must `close()` it. */
export const LAUNCHERS = {
  Chromium: chromiumEngine,
  Firefox: firefoxEngine,
  WebKitGTK: webKitEngine,
} as const satisfies Record<string, () => Promise<Engine>>;

export type EngineName = keyof typeof LAUNCHERS;
