import { readFile } from 'node:fs/promises';
import { parse } from '@bytecodealliance/jco-transpile/wasm-tools';
import { describe, expect, it } from 'vitest';
import { SUSPENDING_SOURCE_MARK } from '../../../src/protocol/transpiled-source.ts';
import { JCO_TRANSPILE_VERSION, transpilerName } from '../../../src/protocol/transpiler.ts';
import { HOOKS } from '../../../src/transpiler/guest-loop-hooks.ts';
import { transpileComponent } from '../../../src/transpiler/transpile.ts';
import { componentBomb } from '../../hostile/bomb.ts';

const MINIMAL =
  '(component (core module $m (func (export "f"))) (core instance $i (instantiate $m)) (func $f (canon lift (core func $i "f"))) (export "f" (func $f)))';
const bytes = (text: string) => new TextEncoder().encode(text);

describe('transpileComponent', () => {
  it('gives source that new Function takes, and the core modules', async () => {
    const artifact = await transpileComponent(bytes(MINIMAL), { jspi: false });
    expect(artifact).toMatchObject({ transpiler: transpilerName({ jspi: false }), imports: [], exports: ['f'] });
    expect(artifact.source).not.toMatch(/^(export|import) /m);
    const instantiate = new Function(`${artifact.source};return instantiate`)();
    const modules = new Map(artifact.cores.map(({ name, bytes: core }) => [name, new WebAssembly.Module(core)]));
    expect(instantiate((name: string) => modules.get(name), {}).f()).toBeUndefined();
  });

  it('suspends where it is asked to', async () => {
    const component = await readFile(new URL('../../../examples/stream-rust/stream-rust.wasm', import.meta.url));
    const { source, transpiler } = await transpileComponent(component, { jspi: true });
    expect(transpiler).toBe(transpilerName({ jspi: true }));
    expect(source.startsWith(SUSPENDING_SOURCE_MARK)).toBe(true);
    expect(source).toMatch(/WebAssembly\.promising\(exports\d+\['wasi:http/);
  });

  it('tries nothing else, for each try costs a guest its start', async () => {
    const component = await readFile(new URL('../../../examples/stream-rust/stream-rust.wasm', import.meta.url));
    const { source } = await transpileComponent(component, { jspi: false });
    expect(source.startsWith(SUSPENDING_SOURCE_MARK)).toBe(false);
    expect(source).not.toContain('WebAssembly.promising');
    expect(source).toMatch(/realloc0Async = \(exports\d+\.cabi_realloc\)/);
    expect(() => new Function(source)).not.toThrow();
  });

  it('keeps 0.2 and 0.3 of one interface apart, and runs 0.3 on the loop of its guest', async () => {
    const component = await readFile(new URL('../../guests/handler3.wasm', import.meta.url));
    const { source, imports, exports } = await transpileComponent(component, { jspi: true });
    expect(imports).toEqual(expect.arrayContaining(['wasi:cli/stdout', 'wasi:cli/stdout@0.3', 'wasi:http/types@0.3']));
    expect(exports).toContain('wasi:http/handler@0.3.2');
    expect(() => new Function(source)).not.toThrow();
    // Each hook is there, once at least: else jco has changed, and docs/platform-notes/jco-0.3.md is to be read again.
    for (const { name, put } of HOOKS) {
      const text = put.replace('$& ', '').trim();
      if (text !== '0') expect(source.includes(text), name).toBe(true);
    }
    expect(source).toMatch(/this\.#tickLoop = null;\s*\}, 0\)/);
  });

  it('refuses 0.3 where guests cannot be suspended', async () => {
    const component = await readFile(new URL('../../guests/handler3.wasm', import.meta.url));
    await expect(transpileComponent(component, { jspi: false })).rejects.toMatchObject({
      code: 'engine-unsupported',
      message: expect.stringContaining('JSPI'),
    });
  });

  it('refuses what is no component, with jco’s words and the place', async () => {
    const broken = Uint8Array.of(0, 0x61, 0x73, 0x6d, 0x0d, 0, 1, 0, 99);
    await expect(transpileComponent(broken, { jspi: true })).rejects.toMatchObject({
      code: 'module-invalid',
      message: expect.stringContaining('unexpected end-of-file'),
      details: { offset: 9 },
    });
  });

  it('refuses what would become more JavaScript than an instance should have to read', { timeout: 60_000 }, async () => {
    const bomb = await parse(componentBomb(5, 11));
    expect(bomb.length).toBeLessThan(2_000);
    await expect(transpileComponent(bomb, { jspi: true })).rejects.toMatchObject({
      code: 'module-invalid',
      message: expect.stringMatching(/would take \d{8,} bytes of JavaScript, and at most 8388608 are taken/),
    });
  });

  it('names the version that is installed', async () => {
    const manifest = JSON.parse(await readFile(new URL('../../../node_modules/@bytecodealliance/jco-transpile/package.json', import.meta.url), 'utf8'));
    expect(JCO_TRANSPILE_VERSION).toBe(manifest.version);
  });
});
