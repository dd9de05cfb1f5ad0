// A curve as sound: what is higher in the drawing sounds higher, from left to right in time. With two
// curves the first is heard on the left and then the second on the right: one's prediction and the
// truth, or the curve before the last move and the curve now. Silent until asked.

import { say } from "../language/language.js";
import { element } from "./words.js";

// The bottom and the top of the axes, in hertz: two octaves that small loudspeakers have.
export const LOWEST = 220;
export const HIGHEST = 880;
const COUNT = 64;
const PAUSE = 0.3;
const FADE = 0.01;
const LOUDNESS = 0.15;
const SECONDS = { slow: 5, normal: 2.5, fast: 1.2 };

// Where a curve has its points: runs without a gap, from the data of its path.
function strokes(d) {
  return d.split("M").slice(1).map((run) => run.split("L").map((pair) => pair.trim().split(" ").map(Number)));
}

// The pitch in hertz at `count` places evenly from left to right of the axes, null where the curve
// is not. `d` are the data of its path, `box` the axes, both in the units of the drawing.
export function pitches(d, { x, y, width, height }, count = COUNT) {
  const runs = strokes(d);
  return Array.from({ length: count }, (_, i) => {
    const at = x + (width * i) / (count - 1);
    for (const run of runs) {
      for (let j = 0; j + 1 < run.length; j++) {
        const [[x0, y0], [x1, y1]] = [run[j], run[j + 1]];
        if (at < x0 || at > x1) continue;
        const level = x1 > x0 ? y0 + ((y1 - y0) * (at - x0)) / (x1 - x0) : y1;
        const share = Math.min(1, Math.max(0, (y + height - level) / height));
        return LOWEST * (HIGHEST / LOWEST) ** share;
      }
    }
    return null;
  });
}

// Puts tones into an audio context, one after the other: `sides` are pairs of pitches and where they
// are heard, from −1 for left to 1 for right. Gives when they end.
export function schedule(context, sides, seconds) {
  let start = context.currentTime;
  for (const [tones, side] of sides) {
    const tone = context.createOscillator();
    const loud = context.createGain();
    const place = context.createStereoPanner();
    place.pan.value = side;
    loud.gain.setValueAtTime(0, start);
    const each = seconds / (tones.length - 1);
    tones.forEach((pitch, i) => {
      const at = start + i * each;
      const [sounded, sounds] = [i > 0 && tones[i - 1] !== null, pitch !== null];
      if (sounds && sounded) tone.frequency.linearRampToValueAtTime(pitch, at);
      else if (sounds) tone.frequency.setValueAtTime(pitch, at);
      if (sounds === sounded) return;
      loud.gain.setValueAtTime(sounds ? 0 : LOUDNESS, at);
      loud.gain.linearRampToValueAtTime(sounds ? LOUDNESS : 0, at + FADE);
    });
    const end = start + seconds;
    if (tones.at(-1) !== null) {
      loud.gain.setValueAtTime(LOUDNESS, end);
      loud.gain.linearRampToValueAtTime(0, end + FADE);
    }
    tone.connect(loud).connect(place).connect(context.destination);
    tone.start(start);
    tone.stop(end + FADE);
    start = end + FADE + PAUSE;
  }
  return start - PAUSE;
}

// What a reader opens to hear the curves: `lines` are {label, name, part}, where `part` is the path.
// Gives the element, and what the figure tells it: that a reader is about to move something, that the
// figure was covered, or that it goes.
export function soundFold(figure, svg, title, lines) {
  const which = element("select", {}, ...lines.map(({ label }, i) => element("option", { value: i }, label)));
  const speed = element("select", {}, ...Object.keys(SECONDS).map((name) => element("option", { value: name }, say("sound-pace", { pace: name }))));
  speed.value = "normal";
  const button = element("button", { type: "button", "aria-keyshortcuts": "L", "aria-label": say("sound-play-name", { title }) }, say("play"));
  const said = element("p", { "aria-live": "polite" });
  const hint = element("p", { id: `${figure.id}-sound` }, say("sound-how"));
  const line = element("label", {}, `${say("sound-curve")} `, which);
  line.hidden = lines.length < 2;
  const fold = element("details", { class: "ll-sound" }, element("summary", {}, say("sound")),
    hint, element("div", {}, button, line, element("label", {}, `${say("sound-speed")} `, speed)), said);
  svg.setAttribute("aria-describedby", hint.id);
  let before = new Map();
  let context = null;

  // The two that are compared, or the one there is.
  function heard() {
    const { name, part } = lines[which.value];
    const axes = part.closest(".ll-axes").querySelector("path").getBBox();
    const now = part.getAttribute("d");
    const drawn = svg.querySelector(`.ll-drawn[data-line="${CSS.escape(name)}"]`);
    const shown = drawn && drawn.style.display !== "none" && drawn.style.visibility !== "hidden";
    const first = shown ? drawn.getAttribute("d") : before.get(name);
    const tones = (d) => pitches(d, axes);
    if (!first || first === now) return [[[tones(now), 0]], say("sound-one")];
    const words = shown ? say("sound-prediction") : say("sound-before");
    return [[[tones(first), -1], [tones(now), 1]], words];
  }
  function stop() {
    context?.close();
    context = null;
    button.textContent = say("play");
    button.setAttribute("aria-label", say("sound-play-name", { title }));
  }
  function play() {
    if (context) return stop();
    if ("covered" in figure.dataset) return undefined;
    const [sides, words] = heard();
    const mine = (context = new AudioContext());
    const end = schedule(mine, sides, SECONDS[speed.value]);
    // A silent source that ends with the last tone.
    const last = mine.createConstantSource();
    last.onended = () => { if (mine === context) stop(); };
    last.start();
    last.stop(end);
    button.textContent = say("stop");
    button.setAttribute("aria-label", say("sound-stop-name", { title }));
    said.textContent = words;
    return undefined;
  }
  button.addEventListener("click", play);
  figure.addEventListener("keydown", (event) => {
    const typing = event.target.matches("select, textarea, input[type=text], input[type=number]");
    if (event.key !== "l" || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing) return;
    event.preventDefault();
    play();
  });
  return {
    fold, stop,
    keep() { before = new Map(lines.map(({ name, part }) => [name, part.getAttribute("d")])); },
  };
}
