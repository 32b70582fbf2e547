import { CRAFTED } from './crafted.ts';
import { MUTATIONS } from './mutations.ts';
import { Random } from './random.ts';
import type { Bytes } from './wasm-bytes.ts';

/** A valid file to start from. */
export interface Seed {
  readonly name: string;
  readonly bytes: Bytes;
  /** How often it is taken, in relation to the others. */
  readonly weight: number;
}

/** One hostile file, and how it came about. */
export interface Hostile {
  readonly what: string;
  readonly bytes: Bytes;
}

/** Of a hundred files, as many are made from nothing. */
const CRAFTED_PERCENT = 2;
/** Far apart for seeds and indices that lie close together. */
const STRIDE = 0x9e3779b1;

/** Hostile file `index` of the run `seed`: the same bytes whenever it is asked for, whatever was asked for before. */
export function hostileFile(seeds: readonly Seed[], seed: number, index: number): Hostile {
  const random = new Random(Math.imul(seed, STRIDE) ^ Math.imul(index + 1, 0x85ebca6b));
  if (random.below(100) < CRAFTED_PERCENT) {
    const [name, make] = random.pick(CRAFTED);
    return { what: `#${index} ${name}`, bytes: make(random) };
  }
  const { name, bytes } = weighted(seeds, random);
  const [mutation, mutate] = random.pick(MUTATIONS);
  return { what: `#${index} ${name}: ${mutation}`, bytes: mutate({ seed: bytes, donors: seeds.map((one) => one.bytes), random }) };
}

function weighted(seeds: readonly Seed[], random: Random): Seed {
  let left = random.below(seeds.reduce((sum, { weight }) => sum + weight, 0));
  for (const seed of seeds) {
    left -= seed.weight;
    if (left < 0) return seed;
  }
  throw new Error('there is nothing to mutate');
}
