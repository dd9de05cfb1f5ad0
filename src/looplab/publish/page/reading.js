// How far the reader is: parts done, minutes left, the way back to where they stopped; and the
// switch that shows the code. All of it stays in this browser.

import { say } from "../../language/language.js";
import { Notes } from "../../learn/notes.js";

const stores = new Map();
function answersOf(key) {
  if (!stores.has(key)) stores.set(key, new Notes(key));
  return stores.get(key);
}

export function reading(models) {
  const main = document.querySelector("main");
  const kept = new Notes(main.dataset.keep);
  codeSwitch(new Notes(main.dataset.keepCode));
  contentsList();
  const parts = [...main.querySelectorAll("section[data-part]")].map((section) => part(section, models));
  if (parts.length === 0) return;
  const tell = () => progress(parts, kept.read());
  for (const key of new Set(parts.flatMap(({ asked }) => asked.map(({ notes }) => notes)))) {
    answersOf(key).follow(tell, new AbortController().signal);
  }
  const here = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const found = parts.find(({ section }) => section === target);
      found.here = isIntersecting;
      if (isIntersecting && found.asked.length === 0) kept.write(found.number, true);
    }
    tell();
  }, { rootMargin: "-30% 0px -69% 0px" });
  for (const { section } of parts) here.observe(section);
  tell();
  wayBack(main, kept);
}

// One part: its minutes, what it asks, and what says so on the page.
function part(section, models) {
  const { part: number, minutes } = section.dataset;
  const asked = [...section.querySelectorAll(".ll-mount")]
    .map((mount) => models.get(mount.dataset.model).get("spec") ?? {})
    .filter(({ element }) => element === "predict" || element === "check");
  const state = document.createElement("span");
  state.className = "ll-made";
  section.querySelector(".ll-part .ll-eyebrow")?.append(state);
  const own = `[data-part="${number}"]`;
  return {
    section, number, asked, state,
    minutes: Number(minutes || 0),
    step: document.querySelector(`.ll-parts a${own}`),
    entry: document.querySelector(`.ll-contents a${own}`),
    mark: document.querySelector(`.ll-contents .ll-done${own}`),
  };
}

function progress(parts, kept) {
  let left = 0;
  for (const { number, asked, state, minutes, step, entry, mark, here } of parts) {
    const answered = ({ id, notes }) => id in answersOf(notes).read();
    // What asks nothing is done once it was read.
    const done = asked.length ? asked.every(answered) : Boolean(kept[number]) && !here;
    if (!done) left += minutes;
    const predictions = asked.filter(({ element }) => element === "predict");
    state.textContent = predictions.length
      ? say("page-predictions", { made: predictions.filter(answered).length, count: predictions.length })
      : "";
    mark.textContent = done ? say("page-done-mark") : "";
    for (const link of [step, entry]) {
      if (here) link.setAttribute("aria-current", "step");
      else link.removeAttribute("aria-current");
      link.toggleAttribute("data-done", done);
    }
    step.setAttribute("aria-label", say("page-part-state", { part: number, state: here ? "here" : done ? "done" : "open" }));
  }
  const all = parts.reduce((sum, { minutes }) => sum + minutes, 0);
  const line = document.querySelector(".ll-left");
  line.hidden = all === 0;
  line.textContent = left === 0 ? say("page-all-done") : say("page-left", { left, count: all });
}

// Leaving keeps the last heading or figure that was reached; coming back offers to go on there.
function wayBack(main, kept) {
  const reached = () => [...main.querySelectorAll("h2[id], h3[id]:not(figure *), figure[id]")]
    .filter((place) => place.getBoundingClientRect().top < innerHeight / 2).at(-1);
  const keep = () => {
    const place = reached();
    if (place) kept.write("place", place.id);
  };
  addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", () => document.hidden && keep());
  const place = kept.read().place;
  const target = place && document.getElementById(place);
  if (!place || location.hash) return;
  const line = document.querySelector(".ll-back");
  const link = document.createElement("a");
  link.href = `#${encodeURIComponent(place)}`;
  link.textContent = nameOf(target, place);
  line.replaceChildren(`${say("page-go-on")} `, link);
  line.hidden = false;
}

function nameOf(target, place) {
  const entry = [...document.querySelectorAll(".ll-contents a")]
    .find((link) => decodeURIComponent(link.hash.slice(1)) === place);
  return entry?.textContent ?? target?.textContent ?? place;
}

// One press opens all code or folds all of it; the choice holds for every page of the course.
function codeSwitch(kept) {
  const switches = document.querySelectorAll(".ll-code-switch");
  const show = (open) => {
    for (const fold of document.querySelectorAll(".ll-source")) fold.open = open;
    for (const button of switches) button.setAttribute("aria-pressed", open);
  };
  for (const button of switches) {
    button.addEventListener("click", () => {
      const open = button.getAttribute("aria-pressed") !== "true";
      show(open);
      kept.write("open", open);
    });
  }
  for (const button of switches) button.setAttribute("aria-pressed", false);
  if (kept.read().open) show(true);
}

// A rail where there is room beside the figures; elsewhere a list that closes once it was used.
function contentsList() {
  const contents = document.querySelector(".ll-contents");
  if (!contents) return;
  const rail = matchMedia("(min-width: 100rem)");
  contents.open = rail.matches;
  rail.addEventListener("change", () => { contents.open = rail.matches; });
  const close = () => { if (!rail.matches) contents.open = false; };
  contents.addEventListener("click", (event) => event.target.closest("a") && close());
  document.addEventListener("click", (event) => contents.contains(event.target) || close());
  contents.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !contents.open) return;
    close();
    contents.querySelector("summary").focus();
  });
}
