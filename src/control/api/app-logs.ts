import type { App } from '../../core/app.ts';
import { RuntimeError } from '../../core/errors.ts';
import type { LogLine } from '../../core/log-line.ts';
import { LOG_LINES_PER_APP, type NumberedLine } from '../../store/logs.ts';
import { appKey, readApp } from '../app-writes.ts';
import { Waker } from '../waker.ts';
import { accepts, NDJSON_TYPE, streamed } from './answers.ts';
import type { ApiContext } from './context.ts';
import { isTrue } from './watch.ts';

/** A followed log is read at least this often, hint or no hint. */
const POLL_MS = 10_000;
const PAGE_LINES = 500;

interface LogQuery {
  tailLines: number | null;
  sinceMs: number | null;
  /** null: of every instance. */
  instance: string | null;
  follow: boolean;
}

/** GET `…/apps/:name/log`: what the App's guests wrote, as text or as NDJSON of LogLine. @throws RuntimeError `resource-not-found`, `request-invalid` */
export async function getAppLog(context: ApiContext): Promise<Response> {
  const { namespace = '', name = '' } = context.params;
  const query = parseLogQuery(context.query, context.dependencies.clock.nowMs());
  const app = await readApp(context.dependencies, appKey(namespace, name));
  const isJson = accepts(context.request, NDJSON_TYPE);
  return streamed(isJson ? NDJSON_TYPE : 'text/plain; charset=utf-8', context.request, async function* (signal) {
    for await (const lines of logPages(context, app, query, signal)) {
      const text = lines.map((line) => (isJson ? `${JSON.stringify(toLogLine(line))}\n` : `${formatLogLine(line)}\n`)).join('');
      if (text !== '') yield text;
    }
  });
}

/** `2026-01-01T00:00:00.123000000Z stderr hello-1f2e text`: RFC 3339 with nanoseconds as Kubernetes logs have it; `-` for lines of no instance. */
export function formatLogLine({ atMs, stream, instance, text }: LogLine): string {
  return `${new Date(atMs).toISOString().slice(0, -1)}000000Z ${stream} ${instance || '-'} ${text}`;
}

/** @throws RuntimeError `request-invalid` */
export function parseLogQuery(query: URLSearchParams, nowMs: number): LogQuery {
  const whole = (field: string): number | null => {
    const text = query.get(field);
    if (text === null) return null;
    if (!/^\d{1,9}$/.test(text)) throw new RuntimeError('request-invalid', `${field} is "${text}", but must be a whole number of at most nine digits`);
    return Number(text);
  };
  const tailLines = whole('tailLines');
  const sinceSeconds = whole('sinceSeconds');
  const sinceTime = query.get('sinceTime');
  let sinceMs = sinceSeconds === null ? null : nowMs - sinceSeconds * 1000;
  if (sinceTime !== null) {
    sinceMs = Date.parse(sinceTime);
    if (Number.isNaN(sinceMs))
      throw new RuntimeError('request-invalid', `sinceTime is "${sinceTime}", but must be an RFC 3339 time, for example 2026-01-31T12:00:00Z`);
  }
  return { tailLines, sinceMs, instance: query.get('instance'), follow: isTrue(query, 'follow') };
}

async function* logPages(context: ApiContext, app: App, query: LogQuery, signal: AbortSignal): AsyncGenerator<NumberedLine[], void, void> {
  const { store, timers } = context.dependencies;
  const { namespace, name, uid } = app.metadata;
  const isWanted = (line: NumberedLine): boolean =>
    (query.sinceMs === null || line.atMs >= query.sinceMs) && (query.instance === null || line.instance === query.instance);
  const waker = new Waker(timers);
  // Subscribed before the first read: a line in between would otherwise wait for the next one.
  const unsubscribe = store.changes.subscribe((message) => {
    if (message.type === 'resources' || (message.type === 'logs' && message.namespace === namespace && message.app === name)) waker.wake();
  });
  try {
    // The lines are filtered before they are counted: `tailLines` of one instance are its own last lines.
    const wholeRing = query.tailLines === null || query.instance !== null;
    const recent = await store.logs.tail(namespace, name, wholeRing ? LOG_LINES_PER_APP : Math.min(query.tailLines ?? 0, LOG_LINES_PER_APP));
    const wanted = recent.filter(isWanted);
    const first = query.tailLines === null ? wanted : wanted.slice(Math.max(0, wanted.length - query.tailLines));
    for (let start = 0; start < first.length; start += PAGE_LINES) yield first.slice(start, start + PAGE_LINES);
    let sequence = recent.at(-1)?.sequence ?? (await store.logs.lastSequence(namespace, name));
    while (query.follow && !signal.aborted) {
      const page = await store.logs.after(namespace, name, sequence, PAGE_LINES);
      sequence = page.at(-1)?.sequence ?? sequence;
      if (page.length > 0) {
        yield page.filter(isWanted);
        continue;
      }
      const current = await store.resources.get<App>({ kind: 'App', namespace, name });
      if (current?.metadata.uid !== uid) return;
      await waker.wait(POLL_MS, signal);
    }
  } finally {
    unsubscribe();
  }
}

function toLogLine({ atMs, stream, text, instance }: NumberedLine): LogLine {
  return { atMs, stream, text, instance };
}
