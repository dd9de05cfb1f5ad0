// Runs in an empty page: times in milliseconds of the figure's own recompute, as its script does it.
([script, spec, runs]) => {
  const text = script.replace("export default", "void");
  const { SOURCES, Values, Runner } = new Function(`${text}; return { SOURCES, Values, Runner };`)();
  const [node] = spec.sources;
  node.runner = new Runner(spec.programs[node.program], node.wanted);
  const values = new Values({ ...spec.constants, ...spec.defaults });
  const compute = () => SOURCES.run(node, values);
  // The first run also makes the random draws, which later ones reuse.
  compute();
  return Array.from({ length: runs }, (_, i) => {
    values.set("nu_plus", (i % 90) / 100);
    const start = performance.now();
    compute();
    return performance.now() - start;
  });
}
