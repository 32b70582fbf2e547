import { describe, expect, it } from 'vitest';
import { sniffModule } from '../../../src/wasm/sniff.ts';
import { type Bytes, COMPONENT_PREAMBLE, CORE_PREAMBLE, concat, concatAll, leb, name, section } from '../../hostile/wasm-bytes.ts';
import { judge } from '../wasm/assemble.ts';

/** What engines take and Swerve would have to keep or list: bounds of its own, each said in the refusal. */

const repeat = (bytes: Uint8Array | readonly number[], times: number): Bytes => concatAll(Array<Uint8Array | readonly number[]>(times).fill(bytes));
const start = concat(name('_start'), [0, 0]);
const memory = concat(name('memory'), [2, 0]);
const code = section(10, [1, 2, 0, 0x0b]);

const imports = (count: number) => {
  const one = concat(name('wasi_snapshot_preview1'), name('sched_yield'), [0, 1]);
  return concat(
    CORE_PREAMBLE,
    section(1, [2, 0x60, 0, 0, 0x60, 0, 1, 0x7f]),
    section(2, leb(count), repeat(one, count)),
    section(3, [1, 0]),
    section(5, [1, 0, 1]),
    section(7, [2], name('_start'), [0], leb(count), memory),
    code,
  );
};
const exports = (count: number) =>
  concat(
    CORE_PREAMBLE,
    section(1, [1, 0x60, 0, 0]),
    section(3, [1, 0]),
    section(5, [1, 0, 1]),
    section(7, leb(count + 2), start, memory, concatAll(Array.from({ length: count }, (_, index) => concat(name(`${index}`), [0, 0])))),
    code,
  );
const memories = (sections: number) => concat(CORE_PREAMBLE, repeat(section(5, [100], repeat([1, 1, 1], 100)), sections));
/** Functions of 50,000 locals each, which is what engines allow for one. */
const locals = (functions: number) => {
  const one = concat([6, 1], leb(50_000), [0x7f, 0x0b]);
  const types = concat(section(1, [1, 0x60, 0, 0]), section(3, leb(functions), new Uint8Array(functions)), section(5, [1, 0, 1]));
  return concat(CORE_PREAMBLE, types, section(7, [2], start, memory), section(10, leb(functions), repeat(one, functions)));
};

describe('a file is refused when it has', () => {
  it.each([
    ['more imports than Swerve lists', imports(10_001), /has 10001 imports and Swerve reads at most 10000/],
    ['more exports than Swerve reads', exports(99_999), /100001 (exports and Swerve reads at most|exceeds internal limit of) 100000/],
    ['memories in section after section', memories(2), /not valid/],
    ['more locals than an engine should lay out', locals(201), /more than 10000000 local variables in all/],
    ['a name that fills it', concat(COMPONENT_PREAMBLE, section(0, name('x'.repeat(100_001)))), /has 100001 bytes, more than 100000/],
    ['more components inside each other than anybody writes', nested(33), /nested more than 32 deep/],
  ])('%s', async (_what, bytes, found) => {
    await expect(sniffModule(bytes, judge)).rejects.toMatchObject({ code: 'module-invalid', details: { found: expect.stringMatching(found) } });
  });

  it('and is not when it has as many as that', async () => {
    for (const bytes of [imports(10_000), exports(99_998), locals(200)]) expect(await sniffModule(bytes, judge)).toMatchObject({ abi: 'wagi' });
  });
});

function nested(depth: number): Bytes {
  let bytes = concat(COMPONENT_PREAMBLE);
  for (let level = 0; level < depth; level++) bytes = concat(COMPONENT_PREAMBLE, section(4, bytes));
  return bytes;
}
