import { describe, expect, it } from 'vitest';
import type { GuestRequest } from '../../../../src/wasi/handler.ts';
import { cgiArguments, cgiEnvironment } from '../../../../src/wasi/wagi/cgi-environment.ts';
import { makeRequest, makeSpec } from './harness.ts';

const environment = (request: GuestRequest, env: Record<string, string> = {}) => Object.fromEntries(cgiEnvironment(request, makeSpec({ env })));
const route = (path: string, parts: Partial<GuestRequest['route']> = {}): GuestRequest['route'] => ({
  path,
  match: 'prefix',
  prefix: path,
  rewrite: null,
  ...parts,
});

describe('cgiEnvironment', () => {
  it('describes a request as WAGI does', () => {
    const request = makeRequest('/path/test%3brun?foo=bar', {
      origin: 'https://example.com:3000',
      route: route('/path'),
      body: 'caf\u00e9',
      headers: [
        ['content-type', 'text/plain'],
        ['content-length', '5'],
        ['accept', 'text/html'],
        ['accept', 'text/plain'],
        ['cookie', 'a=1'],
        ['cookie', 'b=2'],
        ['user-agent', 'test'],
      ],
    });
    expect(environment(request)).toEqual({
      AUTH_TYPE: '',
      CONTENT_LENGTH: '5',
      CONTENT_TYPE: 'text/plain',
      GATEWAY_INTERFACE: 'CGI/1.1',
      HTTPS: 'on',
      HTTP_ACCEPT: 'text/html, text/plain',
      HTTP_COOKIE: 'a=1; b=2',
      HTTP_HOST: 'example.com:3000',
      HTTP_USER_AGENT: 'test',
      PATH_INFO: '/test;run',
      PATH_TRANSLATED: '/test;run',
      QUERY_STRING: 'foo=bar',
      REMOTE_ADDR: '127.0.0.1',
      REMOTE_HOST: '127.0.0.1',
      REMOTE_USER: '',
      REQUEST_METHOD: 'POST',
      REQUEST_SCHEME: 'https',
      REQUEST_URI: '/path/test%3brun?foo=bar',
      SCRIPT_NAME: '/path',
      SERVER_NAME: 'example.com',
      SERVER_PORT: '3000',
      SERVER_PROTOCOL: 'HTTP/1.1',
      SERVER_SOFTWARE: 'WAGI/1 (Swerve)',
      X_FULL_URL: 'https://example.com:3000/path/test%3brun?foo=bar',
      X_MATCHED_ROUTE: '/path/...',
      X_RAW_PATH_INFO: '/test%3brun',
    });
  });

  it('never lets SCRIPT_NAME and PATH_INFO overlap or leave a gap', () => {
    const cases: [string, GuestRequest['route'], string, string][] = [
      ['/a/b', route('/', { prefix: '' }), '', '/a/b'],
      ['/a/b', route('/', { prefix: '/' }), '', '/a/b'],
      ['/hello', route('/hello'), '/hello', ''],
      ['/hello/', route('/hello'), '/hello', '/'],
      ['/exact', route('/exact', { match: 'exact' }), '/exact', ''],
      ['/', route('/', { match: 'exact' }), '/', ''],
      ['/base/hello/x', route('/hello', { prefix: '/base/hello' }), '/base/hello', '/x'],
    ];
    for (const [path, matched, scriptName, pathInfo] of cases) {
      expect(environment(makeRequest(path, { route: matched })), path).toMatchObject({ SCRIPT_NAME: scriptName, PATH_INFO: pathInfo });
    }
  });

  it('shows a rewrite in PATH_INFO', () => {
    const request = { ...makeRequest('/shop/x%20y?q', { route: route('/shop', { rewrite: '/api' }) }), pathWithQuery: '/api/x%20y?q' };
    expect(environment(request)).toMatchObject({
      SCRIPT_NAME: '/shop',
      PATH_INFO: '/api/x y',
      X_RAW_PATH_INFO: '/api/x%20y',
      REQUEST_URI: '/shop/x%20y?q',
      QUERY_STRING: 'q',
    });
  });

  it('decodes paths as UTF-8 and refuses a NUL', () => {
    expect(environment(makeRequest('/%C3%A9/a%2Fb/%zz/%ff'))['PATH_INFO']).toBe('/é/a/b/%zz/\ufffd');
    expect(() => environment(makeRequest('/a%00b'))).toThrow(expect.objectContaining({ code: 'request-invalid' }));
  });

  it('keeps credentials, and what a client must not set, out of HTTP_*', () => {
    const names = ['proxy', 'authorization', 'proxy-authorization', 'connection', 'content-type', 'content-length', 'x_forged'];
    const variables = environment(makeRequest('/', { headers: names.map((name) => [name, 'x']) }), { HTTP_PROXY: 'http://mine' });
    expect(Object.keys(variables).filter((name) => name.startsWith('HTTP_'))).toEqual(['HTTP_PROXY', 'HTTP_HOST']);
    expect(variables['HTTP_PROXY']).toBe('http://mine');
  });

  it('gives the bytes of a header as the client sent them', () => {
    const latin1OfUtf8 = Buffer.from('é').toString('latin1');
    expect(environment(makeRequest('/', { headers: [['x-name', latin1OfUtf8]] }))['HTTP_X_NAME']).toBe('é');
    expect(environment(makeRequest('/', { headers: [['x-name', '\u00e9']] }))['HTTP_X_NAME']).toBe('é');
  });

  it('has CONTENT_LENGTH only when the length is known', () => {
    expect(environment(makeRequest('/'))['CONTENT_LENGTH']).toBe('0');
    const streamed = { ...makeRequest('/', { body: 'x' }), bodyLength: null };
    expect(environment(streamed, { CONTENT_LENGTH: '99', HTTPS: 'on' })).not.toHaveProperty('CONTENT_LENGTH');
    expect(environment(streamed, { HTTPS: 'on' })).not.toHaveProperty('HTTPS');
  });

  it("adds the App's variables where CGI does not own the name", () => {
    const env = { SCRIPT_FILENAME: '/app/index.php', REDIRECT_STATUS: '200', PATH_TRANSLATED: '/app/index.php', REQUEST_METHOD: 'EVIL', GREETING: 'hi' };
    expect(environment(makeRequest('/x'), env)).toMatchObject({ ...env, REQUEST_METHOD: 'GET' });
  });
});

describe('cgiArguments', () => {
  it('gives the path and the query, split and not decoded', () => {
    expect(cgiArguments(makeRequest('/env?greet=matt%20x&foo=bar'), makeSpec())).toEqual(['/env', 'greet=matt%20x', 'foo=bar']);
    expect(cgiArguments(makeRequest('/env'), makeSpec())).toEqual(['/env']);
  });

  it("gives the App's arguments exactly when it has some", () => {
    expect(cgiArguments(makeRequest('/env?a=1'), makeSpec({ args: ['php-cgi'] }))).toEqual(['php-cgi']);
  });
});
