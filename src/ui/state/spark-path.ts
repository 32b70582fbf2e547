import type { AppSecond } from './traffic.ts';

/** Where a sparkline is drawn, in pixels. */
export interface SparkSize {
  widthPx: number;
  /** From the top to the line that the bars stand on. */
  heightPx: number;
}

/** A sparkline as SVG path data; a part without marks is empty. */
export interface SparkPath {
  bars: string;
  /** Below the bars of the seconds with errors. */
  errors: string;
}

/** Bars that few requests make stay low: a lone request is no peak. */
const MIN_SCALE = 5;
const MIN_BAR_PX = 1.5;
const ERROR_GAP_PX = 2;
const ERROR_HEIGHT_PX = 3;

/** Draws `seconds` as bars from left to right, one each, and a mark below those with errors. */
export function sparkPath(seconds: readonly AppSecond[], { widthPx, heightPx }: SparkSize): SparkPath {
  const stepPx = widthPx / seconds.length;
  const barPx = Math.max(1, stepPx - 0.5);
  const scale = Math.max(MIN_SCALE, ...seconds.map(({ requests }) => requests));
  let bars = '';
  let errors = '';
  seconds.forEach((second, index) => {
    const x = round(index * stepPx);
    if (second.requests > 0) bars += rectangle(x, heightPx, barPx, -Math.max(MIN_BAR_PX, (second.requests / scale) * heightPx));
    if (second.errors > 0) errors += rectangle(x, heightPx + ERROR_GAP_PX, barPx, ERROR_HEIGHT_PX);
  });
  return { bars, errors };
}

/** What a sparkline of `seconds` shows, in words: "40 requests in the last minute, at most 12 in one second, 2 errors". */
export function sparkWords(seconds: readonly AppSecond[]): string {
  const total = seconds.reduce((sum, { requests }) => sum + requests, 0);
  const errors = seconds.reduce((sum, second) => sum + second.errors, 0);
  if (total + errors === 0) return 'No requests in the last minute';
  const peak = Math.max(...seconds.map(({ requests }) => requests));
  const facts = [`${count(total, 'request')} in the last minute`, `at most ${peak} in one second`, errors === 0 ? 'no errors' : count(errors, 'error')];
  return facts.join(', ');
}

function count(amount: number, noun: string): string {
  return `${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

function rectangle(x: number, y: number, width: number, height: number): string {
  return `M${x} ${round(y)}h${round(width)}v${round(height)}h${-round(width)}z`;
}

function round(px: number): number {
  return Math.round(px * 100) / 100;
}
