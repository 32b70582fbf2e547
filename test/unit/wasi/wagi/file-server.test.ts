import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AppFile } from '../../../../src/core/app.ts';
import type { GuestRequest, ResponseWriter } from '../../../../src/wasi/handler.ts';
import { createWagiHandler } from '../../../../src/wasi/wagi/wagi-handler.ts';
import { makeHandlerHost, makeRequest, makeSpec } from './harness.ts';

/** Every value of a byte, twice: what passes it untouched passes anything. */
const BYTES = Uint8Array.from({ length: 512 }, (_, index) => index % 256);
const STYLE = 'body { color: red }';

const FILES: AppFile[] = [
  { path: '/site/index.html', text: '<!doctype html><title>Start</title>' },
  { path: '/site/about.html', text: 'about' },
  { path: '/site/docs/index.html', text: 'docs' },
  { path: '/site/docs/café (1).txt', text: 'é' },
  { path: '/site/assets/app-4f2a.css', text: STYLE },
  { path: '/site/assets/empty.js', text: '' },
  { path: '/site/assets/dot.bin', base64: Buffer.from(BYTES).toString('base64') },
  { path: '/site/.env', text: 'SECRET=1' },
  { path: '/site/.well-known/security.txt', text: 'Contact: none' },
  { path: '/secret.txt', text: 'outside' },
];

let module: WebAssembly.Module;

beforeAll(async () => {
  module = await WebAssembly.compile(readFileSync(new URL('../../../../examples/files/files.wasm', import.meta.url)));
});

interface Sent {
  method?: string;
  headers?: Record<string, string>;
  env?: Record<string, string>;
  files?: AppFile[];
  route?: GuestRequest['route'];
  pathWithQuery?: string;
}

async function ask(path: string, { method = 'GET', headers = {}, env = {}, files = FILES, ...rest }: Sent = {}) {
  const pieces: Uint8Array[] = [];
  const answer = { status: 0, headers: {} as Record<string, string> };
  const response: ResponseWriter = {
    headSent: false,
    head(status, fields) {
      answer.status = status;
      answer.headers = Object.fromEntries(fields.map(([name, value]) => [name.toLowerCase(), value]));
      return {
        capacity: () => Number.POSITIVE_INFINITY,
        write: (bytes) => void pieces.push(Uint8Array.from(bytes)),
        ready: () => Promise.resolve(),
        close() {},
        abort() {},
      };
    },
  };
  const host = makeHandlerHost();
  const request = { ...makeRequest(path, { headers: Object.entries(headers), ...rest }), method };
  await createWagiHandler(module, makeSpec({ files, env: { DOCUMENT_ROOT: '/site', ...env } }), host).handle(request, response);
  expect(host.lines).toEqual([]);
  const body = Buffer.concat(pieces);
  return { ...answer, body, text: body.toString() };
}

describe('the file at an address', () => {
  it.each([
    ['/', 'text/html; charset=utf-8', '<!doctype html><title>Start</title>'],
    ['/index.html', 'text/html; charset=utf-8', '<!doctype html><title>Start</title>'],
    ['/docs/', 'text/html; charset=utf-8', 'docs'],
    ['/about', 'text/html; charset=utf-8', 'about'],
    ['/docs/caf%C3%A9%20(1).txt?v=1', 'text/plain; charset=utf-8', 'é'],
    ['//docs//', 'text/html; charset=utf-8', 'docs'],
    ['/assets/app-4f2a.css', 'text/css; charset=utf-8', STYLE],
    ['/assets/empty.js', 'text/javascript; charset=utf-8', ''],
    ['/.well-known/security.txt', 'text/plain; charset=utf-8', 'Contact: none'],
  ])('%s', async (path, type, text) => {
    const answer = await ask(path);
    expect(answer).toMatchObject({ status: 200, text });
    expect(answer.headers).toMatchObject({
      'content-type': type,
      'content-length': String(answer.body.length),
      'x-content-type-options': 'nosniff',
      'accept-ranges': 'bytes',
      'cache-control': 'no-cache',
    });
  });

  it('is sent byte for byte', async () => {
    const answer = await ask('/assets/dot.bin');
    expect(answer.headers['content-type']).toBe('application/octet-stream');
    expect([...answer.body]).toEqual([...BYTES]);
  });

  it('may be kept for ever where its name changes with its content', async () => {
    const env = { IMMUTABLE: '/_nuxt/, /assets/' };
    expect((await ask('/assets/app-4f2a.css', { env })).headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect((await ask('/about', { env })).headers['cache-control']).toBe('no-cache');
  });
});

describe('an address of nothing', () => {
  it.each([
    '/nowhere',
    '/docs/nowhere',
    '/index.html/',
    '/about/',
    '/assets/',
    '/.env',
    '/..%2fsecret.txt',
    '/docs/..%2f..%2fsecret.txt',
    '/%2e%2e%2fsecret.txt',
    '/..%5csecret.txt',
    '/%2fsecret.txt',
    '/docs%2f',
    '/%ff',
  ])('%s', async (path) => {
    const answer = await ask(path);
    expect(answer).toMatchObject({ status: 404, text: 'There is no such file here.\n' });
    expect(answer.headers['etag']).toBeUndefined();
  });

  it('leads out by no way of writing `..`, not even where nobody has resolved it before', async () => {
    for (const path of ['/../secret.txt', '/docs/../../secret.txt', '/%2e%2e/secret.txt', '/.%2E/secret.txt', '/docs/../about']) {
      // URL resolves the dots; a rewritten path comes as it is.
      const answer = await ask('/', { pathWithQuery: path, route: { path: '/', match: 'prefix', prefix: '', rewrite: '/' } });
      expect(answer, path).toMatchObject({ status: 404, text: 'There is no such file here.\n' });
    }
  });

  it('shows the 404 page of the site', async () => {
    const answer = await ask('/nowhere', { files: [...FILES, { path: '/site/404.html', text: '<h1>Lost</h1>' }] });
    expect(answer).toMatchObject({ status: 404, text: '<h1>Lost</h1>' });
    expect(answer.headers['content-type']).toBe('text/html; charset=utf-8');
  });

  it('is that of a single-page app for a visit, and of nothing for what a page loads', async () => {
    const env = { FALLBACK: '/index.html' };
    const visit = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };
    expect(await ask('/package/h3@1.15', { env, headers: visit })).toMatchObject({ status: 200, text: expect.stringContaining('Start') });
    expect((await ask('/assets/gone.js', { env, headers: { accept: '*/*' } })).status).toBe(404);
    expect((await ask('/nowhere', { env: { FALLBACK: '/gone.html' }, headers: visit })).status).toBe(404);
  });

  it('is everything while no file is mounted', async () => {
    expect((await ask('/', { files: [] })).status).toBe(404);
  });
});

describe('a folder without the slash at its end', () => {
  it.each([
    ['/docs', './docs/'],
    ['/docs?a=1&b=?', './docs/?a=1&b=?'],
    ['//docs', './docs/'],
  ])('%s', async (path, location) => {
    expect(await ask(path)).toMatchObject({ status: 301, headers: { location }, text: '' });
  });

  it('is the mount itself, too', async () => {
    const answer = await ask('/app?x', { route: { path: '/app', match: 'prefix', prefix: '/app', rewrite: null } });
    expect(answer).toMatchObject({ status: 301, headers: { location: './app/?x' } });
  });
});

describe('methods', () => {
  it('HEAD says what GET would, without the content', async () => {
    const [head, get] = [await ask('/assets/dot.bin', { method: 'HEAD' }), await ask('/assets/dot.bin')];
    expect(head).toEqual({ ...get, body: Buffer.alloc(0), text: '' });
    // RFC 9110 14.2: a range is for GET alone.
    expect(await ask('/assets/dot.bin', { method: 'HEAD', headers: { range: 'bytes=0-1' } })).toMatchObject({ status: 200 });
  });

  it('others are refused', async () => {
    for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
      expect(await ask('/', { method })).toMatchObject({ status: 405, headers: { allow: 'GET, HEAD, OPTIONS' } });
    }
    expect(await ask('/', { method: 'OPTIONS' })).toMatchObject({ status: 204, headers: { allow: 'GET, HEAD, OPTIONS' }, text: '' });
  });
});

describe('a copy that the client has', () => {
  it('is good while the content is the same, and has a tag of its own else', async () => {
    const tag = (await ask('/about')).headers['etag'] ?? '';
    expect(tag).toMatch(/^"[0-9a-f]{16}-5"$/);
    expect((await ask('/docs/')).headers['etag']).not.toBe(tag);
    const kept = await ask('/about', { headers: { 'if-none-match': `"x", W/${tag}` } });
    expect(kept).toMatchObject({ status: 304, text: '', headers: { etag: tag, 'cache-control': 'no-cache' } });
    expect((await ask('/about', { headers: { 'if-none-match': '*' } })).status).toBe(304);
    expect((await ask('/about', { headers: { 'if-none-match': '"x"' } })).status).toBe(200);
    expect((await ask('/about', { headers: { 'if-match': tag } })).status).toBe(200);
    for (const other of ['"x"', `W/${tag}`]) expect((await ask('/about', { headers: { 'if-match': other } })).status).toBe(412);
    expect((await ask('/nowhere', { headers: { 'if-none-match': '*' } })).status).toBe(404);
  });
});

describe('a part of a file', () => {
  const part = (range: string, more: Record<string, string> = {}) => ask('/assets/dot.bin', { headers: { range, ...more } });

  it.each([
    ['bytes=0-0', 0, 1],
    ['bytes=500-', 500, 512],
    ['bytes=500-9999', 500, 512],
    ['bytes=10-19', 10, 20],
    ['bytes=-12', 500, 512],
    ['bytes=-9999', 0, 512],
    ['BYTES = 0-99999999999999999999', 0, 512],
  ])('%s', async (range, from, to) => {
    const answer = await part(range);
    expect(answer).toMatchObject({ status: 206, headers: { 'content-range': `bytes ${from}-${to - 1}/512`, 'content-length': String(to - from) } });
    expect([...answer.body]).toEqual([...BYTES.slice(from, to)]);
  });

  it.each(['bytes=512-', 'bytes=9999-10000', 'bytes=-0', 'bytes=99999999999999999999-'])('%s cannot be had', async (range) => {
    expect(await part(range)).toMatchObject({ status: 416, headers: { 'content-range': 'bytes */512' } });
  });

  it.each(['bytes=20-10', 'bytes=a-b', 'bytes=+1-2', 'bytes=-', 'lines=0-1', 'bytes=0-1,5-6', 'bytes'])('%s is passed over', async (range) => {
    expect((await part(range)).status).toBe(200);
  });

  it('is a part of the file that the client knows, or all of it', async () => {
    const tag = (await part('bytes=0-1')).headers['etag'] ?? '';
    expect((await part('bytes=0-1', { 'if-range': tag })).status).toBe(206);
    for (const other of ['"x"', `W/${tag}`, 'Sat, 21 Nov 2026 10:00:00 GMT']) expect((await part('bytes=0-1', { 'if-range': other })).status).toBe(200);
    expect((await ask('/assets/empty.js', { headers: { range: 'bytes=0-' } })).status).toBe(416);
    expect((await ask('/assets/empty.js', { headers: { range: 'bytes=-1' } })).status).toBe(416);
  });
});
