import { describe, expect, it } from 'vitest';
import { RuntimeError } from '../../../src/core/errors.ts';
import { limitMemory } from '../../../src/wasm/memory-limit.ts';
import { sniffModule } from '../../../src/wasm/sniff.ts';
import { assemble, judge } from './assemble.ts';

const MODULE = `(module
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "env" "g" (global i32))
  (memory (export "memory") 1 200)
  (data (i32.const 8) "Content-Type: text/plain")
  (table 2 4 funcref)
  (func (export "_start") (drop (call $write (i32.const 1) (i32.const 8) (i32.const 1) (i32.const 0)))))`;

const COMPONENT = `(component
  (import "wasi:cli/environment@0.2.0" (instance (export "f" (func))))
  (core module $m (memory (export "memory") 1) (func (export "run") (result i32) (i32.const 0)))
  (core instance $i (instantiate $m))
  (func $run (result (result)) (canon lift (core func $i "run")))
  (component $inner (import "x" (func)) (core module) (component))
  (instance $r (export "run" (func $run)))
  (export "wasi:cli/run@0.2.0" (instance $r)))`;

/** Deterministic, so that a failure can be run again (Park and Miller's generator). */
function randomNumbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % below;
  };
}

/** Fails unless `bytes` are accepted or refused in the one way that callers handle. */
async function expectVerdict(bytes: Uint8Array<ArrayBuffer>): Promise<'accepted' | 'refused'> {
  const outcome = await sniffModule(bytes, judge).catch((error: unknown) => error);
  try {
    const limited = limitMemory(bytes, 2);
    if (!(outcome instanceof Error)) expect(WebAssembly.validate(limited)).toBe(true);
  } catch (error) {
    if (!(error instanceof RuntimeError)) throw error;
  }
  if (outcome instanceof RuntimeError && outcome.code === 'module-invalid') {
    expect(outcome.details).toMatchObject({ found: expect.any(String), runs: expect.any(String), fix: expect.any(String) });
    const offset = outcome.details.offset;
    if (offset !== undefined) expect(offset).toBeLessThanOrEqual(bytes.length);
    return 'refused';
  }
  if (outcome instanceof Error) throw outcome;
  return 'accepted';
}

describe.each([
  ['core module', MODULE],
  ['component', COMPONENT],
])('a damaged %s', (_, wat) => {
  it('is accepted undamaged', async () => {
    expect(await expectVerdict(await assemble(wat))).toBe('accepted');
  });

  it('is refused when cut at any byte but a place where it is whole', async () => {
    const bytes = await assemble(wat);
    let refused = 0;
    for (let length = 0; length < bytes.length; length++) if ((await expectVerdict(bytes.slice(0, length))) === 'refused') refused++;
    // Custom sections may be missing from the end: the names of the text.
    expect(refused).toBeGreaterThan(bytes.length * 0.7);
  });

  it('gets a verdict whatever bytes are changed, put in or taken out', { timeout: 60_000 }, async () => {
    const original = await assemble(wat);
    const random = randomNumbers(20_251);
    for (let round = 0; round < 2500; round++) {
      const bytes = [...original];
      for (let change = random(3); change >= 0; change--) {
        const at = random(bytes.length);
        const kind = random(4);
        if (kind === 0) bytes.splice(at, 1);
        else if (kind === 1) bytes.splice(at, 0, random(256));
        else if (kind === 2) bytes[at] = [0x00, 0x7f, 0x80, 0xff][random(4)] as number;
        else bytes[at] = random(256);
      }
      await expectVerdict(Uint8Array.from(bytes));
    }
  });
});
