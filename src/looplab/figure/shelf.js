// What elements of a page keep for its figures: columns of numbers by name, under an id.

export class Shelf {
  #kept = new Map();
  #listeners = new Set();

  /** @returns {Record<string, number[]> | undefined} */
  of(id) { return this.#kept.get(id); }

  /** Keep columns, or, with none, keep them no longer; every figure that reads them follows. */
  put(id, columns) {
    if (columns) this.#kept.set(id, columns);
    else this.#kept.delete(id);
    for (const listener of [...this.#listeners]) listener(id);
  }

  follow(listener) { this.#listeners.add(listener); }
  forget(listener) { this.#listeners.delete(listener); }
}
