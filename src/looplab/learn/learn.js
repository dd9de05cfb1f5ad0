// Learning elements: predict before a figure shows the truth, check, climb a ladder of hints, keep
// notes. What is asked comes from learn/; answers stay in this browser and go nowhere else.

import { keepKeys } from "../figure/keys.js";
import { say } from "../language/language.js";
import { unpackedSpec } from "../packed.js";
import { ANSWERS } from "./answers.js";
import { code, file } from "./handin.js";
import { Notes, button, make } from "./notes.js";
import { HIGHEST_NUMBER, task } from "./task.js";

/**
 * What an element is drawn from: its record, its place, the reader's notes, its model, and a signal
 * for the end.
 * @template R
 * @typedef {{ spec: R, root: any, notes: Notes, model: any, signal: AbortSignal }} Context
 */
/**
 * What is said of an answer.
 * @typedef {{ right?: boolean, outcome: string, entry?: import("./contract").FeedbackRecord,
 *   picture?: Node }} Judgement
 */
/** @typedef {import("./contract").PredictionRecord} Prediction */
/** @typedef {import("./contract").ElementRecord & { kind: string } & Partial<Prediction>} Question */

// The view of the figure that stands with this view of its question: JupyterLab can show what a
// cell shows a second time, elsewhere.
async function figureOf(model, root, signal) {
  while (!signal.aborted) {
    const place = root.closest(".jp-OutputArea") ?? document;
    const views = model.widget_manager.livingViews?.get(model.get("figure")) ?? [];
    const view = root.isConnected && [...views].find(({ figure }) => place.contains(figure));
    if (view) return view;
    await new Promise((go) => setTimeout(go, 50));
  }
}

// What the head of a prediction says of its state, in words.
const STATES = {
  open: () => say("question-open"),
  revealed: () => say("question-revealed"),
  skipped: () => say("question-skipped"),
};

// A question with its answer and what to say about it; with a figure, a prediction.
/** @param {Context<Question>} context */
function ask({ spec: asked, root, notes, signal }, figure) {
  const spec = { ...asked, student: asked.student ?? notes.order() };
  const name = figure ? say("question-predict") : say("question-check");
  const answer = ANSWERS[spec.kind === "number" && !figure ? "written" : spec.kind](spec, figure);
  const state = make("span", { class: "ll-state" });
  const head = make("p", { class: "ll-head" }, make("span", { class: "ll-name-of" }, name), " ", state);
  const question = make("span", { html: spec.question });
  const fields = make("fieldset", {}, make("legend", {}, make("span", { class: "ll-unseen" }, `${name}: `), question), ...answer.body);
  const result = make("div", { class: "ll-result", role: "status", tabindex: -1 });
  const why = make("span", { class: "ll-why", id: `${root.id}-why` }, answer.missing);
  const first = () => fields.querySelector("input, button");
  const commit = button(figure ? say("question-commit") : say("question-check-answer"), () => {
    if (answer.ready()) { keep(answer.read()); return; }
    result.replaceChildren(make("p", {}, answer.missing));
    first().focus();
  });
  const skip = button(say("question-show"), () => keep(null));
  skip.dataset.do = "show";
  const again = button(say("question-again"), () => { notes.remove(spec.id); first().focus(); });

  const onward = button(say("question-onward"), () => {
    figure.figure.scrollIntoView({ block: "start" });
    figure.figure.querySelector(".ll-panel :is(input, button, select):enabled")?.focus({ preventScroll: true });
  });

  function wake() {
    const ready = answer.ready();
    commit.setAttribute("aria-disabled", !ready);
    if (ready) commit.removeAttribute("aria-describedby");
    else commit.setAttribute("aria-describedby", why.id);
    // Its room stays: a figure below that is drawn on must not move under the finger.
    why.style.visibility = ready ? "hidden" : "";
    why.hidden = commit.hidden;
  }
  // The state of the figure in which its point can be seen.
  const opens = () => ({ ...spec.at, ...(spec.opens ?? answer.model?.()) });
  // A note's value is null when the learner looked without predicting.
  function keep(value) {
    const refused = unanswered(() => { record(value); return []; });
    if (refused.length) result.replaceChildren(...refused);
    result.focus();
  }
  // Where a reader rewrote an equation, the model may have no number to answer with.
  function unanswered(work) {
    try { return work(); } catch (error) {
      return [make("p", {}, say("question-no-answer", { problem: error.message }))];
    }
  }
  function record(value) {
    const words = value === null ? say("question-looked-first") : answer.words(value);
    const { outcome, right = false } = answer.judge(value ?? undefined);
    notes.write(spec.id, { element: name, question: question.textContent, value, words, outcome, right });
  }
  // After a miss, the figure can be made to show both what was expected and what the model does.
  function views(value) {
    const mine = answer.shows?.(value);
    if (!mine || sameSettings({ ...spec.at, ...mine }, opens())) return null;
    const shown = make("span", { class: "ll-shown", role: "status" });
    const view = (label, settings, said) => button(label, () => { figure.apply(settings); shown.textContent = said; });
    return make("div", { class: "ll-buttons ll-views" },
      view(say("question-show-mine"), { ...spec.at, ...mine }, say("question-shows-mine")),
      view(say("question-show-model"), opens(), say("question-shows-model")), shown);
  }
  function told(value) {
    /** @type {Judgement} */
    const { right, outcome, entry, picture } = answer.judge(value ?? undefined);
    const parts = [make("p", { class: right ? "ll-right" : "ll-off" }, outcome), picture];
    if (value !== null && entry) parts.push(make("div", { html: entry.feedback }));
    if (value !== null && !right && entry?.idea) {
      parts.push(make("p", { class: "ll-idea", html: say("question-idea", { idea: entry.idea }) }));
    }
    if (figure && value !== null && !right) parts.push(views(value));
    if (spec.reveal) parts.push(make("div", { class: "ll-reveal", html: figure.say(spec.reveal) }));
    if (spec.see) parts.push(make("div", { class: "ll-see" }, make("p", { class: "ll-see-name" }, say("question-see")), make("div", { html: figure.say(spec.see) })));
    if (figure?.figure.querySelector(".ll-panel")) parts.push(make("p", { class: "ll-onward" }, onward));
    if (!notes.lasting) parts.push(make("p", { class: "ll-idea" }, say("notes-not-lasting")));
    return parts.filter(Boolean);
  }
  let shown = null;
  function show() {
    const note = notes.read()[spec.id];
    const now = JSON.stringify(note?.value);
    if (now === shown) return;
    shown = now;
    const done = answer.write(note?.value) || note?.value === null;
    result.replaceChildren(...(done ? unanswered(() => told(note.value)) : []));
    if (figure) {
      root.dataset.state = !done ? "open" : note.value === null ? "skipped" : "revealed";
      state.textContent = STATES[root.dataset.state]();
      again.textContent = note?.value === null ? say("question-after-all") : say("question-again");
      fields.disabled = commit.hidden = skip.hidden = done;
      again.hidden = !done;
      unanswered(() => answer.show?.(done, note?.value === null));
      // Whatever uncovers it, a press of the button or a note of an earlier visit: it opens alike.
      if (done && "covered" in figure.figure.dataset) unanswered(() => figure.open(opens()));
      figure.cover(!done);
    }
    wake();
    // A learning platform gives back the bare value.
    if (done && !(note.words && note.question)) record(note.value);
  }
  if (!figure) fields.addEventListener("input", () => result.replaceChildren());
  for (const event of ["input", "change", "click"]) fields.addEventListener(event, wake);
  // A form of its own keeps its radio buttons apart from those of other questions.
  const buttons = make("div", { class: "ll-buttons" }, commit, ...(figure ? [skip, again] : []), why);
  root.replaceChildren(head, make("form", { autocomplete: "off" }, fields, buttons), result);
  figure?.look(() => keep(null));
  root.querySelector("form").addEventListener("submit", (event) => { event.preventDefault(); commit.click(); });
  show();
  notes.follow(show, signal);
  // A rewritten equation changes the truth, and with it what is said of an answer already given.
  figure?.follow(() => { if (notes.read()[spec.id]) { shown = null; show(); } });
}

const sameSettings = (one, other) => Object.keys({ ...one, ...other }).every((name) => one[name] === other[name]);

const ELEMENTS = {
  check: ask,
  task,

  /** @param {Context<Prediction & { kind: string }>} context */
  async predict(context) {
    const { spec, root, model, signal } = context;
    root.append(make("p", { html: spec.question }));
    const figure = await figureOf(model, root, signal);
    if (!figure) return;
    const read = (name, settings = spec.at) => figure.at(settings, (values) => {
      const value = values.get(name);
      return value.length === undefined ? value : Array.from(value);
    });
    ask(context, { ...figure, read, say: (template) => figure.at(spec.at, (_, filled) => filled(template)) });
  },

  /** @param {Context<import("./contract").LadderRecord>} context */
  hints({ spec, root, signal }) {
    const rungs = spec.rungs.map(({ name, text }) => make("details", {}, make("summary", {}, name), make("div", { html: text })));
    rungs.forEach((rung, i) => {
      rung.hidden = i > 0;
      rung.addEventListener("toggle", () => { if (rungs[i + 1] && rung.open) rungs[i + 1].hidden = false; });
    });
    const ladder = make("section", {}, make("p", {}, make("strong", { html: say("hints-of", { question: spec.question }) })), ...rungs);
    root.append(make("p", { class: "ll-on-paper", html: say("hints-at-end", { question: spec.question }) }), ladder);
    // On paper, solutions come last.
    addEventListener("beforeprint", () => document.querySelector("main#content")?.append(make("div", { class: "ll-learn" }, ladder)), { signal });
    addEventListener("afterprint", () => root.append(ladder), { signal });
  },

  /** @param {Context<import("./contract").NotesRecord>} context */
  notes({ spec, root, notes, signal }) {
    const list = make("ul");
    const own = make("textarea", { rows: 4, "aria-label": say("notes-own") });
    const text = make("textarea", { rows: 8, readonly: "", "aria-label": say("notes-text") });
    const status = make("p", { role: "status" });
    // A learning platform gives back the bare value, of which not everything is known.
    const written = ({ element, question, words, outcome }) =>
      [[element, question].filter(Boolean).join(": "), words && say("notes-said", { words }), outcome].filter(Boolean);
    const all = () => Object.entries(notes.read()).filter(([id, note]) => id !== spec.id && note && written(note).length);
    const plain = () => [spec.lesson, ...all().map(([, note]) => written(note).join("\n")), own.value].filter(Boolean).join("\n\n");
    const name = spec.notes.replace("/", "-");
    function download(content, type, called) {
      const address = URL.createObjectURL(new Blob([content], { type }));
      make("a", { href: address, download: called }).click();
      // A busy browser reads it late.
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
    }
    const save = button(say("notes-save"), () => {
      download(plain(), "text/plain", `${name}-notes.txt`);
      // A frame may forbid it without a word.
      status.textContent = say("notes-no-file");
      if (!notes.lasting) text.parentElement.open = true;
    });
    // What is handed in: answers and predictions, no note of one's own.
    const number = make("input", { type: "text", inputmode: "numeric", size: 10, maxlength: 9, autocomplete: "off", placeholder: say("hand-in-none") });
    number.addEventListener("change", () => {
      const wanted = number.value.trim();
      const fits = /^\d{0,9}$/.test(wanted) && Number(wanted) <= HIGHEST_NUMBER;
      if (fits) notes.setNumber(Number(wanted));
      said.textContent = fits ? "" : say("hand-in-digits", { number: wanted });
      show();
    });
    const said = make("p", { role: "status" });
    const letters = make("textarea", { rows: 4, readonly: "", placeholder: say("hand-in-code-waits"), "aria-label": say("hand-in-code"), spellcheck: "false" });
    const mine = [spec.notes, spec.asked];
    const handIn = button(say("hand-in-save"), () => {
      if (!notes.number()) {
        said.textContent = say("hand-in-number-first");
        number.focus();
        return;
      }
      download(file(...mine, notes.read(), notes.number()), "application/json", `${name}-${notes.number()}-answers.json`);
      said.textContent = say("hand-in-no-file");
    });
    const paste = make("details", {}, make("summary", {}, say("hand-in-copy")),
      make("p", {}, say("hand-in-letters")), letters);
    const out = make("details", { class: "ll-hand-in" }, make("summary", {}, say("hand-in")),
      make("p", {}, say("hand-in-only")),
      make("label", { class: "ll-slide" }, make("span", {}, say("your-number")), number), make("div", { class: "ll-buttons" }, handIn), said, paste);
    const sure = make("span", { hidden: "" }, `${say("notes-sure")} `,
      button(say("notes-yes"), () => { notes.replace({}); sure.hidden = true; status.textContent = say("notes-cleared"); clear.focus(); }),
      button(say("notes-no"), () => { sure.hidden = true; clear.focus(); }));
    const clear = button(say("notes-clear"), () => { sure.hidden = false; sure.querySelector("button").focus(); });
    const show = () => {
      list.replaceChildren(...all().map(([, note]) => make("li", {}, ...written(note).map((line) => make("span", {}, line)))));
      if (own !== document.activeElement) own.value = notes.read()[spec.id]?.words ?? "";
      text.value = plain();
      if (number !== document.activeElement) number.value = notes.number() || "";
      letters.value = notes.number() ? code(...mine, notes.read(), notes.number()) : "";
      kept.textContent = notes.lasting ? document.documentElement.dataset.reports ?? say("notes-kept") : say("notes-not-lasting");
    };
    own.addEventListener("input", () => notes.write(spec.id, { words: own.value }));
    const kept = make("span");
    root.append(make("section", { "aria-label": say("notes") }, make("p", {}, make("strong", {}, say("notes")), " ", kept), list, own,
      make("div", { class: "ll-buttons" }, save, clear, sure), status, make("details", {}, make("summary", {}, say("notes-as-text")), text), out));
    show();
    notes.follow(show, signal);
  },
};

export async function drawElement({ model, el }) {
  const spec = unpackedSpec(model);
  const over = new AbortController();
  const root = make("div", { class: `ll-learn ll-${spec.element}`, id: `${spec.element}-${spec.id}` });
  if (!model.widget_manager.page_address) keepKeys();
  el.append(root);
  ELEMENTS[spec.element]({ spec, root, notes: new Notes(spec.notes), model, signal: over.signal });
  return () => over.abort();
}
