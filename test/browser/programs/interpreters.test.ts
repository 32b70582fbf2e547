import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import type { ModuleReport } from '../../../src/core/module.ts';
import { createApp, fetchIn, uploadModule } from '../harness/api.ts';
import { useSwerve } from '../harness/swerve.ts';
import { fillVolume } from '../harness/volumes.ts';
import { PACKAGED } from '../harness/wasm-files.ts';
import { logOf } from '../http/guests.ts';

const PYTHON = `
import hashlib, json, os, sys
from urllib.parse import parse_qs
body = sys.stdin.buffer.read()
if 'raise' in os.environ['QUERY_STRING']:
    raise ValueError('asked to raise')
print('Status: 202')
print('Content-Type: application/json')
print('X-Python:', sys.version.split()[0])
print()
print(json.dumps({
    'method': os.environ['REQUEST_METHOD'], 'path': os.environ['PATH_INFO'], 'query': parse_qs(os.environ['QUERY_STRING']),
    'sha256': hashlib.sha256(body).hexdigest(), 'bytes': len(body), 'greeting': os.environ['GREETING'], 'argv': sys.argv,
    'data': open('/app/data.txt').read(), 'listing': sorted(os.listdir('/app')),
}))
`;

const RUBY = `
require 'json'
require 'digest'
body = $stdin.read
puts 'Content-Type: application/json', "X-Ruby: #{RUBY_VERSION} #{RUBY_PLATFORM}", ''
puts JSON.generate({ method: ENV['REQUEST_METHOD'], path: ENV['PATH_INFO'], query: ENV['QUERY_STRING'], body: body.upcase, sha256: Digest::SHA256.hexdigest(body) })
warn 'ruby was here'
`;

const PYTHON_VISITS = `
import os
with open('/data/visits.txt', 'a+') as visits:
    visits.write(os.environ['PATH_INFO'] + '\\n')
    visits.seek(0)
    lines = visits.read().splitlines()
print('Content-Type: text/plain')
print()
print(len(lines), lines[-1], sorted(os.listdir('/app')))
`;

const RUBY_VISITS = `
File.open('/data/visits.txt', 'a') { |visits| visits.puts ENV['PATH_INFO'] }
lines = File.readlines('/data/visits.txt', chomp: true)
puts 'Content-Type: text/plain', '', "#{lines.length} #{lines.last} #{Dir.children('/app').sort}"
`;

const SWERVE_SHA256 = '6c941749357b7fa7250f17f10a3481abb0a2865da149f51c580c67be0f456d1c';

const swerve = useSwerve();
let panel: Page;
const digests = new Map<string, ModuleReport['digest']>();

beforeAll(async () => {
  panel = await swerve.openPanel();
});

it('Python runs a script from spec.files', async () => {
  const { digest } = await uploadModule(panel, PACKAGED.python());
  digests.set('python', digest);
  await createApp(panel, {
    name: 'py',
    source: { digest },
    routes: [{ path: '/py' }],
    args: ['python', '/app/handler.py'],
    env: { GREETING: 'héllo' },
    files: [
      { path: '/app/handler.py', text: PYTHON },
      { path: '/app/data.txt', text: 'what the App brought' },
    ],
  });
  const answer = await fetchIn(panel, 'py/some/path?x=1&y=%C3%A9', { method: 'PUT', body: 'swerve' });
  expect(answer.status, `${answer.text}\n${await logOf(panel, 'py')}`).toBe(202);
  expect(answer.headers).toMatchObject({ 'x-python': '3.12.0', 'content-type': 'application/json' });
  expect(JSON.parse(answer.text)).toEqual({
    method: 'PUT',
    path: '/some/path',
    query: { x: ['1'], y: ['é'] },
    sha256: SWERVE_SHA256,
    bytes: 6,
    greeting: 'héllo',
    argv: ['/app/handler.py'],
    data: 'what the App brought',
    listing: ['data.txt', 'handler.py'],
  });
});

it('an exception that Python does not catch is 502, its traceback in the log', async () => {
  const answer = await fetchIn(panel, 'py/?raise');
  expect(answer.status).toBe(502);
  expect(JSON.parse(answer.text)).toMatchObject({ code: 'handler-trap', detail: expect.stringContaining('exited with code 1') });
  expect(answer.text).not.toContain('ValueError');
  await expect.poll(() => logOf(panel, 'py')).toMatch(/stderr \S+ Traceback[\s\S]*stderr \S+ ValueError: asked to raise/);
});

it('Ruby runs a script from spec.files', async () => {
  const { digest } = await uploadModule(panel, PACKAGED.ruby());
  digests.set('ruby', digest);
  await createApp(panel, {
    name: 'rb',
    source: { digest },
    routes: [{ path: '/rb' }],
    args: ['ruby', '--disable=gems', '/app/handler.rb'],
    files: [{ path: '/app/handler.rb', text: RUBY }],
  });
  const answer = await fetchIn(panel, 'rb/x?a=1', { method: 'POST', body: 'swerve' });
  expect(answer.status, `${answer.text}\n${await logOf(panel, 'rb')}`).toBe(200);
  expect(answer.headers['x-ruby']).toBe('3.2.0 wasm32-wasi');
  expect(JSON.parse(answer.text)).toEqual({ method: 'POST', path: '/x', query: 'a=1', body: 'SWERVE', sha256: SWERVE_SHA256 });
  await expect.poll(() => logOf(panel, 'rb')).toContain('ruby was here');
});

it.each([
  { name: 'python', args: ['python', '/app/visits.py'], file: 'visits.py', text: PYTHON_VISITS, listing: "['visits.py']" },
  { name: 'ruby', args: ['ruby', '--disable=gems', '/app/visits.rb'], file: 'visits.rb', text: RUBY_VISITS, listing: '["visits.rb"]' },
])('$name runs a script from a volume and keeps what it writes in another', async ({ name, args, file, text, listing }) => {
  await fillVolume(panel, `${name}-scripts`, { [file]: text });
  const digest = digests.get(name);
  if (!digest) throw new Error(`${name} was not uploaded by the test before`);
  await createApp(panel, {
    name,
    source: { digest },
    routes: [{ path: `/${name}` }],
    args,
    volumes: [
      { name: `${name}-scripts`, mountPath: '/app', readOnly: true },
      { name: `${name}-data`, mountPath: '/data' },
    ],
  });
  for (const visit of [1, 2]) {
    const answer = await fetchIn(panel, `${name}/at/${visit}`);
    expect(answer.text.trim(), await logOf(panel, name)).toBe(`${visit} /at/${visit} ${listing}`);
  }
});
