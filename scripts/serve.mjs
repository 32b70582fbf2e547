/**
 * The static server behind `npm start` and the browser tests. It only hands out the built files: everything that Swerve
 * does happens in the browser.
 */
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { argv } from 'node:process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { fileHandler } from './file-handler.mjs';

const DEFAULT_PORT = 8080;
/** Browsers resolve every name below `localhost` to this machine by themselves; `localhost` itself has no subdomains of its own site. */
const DEFAULT_SITE = 'swerve.localhost';

/** At least two labels: subdomains of one alone do not share a site with it. The last begins with a letter, so that it is no address. */
const SITE = /^([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*$/;

const built = fileURLToPath(new URL('../dist', import.meta.url));

/**
 * @typedef {object} StaticServer
 * @property {string} url address of the panel with all Apps on its origin, with a slash at its end
 * @property {string} siteUrl address of the panel below whose host every App has an origin of its own, with a slash at its end
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
 * Serves a build on the loopback interface. The caller must `stop()` it.
 *
 * @param {{ port?: number, dir?: string, base?: string, site?: string }} [options] `port` 0 takes any free one; `dir` defaults
 *   to `dist/`; `base` is the path that the build appears under, with a slash at both ends; `site` is the host name whose
 *   subdomains are the origins of Apps, `swerve.localhost` unless given
 * @returns {Promise<StaticServer>}
 */
export async function startServer({ port = DEFAULT_PORT, dir = built, base = '/', site = DEFAULT_SITE } = {}) {
  if (!existsSync(join(dir, 'index.html'))) throw new Error(`${dir} holds no build. Make one first: npm run build`);
  if (!/^\/(.+\/)?$/.test(base)) throw new Error(`The base ${JSON.stringify(base)} must start and end with a slash, for example /apps/swerve/`);
  if (!SITE.test(site))
    throw new Error(`The site ${JSON.stringify(site)} must be a lower-case host name with a dot in it, without scheme or port, for example apps.example.com`);
  const answer = fileHandler(dir, base, site);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const { port: chosen, servers } = await listenOnLoopback(answer, port);
      const at = (/** @type {string} */ host) => `http://${host}:${chosen}${base}`;
      return { url: at('localhost'), siteUrl: at(site), port: chosen, stop: async () => void (await Promise.all(servers.map(close))) };
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
    const site = process.env['SITE'] || DEFAULT_SITE;
    const server = await startServer({ port: portFrom(process.env['PORT']), site });
    console.log(`Swerve is at ${server.siteUrl}`);
    // Another site has its own front server, which is where people go.
    if (site === DEFAULT_SITE) console.log(`${server.url} works too, with all Apps on one origin`);
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
      process.once(signal, () => void server.stop().then(() => process.exit(0)));
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
