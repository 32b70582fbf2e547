/** `npm run bench`: what Swerve costs over what the browser itself takes. Figures of one run stand beside their limits; see docs/performance.md. */
import { readFile, writeFile } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { exit } from 'node:process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'vite';
import { deployGuests } from './guests.mjs';
import { Measures, tables } from './report.mjs';
import { measureRequests } from './requests.mjs';
import { startSetup } from './setup.mjs';
import { measureStreams } from './streams.mjs';

const USAGE = `npm run bench -- [options]
  --rounds N          rounds of the interleaved measurements (7)
  --only a,b          some of: requests, streams, navigation, uploads, memory, scale, sizes
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

const runs = [];
for (const one of builds) {
  say(`starting ${one.name}: ${one.dir}`);
  const setup = await startSetup(one);
  const panel = await setup.openPanel();
  await deployGuests(panel);
  // The only tab, and so the host: as when a person has opened an App.
  const page = await setup.openMeasuringPage('wagi', panel);
  runs.push({ setup, page, measures: new Measures() });
}
for (let round = 0; round < rounds; round += 1) {
  if (isWanted('requests')) await measureRequests(runs, round);
  if (isWanted('streams')) await measureStreams(runs, round);
  say(`round ${round + 1} of ${rounds}`);
}
for (const { setup } of runs) await setup.close();

const [mine, other] = runs.map(({ measures }) => measures.results());
const byId = (/** @type {import('./report.mjs').Result[]} */ results) => new Map(results.map((result) => [result.id, result]));
console.log(tables(mine ?? [], other ? byId(other) : earlier ? byId(earlier.results) : null, other ? 'the other' : 'earlier'));
if (values.json) {
  const machine = { cores: cpus().length, model: cpus()[0]?.model ?? '', node: process.version };
  await writeFile(values.json, `${JSON.stringify({ version: 1, atMs: Date.now(), machine, rounds, results: mine }, null, 2)}\n`);
}
