// What fills a figure's namespace: the browser's half of sources.py.

import { surface } from "../engine/along.js";
import { own } from "../engine/draws.js";
import { nearest } from "./numbers.js";

/**
 * What a record says, and what runs it in a figure.
 * @template R
 * @typedef {R & { runner?: import("../engine/compile.js").Runner, computed?: number,
 *   coarse?: boolean, edited?: boolean, kept?: Record<string, number[]> }} Running
 */
/** @typedef {import("./contract").SourceRecord} SourceRecord */
/** @typedef {SourceRecord["kind"]} Kind */
/** @typedef {Running<SourceRecord>} Source */
/** @typedef {Extract<Source, { program: number }>} Modelled   one that runs a program */
/** @template {Kind} K @typedef {Running<Extract<SourceRecord, { kind: K }>>} Of */

// The figure's quantities by name, each with a version that rises when it changes.
export class Values {
  /** @param {import("./contract").Spec["constants"]} constants */
  constructor(constants) {
    this.values = new Map();
    this.versions = new Map();
    this.clock = 0;
    for (const [name, value] of Object.entries(constants)) {
      this.set(name, Array.isArray(value) ? Float64Array.from(value) : value);
    }
  }
  get(name) { return typeof name === "string" ? this.values.get(name) : name; }
  set(name, value) {
    if (typeof value === "number" && this.values.get(name) === value) return;
    this.values.set(name, value);
    this.versions.set(name, ++this.clock);
  }
  newest(names) { return Math.max(0, ...names.map((name) => this.versions.get(name) ?? 0)); }
  array(name, length) {
    const value = this.values.get(name);
    return value?.length === length ? value : new Float64Array(length);
  }
}

// Results stay on the heap only until the next program runs.
function copied(found, array) {
  array.set(found);
  return array;
}

/** @param {{ parameters: (string | number)[] }} node @param {Values} values */
const parametersOf = (node, values) => node.parameters.map((name) => values.get(name));

// The mean over learners of each block.
function meanOver(learners, each, mean) {
  mean.fill(0);
  for (let learner = 0, at = 0; learner < learners; learner++) {
    for (let block = 0; block < mean.length; block++) mean[block] += each[at++] / learners;
  }
  return mean;
}

// Columns as programs read their draws: trial by trial.
function woven(columns) {
  const [count, steps] = [columns.length, columns[0].length];
  const all = new Float64Array(count * steps);
  columns.forEach((column, k) => { for (let t = 0; t < steps; t++) all[t * count + k] = column[t]; });
  return all;
}

/**
 * A model fitted to a record, in pieces between which the page may answer; each gives the share
 * that is done. With `coarse`, of each side of the grid only every so many values.
 * @param {Of<"along">} node @param {Values} values @param {boolean} coarse
 */
export function* fitted(node, values, coarse) {
  const parameters = parametersOf(node, values);
  const known = node.known !== null && values.get(node.known) > 0;
  const stride = coarse ? node.stride : 1;
  const thinned = ({ at, values: all }) => ({ at, values: all.filter((_, i) => i % stride === 0) });
  const [x, y] = [thinned(node.x), thinned(node.y)];
  const over = known ? { at: node.over.at, values: [parameters[node.over.at]] } : node.over;
  const slope = known ? parameters[node.slope.at] : node.slope;
  const columns = woven(node.columns.map((name) => values.get(name)));
  const [first, counted] = [values.get(node.first), values.get(node.counted)];
  const found = yield* surface(node.runner, parameters, { x, y, over, slope }, columns, first, counted);
  const put = (part, value) => values.set(node.name + part, value);
  put("", found.likelihood);
  put("_x", found.likelihood.map((_, cell) => x.values[Math.floor(cell / y.values.length)]));
  put("_y", found.likelihood.map((_, cell) => y.values[cell % y.values.length]));
  put("_cell", stride);
  put("_best", found.best);
  put("_equal", found.equal);
  ["x", "y", "over", "slope"].forEach((part, i) => put(`_at_${part}`, found.at[i]));
  [parameters[x.at], parameters[y.at], parameters[over.at]] = found.at;
  const run = node.runner.along(parameters, columns, first.length);
  node.wanted.slice(1).forEach((name, i) => put(`_${name}`, Float64Array.from(run[i + 1])));
}

// The entries of an array at which others are above 0.
/** @param {{ of: string, where: string[] }} node @param {Values} values */
function counted(node, values) {
  const where = node.where.map((name) => values.get(name));
  return values.get(node.of).filter((_, i) => where.every((each) => each[i] > 0));
}

const total = (entries) => entries.reduce((sum, each) => sum + each, 0);

// How each kind of source computes; `node` is its record in the figure's spec, with its program
// in `node.runner`.
/** @type {{ [K in Kind]: (node: Of<K>, values: Values, moving: boolean) => void }} */
export const SOURCES = {
  run(node, values) {
    const blocks = node.steps / node.every;
    const found = node.runner.simulate(parametersOf(node, values), values.get(node.seed), node);
    for (const { name, statistic, of } of node.outs) {
      const mean = statistic === "mean";
      const array = values.array(name, mean ? blocks : found[of].length);
      values.set(name, mean ? meanOver(node.learners, found[of], array) : copied(found[of], array));
    }
  },
  // Coarse while a control moves, fine once it rests; at the settings of the still figure, known.
  map(node, values, moving) {
    const known = !node.edited && node.reads.every((name, i) => values.get(name) === node.known_at[i]);
    node.coarse = moving && !known;
    const { steps, learners, last: every, stride } = node.stages[node.coarse ? "coarse" : "fine"];
    const [xs, ys] = [node.x, node.y].map((side) => side.values.filter((_, i) => i % stride === 0));
    const found = new Float64Array(xs.length * ys.length);
    if (known) found.set(node.known);
    else {
      const parameters = parametersOf(node, values);
      const blocks = steps / every;
      found.forEach((_, cell) => {
        parameters[node.x.at] = xs[cell % xs.length];
        parameters[node.y.at] = ys[Math.floor(cell / xs.length)];
        const [each] = node.runner.simulate(parameters, node.seed, { steps, learners, every });
        for (let end = blocks - 1; end < each.length; end += blocks) found[cell] += each[end] / learners;
      });
    }
    values.set(node.name, found);
    values.set(`${node.name}_x`, found.map((_, cell) => xs[cell % xs.length]));
    values.set(`${node.name}_y`, found.map((_, cell) => ys[Math.floor(cell / xs.length)]));
    values.set(`${node.name}_cell`, stride);
  },
  // Coarse while a control moves; the figure works through the fine one in pieces (`fitted`).
  along(node, values, moving) {
    node.coarse = moving && node.stride > 1;
    for (const _ of fitted(node, values, node.coarse)) ;
  },
  kept(node, values) {
    for (const [column, otherwise] of node.columns) {
      values.set(`${node.name}_${column}`, node.kept ? Float64Array.from(node.kept[column]) : values.get(otherwise));
    }
    values.set(`${node.name}_kept`, node.kept ? 1 : 0);
  },
  either(node, values) {
    const at = Math.min(nearest(values.get(node.at)), node.of.length - 1);
    const chosen = values.get(node.of[at]);
    values.set(node.name, node.upto === null ? chosen : chosen.slice(0, nearest(values.get(node.upto))));
  },
  tally(node, values) { values.set(node.name, total(counted(node, values))); },
  mean(node, values) {
    const entries = counted(node, values);
    values.set(node.name, entries.length ? total(entries) / entries.length : 0);
  },
  integrate(node, values) {
    const found = node.runner.integrate(parametersOf(node, values), node);
    for (const { name, of } of node.outs) {
      values.set(name, copied(found[of], values.array(name, found[of].length)));
    }
  },
  formula(node, values) {
    const inputs = parametersOf(node, values);
    const found = node.runner.evaluate(inputs);
    const single = inputs.every((value) => value.length === undefined);
    node.outs.forEach((name, j) => {
      values.set(name, single ? found[j][0] : copied(found[j], values.array(name, found[j].length)));
    });
  },
  own(node, values) { values.set(node.name, own(values.get(node.student), node.count)); },
  pick(node, values) {
    const array = values.get(node.of);
    const rows = array.length / node.size;
    const index = nearest(values.get(node.at));
    const row = index < 0 ? rows + index : Math.min(index, rows - 1);
    const { size } = node;
    values.set(node.name, size === 1 ? array[row] : array.subarray(row * size, (row + 1) * size));
  },
  row(node, values) {
    let row = 0;
    for (const [name, all] of node.among) {
      const away = all.map((each) => Math.abs(each - values.get(name)));
      const least = Math.min(...away);
      row = row * all.length + away.findIndex((each) => each <= least + 1e-9);
    }
    values.set(node.name, row);
  },
  options(node, values) {
    const chosen = nearest(values.get(node.of));
    for (let i = 0; i < node.count; i++) values.set(`${node.name}_${i}`, Number(i === chosen));
  },
  moving(node, values) {
    const array = values.get(node.of);
    const mean = values.array(node.name, array.length);
    for (let i = 0, sum = 0; i < array.length; i++) {
      sum += array[i] - (i >= node.window ? array[i - node.window] : 0);
      mean[i] = sum / Math.min(i + 1, node.window);
    }
    values.set(node.name, mean);
  },
  histogram(node, values) {
    const array = values.get(node.of);
    const edges = values.get(node.edges);
    const counted = node.where === null ? null : values.get(node.where);
    const share = values.array(node.name, edges.length - 1).fill(0);
    for (let i = 0; i < array.length; i++) {
      if (counted && !(counted[i] > 0)) continue;
      let bin = 0;
      while (bin < share.length - 1 && array[i] >= edges[bin + 1]) bin++;
      share[bin] += 1 / array.length;
    }
    values.set(node.name, share);
  },
};

/** The last number of what one source makes, computed by itself, without a figure. */
export function reckoned(node, runner) {
  const values = new Values({});
  SOURCES[node.kind]({ ...node, runner }, values, false);
  const [made] = values.values.values();
  return typeof made === "number" ? made : made[made.length - 1];
}
