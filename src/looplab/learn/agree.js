// Whether two numbers agree within a tolerance, as learn/exercise.py has it: 3.1 is within 0.1 of 3,
// although their difference is larger by its last bit.
export const agree = (value, other, within) => Math.abs(value - other) <= within * (1 + 1e-9);
