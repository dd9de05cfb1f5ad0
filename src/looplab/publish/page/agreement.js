// Check this page: reference numbers from outside, computed anew in the reader's browser with the
// engine that the page's figures run, and with the equations as the reader has them now.

import { format } from "../../figure/numbers.js";
import { say } from "../../language/language.js";
import { agree } from "../../learn/agree.js";
import { button, make } from "../../learn/notes.js";

const LONGEST = 14; // milliseconds after which the page may answer

/**
 * @typedef {{ key: string, settings: Record<string, number>, node: any, times: number,
 *   value: number, within: number, style: string, unit: string }} Reference
 * @typedef {{ models: Record<string, { usual: Record<string, number> }>, numbers: Reference[] }}
 *   References
 */

/** One table of reference numbers, with the button that computes them. */
class Agreement {
  #column = false;
  #running = 0;

  /**
   * @param {any} box
   * @param {References} references
   * @param {{ rules: import("../../engine/rules.js").Rules, reckon?: Function }} manager
   * @param {Map<string, any>} programs by their key
   */
  constructor(box, { models, numbers }, manager, programs) {
    this.models = models;
    this.references = numbers;
    this.manager = manager;
    this.programs = programs;
    this.table = box.querySelector("table");
    this.rows = [...this.table.tBodies[0].rows];
    const check = button(say("agreement-check"), () => this.check());
    check.className = "ll-quiet";
    this.progress = make("progress", {
      max: numbers.length, value: 0, "aria-label": say("agreement-checked"), hidden: "",
    });
    this.status = make("p", { role: "status" }, say("agreement-not-checked"));
    box.prepend(make("div", { class: "ll-buttons" }, check, this.progress), this.status);
    manager.rules.follow(() => this.#outdated());
    // Who prints the page gets what this browser computes.
    addEventListener("beforeprint", () => { if (manager.reckon) this.#all(); });
  }

  /** Compute every number, and say how many agree; the page answers meanwhile. */
  async check() {
    const mine = ++this.#running;
    this.progress.hidden = false;
    const found = [];
    let began = performance.now();
    for (const [place] of this.references.entries()) {
      found.push(this.#one(place));
      this.progress.value = found.length;
      if (performance.now() - began < LONGEST) continue;
      await new Promise((go) => setTimeout(go));
      if (mine !== this.#running) return;
      began = performance.now();
    }
    this.#show(found);
  }

  #all() {
    this.#running++;
    this.#show(this.references.map((_, place) => this.#one(place)));
  }

  #one(place) {
    const reference = this.references[place];
    const published = this.programs.get(reference.key);
    const program = this.manager.rules.of(published);
    // A program of the page may be given the same names in another order.
    const settings = { ...this.models[reference.key].usual, ...reference.settings };
    const parameters = program.given.map((name) => settings[name]);
    let value = NaN;
    let problem = say("agreement-no-number");
    try {
      value = this.manager.reckon({ ...reference.node, parameters }, program) * reference.times;
    } catch (error) {
      problem = error.message;
    }
    const agrees = agree(value, reference.value, reference.within);
    return { value, problem, agrees, edited: program !== published };
  }

  #show(found) {
    this.progress.hidden = true;
    if (!this.#column) {
      this.#column = true;
      this.table.tHead.rows[0].append(make("th", { scope: "col" }, say("agreement-browser")));
      for (const row of this.rows) row.append(make("td", {}));
    }
    found.forEach(({ value, problem, agrees, edited }, place) => {
      const { style, unit } = this.references[place];
      const cell = this.rows[place].cells[this.rows[place].cells.length - 1];
      const number = Number.isFinite(value) ? format(value, style) + (unit ? ` ${unit}` : "") : problem;
      const verdict = make("strong", {}, say("agreement-verdict", { agrees: agrees ? "yes" : "no" }));
      cell.replaceChildren(`${number} `, verdict, edited ? ` ${say("agreement-your-rule")}` : "");
      cell.className = agrees ? "ll-agrees" : "ll-differs";
    });
    const right = found.filter(({ agrees }) => agrees).length;
    const edited = found.filter((each) => each.edited).length;
    const counts = { right, count: found.length };
    this.status.textContent = edited
      ? say("agreement-found-edited", { ...counts, edited })
      : say("agreement-found", counts);
  }

  #outdated() {
    this.#running++;
    this.progress.hidden = true;
    if (!this.#column) return;
    for (const row of this.rows) {
      const cell = row.cells[row.cells.length - 1];
      cell.replaceChildren();
      cell.className = "";
    }
    this.status.textContent = say("agreement-outdated");
  }
}

/**
 * Give every table of reference numbers its button.
 *
 * @param {{ agreements: References[], rules: Record<string, { program: any }> }} page
 * @param {{ rules: import("../../engine/rules.js").Rules, reckon?: Function }} manager
 * @param {any[]} running the programs of the page's figures
 */
export function agreements(page, manager, running) {
  const shown = Object.values(page.rules).map(({ program }) => program);
  const programs = new Map([...shown, ...running].map((program) => [program.key, program]));
  for (const box of document.querySelectorAll(".ll-agreement")) {
    // Where no figure came to life, nothing could compute them.
    if (!manager.reckon) continue;
    new Agreement(box, page.agreements[Number(box.dataset.agreement)], manager, programs);
  }
}
