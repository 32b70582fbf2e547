import { clampLength } from '../preview2/wit.ts';
import { randomBytes } from '../random.ts';

/** WIT: "implementations may return fewer bytes than requested". */
const MAX_RANDOM_BYTES = 65_536;

const getBytes = (maxLength: bigint): Uint8Array => randomBytes(clampLength(maxLength, MAX_RANDOM_BYTES));
const getU64 = (): bigint => new DataView(randomBytes(8).buffer).getBigUint64(0);

/** wasi:random/random (WIT: wasi-random/random.wit, 0.3). */
export const random3 = { getRandomBytes: getBytes, getRandomU64: getU64 };

/** wasi:random/insecure: the secure generator serves it too. */
export const insecure3 = { getInsecureRandomBytes: getBytes, getInsecureRandomU64: getU64 };

/** wasi:random/insecure-seed, for one guest: the same seed at every call, as the WIT wants it to be called once. */
export function createInsecureSeed3() {
  let seed: [bigint, bigint] | null = null;
  return {
    getInsecureSeed(): [bigint, bigint] {
      seed ??= [getU64(), getU64()];
      return seed;
    },
  };
}
