import type { Result } from '../benchmark/measures.ts';
import { LEVELS, type Step } from '../benchmark/plan.ts';
import { formatCount } from '../text.ts';
import type { BenchmarkRun } from './benchmark-run.ts';

/** One case in words and figures, as its table shows it. */
export interface BenchmarkRow {
  title: string;
  /** What the figures say, or why there are none. */
  sentence: string;
  figures: RowFigures | null;
  isLimit: boolean;
}

interface RowFigures {
  /** "3.1 ms", "310 MB/s". */
  median: string;
  /** "±4 %"; null: of so few rounds nobody can tell. */
  spread: string | null;
  /** "1,204/s"; null in the table of streams. */
  rate: string | null;
  /** Of the limit: "1.6 times", "34 %"; null for the limit itself. */
  ratio: string | null;
  /** Lengths of the row's bar and of the limit's, as shares of the table's longest. */
  bar: number;
  limitBar: number;
}

/** The cases that were measured under the same conditions. */
export interface BenchmarkTable {
  id: string;
  title: string;
  kind: 'requests' | 'streams';
  rows: BenchmarkRow[];
}

type Figures = Pick<BenchmarkRun, 'results' | 'broken' | 'roundsDone'>;

/** Fewer rounds say nothing of how far they lie apart. */
const SPREAD_ROUNDS = 3;

/** Of the middle half of the rounds, as a share of their median. */
const UNSTEADY_SPREAD = 0.4;

const LIMITS = new Map([
  ['limit', 'What this browser takes by itself.'],
  ['port', 'The least that an App can take: each has a worker.'],
]);

/** "0.43", "3.1", "1,310": as many digits as a measurement is worth. */
export function formatFigure(value: number): string {
  if (!Number.isFinite(value)) return '–';
  if (value >= 99.95) return formatCount(Math.round(value));
  return value.toFixed(value >= 1 ? 1 : 2);
}

/** What is measured right now: "WAGI in C, 8 requests at once". */
export function nameOfStep(step: Step): string {
  const title = sentenceCase(step.of.title);
  return step.kind === 'batch' ? `${title}, ${atOnce(step.inFlight)}` : `${title}, a body ${step.kind}`;
}

/** What comes of it all in one sentence; empty when no App was measured. */
export function headlineOf({ results }: Pick<BenchmarkRun, 'results'>): string {
  const alone = results.filter(({ id }) => id.startsWith('requests/1/') && id.endsWith('/p50'));
  const limit = alone.find(({ id }) => partOf(id) === 'limit');
  const apps = alone.filter(({ id }) => !LIMITS.has(partOf(id)));
  if (limit === undefined || apps.length === 0) return '';
  const times = rangeOf(apps.map(({ median }) => median));
  const ratios = rangeOf(apps.map(({ ratio }) => ratio ?? Number.NaN));
  return `One request at a time, Swerve answers in ${times} ms; the browser itself takes ${formatFigure(limit.median)} ms: ${ratios} times.`;
}

/** Whether the rounds lie so far apart that something else must have kept the machine busy: in a third of the cases or more. */
export function isUnsteady({ results, roundsDone }: Pick<BenchmarkRun, 'results' | 'roundsDone'>): boolean {
  if (roundsDone < SPREAD_ROUNDS) return false;
  return results.filter(({ spread }) => spread > UNSTEADY_SPREAD).length * 3 >= results.length;
}

/** The tables of a run; empty ones are left out. */
export function tablesOf(figures: Figures): BenchmarkTable[] {
  const requests = LEVELS.map((level) => requestTable(figures, level));
  return [...requests, streamTable(figures)].filter(({ rows }) => rows.length > 0);
}

function requestTable({ results, broken, roundsDone }: Figures, level: number): BenchmarkTable {
  const prefix = `requests/${level}/`;
  const times = results.filter(({ id }) => id.startsWith(prefix) && id.endsWith('/p50'));
  const limit = times.find(({ id }) => partOf(id) === 'limit');
  const longest = Math.max(...times.map(({ median }) => median));
  const rows = times.map((time): BenchmarkRow => {
    const rate = results.find(({ id }) => id === `${prefix}${partOf(time.id)}/rate`);
    return {
      title: sentenceCase(time.title),
      sentence:
        LIMITS.get(partOf(time.id)) ??
        `Swerve answers in ${formatFigure(time.median)} ms; the browser itself takes ${formatFigure(limit?.median ?? Number.NaN)} ms: ${timesOf(time)}.`,
      figures: {
        median: `${formatFigure(time.median)} ms`,
        spread: spreadOf(time, roundsDone),
        rate: rate === undefined ? null : `${formatFigure(rate.median)}/s`,
        ratio: time.ratio === null ? null : timesOf(time),
        bar: time.median / longest,
        limitBar: (limit?.median ?? 0) / longest,
      },
      isLimit: LIMITS.has(partOf(time.id)),
    };
  });
  return { id: `requests-${level}`, title: sentenceCase(atOnce(level)), kind: 'requests', rows: [...rows, ...failedRows(prefix, broken)] };
}

function streamTable({ results, broken, roundsDone }: Figures): BenchmarkTable {
  const rates = results.filter(({ group }) => group === 'streams');
  const fastest = Math.max(...rates.map(({ median }) => median));
  const rows = rates.map((rate): BenchmarkRow => {
    const isDown = rate.id.startsWith('streams/down/');
    const limit = rates.find(({ id }) => id === `streams/${isDown ? 'down' : 'up'}/limit`);
    const verb = isDown ? 'sends' : 'takes in';
    return {
      title: sentenceCase(rate.title),
      sentence:
        rate.ratio === null
          ? `What this browser ${verb} by itself.`
          : `Swerve ${verb} ${formatFigure(rate.median)} MB/s; the browser itself ${formatFigure(limit?.median ?? Number.NaN)} MB/s: ${percent(rate.ratio)}.`,
      figures: {
        median: `${formatFigure(rate.median)} MB/s`,
        spread: spreadOf(rate, roundsDone),
        rate: null,
        ratio: rate.ratio === null ? null : percent(rate.ratio),
        bar: rate.median / fastest,
        limitBar: (limit?.median ?? 0) / fastest,
      },
      isLimit: rate.ratio === null,
    };
  });
  return { id: 'streams', title: 'Long bodies, down to the page and up from it', kind: 'streams', rows: [...rows, ...failedRows('streams/', broken)] };
}

function failedRows(prefix: string, broken: Figures['broken']): BenchmarkRow[] {
  return [...broken]
    .filter(([id]) => id.startsWith(prefix))
    .map(([, { title, reason }]) => ({ title: sentenceCase(title), sentence: `Not measured: ${reason}`, figures: null, isLimit: false }));
}

/** `wagi` of `requests/8/wagi/p50`. */
function partOf(id: string): string {
  return id.split('/')[2] ?? '';
}

function atOnce(level: number): string {
  return level === 1 ? 'one request at a time' : `${level} requests at once`;
}

function timesOf({ ratio }: Result): string {
  return `${formatFigure(ratio ?? Number.NaN)} times`;
}

function percent(ratio: number): string {
  return Number.isFinite(ratio) ? `${Math.round(ratio * 100)} %` : '–';
}

/** Half of the middle half's width: how far most rounds lie from the median. */
function spreadOf({ spread }: Result, rounds: number): string | null {
  return rounds < SPREAD_ROUNDS || !Number.isFinite(spread) ? null : `±${Math.round(spread * 50)} %`;
}

function rangeOf(values: readonly number[]): string {
  const [least, most] = [formatFigure(Math.min(...values)), formatFigure(Math.max(...values))];
  return least === most ? least : `${least} to ${most}`;
}

/** Names of interfaces stay as they are. */
function sentenceCase(text: string): string {
  return text.startsWith('wasi:') ? text : `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
