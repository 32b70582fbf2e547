import { afterAll, beforeAll, beforeEach, describe, inject, it, type TestContext } from 'vitest';
import { PAGE_SCRIPT_PATH } from '../../../src/protocol/app-origin.ts';
import { type Answer, fetchIn } from '../../browser/harness/api.ts';
import { type App, startApp } from '../../browser/harness/app.ts';
import { untilControlled, untilStored } from '../../browser/harness/swerve.ts';
import { waitFor } from '../../browser/harness/wait.ts';
import { type Ability, type Engine, type EngineName, LAUNCHERS, type Tab } from './engine.ts';
import { addressIn, type OriginMode } from './origin-mode.ts';

/** The app and one engine for the tests of a `describe`. Usable inside hooks and tests only. */
export interface EngineUnderTest {
  /** Where Apps are served. */
  readonly mode: OriginMode;
  /** Serves the panel at the control origin of this mode. */
  readonly app: App;
  readonly engine: Engine;
  /** Address of `target`, which begins with the name of an App: `hello/page?x=1`. */
  addressOf(target: string): string;
  /** What the guest sees of it: with its route in path mode, without at its own origin. */
  pathOf(target: string): string;
  /** Opens `path` (an address, or relative to the control origin's base) in a new tab; resolves once that shows an answer and no boot document. */
  open(path: string): Promise<Tab>;
  /** Opens an empty tab, which is of no site. */
  openBlank(): Promise<Tab>;
  /** Opens the panel in a new tab; resolves once the service worker controls it and has stored all of the build. */
  openPanel(): Promise<Tab>;
  /** A tab whose scripts may ask the App `name`: in path mode any, at its own origin a page of that App, `target` (its root unless given) when none is open yet. Stays open until `closeTabs()`. */
  pageOf(name: string, target?: string): Promise<Tab>;
  /** What a script of such a page is answered with. */
  ask(target: string, init?: { method?: string; headers?: Record<string, string>; body?: string }): Promise<Answer>;
  /** `fn`'s value in such a page, given the address of `target`. */
  evaluateAt<R, A = undefined>(target: string, fn: (args: [address: string, arg: A]) => R | Promise<R>, arg?: A): Promise<R>;
  /** `beforeAll`, but not where the engine is missing. */
  before(prepare: () => Promise<void>): void;
  /** Closes a tab that was opened here. */
  closeTab(tab: Tab): Promise<void>;
  /** Closes every tab that was opened here, so that no host is left. */
  closeTabs(): Promise<void>;
}

/** Skips the running test where the engine lacks `ability`, with the reason. */
export function skipWithout(ability: Ability, context: TestContext, { engine }: EngineUnderTest): void {
  const reason = engine.lacks[ability];
  if (reason !== undefined) context.skip(reason);
}

/** Why Apps cannot have origins of their own in an engine. Null: they can. */
const NO_OWN_ORIGINS: Record<EngineName, string | null> = {
  Chromium: null,
  Firefox: null,
  WebKitGTK:
    'WebKitGTK 2.50 resolves names below swerve.localhost, but gives a frame of the control origin in a page of an App a storage of its own: no cluster is found there',
};

/**
 * Runs `tests` once in each engine and mode, both unless `modes` says otherwise. Where this machine has not got an engine, its tests are skipped with the
 * reason. The modes share a browser: their origins are of two sites, so that each has a cluster of its own.
 */
export function describeEngines(
  title: string,
  tests: (swerve: EngineUnderTest, name: EngineName) => void,
  modes: readonly OriginMode[] = ['path', 'own'],
): void {
  for (const name of Object.keys(LAUNCHERS) as EngineName[]) {
    const { reason } = inject('engines')[name];
    describe(`${title} in ${name}${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
      if (reason !== undefined) beforeEach((context) => context.skip(reason));
      const started = startEngine(name, reason === undefined);
      const lacks = NO_OWN_ORIGINS[name];
      const here = modes.filter((mode) => mode === 'path' || lacks === null);
      if (here.length < modes.length) it('at its own origin', (context) => context.skip(lacks ?? ''));
      for (const mode of here) {
        describe(mode === 'path' ? 'at a path' : 'at its own origin', () => {
          const swerve = useMode(started, mode, reason === undefined);
          tests(swerve, name);
          // The next mode has the machine to itself.
          if (reason === undefined && mode !== here.at(-1)) afterAll(() => swerve.closeTabs());
        });
      }
    });
  }
}

interface Started {
  readonly app: App;
  readonly engine: Engine;
}

function startEngine(name: EngineName, isHere: boolean): Started {
  let app: App | undefined;
  let engine: Engine | undefined;
  const started = <T>(part: T | undefined): T => {
    if (part === undefined) throw new Error('the engine is started before the tests: use it inside a hook or a test');
    return part;
  };
  if (isHere) {
    beforeAll(async () => {
      app = await startApp();
      engine = await LAUNCHERS[name]();
    });
    afterAll(async () => {
      await engine?.close();
      await app?.stop();
    });
  }
  return {
    get app() {
      return started(app);
    },
    get engine() {
      return started(engine);
    },
  };
}

function useMode(started: Started, mode: OriginMode, isHere: boolean): EngineUnderTest {
  const tabs: Tab[] = [];
  const pages = new Map<string, Promise<Tab>>();
  const url = () => (mode === 'path' ? started.app.url : started.app.siteUrl);
  const openBlank = async (): Promise<Tab> => {
    const tab = await started.engine.openTab();
    tabs.push(tab);
    return tab;
  };
  const open = async (path: string): Promise<Tab> => {
    const tab = await openBlank();
    await tab.goto(new URL(path, url()).href);
    await untilAnswered(tab);
    return tab;
  };
  const addressOf = (target: string): string => addressIn(mode, url(), target);
  const pageOf = (name: string, target = name): Promise<Tab> => {
    // In path mode all Apps have one origin.
    const key = mode === 'path' ? '' : name;
    const page = pages.get(key) ?? (mode === 'path' ? open('_swerve/') : openAppPage(() => open(addressOf(target))));
    pages.set(key, page);
    return page;
  };
  return {
    mode,
    get app() {
      const { app } = started;
      return { url: url(), siteUrl: app.siteUrl, stop: () => app.stop(), restart: (dist?: string) => app.restart(dist) };
    },
    get engine() {
      return started.engine;
    },
    addressOf,
    pathOf(target) {
      const { pathname, search } = new URL(addressOf(target));
      return pathname + search;
    },
    open,
    openBlank,
    async openPanel() {
      const tab = await open('');
      await untilControlled(tab);
      await untilStored(tab);
      if (mode === 'path') pages.set('', Promise.resolve(tab));
      return tab;
    },
    pageOf,
    ask: async (target, init) => fetchIn(await pageOf(nameIn(target)), addressOf(target), init),
    evaluateAt: async (target, fn, arg) => (await pageOf(nameIn(target))).evaluate(fn, [addressOf(target), arg as never]),
    before: (prepare) => (isHere ? beforeAll(prepare) : undefined),
    async closeTab(tab) {
      tabs.splice(tabs.indexOf(tab), 1);
      await tab.close();
    },
    async closeTabs() {
      pages.clear();
      for (const tab of tabs.splice(0)) await tab.close();
    },
  };
}

function nameIn(target: string): string {
  return /^[^/?#]*/.exec(target)![0];
}

/** A page of an App at its own origin. What a guest answers with may be no HTML, to which nothing is added: then the script of such pages is added here. */
async function openAppPage(open: () => Promise<Tab>): Promise<Tab> {
  const tab = await open();
  await untilControlled(tab);
  await tab.evaluate((path) => {
    if (document.querySelector(`script[src*="${path}"]`)) return;
    document.documentElement.append(Object.assign(document.createElement('script'), { type: 'module', src: `/${path}` }));
  }, PAGE_SCRIPT_PATH);
  return tab;
}

/** Resolves once the tab's document is an answer and none of those that stand in for it until there is one. */
export async function untilAnswered(tab: Tab): Promise<void> {
  await waitFor(
    'the answer in place of the boot document',
    () =>
      tab.evaluate(
        () =>
          document.readyState === 'complete' &&
          location.protocol !== 'about:' &&
          !document.querySelector('meta[name="swerve-boot"], meta[name="swerve-app-origin"]'),
      ),
    { deadlineMs: 30_000 },
  );
}
