import { describe, expect, it } from 'vitest';
import type { LogLine } from '../../../../src/core/log-line.ts';
import { EVERY_LINE, filterLines, LineFilter, levelOf, partsOf, textOfLines } from '../../../../src/ui/state/log-filter.ts';

describe('levelOf', () => {
  it.each([
    ['ERROR cannot open', 'error'],
    ['2026-11-21T10:00:00Z WARN  low disk', 'warn'],
    ['[info] listening', 'info'],
    ['[2026-11-21] [debug] x', 'debug'],
    ['ts=1 level=warning msg="error rate is fine"', 'warn'],
    ['app: error: no such file', 'error'],
    ['warning: unused variable', 'warn'],
    ["thread 'main' panicked at src/main.rs:1", 'error'],
    ['Traceback (most recent call last):', 'error'],
    ['wasm trap: an error came up', 'error'],
    ['{"level":"info","msg":"ERROR in the text"}', 'info'],
    ['{"severity":"ERROR"}', 'error'],
    ['{"level":30,"msg":"x"}', 'info'],
    ['{"level":60}', 'error'],
    ['{"level":20}', 'debug'],
    ['{"msg":"no level"}', null],
    ['{broken ERROR', 'error'],
    ['line 1', null],
    ['0 errors, 0 warnings', null],
    ['information desk', null],
    ['listening at http://localhost:80/', null],
    ['', null],
  ])('%j is %s', (text, level) => {
    expect(levelOf(text)).toBe(level);
  });
});

const line = (text: string, stream: LogLine['stream'] = 'stderr', instance = 'a') => ({ atMs: 0, text, stream, instance, level: levelOf(text) });
const lines = [line('INFO Started'), line('WARN slow', 'stdout', 'b'), line('ERROR gone'), line('plain', 'system', '')];
const shown = (filter: Partial<typeof EVERY_LINE>) => filterLines(lines, { ...EVERY_LINE, ...filter }).map(({ text }) => text);

describe('filterLines', () => {
  it('lets everything through, and then copies nothing', () => {
    expect(filterLines(lines, { ...EVERY_LINE, text: '  ' })).toBe(lines);
  });

  it('finds text in any case', () => {
    expect(shown({ text: 'sTaRt' })).toEqual(['INFO Started']);
  });

  it('shows a level and what is graver; lines that name none only without a level', () => {
    expect(shown({ level: 'warn' })).toEqual(['WARN slow', 'ERROR gone']);
    expect(shown({ level: 'debug' })).toEqual(['INFO Started', 'WARN slow', 'ERROR gone']);
  });

  it('joins what is asked for', () => {
    expect(shown({ stream: 'stderr' })).toEqual(['INFO Started', 'ERROR gone']);
    expect(shown({ instance: 'b' })).toEqual(['WARN slow']);
    expect(shown({ instance: 'b', stream: 'stderr' })).toEqual([]);
  });
});

describe('LineFilter', () => {
  /** Lines by their numbers; `reads` counts how often the text of one is looked at. */
  function numbered() {
    let reads = 0;
    const of = (from: number, to: number) =>
      Array.from({ length: to - from + 1 }, (_, index) => ({
        ...line(''),
        seq: from + index,
        get text() {
          reads += 1;
          return (from + index) % 2 === 0 ? 'even' : 'odd';
        },
      }));
    return { of, reads: () => reads };
  }
  const even = { ...EVERY_LINE, text: 'even' };
  const seqs = (lines: readonly { seq: number }[]) => lines.map(({ seq }) => seq);

  it('gives the same array for the same lines and filter', () => {
    const { of } = numbered();
    const filter = new LineFilter();
    const lines = of(1, 10);
    expect(filter.of(lines, even)).toBe(filter.of(lines, even));
    expect(filter.of(lines, EVERY_LINE)).toBe(lines);
  });

  it('asks only of the lines that are new, and drops those that were cut off', () => {
    const { of, reads } = numbered();
    const filter = new LineFilter();
    const lines = of(1, 1000);
    filter.of(lines, even);
    expect(reads()).toBe(1000);
    const later = [...lines, ...of(1001, 1004)].slice(-1000);
    expect(seqs(filter.of(later, even))).toEqual(seqs(filterLines(lines.slice(4), even)).concat(1002, 1004));
    expect(reads()).toBe(1000 + 4 + 996);
  });

  it('lines that end before those of the last time, begin after them, or have gone are asked anew', () => {
    const { of } = numbered();
    const filter = new LineFilter();
    filter.of(of(1, 10), even);
    expect(seqs(filter.of(of(1, 4), even))).toEqual([2, 4]);
    expect(seqs(filter.of(of(21, 24), even))).toEqual([22, 24]);
    expect(seqs(filter.of([], even))).toEqual([]);
    expect(seqs(filter.of(of(25, 28), even))).toEqual([26, 28]);
  });

  it('the lines of another log are not taken for those of the same numbers', () => {
    const filter = new LineFilter();
    const log = (first: string) => [first, 'odd', 'odd'].map((text, index) => ({ ...line(text), seq: index + 1 }));
    expect(seqs(filter.of(log('even'), even))).toEqual([1]);
    expect(seqs(filter.of(log('odd'), even))).toEqual([]);
  });

  it('another filter is asked of every line', () => {
    const { of } = numbered();
    const filter = new LineFilter();
    const lines = of(1, 6);
    expect(seqs(filter.of(lines, even))).toEqual([2, 4, 6]);
    expect(seqs(filter.of(lines, { ...even, text: 'odd' }))).toEqual([1, 3, 5]);
  });
});

describe('partsOf', () => {
  const marked = (text: string, query: string) => partsOf(text, query).map(({ text, isMatch }) => (isMatch ? `<${text}>` : text));

  it('cuts at every place, and keeps the case', () => {
    expect(marked('Ab ab xAB', 'ab')).toEqual(['<Ab>', ' ', '<ab>', ' x', '<AB>']);
  });

  it('gives the text whole where nothing is found or sought', () => {
    expect(marked('text', 'z')).toEqual(['text']);
    expect(marked('text', ' ')).toEqual(['text']);
    expect(marked('', 'x')).toEqual(['']);
  });

  it('does not cut where letters change their length with their case', () => {
    expect(marked('İstanbul ERROR', 'error').join('')).toBe('İstanbul ERROR');
  });
});

it('lines are written as the API does', () => {
  expect(textOfLines([line('one\ttwo'), line('x', 'system', '')])).toBe('1970-01-01T00:00:00.000Z stderr a one\ttwo\n1970-01-01T00:00:00.000Z system - x\n');
});
