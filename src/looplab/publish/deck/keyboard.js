// Keys and clickers. A field that has the focus keeps its keys: an arrow moves a focused slider, not the slide.

export const KEYS = [
  ["→ ↓ Space Page Down", "next slide, also on a clicker"],
  ["← ↑ Page Up", "slide before"],
  ["Home, End", "first and last slide"],
  ["Tab, then arrow keys", "reach a slider of a figure, and move it"],
  ["Esc", "leave a slider; on a slide: overview, and back"],
  ["Z", "freeze the figure, or let it go"],
  ["R", "reset the figure"],
  ["L", "hear the curve, or stop it"],
  ["B or .", "black screen"],
  ["F", "full screen"],
  ["S", "speaker view in a second window; there ↓ and ↑ scroll the notes"],
  ["V", "type how the class voted on a prediction"],
  ["?", "these keys"],
];

const FIELDS = "input, select, textarea";
const PRESSED = "button, summary, a[href]";

const TURNS = {
  ArrowRight: "next", ArrowDown: "next", " ": "next", n: "next",
  ArrowLeft: "prev", ArrowUp: "prev", p: "prev",
};

/** What a key does to the slides, or nothing. */
export function turn(deck, actions, event) {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  if (event.key === "PageDown") return actions.next;
  if (event.key === "PageUp") return actions.prev;
  if (event.target.matches?.(FIELDS)) {
    return event.key === "Escape" ? () => event.target.blur() : undefined;
  }
  if (event.target.matches?.(PRESSED) && [" ", "Enter"].includes(event.key)) return undefined;
  if (deck.isOverview()) {
    const move = { ArrowRight: "right", ArrowLeft: "left", ArrowUp: "up", ArrowDown: "down" }[event.key];
    if (move) return () => deck[move]();
    if (event.key === "Enter") return actions.overview;
  }
  if (event.key === " " && event.shiftKey) return actions.prev;
  if (event.key in TURNS) return actions[TURNS[event.key]];
  switch (event.key) {
    case "Home": return () => deck.slide(0, 0);
    case "End": return () => deck.slide(Number.MAX_SAFE_INTEGER);
    case "Escape": case "o": return actions.overview;
    case "z": return actions.freeze;
    case "r": return () => resetOf(deck.getCurrentSlide())?.click();
    case "l": return () => deck.getCurrentSlide().querySelector(".ll-sound button")?.click();
    case "b": case ".": return () => deck.togglePause();
    case "f": return fullscreen;
    case "s": return actions.speaker;
    case "v": return actions.votes;
    case "?": return actions.keys;
    default: return undefined;
  }
}

export function keys(deck, actions) {
  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]")) return;
    const action = turn(deck, actions, event);
    if (!action) return;
    event.preventDefault();
    action();
  }, { capture: true });
}

function resetOf(slide) {
  return [...slide.querySelectorAll(".ll-tools button")].find((each) => each.textContent === "Reset");
}

function fullscreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => {});
}
