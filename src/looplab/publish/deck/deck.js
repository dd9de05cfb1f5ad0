// A deck: the widgets of a page, made live on slides that reveal.js turns.

import { keepState, living, manager, models, specOf, view } from "../page/host.js";
import "../page/figures.js";
import { storage } from "../page/storage.js";
import { Notes } from "../../learn/notes.js";
import { fit, fitAll } from "./fit.js";
import { freezing } from "./freeze.js";
import { KEYS, keys } from "./keyboard.js";
import { beginPolls, pollOf } from "./poll.js";
import { reveals } from "./reveals.js";
import { speaker } from "./speaker.js";

const deck = globalThis.Reveal;
// The keys of a figure are the deck's too, once its fields have had theirs.
manager.page_address = true;

// Heard from here on: this script waits below, and the event does not.
const opened = new Promise((go) => document.addEventListener("DOMContentLoaded", go));

// Every showing begins anew: what a rehearsal answered gives nothing away.
await storage;
const notebooks = [...models.values()].map((model) => model.get("spec")?.notes).filter(Boolean);
for (const key of new Set(notebooks)) new Notes(key).replace({});

const told = document.querySelector(".ll-told");
const count = document.querySelector(".ll-count");
const freeze = freezing(models, specOf, living);
const presenter = speaker(deck, (text) => { told.textContent = text; }, () => freeze.toggle(deck.getCurrentSlide()));

const actions = {
  prev: () => deck.prev(),
  next: () => deck.next(),
  overview: () => deck.toggleOverview(),
  freeze: () => freeze.toggle(deck.getCurrentSlide()),
  speaker: () => presenter.open(),
  votes: () => pollOf(deck.getCurrentSlide())?.focus(),
  keys: () => document.querySelector(".ll-keys").showModal(),
};
for (const button of document.querySelectorAll(".ll-foot [data-do]")) {
  button.addEventListener("click", actions[button.dataset.do]);
}
const keyList = document.querySelector(".ll-keys dl");
for (const [name, what] of KEYS) {
  const [term, text] = [document.createElement("dt"), document.createElement("dd")];
  [term.textContent, text.textContent] = [name, what];
  keyList.append(term, text);
}

// A link to an element, or the state of a figure, leads to its slide.
let ready = false;
let first = null;
view.bring = (element) => {
  const slide = element.closest(".slides section section");
  if (!slide) return;
  if (!ready) { first = element; return; }
  const { h, v } = deck.getIndices(slide);
  deck.slide(h, v);
};

function turned() {
  const slide = deck.getCurrentSlide();
  told.textContent = "";
  count.textContent = `${deck.getSlidePastCount() + 1} / ${deck.getTotalSlides()}`;
  fit(slide);
  freeze.show(slide);
  presenter.show();
  const figure = [...living].find(([, place]) => slide.contains(place));
  if (!figure) {
    keepState({ slide: slide.id, place: "", settings: {} });
    return;
  }
  const [id, place] = figure;
  const controls = specOf(place).controls.map(([name]) => name);
  // the state of the figure joins the address once it is moved
  keepState({ slide: slide.id, place: controls.length ? id : "", settings: {} });
}

await deck.initialize({
  width: 1280,
  height: 680, // of 720, the bar has 40
  margin: 0,
  minScale: 0.1,
  maxScale: 4,
  center: false,
  display: "flex",
  controls: false,
  progress: true,
  hash: false,
  respondToHashChanges: false,
  help: false,
  postMessage: false,
  postMessageEvents: false,
  navigationMode: "linear",
  transition: "none",
  backgroundTransition: "none",
  // Figures wake wherever they are, and slides are measured before they are shown.
  viewDistance: Infinity,
  mobileViewDistance: Infinity,
  keyboard: false,
});
// reveal.js would have it an application, in which a screen reader does not read
document.querySelector(".reveal").removeAttribute("role");
keys(deck, actions);
reveals();
beginPolls(specOf, presenter.show);
for (const event of ["slidechanged", "overviewhidden"]) deck.on(event, turned);
// A change of size writes no address: a link may just be followed.
deck.on("resize", () => fit(deck.getCurrentSlide()));
// What is printed has a layout of its own, which some browsers let a script see.
addEventListener("beforeprint", fitAll);
matchMedia("print").addEventListener("change", fitAll);
// The address is read first, and only then written.
await opened;
ready = true;
if (first) view.bring(first);
turned();
document.body.dataset.ready = "";
