// The sheet of a figure: its title, the drawing, a panel with settings to try, controls and
// numbers, the caption, and what folds. living.css places them, in a page as in a JupyterLab cell.

import { say } from "../language/language.js";
import { element } from "./words.js";

// From so many controls on they stand closer.
const TIGHT = 5;
// A drawing higher than this share of its width may take the whole height of the screen.
const TALL = 0.58;
const MOST_BUTTONS = 5;
const LEAST_WORDS = 9.2;
// What of a screen of 1280 × 720 a panel may take, in pixels, and how many letters fit its width.
const ROOM = 600;
const LETTERS = 32;
const ARROW = 20; // pixels of a field that its arrow takes

// About how high the panel beside the drawing gets: settings to try with the controls, and numbers.
/** @typedef {import("./contract").Spec} Spec */
/** @param {Spec} spec */
function heights({ controls, presets, numbers }) {
  const lines = (text) => Math.ceil(text.length / LETTERS);
  const pills = presets.length > MOST_BUTTONS ? 1
    : Math.ceil(presets.reduce((sum, [label]) => sum + label.length + 5, 8) / (LETTERS + 4));
  const each = controls.length < TIGHT ? 37 : 27;
  const rows = controls.map(([, { label, unit }]) => 19 * lines(`${label} ${unit}`) + each);
  const pairs = Array.from({ length: Math.ceil(numbers.length / 2) }, (_, i) =>
    Math.max(...numbers.slice(2 * i, 2 * i + 2).map(({ label }) => 42 + 17 * Math.ceil(label.length / 16))));
  const sum = (list) => list.reduce((total, value) => total + value, 0);
  return [(presets.length ? 45 * pills : 0) + sum(rows) + 30, sum(pairs) + 25];
}

/** @param {Spec} spec */
export function sheet(spec) {
  const title = element("h3", { class: "ll-title", id: `${spec.id}-title` }, spec.title);
  const canvas = element("div", { class: "ll-canvas" });
  canvas.innerHTML = spec.svg;
  const svg = canvas.querySelector("svg");
  const cover = element("div", { class: "ll-cover" }, element("p", {}, say("figure-covered")));
  const problem = element("p", { class: "ll-error", role: "alert", hidden: "" });
  // What a link asked for and cannot be.
  const asked = element("p", { class: "ll-refused", role: "alert", hidden: "" });
  const changedRule = element("p", { class: "ll-changed", hidden: "" });
  const busy = element("p", { class: "ll-busy", hidden: "" }, `${say("figure-computing")} `,
    element("progress", { max: 1, value: 0, "aria-label": say("figure-computing-name", { title: spec.title }) }));
  const stage = element("div", { class: "ll-stage" }, changedRule, busy, canvas, cover, asked, problem);
  const tools = element("div", {
    class: "ll-tools", role: "group", "aria-label": say("figure-settings-name", { title: spec.title }),
  });
  const numbers = element("dl", { class: "ll-numbers" });
  const panel = element("div", { class: "ll-panel" }, tools);
  const description = element("p", {
    class: "ll-now", id: `${spec.id}-now`, role: "status", "aria-live": "polite",
  }, spec.description);
  const folds = element("div", { class: "ll-folds" });
  const stamp = spec.stamp ? [element("strong", {}, `${spec.stamp}.`), " "] : [];
  const caption = element("figcaption", {}, element("p", {}, ...stamp, spec.caption), description, folds);

  const [own, read] = heights(spec);
  const many = own + read > ROOM;
  const alone = !spec.controls.length && !spec.numbers.length;
  const inner = element("div", { class: "ll-sheet" }, title, stage);
  if (many) inner.append(numbers);
  else panel.append(numbers);
  if (!alone) inner.append(panel);
  inner.append(caption);
  const figure = element("figure", {
    class: "ll-figure", id: spec.id, "aria-labelledby": title.id,
  }, inner);

  const { width, height } = svg.viewBox.baseVal;
  // So wide that the smallest words of the drawing can be read.
  const sizes = [...svg.querySelectorAll("text")].map((text) =>
    parseFloat(text.closest('[style*="font-size"]')?.style.fontSize ?? 10));
  figure.style.setProperty("--ll-least", `${(LEAST_WORDS * width) / Math.min(10, ...sizes)}px`);
  figure.classList.toggle("ll-tight", spec.controls.length >= TIGHT);
  // Where there are too many, numbers leave the panel; where controls alone are, it gets wider.
  figure.classList.toggle("ll-many", many);
  figure.classList.toggle("ll-crowded", own > ROOM);
  figure.classList.toggle("ll-tall", height > TALL * width);
  figure.classList.toggle("ll-alone", alone);
  reachWide(canvas);
  return {
    figure, svg, tools, numbers, panel, description, problem, asked, changedRule, folds, busy, cover,
  };
}

// A keyboard can scroll only what it can reach: a drawing wider than its place joins the tab order.
function reachWide(canvas) {
  new ResizeObserver(() => {
    if (canvas.scrollWidth > canvas.clientWidth) canvas.tabIndex = 0;
    else canvas.removeAttribute("tabindex");
  }).observe(canvas);
}

// Settings to try: a button each, or where they are many one menu. Gives how to mark what is set.
/**
 * @param {Spec["presets"]} presets
 * @param {Element} tools
 * @param {(settings: Record<string, number>) => void} apply
 * @param {(settings: Record<string, number>) => boolean} isSet
 */
export function settingsToTry(presets, tools, apply, isSet) {
  if (presets.length > MOST_BUTTONS) {
    const menu = element("select", { "aria-label": say("figure-settings") },
      element("option", { value: "" }, say("figure-settings-menu")),
      ...presets.map(([label], i) => element("option", { value: i }, label)));
    menu.addEventListener("change", () => { if (menu.value !== "") apply(presets[menu.value][1]); });
    const whole = element("small", { class: "ll-chosen", "aria-hidden": "true" });
    tools.append(menu, whole);
    const tell = sayWhole(menu, whole);
    let told = 0;
    return () => {
      const set = 1 + presets.findIndex(([, settings]) => isSet(settings));
      if (told === set && menu.selectedIndex === set) return;
      told = menu.selectedIndex = set;
      tell();
    };
  }
  const buttons = presets.map(([label, settings]) => {
    const button = element("button", { type: "button" }, label);
    button.addEventListener("click", () => apply(settings));
    tools.append(button);
    return button;
  });
  return () => presets.forEach(([, settings], i) => {
    const pressed = `${isSet(settings)}`;
    if (buttons[i].getAttribute("aria-pressed") !== pressed) buttons[i].setAttribute("aria-pressed", pressed);
  });
}

// What measures letters, for all menus of a page.
let letters;

/** Says in `whole` what the field chose, where it is too long for the field. */
export function sayWhole(select, whole) {
  letters ??= document.createElement("canvas").getContext("2d");
  let font, room;
  const tell = () => {
    const { text } = select.selectedOptions[0] ?? { text: "" };
    letters.font = font;
    whole.textContent = letters.measureText(text).width > room ? text : "";
  };
  // Its style is asked for when its size changes: at every move, the page would be laid out anew.
  new ResizeObserver(() => {
    const style = getComputedStyle(select);
    font = style.font;
    room = select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight) - ARROW;
    tell();
  }).observe(select);
  return tell;
}

// The controls are widgets of their own, shown beside the figure; once they are there they join
// its panel. Gives how to put them back, or nothing while they are not there yet.
export function adoptControls(el, panel) {
  const box = el.closest(".ll-living");
  const controls = box?.querySelector(":scope > .ll-controls");
  if (!controls) return undefined;
  panel.querySelector(".ll-tools").after(controls);
  return () => box.prepend(controls);
}
