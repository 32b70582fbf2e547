import { afterAll, beforeAll, beforeEach, describe, inject, type TestContext } from 'vitest';
import { type App, startApp } from '../../browser/harness/app.ts';
import { untilControlled, untilStored } from '../../browser/harness/swerve.ts';
import { waitFor } from '../../browser/harness/wait.ts';
import { type Ability, type Engine, type EngineName, LAUNCHERS, type Tab } from './engine.ts';

/** The app and one engine for the tests of a `describe`. Usable inside hooks and tests only. */
export interface EngineUnderTest {
  readonly app: App;
  readonly engine: Engine;
  /** Opens `path` (relative to the app's base, no slash at its start) in a new tab; resolves once that shows an answer and no boot document. */
  open(path: string): Promise<Tab>;
  /** Opens an empty tab, which is of no site. */
  openBlank(): Promise<Tab>;
  /** Opens the panel in a new tab; resolves once the service worker controls it and has stored all of the build. */
  openPanel(): Promise<Tab>;
  /** `beforeAll`, but not where the engine is missing. */
  before(prepare: () => Promise<void>): void;
  /** Closes every tab that was opened here, so that no host is left. */
  closeTabs(): Promise<void>;
}

/** Skips the running test where the engine lacks `ability`, with the reason. */
export function skipWithout(ability: Ability, context: TestContext, { engine }: EngineUnderTest): void {
  const reason = engine.lacks[ability];
  if (reason !== undefined) context.skip(reason);
}

/** Runs `tests` once in each engine. Where this machine has not got one, its tests are skipped with the reason. */
export function describeEngines(title: string, tests: (swerve: EngineUnderTest, name: EngineName) => void): void {
  for (const name of Object.keys(LAUNCHERS) as EngineName[]) {
    const { reason } = inject('engines')[name];
    describe(`${title} in ${name}${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
      if (reason !== undefined) beforeEach((context) => context.skip(reason));
      tests(useEngine(name, reason === undefined), name);
    });
  }
}

function useEngine(name: EngineName, isHere: boolean): EngineUnderTest {
  let app: App | undefined;
  let engine: Engine | undefined;
  const tabs: Tab[] = [];
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
  const openBlank = async (): Promise<Tab> => {
    const tab = await started(engine).openTab();
    tabs.push(tab);
    return tab;
  };
  const open = async (path: string): Promise<Tab> => {
    const tab = await openBlank();
    await tab.goto(new URL(path, started(app).url).href);
    await untilAnswered(tab);
    return tab;
  };
  return {
    get app() {
      return started(app);
    },
    get engine() {
      return started(engine);
    },
    open,
    openBlank,
    async openPanel() {
      const tab = await open('');
      await untilControlled(tab);
      await untilStored(tab);
      return tab;
    },
    before: (prepare) => (isHere ? beforeAll(prepare) : undefined),
    async closeTabs() {
      for (const tab of tabs.splice(0)) await tab.close();
    },
  };
}

/** Resolves once the tab's document is an answer and no boot document any more. */
export async function untilAnswered(tab: Tab): Promise<void> {
  await waitFor(
    'the answer in place of the boot document',
    () => tab.evaluate(() => document.readyState === 'complete' && location.protocol !== 'about:' && !document.querySelector('meta[name="swerve-boot"]')),
    { deadlineMs: 30_000 },
  );
}
