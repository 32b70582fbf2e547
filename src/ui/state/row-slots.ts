/** Slots that are kept empty: as many rows as this come and go at once while one scrolls. */
const SPARE = 8;

/**
 * Gives rows places to be rendered in. A row keeps its place while it is there, and the place of one that has gone is the
 * next one's: what is rendered there is changed, which takes a tenth of the time that making it anew does.
 */
export class RowSlots {
  #keys: (string | null)[] = [];

  /** The key in each place, null for an empty one, once `keys` are the rows that are there. Each key once. */
  assign(keys: readonly string[]): readonly (string | null)[] {
    const left = new Set(keys);
    const slots = this.#keys.map((key) => (key !== null && left.delete(key) ? key : null));
    let free = 0;
    for (const key of left) {
      while (free < slots.length && slots[free] !== null) free += 1;
      slots[free] = key;
    }
    while (slots.length > keys.length + SPARE && slots.at(-1) === null) slots.pop();
    this.#keys = slots;
    return slots;
  }
}
