/** How WIT values look in JavaScript, as jco lowers and lifts them (its docs, "Type mapping"). */

/** WIT `result<T, E>` in a place other than a function's own result. */
export type Result<T, E> = { tag: 'ok'; val: T } | { tag: 'err'; val: E };

/** What a host function throws to answer `err(payload)`. jco reads `payload`; anything else that is thrown traps the guest. */
export class WitError {
  readonly payload: unknown;

  constructor(payload: unknown) {
    this.payload = payload;
  }
}

/** Answers the guest with `err(payload)`; without a payload for a bare `result`. */
export function fail(payload?: unknown): never {
  throw new WitError(payload);
}

/** A `u64` length as a number, at most `max`. */
export function clampLength(length: bigint, max: number): number {
  return length < BigInt(max) ? Number(length) : max;
}
