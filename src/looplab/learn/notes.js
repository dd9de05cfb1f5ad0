// What every learning element needs: nodes, buttons, and the learner's notes.

const CHANGED = "looplab-notes";
const memory = (globalThis.looplabNotes ??= {});

export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "html") node.innerHTML = value;
    else node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

export function button(label, action) {
  const node = make("button", { type: "button" }, label);
  node.addEventListener("click", action);
  return node;
}

// Whether the browser kept this text under this key: no in a sandboxed frame, or with storage full.
function stored(key, text) {
  try {
    localStorage.setItem(key, text);
    return true;
  } catch { return false; }
}

// The learner's answers and notes by id, in the browser's storage; what that does not take stays in
// memory until the page is closed, and `lasting` says so.
export class Notes {
  constructor(key) { this.key = key; }
  get lasting() { return !(this.key in memory) && stored(CHANGED, ""); }
  read() {
    if (this.key in memory) return memory[this.key];
    try { return JSON.parse(localStorage.getItem(this.key)) ?? {}; } catch { return {}; }
  }
  replace(all) {
    if (stored(this.key, JSON.stringify(all))) delete memory[this.key];
    else memory[this.key] = all;
    dispatchEvent(new Event(CHANGED));
  }
  // The student's number, for all notebooks; 0 is nobody's.
  number() {
    const key = `${this.key.split("/")[0]}/number`;
    try { return memory[key] ?? (Number(localStorage.getItem(key)) || 0); } catch { return 0; }
  }
  setNumber(number) {
    const key = `${this.key.split("/")[0]}/number`;
    if (number === this.number()) return;
    if (stored(key, number)) delete memory[key];
    else memory[key] = number;
    dispatchEvent(new Event(CHANGED));
  }
  // A number that settles the order of answers, drawn once for all notebooks.
  order() {
    const key = `${this.key.split("/")[0]}/order`;
    let kept = memory[key];
    try { kept ??= Number(localStorage.getItem(key) ?? NaN); } catch { /* not in this frame */ }
    if (Number.isInteger(kept)) return kept;
    const number = crypto.getRandomValues(new Uint32Array(1))[0];
    if (!stored(key, number)) memory[key] = number;
    return number;
  }
  write(id, note) { this.replace({ ...this.read(), [id]: note }); }
  remove(id) {
    const { [id]: _, ...others } = this.read();
    this.replace(others);
  }
  // Tell `listener` of every change, in this window and in others.
  follow(listener, signal) {
    for (const event of [CHANGED, "storage"]) addEventListener(event, listener, { signal });
  }
}

/**
 * The items in an order that hangs on the reader's number and on the question, and on nothing else.
 * @template T @param {T[]} items @param {number} student @param {string} question @returns {T[]}
 */
export function shuffled(items, student, question) {
  let state = 2166136261;
  for (const letter of `${student} ${question}`) state = Math.imul(state ^ letter.codePointAt(0), 16777619);
  // Steps of the generator mulberry32.
  const chance = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(chance() * (last + 1));
    [order[last], order[other]] = [order[other], order[last]];
  }
  return order;
}
