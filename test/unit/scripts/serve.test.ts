import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startServer } from '../../../scripts/serve.mjs';

/** A build by its names alone: each file holds its own. */
const FILES = [
  'index.html',
  'sw.js',
  'app-sw.js',
  ...['index.html', 'app.html', 'frame.html', 'page.js', 'assets/core-abcdefgh.js'].map((name) => `_swerve/${name}`),
];

type Server = Awaited<ReturnType<typeof startServer>>;
let dir: string;
let server: Server;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'swerve-serve-'));
  for (const file of FILES) {
    await mkdir(dirname(join(dir, file)), { recursive: true });
    await writeFile(join(dir, file), file);
  }
  server = await startServer({ port: 0, dir });
});
afterAll(async () => {
  await server.stop();
  await rm(dir, { recursive: true });
});

interface Asked {
  host: string;
  path: string;
  method?: string;
  headers?: Record<string, string>;
  at?: Server;
}

function ask({ host, path, method = 'GET', headers = {}, at = server }: Asked): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ host: '127.0.0.1', port: at.port, path, method, headers: { ...headers, host } }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    asked.on('error', reject);
    asked.end();
  });
}

const app = () => `hello.swerve.localhost:${server.port}`;
const control = () => `swerve.localhost:${server.port}`;

it('says where the panel is, with and without origins for Apps', () => {
  expect(server.url).toBe(`http://localhost:${server.port}/`);
  expect(server.siteUrl).toBe(`http://swerve.localhost:${server.port}/`);
});

describe('the origin of an App', () => {
  it.each(['/', '/deep/page?q=1', '/index.html', '/sw.js', '/_swerve', '/..//evil', '//index.html'])('has its page at %s', async (path) => {
    const { status, headers, body } = await ask({ host: app(), path });
    expect({ status, body }).toEqual({ status: 200, body: '_swerve/app.html' });
    expect(headers['cache-control']).toBe('no-store');
    expect(headers['content-type']).toMatch(/^text\/html/);
    expect(headers['origin-agent-cluster']).toBe('?1');
  });

  it('gives that page whole, whatever a cache or a player asks for', async () => {
    const { headers: known } = await ask({ host: app(), path: '/_swerve/app.html' });
    const headers = { 'if-none-match': String(known['etag']), range: 'bytes=0-3' };
    expect(await ask({ host: app(), path: '/film.mp4', headers })).toMatchObject({ status: 200, body: '_swerve/app.html' });
  });

  it.each(['/app-sw.js', '/_swerve/page.js', '/_swerve/app.html', '/_swerve/assets/core-abcdefgh.js'])('has the file of the build at %s', async (path) => {
    expect(await ask({ host: app(), path })).toMatchObject({ status: 200, body: path.slice(1) });
  });

  it.each(['/_swerve/', '/_swerve/index.html', '/_swerve/%69ndex.html', '/_swerve/index', '/_swerve/frame.html', '/_swerve/none.js'])(
    'has nothing of the panel at %s',
    async (path) => {
      expect((await ask({ host: app(), path })).status).toBe(404);
    },
  );

  it('answers other methods with what they need', async () => {
    const { status, headers, body } = await ask({ host: app(), path: '/form', method: 'POST' });
    expect({ status, allow: headers['allow'] }).toEqual({ status: 405, allow: 'GET, HEAD' });
    expect(body).toContain('Open this App');
    expect(await ask({ host: app(), path: '/form', method: 'HEAD' })).toMatchObject({ status: 200, body: '' });
  });

  it('is told by its name in any case, with the dot of the root or without', async () => {
    for (const host of [`HELLO.Swerve.LocalHost:${server.port}`, `hello.swerve.localhost.:${server.port}`, 'hello.swerve.localhost'])
      expect((await ask({ host, path: '/x' })).body).toBe('_swerve/app.html');
  });
});

describe('any other host', () => {
  it.each(['swerve.localhost', 'localhost', '127.0.0.1', 'a.b.swerve.localhost', 'notswerve.localhost', '.swerve.localhost'])(
    'is that of the panel: %s',
    async (name) => {
      const host = `${name}:${server.port}`;
      expect(await ask({ host, path: '/' })).toMatchObject({ status: 200, body: 'index.html' });
      expect(await ask({ host, path: '/_swerve/' })).toMatchObject({ status: 200, body: '_swerve/index.html' });
      expect((await ask({ host, path: '/none' })).status).toBe(404);
    },
  );
});

describe('documents', () => {
  const policyOf = async (asked: Asked) => {
    const { headers } = await ask(asked);
    return { ancestors: headers['content-security-policy'], opener: headers['cross-origin-opener-policy'], cluster: headers['origin-agent-cluster'] };
  };

  it.each(['/', '/index.html', '/_swerve/', '/_swerve/index.html'])('of the panel are in no frame: %s', async (path) => {
    const expected = { ancestors: "frame-ancestors 'none'", opener: 'same-origin', cluster: '?1' };
    expect(await policyOf({ host: control(), path })).toEqual(expected);
    expect(await policyOf({ host: `localhost:${server.port}`, path })).toEqual(expected);
  });

  it('have one address each, so that none comes without its headers', async () => {
    for (const path of ['/index', '/_swerve/index', '/_swerve/frame']) expect((await ask({ host: control(), path })).status).toBe(404);
  });

  it('of the hosts are in pages of the site alone, and in no page where Apps have no origins', async () => {
    const path = '/_swerve/frame.html';
    const { port } = server;
    expect(await policyOf({ host: control(), path })).toEqual({ ancestors: `frame-ancestors 'self' http://*.swerve.localhost:${port}`, cluster: '?1' });
    expect(await policyOf({ host: `localhost:${port}`, path })).toMatchObject({ ancestors: "frame-ancestors 'none'" });
    expect(await policyOf({ host: `127.0.0.1:${port}`, path })).toMatchObject({ ancestors: "frame-ancestors 'none'" });
  });

  it('come whole every time, for a cache that hears of no change keeps the headers that it has', async () => {
    const asked = { host: control(), path: '/_swerve/frame.html' };
    const { headers: known } = await ask(asked);
    const again = await ask({ ...asked, headers: { 'if-none-match': String(known['etag']) } });
    expect(again).toMatchObject({ status: 200, headers: { 'content-security-policy': known['content-security-policy'] } });
    const script = { host: control(), path: '/sw.js' };
    const { headers } = await ask(script);
    expect((await ask({ ...script, headers: { 'if-none-match': String(headers['etag']) } })).status).toBe(304);
  });

  it("of Apps' origins are in frames of the panel and of its hosts", async () => {
    const at = `swerve.localhost:${server.port}`;
    const ancestors = `frame-ancestors 'self' http://${at} http://*.${at}`;
    for (const path of ['/', '/_swerve/app.html']) expect(await policyOf({ host: app(), path })).toEqual({ ancestors, cluster: '?1' });
  });
});

it('serves another site, also behind a proxy that speaks TLS', async () => {
  const other = await startServer({ port: 0, dir, site: 'example.com' });
  try {
    const headers = { 'x-forwarded-proto': 'https' };
    expect(other.siteUrl).toBe(`http://example.com:${other.port}/`);
    expect(await ask({ at: other, host: 'hello.example.com', path: '/x', headers })).toMatchObject({ body: '_swerve/app.html' });
    expect((await ask({ at: other, host: 'hello.swerve.localhost', path: '/' })).body).toBe('index.html');
    const frame = await ask({ at: other, host: 'example.com', path: '/_swerve/frame.html', headers });
    expect(frame.headers['content-security-policy']).toBe("frame-ancestors 'self' https://*.example.com");
  } finally {
    await other.stop();
  }
});

it('serves no origins of Apps from below a path', async () => {
  const below = await startServer({ port: 0, dir, base: '/sub/' });
  try {
    expect((await ask({ at: below, host: app(), path: '/x' })).status).toBe(404);
    expect(await ask({ at: below, host: app(), path: '/sub/' })).toMatchObject({ status: 200, body: 'index.html' });
  } finally {
    await below.stop();
  }
});

it.each(['localhost', 'https://example.com', 'example.com:8080', '127.0.0.1', 'Example.com', ''])('refuses the site %o', async (site) => {
  await expect(startServer({ port: 0, dir, site })).rejects.toThrow('must be a lower-case host name');
});
