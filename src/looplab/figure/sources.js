// What fills a figure's namespace: the browser's half of sources.py.

import { uniforms } from "../engine/draws.js";

// The figure's quantities by name, each with a version that rises when it changes.
export class Values {
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

// How each kind of source computes; `node` is its record in the figure's spec.
export const SOURCES = {
  run(node, values, program) {
    const seed = values.get(node.seed);
    const { steps, learners, every } = node;
    if (node.drawnWith !== seed) {
      node.drawn = uniforms(seed, learners, steps, node.draws);
      node.drawnWith = seed;
    }
    const blocks = steps / every;
    node.out ??= Array.from({ length: node.recorded }, () => new Float64Array(learners * blocks));
    const parameters = node.parameters.map((name) => values.get(name));
    const lost = program(parameters, node.drawn, steps, learners, every, node.out);
    if (lost >= 0) throw new Error(`${node.model} gave a value that is not a finite number.`);
    node.outs.forEach(({ name, statistic, of }) => {
      if (statistic === "each") { values.set(name, node.out[of]); return; }
      const mean = values.array(name, blocks).fill(0);
      for (let learner = 0, at = 0; learner < learners; learner++) {
        for (let block = 0; block < blocks; block++) mean[block] += node.out[of][at++] / learners;
      }
      values.set(name, mean);
    });
  },
  // Coarse while a control moves, fine once it rests; at the settings of the still figure, known.
  map(node, values, program, moving) {
    const known = node.reads.every((name, i) => values.get(name) === node.known_at[i]);
    node.coarse = moving && !known;
    const stage = node.stages[node.coarse ? "coarse" : "fine"];
    const [xs, ys] = [node.x, node.y].map((side) => side.values.filter((_, i) => i % stage.stride === 0));
    const { steps, learners, last } = stage;
    const found = new Float64Array(xs.length * ys.length);
    if (known) found.set(node.known);
    else {
      stage.drawn ??= uniforms(node.seed, learners, steps, node.draws);
      stage.out ??= [new Float64Array((learners * steps) / last)];
      const parameters = node.parameters.map((name) => values.get(name));
      found.forEach((_, cell) => {
        parameters[node.x.at] = xs[cell % xs.length];
        parameters[node.y.at] = ys[Math.floor(cell / xs.length)];
        const lost = program(parameters, stage.drawn, steps, learners, last, stage.out);
        if (lost >= 0) throw new Error(`${node.model} gave a value that is not a finite number.`);
        for (let end = steps / last - 1; end < stage.out[0].length; end += steps / last) found[cell] += stage.out[0][end] / learners;
      });
    }
    values.set(node.name, found);
    values.set(`${node.name}_x`, found.map((_, cell) => xs[cell % xs.length]));
    values.set(`${node.name}_y`, found.map((_, cell) => ys[Math.floor(cell / xs.length)]));
    values.set(`${node.name}_cell`, stage.stride);
  },
  integrate(node, values, program) {
    const samples = Math.floor(node.steps / node.every) + 1;
    node.out ??= Array.from({ length: node.recorded }, () => new Float64Array(samples));
    const parameters = node.parameters.map((name) => values.get(name));
    if (program(parameters, node.steps, node.step, node.every, node.out) >= 0) {
      throw new Error(`${node.model} gave a value that is not a finite number.`);
    }
    node.outs.forEach(({ name, of }) => values.set(name, node.out[of]));
  },
  formula(node, values, program) {
    const inputs = node.inputs.map((name) => values.get(name));
    const length = Math.max(0, ...inputs.map((value) => value.length ?? 0));
    const x = new Float64Array(inputs.length);
    const out = new Float64Array(node.outs.length);
    const arrays = node.outs.map((name) => (length ? values.array(name, length) : null));
    for (let i = 0; i < (length || 1); i++) {
      for (let j = 0; j < inputs.length; j++) x[j] = inputs[j].length ? inputs[j][i] : inputs[j];
      program(x, out);
      if (!out.every(Number.isFinite)) throw new Error(`${node.model} gave a value that is not a finite number.`);
      if (length) arrays.forEach((array, j) => { array[i] = out[j]; });
    }
    node.outs.forEach((name, j) => values.set(name, length ? arrays[j] : out[j]));
  },
  pick(node, values) {
    const array = values.get(node.of);
    const rows = array.length / node.size;
    const index = Math.round(values.get(node.at));
    const row = index < 0 ? rows + index : Math.min(index, rows - 1);
    const { size } = node;
    values.set(node.name, size === 1 ? array[row] : array.subarray(row * size, (row + 1) * size));
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
