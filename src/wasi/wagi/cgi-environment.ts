import { RuntimeError } from '../../core/errors.ts';
import type { InstanceSpec } from '../../core/instance-spec.ts';
import type { CgiScript, GuestRequest } from '../handler.ts';

/**
 * Header fields that make no `HTTP_*` variable: credentials and what other variables say (RFC 3875 4.1.18; WAGI drops the
 * first and third too), and `Proxy`, for `HTTP_PROXY` is where HTTP clients look for their proxy (httpoxy, CVE-2016-5385).
 */
const WITHHELD_HEADERS = new Set(['authorization', 'proxy-authorization', 'connection', 'content-length', 'content-type', 'proxy']);

/** No `_`: `x_user` and `x-user` would become one variable, and a client could pass its own for what a proxy has set. */
const MAPPED_HEADER = /^[a-z0-9-]+$/;

const LOOPBACK = '127.0.0.1';

/**
 * The environment of one request: CGI/1.1 (RFC 3875 4.1) with WAGI's additions.
 * Spec: https://github.com/deislabs/wagi/blob/main/docs/environment_variables.md
 *
 * The App's `env` comes first and a request variable of the same name wins, so that a guest can believe what CGI tells
 * it. The one exception is `PATH_TRANSLATED`: only the App knows where its files are. Names that CGI does not own
 * (`SCRIPT_FILENAME`, `REDIRECT_STATUS`, …) are the App's, with `HTTP_PROXY`, which no request can set.
 *
 * Departures from WAGI: `CONTENT_LENGTH` is absent, not "0", for a body of unknown length (then stdin is read to its end);
 * `SCRIPT_NAME` is empty, not "/", for a prefix route at the root, so that `SCRIPT_NAME` and `PATH_INFO` joined are
 * always the path (RFC 3875 4.1.13). Added as common servers have it: `REQUEST_URI`, `REQUEST_SCHEME`, `HTTPS`.
 * @throws RuntimeError `request-invalid` for a NUL in the path, which no environment variable can hold
 */
export function cgiEnvironment(request: GuestRequest, spec: Pick<InstanceSpec, 'env'>): [string, string][] {
  const url = new URL(request.url);
  const { scriptName, rawPathInfo } = splitPath(request, url);
  const pathInfo = request.script?.pathInfo ?? percentDecoded(rawPathInfo);
  if (pathInfo.includes('\0')) {
    throw new RuntimeError('request-invalid', 'the path holds "%00", which no CGI environment variable can carry; leave it out');
  }
  const isHttps = url.protocol === 'https:';
  const query = queryOf(request);
  const headers = joinedHeaders(request);

  const variables = new Map<string, string>(Object.entries(spec.env));
  variables.set('AUTH_TYPE', '');
  variables.set('CONTENT_TYPE', headers.get('content-type') ?? '');
  variables.set('GATEWAY_INTERFACE', 'CGI/1.1');
  variables.set('PATH_INFO', pathInfo);
  if (!Object.hasOwn(spec.env, 'PATH_TRANSLATED')) variables.set('PATH_TRANSLATED', pathInfo);
  variables.set('QUERY_STRING', query ?? '');
  variables.set('REMOTE_ADDR', LOOPBACK);
  variables.set('REMOTE_HOST', LOOPBACK);
  variables.set('REMOTE_USER', '');
  variables.set('REQUEST_METHOD', request.method);
  variables.set('REQUEST_SCHEME', isHttps ? 'https' : 'http');
  variables.set('REQUEST_URI', url.pathname + url.search);
  variables.set('SCRIPT_NAME', scriptName + (request.script?.path ?? ''));
  variables.set('SERVER_NAME', url.hostname);
  variables.set('SERVER_PORT', url.port || (isHttps ? '443' : '80'));
  variables.set('SERVER_PROTOCOL', 'HTTP/1.1');
  variables.set('SERVER_SOFTWARE', 'WAGI/1 (Swerve)');
  variables.set('X_FULL_URL', request.url);
  variables.set('X_MATCHED_ROUTE', matchedRoute(request));
  variables.set('X_RAW_PATH_INFO', rawPathInfo);
  if (request.script) setScript(variables, request.script);
  variables.delete('CONTENT_LENGTH');
  variables.delete('HTTPS');
  const bodyLength = request.body === null ? 0 : request.bodyLength;
  if (bodyLength !== null) variables.set('CONTENT_LENGTH', String(bodyLength));
  if (isHttps) variables.set('HTTPS', 'on');

  // A service worker is not told the Host header, and every CGI program expects one.
  variables.set('HTTP_HOST', url.host);
  for (const [name, value] of headers) {
    if (MAPPED_HEADER.test(name) && !WITHHELD_HEADERS.has(name)) variables.set(`HTTP_${name.toUpperCase().replaceAll('-', '_')}`, value);
  }
  return [...variables];
}

/**
 * The arguments of one request: the App's own when it set any, exactly; else what WAGI gives, the path and then the
 * query split at `&`, nothing decoded: `/env greet=matt foo=bar`.
 */
export function cgiArguments(request: GuestRequest, spec: Pick<InstanceSpec, 'args'>): string[] {
  if (spec.args.length > 0) return [...spec.args];
  const query = queryOf(request);
  return [new URL(request.url).pathname, ...(query ? query.split('&') : [])];
}

/**
 * What php-cgi and its like look for. `REDIRECT_STATUS` tells it that a server has chosen the script, and `PATH_TRANSLATED` is the
 * script too, for php-cgi takes either.
 */
function setScript(variables: Map<string, string>, { root, path }: CgiScript): void {
  const folder = root === '/' ? '' : root;
  variables.set('DOCUMENT_ROOT', root);
  variables.set('SCRIPT_FILENAME', folder + path);
  variables.set('PATH_TRANSLATED', folder + path);
  if (!variables.has('REDIRECT_STATUS')) variables.set('REDIRECT_STATUS', '200');
}

/** Path without the query, as the client sent it. A rewrite shows in what follows `SCRIPT_NAME`: CGI keeps the matched prefix apart anyway. */
function splitPath({ route, pathWithQuery }: GuestRequest, url: URL): { scriptName: string; rawPathInfo: string } {
  const guestPath = pathWithQuery.split('?', 1)[0] ?? '';
  const prefix = route.match === 'prefix' && route.prefix.endsWith('/') ? route.prefix.slice(0, -1) : route.prefix;
  if (route.rewrite !== null) return { scriptName: prefix, rawPathInfo: guestPath };
  const path = url.pathname.startsWith(prefix) ? url.pathname : guestPath;
  return { scriptName: prefix, rawPathInfo: path.startsWith(prefix) ? path.slice(prefix.length) : path };
}

function queryOf({ pathWithQuery }: GuestRequest): string | null {
  const at = pathWithQuery.indexOf('?');
  return at === -1 ? null : pathWithQuery.slice(at + 1);
}

/** WAGI writes a prefix route with `/...` at its end. */
function matchedRoute({ route }: GuestRequest): string {
  if (route.match === 'exact') return route.path;
  return `${route.path.endsWith('/') ? route.path.slice(0, -1) : route.path}/...`;
}

/** Repeated fields as one (RFC 9110 5.3), cookies with the separator of their own (RFC 6265 5.4). */
function joinedHeaders({ headers }: GuestRequest): Map<string, string> {
  const joined = new Map<string, string>();
  for (const [name, value] of headers) {
    const before = joined.get(name);
    const text = utf8FromBytes(value);
    joined.set(name, before === undefined ? text : `${before}${name === 'cookie' ? '; ' : ', '}${text}`);
  }
  return joined;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Fetch gives header values with one character per byte; the guest shall get the bytes that the client sent, so they are read as the UTF-8 that they will be written as. */
function utf8FromBytes(value: string): string {
  if (!/[\u0080-\u00ff]/.test(value) || /[^\0-\u00ff]/.test(value)) return value;
  try {
    return strictDecoder.decode(Uint8Array.from(value, (character) => character.charCodeAt(0)));
  } catch {
    // Not UTF-8, so ISO 8859-1 as HTTP once had it: passed on as text.
    return value;
  }
}

/** RFC 3986 percent-decoding; `%2F` becomes `/` as WAGI has it (X_RAW_PATH_INFO keeps it), bytes that are no UTF-8 become U+FFFD. */
function percentDecoded(text: string): string {
  if (!text.includes('%')) return text;
  return text.replaceAll(/(?:%[0-9A-Fa-f]{2})+/g, (escapes) =>
    decoder.decode(Uint8Array.from(escapes.slice(1).split('%'), (digits) => Number.parseInt(digits, 16))),
  );
}
