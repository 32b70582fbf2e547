import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { RuntimeError } from '../../../../src/core/errors.ts';
import type { InstanceSpec } from '../../../../src/core/instance-spec.ts';
import { transpileComponent } from '../../../../src/transpiler/transpile.ts';
import { sourceFromBytes } from '../../../../src/wasi/bytes.ts';
import type { GuestRequest } from '../../../../src/wasi/handler.ts';
import { compileComponent, createComponentHandler } from '../../../../src/wasi/preview2/component.ts';
import { scriptedBlock } from '../scripted-block.ts';
import { TestHost, TestResponse, testRequest, testSpec } from './guest-fixtures.ts';

/** Node 20 has no JSPI, so these components run as in a browser without it; test/browser runs them suspended. */
async function load(component: Uint8Array | string, spec: Partial<InstanceSpec> = {}) {
  const bytes = typeof component === 'string' ? new TextEncoder().encode(component) : component;
  const { source, cores, imports, exports } = await transpileComponent(bytes, { jspi: false });
  const host = new TestHost(false);
  const compiled = await compileComponent({ transpiler: '', source, cores, imports, exports }, 64);
  const handler = createComponentHandler({ source, cores: compiled, imports, exports }, testSpec(spec), host);
  const get = async (path: string, request: Partial<GuestRequest> = {}) => {
    const response = new TestResponse();
    await handler.handle(testRequest(path, request), response);
    return response;
  };
  return { host, handler, get };
}

const example = (name: string) => readFile(new URL(`../../../../examples/${name}/${name}.wasm`, import.meta.url));

describe('a wasi:http component', () => {
  it('gets a fresh guest for every request', async () => {
    const { get, handler } = await load(await example('misbehave-http'));
    await handler.prepare();
    expect((await get('/counter')).body.text).toBe('1\n');
    expect((await get('/counter')).body.text).toBe('1\n');
  });

  it('tells the memory of the guest that served last, also after a trap', async () => {
    const { get, handler } = await load(await example('misbehave-http'));
    expect(handler.memoryBytes).toBeNull();
    await get('/ok');
    const plainBytes = handler.memoryBytes ?? 0;
    expect(plainBytes % 65_536).toBe(0);
    await get('/alloc?mib=16');
    expect(handler.memoryBytes).toBeGreaterThanOrEqual(plainBytes + 16 * 1_048_576);
    await expect(get('/trap')).rejects.toThrow();
    expect(handler.memoryBytes).toBe(plainBytes);
  });

  it('keeps its guest under reuse, in turn, until it traps', async () => {
    const { get } = await load(await example('misbehave-http'), { reuse: true });
    const texts = await Promise.all([get('/counter'), get('/counter')]);
    expect(texts.map(({ body }) => body.text)).toEqual(['1\n', '2\n']);
    await expect(get('/trap')).rejects.toMatchObject({ code: 'handler-trap' });
    expect((await get('/counter')).body.text).toBe('1\n');
  });

  it('fails by trap, silence, error, exit and false status with the code that says so', async () => {
    const { get, host } = await load(await example('misbehave-http'));
    await expect(get('/trap')).rejects.toMatchObject({ code: 'handler-trap', message: expect.stringContaining('unreachable') });
    await expect(get('/never')).rejects.toMatchObject({ code: 'handler-response-invalid' });
    await expect(get('/error')).rejects.toMatchObject({ code: 'handler-response-invalid', details: { errorCode: 'internal-error' } });
    await expect(get('/exit')).rejects.toMatchObject({ code: 'handler-trap', details: { exitCode: 1 } });
    await expect(get('/status?code=103')).rejects.toMatchObject({ code: 'handler-response-invalid' });
    const controller = new AbortController();
    const block = scriptedBlock(() => controller.abort(new RuntimeError('handler-timeout', 'too late')));
    await expect(get('/hang', { signal: controller.signal, block })).rejects.toMatchObject({ code: 'handler-timeout' });
    expect(host.lines).toHaveLength(5);
    expect((await get('/ok')).status).toBe(200);
  });

  it('aborts the body of an answer that ends in a trap', async () => {
    const { handler } = await load(await example('misbehave-http'));
    const response = new TestResponse();
    await expect(handler.handle(testRequest('/trap?late=1'), response)).rejects.toMatchObject({ code: 'handler-trap' });
    expect(response).toMatchObject({ status: 200, body: { end: 'aborted', reason: { code: 'handler-trap' } } });
  });

  it('sees its request, its environment and nothing else', async () => {
    const { get, host } = await load(await example('stream-rust'), { env: { GREETING: 'hello' } });
    expect(JSON.parse((await get('/env')).body.text)).toMatchObject({ env: [['GREETING', 'hello']], args: [] });
    expect(JSON.parse((await get('/headers', { headers: [['x-a', '1']] })).body.text)).toMatchObject({
      authority: 'swerve.test:8443',
      headers: [['x-a', '1']],
    });
    expect(JSON.parse((await get('/outbound?url=https://example.com/')).body.text)).toMatchObject({ ok: false, error: 'HTTP-request-denied' });
    expect(host.lines.filter((line) => line.startsWith('system: Denied: GET https://example.com (wasi:http/outgoing-handler)'))).toHaveLength(1);
  });

  it('passes bodies both ways and repeated headers', async () => {
    const { get } = await load(await example('stream-rust'));
    const body = sourceFromBytes(new TextEncoder().encode('shout'));
    expect((await get('/upper', { method: 'POST', body })).body).toMatchObject({ text: 'SHOUT', end: 'closed' });
    const { headers } = await get('/headers');
    expect(headers.filter(([name]) => name === 'set-cookie')).toHaveLength(2);
  });
});

/** A command whose `run` answers what its core function does. */
const command = (core: string) => `(component
  (core module $m (func (export "run") (result i32) ${core}))
  (core instance $i (instantiate $m))
  (func $run (result (result)) (canon lift (core func $i "run")))
  (instance (export "wasi:cli/run@0.2.0") (export "run" (func $run))))`;

describe('a wasi:cli/run component', () => {
  it('that fails is a trap with its exit code', async () => {
    const { get } = await load(command('i32.const 1'), { abi: 'wagi' });
    await expect(get('/')).rejects.toMatchObject({ code: 'handler-trap', details: { exitCode: 1 } });
  });

  it('that writes nothing gave no valid answer', async () => {
    const { get } = await load(command('i32.const 0'), { abi: 'wagi' });
    await expect(get('/')).rejects.toMatchObject({ code: 'handler-response-invalid' });
  });

  it('is refused as a wasi:http one', async () => {
    await expect(load(command('i32.const 0'))).rejects.toMatchObject({
      code: 'module-invalid',
      message: expect.stringContaining('wasi:http/incoming-handler'),
    });
  });
});

describe('createComponentHandler', () => {
  it('refuses imports that have no host, by name', async () => {
    const component = `(component
      (import "acme:shop/cart@1.0.0" (instance $cart (export "add" (func))))
      (alias export $cart "add" (func $add))
      (core func $add (canon lower (func $add)))
      (core module $m (import "cart" "add" (func)))
      (core instance (instantiate $m (with "cart" (instance (export "add" (func $add)))))))`;
    await expect(load(component)).rejects.toMatchObject({ code: 'module-invalid', message: expect.stringContaining('acme:shop/cart') });
  });

  it('links a denied store, whose open answers access-denied', async () => {
    // Answers ok when open() gave err(access-denied), the second case of the error.
    const component = `(component
      (import "wasi:keyvalue/store@0.2.0-draft2" (instance $kv
        (export "bucket" (type $bucket (sub resource)))
        (type $e (variant (case "no-such-store") (case "access-denied") (case "other" string)))
        (export "error" (type $error (eq $e)))
        (export "open" (func (param "identifier" string) (result (result (own $bucket) (error $error)))))))
      (alias export $kv "open" (func $open))
      (core module $libc
        (memory (export "memory") 1)
        (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 1024))
      (core instance $libc (instantiate $libc))
      (core func $open (canon lower (func $open) (memory (core memory $libc "memory")) (realloc (core func $libc "realloc"))))
      (core module $m
        (import "kv" "open" (func $open (param i32 i32 i32)))
        (import "libc" "memory" (memory 1))
        (func (export "run") (result i32)
          (call $open (i32.const 0) (i32.const 0) (i32.const 64))
          (i32.ne (i32.load8_u (i32.const 64)) (i32.const 1))
          (i32.ne (i32.load8_u (i32.const 68)) (i32.const 1))
          i32.or))
      (core instance $i (instantiate $m
        (with "kv" (instance (export "open" (func $open))))
        (with "libc" (instance (export "memory" (memory $libc "memory"))))))
      (func $run (result (result)) (canon lift (core func $i "run")))
      (instance (export "wasi:cli/run@0.2.0") (export "run" (func $run))))`;
    const { get, host } = await load(component, { abi: 'wagi' });
    // Exit code 0 without output: the answer is invalid, the check in the guest held.
    await expect(get('/')).rejects.toMatchObject({ code: 'handler-response-invalid' });
    expect(host.lines[0]).toContain('Denied: wasi:keyvalue/store');
  });
});
