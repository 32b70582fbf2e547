/** `npm run bench`: what Swerve costs over what the browser itself takes. Figures of one run stand beside their limits; see docs/performance.md. */
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { deployData, measureData } from './data.mjs';
import { deployGuests } from './guests.mjs';
import { measureMemory } from './memory.mjs';
import { measureNavigations } from './navigations.mjs';
import { deployOrigins, measureOrigins } from './origins.mjs';
import { prepareOutgoing } from './outgoing.mjs';
import { Measures, tables } from './report.mjs';
import { measureRequests } from './requests.mjs';
import { measureScale } from './scale.mjs';
import { startSetup } from './setup.mjs';
import { measureSizes } from './sizes.mjs';
import { measureStreams } from './streams.mjs';
import { measureUploads } from './uploads.mjs';
import { deployVolumeGuests, measureVolumes } from './volumes.mjs';

const USAGE = `npm run bench -- [options]
  --rounds N          rounds of the interleaved measurements (7)
  --only a,b          some of: requests, streams, outgoing, navigation, origins, uploads, data, volumes, memory, scale, sizes
  --dist FOLDER       a build that exists; unless given, the present source is built
  --against FOLDER    another build, measured in the same rounds
  --json FILE         writes the figures
  --compare FILE      sets the figures beside those of an earlier --json`;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '7' },
    only: { type: 'string' },
    dist: { type: 'string' },
    against: { type: 'string' },
    json: { type: 'string' },
    compare: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  exit(0);
}
const rounds = Number(values.rounds);
if (!Number.isInteger(rounds) || rounds < 1) throw new Error(`--rounds is ${values.rounds}, which is not a whole number of at least 1`);
const only = values.only?.split(',') ?? null;
/** @param {string} suite */
const isWanted = (suite) => only === null || only.includes(suite);
/** @param {string} text */
const say = (text) => console.error(text);

async function buildPresent() {
  const outDir = join(tmpdir(), `swerve-bench-dist-${process.pid}`);
  await build({ root: fileURLToPath(new URL('..', import.meta.url)), logLevel: 'warn', build: { outDir, emptyOutDir: true } });
  return outDir;
}

const builds = [{ name: 'this build', dir: values.dist ? resolve(values.dist) : await buildPresent() }];
if (values.against) builds.push({ name: 'the other', dir: resolve(values.against) });
const earlier = values.compare ? JSON.parse(await readFile(values.compare, 'utf8')) : null;

const runs = await Promise.all(builds.map(async ({ name, dir }) => ({ name, dir, measures: new Measures() })));
/** Runs `measure` with a browser for each build, and ends them. @param {string} suite @param {(open: (typeof runs[number] & { setup: import('./setup.mjs').Setup, panel: import('./setup.mjs').Page })[]) => Promise<void>} measure @param {{ site?: boolean }} [options] as of startSetup */
async function withBrowsers(suite, measure, options = {}) {
  say(`measuring ${suite}`);
  const open = [];
  for (const run of runs) {
    const setup = await startSetup({ ...run, ...options });
    open.push({ ...run, setup, panel: await setup.openPanel() });
  }
  await measure(open);
  for (const { setup } of open) await setup.close();
}
/** @param {(round: number) => Promise<void>} measure */
async function eachRound(measure) {
  for (let round = 0; round < rounds; round += 1) {
    await measure(round);
    say(`  round ${round + 1} of ${rounds}`);
  }
}

if (isWanted('requests') || isWanted('streams')) {
  await withBrowsers('requests and streams', async (open) => {
    /** @type {{ setup: import('./setup.mjs').Setup, measures: Measures, page: import('./setup.mjs').Page }[]} */
    const pages = [];
    for (const { setup, panel, measures } of open) {
      await deployGuests(panel);
      // The only tab, and so the host: as when a person has opened an App.
      pages.push({ setup, measures, page: await setup.openMeasuringPage('wagi', panel) });
    }
    await eachRound(async (round) => {
      if (isWanted('requests')) await measureRequests(pages, round);
      if (isWanted('streams')) await measureStreams(pages, round);
    });
  });
}
if (isWanted('outgoing')) {
  await withBrowsers('requests of guests', async (open) => {
    const outgoing = await prepareOutgoing(open);
    await eachRound((round) => outgoing.measure(round));
    await outgoing.stop();
  });
}
if (isWanted('navigation')) {
  await withBrowsers('navigation', async (open) => {
    for (const { panel } of open) {
      await deployGuests(panel, ['wagi']);
      await panel.close();
    }
    await eachRound((round) => measureNavigations(open, round));
  });
}
if (isWanted('origins')) {
  await withBrowsers(
    'origins',
    async (open) => {
      for (const run of open) await deployOrigins(run);
      await eachRound((round) => measureOrigins(open, round));
    },
    { site: true },
  );
}
if (isWanted('uploads')) await withBrowsers('uploads', (open) => eachRound((round) => measureUploads(open, round)));
if (isWanted('data')) {
  await withBrowsers('key-value', async (open) => {
    for (const { panel } of open) await deployData(panel);
    await eachRound((round) => measureData(open, round));
  });
}
if (isWanted('volumes')) {
  await withBrowsers('volumes', async (open) => {
    for (const { panel } of open) await deployVolumeGuests(panel);
    await eachRound((round) =>
      measureVolumes(
        open.map(({ panel, measures }) => ({ page: panel, measures })),
        round,
      ),
    );
  });
}
if (isWanted('memory')) {
  await withBrowsers('memory', async (open) => {
    for (const { panel } of open) await deployGuests(panel);
    await measureMemory(open);
  });
}
if (isWanted('scale')) await withBrowsers('many Apps', measureScale);
if (isWanted('sizes')) measureSizes(runs);

const [mine, other] = runs.map(({ measures }) => measures.results());
const byId = (/** @type {import('./report.mjs').Result[]} */ results) => new Map(results.map((result) => [result.id, result]));
console.log(tables(mine ?? [], other ? byId(other) : earlier ? byId(earlier.results) : null, other ? 'the other' : 'earlier'));
if (values.json) {
  const machine = { cores: cpus().length, model: cpus()[0]?.model ?? '', node: process.version };
  await writeFile(values.json, `${JSON.stringify({ version: 1, atMs: Date.now(), machine, rounds, results: mine }, null, 2)}\n`);
}
