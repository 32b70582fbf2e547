import type { App } from '../../core/app.ts';
import type { CurlRequest } from './curl.ts';
import { canHaveBody, headerProblem, methodProblem } from './request-rules.ts';

/** A name and a value that a person typed; `id` stays while they type. */
export interface ConsoleRow {
  id: number;
  name: string;
  value: string;
  /** As it stands in the address that it was read from; a row that was changed has none. */
  written?: string;
}

export const BODY_KINDS = ['none', 'json', 'text', 'form', 'file'] as const;
export type BodyKind = (typeof BODY_KINDS)[number];

/** A request as a person typed it, not yet checked. */
export interface ConsoleRequest {
  method: string;
  /** Below the deployment's base, with a slash in front; without the query. */
  path: string;
  query: ConsoleRow[];
  headers: ConsoleRow[];
  bodyKind: BodyKind;
  /** Of the kinds `text` and `json`. */
  bodyText: string;
  /** Of the kind `form`. */
  bodyFields: ConsoleRow[];
  /** Of the kind `file`. */
  bodyFile: File | null;
  redirect: 'follow' | 'manual';
}

/** What keeps a request from being sent, at the field that it belongs to: `method`, `path`, `header-3` (the row's id), `body`. */
export type RequestProblems = Partial<Record<string, string>>;

export const COMMON_METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS'] as const;

let nextRowId = 1;

/** A row that no other one is. */
export function consoleRow(name = '', value = ''): ConsoleRow {
  return { id: nextRowId++, name, value };
}

/** The request that the console opens with. */
export function emptyRequest(): ConsoleRequest {
  return { method: 'GET', path: '/', query: [], headers: [], bodyKind: 'none', bodyText: '', bodyFields: [], bodyFile: null, redirect: 'follow' };
}

/** `text`, a path as a person types or pastes it: query and fragment taken off, a whole address of this site cut to its path. */
export function readPath(text: string, base: URL): { path: string; query: ConsoleRow[] } {
  let rest = text.trim();
  if (rest.startsWith(base.href)) rest = rest.slice(base.href.length - 1);
  const [beforeFragment = ''] = rest.split('#');
  const at = beforeFragment.indexOf('?');
  const path = at < 0 ? beforeFragment : beforeFragment.slice(0, at);
  const query = at < 0 ? [] : rowsOfQuery(beforeFragment.slice(at + 1));
  return { path: path.startsWith('/') || /^[a-z][a-z0-9+.-]*:/i.test(path) ? path : `/${path}`, query };
}

/** The rows of a query, given without its question mark. */
export function rowsOfQuery(query: string): ConsoleRow[] {
  return query
    .split('&')
    .filter((written) => written !== '')
    .map((written) => {
      const [[name, value] = ['', '']] = [...new URLSearchParams(`?${written}`)];
      return { ...consoleRow(name, value), written };
    });
}

/** The query of rows, without a question mark. What was read from an address goes back as it stood there: `?svg` is not `?svg=`. */
export function queryOf(rows: readonly ConsoleRow[]): string {
  return rows
    .filter(({ name, value, written }) => written !== undefined || name !== '' || value !== '')
    .map(({ name, value, written }) => written ?? new URLSearchParams([[name, value]]).toString())
    .join('&');
}

/** Path and query, as they stand in an address. */
export function targetOf({ path, query }: Pick<ConsoleRequest, 'path' | 'query'>): string {
  const text = queryOf(query);
  return text === '' ? path : `${path}?${text}`;
}

/** The address that `request` goes to. */
export function urlOf({ path, query }: Pick<ConsoleRequest, 'path' | 'query'>, base: URL): URL {
  const url = new URL(`.${path.startsWith('/') ? path : `/${path}`}`, base);
  url.search = queryOf(query);
  return url;
}

/** What is wrong with `text` as JSON, with line and column where the browser says them; null when nothing is. */
export function jsonProblem(text: string): string | null {
  try {
    JSON.parse(text);
    return null;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const [, position] = /position (\d+)/.exec(message) ?? [];
    if (position === undefined) return text.trim() === '' ? 'This is empty, which is no JSON.' : `This is no JSON: ${message}`;
    const before = text.slice(0, Number(position)).split('\n');
    return `This is no JSON: line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: ${message.replace(/ (in JSON )?at position.*$/, '')}.`;
  }
}

/** What keeps `request` from being sent; nothing when it can be. */
export function problemsOf(request: ConsoleRequest, base: URL): RequestProblems {
  const problems: RequestProblems = {};
  const { method, path, headers, bodyKind, bodyText, bodyFile } = request;
  const wrongMethod = methodProblem(method);
  if (wrongMethod !== null) problems['method'] = wrongMethod;
  if (/^[a-z][a-z0-9+.-]*:/i.test(path)) problems['path'] = `The console sends to this site only: a path below ${base.href}`;
  for (const { id, name, value } of headers) {
    const problem = headerProblem(name, value);
    if (problem !== null) problems[`header-${id}`] = problem;
  }
  if (bodyKind !== 'none' && !canHaveBody(method))
    problems['body'] = `A page cannot send ${method.toUpperCase()} with a body. Choose another method, or no body.`;
  else if (bodyKind === 'json') {
    const problem = jsonProblem(bodyText);
    if (problem !== null) problems['body'] = problem;
  } else if (bodyKind === 'file' && bodyFile === null) problems['body'] = 'Choose a file.';
  return problems;
}

/** The headers and the body that go out. A `content-type` that a person typed stands; else the body's kind chooses. */
export function wireOf(request: ConsoleRequest): { headers: [string, string][]; body: string | File | null } {
  const headers = request.headers.filter(({ name }) => name !== '').map(({ name, value }): [string, string] => [name, value]);
  const body = bodyOf(request);
  const type = body === null ? null : typeOf(request);
  if (type !== null && !headers.some(([name]) => name.toLowerCase() === 'content-type')) headers.push(['content-type', type]);
  return { headers, body };
}

/** For `toCurl`; `bytes`: of the file, when there is one. */
export function curlRequestOf(request: ConsoleRequest, base: URL, bytes: Uint8Array | null): CurlRequest {
  const { headers, body } = wireOf(request);
  return { method: request.method, url: urlOf(request, base).href, headers, body: typeof body === 'string' ? body : bytes };
}

function bodyOf({ bodyKind, bodyText, bodyFields, bodyFile }: ConsoleRequest): string | File | null {
  switch (bodyKind) {
    case 'none':
      return null;
    case 'text':
    case 'json':
      return bodyText;
    case 'form':
      return new URLSearchParams(
        bodyFields.filter(({ name, value }) => name !== '' || value !== '').map(({ name, value }): [string, string] => [name, value]),
      ).toString();
    case 'file':
      return bodyFile;
  }
}

function typeOf({ bodyKind, bodyFile }: ConsoleRequest): string | null {
  switch (bodyKind) {
    case 'none':
      return null;
    case 'text':
      return 'text/plain;charset=UTF-8';
    case 'json':
      return 'application/json';
    case 'form':
      return 'application/x-www-form-urlencoded;charset=UTF-8';
    case 'file':
      return bodyFile?.type || 'application/octet-stream';
  }
}

/** A route that the console can reach. */
export interface KnownRoute {
  path: string;
  match: 'prefix' | 'exact';
  methods: readonly string[] | null;
  app: App;
}

/** The routes of `apps` that answer on this host name, those of one App together. */
export function knownRoutes(apps: readonly App[], hostname: string): KnownRoute[] {
  return apps.flatMap((app) =>
    app.spec.routes
      .filter(({ host }) => host === undefined || host === hostname)
      .map(({ path, match, methods }) => ({ path, match, methods: methods ?? null, app })),
  );
}

/** The App that is likely to answer: an exact route first, then the longest prefix of whole segments, then the older App. */
export function appFor(routes: readonly KnownRoute[], method: string, path: string): App | null {
  const matching = routes.filter((route) => {
    if (route.methods !== null && !route.methods.includes(method)) return false;
    const prefix = route.path.replace(/\/$/, '');
    return path === route.path || (route.match === 'prefix' && (path === prefix || path.startsWith(`${prefix}/`)));
  });
  const [best] = matching.toSorted(
    (a, b) =>
      Number(b.match === 'exact') - Number(a.match === 'exact') ||
      b.path.length - a.path.length ||
      a.app.metadata.creationTimestamp.localeCompare(b.app.metadata.creationTimestamp),
  );
  return best?.app ?? null;
}
