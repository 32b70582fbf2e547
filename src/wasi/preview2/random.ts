import { randomBytes } from '../random.ts';
import { clampLength } from './wit.ts';

/** Above this a guest that asks for random bytes is trapped rather than the worker run out of memory. */
const MAX_RANDOM_BYTES = 64 * 1_048_576;

function getRandomBytes(length: bigint): Uint8Array {
  if (length > BigInt(MAX_RANDOM_BYTES)) throw new RangeError(`${length} random bytes were asked for in one call; at most ${MAX_RANDOM_BYTES} are given`);
  return randomBytes(clampLength(length, MAX_RANDOM_BYTES));
}

function getRandomU64(): bigint {
  return new DataView(randomBytes(8).buffer).getBigUint64(0);
}

/** wasi:random/random (WIT: wasi-random/random.wit, 0.2). */
export const random = { getRandomBytes, getRandomU64 };

/** wasi:random/insecure: the secure generator serves it too. */
export const insecure = { getInsecureRandomBytes: getRandomBytes, getInsecureRandomU64: getRandomU64 };

/** wasi:random/insecure-seed. */
export const insecureSeed = { insecureSeed: (): [bigint, bigint] => [getRandomU64(), getRandomU64()] };
