import type { Random } from './random.ts';
import { type Bytes, COMPONENT_PREAMBLE, CORE_PREAMBLE, concat, concatAll, leb, name, section } from './wasm-bytes.ts';

/** Files that were never valid modules with damage, but are made from nothing to cost whoever reads them as much as can be. */
export type Crafted = (random: Random) => Bytes;

const FUNC_TYPE = [0x60, 0, 0] as const;
/** Type section of one `() -> ()`. */
const ONE_TYPE = section(1, [1, ...FUNC_TYPE]);
const EXPORT_MEMORY = concat(name('memory'), [2, 0]);
/** `_start` is function 0, `memory` is memory 0: what makes a command of a module. */
const COMMAND_EXPORTS = section(7, [2], concat(name('_start'), [0, 0]), EXPORT_MEMORY);
const END = 0x0b;

const repeated = (bytes: Uint8Array | readonly number[], times: number): Bytes => {
  const out = new Uint8Array(bytes.length * times);
  for (let index = 0; index < times; index++) out.set(bytes, index * bytes.length);
  return out;
};

/** A command of one function with this body (locals first). */
function command(body: Uint8Array, memory: readonly number[] = [0, 1]): Bytes {
  return concat(CORE_PREAMBLE, ONE_TYPE, section(3, [1, 0]), section(5, [1, ...memory]), COMMAND_EXPORTS, section(10, [1], leb(body.length), body));
}

const locals: Crafted = (random) => {
  const count = random.pick([50_000, 50_001, 2 ** 31, 2 ** 32 - 1]);
  return command(concat([1], leb(count), [0x7f, END]));
};

/** As many declarations of locals as fit, each for as many as can be said. */
const localGroups: Crafted = (random) => {
  const groups = random.pick([2, 1_000, 100_000]);
  return command(concat(leb(groups), repeated([0xff, 0xff, 0xff, 0xff, 0x0f, 0x7e], groups), [END]));
};

const manyFunctions: Crafted = (random) => {
  const count = random.pick([10_000, 100_000, 1_000_000, 1_000_001]);
  const body = [5, 1, 0xd0, 0x86, 0x03, 0x7f].slice(1); // 1 group: 50,000 locals of i32
  const one = random.below(2) === 0 ? [2, 0, END] : [body.length + 1, ...body, END];
  const code = concat(leb(count), repeated(one, count));
  return concat(CORE_PREAMBLE, ONE_TYPE, section(3, leb(count), new Uint8Array(count)), section(5, [1, 0, 1]), COMMAND_EXPORTS, section(10, code));
};

/** Blocks in blocks: for every reader that calls itself. */
const deepBlocks: Crafted = (random) => {
  const depth = random.pick([100, 10_000, 200_000, 1_000_000]);
  return command(concat([0], repeated([0x02, 0x40], depth), repeated([END], depth), [END]));
};

const manyTypes: Crafted = (random) => {
  const count = random.pick([1_000, 100_000, 1_000_000, 1_000_001]);
  return concat(CORE_PREAMBLE, section(1, leb(count), repeated(FUNC_TYPE, count)));
};

/** Each type a subtype of the one before it (GC proposal). */
const subtypeChain: Crafted = (random) => {
  const depth = random.pick([2, 63, 64, 1_000, 10_000]);
  const types = Array.from({ length: depth }, (_, index) => (index === 0 ? [0x50, 0, ...FUNC_TYPE] : [0x50, 1, ...leb(index - 1), ...FUNC_TYPE]));
  return concat(CORE_PREAMBLE, section(1, leb(depth), ...types), section(3, [1, 0]), section(5, [1, 0, 1]), COMMAND_EXPORTS, section(10, [1, 2, 0, END]));
};

const manyParams: Crafted = (random) => {
  const count = random.pick([1_000, 1_001, 100_000, 1_000_000]);
  return concat(CORE_PREAMBLE, section(1, [1, 0x60], leb(count), new Uint8Array(count).fill(0x7f), [0]));
};

/** Imports that all have a host, so that none is a reason to refuse. */
const manyImports: Crafted = (random) => {
  const count = random.pick([1_000, 10_001, 100_000]);
  const one = concat(name('wasi_snapshot_preview1'), name('sched_yield'), [0, 0]);
  return concat(CORE_PREAMBLE, section(1, [1, 0x60, 0, 1, 0x7f]), section(2, leb(count), repeated(one, count)));
};

const manyExports: Crafted = (random) => {
  const count = random.pick([1_000, 100_000, 200_000]);
  const names = Array.from({ length: count }, (_, index) => concat(name(`export-${index}`), [0, 0]));
  const exported = section(7, leb(count + 2), concat(name('_start'), [0, 0]), EXPORT_MEMORY, concatAll(names));
  return concat(CORE_PREAMBLE, ONE_TYPE, section(3, [1, 0]), section(5, [1, 0, 1]), exported, section(10, [1, 2, 0, END]));
};

const longNames: Crafted = (random) => {
  const length = random.pick([99_999, 100_001, 5_000_000]);
  const exported = section(7, [3], concat(name('_start'), [0, 0]), EXPORT_MEMORY, leb(length), new Uint8Array(length).fill(0x78), [0, 0]);
  return concat(CORE_PREAMBLE, ONE_TYPE, section(3, [1, 0]), section(5, [1, 0, 1]), exported, section(10, [1, 2, 0, END]));
};

/** Memory sections again and again, each with as many memories as a reader may take. */
const memorySections: Crafted = (random) => {
  const one = section(5, [100], repeated([1, 1, 1], 100));
  return concat(CORE_PREAMBLE, repeated(one, random.pick([2, 1_000, 30_000])));
};

const largeMemory: Crafted = (random) => {
  const pages = random.pick([32_768, 65_536, 65_535]);
  return command(Uint8Array.of(0, END), [random.below(2), ...leb(pages), ...leb(65_536)].slice(0));
};

/** A table of ten million entries. */
const largeTable: Crafted = (random) => {
  const entries = random.pick([1_000_000, 10_000_000, 10_000_001]);
  return concat(
    CORE_PREAMBLE,
    ONE_TYPE,
    section(3, [1, 0]),
    section(4, [1, 0x70, 0], leb(entries)),
    section(5, [1, 0, 1]),
    COMMAND_EXPORTS,
    section(10, [1, 2, 0, END]),
  );
};

const branchTable: Crafted = (random) => {
  const targets = random.pick([10, 65_520, 1_000_000]);
  return command(concat([0, 0x41, 0, 0x0e], leb(targets), new Uint8Array(targets), [0, END]));
};

/** Megabytes of zeros to be copied into memory at the start. */
const zeroData: Crafted = (random) => {
  const bytes = random.pick([60_000, 4_000_000, 16_000_000]);
  const pages = Math.ceil(bytes / 65_536) + random.pick([-1, 0, 1]);
  const body = [0, END];
  return concat(
    CORE_PREAMBLE,
    ONE_TYPE,
    section(3, [1, 0]),
    section(5, [1, 0], leb(Math.max(0, pages))),
    COMMAND_EXPORTS,
    section(10, [1, body.length], body),
    section(11, [1, 0, 0x41, 0, END], leb(bytes), new Uint8Array(bytes)),
  );
};

const zeros: Crafted = (random) => concat(random.pick([CORE_PREAMBLE, COMPONENT_PREAMBLE]), new Uint8Array(random.pick([1_000, 300_000, 8_000_000])));

/** Types of components inside types of components. */
const deepTypes: Crafted = (random) => {
  const depth = random.pick([10, 99, 101, 1_000, 20_000]);
  // componenttype 0x41, one declaration: a type (0x01) that is again a componenttype; the innermost has none.
  return concat(COMPONENT_PREAMBLE, section(7, [1], repeated([0x41, 1, 0x01], depth), [0x41, 0]));
};

/** Each type holds the one before it twice, so that the last is 2^n values wide. */
const doublingTypes: Crafted = (random) => {
  const depth = random.pick([8, 19, 30, 300]);
  const types = Array.from({ length: depth }, (_, index) => (index === 0 ? [0x6f, 2, 0x7d, 0x7d] : [0x6f, 2, ...leb(index - 1), ...leb(index - 1)]));
  return concat(COMPONENT_PREAMBLE, section(7, leb(depth), ...types));
};

const manyAliases: Crafted = (random) => {
  const count = random.pick([100, 10_000, 100_000]);
  return concat(COMPONENT_PREAMBLE, section(6, leb(count), repeated([0x03, 0x02, 0, 0], count)));
};

/** A name whose attributes never end, and a name as long as the file. */
const componentNames: Crafted = (random) => {
  const kind = random.below(3);
  if (kind === 0) return concat(COMPONENT_PREAMBLE, section(10, [1, 2], name('a'), leb(2 ** 32 - 1), repeated([1, 1, 0x62], random.pick([10, 100_000]))));
  if (kind === 1) return concat(COMPONENT_PREAMBLE, section(10, [1, 0], name('x'.repeat(random.pick([100, 99_999, 300_000]))), [1, 0]));
  const many = random.pick([9_999, 10_001, 50_000]);
  return concat(COMPONENT_PREAMBLE, section(10, leb(many), repeated(concat([0], name('wasi:cli/run@0.2.0'), [5, 0]), many)));
};

const manyCores: Crafted = (random) => {
  const count = random.pick([999, 1_001, 20_000]);
  return concat(COMPONENT_PREAMBLE, repeated(section(1, CORE_PREAMBLE), count));
};

const manySections: Crafted = (random) => {
  const count = random.pick([1_000, 100_001, 400_000]);
  return concat(random.pick([CORE_PREAMBLE, COMPONENT_PREAMBLE]), repeated([0, 2, 1, 0x61], count));
};

const noise: Crafted = (random) => {
  const bytes = Uint8Array.from({ length: random.between(0, 2_000) }, () => random.below(256));
  return random.below(2) === 0 ? bytes : concat(random.pick([CORE_PREAMBLE, COMPONENT_PREAMBLE]), bytes);
};

/** All of them by name. */
export const CRAFTED: readonly (readonly [name: string, make: Crafted])[] = [
  ['locals', locals],
  ['groups of locals', localGroups],
  ['many functions', manyFunctions],
  ['deep blocks', deepBlocks],
  ['many types', manyTypes],
  ['chain of subtypes', subtypeChain],
  ['many parameters', manyParams],
  ['many imports', manyImports],
  ['many exports', manyExports],
  ['long names', longNames],
  ['memory sections', memorySections],
  ['large memory', largeMemory],
  ['large table', largeTable],
  ['branch table', branchTable],
  ['data of zeros', zeroData],
  ['zeros', zeros],
  ['deep types', deepTypes],
  ['doubling types', doublingTypes],
  ['many aliases', manyAliases],
  ['names of components', componentNames],
  ['many core modules', manyCores],
  ['many sections', manySections],
  ['noise', noise],
];
