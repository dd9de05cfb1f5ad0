// Model A by hand: fifty learners with two traces in a world of two states, as benchmarks/steps.py
// has it. Nothing beyond the sums: nothing is checked, described, or follows a change of the model.
const LEARNERS = 50, STEPS = 2000, EVERY = 20;
const ALPHA = 0.05, BETA = 2, GAMMA = 0.5;
const RELIEF = 0.5, COST = 0.01, DISTRESS = 1, STAY = 0.9, ENTRY = 1;

// Drawn once, as the course's figures do; a generator of a line, so that every run is the same.
let seed = 1;
const random = () => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) / 2 ** 32;
const draws = Float64Array.from({ length: 2 * LEARNERS * STEPS }, random);

/** Shares of learners over time: in obsession, using the compulsion, reacting to the thought. */
function simulate(nuPlus, nuMinus) {
  const points = STEPS / EVERY, share = 1 / (EVERY * LEARNERS);
  const [obsession, compulsion, react] = Array.from({ length: 3 }, () => new Float64Array(points));
  const [w, plus, minus] = Array.from({ length: 3 }, () => new Float64Array(4));
  let draw = 0;
  for (let learner = 0; learner < LEARNERS; learner++) {
    for (const each of [w, plus, minus]) each.fill(0);
    let obsessed = false;
    for (let step = 0; step < STEPS; step++) {
      const first = obsessed ? 0 : 2;
      const chance = 1 / (1 + Math.exp(-BETA * (w[first] - w[first + 1])));
      const act = draws[draw++] < chance ? first : first + 1;
      const opens = act === 0 ? 1 - RELIEF : act === 1 ? STAY : act === 2 ? ENTRY : 0;
      const next = draws[draw++] < opens;
      const reward = (act === 0 ? -COST : 0) - (obsessed && next ? DISTRESS : 0);
      const after = next ? w[0] + w[1] : w[2] + w[3];
      const delta = reward + GAMMA * after - (w[first] + w[first + 1]);
      for (let i = 0; i < 4; i++) {
        plus[i] = nuPlus * plus[i] + (i === act);
        minus[i] = nuMinus * minus[i] + (i === act);
        w[i] += ALPHA * delta * (delta >= 0 ? plus[i] : minus[i]);
      }
      const point = Math.floor(step / EVERY);
      if (obsessed) obsession[point] += share;
      if (act === 0) compulsion[point] += share;
      if (act === 2) react[point] += share;
      obsessed = next;
    }
  }
  const time = Float64Array.from({ length: points }, (_, i) => i * EVERY + (EVERY - 1) / 2);
  return { time, obsession, compulsion, react };
}
