// The ways to answer a question: choose, set a number, rank, draw a curve, write a number.

import { inDigits } from "../figure/numbers.js";
import { say } from "../language/language.js";
import { agree } from "./agree.js";
import { button, make, shuffled } from "./notes.js";

/** @typedef {import("./contract").NumberPrediction} NumberPrediction */
/** @typedef {import("./contract").RankingPrediction} RankingPrediction */
/** @typedef {import("./contract").CurvePrediction} CurvePrediction */
/** @typedef {import("./contract").KnownRecord} KnownRecord */
/** @typedef {{ format: string, unit?: string }} Style */

// A number with its unit, and a distance; `format` is the figure's own.
/** @param {number} value @param {Style} style @param {(value: number, style: string) => string} format */
const withUnit = (value, { format: style, unit = "" }, format) => format(value, style) + (unit ? ` ${unit}` : "");
/** @param {number} apart @param {Style} spec @param {(value: number, style: string) => string} format */
function distance(apart, spec, format) {
  if (spec.format.endsWith("%")) return say("answer-points", { number: format(apart * 100, ".0f") });
  return withUnit(apart, { ...spec, format: spec.format.replace("+", "") }, format);
}
/** @param {NumberPrediction | CurvePrediction} spec @returns {{ key: "close" | "high" | "low", words: string }} */
function compare(expected, truth, spec, format) {
  const key = agree(expected, truth, spec.close) ? "close" : expected > truth ? "high" : "low";
  const gap = distance(Math.abs(expected - truth), spec, format);
  return { key, words: key === "close" ? say("answer-close", { gap }) : say("answer-off", { gap, way: key }) };
}

// A slider stands somewhere from the start. Until it is touched, that is nobody's answer.
/** @param {string} label @param {import("./contract").ScaleRecord} scale @param {number} start @param {(value: number) => string} show */
function scaleSlider(label, { low, high, step }, start, show) {
  const input = make("input", { type: "range", min: low, max: high, step, value: start, autocomplete: "off" });
  const output = make("output", { "aria-hidden": "true" });
  const node = make("label", { class: "ll-slide" }, make("span", {}, label), input, output);
  const update = () => {
    const touched = node.dataset.touched === "true";
    output.textContent = touched ? show(input.valueAsNumber) : say("answer-not-set");
    input.setAttribute("aria-valuetext", output.textContent);
  };
  function set(value, touched = true) {
    input.value = value;
    node.dataset.touched = touched;
    update();
  }
  for (const event of ["input", "click"]) input.addEventListener(event, () => set(input.value));
  set(start, false);
  return { node, input, set, touched: () => node.dataset.touched === "true" };
}

// An entry for values that have an answer of their own: another textbook's, or a known mistake.
/** @param {KnownRecord[]} entries @param {number} value @param {number} within */
const knownEntry = (entries, value, within) => entries.find((entry) => agree(value, entry.value, entry.within ?? within));

// Where the answer holds: in this model, unless the lesson says otherwise ("In this trial").
/** @param {{ setting?: string }} spec */
const there = ({ setting = say("in-this-model") }) => setting;
/** @param {{ setting?: string }} spec */
const inner = (spec) => there(spec)[0].toLowerCase() + there(spec).slice(1);

// Both numbers as marks on one line; the words beside it say the same.
/** @param {number} expected @param {number} truth @param {import("./contract").ScaleRecord} scale @param {"answer" | "model"} kind */
function marks(expected, truth, { low, high }, kind) {
  const at = (value) => `${(100 * Math.min(1, Math.max(0, (value - low) / (high - low)))).toFixed(1)}%`;
  const mark = (name, value, words) => make("span", { class: `ll-mark ll-mark-${name}`, style: `left:${at(value)}` }, words);
  return make("div", { class: "ll-line", "aria-hidden": "true" }, mark("yours", expected, say("answer-you")), mark("truth", truth, say("answer-truth", { kind })));
}

// The ways to answer. Each gives the fields (`body`), says whether anything was answered (`ready`)
// or what is missing, reads and writes an answer as plain data (`write` says whether it could), puts
// it in words, and judges it against the truth: `judge` gets undefined when the learner chose to look
// first. `shows` gives the settings at which the figure shows an answer, if there are such.
export const ANSWERS = {
  /** @param {import("./contract").ChoicePrediction} spec */
  choice(spec, figure) {
    const answers = spec.in_order ? spec.answers : shuffled(spec.answers, spec.student, spec.id);
    const { truth } = spec;
    const inputs = answers.map(({ id }) => make("input", { type: "radio", name: "answer", value: id, autocomplete: "off" }));
    const labels = answers.map(({ text }, i) => make("label", { class: "ll-option", "data-mine": say("answer-prediction-drawn") }, inputs[i], make("span", { html: text })));
    const one = (id) => answers.find((answer) => answer.id === id);
    const plain = (answer) => make("span", { html: answer.text }).textContent;
    function rightOne() {
      if (!truth) return answers.find(({ right }) => right);
      if (answers[0].at) {
        const found = answers.map(({ at }) => figure.read(truth, at));
        return answers[found.indexOf(Math.max(...found))];
      }
      const value = figure.read(truth);
      return answers.find(({ from = -Infinity, below = Infinity }) => value >= from && value < below);
    }
    return {
      body: labels,
      missing: say("answer-choose"),
      ready: () => inputs.some((input) => input.checked),
      shows: (id) => one(id)?.shows ?? one(id)?.at,
      model: () => rightOne()?.at,
      show(done) {
        const right = done && rightOne()?.id;
        labels.forEach((label, i) => label.toggleAttribute("data-truth", answers[i].id === right));
      },
      read: () => inputs.find((input) => input.checked)?.value,
      write(id) { inputs.forEach((input) => { input.checked = input.value === id; }); return Boolean(one(id)); },
      words: (id) => plain(one(id)),
      judge(id) {
        const right = rightOne();
        const hit = id !== undefined && id === right?.id;
        const also = Boolean(one(id)?.accepted);
        if (!figure) return { right: hit || also, outcome: hit ? say("answer-right") : also ? say("answer-also-right") : say("answer-not-yet"), entry: one(id) };
        const outcome = right ? say("answer-is", { where: there(spec), answer: plain(right) }) : say("answer-none-fits", { where: there(spec) });
        return { right: hit || also, outcome: hit ? say("answer-so-it-is", { where: inner(spec) }) : also ? `${say("answer-also-right")} ${outcome}` : outcome, entry: one(id) };
      },
    };
  },

  /** @param {NumberPrediction} spec */
  number(spec, figure) {
    const told = (value) => withUnit(value, spec, figure.format);
    const middle = (spec.scale.low + spec.scale.high) / 2;
    const { node, input, set, touched } = scaleSlider(say("answer-prediction"), spec.scale, middle, told);
    return {
      body: [node],
      missing: say("answer-move-slider"),
      ready: touched,
      shows: (value) => spec.control && { [spec.control]: value },
      model: () => spec.control && { [spec.control]: figure.read(spec.truth) },
      // In a deck the votes of the class are compared with it.
      show(done) {
        if (done) node.dataset.truth = figure.read(spec.truth);
        else delete node.dataset.truth;
      },
      read: () => input.valueAsNumber,
      write(value) { const fits = Number.isFinite(value); set(fits ? value : middle, fits); return fits; },
      words: told,
      judge(value) {
        const truth = figure.read(spec.truth);
        if (value === undefined) return { outcome: say("answer-it-is", { where: there(spec), value: told(truth) }) };
        const { key, words } = compare(value, truth, spec, figure.format);
        const also = knownEntry(spec.accepts, value, spec.scale.step / 2);
        const mistake = key !== "close" && knownEntry(spec.mistakes, value, spec.scale.step / 2);
        const verdict = also ? say("answer-also-right") : words;
        const outcome = say("answer-expected", { value: told(value), where: inner(spec), truth: told(truth), verdict });
        return { right: Boolean(also) || key === "close", outcome, entry: also ?? (mistake || spec.outcomes[key]), picture: marks(value, truth, spec.scale, spec.setting ? "answer" : "model") };
      },
    };
  },

  /** @param {RankingPrediction} spec */
  ranking(spec, figure) {
    const list = make("ol", { class: "ll-ranking" });
    const said = make("p", { class: "ll-unseen", role: "status" });
    const rows = new Map(spec.items.map(({ id, text }) => {
      const name = make("span", { html: text });
      const row = make("li", {}, name);
      const move = (label, named, by) => {
        const node = button(label, () => {
          const order = read();
          const to = order.indexOf(id) + by;
          if (to < 0 || to >= order.length) return;
          [order[to], order[to - by]] = [order[to - by], order[to]];
          write(order);
          node.focus();
          said.textContent = say("answer-ranked", { item: name.textContent, place: to + 1, count: order.length });
        });
        node.setAttribute("aria-label", named);
        return node;
      };
      const item = name.textContent;
      row.append(make("span", { class: "ll-moves" }, move(say("answer-up"), say("answer-up-name", { item }), -1),
        move(say("answer-down"), say("answer-down-name", { item }), 1)));
      return [id, row];
    }));
    const start = shuffled(spec.items.map(({ id }) => id), spec.student, spec.id);
    let moved = false;
    const read = () => [...list.children].map((row) => start.find((id) => rows.get(id) === row));
    function write(order) {
      const fits = Array.isArray(order) && order.length === start.length && start.every((id) => order.includes(id));
      list.replaceChildren(...(fits ? order : start).map((id) => rows.get(id)));
      moved = fits;
      return fits;
    }
    write(start);
    const ranked = () => {
      const truths = new Map(spec.items.map(({ id, truth, at }) => [id, figure.read(truth, at)]));
      return spec.items.map(({ id }) => id).sort((a, b) => truths.get(b) - truths.get(a));
    };
    const names = (order) => order.map((id) => rows.get(id).firstChild.textContent).join(" > ");
    return {
      body: [list, said],
      missing: say("answer-move-item"),
      ready: () => moved,
      shows: (order) => spec.items.find(({ id }) => id === order[0]).at,
      model: () => spec.items.find(({ id }) => id === ranked()[0]).at,
      read, write, words: names,
      judge(order) {
        const truths = new Map(spec.items.map(({ id, truth, at }) => [id, figure.read(truth, at)]));
        const real = ranked();
        const told = real.map((id) => `${rows.get(id).firstChild.textContent} (${withUnit(truths.get(id), spec, figure.format)})`);
        const outcome = say("answer-ranking", { where: there(spec), items: told.join(", ") });
        if (order === undefined) return { outcome };
        const right = order.every((id, i) => truths.get(id) === truths.get(real[i]));
        const swap = spec.swaps.find(({ above, below }) => order.indexOf(above) < order.indexOf(below) && truths.get(above) < truths.get(below));
        return { right, outcome, entry: right ? spec.outcomes.right : swap ?? spec.outcomes.wrong };
      },
    };
  },

  /** @param {CurvePrediction} spec */
  curve(spec, figure) {
    const { svg } = figure;
    const { X, Y } = figure.lineOf(spec.truth);
    const xs = figure.read(spec.x);
    const { places: at, scale } = spec;
    const told = (value) => withUnit(value, spec, figure.format);
    const middle = (scale.low + scale.high) / 2;
    const points = at.map((x) => scaleSlider(`${spec.x_label} ${figure.format(x)}`, scale, middle, told));
    const path = document.createElementNS(svg.namespaceURI, "path");
    path.setAttribute("class", "ll-drawn");
    path.dataset.line = spec.truth;
    const surface = document.createElementNS(svg.namespaceURI, "rect");
    const box = { class: "ll-surface", x: X(at[0]), y: Y(scale.high), width: X(at.at(-1)) - X(at[0]), height: Y(scale.low) - Y(scale.high) };
    for (const [name, value] of Object.entries(box)) surface.setAttribute(name, value);
    const label = document.createElementNS(svg.namespaceURI, "text");
    label.textContent = say("answer-prediction-drawn");
    svg.append(path, label, surface);
    const read = () => points.map(({ input }) => input.valueAsNumber);
    function draw() {
      const spots = read().map((y, i) => `${X(at[i])} ${Y(y)}`);
      path.setAttribute("d", `M${spots.join("L")}`);
      label.setAttribute("x", X(at[1]));
      label.setAttribute("y", Y(read()[1]) - 8);
      const drawn = points.some(({ touched }) => touched());
      for (const node of [path, label]) node.style.visibility = drawn ? "" : "hidden";
    }
    points.forEach(({ input }) => input.addEventListener("input", draw));
    draw();

    const set = (i, y, touched = true) => points[i].set(y, touched);
    // A pointer's stroke is an answer, too: tell the form, which listens for input.
    const stroked = () => points[0].input.dispatchEvent(new Event("change", { bubbles: true }));
    let last;
    function spot({ clientX, clientY }) {
      const { x, y } = new DOMPoint(clientX, clientY).matrixTransform(svg.getScreenCTM().inverse());
      return { along: (x - X(at[0])) / (X(at[1]) - X(at[0])), y: (y - Y(0)) / (Y(1) - Y(0)) };
    }
    // A stroke moves the points that it passes, or all but touches, to its own height there.
    function stroke(event) {
      if (!event.buttons || !last) return;
      const here = spot(event);
      const [from, to] = last.along < here.along ? [last, here] : [here, last];
      at.forEach((_, i) => {
        if (i < from.along - 0.1 || i > to.along + 0.1) return;
        const part = Math.min(1, Math.max(0, (i - from.along) / (to.along - from.along || 1)));
        set(i, from.y + part * (to.y - from.y));
      });
      last = here;
      draw();
      stroked();
    }
    surface.addEventListener("pointerdown", (event) => {
      surface.setPointerCapture(event.pointerId);
      last = spot(event);
      set(Math.min(at.length - 1, Math.max(0, Math.round(last.along))), last.y);
      draw();
      stroked();
    });
    surface.addEventListener("pointermove", stroke);

    const expected = (x) => {
      const i = Math.min(at.length - 2, Math.max(0, Math.floor((x - at[0]) / (at[1] - at[0]))));
      const y = read();
      return y[i] + ((y[i + 1] - y[i]) * (x - at[i])) / (at[i + 1] - at[i]);
    };
    return {
      body: [
        make("p", { class: "ll-how" }, say("answer-draw-how")),
        make("div", { class: "ll-points" }, ...points.map(({ node }) => node)),
      ],
      missing: say("answer-draw"),
      ready: () => points.some(({ touched }) => touched()),
      read,
      write(ys) {
        const fits = Array.isArray(ys) && ys.length === points.length && ys.every(Number.isFinite);
        points.forEach((_, i) => set(i, fits ? ys[i] : middle, fits));
        draw();
        return fits;
      },
      words: (ys) => ys.map((y, i) => say("answer-point", { value: told(y), x: figure.format(at[i]) })).join(", "),
      show(done, looked) {
        surface.style.display = done ? "none" : "";
        // On a rect inside it engines ignore this: a stroke of the finger would scroll the page.
        svg.style.touchAction = done ? "" : "none";
        path.style.display = label.style.display = looked ? "none" : "";
      },
      judge(ys) {
        const truths = figure.read(spec.truth);
        const outcome = say("answer-end", { axis: spec.x_label, x: figure.format(at.at(-1)), value: told(truths.at(-1)), where: inner(spec) });
        if (ys === undefined) return { outcome };
        const { key, words } = compare(ys.at(-1), truths.at(-1), spec, figure.format);
        const apart = truths.reduce((sum, truth, i) => sum + Math.abs(truth - expected(xs[i])), 0) / truths.length;
        return {
          right: key === "close",
          outcome: say("answer-expected-end", {
            value: told(ys.at(-1)), where: inner(spec), truth: told(truths.at(-1)), verdict: words,
            apart: distance(apart, spec, figure.format),
          }),
          entry: spec.outcomes[key],
        };
      },
    };
  },

  /** @param {import("./contract").NumberCheck} spec */
  written({ answer, tolerance, unit, outcomes, accepts, mistakes }) {
    const input = make("input", { type: "text", inputmode: "decimal", autocomplete: "off", size: 10 });
    const told = (value) => inDigits(value) + (unit ? ` ${unit}` : "");
    function read() {
      const text = input.value.trim().replace("−", "-").replace(",", ".");
      return text && Number.isFinite(Number(text)) ? Number(text) : undefined;
    }
    return {
      body: [make("label", { class: "ll-slide" }, make("span", {}, say("answer-yours")), input, unit)],
      missing: say("answer-write", { example: inDigits(-0.5) }),
      ready: () => read() !== undefined,
      read,
      write(value) { input.value = value ?? ""; return Number.isFinite(value); },
      words: told,
      judge(value) {
        if (agree(value, answer, tolerance)) return { right: true, outcome: say("answer-right-value", { value: told(value) }), entry: outcomes.right };
        const also = knownEntry(accepts, value, tolerance);
        if (also) return { right: true, outcome: say("answer-also-right-value", { value: told(value) }), entry: also };
        const sign = agree(value, -answer, tolerance) ? ` ${say("answer-sign")}` : "";
        return { right: false, outcome: say("answer-not-yet") + sign, entry: knownEntry(mistakes, value, tolerance) ?? outcomes.wrong };
      },
    };
  },
};
