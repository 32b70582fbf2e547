import { ERRORS, type RuntimeError } from '../core/errors.ts';
import { type Html, html, list, PAGE_HEADERS, page } from './page.ts';
import { ADVICE } from './problem-advice.ts';

/** Names the error code in every answer of the runtime itself: HEAD has no body, and it tells our 502 from a guest's own. */
export const ERROR_HEADER = 'swerve-error';

/** Routes that a 404 lists at most; the rest is counted. */
const MAX_LISTED_ROUTES = 100;

export interface ProblemOptions {
  /** Request id; becomes `instance`. */
  readonly instance?: string;
  /** A navigation: answer with a page. */
  readonly html: boolean;
  /** The request was HEAD: same headers, no body. */
  readonly head?: boolean;
  /** Added to the answer; they win over its own. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Public address of the panel, for the page. */
  readonly panelUrl?: string;
}

/** A route as the 404 page lists it. `href` is a public path or absolute address. */
export interface ListedRoute {
  readonly href: string;
  readonly app: string;
  readonly namespace: string;
  readonly match: 'prefix' | 'exact';
  /** Set: only this host; the page then shows the route without a link. */
  readonly host?: string | null;
}

/**
 * The answer for an error of the runtime: `application/problem+json` (RFC 9457) with `type` (`urn:swerve:problem:<code>`),
 * `title`, `status`, `detail`, `instance`, `code` and the error's details as members; or a page that says the same.
 * Never a stack, never cached.
 */
export function problemResponse(error: RuntimeError, options: ProblemOptions): Response {
  return answer(error, options, {}, () => errorPage(error, options));
}

/** The 404 of an address that no route has, with the routes that exist: as a page, or as the problem's member `routes`. */
export function notFoundPage(routes: readonly ListedRoute[], error: RuntimeError, options: ProblemOptions & { readonly url: string }): Response {
  const listed = routes
    .slice(0, MAX_LISTED_ROUTES)
    .map(({ href, app, namespace, match, host }) => ({ href, app, namespace, match, ...(host ? { host } : {}) }));
  const members = { routes: listed, routesTotal: routes.length };
  return answer(error, options, members, () => routesPage(listed, routes.length - listed.length, error, options));
}

function answer(error: RuntimeError, options: ProblemOptions, members: Readonly<Record<string, unknown>>, toPage: () => string): Response {
  const { status, title, retry } = ERRORS[error.code];
  const headers = new Headers({ 'cache-control': 'no-store', [ERROR_HEADER]: error.code });
  if (status === 503 && retry) headers.set('retry-after', '1');
  const allow = error.details.allow;
  if (error.code === 'method-not-allowed' && Array.isArray(allow)) headers.set('allow', allow.join(', '));
  const own = options.html ? PAGE_HEADERS : { 'content-type': 'application/problem+json' };
  for (const [name, value] of Object.entries({ ...own, ...options.headers })) headers.set(name, value);
  if (options.head === true) return new Response(null, { status, headers });
  const body = options.html
    ? toPage()
    : JSON.stringify({
        ...error.details,
        ...members,
        type: `urn:swerve:problem:${error.code}`,
        title,
        status,
        detail: error.message,
        ...(options.instance === undefined ? {} : { instance: options.instance }),
        code: error.code,
      });
  return new Response(body, { status, headers });
}

function errorPage(error: RuntimeError, options: ProblemOptions): string {
  const { status, title, retry } = ERRORS[error.code];
  const again = retry || error.code === 'handler-trap' || error.code === 'internal';
  return page(
    `${status} – ${title}`,
    html`<span class="badge">${status}</span><h1>${title}</h1>${paragraphs(error.message)}<h2>What you can do</h2><p>${ADVICE[error.code]}</p>${actions(again, options)}${facts(error, options)}`,
  );
}

function routesPage(routes: readonly ListedRoute[], more: number, error: RuntimeError, options: ProblemOptions & { readonly url: string }): string {
  const { pathname } = new URL(options.url);
  const title = routes.length === 0 ? 'No App is running here yet.' : 'Nothing answers at this address.';
  const said =
    routes.length === 0
      ? html`<p>Drop a <code>.wasm</code> file on the panel, give it a route, and it answers at an address like this one.</p>`
      : html`<h2>These addresses do answer</h2><ul>${list(routes.map(routeItem))}</ul>${more > 0 ? html`<p>and ${more} more, in the panel.</p>` : null}`;
  return page(
    `404 – ${title}`,
    html`<span class="badge">404</span><h1>${title}</h1><p>No route matches <span class="path">${decodedPath(pathname)}</span>.</p>${said}${actions(false, options)}${facts(error, options)}`,
  );
}

function routeItem({ href, app, namespace, match, host }: ListedRoute): Html {
  const name = namespace === 'default' ? app : `${namespace}/${app}`;
  const text = html`<span class="path">${host ?? null}${decodedPath(href)}${match === 'prefix' && !href.endsWith('/') ? html`<small>/…</small>` : null}</span><small>${name}</small>`;
  return host ? html`<li><span>${text}</span></li>` : html`<li><a href="${href}">${text}</a></li>`;
}

/** The first paragraph says what happened; a message may hold more lines. */
function paragraphs(message: string): Html {
  return list(
    message
      .split(/\n+/)
      .filter((line) => line.trim() !== '')
      .map((line) => html`<p>${line}</p>`),
  );
}

/** An empty `href` is the address itself: the page needs no script to try again. */
function actions(again: boolean, { panelUrl }: ProblemOptions): Html | null {
  if (!again && panelUrl === undefined) return null;
  const retryButton = again ? html`<a class="button primary" href="">Try again</a>` : null;
  const panelButton = panelUrl === undefined ? null : html`<a class="button${again ? '' : ' primary'}" href="${panelUrl}">Open the panel</a>`;
  return html`<div class="actions">${retryButton}${panelButton}</div>`;
}

function facts(error: RuntimeError, { instance }: ProblemOptions): Html {
  const id = instance === undefined ? null : html`<dt>Request</dt><dd>${instance}</dd>`;
  return html`<dl><dt>Code</dt><dd>${error.code}</dd>${id}</dl>`;
}

function decodedPath(path: string): string {
  try {
    return decodeURI(path);
  } catch {
    // Escapes that are not UTF-8 stay as they are.
    return path;
  }
}

/** Whether the answer should be a page: a navigation that takes HTML, or a client that lists HTML and likes nothing better of what the runtime can send. */
export function wantsHtml(request: { readonly mode?: string; readonly headers: { get(name: string): string | null } }): boolean {
  const accept = request.headers.get('accept');
  if (request.mode === 'navigate') return accept === null || quality(accept, 'text/html') > 0 || quality(accept, '*/*') > 0;
  if (accept === null) return false;
  const forHtml = quality(accept, 'text/html');
  return forHtml > 0 && forHtml >= Math.max(quality(accept, 'application/problem+json'), quality(accept, 'application/json'));
}

/** Weight of a media range that is listed by name (RFC 9110 §12.5.1); 0: not listed. */
function quality(accept: string, range: string): number {
  for (const item of accept.split(',')) {
    const [name, ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
    if (name !== range) continue;
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    const value = weight === undefined ? 1 : Number(weight.slice(2));
    return Number.isFinite(value) ? value : 0;
  }
  return 0;
}
