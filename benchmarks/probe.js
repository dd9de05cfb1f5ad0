// Runs inside the measured page. Notes when a key was pressed and when a changed picture of the
// figure had been painted: the end of the first frame after its image was replaced, its canvas
// redrawn or its paths rewritten. A redraw that leaves every pixel as it was does not count.
(() => {
  const FIGURES = ".jp-OutputArea, figure";
  const paints = [];
  const pixels = new WeakMap();
  let pressed = Infinity;
  let resolve = null;
  let changed = () => false;

  function answer() {
    const paint = paints.find((at) => at > pressed);
    if (!resolve || paint === undefined) return;
    resolve(paint - pressed);
    resolve = null;
  }

  globalThis.latencyProbe = {
    // Milliseconds from the page's opening until its first live figure was painted.
    live: 0,
    // Milliseconds from the latest key press until its picture was painted.
    latency: () => new Promise((done, fail) => {
      resolve = done;
      setTimeout(() => fail(new Error("no new picture within 10 s of a key press")), 10_000);
      answer();
    }),
    paintsSince: (from) => paints.filter((at) => at > from).length,
  };

  // A message posted in an animation frame arrives when that frame has been drawn.
  const frameEnd = new MessageChannel();
  frameEnd.port1.onmessage = () => {
    const now = performance.now();
    if (!latencyProbe.live && document.querySelector("figure[data-live]")) latencyProbe.live = now;
    const look = changed;
    changed = () => false;
    if (look()) paints.push(now);
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
    changed = () => true;
  }, true);

  const paths = new MutationObserver((records) => {
    const moved = ({ target, oldValue }) => target.closest(FIGURES) && target.getAttribute("d") !== oldValue;
    if (records.some(moved)) changed = () => true;
  });
  paths.observe(document, { subtree: true, attributeFilter: ["d"], attributeOldValue: true });

  function redrawn(canvas) {
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const hash = new Uint32Array(data.buffer).reduce((sum, word) => (Math.imul(sum, 31) + word) | 0, 0);
    const before = pixels.get(canvas);
    pixels.set(canvas, hash);
    return hash !== before;
  }
  const { drawImage } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.drawImage = function (...given) {
    drawImage.apply(this, given);
    const { canvas } = this;
    if (canvas.closest?.(FIGURES)) changed = () => redrawn(canvas);
  };
})();
