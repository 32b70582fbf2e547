import { describe, expect, it } from 'vitest';
import { RuntimeError } from '../../../../src/core/errors.ts';
import type { LoadRequest } from '../../../../src/ui/benchmark/load.ts';
import { stepsOfRound } from '../../../../src/ui/benchmark/plan.ts';
import { explainFailure, LimitFailure } from '../../../../src/ui/state/benchmark-failure.ts';
import { type BenchmarkRun, fileNameOfRun, jsonOfRun } from '../../../../src/ui/state/benchmark-run.ts';
import { StepRunner } from '../../../../src/ui/state/benchmark-steps.ts';
import { formatFigure, headlineOf, isUnsteady, nameOfStep, tablesOf } from '../../../../src/ui/state/benchmark-words.ts';

/** Latency by path: what answers is as slow as it is told to be; a path without one fails. */
function loadOf(msOf: (path: string, call: number) => number | null) {
  let calls = 0;
  const take = (request: LoadRequest): number => {
    const ms = msOf(request.path, calls++);
    if (ms === null) throw new Error(`${request.path} answered 503`);
    return ms;
  };
  return {
    batch: async (request: LoadRequest) => {
      const ms = take(request);
      return { latenciesMs: [ms], elapsedMs: ms };
    },
    download: async (request: LoadRequest) => 1e9 / take(request),
    upload: async (request: LoadRequest) => 1e9 / take(request),
  };
}

async function runOf(rounds: number, msOf: (path: string, call: number) => number | null): Promise<BenchmarkRun> {
  const runner = new StepRunner(loadOf(msOf));
  for (let round = 0; round < rounds; round += 1) for (const step of stepsOfRound(round)) await runner.run(step, round);
  const machine = { cores: 8, userAgent: 'Browser', swerve: '0.1.0', hosts: 1 };
  return { atMs: Date.UTC(2026, 10, 21), rounds, roundsDone: rounds, results: runner.results(), broken: runner.broken, wasHidden: false, machine };
}

const isLimit = (path: string): boolean => !path.startsWith('swerve-benchmark/');
const steady = (path: string): number => (isLimit(path) ? 2 : path.includes('fresh') ? 5 : 3);

describe('a run', () => {
  it('is told in one sentence', async () => {
    expect(headlineOf(await runOf(3, steady))).toBe(
      'One request at a time, Swerve answers in 3.0 to 5.0 ms; the browser itself takes 2.0 ms: 1.5 to 2.5 times.',
    );
    expect(headlineOf(await runOf(1, (path) => (isLimit(path) ? 2 : null)))).toBe('');
  });

  it('has a table for each level, and one for streams', async () => {
    const tables = tablesOf(await runOf(3, steady));
    expect(tables.map(({ title, rows }) => [title, rows.length])).toEqual([
      ['One request at a time', 5],
      ['8 requests at once', 5],
      ['32 requests at once', 5],
      ['Long bodies, down to the page and up from it', 4],
    ]);
    const [limit, port, wagi, fresh] = tables[1]!.rows;
    expect(limit).toMatchObject({ title: 'Bare service worker', isLimit: true, figures: { median: '2.0 ms', spread: '±0 %', rate: '500/s', ratio: null } });
    expect(port).toMatchObject({ isLimit: true, figures: { ratio: '1.0 times' } });
    expect(wagi).toMatchObject({
      title: 'WAGI in C',
      sentence: 'Swerve answers in 3.0 ms; the browser itself takes 2.0 ms: 1.5 times.',
      figures: { median: '3.0 ms', rate: '333/s', ratio: '1.5 times', bar: 0.6, limitBar: 0.4 },
    });
    expect(fresh).toMatchObject({ title: 'wasi:http component, fresh', figures: { bar: 1 } });
    expect(tables[3]!.rows[1]).toMatchObject({
      sentence: 'Swerve sends 200 MB/s; the browser itself 500 MB/s: 40 %.',
      figures: { median: '200 MB/s', rate: null, ratio: '40 %', bar: 0.4, limitBar: 1 },
    });
  });

  it('tells no spread of one round', async () => {
    expect(tablesOf(await runOf(1, steady))[0]!.rows.map(({ figures }) => figures?.spread)).toEqual([null, null, null, null, null]);
  });

  it('says when something else kept the machine busy', async () => {
    expect(isUnsteady(await runOf(3, steady))).toBe(false);
    expect(isUnsteady(await runOf(3, (path, call) => steady(path) * (1 + Math.floor(call / 19))))).toBe(true);
    expect(isUnsteady(await runOf(1, steady))).toBe(false);
  });

  it('goes on without what fails, and says so in its row and in the file', async () => {
    const run = await runOf(3, (path, call) => (path.includes('reused') && call > 19 ? null : steady(path)));
    const row = tablesOf(run)[0]!.rows.at(-1);
    expect(row).toEqual({
      title: 'wasi:http component, reused',
      sentence: 'Not measured: swerve-benchmark/reused/time answered 503',
      figures: null,
      isLimit: false,
    });
    expect(run.results.some(({ id }) => id.includes('reused'))).toBe(false);
    expect(run.results).toHaveLength(3 * 4 * 2 + 4);
    expect(new Set(Object.keys(JSON.parse(jsonOfRun(run)).failed))).toEqual(new Set([1, 8, 32].map((level) => `requests/${level}/reused`)));
  });

  it('ends when no App could be measured, with the reason', async () => {
    const runner = new StepRunner(loadOf((path) => (isLimit(path) ? 2 : null)));
    for (const step of stepsOfRound(0)) await runner.run(step, 0);
    expect(() => runner.assertSound()).toThrow('swerve-benchmark/wagi?format=json answered 503');
  });

  it('ends when there is nothing to compare with', async () => {
    await expect(runOf(1, (path) => (isLimit(path) ? null : 3))).rejects.toThrow(LimitFailure);
  });

  it('is a file in the shape of `npm run bench`', async () => {
    const run = await runOf(1, steady);
    expect(JSON.parse(jsonOfRun(run))).toMatchObject({ version: 1, rounds: 1, machine: { cores: 8, swerve: '0.1.0' }, results: run.results });
    expect(fileNameOfRun(run)).toBe('swerve-benchmark-2026-11-21.json');
  });
});

it('names what is measured right now', () => {
  const names = stepsOfRound(0).map(nameOfStep);
  expect([names[2], names[8], names.at(-1)]).toEqual([
    'WAGI in C, one request at a time',
    'wasi:http component, fresh, 8 requests at once',
    'wasi:http component, a body up',
  ]);
});

it.each([
  [0.428, '0.43'],
  [3.14, '3.1'],
  [99.96, '100'],
  [1310.4, '1,310'],
  [Number.NaN, '–'],
])('%d is written %s', (value, text) => {
  expect(formatFigure(value)).toBe(text);
});

describe('a failure says the way out', () => {
  it.each([
    ['the script of the bare service worker did not come', new LimitFailure(new TypeError('Failed to register')), /online and the server answers/],
    ['the bare service worker failed otherwise', new LimitFailure(new Error('it broke')), /Reload this page/],
    ['the disk is full', new RuntimeError('storage-full', 'No room.'), /Storage view/],
    ['a file did not come', new RuntimeError('request-invalid', 'x', { details: { found: 'No network.', fix: 'Go online.' } }), /^No network\. Go online\.$/],
    ['something else', new Error('odd'), /Reload this page/],
  ])('%s', (_, error, text) => {
    const { found, fix } = explainFailure(error);
    expect(`${found} ${fix}`).toMatch(text);
  });
});
