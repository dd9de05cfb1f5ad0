// A class answers a prediction by letter. Its counts are typed on the slide or in the speaker's
// window, stay in this window, and stand beside the truth once that is shown.

import { make } from "../../learn/notes.js";

const VOTE_LETTERS = [..."ABCDEFGHIJ"];
const MOST_VOTES = 999;

const allPolls = new Map();

/** The poll of a slide: that of its question, or of the question before its figure. */
export const pollOf = (slide) => allPolls.get(slide) ?? allPolls.get(slide?.previousElementSibling);

/** A field a letter, for any window; `named` writes each answer beside its letter. */
export function voteFields(poll, named = false) {
  const inputs = poll.answers.map((_, i) => {
    const input = make("input", { type: "number", min: 0, max: MOST_VOTES, step: 1, inputmode: "numeric", autocomplete: "off" });
    input.addEventListener("input", () => poll.set(i, input.valueAsNumber));
    input.addEventListener("blur", () => update());
    return input;
  });
  const labels = poll.answers.map(({ letter, text }, i) =>
    make("label", {}, make("span", {}, named ? `${letter} · ${text}` : letter), inputs[i]));
  const group = make("div", { class: "ll-counts", role: "group", "aria-label": "Votes of the class" }, ...labels);
  const update = () => inputs.forEach((input, i) => {
    if (input !== input.ownerDocument.activeElement) input.value = poll.counts[i] || "";
  });
  update();
  return { group, update };
}

// The counts as bars, a letter each; what the model says has a tick, and says so.
function votesChart(poll) {
  const total = poll.counts.reduce((sum, count) => sum + count, 0);
  const rows = poll.answers.map(({ letter, option }, i) => {
    const truth = "truth" in option.dataset;
    const bar = make("i");
    bar.style.setProperty("--share", String(poll.counts[i] / total));
    return make("li", truth ? { "data-truth": "" } : {},
      bar,
      make("span", { "aria-hidden": "true" }, `${letter} ${poll.counts[i]}${truth ? " ✓" : ""}`),
      make("span", { class: "ll-unseen" }, `${letter}: ${poll.counts[i]} of ${total}${truth ? ", the model's answer" : ""}`));
  });
  return total ? [make("ul", { class: "ll-votes", "aria-label": `Votes of the class: ${total}` }, ...rows)] : [];
}

function startPoll(slide, root) {
  const answers = [...root.querySelectorAll(".ll-option")].map((option, i) => (
    { option, letter: VOTE_LETTERS[i], text: option.textContent.trim() }
  ));
  for (const { option, letter } of answers) {
    option.querySelector("span").prepend(make("b", {}, `${letter} · `));
  }
  const poll = {
    answers,
    counts: answers.map(() => 0),
    elsewhere: () => {},
    focus: () => box.querySelector("input").focus(),
    set(i, value) {
      poll.counts[i] = Math.min(MOST_VOTES, Math.max(0, Math.round(value) || 0));
      draw();
    },
  };
  const own = voteFields(poll);
  const result = make("div");
  const box = make("div", { class: "ll-poll" },
    make("span", {}, "The class: "), own.group,
    make("span", { class: "ll-kept" }, "Kept in this window only."), result);
  function draw() {
    own.update();
    poll.elsewhere();
    result.replaceChildren(...(root.dataset.state === "open" ? [] : votesChart(poll)));
  }
  root.after(box);
  allPolls.set(slide, poll);
  new MutationObserver(draw).observe(root, { attributes: true, attributeFilter: ["data-state", "data-truth"], subtree: true });
}

/** Every prediction with choices gets its fields, once its figure is awake. */
export function beginPolls(changed) {
  for (const slide of document.querySelectorAll(".ll-slide-question")) {
    const watch = new MutationObserver(start);
    function start() {
      const root = slide.querySelector(".ll-predict");
      if (allPolls.has(slide) || !root?.querySelector(".ll-option")) return;
      watch.disconnect();
      startPoll(slide, root);
      changed();
    }
    watch.observe(slide, { childList: true, subtree: true });
    start();
  }
}
