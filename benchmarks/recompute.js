// Runs in an empty page: times in milliseconds of the figure's own recompute, as its script does it.
([script, code, node, settings, runs]) => {
  const { SOURCES, Values } = new Function(`${script}; return { SOURCES, Values };`)();
  const program = new Function(`return ${code}`)();
  const values = new Values(settings);
  const compute = () => SOURCES.run(node, values, program);
  // The first run also makes the random draws, which later ones reuse.
  compute();
  return Array.from({ length: runs }, (_, i) => {
    values.set("nu_plus", (i % 90) / 100);
    const start = performance.now();
    compute();
    return performance.now() - start;
  });
}
