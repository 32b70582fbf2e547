import type { LogLine } from '../../core/log-line.ts';

/** How grave a line says it is; null: it does not say. */
export type LogLevel = 'error' | 'warn' | 'info' | 'debug';

/** Which lines of a log are shown. */
export interface LogFilter {
  /** Found anywhere in the line, in any case. Empty: every line. */
  text: string;
  stream: LogLine['stream'] | 'all';
  /** The least grave level that is shown. `all` includes lines that name none. */
  level: LogLevel | 'all';
  /** Name of the instance; empty: every one. */
  instance: string;
}

export const EVERY_LINE: LogFilter = { text: '', stream: 'all', level: 'all', instance: '' };

/** A piece of a line, and whether it is what was searched for. */
export interface TextPart {
  text: string;
  isMatch: boolean;
}

const GRAVITY: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

const LEVEL_OF_WORD: Readonly<Record<string, LogLevel>> = {
  trace: 'debug',
  debug: 'debug',
  verbose: 'debug',
  info: 'info',
  notice: 'info',
  warn: 'warn',
  warning: 'warn',
  err: 'error',
  error: 'error',
  fatal: 'error',
  panic: 'error',
  panicked: 'error',
  crit: 'error',
  critical: 'error',
  exception: 'error',
  traceback: 'error',
};

/** Loggers put the level in capitals, in brackets, after `level=` or with a colon behind it. */
const MARKED = /\b(TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERR|ERROR|FATAL|PANIC|CRIT|CRITICAL)\b|\[\s*(\w+)\s*\]|\blevel[=:]\s*"?(\w+)|^\s*(?:\S+\s+)?(\w+):/g;
/** A word in running text tells enough only of what went wrong. */
const TOLD = /\b(panicked|panic|fatal|error|exception|traceback|warning|warn)\b/i;
/** pino and bunyan: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal. */
const NUMBERED_LEVELS: readonly [number, LogLevel][] = [
  [50, 'error'],
  [40, 'warn'],
  [30, 'info'],
  [0, 'debug'],
];

/** The level that `text` names: as a JSON object's level, as loggers mark it, or as a word of what went wrong. */
export function levelOf(text: string): LogLevel | null {
  if (text.startsWith('{')) {
    const level = levelOfJson(text);
    if (level !== null) return level;
  }
  for (const [, ...words] of text.matchAll(MARKED)) {
    const level = LEVEL_OF_WORD[words.find((word) => word !== undefined)?.toLowerCase() ?? ''];
    if (level !== undefined) return level;
  }
  return LEVEL_OF_WORD[TOLD.exec(text)?.[1]?.toLowerCase() ?? ''] ?? null;
}

function levelOfJson(text: string): LogLevel | null {
  let line: unknown;
  try {
    line = JSON.parse(text);
  } catch {
    // Only looks like JSON: its words may still tell.
    return null;
  }
  if (typeof line !== 'object' || line === null) return null;
  const { level, severity, lvl } = line as Record<string, unknown>;
  const told = level ?? severity ?? lvl;
  if (typeof told === 'number') return NUMBERED_LEVELS.find(([least]) => told >= least)?.[1] ?? null;
  return typeof told === 'string' ? (LEVEL_OF_WORD[told.toLowerCase()] ?? null) : null;
}

/** The lines that `filter` lets through, in their order; `lines` itself when that is all. */
export function filterLines<T extends LogLine & { level: LogLevel | null }>(lines: readonly T[], filter: LogFilter): readonly T[] {
  return isOpen(filter) ? lines : lines.filter(testOf(filter));
}

/** Filters one log that grows at its end and is cut at its start: asks of each line once, for as long as the filter stays the same. */
export class LineFilter<T extends LogLine & { seq: number; level: LogLevel | null }> {
  #filter: LogFilter = EVERY_LINE;
  #lines: readonly T[] = [];
  #shown: readonly T[] = [];

  /** As {@link filterLines} does; the same array as before while neither the lines nor the filter are others. */
  of(lines: readonly T[], filter: LogFilter): readonly T[] {
    if (lines === this.#lines && filter === this.#filter) return this.#shown;
    this.#shown = this.#next(lines, filter);
    this.#lines = lines;
    this.#filter = filter;
    return this.#shown;
  }

  #next(lines: readonly T[], filter: LogFilter): readonly T[] {
    const last = this.#lines.at(-1);
    // By the line itself: another log counts its own from one.
    const known = last === undefined ? -1 : lines.lastIndexOf(last);
    if (isOpen(filter) || filter !== this.#filter || known === -1) return filterLines(lines, filter);
    const firstSeq = lines[0]?.seq ?? 0;
    const cut = this.#shown.findIndex(({ seq }) => seq >= firstSeq);
    const kept = cut === -1 ? [] : cut === 0 ? this.#shown : this.#shown.slice(cut);
    const added = filterLines(lines.slice(known + 1), filter);
    return added.length === 0 ? kept : [...kept, ...added];
  }
}

function isOpen({ text, stream, level, instance }: LogFilter): boolean {
  return text.trim() === '' && stream === 'all' && level === 'all' && instance === '';
}

function testOf({ text, stream, level, instance }: LogFilter): (line: LogLine & { level: LogLevel | null }) => boolean {
  const query = text.trim().toLowerCase();
  return (line) =>
    (stream === 'all' || line.stream === stream) &&
    (instance === '' || line.instance === instance) &&
    (level === 'all' || (line.level !== null && GRAVITY[line.level] >= GRAVITY[level])) &&
    (query === '' || line.text.toLowerCase().includes(query));
}

/** `text` cut where `query` is found in it, in any case. */
export function partsOf(text: string, query: string): TextPart[] {
  const sought = query.trim().toLowerCase();
  const lower = text.toLowerCase();
  // Some letters change their length with their case, and the places would not fit.
  if (sought === '' || lower.length !== text.length) return [{ text, isMatch: false }];
  const parts: TextPart[] = [];
  let from = 0;
  for (let at = lower.indexOf(sought); at !== -1; at = lower.indexOf(sought, from)) {
    if (at > from) parts.push({ text: text.slice(from, at), isMatch: false });
    from = at + sought.length;
    parts.push({ text: text.slice(at, from), isMatch: true });
  }
  if (from < text.length || parts.length === 0) parts.push({ text: text.slice(from), isMatch: false });
  return parts;
}

/** Lines as the API writes them, to copy or to keep. */
export function textOfLines(lines: readonly LogLine[]): string {
  return lines.map(({ atMs, stream, instance, text }) => `${new Date(atMs).toISOString()} ${stream} ${instance || '-'} ${text}\n`).join('');
}
