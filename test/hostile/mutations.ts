import type { Random } from './random.ts';
import {
  type Bytes,
  COMPONENT_PREAMBLE,
  concat,
  isComponent,
  type LooseFile,
  type LooseSection,
  leb,
  readFile,
  readLeb,
  section,
  writeFile,
} from './wasm-bytes.ts';

/** What a mutation has at hand: the file to damage, and others to take parts from. */
export interface Material {
  readonly seed: Bytes;
  readonly donors: readonly Bytes[];
  readonly random: Random;
}

export type Mutation = (material: Material) => Bytes;

const INTERESTING_BYTES = [0x00, 0x01, 0x40, 0x60, 0x7f, 0x80, 0xfe, 0xff] as const;
/** Numbers that a reader may add, multiply or allocate by. */
const HOSTILE_NUMBERS = [0, 1, 127, 128, 1_000, 65_535, 65_536, 100_001, 1_000_001, 50_000_000, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1] as const;
/** Encodings that are no 32-bit numbers, or are and take more bytes than they need. */
const HOSTILE_LEBS: readonly (readonly number[])[] = [
  [0x80, 0x80, 0x80, 0x80, 0x00],
  [0xff, 0xff, 0xff, 0xff, 0x7f],
  [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
  [0xff],
];

function hostileLeb(random: Random, near: number): readonly number[] {
  const kind = random.below(8);
  if (kind === 0) return random.pick(HOSTILE_LEBS);
  if (kind === 1) return leb(near + 1);
  if (kind === 2) return leb(Math.max(0, near - 1));
  if (kind === 3) return leb(random.below(2 ** 32));
  return leb(random.pick(HOSTILE_NUMBERS));
}

function splice(bytes: Uint8Array, start: number, end: number, ...parts: (Uint8Array | readonly number[])[]): Bytes {
  return concat(bytes.subarray(0, start), ...parts, bytes.subarray(end));
}

function flipBits({ seed, random }: Material): Bytes {
  const bytes = seed.slice();
  // Half of the flips go where structure is dense, the first kilobyte.
  const reach = random.below(2) === 0 ? Math.min(1024, bytes.length) : bytes.length;
  for (let left = random.between(1, 4); left > 0; left--) {
    const at = random.below(reach);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
  }
  return bytes;
}

function overwrite({ seed, random }: Material): Bytes {
  const bytes = seed.slice();
  const at = random.below(bytes.length);
  for (let left = random.between(1, 16), to = at; left > 0 && to < bytes.length; left--, to++) {
    bytes[to] = random.below(2) === 0 ? random.pick(INTERESTING_BYTES) : random.below(256);
  }
  return bytes;
}

const truncate = ({ seed, random }: Material): Bytes => seed.slice(0, random.below(seed.length));

function takeOut({ seed, random }: Material): Bytes {
  const start = random.below(seed.length);
  return splice(seed, start, Math.min(seed.length, start + random.between(1, 64)));
}

function putIn({ seed, random }: Material): Bytes {
  const at = random.below(seed.length);
  const donor = random.pick([seed, ...random.pick([[seed], []])]);
  const from = random.below(donor.length);
  return splice(seed, at, at, donor.subarray(from, from + random.between(1, 256)));
}

function changeSections(seed: Uint8Array, change: (sections: LooseSection[]) => LooseSection[]): Bytes {
  const file = readFile(seed);
  return writeFile({ ...file, sections: change([...file.sections]) });
}

const swapSections = ({ seed, random }: Material): Bytes =>
  changeSections(seed, (sections) => {
    const [a, b] = [random.below(sections.length), random.below(sections.length)];
    const [first, second] = [sections[a], sections[b]];
    if (first && second) [sections[a], sections[b]] = [second, first];
    return sections;
  });

const dropSection = ({ seed, random }: Material): Bytes => changeSections(seed, (sections) => sections.toSpliced(random.below(sections.length), 1));

const repeatSection = ({ seed, random }: Material): Bytes =>
  changeSections(seed, (sections) => {
    const one = sections[random.below(sections.length)];
    const times = random.pick([1, 1, 2, 50, 1_000]);
    return one && one.body.length * times < 1_000_000
      ? sections.toSpliced(random.below(sections.length + 1), 0, ...Array<LooseSection>(times).fill(one))
      : sections;
  });

/** A section of another file, beside or in place of the one of that kind. */
const foreignSection = ({ seed, donors, random }: Material): Bytes =>
  changeSections(seed, (sections) => {
    const foreign = random.pick(readFile(random.pick(donors)).sections);
    if (!foreign) return sections;
    const at = sections.findIndex(({ id }) => id === foreign.id);
    return at === -1 || random.below(3) === 0 ? sections.toSpliced(random.below(sections.length + 1), 0, foreign) : sections.toSpliced(at, 1, foreign);
  });

const renumberSection = ({ seed, random }: Material): Bytes =>
  changeSections(seed, (sections) => {
    const at = random.below(sections.length);
    return sections.map((one, index) => (index === at ? { id: random.below(random.below(4) === 0 ? 256 : 14), body: one.body } : one));
  });

/** The size of a section says something else than what is there. */
function hostileSectionSize({ seed, random }: Material): Bytes {
  const { preamble, sections, rest }: LooseFile = readFile(seed);
  const at = random.below(sections.length);
  return concat(preamble, ...sections.flatMap(({ id, body }, index) => [[id], index === at ? hostileLeb(random, body.length) : leb(body.length), body]), rest);
}

/** The number of entries, which most sections begin with. */
const hostileCount = ({ seed, random }: Material): Bytes =>
  changeSections(seed, (sections) => {
    const at = random.below(sections.length);
    return sections.map((one, index) => {
      const count = index === at ? readLeb(one.body, 0) : null;
      return count ? { id: one.id, body: splice(one.body, 0, count.end, hostileLeb(random, count.value)) } : one;
    });
  });

/** Any number inside a section, the sizes around it kept right: lengths of names and of functions, indices, limits, locals. */
const hostileNumber = ({ seed, random }: Material): Bytes =>
  changeSections(seed, (sections) => {
    const at = random.below(sections.length);
    return sections.map((one, index) => {
      if (index !== at || one.body.length === 0) return one;
      const where = random.below(Math.min(one.body.length, 4_096));
      const found = readLeb(one.body, where);
      return found ? { id: one.id, body: splice(one.body, where, found.end, hostileLeb(random, found.value)) } : one;
    });
  });

/** Damages the inside of one section alone, the structure around it kept whole. */
const damageInside = (material: Material): Bytes =>
  changeSections(material.seed, (sections) => {
    const { random } = material;
    const at = random.below(sections.length);
    return sections.map((one, index) => {
      if (index !== at || one.body.length === 0) return one;
      const damage = random.pick([flipBits, overwrite, takeOut, putIn, truncate]);
      return { id: one.id, body: damage({ ...material, seed: Uint8Array.from(one.body) }) };
    });
  });

const SECTION_TABLE = 4;
const SECTION_MEMORY = 5;
const SECTION_START = 8;
const SECTION_CORE_MODULE = 1;
const SECTION_COMPONENT = 4;

/** Memories and tables that are declared larger than anybody has room for. */
const hostileLimits = (material: Material): Bytes =>
  inCore(material, ({ seed, random }) => {
    const flags = random.pick([0, 1, 1, 2, 3, 4, 5, 8, 0xff]);
    const numbers = [0, 1, 16, 4_096, 32_767, 32_768, 65_535, 65_536, 65_537, 10_000_000, 10_000_001, 2 ** 32 - 1, 2 ** 48] as const;
    const limits = concat([flags], leb(random.pick(numbers)), leb(random.pick(numbers)));
    const count = random.pick([1, 1, 2, 101, 2 ** 32 - 1]);
    const isMemory = random.below(2) === 0;
    const entry = isMemory ? limits : concat([0x70], limits);
    const body = concat(leb(count), ...Array<Uint8Array>(Math.min(count, 200)).fill(entry));
    return changeSections(seed, (sections) => {
      const id = isMemory ? SECTION_MEMORY : SECTION_TABLE;
      const at = sections.findIndex((one) => one.id === id);
      const before = sections.findIndex((one) => one.id > id);
      return at === -1 ? sections.toSpliced(before === -1 ? sections.length : before, 0, { id, body }) : sections.toSpliced(at, 1, { id, body });
    });
  });

/** A function that runs as soon as the module is instantiated. */
const addStart = (material: Material): Bytes =>
  inCore(material, ({ seed, random }) =>
    changeSections(seed, (sections) => {
      const before = sections.findIndex(({ id }) => id > SECTION_START && id !== 0);
      const start = { id: SECTION_START, body: Uint8Array.from(leb(random.pick([random.below(64), random.below(500), 2 ** 32 - 1]))) };
      return sections.toSpliced(before === -1 ? sections.length : before, 0, start);
    }),
  );

/** The same to a core module: the file itself, or one inside the component. */
function inCore(material: Material, mutation: Mutation): Bytes {
  const { seed, random } = material;
  if (!isComponent(seed)) return mutation(material);
  return changeSections(seed, (sections) => {
    const cores = sections.flatMap(({ id }, index) => (id === SECTION_CORE_MODULE ? [index] : []));
    if (cores.length === 0) return sections;
    const at = random.pick(cores);
    return sections.map((one, index) => (index === at ? { id: one.id, body: mutation({ ...material, seed: Uint8Array.from(one.body) }) } : one));
  });
}

/** Any other mutation, of a core module inside a component. */
const damageCore = (material: Material): Bytes =>
  inCore(material, (inner) => inner.random.pick([flipBits, overwrite, truncate, swapSections, dropSection, hostileCount, hostileNumber, damageInside])(inner));

/** The file inside components inside components: 1 to 10,000 deep. */
function nest({ seed, random }: Material): Bytes {
  const depth = random.pick([1, 2, 31, 32, 33, 100, 1_000, 10_000]);
  if (depth > 100 && seed.length > 20_000) return nestedIn(seed, 100);
  return nestedIn(seed, depth);
}

function nestedIn(seed: Uint8Array, depth: number): Bytes {
  // Built from the inside, in one buffer that is filled from its end: copying at each level would be quadratic.
  const whole = new Uint8Array(seed.length + depth * 16);
  let start = whole.length - seed.length;
  whole.set(seed, start);
  let id = isComponent(seed) ? SECTION_COMPONENT : SECTION_CORE_MODULE;
  for (let level = 0; level < depth; level++) {
    const head = concat(COMPONENT_PREAMBLE, [id], leb(whole.length - start));
    start -= head.length;
    whole.set(head, start);
    id = SECTION_COMPONENT;
  }
  return whole.slice(start);
}

function addCustom({ seed, random }: Material): Bytes {
  const kind = random.below(5);
  if (kind === 0) return concat(seed, section(0, leb(random.pick([2 ** 32 - 1, 1_000_000, 100])), [0x61]));
  if (kind === 1) return concat(seed, section(0, leb(200_000), new Uint8Array(200_000).fill(0x61)));
  if (kind === 2) return concat(seed, ...Array<Bytes>(random.pick([10, 1_000, 20_000])).fill(section(0, [1, 0x61])));
  if (kind === 3) return concat(seed, section(0, [4, 0x6e, 0x61, 0x6d, 0x65], seed.subarray(0, random.below(seed.length))));
  return concat(seed, section(0, [3, 0xff, 0xfe, 0x80]));
}

const twoFiles = ({ seed, donors, random }: Material): Bytes => concat(seed, random.pick(donors));

function otherPreamble({ seed, random }: Material): Bytes {
  const bytes = seed.slice();
  const at = random.between(0, 7);
  bytes[at] = random.pick([0, 1, 2, 0x0a, 0x0d, 0xff]);
  return bytes;
}

/** Zeros, which would compress to nothing, in place of or after what is there. */
function addZeros({ seed, random }: Material): Bytes {
  const zeros = new Uint8Array(random.pick([1_000, 100_000, 1_000_000]));
  const kind = random.below(3);
  if (kind === 0) return concat(seed, zeros);
  if (kind === 1) return concat(seed, section(0, [1, 0x7a], zeros));
  const at = random.below(seed.length);
  return splice(seed, at, at, zeros.subarray(0, 100_000));
}

const twice = (material: Material): Bytes => {
  const once = material.random.pick([flipBits, swapSections, hostileNumber, damageInside])(material);
  return once.length === 0 ? once : material.random.pick([flipBits, hostileCount, damageInside, takeOut])({ ...material, seed: once });
};

/** All of them by name; a name that stands twice comes twice as often. */
export const MUTATIONS: readonly (readonly [name: string, mutation: Mutation])[] = [
  ['flip bits', flipBits],
  ['flip bits', flipBits],
  ['flip bits', flipBits],
  ['overwrite', overwrite],
  ['truncate', truncate],
  ['truncate', truncate],
  ['take out', takeOut],
  ['put in', putIn],
  ['swap sections', swapSections],
  ['drop a section', dropSection],
  ['repeat a section', repeatSection],
  ['foreign section', foreignSection],
  ['renumber a section', renumberSection],
  ['hostile section size', hostileSectionSize],
  ['hostile count', hostileCount],
  ['hostile number', hostileNumber],
  ['hostile number', hostileNumber],
  ['damage inside a section', damageInside],
  ['damage inside a section', damageInside],
  ['hostile limits', hostileLimits],
  ['add a start function', addStart],
  ['damage a core module', damageCore],
  ['damage a core module', damageCore],
  ['nest', nest],
  ['add custom sections', addCustom],
  ['two files in one', twoFiles],
  ['other preamble', otherPreamble],
  ['add zeros', addZeros],
  ['two mutations', twice],
];
