import type { GuestContext, Readiness } from './guest-context.ts';

/** Ready from the start and for ever. */
export const ALWAYS_READY: Readiness = {
  isReady: () => true,
  whenReady: (wake) => {
    queueMicrotask(wake);
    return undefined;
  },
};

/** `pollable` of wasi:io/poll (WIT: wasi-io/poll.wit, 0.2). */
export class Pollable {
  readonly #readiness: Readiness;
  readonly #context: GuestContext;

  constructor(readiness: Readiness, context: GuestContext) {
    this.#readiness = readiness;
    this.#context = context;
  }

  ready(): boolean {
    return this.#readiness.isReady();
  }

  /** Returns at once when ready, else waits. */
  block(): Promise<undefined> | undefined {
    return this.#context.until([this.#readiness], () => (this.#readiness.isReady() ? undefined : null));
  }

  /** The condition behind it, for `poll`. */
  static readinessOf(pollable: Pollable): Readiness {
    return pollable.#readiness;
  }
}

function readyIndexes(awaited: readonly Readiness[]): Uint32Array {
  const indexes: number[] = [];
  awaited.forEach((one, index) => {
    if (one.isReady()) indexes.push(index);
  });
  return Uint32Array.from(indexes);
}

/** `poll` of wasi:io/poll: the indexes of those that are ready, after waiting until there is one. An empty list traps, as the WIT says. */
export function createPoll(context: GuestContext): (pollables: Pollable[]) => Uint32Array | Promise<Uint32Array> {
  return (pollables) => {
    if (pollables.length === 0) throw new TypeError('wasi:io/poll.poll was called with an empty list');
    const awaited = pollables.map((pollable) => Pollable.readinessOf(pollable));
    // A wake-up may be early (two readers of one source): look again rather than answer an empty list.
    return context.until(awaited, () => {
      const indexes = readyIndexes(awaited);
      return indexes.length > 0 ? indexes : null;
    });
  };
}
