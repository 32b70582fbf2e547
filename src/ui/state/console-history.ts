import { BODY_KINDS, type BodyKind, type ConsoleRequest, consoleRow, queryOf, rowsOfQuery } from './console-request.ts';
import type { Exchange } from './exchange.ts';

/** A request that was sent, as it is remembered: without its file, and without a long body. */
export interface StoredRequest {
  method: string;
  path: string;
  /** Without a question mark. */
  query: string;
  headers: [string, string][];
  bodyKind: BodyKind;
  bodyText: string;
  bodyFields: [string, string][];
  /** Of the file that was sent; empty for none. */
  fileName: string;
  redirect: 'follow' | 'manual';
  /** The body was too long to be remembered. */
  isBodyCut: boolean;
}

/** One line of the history. */
export interface HistoryEntry {
  id: string;
  /** When it was sent. Unix epoch, milliseconds. */
  atMs: number;
  request: StoredRequest;
  state: 'done' | 'failed' | 'cancelled';
  /** Null: no answer, or a redirect that was not followed. */
  status: number | null;
  totalMs: number;
  sizeBytes: number;
}

export const HISTORY_MAX_ENTRIES = 50;
export const HISTORY_MAX_BODY_BYTES = 16_384;

/** Where a history is kept between two visits. */
export interface HistoryStorage {
  recall(): unknown;
  remember(value: unknown): void;
}

/** The last requests of the console, newest first. */
export class ConsoleHistory {
  readonly #storage: HistoryStorage;
  #entries: HistoryEntry[];

  constructor(storage: HistoryStorage) {
    this.#storage = storage;
    const stored = storage.recall();
    this.#entries = Array.isArray(stored) ? stored.filter(isEntry).slice(0, HISTORY_MAX_ENTRIES) : [];
  }

  get entries(): readonly HistoryEntry[] {
    return this.#entries;
  }

  add(request: ConsoleRequest, exchange: Pick<Exchange, 'atMs' | 'state' | 'head' | 'totalMs' | 'sizeBytes'>): void {
    const { atMs, state, head, totalMs, sizeBytes } = exchange;
    if (state !== 'done' && state !== 'failed' && state !== 'cancelled') return;
    const status = head === null || head.isHiddenRedirect ? null : head.status;
    this.#put([
      { id: crypto.randomUUID(), atMs, request: storedOf(request), state, status, totalMs: Math.round(totalMs * 10) / 10, sizeBytes },
      ...this.#entries,
    ]);
  }

  delete(id: string): void {
    this.#put(this.#entries.filter((entry) => entry.id !== id));
  }

  /** Returns the way to take it back: what was sent since stays in front. */
  clear(): () => void {
    const cleared = this.#entries;
    this.#put([]);
    return () => this.#put([...this.#entries, ...cleared]);
  }

  #put(entries: HistoryEntry[]): void {
    this.#entries = entries.slice(0, HISTORY_MAX_ENTRIES);
    this.#storage.remember(this.#entries);
  }
}

/** The request of `stored`, to be sent again or changed. A file must be chosen again. */
export function requestOf(stored: StoredRequest): ConsoleRequest {
  const rows = (pairs: readonly [string, string][]) => pairs.map(([name, value]) => consoleRow(name, value));
  const { method, path, bodyKind, bodyText, redirect } = stored;
  return {
    method,
    path,
    bodyKind,
    bodyText,
    redirect,
    query: rowsOfQuery(stored.query),
    headers: rows(stored.headers),
    bodyFields: rows(stored.bodyFields),
    bodyFile: null,
  };
}

/** Why `stored` cannot be sent again as it was; null when it can. */
export function obstacleTo(stored: StoredRequest): string | null {
  if (stored.bodyKind === 'file') return `Choose ${stored.fileName || 'the file'} again to send it.`;
  return stored.isBodyCut ? 'Its body was too long to be remembered.' : null;
}

function storedOf({ method, path, query, headers, bodyKind, bodyText, bodyFields, bodyFile, redirect }: ConsoleRequest): StoredRequest {
  const pairs = (rows: ConsoleRequest['query']) =>
    rows.filter(({ name, value }) => name !== '' || value !== '').map(({ name, value }): [string, string] => [name, value]);
  const isText = bodyKind === 'text' || bodyKind === 'json';
  const text = isText ? bodyText : '';
  const fields = bodyKind === 'form' ? pairs(bodyFields) : [];
  const isBodyCut = new TextEncoder().encode(text + fields.flat().join('')).length > HISTORY_MAX_BODY_BYTES;
  return {
    method,
    path,
    query: queryOf(query),
    headers: pairs(headers),
    bodyKind,
    bodyText: isBodyCut ? '' : text,
    bodyFields: isBodyCut ? [] : fields,
    fileName: bodyKind === 'file' ? (bodyFile?.name ?? '') : '',
    redirect,
    isBodyCut,
  };
}

/** Pages of Apps share this storage: what lies there may be anything. */
function isEntry(value: unknown): value is HistoryEntry {
  if (!isRecord(value) || !isRecord(value['request'])) return false;
  const { request } = value;
  const isPairs = (pairs: unknown): boolean => Array.isArray(pairs) && pairs.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every(isText));
  return (
    isText(value['id']) &&
    [value['atMs'], value['totalMs'], value['sizeBytes']].every((number) => typeof number === 'number') &&
    (value['status'] === null || typeof value['status'] === 'number') &&
    ['done', 'failed', 'cancelled'].includes(value['state'] as string) &&
    [request['method'], request['path'], request['query'], request['bodyText'], request['fileName']].every(isText) &&
    [request['headers'], request['bodyFields']].every(isPairs) &&
    BODY_KINDS.some((kind) => kind === request['bodyKind']) &&
    (request['redirect'] === 'follow' || request['redirect'] === 'manual') &&
    typeof request['isBodyCut'] === 'boolean'
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
