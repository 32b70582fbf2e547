/** A whole run: the app, a browser, storms and the calm after each, the report. */
import { cp, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { uploadModule } from '../browser/harness/api.ts';
import { startApp } from '../browser/harness/app.ts';
import { limitStorage } from '../browser/harness/cdp.ts';
import { launchBrowser } from '../browser/harness/launch.ts';
import { exampleFile } from '../browser/harness/wasm-files.ts';
import { readStored } from './calls.ts';
import { THROWN_ON_PURPOSE } from './faults.ts';
import { serveGuests } from './guests.ts';
import { Ledger } from './ledger.ts';
import { planStorm } from './plan.ts';
import { Pulse } from './pulse.ts';
import { Replica } from './replica.ts';
import { Report } from './report.ts';
import { checkCalm, runStorm } from './storm.ts';
import { Tabs } from './tabs.ts';
import { Timeline } from './timeline.ts';
import { wipeStorage } from './wipe.ts';
import type { World } from './world.ts';

export interface RunOptions {
  seed: number;
  /** How long storms are begun; the last one and its calm come to their end after. */
  runMs: number;
  stormMs: number;
  faultEveryMs: number;
  requestEveryMs: number;
  callEveryMs: number;
  /** After so many storms everything that is stored is cleared, and the cluster begins anew. */
  wipeEvery: number;
  /** Takes the lines as they come. */
  say(line: string): void;
}

/** The pace of `npm run chaos`. */
export const PACE = { stormMs: 45_000, faultEveryMs: 2_200, requestEveryMs: 130, callEveryMs: 450, wipeEvery: 4 } as const;

const TAB_COUNT = 4;
const NO_TAB = -1;
/** Room for the Apps, two builds and their writes; the rest is for what fills it. */
const QUOTA_BYTES = 160_000_000;

/** Runs storms for so long; the report tells what was seen. The build under test must be there (global set-up). */
export async function runChaos({ seed, runMs, stormMs, wipeEvery, say, ...pace }: RunOptions): Promise<Report> {
  const report = new Report(say);
  const scratch = await mkdtemp(join(tmpdir(), 'swerve-chaos-'));
  const builds = [inject('distDir'), await otherBuild(scratch)];
  const app = await startApp();
  const browser = await launchBrowser();
  const { context } = browser;
  const pulse = new Pulse(context.pages()[0]!);
  const timeline = new Timeline((startMs, endMs) => pulse.stalledMs(startMs, endMs));
  const tabs = new Tabs(context, app.url);
  const world: World = {
    app,
    context,
    tabs,
    timeline,
    ledger: new Ledger(),
    replica: new Replica(),
    report,
    builds,
    served: 0,
    tabCount: TAB_COUNT,
    ownModules: new Set(),
    updating: Promise.resolve(),
    async reopen() {
      for (let attempt = 1; ; attempt += 1) {
        const startMs = performance.now();
        try {
          return await tabs.open();
        } catch (error) {
          const story = `the panel did not come up in a new tab: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`;
          // A navigation that comes as the service worker goes may be lost in the browser; the next one must not be.
          const isExcused = attempt === 1 && timeline.explainsNoAnswer(NO_TAB, startMs, performance.now());
          if (!isExcused) {
            report.violation(story);
            return null;
          }
          report.count('panel navigations lost with the service worker');
          report.line(`lost ${story}; near: ${timeline.during(startMs, performance.now()).map(({ number, kind }) => `${number} ${kind}`)}`);
        }
      }
    },
  };
  context.on('weberror', (webError) => {
    const { message, stack } = webError.error();
    if (!message.includes(THROWN_ON_PURPOSE)) report.violation(`uncaught in ${webError.page()?.url()}: ${stack ?? message}`);
  });
  try {
    await limitStorage(context, app.url, QUOTA_BYTES);
    await tabs.open();
    await fillCluster(world);
    while (tabs.all.length < TAB_COUNT) await tabs.open();
    report.line(`seed ${seed}: ${TAB_COUNT} tabs, ready`);
    for (let storm = 0; storm === 0 || report.nowMs < runMs; storm += 1) {
      report.line(`storm ${storm}`);
      // Every third has few faults and more traffic: an error that no fault is near to explains itself by nothing but the load.
      const isRush = storm % 3 === 2;
      const rush = isRush ? { faultEveryMs: pace.faultEveryMs * 6, requestEveryMs: pace.requestEveryMs / 2 } : {};
      await runStorm(world, planStorm({ seed, storm, durationMs: stormMs, ...pace, ...rush }));
      report.line(`calm after storm ${storm}`);
      await checkCalm(world);
      report.count('storms');
      if (storm % wipeEvery !== wipeEvery - 1) continue;
      await wipeStorage(world);
      await fillCluster(world);
      await checkCalm(world);
    }
  } finally {
    report.count('milliseconds that the machine stood still', pulse.totalMs);
    pulse.stop();
    await browser.close();
    await app.stop();
    await rm(scratch, { recursive: true });
  }
  return report;
}

/** Makes the Apps that are there all the time. */
async function fillCluster({ tabs, ledger }: World): Promise<void> {
  const { page } = await tabs.wait(0);
  await serveGuests(page);
  await uploadModule(page, exampleFile('hello-c'));
  for (const [key, value] of await readStored(page)) ledger.assume(key, value);
}

/** The same build with every hashed name changed, as a release in which every file differs. */
async function otherBuild(scratch: string): Promise<string> {
  const folder = join(scratch, 'dist');
  await cp(inject('distDir'), folder, { recursive: true });
  const assets = join(folder, '_swerve/assets');
  const names = (await readdir(assets, { withFileTypes: true })).filter((entry) => entry.isFile()).map(({ name }) => name);
  const renamed = (name: string): string => name.replace(/\.(\w+)$/, '-other.$1');
  for (const name of names) await rename(join(assets, name), join(assets, renamed(name)));
  for (const file of await readdir(folder, { recursive: true })) {
    if (!/\.(js|html)$/.test(file)) continue;
    let text = await readFile(join(folder, file), 'utf8');
    for (const name of names) text = text.replaceAll(name, renamed(name));
    if (file === 'sw.js') text = text.replaceAll(/(revision["']?:\s*["'`])[0-9a-f]/g, '$1o');
    await writeFile(join(folder, file), text);
  }
  return folder;
}
