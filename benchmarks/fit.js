// Times one fit in a page that has the living figures' scripts (fit.py).

/* global Runner, surface, woven */
function timed(record) {
  const [blown, first, following] = ["blown", "first", "following"].map((name) => Float64Array.from(record[name]));
  const columns = woven([blown, first, following]);
  const free = blown.map((each) => 1 - each);
  return ({ program, numbers, grid }) => {
    const began = performance.now();
    const runner = new Runner(program, ["preference"]);
    const work = surface(runner, numbers, grid, columns, first, free);
    for (let step = work.next(); !step.done; step = work.next());
    runner.free();
    return performance.now() - began;
  };
}
