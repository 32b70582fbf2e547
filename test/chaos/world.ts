import type { BrowserContext } from 'playwright-core';
import type { App } from '../browser/harness/app.ts';
import type { Ledger } from './ledger.ts';
import type { Replica } from './replica.ts';
import type { Report } from './report.ts';
import type { Tab, Tabs } from './tabs.ts';
import type { Timeline } from './timeline.ts';

/** What the parts of a run share. */
export interface World {
  readonly app: App;
  readonly context: BrowserContext;
  readonly tabs: Tabs;
  readonly timeline: Timeline;
  readonly ledger: Ledger;
  readonly replica: Replica;
  readonly report: Report;
  /** Folders of the builds that are served in turn. */
  readonly builds: readonly string[];
  /** Which of the builds is served. */
  served: number;
  /** How many tabs a run has when nothing is done to them. */
  readonly tabCount: number;
  /** Digests of modules that no App runs. */
  readonly ownModules: Set<string>;
  /** Settles when no update is being taken: a service worker that is stopped while it is being activated is lost to the tabs that it took over (platform notes). */
  updating: Promise<unknown>;
  /** Opens a tab in place of one that went; what does not come up is a violation. */
  reopen(): Promise<Tab | null>;
}
