// The legend below a block of equations: values follow the sliders of the nearest figure that runs
// the model, and a symbol lights up wherever it stands.

import { contains } from "../../engine/rules.js";
import { format } from "../../figure/numbers.js";
import { tell } from "../../figure/words.js";

/** The figures that run a program, the nearest to a node first. */
function runners(node, figures, program) {
  const order = [node, ...figures.map(({ place }) => place)].sort((one, other) =>
    one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1,
  );
  const away = ({ place }) => Math.abs(order.indexOf(place) - order.indexOf(node));
  const runs = ({ spec }) =>
    spec.programs.some((each) => each.key === program.key || contains(each, program));
  return figures.filter(runs).sort((one, other) => away(one) - away(other));
}

/** Let the value in a row follow the control of its name. */
function followControl(row, { spec, controls }, models) {
  const [, record] = spec.controls.find(([name]) => name === row.dataset.name) ?? [];
  if (!record || record.options) return false;
  const model = models.get(controls[row.dataset.name].replace("IPY_MODEL_", ""));
  const shown = row.querySelector("[data-value]");
  const show = () => {
    tell(shown, format(model.get(record.trait), record.format));
  };
  model.on(`change:${record.trait}`, show);
  show();
  return true;
}

// Of a line or a bar; what is as pale as paper is no colour for a letter.
const COLOUR = /(?:fill|stroke): *(var\(--ll-(?!grid|paper|shade)[\w-]+)/;

/** The colour in which a figure draws a quantity of this name: as a line, a bar, or bars alike. */
function colourOf(name, { spec, place }) {
  const line = spec.artists.find(({ kind, channels }) => kind !== "text" && channels.y === name);
  const bars = spec.artists.find(({ channels }) => [channels.height].flat().includes(name));
  const height = bars?.channels.height;
  const ids = line ? [line.ids[0]] : Array.isArray(height) ? [bars.ids[height.indexOf(name)]] : (bars?.ids ?? []);
  const colours = ids.map((id) => COLOUR.exec(place.querySelector(`[id="${id}"] path`)?.getAttribute("style"))?.[1]);
  return new Set(colours).size === 1 ? colours[0] : undefined;
}

/** The nodes of the formulas by what they show, for each row to find its symbol among. */
function shownBy(formulas) {
  const nodes = new Map();
  for (const node of formulas.querySelectorAll("math *")) {
    const symbol = node.outerHTML;
    nodes.set(symbol, [...(nodes.get(symbol) ?? []), node]);
  }
  return nodes;
}

export function legends(page, models, figures) {
  for (const legend of document.querySelectorAll("[data-legend]")) {
    const formulas = document.querySelector(`[data-equations="${legend.dataset.legend}"]`);
    const { program } = page.rules[page.equations[legend.dataset.legend].key];
    const nodes = shownBy(formulas);
    const near = runners(legend, figures, program);
    const rows = [...legend.querySelectorAll("[data-name]")];
    // Longest first: the e of e⁺ is no symbol of its own.
    const taken = new Set();
    const bySize = [...rows].sort(
      (one, other) =>
        other.querySelector("math").innerHTML.length - one.querySelector("math").innerHTML.length,
    );
    for (const row of bySize) {
      const free = (node) => ![...taken].some((other) => other.contains(node));
      const places = (nodes.get(row.querySelector("math").innerHTML) ?? []).filter(free);
      places.forEach((node) => taken.add(node));
      const parts = [row, ...places];
      const colour = near.map((figure) => colourOf(row.dataset.name, figure)).find(Boolean);
      for (const part of [row.querySelector("math"), ...places]) {
        part.classList.add("ll-symbol");
        if (colour) part.style.color = `${colour})`;
      }
      const light = (lit) => parts.forEach((part) => part.classList.toggle("ll-lit", lit));
      for (const part of parts) {
        part.addEventListener("pointerenter", () => light(true));
        part.addEventListener("pointerleave", () => light(false));
      }
      row.addEventListener("focus", () => light(true));
      row.addEventListener("blur", () => light(false));
    }
    for (const row of rows) near.some((figure) => followControl(row, figure, models));
    // One stop for Tab; the arrow keys go from row to row.
    rows.forEach((row, place) => {
      row.tabIndex = place === 0 ? 0 : -1;
      row.addEventListener("keydown", (event) => {
        const next = rows[place + { ArrowDown: 1, ArrowUp: -1 }[event.key]];
        if (!next) return;
        event.preventDefault();
        row.tabIndex = -1;
        next.tabIndex = 0;
        next.focus();
      });
    });
  }
}
