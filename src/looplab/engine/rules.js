// The equations that a reader changed, by the key of their program; all that runs them follows.

/** The components of a quantity, as programs name them: `w[0]`, `w[1]`, or `delta`. */
export const componentsOf = (name, size) =>
  size ? Array.from({ length: size }, (_, place) => `${name}[${place}]`) : [name];

const everyRule = ({ named, following }) => [
  ...named.map((rule) => ["named", ...rule]),
  ...following.map((rule) => ["following", ...rule]),
];
const same = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** @typedef {import("../figure/contract").ProgramRecord} Program */
/**
 * Whether a program has every equation of another, and perhaps more: a model with additions.
 * @param {Program} program @param {Program} other
 */
export function contains(program, other) {
  if (program.kind !== other.kind) return false;
  if (program.key === other.key) return true;
  return everyRule(other).every(([side, name, ...rest]) => {
    const own = program[side].find(([each]) => each === name);
    return own !== undefined && same(own.slice(1), rest);
  });
}

/** Whether a program has, as it was published, an equation that a reader changed. */
function keeps(program, { published, now }) {
  const rewritten = everyRule(now);
  const changed = everyRule(published).filter((rule, place) => !same(rule, rewritten[place]));
  return everyRule(program).some((rule) => changed.some((each) => same(rule, each)));
}

function replaced(program, { named, following }) {
  const inPlace = (own, rules) =>
    own.map((rule) => rules.find(([name]) => name === rule[0]) ?? rule);
  return {
    ...program,
    named: inPlace(program.named, named),
    following: inPlace(program.following, following),
  };
}

export class Rules {
  /** What a reader changed: by key, the published program and its equations now. */
  changed = new Map();
  #listeners = new Set();

  /**
   * A program as it runs now: itself, or with the reader's equations.
   * @param {Program} program
   */
  of(program) {
    let running = program;
    for (const { published, now } of this.changed.values()) {
      if (contains(program, published)) running = replaced(running, now);
    }
    return running;
  }

  /**
   * Whether a change reaches none of these programs though one of them has the equation.
   * @param {Program[]} programs @param {Program[]} beforehand
   */
  missed(programs, beforehand) {
    return [...this.changed.values()].some((change) =>
      beforehand.some((program) => keeps(program, change))
      || programs.some((program) => !contains(program, change.published) && keeps(program, change)));
  }

  /** Replace the equations of a program, or, with none, go back to the published ones. */
  change(published, now) {
    if (now) this.changed.set(published.key, { published, now });
    else this.changed.delete(published.key);
    for (const listener of [...this.#listeners]) listener(published);
  }

  follow(listener) { this.#listeners.add(listener); }
  forget(listener) { this.#listeners.delete(listener); }
}
