/** What the static server answers: files, and the headers that keep their documents apart. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import sirv from 'sirv';

const HASHED_ASSET = /^\/_swerve\/assets\/.+-[\w-]{8}\.\w+$/;
const DOCUMENT = /\.html$/i;
/** Hidden host frame of the pages of Apps, a document of the control origin (src/protocol/app-origin.ts). */
const FRAME = '/_swerve/frame.html';
/** What every address of an App's origin gets, until its service worker is there. */
const APP_PAGE = '/_swerve/app.html';
const APP_WORKER = '/app-sw.js';

/**
 * Where a request came in, by its Host header.
 *
 * @typedef {object} Place
 * @property {string} control origin of the panel
 * @property {string | null} apps source expression for the origins of all Apps; null: this host has none
 * @property {boolean} isApp
 */

/** @param {import('node:http').IncomingMessage} request @param {string | null} site @returns {Place} */
function placeOf({ headers }, site) {
  const host = (headers.host ?? '').toLowerCase();
  const { name, port } = /^(?<name>.*?)\.?(?<port>:\d+)?$/.exec(host)?.groups ?? {};
  const label = site !== null && name?.endsWith(`.${site}`) ? name.slice(0, -site.length - 1) : null;
  const isApp = label !== null && /^[^.]+$/.test(label);
  // From a proxy that speaks TLS. Only what documents of ours allow of themselves hangs on it.
  const scheme = /^https\b/.test(String(headers['x-forwarded-proto'])) ? 'https' : 'http';
  const isOfSite = site !== null && (isApp || name === site);
  const authority = `${isOfSite ? site : name}${port ?? ''}`;
  return { control: `${scheme}://${authority}`, apps: isOfSite ? `${scheme}://*.${authority}` : null, isApp };
}

/** @param {string} pathname @param {Place} place @returns {Record<string, string>} */
function documentHeaders(pathname, { control, apps }) {
  // A frame policy is held against every document above the frame, and hosts are found in frames of Apps' pages.
  const ancestors = apps === null ? null : pathname === FRAME ? `'self' ${apps}` : pathname === APP_PAGE ? `'self' ${control} ${apps}` : null;
  return {
    'Origin-Agent-Cluster': '?1',
    'Content-Security-Policy': `frame-ancestors ${ancestors ?? "'none'"}`,
    // As the service worker hands them out: a page of an App that got rid of that could frame or hold the server's copy.
    ...(ancestors === null ? { 'Cross-Origin-Opener-Policy': 'same-origin' } : {}),
  };
}

/**
 * Answers with the files of `dir` below `base`, everything else with 404. One label below `site` are the origins of Apps:
 * there every address that is none of Swerve's has the page that brings the service worker of that origin. A deployment
 * below the root has no such origins.
 *
 * @param {string} dir @param {string} base @param {string} site @returns {import('node:http').RequestListener}
 */
export function fileHandler(dir, base, site) {
  /** @type {WeakMap<import('node:http').ServerResponse, Place>} */
  const places = new WeakMap();
  const files = sirv(dir, {
    // Looks at the disk for every request, so that a new build is served whole without a restart.
    dev: true,
    etag: true,
    // Each document has one name, by which its headers are told.
    extensions: [],
    setHeaders(response, pathname) {
      const place = places.get(response);
      const isAppPage = place?.isApp === true && pathname === APP_PAGE;
      response.setHeader('Cache-Control', isAppPage ? 'no-store' : HASHED_ASSET.test(pathname) ? 'public, max-age=31536000, immutable' : 'no-cache');
      if (place && DOCUMENT.test(pathname)) for (const [name, value] of Object.entries(documentHeaders(pathname, place))) response.setHeader(name, value);
    },
  });

  /** @type {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse, refuse: () => void) => void} */
  const serveFile = (request, response, refuse) => {
    // Documents come whole every time: a cache goes on with the headers that it has when all it gets is "not modified".
    if (DOCUMENT.test(request.url ?? '')) for (const name of ['if-none-match', 'range']) delete request.headers[name];
    files(request, response, refuse);
  };

  /** @type {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse, url: URL) => void} */
  const answerApp = (request, response, { pathname }) => {
    const refuse = (/** @type {number} */ status, /** @type {string} */ text) => {
      const allow = status === 405 ? { Allow: 'GET, HEAD' } : {};
      response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store', ...allow });
      response.end(`${text}\n`);
    };
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return refuse(405, `The server has no Apps: they run in the browser. Open this App's address there once, then it answers ${request.method}.`);
    if (pathname === APP_WORKER || pathname.startsWith('/_swerve/')) {
      // The other documents are the control origin's: here they would begin a second, empty cluster.
      if (pathname !== APP_PAGE && (DOCUMENT.test(pathname) || pathname.endsWith('/'))) return refuse(404, 'This document is at the origin of the panel.');
      request.url = pathname;
      return serveFile(request, response, () => refuse(404, 'No such file.'));
    }
    request.url = APP_PAGE;
    return serveFile(request, response, () => refuse(404, 'This build of Swerve has no origins for Apps.'));
  };

  /** @type {(request: import('node:http').IncomingMessage, response: import('node:http').ServerResponse, url: URL) => void} */
  const answerControl = (request, response, { pathname, search }) => {
    const refuse = () => {
      response.writeHead(404, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' });
      response.end(`<!doctype html><title>Not found</title><p>No such file. Swerve starts in this browser at <a href="${base}">${base}</a>.</p>\n`);
    };
    if (request.method !== 'GET' && request.method !== 'HEAD') return refuse();
    const isFolder =
      !pathname.endsWith('/') &&
      `${pathname}/`.startsWith(base) &&
      statSync(join(dir, pathname.slice(base.length - 1)), { throwIfNoEntry: false })?.isDirectory();
    if (isFolder) {
      // Addresses in the page are relative: without the slash they would miss.
      response.writeHead(301, { Location: `${pathname}/${search}`, 'Cache-Control': 'no-store' });
      response.end();
      return;
    }
    if (!pathname.startsWith(base)) return refuse();
    const path = pathname.slice(base.length - 1);
    request.url = path.endsWith('/') ? `${path}index.html` : path;
    serveFile(request, response, refuse);
  };

  return (request, response) => {
    const place = placeOf(request, base === '/' ? site : null);
    places.set(response, place);
    // Resolved with another base, `//name/` would be a host.
    const url = new URL(request.url?.startsWith('/') ? `http://localhost${request.url}` : (request.url ?? '/'), 'http://localhost');
    if (place.isApp) answerApp(request, response, url);
    else answerControl(request, response, url);
  };
}
