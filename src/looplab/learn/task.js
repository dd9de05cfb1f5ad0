// A task on data that are the reader's own: the number settles the data, and nothing in the page
// knows what is right. What is said to an answer is about its form alone.

import { inDigits } from "../figure/numbers.js";
import { say } from "../language/language.js";
import { button, make } from "./notes.js";

/** As in controls.py. */
export const HIGHEST_NUMBER = 999999999;

/** @param {import("./contract").NumberPart} part */
function numberField({ question, unit = "", low, high }) {
  const input = make("input", { type: "text", inputmode: "decimal", autocomplete: "off", size: 10 });
  const form = make("span", { class: "ll-why", role: "status" });
  const told = (value) => inDigits(value) + (unit && ` ${unit}`);
  const wanted = say("task-between", { low: inDigits(low), high: told(high) });
  function read() {
    const text = input.value.trim().replace("−", "-").replace(",", ".");
    return text && Number.isFinite(Number(text)) ? Number(text) : undefined;
  }
  function look() {
    const value = read();
    const off = value === undefined || value < low || value > high;
    if (!input.value.trim()) form.textContent = "";
    else if (value === undefined) form.textContent = say("task-write", { wanted });
    else if (off) form.textContent = say("task-expected", { wanted });
    else form.textContent = say("task-read", { value: told(value) });
    return !off;
  }
  input.addEventListener("change", look);
  const label = make("label", { class: "ll-own" }, make("span", { html: question }), make("span", { class: "ll-slide" }, input, unit, form));
  return {
    node: label,
    input,
    fits: () => !input.value.trim() || look(),
    read,
    write(value) { input.value = value ?? ""; look(); },
    words: told,
  };
}

/** @param {import("./contract").ChoicePart} part */
function chosen({ id, question, answers }) {
  const inputs = answers.map(([name]) => make("input", { type: "radio", name: id, value: name, autocomplete: "off" }));
  const options = answers.map(([, text], i) => make("label", { class: "ll-option" }, inputs[i], make("span", { html: text })));
  return {
    node: make("fieldset", { class: "ll-own" }, make("legend", { html: question }), ...options),
    input: inputs[0],
    fits: () => true,
    read: () => inputs.find((input) => input.checked)?.value,
    write(value) { inputs.forEach((input) => { input.checked = input.value === value; }); },
    words: (value) => options[answers.findIndex(([name]) => name === value)]?.textContent ?? "",
  };
}

/** @param {import("./learn.js").Context<import("./contract").TaskRecord>} context */
export async function task({ spec, root, notes, model, signal }) {
  const number = await model.widget_manager.get_model(model.get("number").replace("IPY_MODEL_", ""));
  if (signal.aborted) return;
  const parts = spec.questions.map((question) => ({ id: question.id, ...(question.kind === "choice" ? chosen(question) : numberField(question)) }));
  const state = make("span", { class: "ll-state" });
  const whose = make("p", { class: "ll-whose", role: "status" });
  const result = make("div", { class: "ll-result", role: "status", tabindex: -1 });
  const student = () => Number(number.get("value")) || 0;

  const keep = button(say("task-keep"), () => {
    const off = parts.filter(({ fits }) => !fits());
    const value = Object.fromEntries(parts.map(({ id, read }) => [id, read()]).filter(([, each]) => each !== undefined));
    let problem = "";
    if (!student()) problem = say("task-no-number");
    else if (off.length) problem = say("task-form");
    else if (!Object.keys(value).length) problem = say("task-answer-one");
    if (problem) {
      result.replaceChildren(make("p", {}, problem));
      off[0]?.input.focus();
      return;
    }
    const words = parts.filter(({ id }) => id in value).map(({ id, words: told }) => told(value[id])).join("; ");
    const outcome = say("task-kept-for", { number: String(student()) });
    notes.write(spec.id, { element: say("task"), question: root.querySelector(".ll-asked").textContent, value, student: student(), words, outcome });
    result.focus();
  });

  const kept = new Map();
  function show() {
    const note = notes.read()[spec.id];
    whose.textContent = student() ? say("task-shows", { number: String(student()) }) : say("task-no-number");
    for (const { id, write } of parts) {
      // What is written and not yet kept stays, whatever else the page tells.
      const value = note?.value?.[id];
      if (value !== kept.get(id)) write(value);
      kept.set(id, value);
    }
    state.textContent = note ? say("task-kept") : say("question-open");
    const left = parts.filter(({ id }) => note?.value?.[id] === undefined).length;
    const said = [];
    if (note && note.student !== student()) {
      said.push(say("task-kept-other", { number: String(note.student), now: student() ? String(student()) : say("task-none") }));
    } else if (note) {
      const number = String(note.student);
      said.push(left ? say("task-kept-some", { number, left, count: parts.length }) : say("task-kept-all", { number }));
    }
    result.replaceChildren(...said.map((text) => make("p", {}, text)));
  }

  // One number for the whole page and for later days: where the notes are kept.
  const adopt = () => {
    const own = notes.number();
    if (own !== student()) { number.set("value", own); number.save_changes(); }
  };
  if (student()) notes.setNumber(student());
  else adopt();
  const changed = () => { notes.setNumber(student()); show(); };
  number.on("change:value", changed);
  signal.addEventListener("abort", () => number.off("change:value", changed));

  const head = make("p", { class: "ll-head" }, make("span", { class: "ll-name-of" }, say("task-head")), " ", state);
  const form = make("form", { autocomplete: "off" }, make("p", { class: "ll-asked", html: spec.question }), whose, ...parts.map(({ node }) => node), make("div", { class: "ll-buttons" }, keep));
  form.addEventListener("submit", (event) => { event.preventDefault(); keep.click(); });
  root.replaceChildren(head, form, result);
  show();
  notes.follow(() => { adopt(); show(); }, signal);
}
