/** One write under way. Settle it exactly once. */
export interface OpenWrite {
  readonly key: string;
  /** null: deleted. */
  readonly value: string | null;
}

/**
 * What was acknowledged, and so what must be stored. A write whose answer did not arrive may be stored or not: both are
 * allowed until {@link Ledger.settle} has seen which. Writes of one key come one after the other; {@link Ledger.begin}
 * refuses a second at once, for then nobody could tell which of them came last.
 */
export class Ledger {
  readonly #possible = new Map<string, Set<string | null>>();
  readonly #open = new Set<string>();
  acknowledged = 0;
  refused = 0;
  unknown = 0;

  /** Says that a write is about to be sent; null while another of the same key is under way. */
  begin(key: string, value: string | null): OpenWrite | null {
    if (this.#open.has(key)) return null;
    this.#open.add(key);
    return { key, value };
  }

  /** The answer said that it is stored: nothing else may be there from now on. */
  acknowledge({ key, value }: OpenWrite): void {
    this.#open.delete(key);
    this.acknowledged += 1;
    this.#possible.set(key, new Set([value]));
  }

  /** The answer said that nothing was stored. */
  refuse({ key }: OpenWrite): void {
    this.#open.delete(key);
    this.refused += 1;
  }

  /** No answer, or one that does not tell. */
  lose({ key, value }: OpenWrite): void {
    this.#open.delete(key);
    this.unknown += 1;
    this.#possible.set(key, new Set([...this.possible(key), value]));
  }

  /** The values that may be stored; null: nothing. */
  possible(key: string): Set<string | null> {
    return this.#possible.get(key) ?? new Set([null]);
  }

  /** What is certain about `key`; undefined when two things are possible. */
  certain(key: string): string | null | undefined {
    const possible = [...this.possible(key)];
    return possible.length === 1 ? possible[0] : undefined;
  }

  keys(): string[] {
    return [...this.#possible.keys()];
  }

  /** Keys of which `value` is certain, and no write is under way. */
  keysWith(value: string): string[] {
    return [...this.#possible.keys()].filter((key) => this.certain(key) === value && !this.#open.has(key));
  }

  /** Takes `value` for stored without a write of the run: it was there before. */
  assume(key: string, value: string): void {
    this.#possible.set(key, new Set([value]));
  }

  /** Holds all that is stored against what may be; no write may be under way. Says what is wrong, and takes what is there for certain from now on. */
  settle(stored: ReadonlyMap<string, string>): string[] {
    const wrong: string[] = [];
    if (this.#open.size > 0) wrong.push(`writes of ${[...this.#open].join(', ')} never ended`);
    for (const key of new Set([...this.#possible.keys(), ...stored.keys()])) {
      const found = stored.get(key) ?? null;
      const possible = this.possible(key);
      if (!possible.has(found)) wrong.push(`${key} is ${told(found)}; acknowledged was ${[...possible].map(told).join(' or ')}`);
      this.#possible.set(key, new Set([found]));
    }
    return wrong;
  }

  /** Everything was erased on purpose. */
  clear(): void {
    this.#possible.clear();
    this.#open.clear();
  }
}

function told(value: string | null): string {
  return value === null ? 'not there' : JSON.stringify(value);
}
