// A model along a record of choices, and how likely it found them: as model/along.py computes it.

const [MOST_STEPS, START, CLOSE] = [60, 2, 1e-7];
/** A product of numbers between 1 and 2 is logged before it can pass what a number holds. */
const LARGE = 1e290;

/** Of each free choice how far the model leant to what was chosen; whether all are finite. */
function gathered(signed, lean, free, signs) {
  let spoilt = 0;
  for (let n = 0; n < free.length; n++) {
    signed[n] = signs[n] * lean[free[n]];
    spoilt += signed[n] - signed[n];
  }
  return spoilt === 0;
}

/** @param {Float64Array} signed how far the model leant to each free choice that was made */
function logLikelihood(signed, slope) {
  let [total, product] = [0, 1];
  for (let t = 0; t < signed.length; t++) {
    const lean = slope * signed[t];
    // log(1 + exp(-lean)), with one logarithm for many choices
    total += Math.min(lean, 0);
    product *= 1 + Math.exp(-Math.abs(lean));
    if (product > LARGE) {
      total -= Math.log(product);
      product = 1;
    }
  }
  total -= Math.log(product);
  return Number.isFinite(total) ? total : -Infinity;
}

/** Newton's steps to the best slope from `low` to `high`; a step beyond a border tries the border. */
function bestSlope(signed, low, high, start) {
  let [floor, ceiling, slope] = [-Infinity, Infinity, Math.min(Math.max(start, low), high)];
  for (let step = 0; step < MOST_STEPS; step++) {
    let [rise, bend] = [0, 0];
    for (let t = 0; t < signed.length; t++) {
      const part = signed[t];
      const pull = part / (1 + Math.exp(part * slope));
      rise += pull;
      bend += pull * (part - pull);
    }
    if (rise === 0 || (rise > 0 ? slope >= high : slope <= low)) break;
    if (rise > 0) floor = slope;
    else ceiling = slope;
    let next = Math.min(Math.max(slope + rise / bend, low), high);
    if (!(next > floor && next < ceiling)) next = (Math.max(floor, low) + Math.min(ceiling, high)) / 2;
    const moved = Math.abs(next - slope);
    const before = slope;
    slope = next;
    if (moved <= CLOSE * before) break;
  }
  return slope;
}

/**
 * The log-likelihood of one record over a grid of two parameters: in pieces, one column of the grid
 * at a time, so that a page can answer in between; each piece gives the share that is done.
 *
 * `grid` holds x, y and over, {at: place among the parameters, values}, and slope: {low, high} or a
 * number. `columns` are the record as the program reads its draws, trial by trial; `first` and
 * `counted` say what was chosen and whether freely. Ends with {likelihood, best, equal, at}: `at`
 * is the best cell's [x, y, over, slope].
 */
export function* surface(runner, parameters, { x, y, over, slope }, columns, first, counted) {
  const steps = first.length;
  const free = Array.from(first, (_, t) => t).filter((t) => counted[t] > 0);
  const signs = Float64Array.from(free, (t) => (first[t] > 0 ? 1 : -1));
  const signed = new Float64Array(free.length);
  const likelihood = new Float64Array(x.values.length * y.values.length).fill(-Infinity);
  const found = { likelihood, best: -Infinity, equal: -Infinity, at: [x.values[0], y.values[0], over.values[0], slope.low ?? slope] };
  // The best slope of a cell is near that of its neighbour.
  const near = over.values.map(() => START);
  const given = Array.from(parameters);
  for (let i = 0; i < x.values.length; i++) {
    given[x.at] = x.values[i];
    for (let j = 0; j < y.values.length; j++) {
      given[y.at] = y.values[j];
      const cell = i * y.values.length + j;
      for (let k = 0; k < over.values.length; k++) {
        const value = over.values[k];
        given[over.at] = value;
        const [lean] = runner.along(given, columns, steps) ?? [];
        if (!lean) continue;
        if (!gathered(signed, lean, free, signs)) continue;
        const steep = typeof slope === "number" ? slope : bestSlope(signed, slope.low, slope.high, near[k]);
        near[k] = steep;
        const likely = logLikelihood(signed, steep);
        if (likely > likelihood[cell]) likelihood[cell] = likely;
        if (likely > found.best) {
          found.best = likely;
          found.at = [x.values[i], y.values[j], value, steep];
        }
      }
      if (Math.abs(x.values[i] - y.values[j]) < 1e-9) found.equal = Math.max(found.equal, likelihood[cell]);
    }
    yield (i + 1) / x.values.length;
  }
  return found;
}
