// What is too large for its place on a slide gets smaller, within limits that can still be read.
// What is too large even then can be scrolled, by keyboard, too.

const SIZES = [1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7];
const BOXES = ".ll-room, .ll-panel, figcaption";
const watched = new WeakSet();

function fits(box) {
  // formulas and tables scroll on their own, where nobody can scroll
  const inner = [...box.querySelectorAll(".ll-math, .ll-scroll")];
  return inner.every((each) => each.scrollWidth <= each.clientWidth + 1) && box.scrollHeight <= box.clientHeight + 1 && box.scrollWidth <= box.clientWidth + 1;
}

function fitBox(box) {
  const room = box.matches(".ll-room");
  const inner = room ? box.querySelector(".ll-fit") : box;
  // a figure fills its slide and shares it out itself, also where it is not awake yet
  if (room && box.closest(".ll-slide-figure")) return;
  // on paper, what scrolls has as much room as it needs, and would seem to fit
  box.removeAttribute("data-scrolls");
  for (const size of SIZES) {
    inner.style.zoom = size;
    if (fits(box)) break;
  }
  const scrolls = box.scrollHeight > box.clientHeight + 1;
  box.toggleAttribute("data-scrolls", scrolls);
  if (scrolls) box.tabIndex = 0;
  else box.removeAttribute("tabindex");
  if (!room) watchContents(box);
}

/** Sizes of the boxes of a slide, each as large as fits. */
export function fit(slide) {
  for (const box of slide.querySelectorAll(BOXES)) fitBox(box);
}

/** All slides. Those of other parts have no size on the screen, and nothing could be measured. */
export function fitAll() {
  const parts = [...document.querySelectorAll(".slides > section")];
  const kept = parts.map(({ style }) => style.display);
  // they are `hidden`, too
  for (const { style } of parts) style.setProperty("display", "block", "important");
  for (const slide of document.querySelectorAll(".slides section section")) fit(slide);
  parts.forEach(({ style }, at) => { style.display = kept[at]; });
}

// What a slide holds changes: a question is answered, equations are opened.
const changes = new ResizeObserver((entries) => {
  for (const slide of new Set(entries.map(({ target }) => target.closest("section")))) {
    if (slide?.classList.contains("present")) fit(slide);
  }
});
for (const inner of document.querySelectorAll(".slides .ll-fit")) changes.observe(inner);

// Beside a drawing, a number takes a second line, or an option is written out. What fits stays as it
// is: nothing may move under the pointer that moves a slider.
const contents = new ResizeObserver((entries) => requestAnimationFrame(() => {
  for (const box of new Set(entries.map(({ target }) => target.closest(BOXES)))) {
    if (box?.closest("section.present") && !fits(box)) fitBox(box);
  }
}));

function watchContents(box) {
  for (const each of box.children) {
    if (watched.has(each)) continue;
    watched.add(each);
    contents.observe(each);
  }
}

// A figure wakes on the slide that a link leads to.
new MutationObserver((records) => {
  for (const slide of new Set(records.map(({ target }) => target.parentElement.closest("section.present")))) {
    if (slide) fit(slide);
  }
}).observe(document.querySelector(".slides"), { attributeFilter: ["data-live"], subtree: true });
