// A task on data that are the reader's own: the number settles the data, and nothing in the page
// knows what is right. What is said to an answer is about its form alone.

import { button, make } from "./notes.js";

/** As in controls.py. */
export const HIGHEST = 999999999;

const NONE = "No number yet: the figure shows an example that is nobody's. Write your number into “Your number” beside the figure.";

/** @param {import("./contract").NumberPart} part */
function written({ question, unit = "", low, high }) {
  const input = make("input", { type: "text", inputmode: "decimal", autocomplete: "off", size: 10 });
  const form = make("span", { class: "ll-why", role: "status" });
  const wanted = `a number between ${low} and ${high}${unit && ` ${unit}`}`.replace(/-(?=\d)/g, "−");
  function read() {
    const text = input.value.trim().replace("−", "-").replace(",", ".");
    return text && Number.isFinite(Number(text)) ? Number(text) : undefined;
  }
  function look() {
    const value = read();
    const off = value === undefined || value < low || value > high;
    if (!input.value.trim()) form.textContent = "";
    else if (value === undefined) form.textContent = `Write ${wanted}, in digits.`;
    else if (off) form.textContent = `Expected is ${wanted}: look at the sign, the unit and the place of the point.`;
    else form.textContent = `Read as ${String(value).replace("-", "−")}${unit && ` ${unit}`}.`;
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
    words: (value) => `${String(value).replace("-", "−")}${unit && ` ${unit}`}`,
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
  const parts = spec.questions.map((question) => ({ id: question.id, ...(question.kind === "choice" ? chosen(question) : written(question)) }));
  const state = make("span", { class: "ll-state" });
  const whose = make("p", { class: "ll-whose", role: "status" });
  const result = make("div", { class: "ll-result", role: "status", tabindex: -1 });
  const student = () => Number(number.get("value")) || 0;

  const keep = button("Keep my answers", () => {
    const off = parts.filter(({ fits }) => !fits());
    const value = Object.fromEntries(parts.map(({ id, read }) => [id, read()]).filter(([, each]) => each !== undefined));
    let problem = "";
    if (!student()) problem = NONE;
    else if (off.length) problem = "One answer does not have the form asked for; what is expected stands beside it.";
    else if (!Object.keys(value).length) problem = "Answer at least one question first.";
    if (problem) {
      result.replaceChildren(make("p", {}, problem));
      off[0]?.input.focus();
      return;
    }
    const words = parts.filter(({ id }) => id in value).map(({ id, words: say }) => say(value[id])).join("; ");
    const outcome = `Kept for number ${student()}.`;
    notes.write(spec.id, { element: "Own task", question: root.querySelector(".ll-asked").textContent, value, student: student(), words, outcome });
    result.focus();
  });

  const kept = new Map();
  function show() {
    const note = notes.read()[spec.id];
    whose.textContent = student() ? `The figure shows the data of number ${student()}.` : NONE;
    for (const { id, write } of parts) {
      // What is written and not yet kept stays, whatever else the page tells.
      const value = note?.value?.[id];
      if (value !== kept.get(id)) write(value);
      kept.set(id, value);
    }
    state.textContent = note ? "kept" : "not answered yet";
    const left = parts.filter(({ id }) => note?.value?.[id] === undefined).length;
    const said = [];
    if (note && note.student !== student()) {
      said.push(`These answers were kept for number ${note.student}, and the number is ${student() || "none"} now: its data differ. Answer again, or write ${note.student} again.`);
    } else if (note) {
      said.push(`Kept for number ${note.student}${left ? `; ${left} of ${parts.length} still open` : ""}. Whether they are right is said when answers are collected: this page does not know.`);
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

  const head = make("p", { class: "ll-head" }, make("span", { class: "ll-name-of" }, "Your own task"), " ", state);
  const form = make("form", { autocomplete: "off" }, make("p", { class: "ll-asked", html: spec.question }), whose, ...parts.map(({ node }) => node), make("div", { class: "ll-buttons" }, keep));
  form.addEventListener("submit", (event) => { event.preventDefault(); keep.click(); });
  root.replaceChildren(head, form, result);
  show();
  notes.follow(() => { adopt(); show(); }, signal);
}
