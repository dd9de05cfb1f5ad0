// Keys and clickers. A field that has the focus keeps its keys: an arrow moves a focused slider, not the slide.

import { say } from "../../language/language.js";

export const KEYS = [
  [say("key-next"), say("key-next-does")],
  [say("key-before"), say("key-before-does")],
  [say("key-ends"), say("key-ends-does")],
  [say("key-tab"), say("key-tab-does")],
  [say("key-escape"), say("key-escape-does")],
  ["Z", say("key-freeze-does")],
  ["R", say("key-reset-does")],
  ["L", say("key-hear-does")],
  [say("key-black"), say("key-black-does")],
  ["F", say("key-full-does")],
  ["S", say("key-speaker-does")],
  ["V", say("key-votes-does")],
  ["?", say("key-keys-does")],
];

const FIELDS = "input, select, textarea";
const PRESSED = "button, summary, a[href]";
const SCROLLS = "[data-scrolls]";

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
  if (event.target.matches?.(SCROLLS) && ["ArrowDown", "ArrowUp"].includes(event.key)) return undefined;
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
  return slide.querySelector(".ll-tools [data-do=reset]");
}

function fullscreen() {
  if (document.fullscreenElement) document.exitFullscreen();
  else document.documentElement.requestFullscreen?.().catch(() => {});
}
