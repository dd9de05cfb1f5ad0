// The equations of a page, rewritten by its reader: each line a text field, read by the grammar of
// equation.js. What runs the model follows; the change can be taken back, stands in the address and
// joins the reader's notes.

import { EquationError, mathml, parse, textOf } from "../../engine/equation.js";
import { componentsOf, contains } from "../../engine/rules.js";
import { say } from "../../language/language.js";

const REST = 700; // milliseconds without a key until a slip is named

function node(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function push(label, action) {
  const made = node("button", { type: "button", class: "ll-quiet" }, label);
  made.addEventListener("click", action);
  return made;
}

/** The equations of one program as they are now, with every step that led there. */
class Rewriting {
  #steps = [];

  /**
   * @param {{ program: import("../../engine/compile.js").Program, symbols: Record<string, string> }} rule
   * @param {import("../../engine/rules.js").Rules} rules
   */
  constructor({ program, symbols }, rules) {
    this.program = program;
    this.symbols = symbols;
    this.rules = rules;
    this.now = this.published = { named: program.named, following: program.following };
  }

  get key() { return this.program.key; }
  get changed() { return this.#steps.length > 0; }

  /** Where a quantity's trees stand, its size, and what may be read on the right of its line. */
  line(name, next) {
    const { given, draws, states, named, kind } = this.program;
    const sizes = new Map(kind === "formula" ? [] : [["t", 0]]);
    for (const each of [...given, ...draws]) sizes.set(each, 0);
    for (const [each, size] of states) sizes.set(each, size);
    const place = next ? named.length : named.findIndex(([each]) => each === name);
    for (const [each, size] of named.slice(0, place)) sizes.set(each, size);
    return { sizes, later: named.slice(place).map(([each]) => each) };
  }

  rulesOf(next) { return next ? this.now.following : this.now.named; }

  /** The tree of one line; `entry` is a component, or null for a scalar or a rule for all. */
  tree({ name, next, entry }) {
    const [, , trees] = this.rulesOf(next).find(([each]) => each === name);
    return trees[entry ?? 0];
  }

  textOf(line) { return textOf(this.tree(line)); }

  publishedTextOf({ name, next, entry }) {
    const rules = next ? this.published.following : this.published.named;
    return textOf(rules.find(([each]) => each === name)[2][entry ?? 0]);
  }

  /** The tree of a text for this line; throws EquationError. */
  read({ name, next, entry, size }, text) {
    return parse(text, { ...this.line(name, next), size: entry === null ? size : 0 });
  }

  write(line, text) {
    const tree = this.read(line, text);
    if (textOf(tree) === this.textOf(line)) return false;
    const { name, next, entry } = line;
    const side = next ? "following" : "named";
    const rules = this.now[side].map(([each, size, trees]) => {
      if (each !== name) return [each, size, trees];
      return [each, size, trees.map((old, place) => (place === (entry ?? 0) ? tree : old))];
    });
    this.#steps.push(this.now);
    this.#become({ ...this.now, [side]: rules });
    return true;
  }

  undo() { if (this.changed) this.#become(this.#steps.pop()); }
  restore() { this.#steps = []; this.#become(this.published); }

  #become(rules) {
    this.now = rules;
    if (JSON.stringify(rules) === JSON.stringify(this.published)) this.#steps = [];
    this.rules.change(this.program, this.changed ? rules : undefined);
  }
}

/** The lines of a block: one for each rule, or for each entry of a vector that obeys none. */
function linesOf(program, shown) {
  const lines = [];
  for (const [rules, next] of [[program.named, false], [program.following, true]]) {
    for (const [name, size, trees] of rules) {
      if (!shown.includes(name)) continue;
      trees.forEach((_, place) => {
        const entry = trees.length > 1 ? place : null;
        lines.push({ name, next, size, entry, label: entry === null ? name : `${name}[${entry}]` });
      });
    }
  }
  return lines.sort((one, other) => shown.indexOf(one.name) - shown.indexOf(other.name));
}

/** One block of equations on the page. */
class Block {
  editing = false;

  /**
   * @param {HTMLElement} box
   * @param {string[]} shown
   * @param {Rewriting} rewriting
   * @param {{ following: (program: object) => string }} page
   */
  constructor(box, shown, rewriting, page) {
    this.box = box;
    this.rewriting = rewriting;
    this.page = page;
    this.still = node("div", { class: "ll-published" });
    this.still.append(...box.childNodes);
    this.badge = node("p", { class: "ll-changed", hidden: "" });
    this.lines = linesOf(rewriting.program, shown).map((line) => this.#row(line));
    this.rows = node("div", { class: "ll-rows", hidden: "" }, ...this.lines.map(({ row }) => row));
    this.status = node("p", { role: "status", class: "ll-status-of" });
    this.edit = push(say("equations-edit"), () => this.#turn(!this.editing));
    this.undo = push(say("equations-undo"), () => { rewriting.undo(); this.#said(say("equations-undone")); });
    this.restore = push(say("equations-restore"), () => {
      rewriting.restore();
      this.#said(say("equations-restored"));
    });
    const tools = node("div", { class: "ll-buttons" }, this.edit, this.undo, this.restore);
    box.append(this.badge, this.still, this.rows, tools, this.status);
    this.show();
  }

  #row(line) {
    const { rewriting, box } = this;
    const id = `${box.id}-${line.label.replace(/\W/g, "-")}${line.next ? "-next" : ""}`;
    const formula = node("div", { class: "ll-formula" });
    const attributes = { type: "text", id, spellcheck: "false", autocomplete: "off", autocapitalize: "off" };
    const field = node("input", { ...attributes, "aria-describedby": `${id}-error` });
    const error = node("p", { id: `${id}-error`, class: "ll-problem", role: "status" });
    const name = line.label;
    const rate = rewriting.program.kind === "continuous";
    const named = !line.next ? `${name} =` : rate ? say("equations-rate", { name }) : say("equations-next", { name });
    const label = node("label", { for: id }, named);
    const row = node("div", { class: "ll-equation" }, formula, label, field, error);
    let waiting;
    const check = () => {
      clearTimeout(waiting);
      try {
        rewriting.read(line, field.value);
        this.#wrong(field, error, "");
        return true;
      } catch (fault) {
        if (!(fault instanceof EquationError)) throw fault;
        const problem = fault.message;
        this.#wrong(field, error, fault.place < field.value.length
          ? say("equations-not-understood-at", { place: fault.place + 1, problem })
          : say("equations-not-understood", { problem }));
        return false;
      }
    };
    field.addEventListener("input", () => {
      clearTimeout(waiting);
      waiting = setTimeout(check, REST);
    });
    field.addEventListener("keydown", (event) => {
      event.stopPropagation();
      if (event.key === "Enter") {
        event.preventDefault();
        if (!check()) return;
        if (rewriting.write(line, field.value)) this.#said(say("equations-changed", { name }));
      } else if (event.key === "Escape") {
        field.value = rewriting.textOf(line);
        check();
      }
    });
    field.addEventListener("change", () => {
      if (field.value !== rewriting.textOf(line) && check()) {
        this.status.textContent = say("equations-enter");
      }
    });
    return { line, row, field, formula, error };
  }

  #wrong(field, error, message) {
    field.toggleAttribute("aria-invalid", Boolean(message));
    if (message) field.setAttribute("aria-invalid", "true");
    if (error.textContent !== message) error.textContent = message;
  }

  #said(words) {
    const { rewriting } = this;
    const note = rewriting.changed ? ` ${this.page.following(rewriting.program)}` : "";
    this.status.textContent = words + note;
    if (document.activeElement?.hidden || document.activeElement?.disabled) this.edit.focus();
  }

  #turn(editing) {
    this.editing = editing;
    this.show();
    if (editing) this.lines[0].field.focus();
    else this.status.textContent = "";
  }

  show() {
    const { rewriting, editing } = this;
    const { changed, program, symbols } = rewriting;
    this.box.classList.toggle("ll-editing", editing);
    this.still.hidden = editing || changed;
    this.rows.hidden = !editing && !changed;
    this.undo.hidden = this.restore.hidden = !changed;
    this.edit.textContent = editing ? say("equations-done") : say("equations-edit");
    this.badge.hidden = !changed;
    this.badge.textContent = say("equations-badge", { follow: this.page.following(rewriting.program) });
    for (const { line, row, field, formula, error } of this.lines) {
      const text = rewriting.textOf(line);
      row.classList.toggle("ll-edited", text !== rewriting.publishedTextOf(line));
      row.classList.toggle("ll-open", editing);
      if (document.activeElement !== field || field.getAttribute("aria-invalid") !== "true") {
        field.value = text;
        this.#wrong(field, error, "");
      }
      const own = line.entry === null ? line.size ? `${line.name}[k]` : line.name : line.label;
      const symbol = symbols[own] ?? `<mi>${line.name}</mi>`;
      const rate = `<mfrac><mrow><mi>d</mi>${symbol}</mrow><mrow><mi>d</mi><mi>t</mi></mrow></mfrac>`;
      const left = line.next && program.kind === "continuous" ? rate : symbol;
      const sign = line.next && program.kind === "discrete" ? "←" : "=";
      const right = mathml(rewriting.tree(line), symbols);
      formula.innerHTML = `<math display="block"><mrow>${left}<mo>${sign}</mo>${right}</mrow></math>`;
    }
  }
}

/**
 * Make the equations of the page editable.
 *
 * @param {{ equations: { key: string, lines: string[] }[], rules: Record<string, any> }} page
 * @param {import("../../engine/rules.js").Rules} rules
 * @param {{ running: object[][], changed: (edits: object[]) => void }} place
 *   `running` are the programs of each figure of the page; `changed` is told of every edit
 * @returns {{ read: (edits: [string, string, string][]) => string[] }}
 */
export function editableEquations(page, rules, { running, changed }) {
  const rewritings = new Map(
    Object.entries(page.rules).map(([key, rule]) => [key, new Rewriting(rule, rules)]),
  );
  const runs = (program) => running.filter((each) => each.some((own) => contains(own, program)));
  const following = (program) => say("equations-follow", { count: runs(program).length });
  const blocks = [];
  for (const box of document.querySelectorAll(".ll-equations")) {
    const number = Number(box.dataset.equations);
    const { key, lines } = page.equations[number];
    // Where nothing on the page runs the model, nothing could follow.
    if (!runs(rewritings.get(key).program).length) continue;
    box.id ||= `equations-${number + 1}`;
    blocks.push(new Block(box, lines, rewritings.get(key), { following }));
  }
  const edits = () => [...rewritings.values()].flatMap((rewriting) => {
    if (!rewriting.changed) return [];
    const { program } = rewriting;
    return linesOf(program, [...program.named, ...program.following].map(([name]) => name))
      .filter((line) => rewriting.textOf(line) !== rewriting.publishedTextOf(line))
      .map((line) => ({
        model: program.name,
        name: line.next ? `${line.label}'` : line.label,
        text: rewriting.textOf(line),
        published: rewriting.publishedTextOf(line),
      }));
  });
  rules.follow(({ key }) => {
    for (const block of blocks) if (block.rewriting.key === key) block.show();
    changed(edits());
  });
  return {
    /** Take over equations that an address asks for; gives, in sentences, what was refused. */
    read(asked) {
      const refused = [];
      for (const [model, name, text] of asked) {
        const rewriting = [...rewritings.values()].find(({ program }) => program.name === model);
        const lines = rewriting ? linesOf(rewriting.program, componentNames(rewriting.program)) : [];
        const wanted = name.replace(/'$/, "");
        const line = lines.find(({ label, next }) => label === wanted && next === name.endsWith("'"));
        try {
          if (!line) throw new EquationError(say("equations-none-of-name", { name }), 0);
          rewriting.write(line, text);
        } catch (fault) {
          if (!(fault instanceof EquationError)) throw fault;
          refused.push(say("equations-link-refused", { name, problem: fault.message }));
        }
      }
      return refused;
    },
  };
}

const componentNames = ({ named, following }) =>
  [...named, ...following].flatMap(([name, size]) => [name, ...componentsOf(name, size)]);
