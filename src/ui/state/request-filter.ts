import type { RequestRecord } from '../../core/traffic.ts';

/** Answers that are alike. `failed`: broken off, or answered by Swerve in the App's place. */
export const STATUS_CLASSES = ['2xx', '3xx', '4xx', '5xx', 'failed', 'running'] as const;
export type StatusClass = (typeof STATUS_CLASSES)[number];

/** Which requests are shown. */
export interface RequestFilter {
  /** Found anywhere in the path, in any case. Empty: every path. */
  path: string;
  status: StatusClass | 'all';
  method: string;
}

export const EVERY_REQUEST: RequestFilter = { path: '', status: 'all', method: 'all' };

/** Always on offer, even before the first request of each came. */
const USUAL_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const;

/** The requests that `filter` lets through, in their order; `records` itself when that is all. */
export function filterRequests(records: readonly RequestRecord[], filter: RequestFilter): readonly RequestRecord[] {
  const path = filter.path.trim().toLowerCase();
  const { status, method } = filter;
  if (path === '' && status === 'all' && method === 'all') return records;
  return records.filter(
    (record) =>
      (method === 'all' || record.method === method) &&
      (status === 'all' || isOfClass(record, status)) &&
      (path === '' || record.path.toLowerCase().includes(path)),
  );
}

/** Methods to choose from: the usual ones, then what else is among `records`. */
export function methodsOf(records: readonly RequestRecord[]): string[] {
  return [...new Set<string>([...USUAL_METHODS, ...records.map(({ method }) => method).sort()])];
}

/** How an answer is to be felt. */
export function toneOfRequest({ state, status, error }: Pick<RequestRecord, 'state' | 'status' | 'error'>): 'good' | 'busy' | 'bad' | 'quiet' {
  if (state === 'running' && status === null) return 'quiet';
  if (state === 'failed' || error !== null || (status ?? 0) >= 500) return 'bad';
  if (state === 'cancelled' || (status ?? 0) >= 400) return 'busy';
  return (status ?? 0) >= 300 ? 'quiet' : 'good';
}

/** How far a request came, in a word or two: "200", "running", "502 failed". */
export function outcomeOf({ state, status }: Pick<RequestRecord, 'state' | 'status'>): string {
  if (state === 'done') return String(status ?? 'done');
  return status === null ? state : `${status} ${state}`;
}

function isOfClass({ state, status, error }: RequestRecord, wanted: StatusClass): boolean {
  if (wanted === 'running') return state === 'running';
  if (wanted === 'failed') return state === 'failed' || error !== null;
  return status !== null && `${Math.floor(status / 100)}xx` === wanted;
}
