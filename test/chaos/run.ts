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
import { Report } from './report.ts';
import { checkCalm, runStorm } from './storm.ts';
import { Tabs } from './tabs.ts';
import { Timeline } from './timeline.ts';
import type { World } from './world.ts';

export interface RunOptions {
  seed: number;
  /** How long storms are begun; the last one and its calm come to their end after. */
  runMs: number;
  stormMs: number;
  faultEveryMs: number;
  requestEveryMs: number;
  callEveryMs: number;
  /** Takes the lines as they come. */
  say(line: string): void;
}

/** The pace of `npm run chaos`. */
export const PACE = { stormMs: 45_000, faultEveryMs: 2_200, requestEveryMs: 130, callEveryMs: 450 } as const;

const TAB_COUNT = 3;
/** Room for the Apps, two builds and their writes; the rest is for what fills it. */
const QUOTA_BYTES = 160_000_000;

/** Runs storms for so long; the report tells what was seen. The build under test must be there (global set-up). */
export async function runChaos({ seed, runMs, stormMs, say, ...pace }: RunOptions): Promise<Report> {
  const report = new Report(say);
  const scratch = await mkdtemp(join(tmpdir(), 'swerve-chaos-'));
  const builds = [inject('distDir'), await otherBuild(scratch)];
  const app = await startApp();
  const browser = await launchBrowser();
  const { context } = browser;
  const timeline = new Timeline();
  const tabs = new Tabs(context, app.url);
  const world: World = {
    app,
    context,
    tabs,
    timeline,
    ledger: new Ledger(),
    report,
    builds,
    served: 0,
    tabCount: TAB_COUNT,
    async reopen() {
      try {
        return await tabs.open();
      } catch (error) {
        report.violation(`the panel did not come up in a new tab: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
        return null;
      }
    },
  };
  context.on('weberror', (webError) => {
    const { message, stack } = webError.error();
    if (!message.includes(THROWN_ON_PURPOSE)) report.violation(`uncaught in ${webError.page()?.url()}: ${stack ?? message}`);
  });
  try {
    await limitStorage(context, app.url, QUOTA_BYTES);
    const { page } = await tabs.open();
    await serveGuests(page);
    await uploadModule(page, exampleFile('hello-c'));
    for (const [key, value] of await readStored(page)) world.ledger.assume(key, value);
    while (tabs.all.length < TAB_COUNT) await tabs.open();
    report.line(`seed ${seed}: ${TAB_COUNT} tabs, ready`);
    for (let storm = 0; storm === 0 || report.nowMs < runMs; storm += 1) {
      report.line(`storm ${storm}`);
      await runStorm(world, planStorm({ seed, storm, durationMs: stormMs, ...pace }));
      report.line(`calm after storm ${storm}`);
      await checkCalm(world);
      report.count('storms');
    }
  } finally {
    await browser.close();
    await app.stop();
    await rm(scratch, { recursive: true });
  }
  return report;
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
