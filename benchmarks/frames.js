// Runs inside an exported page: for every control of every figure, how many milliseconds the page
// needs for one move, from the event to the end of the frame that shows its answer: computed, drawn,
// laid out and painted. Returns [figure, control, times].
async (moves) => {
  const rest = () => new Promise((done) => setTimeout(done, 400));
  // A message posted in an animation frame arrives when that frame has been drawn. To ask for a place
  // instead would lay out more than a frame does: in Firefox also what is far from the screen.
  const { port1, port2 } = new MessageChannel();
  const drawn = () => new Promise((done) => { port1.onmessage = done; port2.postMessage(null); });
  const found = [];
  for (const figure of document.querySelectorAll("figure[data-live]")) {
    const box = figure.closest(".ll-mount").parentElement;
    figure.scrollIntoView({ behavior: "instant" });
    await rest();
    for (const field of box.querySelectorAll("input[type=range], select")) {
      const select = field.matches("select");
      const [low, high, step] = select
        ? [0, field.options.length - 1, 1]
        : [Number(field.min), Number(field.max), Number(field.step)];
      // To and fro, each move to another place.
      const places = Math.min(moves, Math.round((high - low) / step));
      const before = field.value;
      const times = [];
      for (let move = 0; move <= moves; move++) {
        const turn = move % (2 * places);
        const place = low + ((high - low) * (turn <= places ? turn : 2 * places - turn)) / places;
        const value = low + Math.round((place - low) / step) * step;
        // A move as in dragging: the figure has been answering the moves before it.
        await new Promise(requestAnimationFrame);
        const start = performance.now();
        field.value = value;
        field.dispatchEvent(new Event(select ? "change" : "input", { bubbles: true }));
        await drawn();
        times.push(performance.now() - start);
      }
      field.value = before;
      field.dispatchEvent(new Event(select ? "change" : "input", { bubbles: true }));
      await rest();
      const name = field.labels[0]?.textContent ?? field.ariaLabel ?? "";
      found.push([figure.id, name.trim(), times]);
    }
  }
  return found;
}
