// A class answers a prediction by letter. Its counts are typed on the slide or in the speaker's
// window, stay in this window, and stand beside the truth once that is shown.

const VOTE_LETTERS = [..."ABCDEFGHIJ"];
const MOST_VOTES = 999;

const allPolls = new Map();

/** The poll of a slide: that of its question, or of the question before its figure. */
export const pollOf = (slide) => allPolls.get(slide) ?? allPolls.get(slide?.previousElementSibling);

/** A field a letter, in any window; `named` writes each answer beside its letter. */
export function voteFields(poll, page, named = false) {
  const group = page.createElement("div");
  group.className = "ll-counts";
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", "Votes of the class");
  const inputs = poll.answers.map(({ letter, text }, i) => {
    const [label, name, input] = ["label", "span", "input"].map((tag) => page.createElement(tag));
    name.textContent = named ? `${letter} · ${text}` : letter;
    for (const [key, value] of Object.entries({ type: "number", min: 0, max: MOST_VOTES, step: 1, inputmode: "numeric", autocomplete: "off" })) input.setAttribute(key, value);
    input.addEventListener("input", () => poll.set(i, input.valueAsNumber));
    input.addEventListener("blur", () => update());
    label.append(name, input);
    group.append(label);
    return input;
  });
  const update = () => inputs.forEach((input, i) => {
    if (input !== page.activeElement) input.value = poll.counts[i] || "";
  });
  update();
  return { group, update };
}

// The counts as bars, a letter each; what the model says has a tick, and says so.
function votesChart(poll) {
  const total = poll.counts.reduce((sum, count) => sum + count, 0);
  const list = document.createElement("ul");
  list.className = "ll-votes";
  list.setAttribute("aria-label", `Votes of the class: ${total}`);
  poll.answers.forEach(({ letter, option }, i) => {
    const truth = "truth" in option.dataset;
    const [row, bar, words, told] = ["li", "i", "span", "span"].map((tag) => document.createElement(tag));
    bar.style.setProperty("--share", String(poll.counts[i] / total));
    words.textContent = `${letter} ${poll.counts[i]}${truth ? " ✓" : ""}`;
    words.setAttribute("aria-hidden", "true");
    told.className = "ll-unseen";
    told.textContent = `${letter}: ${poll.counts[i]} of ${total}${truth ? ", the model's answer" : ""}`;
    row.toggleAttribute("data-truth", truth);
    row.append(bar, words, told);
    list.append(row);
  });
  return total ? [list] : [];
}

function startPoll(slide, root) {
  const answers = [...root.querySelectorAll(".ll-option")].map((option, i) => (
    { option, letter: VOTE_LETTERS[i], text: option.textContent.trim() }
  ));
  for (const { option, letter } of answers) {
    const name = document.createElement("b");
    name.textContent = `${letter} · `;
    option.querySelector("span").prepend(name);
  }
  const box = document.createElement("div");
  box.className = "ll-poll";
  const [name, kept, result] = ["span", "span", "div"].map((tag) => document.createElement(tag));
  name.textContent = "The class: ";
  kept.className = "ll-kept";
  kept.textContent = "Kept in this window only.";
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
  const own = voteFields(poll, document);
  function draw() {
    own.update();
    poll.elsewhere();
    result.replaceChildren(...(root.dataset.state === "open" ? [] : votesChart(poll)));
  }
  box.append(name, own.group, kept, result);
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
