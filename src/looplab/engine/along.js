// A model along a record of choices, and how likely it found them: as model/along.py computes it.

const [MOST_STEPS, START, CLOSE] = [60, 2, 1e-7];

const softplus = (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** @param {Float64Array} signed how far the model leant to what was chosen; 0 where nothing was */
function logLikelihood(signed, idle, slope) {
  let total = idle * Math.LN2;
  for (let t = 0; t < signed.length; t++) total -= softplus(-slope * signed[t]);
  return Number.isFinite(total) ? total : -Infinity;
}

/** Newton's steps to the best slope between two that are known to lie on either side of it. */
function bestSlope(signed, low, high) {
  let [floor, ceiling, slope] = [low, high, Math.min(Math.max(START, low), high)];
  for (let step = 0; step < MOST_STEPS; step++) {
    let [rise, bend] = [0, 0];
    for (let t = 0; t < signed.length; t++) {
      const part = signed[t];
      const pull = part / (1 + Math.exp(part * slope));
      rise += pull;
      bend += pull * (part - pull);
    }
    if (rise > 0) floor = slope;
    else ceiling = slope;
    let next = slope + rise / bend;
    if (!(next > floor && next < ceiling)) next = (floor + ceiling) / 2;
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
  const signs = Float64Array.from(first, (taken, t) => (counted[t] > 0 ? (taken > 0 ? 1 : -1) : 0));
  const idle = signs.reduce((sum, sign) => sum + (sign === 0), 0);
  const signed = new Float64Array(steps);
  const likelihood = new Float64Array(x.values.length * y.values.length).fill(-Infinity);
  const found = { likelihood, best: -Infinity, equal: -Infinity, at: [x.values[0], y.values[0], over.values[0], slope.low ?? slope] };
  const given = Array.from(parameters);
  for (let i = 0; i < x.values.length; i++) {
    given[x.at] = x.values[i];
    for (let j = 0; j < y.values.length; j++) {
      given[y.at] = y.values[j];
      const cell = i * y.values.length + j;
      for (const value of over.values) {
        given[over.at] = value;
        const lean = runner.along(given, columns, steps);
        if (!lean) continue;
        for (let t = 0; t < steps; t++) signed[t] = signs[t] === 0 ? 0 : signs[t] * lean[0][t];
        if (!signed.every(Number.isFinite)) continue;
        const steep = typeof slope === "number" ? slope : bestSlope(signed, slope.low, slope.high);
        const likely = logLikelihood(signed, idle, steep);
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
