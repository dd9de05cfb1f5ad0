// Programs (plain data from model/program.py) made to run: as WebAssembly, or, where a page refuses
// that, as closures over one typed array. Both give the same numbers, to the last bit.

import { say } from "../language/language.js";
import { uniforms } from "./draws.js";
import { componentsOf } from "./rules.js";

/** @typedef {number | string | any[]} Tree   a number, a name, or [operation, ...trees] */
/** @typedef {[name: string, size: number, trees: Tree[]]} Rule */
/** @typedef {import("../figure/contract").ProgramRecord} Program */

const BINARY = { "+": 0xa0, "-": 0xa1, "*": 0xa2, "/": 0xa3, minimum: 0xa4, maximum: 0xa5 };
const UNARY = { absolute: 0x99, neg: 0x9a, floor: 0x9c, sqrt: 0x9f };
const RELATION = { "==": 0x61, "!=": 0x62, "<": 0x63, ">": 0x64, "<=": 0x65, ">=": 0x66 };
const LOGIC = { and: 0x71, or: 0x72 };
const IMPORTED = ["exp", "log", "tanh", "sin", "cos", "pow"];
const [I32, F64, NOTHING] = [0x7f, 0x7c, 0x40];

/** Whether this page may compile. Asked once: a refusal looks like wrong code. */
const allowed = (() => {
  try {
    return Boolean(new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0)));
  } catch {
    return false;
  }
})();

// ---- the numbers that programs read and write

class PlainMemory {
  buffer = new ArrayBuffer(65536);
  grow(pages) {
    const old = new Uint8Array(this.buffer);
    this.buffer = new ArrayBuffer(old.length + 65536 * pages);
    new Uint8Array(this.buffer).set(old);
  }
}

/** One memory for every program of a page; places are byte addresses of 64-bit numbers. */
class Heap {
  /** @type {any} */
  memory = allowed ? new WebAssembly.Memory({ initial: 1 }) : new PlainMemory();
  #end = 8;
  #free = new Map();

  take(count) {
    const place = this.#free.get(count)?.pop();
    if (place !== undefined) return place;
    const start = this.#end;
    this.#end += 8 * count;
    const missing = this.#end - this.memory.buffer.byteLength;
    if (missing > 0) this.memory.grow(Math.ceil(missing / 65536));
    return start;
  }

  give(place, count) {
    if (!this.#free.has(count)) this.#free.set(count, []);
    this.#free.get(count).push(place);
  }

  /** The numbers at a place: a view that holds until the next `take`. */
  at(place, count) { return new Float64Array(this.memory.buffer, place, count); }
}
export const heap = new Heap();

// ---- rules to single equations

/** @param {Tree} tree @param {number} place @returns {Tree} */
function atPlace(tree, place) {
  if (Array.isArray(tree)) return [tree[0], ...tree.slice(1).map((part) => atPlace(part, place))];
  return typeof tree === "string" ? tree.replace("[k]", `[${place}]`) : tree;
}

/** @param {Rule[]} rules @returns {any[][]} name and tree of each component */
function equations(rules) {
  return rules.flatMap(([name, size, trees]) => componentsOf(name, size).map(
    (component, place) => [component, trees.length < size ? atPlace(trees[0], place) : trees[place]],
  ));
}

function read(tree, names) {
  if (typeof tree === "string") names.add(tree);
  else if (Array.isArray(tree)) for (let i = 1; i < tree.length; i++) read(tree[i], names);
  return names;
}

/**
 * What `wanted` and the states need of a program, as single equations.
 * @param {Program} program @param {string[]} wanted
 */
function plan(program, wanted) {
  const following = equations(program.following);
  const needed = new Set(wanted);
  for (const [, tree] of following) read(tree, needed);
  const named = equations(program.named).reverse().filter(([name, tree]) => {
    if (needed.has(name)) read(tree, needed);
    return needed.has(name);
  }).reverse();
  const states = program.states.flatMap(([name, size, initial]) =>
    componentsOf(name, size).map((component) => [component, initial]));
  const next = states.map(([name]) => following.find(([known]) => known === name)[1]);
  return { ...program, named, states, next, wanted };
}

// ---- WebAssembly

const unsigned = (n) => {
  const bytes = [];
  do { bytes.push((n & 127) | (n > 127 ? 128 : 0)); n >>>= 7; } while (n);
  return bytes;
};
const signed = (n) => {
  const bytes = [];
  for (;;) {
    const [byte, rest] = [n & 127, n >> 7];
    const last = (rest === 0 && !(byte & 64)) || (rest === -1 && byte & 64);
    bytes.push(last ? byte : byte | 128);
    if (last) return bytes;
    n = rest;
  }
};
const list = (items) => [...unsigned(items.length), ...items.flat()];
const section = (id, body) => [id, ...unsigned(body.length), ...body];
const text = (string) => list([...string].map((letter) => letter.charCodeAt(0)));

/** The body of one function; numbers live in local variables under their names. */
class Code {
  bytes = [];
  #locals = new Map();
  #floats = 0;

  /** `taken` are arguments and whole-number variables, which come first. */
  constructor(taken) {
    this.taken = taken;
    taken.forEach(([name], place) => this.#locals.set(name, place));
  }

  push(...bytes) { for (const byte of bytes) this.bytes.push(byte); return this; }

  local(name) {
    if (!this.#locals.has(name)) this.#locals.set(name, this.taken.length + this.#floats++);
    return this.#locals.get(name);
  }

  get(name) {
    if (!this.#locals.has(name)) throw new Error(`The program reads ${name}, which is not there.`);
    return this.push(0x20, ...unsigned(this.#locals.get(name)));
  }

  set(name) { return this.push(0x21, ...unsigned(this.local(name))); }
  whole(n) { return this.push(0x41, ...signed(n)); }
  number(x) { return this.push(0x44, ...new Uint8Array(Float64Array.of(x).buffer)); }
  load(pointer, place) { return this.get(pointer).push(0x2b, 3, ...unsigned(8 * place)); }
  /** pointer += step, for a number or the name of a variable. */
  advance(pointer, step) {
    this.get(pointer);
    if (typeof step === "string") this.get(step);
    else this.whole(step);
    return this.push(0x6a).set(pointer);
  }
  /** Repeat `body` while the variable, raised by 1 at its end, stays below `limit`. */
  count(variable, limit, body) {
    this.whole(0).set(variable).push(0x03, NOTHING);
    body();
    return this.advance(variable, 1).get(variable).get(limit).push(0x48, 0x0d, 0, 0x0b);
  }
  /** 1 where the number on the stack is not finite. */
  infinite() {
    this.set("#sum").get("#sum").get("#sum");
    return this.push(BINARY["-"]).number(0).push(RELATION["!="]);
  }
  answer(variable) { return this.push(0x04, NOTHING).get(variable).push(0x0f, 0x0b); }

  /** @param {Tree} tree */
  tree(tree) {
    if (typeof tree === "number") return this.number(tree);
    if (typeof tree === "string") return this.get(tree);
    const [operation, a, b, c] = tree;
    if (operation === "where") {
      this.condition(a).push(0x04, F64).tree(b).push(0x05).tree(c);
      return this.push(0x0b);
    }
    if (operation === "pow" && (b === 2 || b === 3)) {
      const base = `#base ${this.#floats}`;
      this.tree(a).set(base).get(base).get(base).push(BINARY["*"]);
      return b === 2 ? this : this.get(base).push(BINARY["*"]);
    }
    this.tree(a);
    if (operation in UNARY) return this.push(UNARY[operation]);
    if (b !== undefined) this.tree(b);
    if (operation in BINARY) return this.push(BINARY[operation]);
    if (!IMPORTED.includes(operation)) throw new Error(`There is no operation ${operation}.`);
    return this.push(0x10, IMPORTED.indexOf(operation));
  }

  condition([operation, a, b]) {
    if (operation in RELATION) return this.tree(a).tree(b).push(RELATION[operation]);
    if (operation === "not") return this.condition(a).push(0x45);
    if (!(operation in LOGIC)) throw new Error(`${operation} is no condition.`);
    return this.condition(a).condition(b).push(LOGIC[operation]);
  }

  body(parameters) {
    const whole = [...unsigned(this.taken.length - parameters), I32];
    const code = [...list([whole, [...unsigned(this.#floats), F64]]), ...this.bytes, 0x0b];
    return [...unsigned(code.length), ...code];
  }
}

function assemble(code, parameters, results) {
  const types = [[F64], [F64, F64]].map((args) => [0x60, ...list(args), ...list([F64])]);
  types.push([0x60, ...list(parameters), ...list(results)]);
  const imports = IMPORTED.map((name) => [...text("m"), ...text(name), 0, name === "pow" ? 1 : 0]);
  imports.push([...text("m"), ...text("memory"), 2, 0, 1]);
  const bytes = Uint8Array.from([
    0, 97, 115, 109, 1, 0, 0, 0,
    ...section(1, list(types)),
    ...section(2, list(imports)),
    ...section(3, list([[2]])),
    ...section(7, list([[...text("go"), 0, IMPORTED.length]])),
    ...section(10, [1, ...code.body(parameters.length)]),
  ]);
  const functions = Object.fromEntries(IMPORTED.map((name) => [name, Math[name]]));
  const given = { m: { ...functions, memory: heap.memory } };
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), given).exports.go;
}

const whole = (...names) => names.map((name) => [name]);

const WASM = {
  // (table, count, out): the table holds, for each input, its address and the step to the next.
  formula({ given, named, wanted }) {
    const pointers = given.map((_, place) => `#in ${place}`);
    const code = new Code(whole("#table", "#count", "#out", "#row", "#i", "#at", ...pointers));
    const load = (place) => code.get("#table").push(0x28, 2, ...unsigned(4 * place));
    pointers.forEach((pointer, place) => load(2 * place).set(pointer));
    code.get("#count").whole(8).push(0x6c).set("#row");
    code.count("#i", "#count", () => {
      given.forEach((name, place) => {
        code.load(pointers[place], 0).set(name);
        code.get(pointers[place]);
        load(2 * place + 1).push(0x6a).set(pointers[place]);
      });
      for (const [name, tree] of named) code.tree(tree).set(name);
      code.get("#out").set("#at");
      for (const name of wanted) {
        code.get("#at").get(name).push(0x39, 3, 0).advance("#at", "#row");
        code.get(name).infinite().answer("#i");
      }
      code.advance("#out", 8);
    });
    return assemble(code.whole(-1), [I32, I32, I32], [I32]);
  },

  // (p, u, steps, learners, every, out, row): block means of `wanted`, a row for each.
  discrete({ given, draws, named, states, next, wanted }) {
    const taken = whole("#p", "#u", "#steps", "#learners", "#every", "#out", "#row");
    const code = new Code([...taken, ...whole("#learner", "#step", "#left", "#at")]);
    given.forEach((name, place) => code.load("#p", place).set(name));
    code.number(1).get("#every").push(0xb7, BINARY["/"]).set("#share");
    code.count("#learner", "#learners", () => {
      for (const [name, initial] of states) code.number(initial).set(name);
      for (const name of wanted) code.number(0).set(`#mean ${name}`);
      code.get("#every").set("#left");
      code.count("#step", "#steps", () => {
        code.get("#step").push(0xb7).set("t");
        draws.forEach((name, place) => code.load("#u", place).set(name));
        code.advance("#u", 8 * draws.length);
        for (const [name, tree] of named) code.tree(tree).set(name);
        for (const name of wanted) {
          code.get(`#mean ${name}`).get(name).get("#share").push(BINARY["*"], BINARY["+"]);
          code.set(`#mean ${name}`);
        }
        next.forEach((tree) => code.tree(tree));
        for (const [name] of [...states].reverse()) code.set(name);
        code.advance("#left", -1).get("#left").push(0x45, 0x04, NOTHING);
        code.get("#every").set("#left").get("#out").set("#at");
        for (const name of wanted) {
          code.get("#at").get(`#mean ${name}`).push(0x39, 3, 0).advance("#at", "#row");
          code.number(0).set(`#mean ${name}`);
        }
        code.advance("#out", 8).push(0x0b);
      });
      states.forEach(([name], place) => {
        code.get(name);
        if (place) code.push(BINARY["+"]);
      });
      code.infinite().answer("#learner");
    });
    return assemble(code.whole(-1), Array(7).fill(I32), [I32]);
  },

  // (p, s, d, t): the rates of change d of the states s.
  continuous({ given, named, states, next }) {
    const code = new Code(whole("#p", "#s", "#d", "t"));
    given.forEach((name, place) => code.load("#p", place).set(name));
    states.forEach(([name], place) => code.load("#s", place).set(name));
    for (const [name, tree] of named) code.tree(tree).set(name);
    next.forEach((tree, place) => {
      code.get("#d").tree(tree).push(0x39, 3, ...unsigned(8 * place));
    });
    return assemble(code, [I32, I32, I32, F64], []);
  },
};

// ---- closures

const OPERATIONS = {
  "+": (x, y) => () => x() + y(),
  "-": (x, y) => () => x() - y(),
  "*": (x, y) => () => x() * y(),
  "/": (x, y) => () => x() / y(),
  neg: (x) => () => -x(),
  "<": (x, y) => () => x() < y(),
  "<=": (x, y) => () => x() <= y(),
  ">": (x, y) => () => x() > y(),
  ">=": (x, y) => () => x() >= y(),
  "==": (x, y) => () => x() === y(),
  "!=": (x, y) => () => x() !== y(),
  and: (x, y) => () => x() && y(),
  or: (x, y) => () => x() || y(),
  not: (x) => () => !x(),
  where: (x, y, z) => () => (x() ? y() : z()),
  sqrt: (x) => () => Math.sqrt(x()),
  absolute: (x) => () => Math.abs(x()),
  floor: (x) => () => Math.floor(x()),
  minimum: (x, y) => () => Math.min(x(), y()),
  maximum: (x, y) => () => Math.max(x(), y()),
};
for (const name of IMPORTED) {
  const known = Math[name];
  OPERATIONS[name] = (x, y) => (y ? () => known(x(), y()) : () => known(x()));
}

/** The quantities of one program in one typed array, and the closures that fill it. */
function closures({ named, next }) {
  const slots = new Map();
  const slot = (name) => {
    if (!slots.has(name)) slots.set(name, slots.size);
    return slots.get(name);
  };
  const held = { values: null };
  const closure = (tree) => {
    if (typeof tree === "number") return () => tree;
    if (typeof tree === "string") {
      const place = slot(tree);
      return () => held.values[place];
    }
    const [operation, ...parts] = tree;
    const [x, y, z] = parts.map(closure);
    if (operation === "pow" && (parts[1] === 2 || parts[1] === 3)) {
      return () => { const base = x(); return parts[1] === 2 ? base * base : base * base * base; };
    }
    return OPERATIONS[operation](x, y, z);
  };
  const assignments = named.map(([name, tree]) => [slot(name), closure(tree)]);
  const following = (next ?? []).map(closure);
  const ready = (...groups) => {
    const places = groups.map((names) => names.map(slot));
    held.values = new Float64Array(slots.size);
    return places;
  };
  const compute = () => { for (const [place, value] of assignments) held.values[place] = value(); };
  return { held, ready, compute, following };
}

const CLOSURES = {
  formula(plan) {
    const { held, ready, compute } = closures(plan);
    const [given, wanted] = ready(plan.given, plan.wanted);
    return (table, count, out) => {
      const numbers = new Float64Array(heap.memory.buffer);
      const inputs = new Int32Array(heap.memory.buffer, table, 2 * given.length);
      for (let i = 0; i < count; i++) {
        given.forEach((place, j) => {
          held.values[place] = numbers[(inputs[2 * j] + i * inputs[2 * j + 1]) >> 3];
        });
        compute();
        for (let r = 0; r < wanted.length; r++) {
          const value = held.values[wanted[r]];
          numbers[(out >> 3) + r * count + i] = value;
          if (!Number.isFinite(value)) return i;
        }
      }
      return -1;
    };
  },

  discrete(plan) {
    const { held, ready, compute, following } = closures(plan);
    const names = plan.states.map(([name]) => name);
    const [given, draws, states, wanted, [time]] =
      ready(plan.given, plan.draws, names, plan.wanted, ["t"]);
    const next = new Float64Array(states.length);
    const means = new Float64Array(wanted.length);
    return (p, u, steps, learners, every, out, row) => {
      const numbers = new Float64Array(heap.memory.buffer);
      const share = 1 / every;
      let [drawn, block] = [u >> 3, out >> 3];
      given.forEach((place, j) => { held.values[place] = numbers[(p >> 3) + j]; });
      for (let learner = 0; learner < learners; learner++) {
        states.forEach((place, k) => { held.values[place] = plan.states[k][1]; });
        for (let t = 0, left = every; t < steps; t++) {
          held.values[time] = t;
          for (const place of draws) held.values[place] = numbers[drawn++];
          compute();
          for (let r = 0; r < wanted.length; r++) means[r] += held.values[wanted[r]] * share;
          for (let k = 0; k < states.length; k++) next[k] = following[k]();
          for (let k = 0; k < states.length; k++) held.values[states[k]] = next[k];
          if (--left === 0) {
            means.forEach((mean, r) => { numbers[block + r * (row >> 3)] = mean; });
            means.fill(0);
            left = every;
            block++;
          }
        }
        if (!Number.isFinite(next.reduce((sum, value) => sum + value))) return learner;
      }
      return -1;
    };
  },

  continuous(plan) {
    const { held, ready, compute, following } = closures(plan);
    const names = plan.states.map(([name]) => name);
    const [given, states, [time]] = ready(plan.given, names, ["t"]);
    return (p, s, d, t) => {
      const numbers = new Float64Array(heap.memory.buffer);
      given.forEach((place, j) => { held.values[place] = numbers[(p >> 3) + j]; });
      states.forEach((place, k) => { held.values[place] = numbers[(s >> 3) + k]; });
      held.values[time] = t;
      compute();
      following.forEach((rate, k) => { numbers[(d >> 3) + k] = rate(); });
    };
  },
};

// ---- what figures call

/** Whether programs run as WebAssembly here; tests and pages may ask for closures instead. */
export const engine = { compiles: allowed };

/**
 * A program ready to run, with room of its own on the heap.
 *
 * `wanted` are the components to give back. Results are views on the heap: copy what is to stay.
 */
export class Runner {
  #taken = [];
  #drawn = new Map();

  /** @param {Program} program @param {string[]} wanted */
  constructor(program, wanted) {
    this.plan = plan(program, wanted);
    /** @type {any} */
    this.go = (engine.compiles ? WASM : CLOSURES)[program.kind](this.plan);
    this.given = this.#take(program.given.length + 1);
    this.rooms = new Map();
  }

  #take(count) {
    const place = heap.take(count);
    this.#taken.push([place, count]);
    return place;
  }

  /** The place for numbers of this use and count, taken once. */
  #room(use, count) {
    const key = `${use} ${count}`;
    if (!this.rooms.has(key)) this.rooms.set(key, this.#take(count));
    return this.rooms.get(key);
  }

  #results(out, count) {
    return this.plan.wanted.map((_, row) => heap.at(out + 8 * row * count, count));
  }

  #finite(fine) {
    if (!fine) throw new Error(say("figure-not-finite", { model: this.plan.name }));
  }

  free() {
    for (const [place, count] of this.#taken) heap.give(place, count);
    this.#taken = [];
    this.rooms.clear();
    this.#drawn.clear();
  }

  /** A formula at `inputs`, numbers or arrays of one length: for each wanted name, its values. */
  evaluate(inputs) {
    const count = Math.max(1, ...inputs.map((value) => value.length ?? 0));
    const places = inputs.map((value, j) => (value.length ? this.#room(`input ${j}`, count) : 0));
    const out = this.#room("out", this.plan.wanted.length * count);
    const scalars = this.#room("scalars", inputs.length + 1);
    const table = new Int32Array(heap.memory.buffer, this.given, 2 * inputs.length);
    inputs.forEach((value, j) => {
      if (value.length) heap.at(places[j], count).set(value);
      else heap.at(scalars + 8 * j, 1)[0] = value;
      table[2 * j] = places[j] || scalars + 8 * j;
      table[2 * j + 1] = places[j] ? 8 : 0;
    });
    this.#finite(this.go(this.given, count, out) < 0);
    return this.#results(out, count);
  }

  /** The place of the draws of `seed`; they are kept until another seed asks for others. */
  #draws(seed, learners, steps) {
    const { draws } = this.plan;
    const count = learners * steps * draws.length;
    const place = this.#room("draws", count);
    if (this.#drawn.get(place) !== seed) {
      uniforms(seed, learners, steps, draws.length, heap.at(place, count));
      this.#drawn.set(place, seed);
    }
    return place;
  }

  /** Means over `every` steps: for each wanted name [learner * blocks + block]. */
  simulate(parameters, seed, { steps, learners, every }) {
    const count = (learners * steps) / every;
    const out = this.#room("out", this.plan.wanted.length * count);
    const draws = this.#draws(seed, learners, steps);
    heap.at(this.given, parameters.length).set(parameters);
    this.#finite(this.go(this.given, draws, steps, learners, every, out, 8 * count) < 0);
    return this.#results(out, count);
  }

  /**
   * Every step along a record, which takes the place of the draws: [step * draws + draw]. For each
   * wanted name its values, or nothing where they stop being finite.
   */
  along(parameters, columns, steps) {
    const out = this.#room("out", this.plan.wanted.length * steps);
    const draws = this.#room("record", columns.length);
    heap.at(draws, columns.length).set(columns);
    heap.at(this.given, parameters.length).set(parameters);
    const fine = this.go(this.given, draws, steps, 1, 1, out, 8 * steps) < 0;
    return fine ? this.#results(out, steps) : undefined;
  }

  /** States sampled each `every` classical Runge-Kutta steps. */
  integrate(parameters, { steps, step, every }) {
    const { states, wanted } = this.plan;
    const size = states.length;
    const count = Math.floor(steps / every) + 1;
    const out = this.#room("out", wanted.length * count);
    const scratch = this.#room("states", 6 * size);
    heap.at(this.given, parameters.length).set(parameters);
    const vector = (_, i) => heap.at(scratch + 8 * i * size, size);
    const [s, a, k1, k2, k3, k4] = Array.from({ length: 6 }, vector);
    const rows = this.#results(out, count);
    const recorded = wanted.map((name) => states.findIndex(([known]) => known === name));
    states.forEach(([, initial], i) => { s[i] = initial; });
    const { go, given } = this;
    const keep = (at) => { for (let r = 0; r < rows.length; r++) rows[r][at] = s[recorded[r]]; };
    const move = (slope, by) => { for (let i = 0; i < size; i++) a[i] = s[i] + by * slope[i]; };
    const place = (array) => array.byteOffset;
    keep(0);
    for (let n = 0; n < steps; n++) {
      const t = n * step;
      go(given, place(s), place(k1), t);
      move(k1, step / 2);
      go(given, place(a), place(k2), t + step / 2);
      move(k2, step / 2);
      go(given, place(a), place(k3), t + step / 2);
      move(k3, step);
      go(given, place(a), place(k4), t + step);
      for (let i = 0; i < size; i++) {
        s[i] += (step / 6) * (k1[i] + 2 * k2[i] + 2 * k3[i] + k4[i]);
      }
      if ((n + 1) % every === 0) keep((n + 1) / every);
    }
    this.#finite(s.every(Number.isFinite));
    return rows;
  }
}
