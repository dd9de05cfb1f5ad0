// A living figure: recompute the models, rewrite the moving parts of the SVG, say what changed.
// `spec` is what spec.py wrote down.

import { Runner } from "../engine/compile.js";
import { Rules, contains } from "../engine/rules.js";
import { say } from "../language/language.js";
import { ARTISTS, PARTS, coordinate, short } from "./artists.js";
import { Control, linkSymbols } from "./controls.js";
import { keepKeys } from "./keys.js";
import { unpackedSpec } from "../packed.js";
import { format } from "./numbers.js";
import { adoptControls, settingsToTry, sheet } from "./sheet.js";
import { Shelf } from "./shelf.js";
import { soundFold } from "./sound.js";
import { SOURCES, Values, fitted, reckoned } from "./sources.js";
import { element, provenance, sentence, table, tell } from "./words.js";

// How long a fit may keep the page from answering, in milliseconds.
const PIECE = 14;

// The views of a figure that are alive, by the reference to its model that its question holds.
function viewsOf(manager, reference) {
  const all = (manager.livingViews ??= new Map());
  if (!all.has(reference)) all.set(reference, new Set());
  return all.get(reference);
}

/** @param {import("./sources.js").Modelled} node @param {import("./contract").ProgramRecord} program */
function reckon(node, program) {
  const runner = new Runner(program, node.wanted);
  try { return reckoned(node, runner); } finally { runner.free(); }
}

export async function drawFigure({ model, el }) {
  /** @typedef {import("./contract").Spec} Spec */
  /** @type {Omit<Spec, "sources"> & { sources: import("./sources.js").Source[] }} */
  const spec = structuredClone(unpackedSpec(model));
  const manager = model.widget_manager;
  if (!manager.page_address) keepKeys();
  const rules = (manager.rules ??= new Rules());
  const shelf = (manager.shelf ??= new Shelf());
  // How what stands beside the figures computes: with their engine.
  manager.reckon ??= reckon;
  const values = new Values(spec.constants);
  const controls = await Promise.all(spec.controls.map(async ([name, record]) => {
    const reference = model.get("controls")[name].replace("IPY_MODEL_", "");
    return new Control(name, record, await manager.get_model(reference));
  }));

  const {
    figure, svg, tools, numbers, panel, description, problem, asked, changedRule, folds, busy, cover: veil,
  } = sheet(spec);
  const data = element("details", {}, element("summary", {}, say("figure-data")), element("div", { class: "ll-table", tabindex: 0, role: "region", "aria-label": say("figure-data-name", { title: spec.title }) }));
  const behind = provenance(spec, values);
  if (spec.parameters.length) folds.append(behind.details);
  if (Object.keys(spec.columns).length) folds.append(data);
  el.append(figure);
  let release = adoptControls(el, panel);

  const shown = spec.numbers.map(({ label, name, style, unit }) => {
    const value = element("dd");
    numbers.append(element("div", {}, element("dt", {}, label), value));
    const read = () => (name in spec.words ? sentence(`{${name}}`, values, spec.words) : format(values.get(name), style));
    return () => { tell(value, read() + (unit ? ` ${unit}` : "")); };
  });
  const artists = spec.artists.map((artist) => {
    const groups = artist.ids.map((id) => svg.querySelector(`[id="${id}"]`));
    const [X, Y] = artist.axes === null ? [] : spec.axes[artist.axes].map(coordinate);
    const parts = groups.flatMap((group) => [...group.querySelectorAll(PARTS[artist.kind])].filter((part) => !part.closest("defs")));
    return { ...artist, groups, parts, X, Y, names: [...Object.values(artist.channels).flat(), ...(artist.reads ?? [])], drawn: 0 };
  });

  const lines = spec.columns.flatMap(([label, name]) => {
    const { parts = [] } = artists.find(({ kind, channels }) => kind === "line" && channels.y === name) ?? {};
    return parts.length ? [{ label, name, part: parts[0] }] : [];
  });
  const sound = lines.length ? soundFold(figure, svg, spec.title, lines) : null;
  if (sound) folds.append(sound.fold);

  const keepTabStop = linkSymbols(svg);

  // `maps`: "moving" draws them coarsely, "resting" finely, "kept" leaves them as they are.
  function compute(maps = "moving", settings = {}) {
    for (const { name, value } of controls) values.set(name, settings[name] ?? value);
    for (const node of spec.sources) {
      const newest = values.newest(node.reads);
      if (["map", "along"].includes(node.kind) && maps === "kept") continue;
      if (node.computed === newest && !(node.coarse && node.kind === "map" && maps === "resting")) continue;
      if ("wanted" in node) node.runner ??= new Runner(rules.of(spec.programs[node.program]), node.wanted);
      // @ts-expect-error: each kind of source has a record of its own
      SOURCES[node.kind](node, values, maps === "moving");
      node.computed = newest;
    }
  }

  const filled = (template) => sentence(template, values, spec.words);
  let drawn = 0;
  function draw() {
    if (drawn === values.clock) return;
    for (const artist of artists) {
      const newest = values.newest(artist.names);
      if (artist.drawn === newest) continue;
      artist.drawn = newest;
      const read = {};
      for (const [channel, name] of Object.entries(artist.channels)) {
        read[channel] = Array.isArray(name) ? name.map((each) => values.get(each)) : values.get(name);
      }
      ARTISTS[artist.kind](artist.parts, read, artist.X, artist.Y, artist, filled);
      if ("visible" in read) artist.groups.forEach((group) => { group.style.display = read.visible > 0 ? "" : "none"; });
      if ("width" in read) artist.parts.forEach((part) => { part.style.strokeWidth = short(read.width); });
    }
    shown.forEach((show) => show());
    showTried();
    keepTabStop();
    drawn = values.clock;
  }

  const speak = () => controls.map((control) => control.speak());
  let waiting = 0;
  // Whether nothing moved since the description was told.
  let rests = true;
  function settle() {
    clearTimeout(waiting);
    // Who listens is told what the figure shows once it rests; until then the words are old.
    description.setAttribute("aria-busy", "true");
    waiting = setTimeout(async () => {
      rests = true;
      if (spec.sources.some(({ coarse }) => coarse)) refresh("resting");
      if (!(await finish())) return;
      tell(description, filled(spec.template));
      description.removeAttribute("aria-busy");
      if (data.open) fill();
      behind.show();
      const moves = controls.filter(({ record }) => !record.own);
      if (moved) manager.settled?.(spec.id, Object.fromEntries(moves.map(({ name, value }) => [name, value])));
    }, 250);
  }

  // Fits to a record are worked through in pieces, so that the page goes on answering, until they
  // are done or something moves. Gives whether they are done.
  let working = 0;
  async function finish() {
    const mine = ++working;
    for (const node of spec.sources) {
      if (node.kind !== "along" || !node.coarse) continue;
      busy.hidden = false;
      const work = fitted(node, values, false);
      let began = performance.now();
      for (let piece = work.next(); !piece.done; piece = work.next()) {
        if (performance.now() - began < PIECE) continue;
        busy.querySelector("progress").value = piece.value;
        await new Promise((go) => setTimeout(go));
        if (mine !== working) return false;
        began = performance.now();
      }
      node.coarse = false;
      refresh("resting");
    }
    busy.hidden = true;
    return true;
  }

  let queued = false;
  let moved = false;
  function refresh(maps) {
    if (maps === "moving") working++;
    try {
      compute(maps);
      draw();
      problem.hidden = true;
    } catch (error) {
      problem.textContent = say("figure-kept-settings", { problem: error.message });
      problem.hidden = false;
    }
  }
  function update() {
    queued = false;
    refresh("moving");
    speak();
    settle();
  }
  function changed() {
    if (rests) sound?.keep();
    rests = false;
    moved = true;
    asked.hidden = true;
    if (queued) return;
    queued = true;
    requestAnimationFrame(update);
    // Compute and draw while the frame is awaited; after this task, so that a preset has set every control.
    queueMicrotask(() => refresh("moving"));
  }

  function fill() { data.lastElementChild.replaceChildren(table(spec.columns, values, spec.words)); }
  data.addEventListener("toggle", () => data.open && fill());

  function apply(settings) {
    for (const control of controls) {
      // A reader's own number is the reader's to set.
      if (control.name in settings && !control.record.own) control.value = settings[control.name];
    }
  }
  // What a reveal sets is nothing that its reader moved: the page's address leaves it out.
  function open(settings) {
    const before = moved;
    apply(settings);
    moved = before;
  }
  // Settings that a link asks for, and what of it was refused. Under cover they wait for the reveal;
  // what was refused is shown until the reader moves something.
  // A link that sets something leaves out what stands at its default.
  // One that asks to be shown does what "Show me" does: the notes say that nothing was predicted.
  let awaited = null;
  let look = null;
  function visit({ settings, refused, sets = false, shown = false }) {
    if ("covered" in figure.dataset) {
      awaited = { settings, refused, sets, shown };
      if (shown) look?.();
    } else apply(sets ? { ...spec.defaults, ...settings } : settings);
    asked.textContent = refused.join(" ");
    asked.hidden = !refused.length;
  }
  const isSet = (settings) => controls.every(({ name, value }) => !(name in settings) || Math.abs(value - settings[name]) < 1e-9);
  const showTried = settingsToTry(spec.presets, tools, apply, isSet);
  if (controls.some(({ record }) => !record.own)) {
    const reset = element("button", { type: "button", "data-do": "reset" }, say("reset"));
    reset.addEventListener("click", () => apply(spec.defaults));
    tools.append(reset);
  }

  // While covered, nothing shows but, if one is named, the empty axes of a line. Every view of the
  // figure follows the model, which its question uncovers.
  function cover() {
    const [covered, line] = [model.get("covered"), model.get("open_line")];
    const axes = covered && line ? lineOf(line).groups[0].closest(".ll-axes") : null;
    if (covered) figure.dataset.covered = axes ? "axes" : "all";
    else delete figure.dataset.covered;
    for (const group of svg.querySelectorAll(".ll-axes")) group.classList.toggle("ll-veiled", group !== axes);
    for (const { groups } of artists) groups.forEach((group) => group.classList.toggle("ll-veiled", covered));
    controls.forEach((control) => control.model.set("disabled", covered));
    for (const field of tools.children) field.disabled = covered;
    nameDrawing(covered);
    if (covered) sound?.stop();
    if (covered || !awaited) return;
    // After whatever the reveal itself sets.
    queueMicrotask(() => { const link = awaited; awaited = null; if (link) visit(link); });
  }
  // Who listens hears what the drawing shows now, but not before the reveal.
  function nameDrawing(covered) {
    svg.setAttribute("aria-labelledby", `${spec.id}-title ${covered ? "" : description.id}`.trim());
  }
  function lineOf(name) { return artists.find(({ channels }) => channels.y === name); }
  // What a question may do with a view of its figure. `at` reads quantities at settings of its own,
  // whatever the controls say.
  const asking = new Set();
  const view = {
    figure,
    // What the button under the cover does.
    look(action) {
      const button = element("button", { type: "button" }, say("figure-show"));
      button.addEventListener("click", action);
      veil.append(button);
      look = action;
      if (awaited?.shown) action();
    },
    // Told when a reader rewrote an equation that this figure runs.
    follow(listener) { asking.add(listener); },
    cover(covered) { model.set("covered", covered); },
    apply, open, visit, format, lineOf, svg,
    at(settings, read) {
      try {
        compute("kept", settings);
        return read(values, filled);
      } finally {
        compute("kept");
      }
    },
  };
  // A reader changed an equation, or took the change back: compile what runs it anew.
  function adopt(published) {
    const runs = spec.programs.map((program) => contains(program, published));
    showRule();
    if (!runs.includes(true)) return;
    for (const node of spec.sources) if ("wanted" in node && runs[node.program]) drop(node);
    showRule();
    update();
    asking.forEach((listener) => listener());
  }
  // What an element of the page keeps for its reader came, or went.
  function take(id) {
    const mine = spec.sources.filter((node) => node.kind === "kept" && node.id === id);
    for (const node of mine) Object.assign(node, { kept: shelf.of(id), computed: undefined });
    if (mine.length) update();
  }
  // Which rule the figure shows, where a reader changed one. What was computed beforehand cannot follow.
  function showRule() {
    const follows = spec.sources.some(({ edited }) => edited);
    const misses = rules.missed(follows ? [] : spec.programs, spec.beforehand ?? []);
    if (follows && misses) changedRule.textContent = say("figure-rule-both");
    else changedRule.textContent = follows ? say("figure-rule-changed") : misses ? say("figure-rule-missed") : "";
    changedRule.hidden = !follows && !misses;
  }
  /** @param {import("./sources.js").Modelled} node */
  function drop(node) {
    node.runner?.free();
    node.edited = rules.of(spec.programs[node.program]) !== spec.programs[node.program];
    node.runner = node.computed = undefined;
  }
  if (model.get("covered")) cover();
  else nameDrawing(false);
  model.on("change:covered", cover);

  for (const node of spec.sources) {
    if ("wanted" in node) drop(node);
    if (node.kind === "kept") node.kept = shelf.of(node.id);
  }
  showRule();
  update();
  controls.forEach((control) => control.model.on(`change:${control.record.trait}`, changed));
  // Views of the controls appear in their own time: name each as soon as it is there, and let them
  // join the panel.
  const settled = () => release || !controls.length || (el.isConnected && !el.closest(".ll-living"));
  const name = async () => {
    release ??= adoptControls(el, panel);
    if ((await Promise.all(speak())).every(Boolean) && settled()) naming.disconnect();
  };
  const naming = new MutationObserver(name);
  naming.observe(document.body, { childList: true, subtree: true });
  name();
  rules.follow(adopt);
  shelf.follow(take);
  const views = viewsOf(manager, model.get("itself"));
  views.add(view);
  figure.dataset.live = "true";
  return () => {
    views.delete(view);
    model.off("change:covered", cover);
    rules.forget(adopt);
    shelf.forget(take);
    working++;
    for (const node of spec.sources) node.runner?.free();
    naming.disconnect();
    clearTimeout(waiting);
    sound?.stop();
    release?.();
    controls.forEach((control) => control.model.off(`change:${control.record.trait}`, changed));
  };
}

export default { render: drawFigure };
