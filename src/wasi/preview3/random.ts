import type { GuestContext } from '../preview2/guest-context.ts';
import { createRandom } from '../preview2/random.ts';

/** WIT: "implementations MAY return fewer bytes than requested". */
const MAX_RANDOM_BYTES = 65_536n;

/** wasi:random/random (WIT: wasi-random/random.wit, 0.3). */
export function createRandom3(context: GuestContext) {
  const { getRandomBytes, getRandomU64 } = createRandom(context);
  return { getRandomBytes: (maxLength: bigint) => getRandomBytes(maxLength < MAX_RANDOM_BYTES ? maxLength : MAX_RANDOM_BYTES), getRandomU64 };
}

/** wasi:random/insecure: the secure generator serves it too. */
export function createInsecure3(context: GuestContext) {
  const { getRandomBytes, getRandomU64 } = createRandom3(context);
  return { getInsecureRandomBytes: getRandomBytes, getInsecureRandomU64: getRandomU64 };
}

/** wasi:random/insecure-seed, for one guest: the same seed at every call, as the WIT wants it to be called once. */
export function createInsecureSeed3(context: GuestContext) {
  const { getRandomU64 } = createRandom(context);
  let seed: [bigint, bigint] | null = null;
  return {
    getInsecureSeed(): [bigint, bigint] {
      seed ??= [getRandomU64(), getRandomU64()];
      return seed;
    },
  };
}
