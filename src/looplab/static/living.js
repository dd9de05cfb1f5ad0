// A living figure: recompute the models, rewrite the moving parts of the SVG, say what changed.
// The figure's own programs are appended to this file; see figure.py.

const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24];
const MOST_POINTS = 600;

// Threefry-2x32, 20 rounds: the same words as draws.py.
function threefry(k0, k1, c0, c1, words) {
  const schedule = [k0, k1, k0 ^ k1 ^ 0x1bd11bda];
  let x0 = (c0 + k0) | 0;
  let x1 = (c1 + k1) | 0;
  for (let round = 0; round < 20; round++) {
    const rotation = ROTATIONS[round % 8];
    x0 = (x0 + x1) | 0;
    x1 = ((x1 << rotation) | (x1 >>> (32 - rotation))) ^ x0;
    if (round % 4 === 3) {
      const injection = (round + 1) / 4;
      x0 = (x0 + schedule[injection % 3]) | 0;
      x1 = (x1 + schedule[(injection + 1) % 3] + injection) | 0;
    }
  }
  words[0] = x0 >>> 0;
  words[1] = x1 >>> 0;
}

// Uniform draws, laid out as the programs read them: [(learner * steps + step) * draws + draw].
function uniforms(seed, learners, steps, draws) {
  const u = new Float64Array(learners * steps * draws);
  const words = [0, 0];
  let at = 0;
  for (let learner = 0; learner < learners; learner++) {
    for (let step = 0; step < steps; step++) {
      for (let draw = 0; draw < draws; draw++) {
        if (draw % 2 === 0) threefry(seed, draw / 2, step, learner, words);
        u[at++] = (words[draw % 2] + 0.5) * 2 ** -32;
      }
    }
  }
  return u;
}

// The figure's quantities by name, each with a version that rises when it changes.
class Values {
  constructor(constants) {
    this.values = new Map();
    this.versions = new Map();
    this.clock = 0;
    for (const [name, value] of Object.entries(constants)) {
      this.set(name, Array.isArray(value) ? Float64Array.from(value) : value);
    }
  }
  get(name) { return typeof name === "string" ? this.values.get(name) : name; }
  set(name, value) {
    if (typeof value === "number" && this.values.get(name) === value) return;
    this.values.set(name, value);
    this.versions.set(name, ++this.clock);
  }
  newest(names) { return Math.max(0, ...names.map((name) => this.versions.get(name) ?? 0)); }
  array(name, length) {
    const value = this.values.get(name);
    return value?.length === length ? value : new Float64Array(length);
  }
}

// How each kind of source computes; `node` is its record in the figure's spec.
const SOURCES = {
  run(node, values, program) {
    const seed = values.get(node.seed);
    const { steps, learners, every } = node;
    if (node.drawnWith !== seed) {
      node.drawn = uniforms(seed, learners, steps, node.draws);
      node.drawnWith = seed;
    }
    const blocks = steps / every;
    node.out ??= Array.from({ length: node.recorded }, () => new Float64Array(learners * blocks));
    const parameters = node.parameters.map((name) => values.get(name));
    const lost = program(parameters, node.drawn, steps, learners, every, node.out);
    if (lost >= 0) throw new Error(`${node.model} gave a value that is not a finite number.`);
    node.outs.forEach(({ name, statistic, of }) => {
      if (statistic === "each") { values.set(name, node.out[of]); return; }
      const mean = values.array(name, blocks).fill(0);
      for (let learner = 0, at = 0; learner < learners; learner++) {
        for (let block = 0; block < blocks; block++) mean[block] += node.out[of][at++] / learners;
      }
      values.set(name, mean);
    });
  },
  // Coarse while a control moves, fine once it rests; at the settings of the still figure, known.
  map(node, values, program, moving) {
    const known = node.reads.every((name, i) => values.get(name) === node.known_at[i]);
    node.coarse = moving && !known;
    const stage = node.stages[node.coarse ? "coarse" : "fine"];
    const [xs, ys] = [node.x, node.y].map((side) => side.values.filter((_, i) => i % stage.stride === 0));
    const { steps, learners, last } = stage;
    const found = new Float64Array(xs.length * ys.length);
    if (known) found.set(node.known);
    else {
      stage.drawn ??= uniforms(node.seed, learners, steps, node.draws);
      stage.out ??= [new Float64Array((learners * steps) / last)];
      const parameters = node.parameters.map((name) => values.get(name));
      found.forEach((_, cell) => {
        parameters[node.x.at] = xs[cell % xs.length];
        parameters[node.y.at] = ys[Math.floor(cell / xs.length)];
        const lost = program(parameters, stage.drawn, steps, learners, last, stage.out);
        if (lost >= 0) throw new Error(`${node.model} gave a value that is not a finite number.`);
        for (let end = steps / last - 1; end < stage.out[0].length; end += steps / last) found[cell] += stage.out[0][end] / learners;
      });
    }
    values.set(node.name, found);
    values.set(`${node.name}_x`, found.map((_, cell) => xs[cell % xs.length]));
    values.set(`${node.name}_y`, found.map((_, cell) => ys[Math.floor(cell / xs.length)]));
    values.set(`${node.name}_cell`, stage.stride);
  },
  integrate(node, values, program) {
    const samples = Math.floor(node.steps / node.every) + 1;
    node.out ??= Array.from({ length: node.recorded }, () => new Float64Array(samples));
    const parameters = node.parameters.map((name) => values.get(name));
    if (program(parameters, node.steps, node.step, node.every, node.out) >= 0) {
      throw new Error(`${node.model} gave a value that is not a finite number.`);
    }
    node.outs.forEach(({ name, of }) => values.set(name, node.out[of]));
  },
  formula(node, values, program) {
    const inputs = node.inputs.map((name) => values.get(name));
    const length = Math.max(0, ...inputs.map((value) => value.length ?? 0));
    const x = new Float64Array(inputs.length);
    const out = new Float64Array(node.outs.length);
    const arrays = node.outs.map((name) => (length ? values.array(name, length) : null));
    for (let i = 0; i < (length || 1); i++) {
      for (let j = 0; j < inputs.length; j++) x[j] = inputs[j].length ? inputs[j][i] : inputs[j];
      program(x, out);
      if (!out.every(Number.isFinite)) throw new Error(`${node.model} gave a value that is not a finite number.`);
      if (length) arrays.forEach((array, j) => { array[i] = out[j]; });
    }
    node.outs.forEach((name, j) => values.set(name, length ? arrays[j] : out[j]));
  },
  pick(node, values) {
    const array = values.get(node.of);
    const index = Math.round(values.get(node.at));
    values.set(node.name, array[index < 0 ? array.length + index : Math.min(index, array.length - 1)]);
  },
  moving(node, values) {
    const array = values.get(node.of);
    const mean = values.array(node.name, array.length);
    for (let i = 0, sum = 0; i < array.length; i++) {
      sum += array[i] - (i >= node.window ? array[i - node.window] : 0);
      mean[i] = sum / Math.min(i + 1, node.window);
    }
    values.set(node.name, mean);
  },
  histogram(node, values) {
    const array = values.get(node.of);
    const edges = values.get(node.edges);
    const counted = node.where === null ? null : values.get(node.where);
    const share = values.array(node.name, edges.length - 1).fill(0);
    for (let i = 0; i < array.length; i++) {
      if (counted && !(counted[i] > 0)) continue;
      let bin = 0;
      while (bin < share.length - 1 && array[i] >= edges[bin + 1]) bin++;
      share[bin] += 1 / array.length;
    }
    values.set(node.name, share);
  },
};

// Numbers as Python's format() writes them, with a true minus sign.
function format(value, style) {
  const [, plus, digits, kind] = /^([+]?)(?:\.(\d+))?([f%d])$/.exec(style);
  const scaled = kind === "%" ? value * 100 : value;
  let text = scaled.toFixed(digits === undefined ? (kind === "d" ? 0 : 6) : Number(digits));
  if (Number(text) === 0) text = text.replace("-", "");
  if (plus && Number(text) >= 0) text = `+${text}`;
  return text.replace("-", "−") + (kind === "%" ? "%" : "");
}

function sentence(template, values, words) {
  return template.replace(/\{(\w+)(?::([^}]+))?\}/g, (_, name, style) => {
    if (!(name in words)) return format(values.get(name), style);
    const [source, choices] = words[name];
    const chosen = choices[Math.max(0, Math.min(choices.length - 1, Math.floor(values.get(source))))];
    return sentence(chosen, values, words);
  });
}

const coordinate = ([scale, offset, slope]) =>
  scale === "log" ? (v) => offset + slope * Math.log10(v) : (v) => offset + slope * v;
const short = (v) => Math.round(v * 100) / 100;

// The path through the points; rows of a two-dimensional y share x; thinned to what can be seen.
// Points that are no number, or where `where` is not above 0, are gaps.
function linePath(x, y, X, Y, until, where) {
  let path = "";
  const columns = x.length;
  const shown = Math.min(columns, until === undefined ? columns : Math.round(until) + 1);
  const stride = Math.max(1, Math.ceil((2 * shown) / MOST_POINTS));
  for (let row = 0; row < y.length; row += columns) {
    let pen = "M";
    for (let i = 0; i < shown; i += stride) {
      let low = i;
      let high = i;
      for (let j = i + 1; j < Math.min(i + stride, shown); j++) {
        if (y[row + j] < y[row + low]) low = j;
        if (y[row + j] > y[row + high]) high = j;
      }
      const pair = low === high ? [low] : [Math.min(low, high), Math.max(low, high)];
      for (const j of pair) {
        if (!Number.isFinite(y[row + j]) || !(where === undefined || where[row + j] > 0)) { pen = "M"; continue; }
        path += `${pen}${short(X(x[j]))} ${short(Y(y[row + j]))}`;
        pen = "L";
      }
    }
  }
  return path;
}

function bandPath(x, low, high, X, Y) {
  let path = "";
  for (let i = 0; i < x.length; i++) path += `${i ? "L" : "M"}${short(X(x[i]))} ${short(Y(high[i]))}`;
  for (let i = x.length - 1; i >= 0; i--) path += `L${short(X(x[i]))} ${short(Y(low[i]))}`;
  return `${path}Z`;
}

function tilesPath(x, y, across, up, X, Y) {
  let path = "";
  const count = Math.max(...[x, y, across, up].map((value) => value.length ?? 1));
  for (let i = 0; i < count; i++) {
    const [w, h] = [entry(across, i) / 2, entry(up, i) / 2];
    if (!(w > 0 && h > 0)) continue;
    const [cx, cy] = [entry(x, i), entry(y, i)];
    path += `M${short(X(cx - w))} ${short(Y(cy - h))}H${short(X(cx + w))}V${short(Y(cy + h))}H${short(X(cx - w))}Z`;
  }
  return path;
}

const entry = (value, i) => (value.length === undefined ? value : value[i]);

// How each kind of artist follows its quantities; `parts` are its SVG elements.
const ARTISTS = {
  line(parts, { x, y, until, where }, X, Y) { parts[0].setAttribute("d", linePath(x, y, X, Y, until, where)); },
  band(parts, { x, low, high }, X, Y) { parts[0].setAttribute("d", bandPath(x, low, high, X, Y)); },
  tiles(parts, { x, y, across, up }, X, Y) { parts[0].setAttribute("d", tilesPath(x, y, across, up, X, Y)); },
  points(parts, { x, y, until = Infinity }, X, Y) {
    parts.forEach((use, i) => {
      use.style.display = i > Math.round(until) ? "none" : "";
      use.setAttribute("x", short(X(entry(x, i))));
      use.setAttribute("y", short(Y(entry(y, i))));
    });
  },
  bars(parts, { height }, X, Y, { sides, across }) {
    parts.forEach((bar, i) => {
      const [start, end, base] = sides[i];
      const top = base + height[i];
      const [x0, x1, y0, y1] = across ? [base, top, start, end] : [start, end, base, top];
      bar.setAttribute("d", `M${X(x0)} ${Y(y0)}L${X(x1)} ${Y(y0)}L${X(x1)} ${Y(y1)}L${X(x0)} ${Y(y1)}Z`);
    });
  },
  shape() {},
};
const PARTS = { line: "path", band: "path", tiles: "path", points: "use", bars: "path", shape: "path" };

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

// One control: its widget model, its value as a number, its accessible name and spoken value.
class Control {
  constructor(name, record, model) { Object.assign(this, { name, record, model }); }
  get value() { return Number(this.model.get(this.record.trait)); }
  set value(value) { this.model.set(this.record.trait, this.record.trait === "value" && typeof this.model.get("value") === "boolean" ? Boolean(value) : value); this.model.save_changes(); }
  get spoken() {
    const { record } = this;
    if (record.options) return record.options[this.value];
    return format(this.value, record.format) + (record.unit ? ` ${record.unit}` : "");
  }
  refusal(value) {
    const { low, high } = this.record;
    return value >= low && value <= high ? "" : `${this.name} = ${value}: choose from ${low} to ${high}`;
  }
  // JupyterLab draws sliders without an accessible name, and speaks unrounded numbers.
  async speak() {
    const views = this.model.views ? await Promise.all(Object.values(this.model.views)) : [];
    const hosts = this.model.element ? [this.model.element] : views.map((view) => view.el);
    for (const host of hosts) {
      const input = host.matches("input, select") ? host : host.querySelector(".noUi-handle, input, select");
      if (!input) continue;
      if (!this.model.element) {
        input.setAttribute("aria-label", this.record.label);
        if (this.record.help) host.title = this.record.help;
      }
      if (!this.record.options) input.setAttribute("aria-valuetext", this.spoken);
    }
    return hosts.length > 0;
  }
}

// The settings in the page's address, "#boundary?nu_plus=0.3": checked, or refused with a reason.
function settingsInAddress(id, controls) {
  const [target, query] = decodeURIComponent(location.hash.slice(1)).split("?");
  if (target !== id || !query) return { settings: [], refused: "" };
  const settings = [];
  for (const [name, text] of new URLSearchParams(query)) {
    const control = controls.find((candidate) => candidate.name === name);
    const refused = control
      ? control.refusal(text.trim() === "" ? NaN : Number(text))
      : `${name}: choose from ${controls.map((known) => known.name).join(", ")}`;
    if (refused) return { settings: [], refused: `The address was not used: ${refused}.` };
    settings.push([control, Number(text)]);
  }
  return { settings, refused: "" };
}

function table(columns, values) {
  const read = columns.map(([label, name]) => [label, values.get(name)]);
  const rows = Math.max(...read.map(([, array]) => array.length ?? 1));
  const text = (array, i) => (entry(array, i) ?? NaN).toPrecision(5);
  const head = element("tr", {}, ...read.map(([label]) => element("th", { scope: "col" }, label)));
  const body = Array.from({ length: rows }, (_, i) =>
    element("tr", {}, ...read.map(([, array]) => element("td", {}, text(array, i)))));
  return element("table", {}, element("thead", {}, head), element("tbody", {}, ...body));
}

// Symbols that open their source. Tab stops at one of them; arrow keys go on to the next one shown.
function linkSymbols(svg) {
  const links = [...svg.querySelectorAll("a")];
  const name = element("p", { class: "ll-linked" }, "Tab reaches the symbols and the arrow keys go through them; Enter opens the study.");
  const rest = (current) => links.forEach((link) => link.setAttribute("tabindex", link === current ? 0 : -1));
  const shown = () => links.filter((link) => link.getClientRects().length > 0);
  for (const link of links) {
    const say = () => { name.textContent = link.getAttribute("aria-label"); };
    link.addEventListener("pointerenter", say);
    link.addEventListener("focus", () => { rest(link); say(); });
    link.addEventListener("keydown", (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      event.stopPropagation();
      const open = shown();
      open[(open.indexOf(link) + step + open.length) % open.length].focus();
    });
  }
  if (links.length) svg.parentElement.after(name);
  return () => {
    const open = shown();
    if (!open.some((link) => link.getAttribute("tabindex") === "0")) rest(open[0] ?? links[0]);
  };
}

// What each number behind the figure is and where it comes from; `show` refreshes the values.
function provenance({ title, parameters }, values) {
  const counts = {};
  for (const { status } of parameters) counts[status] = (counts[status] ?? 0) + 1;
  const summary = Object.entries(counts).map(([status, count]) => `${count} ${status}`).join(", ");
  const shown = parameters.map(({ value, format: style, unit }) => {
    const cell = element("td");
    return [cell, () => { cell.textContent = format(values.get(value), style) + (unit ? ` ${unit}` : ""); }];
  });
  const rows = parameters.map(({ label, status, source }, i) => {
    const origin = element("td");
    origin.innerHTML = source;
    const chip = element("span", { class: `ll-status ll-${status}` }, status);
    return element("tr", {}, element("th", { scope: "row" }, label), shown[i][0], element("td", {}, chip), origin);
  });
  const head = ["number", "value", "status", "source"].map((name) => element("th", { scope: "col" }, name));
  const details = element("details", {},
    element("summary", {}, `The numbers behind it: ${summary}`),
    element("div", { class: "ll-table", tabindex: 0, role: "region", "aria-label": `${title}: the numbers behind it` },
      element("table", { class: "ll-provenance" }, element("thead", {}, element("tr", {}, ...head)), element("tbody", {}, ...rows))));
  return { details, show: () => shown.forEach(([, show]) => show()) };
}

async function live({ model, el }, programs) {
  const spec = structuredClone(model.get("spec"));
  const manager = model.widget_manager;
  const values = new Values(spec.constants);
  const controls = await Promise.all(Object.entries(spec.controls).map(async ([name, record]) => {
    const reference = model.get("controls")[name].replace("IPY_MODEL_", "");
    return new Control(name, record, await manager.get_model(reference));
  }));

  const figure = element("figure", { class: "ll-figure", id: spec.id });
  figure.innerHTML = `<div class="ll-canvas">${spec.svg}</div>`;
  const svg = figure.querySelector("svg");
  // A keyboard can scroll only what it can reach: a drawing wider than the screen joins the tab order.
  const canvas = figure.firstElementChild;
  new ResizeObserver(() => {
    if (canvas.scrollWidth > canvas.clientWidth) canvas.tabIndex = 0;
    else canvas.removeAttribute("tabindex");
  }).observe(canvas);
  const tools = element("div", { class: "ll-tools", role: "group", "aria-label": `${spec.title}: settings` });
  const numbers = element("dl", { class: "ll-numbers" });
  const description = element("p", { role: "status", "aria-live": "polite" }, spec.description);
  const problem = element("p", { class: "ll-error", role: "alert", hidden: "" });
  const data = element("details", {}, element("summary", {}, "Data as a table"), element("div", { class: "ll-table", tabindex: 0, role: "region", "aria-label": `${spec.title}: data` }));
  figure.prepend(tools);
  figure.append(element("p", { class: "ll-cover" }, "The figure stays covered until a prediction is made."), numbers, problem, element("figcaption", {}, element("p", {}, spec.caption), description));
  if (Object.keys(spec.columns).length) figure.append(data);
  const behind = provenance(spec, values);
  if (spec.parameters.length) figure.append(behind.details);
  el.append(figure);

  const shown = spec.numbers.map(({ label, name, style, unit }) => {
    const value = element("dd");
    numbers.append(element("div", {}, element("dt", {}, label), value));
    const read = () => (name in spec.words ? sentence(`{${name}}`, values, spec.words) : format(values.get(name), style));
    return () => { value.textContent = read() + (unit ? ` ${unit}` : ""); };
  });
  const artists = spec.artists.map((artist) => {
    const groups = artist.ids.map((id) => svg.querySelector(`[id="${id}"]`));
    const [X, Y] = artist.axes === null ? [] : spec.axes[artist.axes].map(coordinate);
    const parts = groups.flatMap((group) => [...group.querySelectorAll(PARTS[artist.kind])].filter((part) => !part.closest("defs")));
    return { ...artist, groups, parts, X, Y, names: Object.values(artist.channels).flat(), drawn: 0 };
  });

  const keepTabStop = linkSymbols(svg);

  // `maps`: "moving" draws them coarsely, "resting" finely, "kept" leaves them as they are.
  function compute(maps = "moving", settings = {}) {
    for (const { name, value } of controls) values.set(name, settings[name] ?? value);
    spec.sources.forEach((node, i) => {
      const newest = values.newest(node.reads);
      if (node.kind === "map" && maps === "kept") return;
      if (node.computed === newest && !(node.coarse && maps === "resting")) return;
      SOURCES[node.kind](node, values, programs[i], maps === "moving");
      node.computed = newest;
    });
  }

  function draw() {
    for (const artist of artists) {
      const newest = values.newest(artist.names);
      if (artist.drawn === newest) continue;
      artist.drawn = newest;
      const read = {};
      for (const [channel, name] of Object.entries(artist.channels)) {
        read[channel] = Array.isArray(name) ? name.map((each) => values.get(each)) : values.get(name);
      }
      ARTISTS[artist.kind](artist.parts, read, artist.X, artist.Y, artist);
      if ("visible" in read) artist.groups.forEach((group) => { group.style.display = read.visible > 0 ? "" : "none"; });
      if ("width" in read) artist.parts.forEach((part) => { part.style.strokeWidth = short(read.width); });
    }
    shown.forEach((show) => show());
    keepTabStop();
  }

  const speak = () => controls.map((control) => control.speak());
  let waiting = 0;
  function settle() {
    clearTimeout(waiting);
    waiting = setTimeout(() => {
      if (spec.sources.some(({ coarse }) => coarse)) refresh("resting");
      description.textContent = sentence(spec.template, values, spec.words);
      if (data.open) fill();
      behind.show();
      if (manager.page_address && moved) writeAddress();
    }, 250);
  }

  let queued = false;
  let moved = false;
  function refresh(maps) {
    try {
      compute(maps);
      draw();
      problem.hidden = true;
    } catch (error) {
      problem.textContent = `${error.message} The figure shows the last settings that worked.`;
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
    moved = true;
    if (queued) return;
    queued = true;
    requestAnimationFrame(update);
    // Compute and draw while the frame is awaited; after this task, so that a preset has set every control.
    queueMicrotask(() => { try { compute(); draw(); } catch { /* update() meets the same error and says so */ } });
  }

  function fill() { data.lastElementChild.replaceChildren(table(spec.columns, values)); }
  data.addEventListener("toggle", () => data.open && fill());

  function address() {
    const query = controls.map((control) => `${control.name}=${Number(control.value.toPrecision(12))}`);
    return `#${spec.id}?${query.join("&")}`;
  }
  function writeAddress() {
    try { history.replaceState(null, "", address()); } catch { /* a sandboxed page has no address of its own */ }
  }
  function apply(settings) {
    for (const control of controls) {
      if (control.name in settings) control.value = settings[control.name];
    }
  }
  function button(label, action) {
    const node = element("button", { type: "button" }, label);
    node.addEventListener("click", action);
    tools.append(node);
  }
  if (spec.presets.length) tools.append(element("span", {}, "Try:"));
  spec.presets.forEach(([label, settings]) => button(label, () => apply(settings)));
  if (controls.length) button("Reset", () => apply(spec.defaults));

  // While covered, nothing shows but, if one is named, the empty axes of a line.
  function cover(covered, line) {
    const axes = covered && line ? lineOf(line).groups[0].closest("[id^=axes]") : null;
    if (covered) figure.dataset.covered = axes ? "axes" : "all";
    else delete figure.dataset.covered;
    for (const group of svg.querySelectorAll("[id^=axes]")) group.classList.toggle("ll-veiled", group !== axes);
    for (const { groups } of artists) groups.forEach((group) => group.classList.toggle("ll-veiled", covered));
    controls.forEach((control) => control.model.set("disabled", covered));
  }
  function lineOf(name) { return artists.find(({ channels }) => channels.y === name); }
  // What other elements of the page may do with this figure, found there by its id. `at` reads
  // quantities at settings of its own, whatever the controls say.
  const handle = {
    cover, apply, format, lineOf, svg,
    at(settings, read) {
      compute("kept", settings);
      const found = read(values, (template) => sentence(template, values, spec.words));
      compute("kept");
      return found;
    },
  };
  const figures = (manager.livingFigures ??= new Map());
  if (model.get("covered")) cover(true);

  if (manager.page_address) {
    const { settings, refused } = settingsInAddress(spec.id, controls);
    settings.forEach(([control, value]) => { control.value = value; });
    if (refused) { problem.textContent = refused; problem.hidden = false; }
    if (settings.length) requestAnimationFrame(() => figure.scrollIntoView());
  }
  update();
  controls.forEach((control) => control.model.on(`change:${control.record.trait}`, changed));
  // Views of the controls appear in their own time: name each as soon as it is there.
  let tries = 0;
  const naming = setInterval(async () => {
    const found = await Promise.all(speak());
    if (found.every(Boolean) || ++tries > 50) clearInterval(naming);
  }, 100);
  figures.set(spec.id, handle);
  figure.dataset.live = "true";
  return () => {
    if (figures.get(spec.id) === handle) figures.delete(spec.id);
    clearInterval(naming);
    clearTimeout(waiting);
    controls.forEach((control) => control.model.off(`change:${control.record.trait}`, changed));
  };
}
