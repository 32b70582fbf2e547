import { componentNew } from '@bytecodealliance/jco-transpile/wasm-tools';
import { describe, expect, it } from 'vitest';
import { sniffModule } from '../../../src/wasm/sniff.ts';
import { assemble, bytesOf, COMPONENT_PREAMBLE, CORE_PREAMBLE, judge, readRepositoryFile, refusalOf } from './assemble.ts';

const FUNCTION = '(core module $m (func (export "f"))) (core instance $i (instantiate $m)) (func $f (canon lift (core func $i "f")))';

/** A component that exports an instance with one function under each of `names`. */
function exporting(...names: string[]): string {
  return `(component ${FUNCTION} (instance $x (export "handle" (func $f))) ${names.map((name) => `(export "${name}" (instance $x))`).join(' ')})`;
}

function u32(value: number): number[] {
  const out: number[] = [];
  let rest = value;
  do {
    out.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
    rest >>>= 7;
  } while (rest > 0);
  return out;
}

const section = (id: number, body: Uint8Array) => bytesOf(id, u32(body.length), body);

function nested(depth: number): Uint8Array<ArrayBuffer> {
  let bytes = bytesOf(COMPONENT_PREAMBLE);
  for (let level = 0; level < depth; level++) bytes = bytesOf(COMPONENT_PREAMBLE, section(4, bytes));
  return bytes;
}

describe('sniffModule of a component that runs', () => {
  it('reports a wasi:http handler with its imports and exports', async () => {
    const bytes = await assemble(`(component
      (import "wasi:http/types@0.2.4" (instance $types (export "fields" (type (sub resource)))))
      (alias export $types "fields" (type $fields))
      (import "wasi:sockets/tcp@0.2.4" (instance))
      (import "acme:log/log@1.0.0" (instance (export "log" (func (param "text" string)))))
      (import "fields" (type (eq $fields)))
      (import "handle-type" (type (sub resource)))
      ${FUNCTION}
      (instance $x (export "handle" (func $f)))
      (export "wasi:cli/run@0.2.4" (instance $x))
      (export "wasi:http/incoming-handler@0.2.4" (instance $x))
      (export "extra" (func $f)))`);
    expect(await sniffModule(bytes, judge)).toEqual({
      sizeBytes: bytes.length,
      kind: 'component',
      abi: 'wasi-http',
      summary:
        'WASI 0.2 component, serves HTTP through wasi:http/incoming-handler@0.2.4; imports "acme:log/log@1.0.0", "handle-type", which Swerve does not have',
      imports: [
        { name: 'wasi:http/types@0.2.4', support: 'granted' },
        { name: 'wasi:sockets/tcp@0.2.4', support: 'denied' },
        { name: 'acme:log/log@1.0.0', support: 'unknown' },
        { name: 'handle-type', support: 'unknown' },
      ],
      exports: [{ name: 'wasi:cli/run@0.2.4' }, { name: 'wasi:http/incoming-handler@0.2.4' }, { name: 'extra' }],
      memory: null,
    });
  });

  it('reports a command of wasi:cli/run as WAGI', async () => {
    const report = await sniffModule(await assemble(exporting('wasi:cli/run@0.2.12')), judge);
    expect(report).toMatchObject({ abi: 'wagi', summary: 'WASI 0.2 component, serves HTTP as a WAGI (CGI/1.1) handler through wasi:cli/run@0.2.12' });
  });

  it.each([
    ['wasi:http/handler@0.3.0', 'wasi-http', 'WASI 0.3 component, serves HTTP through wasi:http/handler@0.3.0'],
    ['wasi:cli/run@0.3.2', 'wagi', 'WASI 0.3 component, serves HTTP as a WAGI (CGI/1.1) handler through wasi:cli/run@0.3.2'],
  ])('reports %s, whatever it exports of 0.2 beside it', async (name, abi, summary) => {
    expect(await sniffModule(await assemble(exporting('wasi:cli/run@0.2.0', name)), judge)).toMatchObject({ abi, summary });
  });

  it('reports a preview 1 command in its adapter', async () => {
    const adapter = readRepositoryFile('node_modules/@bytecodealliance/jco/lib/wasi_snapshot_preview1.command.wasm');
    const command = readRepositoryFile('examples/hello-c/hello-c.wasm');
    const report = await sniffModule(new Uint8Array(await componentNew(command, [['wasi_snapshot_preview1', adapter]])), judge);
    expect(report.abi).toBe('wagi');
    expect(report.imports.map(({ name }) => name)).toContain('wasi:cli/stdout@0.2.12');
    expect(report.imports.every(({ support }) => support === 'granted')).toBe(true);
  });

  it('reads names of form 1, and of form 2 with their attributes', async () => {
    // An instance of no exports (5), exported under each form; form 2 has a version suffix and an external id.
    const instance = section(5, bytesOf([1, 1, 0]));
    const name = (text: string) => bytesOf(text.length, text);
    const form1 = section(11, bytesOf([1, 1], name('wasi:cli/run@0.2.3'), [5, 0, 0]));
    const core = section(1, bytesOf(CORE_PREAMBLE));
    expect((await sniffModule(bytesOf(COMPONENT_PREAMBLE, core, instance, form1), judge)).exports).toEqual([{ name: 'wasi:cli/run@0.2.3' }]);
    const form2 = section(11, bytesOf([1, 2], name('wasi:http/incoming-handler@0.2'), [2, 1], name('.9'), [2], name('id'), [5, 0, 1, 5, 0]));
    expect((await sniffModule(bytesOf(COMPONENT_PREAMBLE, core, instance, form2), judge)).summary).toMatch(/incoming-handler@0\.2\.9$/);
  });
});

describe('sniffModule of a component that does not run', () => {
  it.each<[string, string, RegExp, RegExp]>([
    [
      'no handler',
      exporting('acme:math/add@1.0.0', 'acme:math/sub'),
      /serves no requests: it exports "acme:math\/add@1.0.0", "acme:math\/sub"/,
      /wasi:http\/proxy/,
    ],
    ['no exports', `(component ${FUNCTION})`, /it exports nothing/, /wasi:http\/proxy/],
    ['a 0.3 draft', exporting('wasi:http/handler@0.3.0-rc-2026-03-15'), /handler@0\.3\.0-rc-2026-03-15, a version that is no release of WASI 0\.3/, /0\.3\.0/],
    ['a release candidate', exporting('wasi:http/incoming-handler@0.2.0-rc-2023-10-18'), /before or beside the WASI 0\.2 release/, /Rebuild/],
    ['a WIT package', '(component (type (component (export "acme:a/b" (instance)))) (export "b" (type 0)))', /holds no code/, /Implement/],
  ])('%s', async (_, wat, found, fix) => {
    const refusal = await refusalOf(await assemble(wat));
    expect(refusal.found).toMatch(found);
    expect(refusal.fix).toMatch(fix);
  });

  it('does not take a function or a type for a handler', async () => {
    const wat = `(component ${FUNCTION} (type $t (func)) (export "run" (func $f)) (export "t" (type $t)))`;
    const refusal = await refusalOf(await assemble(wat));
    expect(refusal.found).toMatch(/serves no requests/);
  });

  it('refuses threads in a core module inside', async () => {
    const wat = exporting('wasi:cli/run@0.2.0').replace('(component', '(component (core module (memory 1 1 shared))');
    expect((await refusalOf(await assemble(wat))).found).toMatch(/shared memory/);
  });

  it('names the byte of the file where a core module inside goes wrong', async () => {
    // `drop` of nothing, in a function body that begins at byte 20 of the core module.
    const core = bytesOf(CORE_PREAMBLE, section(1, bytesOf([1, 0x60, 0, 0])), section(3, bytesOf([1, 0])), section(10, bytesOf([1, 3, 0, 0x1a, 0x0b])));
    const bytes = bytesOf(COMPONENT_PREAMBLE, section(1, core));
    const coreStart = 10;
    const refusal = await refusalOf(bytes);
    expect(refusal.found).toMatch(
      /^A core module inside this component \(at byte 10\) is not valid: WebAssembly\.compile\(\): .*@\+\d+ \(byte \d+ of the file\)\.$/,
    );
    expect(bytes[refusal.offset ?? 0]).toBe(0x1a);
    expect(refusal.offset).toBe(coreStart + core.length - 2);
  });

  it.each<[string, Uint8Array<ArrayBuffer>, RegExp]>([
    [
      'a section that is too large',
      bytesOf(COMPONENT_PREAMBLE, [1, 0xff, 0xff, 0xff, 0xff, 0x0f]),
      /section 1 needs 4294967295 bytes and 0 are left \(byte 14\)/,
    ],
    ['more imports than bytes', bytesOf(COMPONENT_PREAMBLE, section(10, bytesOf([0xff, 0xff, 0xff, 0xff, 0x0f]))), /more than 10000 imports/],
    ['a name that is too long', bytesOf(COMPONENT_PREAMBLE, section(11, bytesOf([1, 0, 0xc8, 1, 65]))), /the name of an export needs 200 bytes/],
    ['an unknown name form', bytesOf(COMPONENT_PREAMBLE, section(11, bytesOf([1, 3, 1, 65]))), /unknown form 0x3/],
    ['an unknown sort', bytesOf(COMPONENT_PREAMBLE, section(11, bytesOf([1, 0, 1, 65, 9, 0, 0]))), /sort 0x9/],
    ['bytes left over', bytesOf(COMPONENT_PREAMBLE, section(10, bytesOf([0, 0]))), /left over/],
    ['an unknown section', bytesOf(COMPONENT_PREAMBLE, section(13, bytesOf())), /section of id 13/],
    ['a nested component that is none', bytesOf(COMPONENT_PREAMBLE, section(4, bytesOf(CORE_PREAMBLE))), /does not begin as one/],
    ['nesting without end', nested(1000), /nested more than 32 deep/],
    [
      'core modules without end',
      bytesOf(COMPONENT_PREAMBLE, Array.from({ length: 1001 }, () => [...section(1, bytesOf(CORE_PREAMBLE))]).flat()),
      /more than 1000 core modules/,
    ],
  ])('%s', async (_, bytes, found) => {
    const startMs = performance.now();
    const refusal = await refusalOf(bytes);
    expect(refusal.found).toMatch(/^This WebAssembly component is not valid: /);
    expect(refusal.found).toMatch(found);
    expect(refusal.offset).toBeTypeOf('number');
    expect(performance.now() - startMs).toBeLessThan(1000);
  });
});
