// What is too large for its place on a slide gets smaller, within limits that can still be read.

const SIZES = [1, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7];
const BOXES = ".ll-room, .ll-panel, figcaption";

function fits(box) {
  // formulas and tables scroll on their own, where nobody can scroll
  const inner = [...box.querySelectorAll(".ll-math, .ll-scroll")];
  return inner.every((each) => each.scrollWidth <= each.clientWidth + 1) && box.scrollHeight <= box.clientHeight + 1 && box.scrollWidth <= box.clientWidth + 1;
}

/** Sizes of the boxes of a slide, each as large as fits. */
export function fit(slide) {
  for (const box of slide.querySelectorAll(BOXES)) {
    const inner = box.matches(".ll-room") ? box.querySelector(".ll-fit") : box;
    // a figure fills its slide and shares it out itself
    if (inner.querySelector(".ll-figure") && box.matches(".ll-room")) continue;
    for (const size of SIZES) {
      inner.style.zoom = size;
      if (fits(box)) break;
    }
  }
}

/** All slides. Those of other parts have no size on the screen, and nothing could be measured. */
export function fitAll() {
  const parts = [...document.querySelectorAll(".slides > section")];
  const kept = parts.map(({ style }) => style.display);
  for (const { style } of parts) style.display = "block";
  for (const slide of document.querySelectorAll(".slides section section")) fit(slide);
  parts.forEach(({ style }, at) => { style.display = kept[at]; });
}

// What a slide holds changes: a question is answered, equations are opened, a figure wakes.
const changes = new ResizeObserver((entries) => {
  for (const slide of new Set(entries.map(({ target }) => target.closest("section")))) {
    if (slide?.classList.contains("present")) fit(slide);
  }
});
for (const inner of document.querySelectorAll(".slides .ll-fit")) changes.observe(inner);
