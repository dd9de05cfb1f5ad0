// Runs inside the measured page. Notes when a key was pressed and when a changed picture of the
// figure had been painted: the end of the first frame after its image was replaced, its canvas
// redrawn or its paths rewritten. A redraw that leaves every pixel as it was does not count.
(() => {
  // Where figures are: in JupyterLab, in our pages and the one by hand, in Bokeh (and Panel), in marimo.
  const FIGURES = ".jp-OutputArea, figure, canvas.bk-layer:not(.bk-glyph), .output";
  const paints = [];
  const pixels = new WeakMap();
  let pressed = Infinity;
  let resolve = null;
  let becomeLive = null;
  let changed = false;
  const drawn = new Set();

  function isLive() {
    return document.querySelector(".ll-figure") ? document.querySelector("figure[data-live]") : paints.length > 0;
  }

  function answer() {
    const paint = paints.find((at) => at > pressed);
    if (!resolve || paint === undefined) return;
    resolve(paint - pressed);
    resolve = null;
  }

  globalThis.latencyProbe = {
    // Milliseconds from the page's opening until its first live figure was painted: the first picture
    // that a script drew; in our pages, which show theirs before, the frame that says it is live.
    live: new Promise((done, fail) => {
      becomeLive = done;
      setTimeout(() => fail(new Error("no live figure within two minutes")), 120_000);
    }),
    // Milliseconds from the latest key press until its picture was painted.
    latency: () => new Promise((done, fail) => {
      resolve = done;
      setTimeout(() => fail(new Error("no new picture within 10 s of a key press")), 10_000);
      answer();
    }),
    paintsSince: (from) => paints.filter((at) => at > from).length,
    // How long after `from` the last picture came: known when none has come for `quiet` milliseconds.
    lag: async (from, quiet) => {
      const last = () => Math.max(from, paints.at(-1) ?? 0);
      while (performance.now() - last() < quiet) await new Promise((done) => setTimeout(done, 100));
      return last() - from;
    },
  };

  // A message posted in an animation frame arrives when that frame has been drawn.
  const frameEnd = new MessageChannel();
  frameEnd.port1.onmessage = () => {
    const now = performance.now();
    // Every canvas is looked at, as each is compared with itself a picture earlier.
    const redrawn = [...drawn].filter(otherPixels).length > 0;
    drawn.clear();
    if (changed || redrawn) paints.push(now);
    changed = false;
    if (becomeLive && isLive()) {
      becomeLive(now);
      becomeLive = null;
    }
    answer();
  };
  requestAnimationFrame(function frame() {
    frameEnd.port2.postMessage(null);
    requestAnimationFrame(frame);
  });

  addEventListener("keydown", (event) => { pressed = event.timeStamp; }, true);

  let source = "";
  document.addEventListener("load", ({ target }) => {
    if (!target.matches?.("img") || !target.closest(FIGURES) || target.src === source) return;
    source = target.src;
    changed = true;
  }, true);

  const paths = new MutationObserver((records) => {
    const moved = ({ target, oldValue }) => target.closest(FIGURES) && target.getAttribute("d") !== oldValue;
    if (records.some(moved)) changed = true;
  });
  paths.observe(document, { subtree: true, attributeFilter: ["d"], attributeOldValue: true });

  function otherPixels(canvas) {
    if (!canvas.width || !canvas.height) return false;
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const hash = new Uint32Array(data.buffer).reduce((sum, word) => (Math.imul(sum, 31) + word) | 0, 0);
    const before = pixels.get(canvas);
    pixels.set(canvas, hash);
    return hash !== before;
  }
  // ipympl copies whole images, Bokeh draws line by line.
  for (const act of ["drawImage", "stroke"]) {
    const { [act]: original } = CanvasRenderingContext2D.prototype;
    CanvasRenderingContext2D.prototype[act] = function (...given) {
      original.apply(this, given);
      if (this.canvas.closest?.(FIGURES)) drawn.add(this.canvas);
    };
  }
})();
