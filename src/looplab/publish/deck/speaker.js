// The speaker's view: a second window with notes, minutes, what comes next, and a clock. It follows
// the slides and turns them. It is made node by node, so it needs no address and works from disk.

import { inDigits } from "../../figure/numbers.js";
import { say } from "../../language/language.js";
import { turn } from "./keyboard.js";
import { pollOf, voteFields } from "./poll.js";

const STYLE = `
  :root { color-scheme: dark }
  body { margin: 0; padding: 1rem 1.5rem; display: grid; grid-template: auto minmax(0, 1fr) / minmax(0, 1fr) 18rem; gap: 1rem 2rem; height: 100vh; box-sizing: border-box; background: #14181c; color: #e8e6e1; font: 1.25rem/1.5 system-ui, sans-serif }
  header { grid-column: 1 / -1; display: flex; flex-wrap: wrap; gap: 0.5rem 1rem; align-items: center; border-bottom: 1px solid #56616b; padding-bottom: 0.75rem }
  h1 { flex: 1; margin: 0; font: 600 1.375rem/1.2 Georgia, serif }
  button { min-height: 2.75rem; min-width: 2.75rem; padding: 0 1rem; border: 1px solid #8b98a4; border-radius: 8px; background: none; color: inherit; font: inherit; font-size: 1rem; cursor: pointer }
  h1, .next { display: -webkit-box; overflow: hidden; -webkit-box-orient: vertical; -webkit-line-clamp: 3 }
  :focus-visible { outline: 3px solid #7db8f5; outline-offset: 2px }
  :is(main, aside) { overflow: auto } main { overflow-wrap: break-word } main table { border-collapse: collapse; font-size: 1rem } main :is(td, th) { padding: 0.2rem 0.8rem 0.2rem 0; text-align: left; vertical-align: top; border-bottom: 1px solid #56616b }
  dl { margin: 0 } dt { color: #aab4bd; font-size: 1rem } dd { margin: 0 0 1rem; font-weight: 600; font-variant-numeric: tabular-nums }
  dd.big { font-size: 2.25rem; line-height: 1.2 } a { color: #7db8f5 }
  .ll-counts { display: grid; gap: 0.4rem; margin-bottom: 1.25rem; padding-bottom: 1rem; border-bottom: 1px solid #56616b } .ll-counts label { display: grid; grid-template-columns: minmax(0, 1fr) 5rem; gap: 1rem; align-items: center; max-width: 44rem; font-size: 1rem; line-height: 1.3 }
  .ll-counts input { min-height: 2.5rem; padding: 0 0.5rem; border: 1px solid #8b98a4; border-radius: 8px; background: #14181c; color: inherit; font: inherit }
  .ll-unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
`;

/** What a slide is called: its title, or else how its text begins, or else the part it stands in. */
export function nameOf(slide) {
  if (!slide) return say("speaker-end");
  const title = slide.querySelector("h2:not(.ll-where), .ll-fit > h3, .ll-title, legend, caption");
  const text = slide.querySelector(".ll-fit > :is(p, ul, ol), .ll-few, .ll-prose, .ll-beside");
  const words = [title, text, slide.querySelector(".ll-where")].map((node) => node?.textContent.trim().replace(/\s+/g, " "));
  return words.find(Boolean) ?? "–";
}

const minutes = (seconds) =>
  say("short-minutes", { minutes: inDigits((seconds / 60).toFixed(seconds < 600 ? 1 : 0)) });

export function speaker(deck, tell, freeze) {
  let other = null;
  let began = null;
  let fields = null;

  const isOpen = () => other && !other.closed;
  const seconds = (slide) => Number(slide.dataset.seconds);

  function open() {
    if (isOpen()) { other.focus(); return; }
    try { other = window.open("", "_blank", "popup,width=1000,height=640"); } catch { other = null; }
    if (!other) { tell(say("speaker-refused")); return; }
    build(other.document);
    began ??= Date.now();
    other.setInterval(tick, 1000);
    show();
  }

  function build(page) {
    const make = (tag, text = "", name = "") => {
      const node = page.createElement(tag);
      if (text) node.textContent = text;
      if (name) node.className = name;
      return node;
    };
    const button = (label, name, action) => {
      const node = make("button", label);
      node.type = "button";
      node.setAttribute("aria-label", name);
      node.addEventListener("click", action);
      return node;
    };
    page.documentElement.lang = say("tag");
    page.documentElement.dir = say("direction");
    page.title = say("speaker-title", { title: document.title });
    const style = make("style", STYLE);
    page.head.append(style);
    const head = make("header");
    const name = make("h1");
    const main = make("main");
    const side = make("dl");
    fields = { name, main };
    for (const [key, label, big] of [
      ["next", say("speaker-next"), "next"], ["clock", say("speaker-clock"), "big"],
      ["passed", say("speaker-passed"), "big"], ["own", say("speaker-own")],
      ["left", say("speaker-left")], ["count", say("speaker-slide")],
    ]) {
      fields[key] = make("dd", "", big);
      side.append(make("dt", label), fields[key]);
    }
    head.append(name, button("←", say("deck-slide-before"), () => deck.prev()), button("→", say("deck-next-slide"), () => deck.next()),
      button(say("speaker-anew"), say("speaker-anew"), () => { began = Date.now(); tick(); }));
    const aside = make("aside");
    aside.append(side);
    // notes may be long: they scroll, and the clock stays
    for (const [part, label] of [[main, say("speaker-notes")], [aside, say("speaker-time")]]) {
      part.tabIndex = 0;
      part.setAttribute("aria-label", label);
    }
    page.body.replaceChildren(head, main, aside);
    main.focus();
    const actions = { prev: () => deck.prev(), next: () => deck.next(), overview() {}, freeze, speaker() {}, keys() {}, votes: () => page.querySelector(".ll-counts input")?.focus() };
    page.addEventListener("keydown", (event) => {
      if ([main, aside].includes(event.target) && ["ArrowDown", "ArrowUp"].includes(event.key)) return;
      const action = turn(deck, actions, event);
      if (!action) return;
      event.preventDefault();
      action();
    });
  }

  function tick() {
    if (!isOpen()) return;
    const passed = Math.floor((Date.now() - began) / 1000);
    fields.clock.textContent = new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    fields.passed.textContent = `${Math.floor(passed / 60)}:${String(passed % 60).padStart(2, "0")}`;
  }

  function show() {
    if (!isOpen()) return;
    const all = deck.getSlides();
    const here = all.indexOf(deck.getCurrentSlide());
    const slide = all[here];
    fields.name.textContent = nameOf(slide);
    const notes = [...(slide.querySelector("aside.notes")?.childNodes ?? [])];
    fields.main.replaceChildren(...notes.map((node) => other.document.importNode(node, true)));
    if (notes.length === 0) fields.main.textContent = say("speaker-no-notes");
    fields.main.scrollTop = 0;
    const poll = pollOf(slide);
    if (poll) {
      const { group, update } = voteFields(poll, true);
      poll.elsewhere = update;
      fields.main.prepend(group);
    }
    fields.next.textContent = nameOf(all[here + 1]);
    fields.own.textContent = minutes(seconds(slide));
    fields.left.textContent = minutes(all.slice(here + 1).reduce((sum, each) => sum + seconds(each), 0));
    fields.count.textContent = say("place-of-count", { place: here + 1, count: all.length });
    tick();
  }

  addEventListener("pagehide", () => other?.close());
  return { open, show };
}
