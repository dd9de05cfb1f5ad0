// The controls of a figure, and symbols that are links.

import { say } from "../language/language.js";
import { format } from "./numbers.js";
import { element } from "./words.js";

// One control: its widget model, its value as a number, its accessible name and spoken value.
export class Control {
  /** @param {string} name @param {import("./contract").ControlRecord} record @param {any} model */
  constructor(name, record, model) {
    this.name = name;
    this.record = record;
    this.model = model;
  }
  get value() { return Number(this.model.get(this.record.trait)); }
  set value(value) { this.model.set(this.record.trait, this.record.trait === "value" && typeof this.model.get("value") === "boolean" ? Boolean(value) : value); this.model.save_changes(); }
  get spoken() {
    const { record } = this;
    if (record.options) return record.options[this.value];
    return format(this.value, record.format) + (record.unit ? ` ${record.unit}` : "");
  }
  // JupyterLab draws sliders without an accessible name, and speaks unrounded numbers. Whether all
  // that is shown of the control has been named is what the promise says.
  async speak() {
    const views = this.model.views ? await Promise.all(Object.values(this.model.views)) : [];
    const hosts = this.model.element ? [this.model.element] : views.map((view) => view.el);
    const inputs = hosts.map((host) => (host.matches("input, select") ? host : host.querySelector(".noUi-handle, input, select")));
    hosts.forEach((host, i) => {
      const input = inputs[i];
      if (!input) return;
      if (!this.model.element) {
        input.setAttribute("aria-label", this.record.label);
        if (this.record.help) host.title = this.record.help;
      }
      if (!this.record.options) input.setAttribute("aria-valuetext", this.spoken);
    });
    return hosts.length > 0 && inputs.every(Boolean);
  }
}

// Symbols that open their source. Tab stops at one of them; arrow keys go on to the next one shown.
export function linkSymbols(svg) {
  const links = [...svg.querySelectorAll("a")];
  const name = element("p", { class: "ll-linked" }, say("figure-symbols"));
  const rest = (current) => links.forEach((link) => link.setAttribute("tabindex", link === current ? 0 : -1));
  // Told by what figures set: to ask for a place would lay out the page at every move.
  const isShown = (node) => node === svg || (node.style.display !== "none" && isShown(node.parentElement));
  const shown = () => links.filter((link) => [...link.children].some(isShown));
  for (const link of links) {
    const tell = () => { name.textContent = link.getAttribute("aria-label"); };
    link.addEventListener("pointerenter", tell);
    link.addEventListener("focus", () => { rest(link); tell(); });
    link.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      const open = shown();
      open[(open.indexOf(link) + step + open.length) % open.length].focus();
    });
  }
  if (links.length) svg.parentElement.after(name);
  return () => {
    const open = shown();
    if (!open.some((link) => link.getAttribute("tabindex") === "0")) rest(open[0] ?? links[0]);
  };
}
