// Learning elements: predict before a figure shows the truth, check, climb a ladder of hints, keep
// notes. What is asked comes from learn/; answers stay in this browser and go nowhere else.

import { ANSWERS } from "./answers.js";
import { Notes, button, make } from "./notes.js";

// The figure that a prediction is about, once it is on the page.
async function figureOf(manager, id, signal) {
  while (!signal.aborted) {
    const figure = manager.livingFigures?.get(id);
    if (figure) return figure;
    await new Promise((go) => setTimeout(go, 50));
  }
}

// A question with its answer and what to say about it; with a figure, a prediction.
function ask({ spec, root, notes, signal }, figure) {
  const name = figure ? "Predict" : "Check";
  const answer = ANSWERS[spec.kind === "number" && !figure ? "written" : spec.kind](spec, figure);
  const legend = make("legend", {}, make("span", { class: "ll-name-of" }, name), " ", make("span", { html: spec.question }));
  const fields = make("fieldset", {}, legend, ...answer.body);
  const result = make("div", { class: "ll-result", role: "status", tabindex: -1 });
  const commit = button(figure ? "Commit to this prediction" : "Check my answer", () => {
    const value = answer.read();
    if (value !== undefined) { keep(value); return; }
    result.replaceChildren(make("p", {}, answer.missing));
    fields.querySelector("input").focus();
  });
  const skip = button("Show me", () => keep(null));
  const again = button("Start again", () => { notes.remove(spec.id); fields.querySelector("input, button").focus(); });

  // A note's value is null when the learner looked without predicting.
  function keep(value) {
    figure?.apply(spec.at);
    const words = value === null ? "looked first" : answer.words(value);
    const { outcome } = answer.judge(value ?? undefined);
    notes.write(spec.id, { element: name, question: legend.lastChild.textContent, value, words, outcome });
    result.focus();
  }
  function told(value) {
    const { right, outcome, entry, picture } = answer.judge(value ?? undefined);
    const parts = [make("p", { class: right ? "ll-right" : "ll-off" }, outcome), picture];
    if (value === null) parts.unshift(make("p", { class: "ll-idea" }, "You looked first, without a prediction."));
    else if (entry) parts.push(make("div", { html: entry.feedback }));
    if (value !== null && !right && entry?.idea) {
      parts.push(make("p", { class: "ll-idea", html: `An idea that often stands behind this answer: <q>${entry.idea}</q>` }));
    }
    if (spec.reveal) parts.push(make("div", { html: figure.say(spec.reveal) }));
    return parts.filter(Boolean);
  }
  let shown = null;
  function show() {
    const note = notes.read()[spec.id];
    const now = JSON.stringify(note?.value);
    if (now === shown) return;
    shown = now;
    const done = answer.write(note?.value) || note?.value === null;
    result.replaceChildren(...(done ? told(note.value) : []));
    if (!figure) return;
    fields.disabled = commit.hidden = skip.hidden = done;
    again.hidden = !done;
    answer.show?.(done, note?.value === null);
    figure.cover(!done, spec.kind === "curve" ? spec.truth : undefined);
  }
  if (!figure) fields.addEventListener("input", () => result.replaceChildren());
  // A form of its own keeps its radio buttons apart from those of other questions.
  const buttons = make("div", { class: "ll-buttons" }, commit, ...(figure ? [skip, again] : []));
  root.replaceChildren(make("form", { autocomplete: "off" }, fields, buttons), result);
  root.firstChild.addEventListener("submit", (event) => { event.preventDefault(); commit.click(); });
  show();
  notes.follow(show, signal);
}

const ELEMENTS = {
  check: ask,

  async predict(context) {
    const { spec, root, manager, signal } = context;
    root.append(make("p", { html: spec.question }));
    const figure = await figureOf(manager, spec.figure, signal);
    if (!figure) return;
    const read = (name, settings = spec.at) => figure.at(settings, (values) => {
      const value = values.get(name);
      return value.length === undefined ? value : Array.from(value);
    });
    ask(context, { ...figure, read, say: (template) => figure.at(spec.at, (_, say) => say(template)) });
  },

  hints({ spec, root, signal }) {
    const rungs = spec.rungs.map(({ name, text }) => make("details", {}, make("summary", {}, name), make("div", { html: text })));
    rungs.forEach((rung, i) => {
      rung.hidden = i > 0;
      rung.addEventListener("toggle", () => { if (rungs[i + 1] && rung.open) rungs[i + 1].hidden = false; });
    });
    const ladder = make("section", {}, make("p", {}, make("strong", { html: `Hints: ${spec.question}` })), ...rungs);
    root.append(make("p", { class: "ll-on-paper", html: `Hints and the worked solution of “${spec.question}” stand at the end.` }), ladder);
    // On paper, solutions come last.
    addEventListener("beforeprint", () => document.querySelector("main#content")?.append(make("div", { class: "ll-learn" }, ladder)), { signal });
    addEventListener("afterprint", () => root.append(ladder), { signal });
  },

  notes({ spec, root, notes, signal }) {
    const list = make("ul");
    const own = make("textarea", { rows: 4, "aria-label": "My own notes" });
    const text = make("textarea", { rows: 8, readonly: "", "aria-label": "My notes as text" });
    const status = make("p", { role: "status" });
    const written = ({ element, question, words, outcome }) => [`${element}: ${question}`, `I said: ${words}`, outcome];
    const all = () => Object.entries(notes.read()).filter(([id]) => id !== spec.id);
    const plain = () => [`Breaking the Loop: ${spec.lesson}`, ...all().map(([, note]) => written(note).join("\n")), own.value].filter(Boolean).join("\n\n");
    const save = button("Save as a file", () => {
      const address = URL.createObjectURL(new Blob([plain()], { type: "text/plain" }));
      make("a", { href: address, download: `${spec.notes.replace("/", "-")}-notes.txt` }).click();
      setTimeout(() => URL.revokeObjectURL(address), 1000);
    });
    const sure = make("span", { hidden: "" }, "Clear every answer and note of this notebook? ",
      button("Yes, clear", () => { notes.replace({}); sure.hidden = true; status.textContent = "All cleared."; clear.focus(); }),
      button("No, keep", () => { sure.hidden = true; clear.focus(); }));
    const clear = button("Clear everything", () => { sure.hidden = false; sure.querySelector("button").focus(); });
    const show = () => {
      list.replaceChildren(...all().map(([, note]) => make("li", {}, ...written(note).map((line) => make("span", {}, line)))));
      if (own !== document.activeElement) own.value = notes.read()[spec.id]?.words ?? "";
      text.value = plain();
    };
    own.addEventListener("input", () => notes.write(spec.id, { words: own.value }));
    const kept = notes.lasting ? "Kept in this browser on this device, and sent nowhere." : "This page may keep nothing: your notes last until it is closed. Copy or save them before.";
    root.append(make("section", { "aria-label": "My notes" }, make("p", {}, make("strong", {}, "My notes"), ` ${kept}`), list, own,
      make("div", { class: "ll-buttons" }, save, clear, sure), status, make("details", {}, make("summary", {}, "As text, to copy"), text)));
    show();
    notes.follow(show, signal);
  },
};

async function render({ model, el }) {
  const spec = model.get("spec");
  const over = new AbortController();
  const root = make("div", { class: `ll-learn ll-${spec.element}`, id: `${spec.element}-${spec.id}` });
  // JupyterLab's one-key commands must not answer to keys pressed here.
  root.addEventListener("keydown", (event) => event.stopPropagation());
  el.append(root);
  ELEMENTS[spec.element]({ spec, root, notes: new Notes(spec.notes), manager: model.widget_manager, signal: over.signal });
  return () => over.abort();
}

export default { render };
