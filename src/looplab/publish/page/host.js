// Makes the widgets of an exported page live, with no kernel and no network. The controls are
// native form fields that stand in the page already; the figures are anywidgets, whose inline
// modules call looplab.define(). Model, get_model and render follow the interfaces of ipywidgets
// and anywidget, so the same figure code runs in JupyterLab and here.

import { Rules } from "../../engine/rules.js";
import { format } from "../../figure/numbers.js";
import { sayWhole } from "../../figure/sheet.js";
import { tell } from "../../figure/words.js";
import { say } from "../../language/language.js";
import { Notes } from "../../learn/notes.js";
import { unpack } from "../../packed.js";
import { readAddress, writeAddress } from "./address.js";
import { agreements } from "./agreement.js";
import { editableEquations } from "./equations.js";
import { legends } from "./legend.js";
import { exercises } from "./exercise.js";
import { storage } from "./storage.js";

// The page, its models and what each of them holds are read when they are first asked for.
const page = unpack(document.getElementById("looplab-models").textContent, 2);

class Model {
  #read;
  #kept;
  #listeners = new Map();
  element;

  /** @param {() => Record<string, any>} read gives its state, once */
  constructor(read) {
    this.#read = read;
    this.widget_manager = manager;
  }

  get #state() {
    return (this.#kept ??= this.#read());
  }

  get(name) {
    return this.#state[name];
  }

  set(name, value) {
    const changes = typeof name === "object" ? name : { [name]: value };
    const changed = Object.keys(changes).filter((key) => this.#state[key] !== changes[key]);
    Object.assign(this.#state, changes);
    for (const key of changed) this.#tell(`change:${key}`, this.#state[key]);
    if (changed.length > 0) this.#tell("change");
  }

  on(event, listener) {
    if (!this.#listeners.has(event)) this.#listeners.set(event, new Set());
    this.#listeners.get(event).add(listener);
  }

  off(event, listener) {
    if (listener) this.#listeners.get(event)?.delete(listener);
    else if (event) this.#listeners.delete(event);
    else this.#listeners.clear();
  }

  // There is no kernel to save to: every change has reached its listeners already.
  save_changes() {}

  #tell(event, value) {
    for (const listener of [...(this.#listeners.get(event) ?? [])]) listener(this, value);
  }
}

// What the address holds: the figure that was moved last, every equation that was changed, and in a
// deck the slide.
const state = { place: "", settings: {}, edits: [], slide: "" };
export function keepState(change) {
  Object.assign(state, change);
  try {
    history.replaceState(null, "", writeAddress(state));
  } catch {
    // a sandboxed page has no address of its own
  }
}

export const manager = {
  rules: new Rules(),
  // The page belongs to the notebook alone, so the figure moved last keeps its state in the address.
  settled(place, settings) {
    keepState({ place, settings });
  },
  async get_model(id) {
    const model = models.get(id.replace("IPY_MODEL_", ""));
    if (!model) throw new Error(`This page has no widget model ${id}.`);
    return model;
  },
};

export const models = new Map(
  Object.keys(page.models).map((id) => [id, new Model(() => page.models[id].state)]),
);

/** A number in the notation of ipywidgets' `readout_format`; "e" and "g" are said in few digits. */
const written = (value, notation) => format(value, /[eg]$/.test(notation) ? "" : notation);

function follow(model, names, show) {
  for (const name of names) model.on(`change:${name}`, show);
  show();
}

function commit(model, name, value) {
  model.set(name, value);
  model.save_changes();
}

function slider(model, box, toPosition, toValue) {
  const input = box.querySelector("input");
  const readout = box.querySelector(".ll-readout");
  follow(model, ["min", "max", "step"], () => {
    for (const name of ["min", "max", "step"]) input[name] = model.get(name) ?? "any";
  });
  follow(model, ["value", "min", "max", "readout_format"], () => {
    input.value = toPosition(model.get("value"));
    const text = written(model.get("value"), model.get("readout_format"));
    input.setAttribute("aria-valuetext", text);
    tell(readout, model.get("readout") ? text : "");
  });
  input.addEventListener("input", () => commit(model, "value", toValue(Number(input.value))));
  return input;
}

/** For each kind of control: connect its fields, give back the element that has its name. */
const controls = {
  range: (model, box) => slider(model, box, (value) => value, (position) => position),

  logrange: (model, box) =>
    slider(
      model,
      box,
      (value) => Math.log(value) / Math.log(model.get("base")),
      (position) => model.get("base") ** position,
    ),

  number(model, box) {
    const input = box.querySelector("input");
    const show = () => (input.value = model.get("value"));
    follow(model, ["value"], show);
    input.addEventListener("change", () => {
      const limits = [model.get("min") ?? -Infinity, model.get("max") ?? Infinity];
      const asked = Math.min(Math.max(input.valueAsNumber, limits[0]), limits[1]);
      const value = Number.isInteger(model.get("step")) ? Math.round(asked) : asked;
      if (Number.isFinite(value)) commit(model, "value", value);
      show();
    });
    return input;
  },

  select(model, box) {
    const select = box.querySelector("select");
    follow(model, ["index"], () => (select.value = model.get("index") ?? ""));
    // A field shows the beginning of a long option; the whole of it is then said below.
    const whole = box.querySelector(".ll-chosen");
    if (whole) model.on("change:index", sayWhole(select, whole));
    select.addEventListener("change", () =>
      commit(model, "index", select.value === "" ? null : Number(select.value)),
    );
    return select;
  },

  radio(model, box) {
    const fields = [...box.querySelectorAll("input")];
    follow(model, ["index"], () =>
      fields.forEach((field, index) => (field.checked = index === model.get("index"))),
    );
    box.addEventListener("change", (event) => commit(model, "index", Number(event.target.value)));
    return box.querySelector("fieldset");
  },

  checkbox(model, box) {
    const input = box.querySelector("input");
    follow(model, ["value"], () => (input.checked = model.get("value")));
    input.addEventListener("change", () => commit(model, "value", input.checked));
    return input;
  },

  play(model, box) {
    const [min, max, step] = ["min", "max", "step"].map((name) => () => model.get(name));
    const readout = box.querySelector(".ll-readout");
    const button = (name) => box.querySelector(`[data-do=${name}]`);
    let timer;
    const stop = () => commit(model, "playing", false);
    const go = (by) =>
      commit(model, "value", Math.min(Math.max(model.get("value") + by, min()), max()));
    const tick = () => {
      if (model.get("value") < max()) go(step());
      else if (model.get("repeat")) commit(model, "value", min());
      else stop();
    };
    follow(model, ["playing", "interval"], () => {
      clearInterval(timer);
      if (model.get("playing")) timer = setInterval(tick, model.get("interval"));
      button("play").textContent = model.get("playing") ? say("pause") : say("play");
    });
    follow(model, ["value", "max"], () => {
      readout.textContent = say("place-of-count", { place: model.get("value"), count: max() });
    });
    button("play").addEventListener("click", () => {
      if (!model.get("playing") && model.get("value") >= max()) commit(model, "value", min());
      commit(model, "playing", !model.get("playing"));
    });
    const actions = { back: () => go(-step()), forward: () => go(step()), reset: () => go(-Infinity) };
    for (const [name, action] of Object.entries(actions)) {
      button(name).addEventListener("click", () => (stop(), action()));
    }
    return box.firstElementChild;
  },

  html(model, box) {
    const place = box.querySelector("[data-value]");
    model.on("change:value", () => (place.innerHTML = model.get("value")));
    return place;
  },

  label(model, box) {
    const place = box.querySelector("[data-value]");
    model.on("change:value", () => (place.textContent = model.get("value")));
    return place;
  },
};

function connect(box) {
  const model = models.get(box.dataset.model);
  const element = controls[box.dataset.kind](model, box);
  model.element ??= element;
  follow(model, ["disabled"], () => {
    for (const field of box.querySelectorAll("input, select, button")) {
      field.disabled = Boolean(model.get("disabled"));
    }
  });
}

for (const [source, trait, target, name, bothWays] of page.links) {
  const [from, to] = [models.get(source), models.get(target)];
  follow(from, [trait], () => commit(to, name, from.get(trait)));
  if (bothWays) to.on(`change:${name}`, () => commit(from, trait, to.get(name)));
}

const figures = [];
/** @returns {import("../../figure/contract").Spec} of a figure; a question's record has no controls */
export const specOf = ({ dataset }) => models.get(dataset.model).get("spec");
/** The places of the figures that have controls, by the figure's id. */
export const living = new Map();
const known = new Map();
// What makes them live, by the module that it came from.
const widgets = new Map();

async function mount(place, widget) {
  place.removeAttribute("id"); // the living figure itself has it from now on
  const model = models.get(place.dataset.model);
  const still = place.querySelector(".ll-still");
  // The page holds the drawing once, in the still figure.
  const svg = still.querySelector(".ll-drawing svg");
  if (svg) model.get("spec").svg = svg.outerHTML;
  const el = place.appendChild(document.createElement("div"));
  const { signal } = new AbortController();
  still.hidden = true;
  try {
    const { initialize, render } = typeof widget === "function" ? await widget() : widget;
    // What initialize gives is shared with others: here, the way to draw.
    const exported = await initialize?.({ model, signal });
    await (render ?? exported.render)({ model, el, signal });
    still.remove();
    place.dataset.live = "";
  } catch (error) {
    console.error(error);
    el.textContent = say("figure-not-started");
    still.hidden = false;
  }
}

// Figures near the screen come to life first, the others one by one when the browser is idle, so
// that reading, Find and printing never wait long for any of them.
const AT_ONCE = 2;
const waiting = new Map();
const near = new Set();
const watch = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (isIntersecting) near.add(target);
    else near.delete(target);
  }
}, { rootMargin: "100% 0px" });
const pause = () => new Promise((go) => setTimeout(go));
const idle = () => new Promise((go) => {
  if (globalThis.requestIdleCallback) requestIdleCallback(go, { timeout: 250 });
  else setTimeout(go, 50);
});

const anyFigure = () => [...living.values()].some(({ dataset }) => "live" in dataset);

async function mountAll() {
  await storage;
  // Before the rest of the page is read, there is only what it begins with.
  if (isRead()) await pause(); // the observer speaks first
  while (waiting.size > 0) {
    if (isRead() && !rewriting && alive >= AT_ONCE && anyFigure()) {
      await idle();
      enrich();
    }
    // A question waits for its figure: the first to wake is a figure.
    const places = alive ? figures : [...living.values(), ...figures];
    const next = () => places.find((place) => waiting.has(place) && near.has(place));
    // The first ones at once: where the page opens is where a reader begins.
    if (alive >= AT_ONCE && !next()) await idle();
    const place = next() ?? places.find((each) => waiting.has(each));
    const { widget, done } = waiting.get(place);
    waiting.delete(place);
    await mount(place, widget);
    alive += 1;
    done();
    await pause();
  }
  if (!isRead()) return;
  enrich();
  reachAll();
}

let queue;
let alive = 0;
const mounted = new Map();
function mountLater() {
  for (const place of figures) {
    const widget = widgets.get(place.dataset.module);
    if (!widget || mounted.has(place)) continue;
    mounted.set(place, new Promise((done) => waiting.set(place, { widget, done })));
    watch.observe(place);
  }
  if (waiting.size) queue ??= mountAll().then(() => { queue = undefined; });
}
/** Hand over what draws the widgets of a module. */
export function define(key, widget) {
  widgets.set(key, widget);
  mountLater();
}
globalThis.looplab = { define };

// A keyboard can scroll only what it can reach: wide tables, formulas and drawings join the tab order,
// but only while they are wider than the page. No observer sees what is far from the screen, where
// nothing is laid out: that is measured when the page is at rest.
function reach(box) {
  if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
  else box.removeAttribute("tabindex");
}
const width = new ResizeObserver((entries) => entries.forEach(({ target }) => reach(target)));
let measuring = 0;
const AT_A_TIME = 8; // milliseconds of measuring, then the page may answer
async function reachAll() {
  const mine = ++measuring;
  let began = -Infinity;
  for (const box of document.querySelectorAll(".ll-scroll, .ll-math, .ll-columns, .ll-canvas")) {
    if (performance.now() - began > AT_A_TIME) {
      await idle();
      if (mine !== measuring) return;
      began = performance.now();
    }
    reach(box);
  }
}
addEventListener("resize", reachAll);

// These scripts stand behind the first figure, which need not wait for the rest of the page: what is
// read by then is connected at once, all else when the page is read.
const isRead = () => document.readyState !== "loading";
const met = new WeakSet();
function connectAll() {
  const all = document.querySelectorAll("[data-kind], .ll-mount, .ll-scroll, .ll-math, .ll-columns");
  const fresh = [...all].filter((each) => !met.has(each));
  for (const each of fresh) {
    met.add(each);
    if (each.matches(".ll-scroll, .ll-math, .ll-columns")) width.observe(each);
    else if (each.matches("[data-kind]")) connect(each);
    else {
      figures.push(each);
      const { id, controls: moved } = specOf(each) ?? {};
      if (!moved) continue;
      living.set(id, each);
      known.set(id, moved.map(([name, record]) => ({ name, ...record })));
    }
  }
  mountLater();
}
connectAll();

// The address is followed when the page opens and whenever it changes: typed, a link in the page, Back.

/** How an element comes into view: a page scrolls, a deck turns to its slide. */
export const view = {
  /** @param {Element} element @param {any} [behavior] - "instant" is newer than the type check */
  bring: (element, behavior) => element.scrollIntoView({ behavior }),
};

/** The question that covers a figure, or the figure itself. */
function shownAt(id) {
  const place = living.get(id);
  const its = `IPY_MODEL_${place.dataset.model}`;
  const asks = figures.find(({ dataset }) => models.get(dataset.model).get("figure") === its);
  return place.querySelector("[data-covered]") && asks ? asks : place;
}

let kept;
/** The key of the page's notes, if it has any. Looking for it reads models: not before it is needed. */
const notebook = () =>
  (kept ??= [...models.values()].find((model) => model.get("spec")?.notes)?.get("spec").notes);

// Equations that the reader may rewrite; what was changed joins the notes of the page.
/**
 * All that is no figure: equations and exercises that answer, legends that follow. They come after
 * the first figures, which are what a reader waits for.
 */
let rewriting;
let enriched;
const others = new Promise((go) => { enriched = go; });
function enrich() {
  if (rewriting) return;
  rewriting = editableEquations(page, manager.rules, {
    running: [...living.values()].map((place) => specOf(place).programs),
    changed(edits) {
      keepState({ edits });
      if (!notebook()) return;
      const notes = new Notes(notebook());
      const others = Object.entries(notes.read()).filter(([id]) => !id.startsWith("rule/"));
      const own = edits.map(({ model, name, text, published }) => [
        `rule/${model}/${name}`,
        { element: say("equations-note"), question: `${name} =`, words: text, outcome: say("equations-published", { rule: published }) },
      ]);
      notes.replace(Object.fromEntries([...others, ...own]));
    },
  });

  legends(page, models, [...living.values()].map((place) => ({
    place, spec: specOf(place), controls: models.get(place.dataset.model).get("controls"),
  })));

  exercises(page.exercises, ({ id, question }, value, words, outcome) => {
    if (!notebook()) return;
    const note = { element: say("exercise"), question, value, words, outcome };
    new Notes(notebook()).write(`exercise/${id}`, note);
  });
  agreements(page, manager, [...living.values()].flatMap((place) => specOf(place).programs));
  enriched();
}

let arriving = null; // gives where the address leads, until it is reached or the reader goes elsewhere
/** @param {"instant"} [behavior] */
function arrive(behavior) {
  if (arriving) view.bring(arriving(), behavior);
}
// A smooth way ends where its end was at the beginning; what was laid out on the way has moved it.
addEventListener("scrollend", () => {
  const from = scrollY;
  arrive("instant");
  // while a figure waits, one above may still push it away
  if (!queue && scrollY === from) arriving = null;
});
for (const act of ["wheel", "pointerdown", "keydown", "touchmove"]) {
  addEventListener(act, () => (arriving = null), { passive: true });
}
/** What a link without a place asks for in vain is said where numbers are written. */
async function complain(refused) {
  const own = figures.find((place) => specOf(place)?.controls?.some(([, record]) => record.own));
  if (!own) return;
  await mounted.get(own);
  const views = manager.livingViews?.get(`IPY_MODEL_${own.dataset.model}`) ?? [];
  for (const view of views) view.visit({ settings: {}, refused });
}
async function followAddress({ newURL = location.href } = {}) {
  arriving = null; // whatever an earlier address is still waiting for
  const { slide, place, settings, refused, edits, shown, student } = readAddress(new URL(newURL).hash, known);
  // The number stays in this browser; the page's own address forgets it at the next move.
  if (student !== undefined && notebook()) storage.then(() => new Notes(notebook()).setNumber(student));
  others.then(() => {
    refused.push(...rewriting.read(edits));
    if (!place && refused.length) complain(refused);
  });
  const element = document.getElementById(slide || place);
  const figure = living.get(place);
  if (!figure && !element) return;
  arriving = () => (figure && !(slide && element) ? shownAt(place) : element);
  if (figure) near.add(figure);
  arrive();
  if (figure) {
    await mounted.get(figure);
    await others;
    const views = manager.livingViews?.get(`IPY_MODEL_${figure.dataset.model}`) ?? [];
    const sets = Object.keys(settings).length + edits.length > 0;
    if (shown) near.add(shownAt(place)); // its question has to be there to be passed by
    for (const view of views) view.visit({ settings, refused, sets, shown });
    arrive();
  }
  // Figures that wake above it may still push it out of sight.
  await queue;
  arrive();
}
addEventListener("hashchange", followAddress);
document.addEventListener("DOMContentLoaded", () => { // every figure is defined by then
  connectAll();
  if (!queue) enrich();
  followAddress();
});
