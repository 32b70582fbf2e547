/** How the panel writes sizes and times. */

const UNITS = ['B', 'KiB', 'MiB', 'GiB'] as const;
const MINUTE_SECONDS = 60;
const HOUR_SECONDS = 3600;
const DAY_SECONDS = 86_400;

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'always', style: 'long' });
const clockTime = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const dateTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** "18 KiB", "1.4 MiB". */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit > 0 && value < 10 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}

/** "just now", "4 minutes ago"; empty for a time that is none. */
export function formatAge(atMs: number, nowMs: number): string {
  if (Number.isNaN(atMs)) return '';
  const seconds = Math.max(0, Math.round((nowMs - atMs) / 1000));
  if (seconds < 45) return 'just now';
  if (seconds < HOUR_SECONDS) return relative.format(-Math.max(1, Math.round(seconds / MINUTE_SECONDS)), 'minute');
  if (seconds < DAY_SECONDS) return relative.format(-Math.round(seconds / HOUR_SECONDS), 'hour');
  return relative.format(-Math.round(seconds / DAY_SECONDS), 'day');
}

/** "14:03:27", in the reader's time zone. */
export function formatClock(atMs: number): string {
  return clockTime.format(atMs);
}

/** "now", "12 s", "3 min", "2 h", "4 d": for a narrow column. */
export function formatShortAge(atMs: number, nowMs: number): string {
  const seconds = Math.max(0, Math.floor((nowMs - atMs) / 1000));
  if (seconds < 1) return 'now';
  if (seconds < MINUTE_SECONDS) return `${seconds} s`;
  if (seconds < HOUR_SECONDS) return `${Math.floor(seconds / MINUTE_SECONDS)} min`;
  if (seconds < DAY_SECONDS) return `${Math.floor(seconds / HOUR_SECONDS)} h`;
  return `${Math.floor(seconds / DAY_SECONDS)} d`;
}

/** "21 Nov 2026, 14:03:27", in the reader's time zone. */
export function formatDateTime(atMs: number): string {
  return dateTime.format(atMs);
}

const ISO_TIME = /\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z\b/g;
const DAY_MS = DAY_SECONDS * 1000;

/** `text` with its ISO 8601 times in the reader's own time zone: "held back until 14:03:27". Days are named unless they are near. */
export function withLocalTimes(text: string, nowMs: number): string {
  return text.replace(ISO_TIME, (time) => {
    const atMs = Date.parse(time);
    return Math.abs(atMs - nowMs) < DAY_MS / 2 ? formatClock(atMs) : dateTime.format(atMs);
  });
}

/** `sha256:ab12…` short enough for a line. */
export function shortDigest(digest: string): string {
  return `${digest.slice(0, 19)}…`;
}

const whole = new Intl.NumberFormat('en');

/** "1,204". */
export function formatCount(count: number): string {
  return whole.format(count);
}

/** Of a second: "0", "0.4", "12". */
export function formatRate(perSecond: number): string {
  return perSecond > 0 && perSecond < 10 ? perSecond.toFixed(1) : whole.format(Math.round(perSecond));
}

/** A limit as it was set: "400 ms", "30 s", "1.5 s". */
export function formatSeconds(durationMs: number): string {
  return durationMs < 1000 ? `${durationMs} ms` : `${(durationMs / 1000).toLocaleString('en')} s`;
}

/** "<1 ms", "340 ms", "1.2 s". */
export function formatLatency(durationMs: number): string {
  if (durationMs < 1) return '<1 ms';
  return durationMs < 1000 ? `${Math.round(durationMs)} ms` : `${(durationMs / 1000).toFixed(1)} s`;
}
