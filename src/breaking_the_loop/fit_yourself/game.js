// The boat game: two places, two moves in each, wind. It runs in the reader's browser alone; the
// record is kept there, and goes elsewhere only as a file that the reader saves.

import { uniforms } from "../../looplab/engine/draws.js";
import { keepKeys } from "../../looplab/figure/keys.js";
import { Shelf } from "../../looplab/figure/shelf.js";
import { filledIn, twoDecimals } from "../../looplab/learn/fields.js";
import { Notes, button, make } from "../../looplab/learn/notes.js";
import { unpackedSpec } from "../../looplab/packed.js";

const SCHEMA = "breaking-the-loop/boat-game";
const VERSION_OF_RECORD = 1;
const [SHORE, FOG] = [0, 1];
const MOVES_OF = [["diamond", "circle"], ["triangle", "square"]];
const SHAPES = {
  diamond: "M12 2 22 12 12 22 2 12Z",
  circle: "M12 2.5a9.5 9.5 0 1 0 0 19a9.5 9.5 0 1 0 0-19Z",
  triangle: "M12 2.5 22.5 21H1.5Z",
  square: "M3 3H21V21H3Z",
};
const COLUMNS = ["in_fog", "blown", "first", "next_in_fog"];
const NAMES_IN_FIGURES = { in_fog: "place", blown: "blown", first: "first", next_in_fog: "following" };

const picture = (markup) => make("span", { html: markup, "aria-hidden": "true" });
const shape = (name) => `<svg viewBox="0 0 24 24" class="ll-shape"><path d="${SHAPES[name]}"/></svg>`;
const SCENE = `<svg viewBox="0 0 600 150" class="ll-sea" preserveAspectRatio="xMidYMid slice">
<path class="ll-water" d="M0 96Q50 88 100 96T200 96T300 96T400 96T500 96T600 96V150H0Z"/>
<path class="ll-sand" d="M0 70C70 70 120 92 190 150H0Z"/>
<g class="ll-mist"><ellipse cx="470" cy="70" rx="125" ry="34"/><ellipse cx="540" cy="98" rx="110" ry="30"/><ellipse cx="400" cy="104" rx="95" ry="26"/></g>
<g class="ll-boat"><path d="M-30 0H30L18 20H-18Z"/><path class="ll-sail" d="M0-4V-54L26-8Z"/><path class="ll-sail" d="M-4-8V-42L-22-8Z"/></g></svg>`;

/**
 * One game: what was played, and what the sea answers. Draws are counter-based: (seed, trial, kind),
 * so that a seed names a sea, whoever sails on it.
 */
export class Voyage {
  #drawn;
  constructor(world, seed, rows = []) {
    this.world = world;
    this.seed = seed;
    this.rows = rows;
  }
  get trials() { return this.rows.length; }
  get place() { return this.rows.length ? this.rows.at(-1)[3] : SHORE; }
  get points() {
    const { cost, distress } = this.world;
    return this.rows.reduce((sum, [place, , first, next]) => sum - distress * place * next - cost * place * first, 0);
  }
  #draws() {
    this.#drawn ??= uniforms(this.seed, 1, this.world.most, 3);
    const [, transition, gust] = this.#drawn.subarray(3 * this.trials, 3 * this.trials + 3);
    return { transition, gust };
  }
  /** Whether the wind takes the next choice away. */
  get windy() { return this.place === SHORE && this.#draws().gust < this.world.wind; }
  /** Take the first or the second move of this place; where the wind blows, it is the first. */
  move(first) {
    const { relief_chance: out, stay_chance: stay, entry_chance: entry } = this.world;
    const [place, blown] = [this.place, Number(this.windy)];
    const taken = blown ? 1 : Number(first);
    const chance = place === FOG ? (taken ? 1 - out : stay) : taken * entry;
    const next = Number(this.#draws().transition < chance);
    this.rows.push([place, blown, taken, next]);
  }
}

/** A record as it is saved: nothing in it but the game. */
export function written({ seed, rows, world }) {
  const columns = COLUMNS.map((name, k) => [name, rows.map((row) => row[k]).join("")]);
  return { schema: SCHEMA, version: VERSION_OF_RECORD, seed, wind: world.wind, trials: rows.length, ...Object.fromEntries(columns) };
}

/** The rows of a saved record; throws, saying in these words what is wrong, for anything else. */
export function readRecord(saved, most, words) {
  const refuse = (what, values = {}) => { throw new Error(filledIn(words[what], values)); };
  if (saved?.schema !== SCHEMA) refuse("noRecord", { schema: SCHEMA });
  if (saved.version !== VERSION_OF_RECORD) refuse("otherVersion", { version: saved.version, read: VERSION_OF_RECORD });
  const columns = COLUMNS.map((name) => {
    if (typeof saved[name] !== "string" || !/^[01]+$/.test(saved[name])) refuse("notBits", { name });
    return Array.from(saved[name], Number);
  });
  const { length } = columns[0];
  if (columns.some((column) => column.length !== length)) refuse("lengths");
  if (length > most) refuse("tooLong", { moves: length, most });
  const rows = Array.from({ length }, (_, t) => columns.map((column) => column[t]));
  rows.forEach(([place, blown, first, next], t) => {
    const before = t ? rows[t - 1][3] : SHORE;
    if (place !== before) refuse("begins", { move: t + 1, before: t });
    if (blown && (place === FOG || !first)) refuse("blows", { move: t + 1 });
    if (place === SHORE && next !== first) refuse("ends", { move: t + 1 });
  });
  const seed = Number.isInteger(saved.seed) && saved.seed >= 0 && saved.seed < 2 ** 32 ? saved.seed : null;
  return { seed, rows };
}

function game({ spec, root, notes, shelf, signal }) {
  const { world, first: shortest, most, least, words } = spec;
  const points = (number) => twoDecimals(number, words);
  let voyage = null;
  let [total, playing] = [shortest, false];

  const state = make("span", { class: "ll-state" });
  const head = make("p", { class: "ll-head" }, make("span", { class: "ll-name-of" }, words.play), " ", state);
  const intro = make("div", { html: spec.intro });
  const scene = make("div", { class: "ll-scene" }, picture(SCENE));
  const left = make("strong");
  const moves = make("span");
  const meter = make("progress", { "aria-label": words.progress, max: 1, value: 0 });
  const counts = make("p", { class: "ll-counts" }, make("span", {}, `${words.left} `, left), moves, meter);
  // One region that speaks: what came, where the boat is, and which moves there are.
  const told = make("p", { class: "ll-told", role: "status" });
  const keys = ["F", "J"].map((key, second) => {
    const node = button("", () => choose(!second));
    node.className = "ll-move";
    node.setAttribute("aria-keyshortcuts", key);
    return node;
  });
  const choices = make("div", { class: "ll-choices", role: "group", "aria-label": words.choices }, ...keys);
  const table = make("div", { class: "ll-table-of-game" }, scene, counts, told, choices);

  const start = button(words.play, () => { begin(asked() ?? drawn()); });
  const pause = button(words.pause, () => { playing = !playing; keep(); show(playing ? where() : words.waits, playing); });
  const on = button(filledIn(words.on, { most }), () => { total = most; playing = true; keep(); show(`${filledIn(words.more, { most })} ${where()}`, true); });
  const sure = make("span", { class: "ll-sure", hidden: "" }, `${words.goes} `,
    button(words.yes, () => begin(drawn())), button(words.same, () => begin(voyage.seed ?? drawn())),
    button(words.no, () => { sure.hidden = true; again.focus(); }));
  const again = button(words.again, () => { sure.hidden = false; sure.querySelector("button").focus(); });
  const save = button(words.save, () => {
    const text = JSON.stringify(written(voyage), null, 1);
    const address = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    make("a", { href: address, download: "boat-game-record.json" }).click();
    // A busy browser reads it late.
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
    plain.value = text;
    plain.parentElement.hidden = false;
    told.textContent = words.noFile;
  });
  const field = make("input", { type: "file", accept: ".json,application/json", id: `${root.id}-file`, class: "ll-unseen", tabindex: -1, "aria-hidden": "true" });
  const load = button(words.load, () => field.click());
  const plain = make("textarea", { rows: 4, readonly: "", "aria-label": words.plain });
  const text = make("details", { hidden: "" }, make("summary", {}, words.copy), plain);
  const seed = make("span", { class: "ll-seed" });
  const keeping = make("p", { class: "ll-keeping" });
  const buttons = make("div", { class: "ll-buttons" }, start, pause, on, again, save, load, field);
  root.replaceChildren(head, intro, table, buttons, sure, text, keeping);
  keeping.append(seed);

  const drawn = () => crypto.getRandomValues(new Uint32Array(1))[0];
  // "#boat-game?seed=123" asks for one sea.
  function asked() {
    const number = Number(new RegExp(`^#${root.id}\\?(?:.*&)?seed=(\\d{1,10})(?:&|$)`).exec(location.hash)?.[1] ?? NaN);
    return number < 2 ** 32 ? number : undefined;
  }

  const over = () => voyage !== null && voyage.trials >= total;
  function where() {
    const [f, j] = MOVES_OF[voyage.place].map((name) => words[name]);
    return `${voyage.place === FOG ? words.inFog : words.onShore} F: ${f}. J: ${j}.`;
  }
  function keep() {
    notes.write("record", { element: words.record, question: words.game, words: filledIn(words.moves, { moves: voyage.trials }), value: { ...written(voyage), total } });
    offer();
  }
  // The figures get the record when it rests, and when there is enough of it.
  function offer() {
    const ready = voyage !== null && voyage.trials >= least && (!playing || over());
    if (!ready) { if (voyage === null || voyage.trials < least) shelf.put(spec.id, undefined); return; }
    const columns = COLUMNS.map((name, k) => [NAMES_IN_FIGURES[name], voyage.rows.map((row) => row[k])]);
    shelf.put(spec.id, { ...Object.fromEntries(columns), time: voyage.rows.map((_, t) => t) });
  }
  function begin(number) {
    voyage = new Voyage(world, number);
    [total, playing] = [shortest, true];
    sure.hidden = text.hidden = true;
    const blown = gusts();
    keep();
    show(blown + where(), true);
  }
  // As long as the wind blows there is nothing to choose.
  function gusts() {
    let blown = "";
    while (!over() && voyage.windy) {
      voyage.move(1);
      blown = `${words.wind} `;
    }
    return blown;
  }
  function choose(first) {
    if (!playing || voyage === null || over()) return;
    const before = voyage.points;
    const from = voyage.place;
    voyage.move(first);
    const cost = before - voyage.points;
    const to = voyage.place;
    const came = from === FOG ? (to === FOG ? words.stillFog : words.outOf) : to === FOG ? words.into : words.stillShore;
    const lost = cost > 0.0001 ? filledIn(words.lost, { came, points: points(cost) }) : `${came}.`;
    const blown = gusts();
    if (over()) playing = false;
    // The notes are written now and then, and at every rest: a reload loses little.
    if (over() || voyage.trials % 10 === 0) keep();
    show(`${lost} ${blown}${over() ? ended() : where()}`);
    if (over()) (total < most ? on : again).focus();
  }
  const ended = () => filledIn(words.ended, { moves: voyage.trials });

  function show(news, focus = false) {
    const begun = voyage !== null;
    const done = over();
    state.textContent = !begun ? words.notYet : done ? filledIn(words.made, { moves: voyage.trials }) : playing ? words.playing : words.paused;
    table.hidden = !begun;
    start.hidden = begun;
    pause.hidden = !begun || done;
    pause.textContent = playing ? words.pause : words.goOn;
    on.hidden = !done || total >= most;
    again.hidden = save.hidden = !begun;
    told.textContent = news;
    if (begun) {
      const place = voyage.place;
      scene.dataset.place = place === FOG ? "fog" : "shore";
      left.textContent = points(total + voyage.points);
      moves.textContent = filledIn(words.move, { move: Math.min(voyage.trials + 1, total), total });
      meter.value = voyage.trials / total;
      keys.forEach((node, second) => {
        const form = MOVES_OF[place][second];
        const name = words[form];
        node.replaceChildren(make("kbd", {}, second ? "J" : "F"), picture(shape(form)), make("span", {}, name));
        node.setAttribute("aria-label", `${second ? "J" : "F"} ${name}`);
        node.setAttribute("aria-disabled", !playing || done);
      });
      const link = make("a", { href: `#${root.id}?seed=${voyage.seed}` }, filledIn(words.sea, { seed: voyage.seed }));
      seed.replaceChildren(...(voyage.seed === null ? [] : [` ${words.link} `, link, "."]));
    }
    keeping.firstChild.textContent = notes.lasting ? words.kept : words.notKept;
    if (focus) keys[0].focus();
  }
  keeping.prepend(document.createTextNode(""));

  root.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.target.matches("textarea")) return;
    const second = ["f", "j"].indexOf(event.key.toLowerCase());
    if (second < 0 || !playing) return;
    event.preventDefault();
    choose(!second);
  });
  field.addEventListener("change", async () => {
    const [file] = field.files;
    field.value = "";
    if (!file) return;
    try {
      const saved = JSON.parse(await file.text());
      const { seed: number, rows } = readRecord(saved, most, words);
      voyage = new Voyage(world, number, rows);
      [total, playing] = [rows.length <= shortest ? shortest : most, false];
      // Without its seed the sea cannot go on from here.
      if (number === null) total = rows.length;
      keep();
      show(filledIn(words.wasRead, { moves: rows.length }));
    } catch (error) {
      told.textContent = filledIn(words.notRead, { file: file.name, why: error.message });
      table.hidden = false;
    }
  });

  function remember() {
    const value = notes.read().record?.value;
    if (!value) return;
    try {
      const { seed: number, rows } = readRecord(value, most, words);
      voyage = new Voyage(world, number, rows);
      total = value.total === most ? most : Math.max(shortest, Math.min(rows.length, most));
      if (number === null) total = rows.length;
    } catch { notes.remove("record"); }
  }
  remember();
  offer();
  show(voyage === null ? "" : over() ? ended() : words.stopped);
  // Another window that played: what it kept is shown here, unless somebody plays here.
  notes.follow(() => {
    if (playing) return;
    const [known, kept] = [voyage?.trials ?? 0, notes.read().record?.value?.trials ?? 0];
    if (known === kept) return;
    voyage = null;
    remember();
    offer();
    show(voyage === null ? "" : words.other);
  }, signal);
}

function render({ model, el }) {
  const spec = unpackedSpec(model);
  const manager = model.widget_manager;
  const over = new AbortController();
  const root = make("div", { class: "ll-learn ll-game", id: spec.id });
  if (!manager.page_address) keepKeys();
  el.append(root);
  game({ spec, root, notes: new Notes(spec.keeps), shelf: (manager.shelf ??= new Shelf()), signal: over.signal });
  return () => over.abort();
}

export default { render };
