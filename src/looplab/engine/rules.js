// The equations that a reader changed, by the key of their program; all that runs them follows.

export class Rules {
  /** @type {Map<string, {named: any[], following: any[]}>} */
  changed = new Map();
  #listeners = new Set();

  /** A program as it runs now: with the reader's equations, if there are any. */
  of(program) {
    const rules = this.changed.get(program.key);
    return rules ? { ...program, ...rules } : program;
  }

  /** Replace the equations of a program, or, with none, go back to the published ones. */
  change(key, rules) {
    if (rules) this.changed.set(key, rules);
    else this.changed.delete(key);
    for (const listener of [...this.#listeners]) listener(key);
  }

  follow(listener) { this.#listeners.add(listener); }
  forget(listener) { this.#listeners.delete(listener); }
}
