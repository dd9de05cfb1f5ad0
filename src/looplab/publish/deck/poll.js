// A class answers a prediction by letter, one for each option or for each quarter of a slider. Its
// counts are typed on the slide or in the speaker's window, stay in this window, and stand beside the
// truth once that is shown.

import { format } from "../../figure/numbers.js";
import { say } from "../../language/language.js";
import { make } from "../../learn/notes.js";

const VOTE_LETTERS = [..."ABCDEFGHIJ"];
const MOST_VOTES = 999;

const allPolls = new Map();

/** The poll of a slide: that of its question, or of the question before its figure. */
export const pollOf = (slide) => allPolls.get(slide) ?? allPolls.get(slide?.previousElementSibling);

/** A field a letter, for any window; `named` writes each answer beside its letter. */
export function voteFields(poll, named) {
  const inputs = poll.answers.map((_, i) => {
    const input = make("input", { type: "number", min: 0, max: MOST_VOTES, step: 1, inputmode: "numeric", autocomplete: "off" });
    input.addEventListener("input", () => poll.set(i, input.valueAsNumber));
    input.addEventListener("blur", () => update());
    return input;
  });
  const labels = poll.answers.map(({ letter, text }, i) =>
    make("label", {}, make("span", {}, named ? `${letter} · ${text}` : letter), inputs[i]));
  const group = make("div", { class: "ll-counts", role: "group", "aria-label": say("poll-votes") }, ...labels);
  const update = () => inputs.forEach((input, i) => {
    if (input !== input.ownerDocument.activeElement) input.value = poll.counts[i] || "";
  });
  update();
  return { group, update };
}

// The counts as bars, a letter each; what the model says has a tick, and says so.
function votesChart({ answers, counts, named }) {
  const total = counts.reduce((sum, count) => sum + count, 0);
  const rows = answers.map(({ letter, text, isTruth }, i) => {
    const truth = isTruth();
    const bar = make("i");
    bar.style.setProperty("--share", String(counts[i] / total));
    const name = named ? `${letter}, ${text}` : letter;
    return make("li", truth ? { "data-truth": "" } : {},
      bar,
      make("span", { "aria-hidden": "true" }, `${letter} ${counts[i]}${truth ? " ✓" : ""}`),
      ...(named ? [make("small", { "aria-hidden": "true" }, text)] : []),
      make("span", { class: "ll-unseen" },
        truth
          ? say("poll-row-truth", { name, votes: counts[i], count: total })
          : say("poll-row", { name, votes: counts[i], count: total })));
  });
  return total ? [make("ul", { class: "ll-votes", "aria-label": say("poll-votes-count", { count: total }) }, ...rows)] : [];
}

// The options of a choice, which get their letters.
function optionsOf(root) {
  return [...root.querySelectorAll(".ll-option")].map((option, i) => {
    const [letter, text] = [VOTE_LETTERS[i], option.textContent.trim()];
    option.querySelector("span").prepend(make("b", {}, `${letter} · `));
    return { letter, text, isTruth: () => "truth" in option.dataset };
  });
}

// The quarters of a slider, counted in its steps: what is cut has no last bits.
function quartersOf(root, { scale: { low, high, step }, format: style, unit }) {
  const { dataset } = root.querySelector(".ll-slide");
  const cuts = [1, 2, 3].map((part) => Math.round((part * (high - low)) / (4 * step)));
  const [first, second, third] = cuts.map((cut) => format(low + cut * step, style));
  const told = (text) => (unit ? `${text} ${unit}` : text);
  const texts = [
    say("poll-below", { end: told(first) }),
    say("poll-between", { begin: first, end: told(second) }),
    say("poll-between", { begin: second, end: told(third) }),
    say("poll-from", { begin: told(third) }),
  ];
  const place = () => Math.round((Number(dataset.truth) - low) / step);
  return texts.map((text, i) => ({
    letter: VOTE_LETTERS[i],
    text,
    isTruth: () => "truth" in dataset && cuts.filter((cut) => place() >= cut).length === i,
  }));
}

function startPoll(slide, root, spec) {
  const named = spec.kind === "number";
  const answers = named ? quartersOf(root, spec) : optionsOf(root);
  const poll = {
    answers,
    named,
    counts: answers.map(() => 0),
    elsewhere: () => {},
    focus: () => box.querySelector("input").focus(),
    set(i, value) {
      poll.counts[i] = Math.min(MOST_VOTES, Math.max(0, Math.round(value) || 0));
      draw();
    },
  };
  const own = voteFields(poll, named);
  const result = make("div");
  const box = make("div", { class: "ll-poll" },
    make("span", {}, `${say("poll-class")} `), own.group,
    make("span", { class: "ll-kept" }, say("poll-kept")), result);
  function draw() {
    own.update();
    poll.elsewhere();
    result.replaceChildren(...(root.dataset.state === "open" ? [] : votesChart(poll)));
  }
  root.after(box);
  allPolls.set(slide, poll);
  new MutationObserver(draw).observe(root, { attributes: true, attributeFilter: ["data-state", "data-truth"], subtree: true });
}

/** Every prediction of a choice or a number gets its fields, once its figure is awake. */
export function beginPolls(specOf, changed) {
  for (const slide of document.querySelectorAll(".ll-slide-question")) {
    const watch = new MutationObserver(start);
    function start() {
      const root = slide.querySelector(".ll-predict");
      if (allPolls.has(slide) || !root?.querySelector("form")) return;
      watch.disconnect();
      const spec = specOf(root.closest(".ll-mount"));
      if (!["choice", "number"].includes(spec.kind)) return;
      startPoll(slide, root, spec);
      changed();
    }
    watch.observe(slide, { childList: true, subtree: true });
    start();
  }
}
