import type { InstanceSpec } from '../core/instance-spec.ts';
import { type ClockWait, type GuestClock, monotonicNs, systemGuestClock } from './clock.ts';
import { fillRandom } from './random.ts';

/** What a guest can learn that neither its module nor its request tells. */
export interface GuestSources {
  readonly clock: GuestClock;
  /** Fills `bytes`, of any length. */
  fillRandom(bytes: Uint8Array<ArrayBuffer>): void;
}

/** The platform's clocks and its cryptographic generator. */
export const SYSTEM_SOURCES: GuestSources = { clock: systemGuestClock, fillRandom };

/** The sources of one new guest: its own where `spec.deterministic` fixes them, else the platform's. */
export function sourcesFor({ deterministic }: Pick<InstanceSpec, 'deterministic'>): GuestSources {
  if (deterministic === undefined) return SYSTEM_SOURCES;
  const random = new SeededRandom(deterministic.seed);
  return { clock: new FixedClock(deterministic.nowMs), fillRandom: (bytes) => random.fill(bytes) };
}

/** What dates the files that are made with a guest's file system. */
export function fileTimesOf({ deterministic }: Pick<InstanceSpec, 'deterministic'>): { nowNs?: () => bigint } {
  return deterministic === undefined ? {} : { nowNs: () => BigInt(deterministic.nowMs) * NS_PER_MS };
}

const NS_PER_MS = 1_000_000n;
const NS_PER_READING = 1_000n;

/**
 * Clocks that begin at `nowMs` and 0, and that only the guest itself moves on: by a microsecond with each reading, so that a
 * loop that waits for them ends, and by its waits. A wait takes the time that it asked for, and after it the clock says just
 * when it was due, however late the host was.
 */
export class FixedClock implements GuestClock {
  readonly #startNs: bigint;
  #elapsedNs = 0n;

  constructor(nowMs: number) {
    this.#startNs = BigInt(nowMs) * NS_PER_MS;
  }

  wallNs(): bigint {
    return this.#startNs + this.#elapsedNs;
  }

  monotonicNs(): bigint {
    return this.#elapsedNs;
  }

  tick(): void {
    this.#elapsedNs += NS_PER_READING;
  }

  waitFor(clock: 'wall' | 'monotonic', instantNs: bigint): ClockWait {
    const untilNs = clock === 'wall' ? instantNs - this.#startNs : instantNs;
    const hostDueNs = monotonicNs() + untilNs - this.#elapsedNs;
    return {
      isOver: () => this.#elapsedNs >= untilNs,
      remainingNs: () => hostDueNs - monotonicNs(),
      arrive: () => {
        if (untilNs > this.#elapsedNs) this.#elapsedNs = untilNs;
      },
    };
  }
}

/** splitmix32 (Steele, Lea, Flood, "Fast splittable pseudorandom number generators", with 32-bit constants). */
function splitMix(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}

/** Bytes that follow from `seed` alone, by xoshiro128** (Blackman and Vigna, public domain). Not for secrets. */
export class SeededRandom {
  readonly #state: Uint32Array;
  #word = 0;
  #bytesLeft = 0;

  /** `seed`: a whole number from 0 to 2^53 - 1. */
  constructor(seed: number) {
    const low = splitMix(seed >>> 0);
    const high = splitMix(Math.floor(seed / 2 ** 32) ^ 0x5bd1e995);
    this.#state = Uint32Array.from({ length: 4 }, () => low() ^ high());
  }

  /** The same bytes whether they are asked for at once or in pieces. */
  fill(bytes: Uint8Array): void {
    for (let index = 0; index < bytes.length; index += 1) {
      if (this.#bytesLeft === 0) {
        this.#word = this.#next();
        this.#bytesLeft = 4;
      }
      bytes[index] = this.#word & 0xff;
      this.#word >>>= 8;
      this.#bytesLeft -= 1;
    }
  }

  #next(): number {
    const [a = 0, b = 0, c = 0, d = 0] = this.#state;
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const nextC = c ^ a;
    const nextD = d ^ b;
    this.#state.set([a ^ nextD, b ^ nextC, nextC ^ (b << 9), rotate(nextD, 11)]);
    return result;
  }
}

function rotate(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}
