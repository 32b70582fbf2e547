/**
 * The static server behind `npm start` and the browser tests. It only hands out the built files: everything that Swerve
 * does happens in the browser.
 */
import { existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import sirv from 'sirv';

const DEFAULT_PORT = 8080;
const HASHED_ASSET = /^\/_swerve\/assets\/.+-[\w-]{8}\.\w+$/;

const built = fileURLToPath(new URL('../dist', import.meta.url));

/**
 * @typedef {object} StaticServer
 * @property {string} url address of the panel, with a slash at its end
 * @property {number} port
 * @property {() => Promise<void>} stop cuts every connection; resolves once the port is free
 */

/** @param {NodeJS.ErrnoException} error @param {number} port */
function explain(error, port) {
  if (error.code === 'EADDRINUSE') {
    return new Error(`Port ${port} is taken: another program listens there. Choose a free one: PORT=${port + 1} npm start`, { cause: error });
  }
  if (error.code === 'EACCES') {
    return new Error(`Port ${port} is not open to this user: ports below 1024 are reserved. Choose another: PORT=${DEFAULT_PORT} npm start`, { cause: error });
  }
  return error;
}

/** @param {import('node:http').RequestListener} answer @param {string} host @param {number} port @returns {Promise<import('node:http').Server>} */
function listen(answer, host, port) {
  return new Promise((resolve, reject) => {
    const server = createServer(answer);
    server.once('error', reject);
    server.listen(port, host, () => resolve(server));
  });
}

/** @param {import('node:http').Server} server @returns {Promise<void>} */
function close(server) {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/**
 * On both loopback addresses, because browsers try both for `localhost` and another program could listen on the other one.
 *
 * @param {import('node:http').RequestListener} answer @param {number} wanted
 */
async function listenOnLoopback(answer, wanted) {
  const first = await listen(answer, '127.0.0.1', wanted);
  const { port } = /** @type {import('node:net').AddressInfo} */ (first.address());
  try {
    const second = await listen(answer, '::1', port);
    return { port, servers: [first, second] };
  } catch (cause) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (cause);
    // A machine without IPv6 is served by IPv4 alone.
    if (code === 'EADDRNOTAVAIL' || code === 'EAFNOSUPPORT') return { port, servers: [first] };
    await close(first);
    throw cause;
  }
}

/**
 * Answers with the files of `dir` below `base`, everything else with 404.
 *
 * @param {string} dir @param {string} base @returns {import('node:http').RequestListener}
 */
function fileHandler(dir, base) {
  const serveFile = sirv(dir, {
    // Looks at the disk for every request, so that a new build is served whole without a restart.
    dev: true,
    etag: true,
    setHeaders(response, pathname) {
      response.setHeader('Cache-Control', HASHED_ASSET.test(pathname) ? 'public, max-age=31536000, immutable' : 'no-cache');
      // As the service worker hands it out: a page of an App that got rid of that could frame or hold the server's copy.
      if (pathname.endsWith('.html') || pathname.endsWith('/')) {
        response.setHeader('Content-Security-Policy', "frame-ancestors 'none'");
        response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
      }
    },
  });
  return (request, response) => {
    const refuse = () => {
      response.writeHead(404, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' });
      response.end(`<!doctype html><title>Not found</title><p>No such file. Swerve starts in this browser at <a href="${base}">${base}</a>.</p>\n`);
    };
    const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
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
    request.url = (request.url ?? '/').slice(base.length - 1);
    serveFile(request, response, refuse);
  };
}

/**
 * Serves a build on the loopback interface. The caller must `stop()` it.
 *
 * @param {{ port?: number, dir?: string, base?: string }} [options] `port` 0 takes any free one; `dir` defaults to `dist/`;
 *   `base` is the path that the build appears under, with a slash at both ends
 * @returns {Promise<StaticServer>}
 */
export async function startServer({ port = DEFAULT_PORT, dir = built, base = '/' } = {}) {
  if (!existsSync(join(dir, 'index.html'))) throw new Error(`${dir} holds no build. Make one first: npm run build`);
  if (!/^\/(.+\/)?$/.test(base)) throw new Error(`The base ${JSON.stringify(base)} must start and end with a slash, for example /apps/swerve/`);
  const answer = fileHandler(dir, base);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { port: chosen, servers } = await listenOnLoopback(answer, port);
      return { url: `http://localhost:${chosen}${base}`, port: chosen, stop: async () => void (await Promise.all(servers.map(close))) };
    } catch (cause) {
      const error = /** @type {NodeJS.ErrnoException} */ (cause);
      // A port that was free on IPv4 may be taken on IPv6: for "any free port" there are others.
      if (port === 0 && error.code === 'EADDRINUSE' && attempt < 10) continue;
      throw explain(error, port);
    }
  }
}

/** @param {string | undefined} text */
function portFrom(text) {
  if (text === undefined || text === '') return DEFAULT_PORT;
  const port = Number(text);
  if (!/^\d+$/.test(text) || port > 65_535)
    throw new Error(`PORT is ${JSON.stringify(text)}: it must be a whole number up to 65535, for example PORT=8081 npm start`);
  return port;
}

if (argv[1] !== undefined && import.meta.url === pathToFileURL(argv[1]).href) {
  try {
    const server = await startServer({ port: portFrom(process.env['PORT']) });
    console.log(`Swerve is at ${server.url}`);
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
      process.once(signal, () => void server.stop().then(() => process.exit(0)));
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
