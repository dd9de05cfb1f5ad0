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

// The learner's answers and notes by id, in the browser's storage; where the page may not use it
// (a sandboxed frame, a private window), in memory until the page is closed.
export class Notes {
  constructor(key) {
    this.key = key;
    try {
      localStorage.setItem(CHANGED, "");
      localStorage.removeItem(CHANGED);
      this.lasting = true;
    } catch { this.lasting = false; }
  }
  read() {
    if (!this.lasting) return memory[this.key] ?? {};
    try { return JSON.parse(localStorage.getItem(this.key)) ?? {}; } catch { return {}; }
  }
  replace(all) {
    if (this.lasting) localStorage.setItem(this.key, JSON.stringify(all));
    else memory[this.key] = all;
    dispatchEvent(new Event(CHANGED));
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
