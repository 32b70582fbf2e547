import type { GuestContext } from './guest-context.ts';
import { clampLength } from './wit.ts';

/** Above this a guest that asks for random bytes is trapped rather than the worker run out of memory. */
const MAX_RANDOM_BYTES = 64 * 1_048_576;

function getRandomBytes({ sources }: GuestContext, length: bigint): Uint8Array {
  if (length > BigInt(MAX_RANDOM_BYTES)) throw new RangeError(`${length} random bytes were asked for in one call; at most ${MAX_RANDOM_BYTES} are given`);
  const bytes = new Uint8Array(clampLength(length, MAX_RANDOM_BYTES));
  sources.fillRandom(bytes);
  return bytes;
}

function getRandomU64({ sources }: GuestContext): bigint {
  const bytes = new Uint8Array(8);
  sources.fillRandom(bytes);
  return new DataView(bytes.buffer).getBigUint64(0);
}

/** wasi:random/random (WIT: wasi-random/random.wit, 0.2). */
export function createRandom(context: GuestContext) {
  return { getRandomBytes: (length: bigint) => getRandomBytes(context, length), getRandomU64: () => getRandomU64(context) };
}

/** wasi:random/insecure: the secure generator serves it too. */
export function createInsecure(context: GuestContext) {
  return { getInsecureRandomBytes: (length: bigint) => getRandomBytes(context, length), getInsecureRandomU64: () => getRandomU64(context) };
}

/** wasi:random/insecure-seed. */
export function createInsecureSeed(context: GuestContext) {
  return { insecureSeed: (): [bigint, bigint] => [getRandomU64(context), getRandomU64(context)] };
}
