// Counter-based random numbers: the same words as draws.py.

const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24];

// Threefry-2x32, 20 rounds: the same words as draws.py.
export function threefry(k0, k1, c0, c1, words) {
  const schedule = [k0, k1, k0 ^ k1 ^ 0x1bd11bda];
  let x0 = (c0 + k0) | 0;
  let x1 = (c1 + k1) | 0;
  for (let round = 0; round < 20; round++) {
    const rotation = ROTATIONS[round % 8];
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << rotation) | (x1 >>> (32 - rotation))) ^ x0;
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      x0 = (x0 + schedule[injection % 3]) | 0;
      x1 = (x1 + schedule[(injection + 1) % 3] + injection) | 0;
    }
  }
  words[0] = x0 >>> 0;
  words[1] = x1 >>> 0;
}

// Uniform draws that belong to a student's number, as draws.own gives them.
export function own(student, count) {
  const words = [0, 0];
  return Float64Array.from({ length: count }, (_, step) => {
    threefry(student, 0, step, -1, words);
    return (words[0] + 0.5) * 2 ** -32;
  });
}

// Uniform draws, laid out as the programs read them: [(learner * steps + step) * draws + draw].
export function uniforms(seed, learners, steps, draws, u = new Float64Array(learners * steps * draws)) {
  const words = [0, 0];
  let at = 0;
  for (let learner = 0; learner < learners; learner++) {
    for (let step = 0; step < steps; step++) {
      for (let draw = 0; draw < draws; draw++) {
        if (draw % 2 === 0) threefry(seed, draw / 2, step, learner, words);
        u[at++] = (words[draw % 2] + 0.5) * 2 ** -32;
      }
    }
  }
  return u;
}
