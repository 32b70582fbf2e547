/** Gives what comes and goes a place that each keeps until it goes: the others do not move when one does. */
export class Places {
  #places: readonly (string | null)[] = [];

  /** `ids`, each at its place; null: a free one, which the next that comes will take. */
  update(ids: readonly string[]): readonly (string | null)[] {
    const present = new Set(ids);
    const places = this.#places.map((id) => (id !== null && present.has(id) ? id : null));
    const placed = new Set(places);
    for (const id of ids) {
      if (placed.has(id)) continue;
      const free = places.indexOf(null);
      places[free === -1 ? places.length : free] = id;
    }
    // Among so many free places those that are left look lost: they close up.
    this.#places = ids.length * 2 < places.length ? places.filter((id) => id !== null) : places;
    return this.#places;
  }
}
