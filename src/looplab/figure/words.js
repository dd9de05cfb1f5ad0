// Sentences that hold numbers, and the tables that stand beneath a figure.

import { say } from "../language/language.js";
import { entry } from "./artists.js";
import { format, wholePart } from "./numbers.js";

/** @typedef {import("./contract").Spec} Spec */
/** @typedef {import("./sources.js").Values} Values */
/** @param {string} template @param {Values} values @param {Spec["words"]} words @returns {string} */
export function sentence(template, values, words) {
  return template.replace(/\{(\w+)(?::([^{}]*))?\}/g, (_, name, style) => {
    if (!(name in words)) return format(values.get(name), style);
    const [source, choices] = words[name];
    return sentence(choice(choices, values.get(source)), values, words);
  });
}

const choice = (choices, value) => choices[Math.max(0, Math.min(choices.length - 1, wholePart(value)))];

// Text in which the mark † is a raised sign for the eye and words for the ear; see marks.py.
const MARK = "†";
const meaning = () => say("mark-meaning");

export const spoken = (text) => text.replaceAll(MARK, ` (${meaning()})`);

function marked(text) {
  return text.split(MARK).flatMap((part, i) => (i === 0 ? [part] : [sign(), part]));
}

function sign() {
  return element("sup", { class: "ll-dagger", title: meaning() },
    element("span", { "aria-hidden": "true" }, document.createTextNode(MARK)),
    element("span", { class: "ll-unseen" }, ` (${meaning()})`));
}

// A move tells much that is as before, or has as many words: the least that changes costs least.
export function tell(node, text) {
  const [only, ...others] = node.childNodes;
  if (only?.nodeType !== Node.TEXT_NODE || others.length || text.includes(MARK)) node.replaceChildren(...marked(text));
  else if (only.data !== text) only.data = text;
}

export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, spoken(`${value}`));
  node.append(...children.flatMap((child) => (typeof child === "string" ? marked(child) : [child])));
  return node;
}

// A column shows a quantity or, under a name of `words`, what its numbers stand for.
/** @param {Spec["columns"]} columns @param {Values} values @param {Spec["words"]} words */
export function table(columns, values, words) {
  const read = columns.map(([label, name]) => [label, values.get(words[name]?.[0] ?? name), words[name]?.[1]]);
  const rows = Math.max(...read.map(([, array]) => array.length ?? 1));
  const text = (array, i, choices) => {
    const value = entry(array, i) ?? NaN;
    return choices && !Number.isNaN(value) ? choice(choices, value) : format(value);
  };
  const head = element("tr", {}, ...read.map(([label]) => element("th", { scope: "col" }, label)));
  const body = Array.from({ length: rows }, (_, i) =>
    element("tr", {}, ...read.map(([, array, choices]) => element("td", {}, text(array, i, choices)))));
  return element("table", {}, element("thead", {}, head), element("tbody", {}, ...body));
}

// What each number behind the figure is and where it comes from; `show` refreshes the values.
/** @param {Spec} spec @param {Values} values */
export function provenance({ title, parameters }, values) {
  const counts = {};
  for (const { status } of parameters) counts[status] = (counts[status] ?? 0) + 1;
  const summary = Object.entries(counts).map(([status, count]) => `${count} ${say("status", { status })}`).join(", ");
  const shown = parameters.map(({ value, format: style, unit }) => {
    const cell = element("td");
    return [cell, () => { tell(cell, format(values.get(value), style) + (unit ? ` ${unit}` : "")); }];
  });
  const rows = parameters.map(({ label, status, source }, i) => {
    const origin = element("td");
    origin.innerHTML = source;
    const chip = element("span", { class: `ll-status ll-${status}` }, say("status", { status }));
    return element("tr", {}, element("th", { scope: "row" }, label), shown[i][0], element("td", {}, chip), origin);
  });
  const head = [say("figure-number"), say("figure-value"), say("figure-status"), say("figure-source")].map((name) => element("th", { scope: "col" }, name));
  const details = element("details", {},
    element("summary", {}, say("figure-numbers", { summary })),
    element("div", { class: "ll-table", tabindex: 0, role: "region", "aria-label": say("figure-numbers-name", { title }) },
      element("table", { class: "ll-provenance" }, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows))));
  return { details, show: () => shown.forEach(([, show]) => show()) };
}
